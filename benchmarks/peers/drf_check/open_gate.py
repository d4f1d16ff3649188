"""Make the tables of the common way and a token for a device; prints the token."""

import os
import sys

import django


def main() -> None:
    django.setup()
    from django.contrib.auth.models import User
    from django.core.management import call_command
    from django.db import connection
    from rest_framework.authtoken.models import Token

    from benchmarks.peers.drf_check.models import Gate

    with connection.cursor() as cursor:
        cursor.execute("CREATE SCHEMA drf")
        cursor.execute("SET search_path TO drf")
    call_command("migrate", verbosity=0)
    with connection.schema_editor() as editor:
        editor.create_model(Gate)
    user = User.objects.create(username="gate")
    Gate.objects.create(user=user, device_id=sys.argv[1])
    print(Token.objects.create(user=user).key)


if __name__ == "__main__":
    os.environ["PEER_SCHEMA"] = "drf"
    main()
