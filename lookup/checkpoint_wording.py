"""What the checkpoint page says: short enough to be read at two metres, and what to do next."""

from django.utils.translation import gettext as _

from healthcode.verdict import EntryVerdict


def page_texts() -> dict[str, str]:
    """Return every sentence that the page's script shows, in the active language."""
    return _verdicts() | _troubles() | _lines()


def _verdicts() -> dict[str, str]:
    return {
        EntryVerdict.PASS.value: _("Pass"),
        EntryVerdict.NO_PASS.value: _("No entry"),
        EntryVerdict.MANUAL.value: _("Check by hand"),
        "pass_next": _("Please let the person in."),
        "no_pass_next": _("Please do not let the person in, and follow the rules of your site."),
        "manual_next": _("Please look at the documents and the temperature, and write the person down."),
        "used_elsewhere_next": _(
            "This code was shown at another place before. Please look at the person's document."
        ),
    }


def _troubles() -> dict[str, str]:
    return {
        "offline": _("No connection: nobody can be checked. Please check by hand, and look at the network."),
        "stale": _("The data is old. Please tell whoever runs the service."),
        "key_wrong": _("This key is not valid, or no longer. Please ask whoever runs the devices."),
        "too_many": _("Too many checks in a minute. Please wait: %(seconds)s s."),
        "busy": _(
            "The service is busy or partly away. Please check by hand, and try again in %(seconds)s s."
        ),
        "broken": _("Something broke on our side. Please check by hand, and try again."),
        "no_camera": _("The camera cannot be used. Please use a hand scanner, or type the number."),
        "nothing_typed": _("Nothing was scanned. Please scan a code, or type a document number."),
    }


def _lines() -> dict[str, str]:
    return {
        "child": _("Child"),
        "adult": _("Adult"),
        "elder": _("Elder"),
        "days": _("Test: %(days)s d"),
        "no_test": _("No negative test on file"),
        "pending": _("a result is awaited"),
        "vaccinated": _("Vaccination: %(state)s"),
        "as_of": _("Data of %(time)s"),
        "alert": _("Alert %(number)s"),
        "checked": _("Checked: %(count)s"),
        "sound_on": _("Sound is on"),
        "sound_off": _("Sound is off"),
        "checking": _("Checking …"),
    }
