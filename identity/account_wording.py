"""Signing up, signing in and resetting a password, in words for people.

A refusal says what may be the cause and what to do next, and is the same for every cause.
"""

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise


def mobile_problem_text() -> "_StrPromise":
    """Return the sentence for a text that is no mobile number."""
    return _(
        "This is not a mobile number. Please type all its digits; a number from abroad begins with + and the "
        "code of the country."
    )


def code_problem_text() -> "_StrPromise":
    """Return the sentence for a text that is no one-time code."""
    return _("The code has 6 digits. Please type it as it stands in the message.")


def photo_missing_text() -> "_StrPromise":
    """Return the sentence for a form without a photo."""
    return _("The photo is missing. Please take one of your face, or choose one.")


def code_sent_text() -> "_StrPromise":
    """Return what is said after a code was asked for, whether or not one was sent."""
    return _(
        "If this number can get a code, it comes within a minute and is good for 10 minutes. A new one is "
        "sent after a minute at the earliest, and at most 5 a day."
    )


def not_confirmed_text() -> "_StrPromise":
    """Return the refusal of a sign-up whose mobile number was not confirmed."""
    return _(
        "The code was not accepted. It may be wrong, older than 10 minutes, replaced by a newer one, used, "
        "or tried 5 times; or the number has an account already. Please ask for a new code, or sign in."
    )


def identity_not_confirmed_text() -> "_StrPromise":
    """Return the refusal of a sign-up whose identity was not proved, the same for every cause."""
    return _(
        "Your identity could not be confirmed. Possible causes: the name or the number is not as the "
        "registry has it, the photo does not show the same face, the registry has no photo, the person has "
        "an account already, or too much was tried today. Please compare name and number with the document, "
        "take the photo in good light, and try again, tomorrow at the latest. Otherwise take the document to "
        "the service counter of the subdistrict."
    )


def reset_not_confirmed_text() -> "_StrPromise":
    """Return the refusal of a reset, the same for every cause."""
    return _(
        "The password was not changed. Possible causes: the code is wrong, old or used, the number has no "
        "account, the document is not that of the account, the photo does not show the same face, or too "
        "much was tried today. Please compare everything and ask for a new code, tomorrow at the latest. "
        "Otherwise take the document to the service counter of the subdistrict."
    )


def too_many_attempts_text() -> "_StrPromise":
    """Return the sentence for somebody who is locked out for a while."""
    return _(
        "Too many tries to sign in with this number from here. Please wait 15 minutes. You can also reset "
        "the password with a code to your phone, which works at once, or sign in on another device."
    )


def matcher_away_text() -> "_StrPromise":
    """Return the sentence for a matcher that cannot be reached."""
    return _(
        "Faces cannot be compared at the moment. Your code stays good. Please try again in a few minutes."
    )


def password_changed_text() -> "_StrPromise":
    """Return what is said after a password was reset."""
    return _(
        "Your password is changed, and every device is signed out. Please sign in with the new password."
    )
