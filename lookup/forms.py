"""What people type to ask about somebody."""

from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from identity.document import Document, DocumentProblem, MalformedDocument, is_born
from identity.forms import DocumentNumberField, FocusOnError
from identity.wording import document_problem_text


class AssistedQueryForm(FocusOnError):
    """One question: whose number?"""

    document_number = DocumentNumberField(
        label=_("ID number of the person"),
        help_text=_(
            "18 characters, as on the ID card or in the household register. A small x or spaces do no harm."
        ),
        required=False,
    )

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._today = today

    def clean_document_number(self) -> Document:
        """Refuse a birth date that is still to come: the number's own form knows no clock."""
        document: Document = self.cleaned_data["document_number"]
        if not is_born(document, self._today):
            unborn = MalformedDocument(problem=DocumentProblem.NOT_YET_BORN)
            raise ValidationError(document_problem_text(unborn), code=unborn.problem)
        return document

    @property
    def document(self) -> Document:
        """The parsed number of a valid form."""
        document: Document = self.cleaned_data["document_number"]
        return document
