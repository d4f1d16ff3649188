"""The accounts of those who ask, their API sessions, and the codes that confirm a mobile number."""

from typing import Any, ClassVar
from uuid import UUID

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.utils.translation import gettext_lazy as _
from uuid_utils.compat import uuid7

from identity.keyring import mobile_key, sealing_ring
from identity.masking import mask_mobile
from identity.models.people import Person


class UserManager(BaseUserManager["User"]):
    """Makes accounts; finds them by the key of their mobile number."""

    def create_user(self, mobile: str, password: str, **fields: Any) -> "User":
        """Create an account for a mobile number in E.164 form, such as +8613900000000."""
        user = self.model(id=uuid7(), mobile_key=mobile_key(mobile), **fields)
        user.mobile_sealed = sealing_ring().seal(mobile, context=mobile_context(user.id))
        user.set_password(password)
        user.save(using=self._db)
        return user


class User(AbstractBaseUser, PermissionsMixin):
    """An account: a citizen (linked to the person whose identity was verified) or staff."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    mobile_key = models.UUIDField(_("mobile number"), unique=True, editable=False)
    mobile_sealed = models.BinaryField(editable=False)
    staff_name = models.CharField(
        _("staff name"),
        max_length=60,
        blank=True,
        help_text=_("How this colleague is named in reviews and audits."),
    )
    person = models.OneToOneField(
        Person,
        models.PROTECT,
        null=True,
        blank=True,
        db_constraint=False,
        related_name="account",
        verbose_name=_("person"),
        help_text=_("The person whose identity this account has proved."),
    )
    is_staff = models.BooleanField(_("may open the admin"), default=False)
    is_active = models.BooleanField(_("active"), default=True)
    joined_at = models.DateTimeField(_("joined at"))

    USERNAME_FIELD = "mobile_key"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    objects: ClassVar[UserManager] = UserManager()

    class Meta:
        verbose_name = _("account")
        verbose_name_plural = _("accounts")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(is_staff=False) | ~models.Q(staff_name=""), name="staff_account_has_a_name"
            ),
        ]

    def __str__(self) -> str:
        return self.staff_name or self.masked_mobile

    def get_short_name(self) -> str:
        """How the admin greets whoever is signed in."""
        return str(self)

    @property
    def masked_mobile(self) -> str:
        mobile = sealing_ring().unseal(bytes(self.mobile_sealed), context=mobile_context(self.id))
        return mask_mobile(mobile)


class ApiSession(models.Model):
    """A citizen's bearer token, stored as its hash; the token itself is shown once."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    token_hash = models.BinaryField(max_length=32, unique=True, editable=False)
    user = models.ForeignKey(User, models.CASCADE, related_name="api_sessions", verbose_name=_("account"))
    created_at = models.DateTimeField(_("created at"))
    expires_at = models.DateTimeField(_("expires at"), db_index=True)

    class Meta:
        verbose_name = _("API session")
        verbose_name_plural = _("API sessions")

    def __str__(self) -> str:
        return str(self.id)


class OneTimeCode(models.Model):
    """A code that proves who holds a mobile number: six digits, once, for ten minutes, with few tries.

    Mobile and code are sealed, and found by the mobile's key. A decoy is sent a sentence without a code:
    so asking for one looks the same whether or not the number has an account.
    """

    class Purpose(models.TextChoices):
        SIGN_UP = "SIGN_UP", _("sign-up")
        PASSWORD_RESET = "PASSWORD_RESET", _("password reset")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    purpose = models.CharField(_("purpose"), max_length=14, choices=Purpose.choices)
    mobile_key = models.UUIDField(editable=False)
    mobile_sealed = models.BinaryField(editable=False)
    code_sealed = models.BinaryField(editable=False)
    is_decoy = models.BooleanField(_("decoy"), default=False, editable=False)
    language = models.CharField(_("language"), max_length=10, default="zh-hans")
    created_at = models.DateTimeField(_("created at"))
    expires_at = models.DateTimeField(_("expires at"), db_index=True)
    tries_left = models.PositiveSmallIntegerField(_("tries left"))
    used_at = models.DateTimeField(_("used at"), null=True, blank=True)
    next_try_at = models.DateTimeField(_("next try to send at"))
    sending_tries = models.PositiveSmallIntegerField(_("tries to send"), default=0)
    sent_at = models.DateTimeField(_("sent at"), null=True, blank=True)

    class Meta:
        verbose_name = _("one-time code")
        verbose_name_plural = _("one-time codes")
        indexes = [
            models.Index(fields=["mobile_key", "created_at"], name="code_of_mobile"),
            models.Index(
                fields=["next_try_at"], condition=models.Q(sent_at__isnull=True), name="code_to_be_sent"
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(expires_at__gt=models.F("created_at")),
                name="one_time_code_expires_after_it_is_made",
            ),
        ]

    def __str__(self) -> str:
        return str(self.id)


class IdentityAttempt(models.Model):
    """A failed try to prove an identity with name, number and face, at sign-up or reset.

    Counted per person and per mobile, so that nobody can try faces or names against a number.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    person_key = models.UUIDField(editable=False)
    mobile_key = models.UUIDField(editable=False)
    prefix_key = models.UUIDField(editable=False)
    failed_at = models.DateTimeField(_("failed at"))

    class Meta:
        verbose_name = _("failed proof of identity")
        verbose_name_plural = _("failed proofs of identity")
        indexes = [
            models.Index(fields=["person_key", "failed_at"], name="attempt_about_person"),
            models.Index(fields=["mobile_key", "failed_at"], name="attempt_of_mobile"),
            models.Index(fields=["prefix_key", "failed_at"], name="attempt_at_prefix"),
        ]

    def __str__(self) -> str:
        return str(self.id)


def mobile_context(user_id: UUID) -> str:
    """Return what a sealed mobile number is bound to."""
    return f"identity_user:mobile:{user_id}"


def code_context(code_id: UUID) -> str:
    """Return what a sealed one-time code is bound to."""
    return f"identity_onetimecode:code:{code_id}"


def code_mobile_context(code_id: UUID) -> str:
    """Return what the mobile number of a one-time code is bound to."""
    return f"identity_onetimecode:mobile:{code_id}"
