"""What is said around the face step: the notice, the consent, what came of it, and its refusals.

Source: docs/domain.md, 3 and 4.
"""

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from lookup.admission import FaceStep

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

# For kin alone: to anybody else every failure of this step is the same unknown.
_FACE_STEPS: "dict[FaceStep, _StrPromise]" = {
    FaceStep.MATCHED: _("The photo was compared with the face on file and matches it."),
    FaceStep.PORTRAIT: _("Photo of a minor or an elder, not compared with a face: none is on file."),
    FaceStep.DECLINED: _("No photo was sent, so no face was compared."),
    FaceStep.NAME_DIFFERS: _(
        "The name differs from the one on file. This answer rests on your kinship. Please compare the name "
        "with the document."
    ),
    FaceStep.FACE_DIFFERS: _(
        "The photo does not match the face on file. This answer rests on your kinship. Next time, take the "
        "photo in good light or leave it out."
    ),
    FaceStep.NOT_LIVE: _(
        "The photo does not show for certain that the person is with you. This answer rests on your kinship. "
        "Next time, take a new photo or leave it out."
    ),
    FaceStep.NO_REFERENCE: _(
        "There is no face on file to compare the photo with. This answer rests on your kinship. You may "
        "leave the photo out."
    ),
    FaceStep.NO_PERSON: _(
        "The registry has nobody with this number, so no face was compared. Please compare the number with "
        "the document."
    ),
}

_FACE_NOTICE: "tuple[_StrPromise, ...]" = (
    _("The photo is compared once with the face on file, to show that the person is with you."),
    _("It is held in memory for that long and stored nowhere. Only what came of it is recorded."),
    _("The person and their guardians are told of every answered query."),
    _("Verified guardians need no photo. They may leave it out."),
)


def face_step_text(step: FaceStep) -> "_StrPromise":
    """Return what came of the face step, for kin."""
    return _FACE_STEPS[step]


def face_notice() -> "tuple[_StrPromise, ...]":
    """Return what an asker is told about the face step before it: why, for how long, who is told."""
    return _FACE_NOTICE


def consent_text() -> "_StrPromise":
    """Return the sentence that the person agrees to, and by which a consent is given."""
    return _(
        "The person in the photo agrees to having it compared once with the face on file, for this question "
        "alone. For a child, a guardian agrees."
    )


def consent_needed_text() -> "_StrPromise":
    """Return the sentence for a photo without a good consent."""
    return _(
        "The person's consent is missing, used already, or older than 10 minutes. Please ask the person and "
        "confirm that they agree. Verified guardians may also leave the photo out."
    )


def photo_needed_text() -> "_StrPromise":
    """Return the sentence for an asker without kinship who sends no photo."""
    return _(
        "The photo is missing. Please take one of the person, or choose one. Only verified guardians may "
        "leave it out."
    )


def matcher_away_text() -> "_StrPromise":
    """Return the sentence for a matcher that cannot be reached."""
    return _(
        "Faces cannot be compared at the moment. This says nothing about the person. Please try again in a "
        "few minutes."
    )


def asker_not_verified_text() -> "_StrPromise":
    """Return the sentence for an asker whose own account has not proved whose it is."""
    return _(
        "This account has not been linked to a person yet, so it cannot ask by name and face. Please have "
        "your identity verified first: by signing up with your own document, or at a police counter."
    )


def person_sees_why_text() -> "_StrPromise":
    """Return the next step of an asker whose proof was a face, where the status is not green."""
    return _("The person can see why in their own code.")
