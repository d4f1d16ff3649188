"""People of the registry, who may speak for whom, and the accounts of those who ask."""

from datetime import datetime
from typing import Any, ClassVar, Self
from uuid import UUID

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.utils.translation import gettext_lazy as _
from uuid_utils.compat import uuid7

from civil_time import civil_date, latest_birth_for_age
from identity.document import DocumentType, Sex
from identity.keyring import mobile_key, sealing_ring
from identity.masking import mask_mobile, mask_name, mask_number

GUARDIANSHIP_ENDS_AT = 18  # years; docs/domain.md, 2


class Person(models.Model):
    """Somebody in the registry. Number and name are sealed; the key is the only handle.

    Rows come from the registry feed alone (`identity.registry`); ``registered_at`` is also set by
    a verified account or a passed third-party query, and then never moves later.
    """

    class Types(models.TextChoices):
        RESIDENT_ID = DocumentType.RESIDENT_ID.value, _("resident identity card")
        HK_MACAO_PERMIT = DocumentType.HK_MACAO_PERMIT.value, _("travel permit, Hong Kong and Macao")
        TAIWAN_PERMIT = DocumentType.TAIWAN_PERMIT.value, _("travel permit, Taiwan")
        PASSPORT = DocumentType.PASSPORT.value, _("passport")
        FOREIGN_PERMANENT_RESIDENT = (
            DocumentType.FOREIGN_PERMANENT_RESIDENT.value,
            _("foreign permanent resident card"),
        )

    class Sexes(models.TextChoices):
        MALE = Sex.MALE.value, _("male")
        FEMALE = Sex.FEMALE.value, _("female")

    person_key = models.UUIDField(primary_key=True, editable=False)
    document_type = models.CharField(_("document type"), max_length=2, choices=Types.choices)
    number_sealed = models.BinaryField(editable=False)
    name_sealed = models.BinaryField(editable=False)
    born_on = models.DateField(_("born on"))
    sex = models.CharField(_("sex"), max_length=6, choices=Sexes.choices)
    card_issued_on = models.DateField(_("card issued on"), null=True, blank=True)
    face_reference = models.CharField(_("face reference"), max_length=255, blank=True, editable=False)
    registered_at = models.DateTimeField(_("registered at"), null=True, blank=True)
    died_on = models.DateField(_("died on"), null=True, blank=True)
    source = models.CharField(_("source"), max_length=40)
    record_id = models.CharField(_("record id"), max_length=80)
    version = models.PositiveIntegerField(_("version"))
    digest = models.UUIDField(editable=False)
    withdrawn = models.BooleanField(_("withdrawn"), default=False)
    synced_at = models.DateTimeField(_("synced at"))
    changed_seq = models.BigIntegerField(editable=False, db_index=True)

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(face_reference="") | models.Q(card_issued_on__isnull=False),
                name="face_reference_comes_with_a_card",
            ),
            models.CheckConstraint(
                condition=models.Q(died_on__isnull=True) | models.Q(died_on__gte=models.F("born_on")),
                name="person_died_after_birth",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.masked_name} {self.masked_number}"

    @property
    def name(self) -> str:
        """The full name, unsealed. For the subject and verified kin at most; never for a log."""
        return sealing_ring().unseal(bytes(self.name_sealed), context=name_context(self.person_key))

    @property
    def number(self) -> str:
        """The full document number, unsealed. Leaves the process for nobody."""
        return sealing_ring().unseal(bytes(self.number_sealed), context=number_context(self.person_key))

    @property
    def masked_name(self) -> str:
        return mask_name(self.name)

    @property
    def masked_number(self) -> str:
        return mask_number(self.number)


