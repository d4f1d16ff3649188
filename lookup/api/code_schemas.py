"""What the public keys of the rotating code look like, for the OpenAPI document alone."""

from typing import Any

from rest_framework import serializers
from rest_framework.serializers import CharField, ChoiceField, DateTimeField

_Described = serializers.Serializer[Any]


class CodeKeySerializer(_Described):
    """A public key: a JWK (RFC 7517), with the times between which codes may be issued under it."""

    kid = CharField(help_text="Stands in the code.")
    kty = ChoiceField(choices=[("EC", "EC")])
    crv = ChoiceField(choices=[("P-256", "P-256")])
    alg = ChoiceField(choices=[("ES256", "ES256")])
    use = ChoiceField(choices=[("sig", "sig")])
    x = CharField(help_text="Base64url of 32 bytes.")
    y = CharField()
    not_before = DateTimeField(allow_null=True, help_text="Included. Null: since ever.")
    not_after = DateTimeField(allow_null=True, help_text="Excluded. Null: until it is taken from the list.")


class CodeKeysSerializer(_Described):
    """A JWK set. A code under a key that does not stand here is none of ours."""

    keys = CodeKeySerializer(many=True)
