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
    DocumentProblem.OTHER_TYPE: _(
        "This is the number of a resident identity card or residence permit. Please choose that document "
        "type."
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
    DocumentProblem.WRONG_FORM: _(
        "The number does not have the form of this document. Please compare it with the document and type it "
        "again."
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

# Where the general sentence speaks of 18 characters and X, which is true of one type alone.
_OF_OTHER_DOCUMENTS: "dict[DocumentProblem, _StrPromise]" = {
    DocumentProblem.EMPTY: _("The document number is missing. Please type it as it stands on the document."),
    DocumentProblem.LOOK_ALIKE_LETTER: _(
        "The number contains a letter of another alphabet that looks like a Latin one. Please type the "
        "letters on an English keyboard."
    ),
    DocumentProblem.WRONG_CHARACTERS: _(
        "The number contains a character that does not belong there. Please type only the letters A to Z and "
        "the digits 0 to 9, and leave out dashes and brackets."
    ),
}

_FORMS: "dict[DocumentType, _StrPromise]" = {
    DocumentType.HK_MACAO_PERMIT: _(
        "The number of this permit is the letter H or M and 8 digits. Please compare it with the permit and "
        "type it again."
    ),
    DocumentType.TAIWAN_PERMIT: _(
        "The number of this permit has 8 digits. Please compare it with the permit and type it again."
    ),
    DocumentType.PASSPORT: _(
        "A passport number has 5 to 9 letters and digits. Please compare it with the page of the passport "
        "that has the photo, and type it again."
    ),
    DocumentType.FOREIGN_PERMANENT_RESIDENT: _(
        "The number of this card has 18 characters and begins with 9, or on an older card 3 letters and 12 "
        "digits. Please compare it with the card and type it again."
    ),
}

_OF_A_FOREIGN_PERMANENT_RESIDENT = _(
    "This is the number of a foreign permanent resident identity card. Please choose that document type."
)

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
    """Return the sentence for a number that was refused, as it suits the type of document."""
    problem, of_type = malformed.problem, malformed.type
    general = _DOCUMENT_PROBLEMS[problem]
    if of_type is None or of_type is DocumentType.RESIDENT_ID:
        return general
    match problem:
        case DocumentProblem.WRONG_FORM | DocumentProblem.WRONG_LENGTH:
            return _FORMS[of_type]
        case DocumentProblem.OTHER_TYPE:
            return _OF_A_FOREIGN_PERMANENT_RESIDENT
        case _:
            return _OF_OTHER_DOCUMENTS.get(problem, general)


def name_problem_text(malformed: MalformedName) -> "_StrPromise":
    """Return the sentence for a name that was refused."""
    return _NAME_PROBLEMS[malformed.problem]


def picture_problem_text(unreadable: UnreadablePicture) -> "_StrPromise":
    """Return the sentence for a picture that could not be compared."""
    return _PICTURE_PROBLEMS[unreadable.problem]