class KinshipQuerySet(models.QuerySet["Kinship"]):
    """Sentences about kinship; judged when read, so nothing has to expire it."""

    def in_force(self, at: datetime) -> Self:
        """Kinship that holds at ``at``: verified, begun, not ended, and no grown-up's guardian."""
        today = civil_date(at)
        grown_up_if_born_by = latest_birth_for_age(GUARDIANSHIP_ENDS_AT, today)
        return (
            self.filter(withdrawn=False, in_force_from__lte=at)
            .filter(models.Q(in_force_until__isnull=True) | models.Q(in_force_until__gt=at))
            .filter(ward__died_on__isnull=True, ward__withdrawn=False)
            .exclude(kind__in=Kinship.ENDS_WITH_MAJORITY, ward__born_on__lte=grown_up_if_born_by)
        )

    def between(self, guardian_key: UUID, ward_key: UUID) -> Self:
        """Kinship in which the one speaks for the other."""
        return self.filter(guardian_id=guardian_key, ward_id=ward_key)


class Kinship(models.Model):
    """A guardian who may speak for a ward; verified by the registry or by a named reviewer.

    Has an end: the ward's 18th birthday (for parents and legal guardians), the ward's death, a date.
    Source: docs/domain.md, 2.
    """

    class Kind(models.TextChoices):
        PARENT = "PARENT", _("parent")
        LEGAL_GUARDIAN = "LEGAL_GUARDIAN", _("legal guardian")
        CARER = "CARER", _("relative who cares for an adult")

    class Evidence(models.TextChoices):
        HOUSEHOLD_REGISTER = "HOUSEHOLD_REGISTER", _("household register")
        BIRTH_CERTIFICATE = "BIRTH_CERTIFICATE", _("birth certificate")
        COURT_DECISION = "COURT_DECISION", _("court decision")

    ENDS_WITH_MAJORITY: ClassVar[tuple[str, ...]] = (Kind.PARENT, Kind.LEGAL_GUARDIAN)

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    # No constraint in the database: a page of the feed may name a person whom a later page brings.
    guardian = models.ForeignKey(
        Person, models.DO_NOTHING, db_constraint=False, related_name="wards", verbose_name=_("guardian")
    )
    ward = models.ForeignKey(
        Person, models.DO_NOTHING, db_constraint=False, related_name="guardians", verbose_name=_("ward")
    )
    kind = models.CharField(_("kind"), max_length=20, choices=Kind.choices)
    evidence = models.CharField(_("evidence"), max_length=20, choices=Evidence.choices)
    verified_by = models.ForeignKey(
        "identity.User", models.PROTECT, null=True, blank=True, verbose_name=_("verified by")
    )
    in_force_from = models.DateTimeField(_("in force from"))
    in_force_until = models.DateTimeField(_("in force until"), null=True, blank=True)
    source = models.CharField(_("source"), max_length=40, blank=True)
    record_id = models.CharField(_("record id"), max_length=80, blank=True)
    version = models.PositiveIntegerField(_("version"), default=1)
    digest = models.UUIDField(null=True, editable=False)
    withdrawn = models.BooleanField(_("withdrawn"), default=False)
    synced_at = models.DateTimeField(_("synced at"), null=True, blank=True)

    objects = KinshipQuerySet.as_manager()

    class Meta:
        verbose_name = _("kinship")
        verbose_name_plural = _("kinships")
        constraints = [
            models.UniqueConstraint(
                fields=["source", "record_id"],
                condition=~models.Q(source=""),
                name="kinship_record_is_unique_in_its_source",
            ),
            models.CheckConstraint(
                condition=~models.Q(guardian=models.F("ward")), name="guardian_is_not_the_ward"
            ),
            models.CheckConstraint(
                condition=models.Q(in_force_until__isnull=True)
                | models.Q(in_force_until__gt=models.F("in_force_from")),
                name="kinship_ends_after_it_begins",
            ),
            models.CheckConstraint(
                condition=~models.Q(source="") | models.Q(verified_by__isnull=False),
                name="kinship_is_verified_by_registry_or_reviewer",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.id}"


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


def name_context(person_key: UUID) -> str:
    """Return what a sealed name is bound to, so that it cannot be moved to another row."""
    return f"identity_person:name:{person_key}"


def number_context(person_key: UUID) -> str:
    """Return what a sealed document number is bound to."""
    return f"identity_person:number:{person_key}"


def mobile_context(user_id: UUID) -> str:
    """Return what a sealed mobile number is bound to."""
    return f"identity_user:mobile:{user_id}"
