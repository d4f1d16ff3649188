"""People of the registry. Number and name are sealed; the key is the only handle."""

from uuid import UUID

from django.db import models
from django.utils.translation import gettext_lazy as _

from identity.document import DocumentType, Sex
from identity.keyring import sealing_ring
from identity.masking import mask_name, mask_number


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
    # Null in rows of before the mark: until `mark_names` has filled them, the sealed name is opened.
    name_mark = models.UUIDField(null=True, editable=False)
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
        indexes = [
            # Each record of a feed looks for its person's mark: here it stands beside the key.
            models.Index(
                fields=["person_key"],
                include=["name_mark"],
                condition=models.Q(withdrawn=False),
                name="person_name_mark",
            ),
            # A record whose number is corrected leaves the row that it had (identity.moved_records).
            models.Index(fields=["source", "record_id"], name="person_by_record"),
        ]
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


def name_context(person_key: UUID | str) -> str:
    """Return what a sealed name is bound to, so that it cannot be moved to another row.

    Takes a key as PostgreSQL writes it, too: whoever opens thousands need not read each into a UUID.
    """
    return f"identity_person:name:{person_key}"


def number_context(person_key: UUID) -> str:
    """Return what a sealed document number is bound to."""
    return f"identity_person:number:{person_key}"
