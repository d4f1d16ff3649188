"""What is wrong with a number, a name or a picture, and how to mend it, in words for people.

Every sentence stands alone, says what to do next, and repeats nothing of what was typed.
"""

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from identity.document import DocumentProblem, DocumentType, MalformedDocument
from identity.face_match import PictureProblem, UnreadablePicture
from identity.names import MalformedName, NameProblem

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

_DOCUMENT_TYPES: "dict[DocumentType, _StrPromise]" = {
    DocumentType.RESIDENT_ID: _("Resident identity card or residence permit"),
    DocumentType.HK_MACAO_PERMIT: _("Mainland travel permit for Hong Kong and Macao residents"),
    DocumentType.TAIWAN_PERMIT: _("Mainland travel permit for Taiwan residents"),
    DocumentType.PASSPORT: _("Passport"),
    DocumentType.FOREIGN_PERMANENT_RESIDENT: _("Foreign permanent resident identity card"),
}

_DOCUMENT_PROBLEMS: "dict[DocumentProblem, _StrPromise]" = {
    DocumentProblem.UNKNOWN_TYPE: _(
        "There is no such document type. Please use one of the codes 10, 14, 15, 20 or 34; a resident "
        "identity card is 10."
    ),
    DocumentProblem.TYPE_NOT_YET_SERVED: _(
        "Documents of this type are not served here yet. Please show the document at the counter."
    ),
    DocumentProblem.EMPTY: _("The document number is missing. Please type all 18 characters."),
    DocumentProblem.HIDDEN_CHARACTERS: _(
        "The number contains something that cannot be seen, such as a line break or a hidden mark from "
        "copying. Please clear the field and type the number by hand."
    ),
    DocumentProblem.LOOK_ALIKE_LETTER: _(
        "The number contains a sign that looks like X and is another one. Please type the letter X on an "
        "English keyboard."
    ),
    DocumentProblem.FOREIGN_DIGITS: _(
        "The number contains digits of another script. Please type it with the digits 0 to 9."
    ),
    DocumentProblem.WRONG_CHARACTERS: _(
        "The number contains a character that does not belong there. It has 17 digits and at the end a digit "
        "or X. Please check that no letter O or I stands for 0 or 1, and leave out dashes."
    ),
    DocumentProblem.FIFTEEN_DIGITS: _(
        "This is an old number of 15 digits, which is no longer valid. Please type the 18 characters on the "
        "present card or in the household register."
    ),
    DocumentProblem.WRONG_LENGTH: _(
        "The number does not have 18 characters. Please compare it with the card and type it again."
    ),
    DocumentProblem.NO_SUCH_DATE: _(
        "The birth date inside the number (7th to 14th digit) does not exist. Please compare these digits "
        "with the card."
    ),
    DocumentProblem.WRONG_CHECK_DIGIT: _(
        "The last character does not agree with the others, so at least one is mistyped. Please compare the "
        "number with the card, character by character."
    ),
    DocumentProblem.NOT_YET_BORN: _(
        "The birth date inside the number (7th to 14th digit) is still to come. Please compare these digits "
        "with the card."
    ),
}

_NOT_YET_SERVED: "dict[DocumentType, _StrPromise]" = {
    DocumentType.HK_MACAO_PERMIT: _(
        "Mainland travel permits for Hong Kong and Macao residents are not served here yet. If the person "
        "has a residence permit with 18 digits, please use its number; otherwise show the permit at the "
        "counter."
    ),
    DocumentType.TAIWAN_PERMIT: _(
        "Mainland travel permits for Taiwan residents are not served here yet. If the person has a residence "
        "permit with 18 digits, please use its number; otherwise show the permit at the counter."
    ),
    DocumentType.PASSPORT: _(
        "Passports are not served here yet. If the person also has a resident identity card, please use its "
        "number; otherwise show the passport at the counter."
    ),
    DocumentType.FOREIGN_PERMANENT_RESIDENT: _(
        "Foreign permanent resident identity cards are not served here yet. Please show the card at "
        "the counter."
    ),
}

_NAME_PROBLEMS: "dict[NameProblem, _StrPromise]" = {
    NameProblem.EMPTY: _("The name is missing. Please type it as it stands on the document."),
    NameProblem.TOO_LONG: _(
        "The name is longer than 100 characters. Please type only the name on the document."
    ),
    NameProblem.HIDDEN_CHARACTERS: _(
        "The name contains something that cannot be seen, such as a line break or a hidden mark from "
        "copying. Please clear the field and type the name by hand."
    ),
    NameProblem.DIGITS: _(
        "The name contains a digit. Please type only the name as it stands on the document."
    ),
    NameProblem.SYMBOLS: _(
        "The name contains an emoji or another sign that belongs in no name. Please use letters, and between "
        "the parts of a name a dot (·), a space or a hyphen."
    ),
}

_PICTURE_PROBLEMS: "dict[PictureProblem, _StrPromise]" = {
    PictureProblem.EMPTY: _("The photo is empty. Please choose it again."),
    PictureProblem.TOO_MANY_BYTES: _("The photo is larger than 2 MB. Please choose a smaller one."),
    PictureProblem.WRONG_FORMAT: _(
        "The file is neither a JPEG nor a PNG picture. Please choose a photo in one of them."
    ),
    PictureProblem.TOO_MANY_PIXELS: _(
        "The photo has too many pixels. Please choose one of at most 13 megapixels."
    ),
    PictureProblem.TOO_FEW_PIXELS: _("The photo is too small to show a face. Please choose a larger one."),
    PictureProblem.DAMAGED: _("The photo is damaged and cannot be opened. Please take it again."),
    PictureProblem.NO_FACE: _(
        "The photo shows no face. Please take it again in good light, with the face in the middle."
    ),
}


def document_type_label(document_type: DocumentType) -> "_StrPromise":
    """Return the name of a document type, for lists to choose from."""
    return _DOCUMENT_TYPES[document_type]


def document_problem_text(malformed: MalformedDocument) -> "_StrPromise":
    """Return the sentence for a number that was refused; a type not yet served is named in its own."""
    general = _DOCUMENT_PROBLEMS[malformed.problem]
    if malformed.problem is DocumentProblem.TYPE_NOT_YET_SERVED and malformed.type is not None:
        return _NOT_YET_SERVED.get(malformed.type, general)
    return general


def name_problem_text(malformed: MalformedName) -> "_StrPromise":
    """Return the sentence for a name that was refused."""
    return _NAME_PROBLEMS[malformed.problem]


def picture_problem_text(unreadable: UnreadablePicture) -> "_StrPromise":
    """Return the sentence for a picture that could not be compared."""
    return _PICTURE_PROBLEMS[unreadable.problem]
