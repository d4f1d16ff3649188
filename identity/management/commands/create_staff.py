"""Make the account of an administrator or auditor; also the first one of a deployment.

The password is asked for, or read from standard input: it never stands on a command line.
"""

import sys
from datetime import timedelta
from getpass import getpass
from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from identity import second_factor
from identity.accounts import MobileProblem, parse_mobile
from identity.staff import MobileTaken, StaffRole, create_staff, is_staff_name


class Command(BaseCommand):
    """``manage.py create_staff [--mobile M] [--name N] [--auditor] [--password-stdin]``"""

    help = "Make the account of an administrator (or, with --auditor, of somebody who may only look)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--mobile", help="mobile number to sign in with; asked for if left out")
        parser.add_argument("--name", help="how the colleague is named in audits; asked for if left out")
        parser.add_argument("--auditor", action="store_true", help="may look at everything, change nothing")
        parser.add_argument(
            "--password-stdin", action="store_true", help="read the password from the first line of stdin"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        mobile = _mobile(options["mobile"] or _asked("Mobile number: "))
        staff_name = _staff_name(options["name"] or _asked("Name of the colleague: "))
        password = _checked(_from_stdin() if options["password_stdin"] else _asked_twice())
        role = StaffRole.AUDITOR if options["auditor"] else StaffRole.ADMINISTRATOR
        outcome = create_staff(mobile, password=password, staff_name=staff_name, role=role, at=timezone.now())
        if isinstance(outcome, MobileTaken):
            raise CommandError("There is an account with this mobile number already. Nothing was changed.")
        self.stdout.write(f"Made the {role.value.lower()} {outcome} ({outcome.masked_mobile}).")
        self.stdout.write(enrolment_note(second_factor.renew(outcome, at=timezone.now())))


def enrolment_note(code: str) -> str:
    """Return what to do with an enrolment code."""
    hours = second_factor.ENROLMENT_FOR // timedelta(hours=1)
    return (
        f"Enrolment code: {code}\n"
        "Hand it to the colleague in person. With it, a phone is enrolled for one-time "
        f"codes at the first sign-in at /admin/. It is good for {hours} hours and shown this once."
    )


def _mobile(raw: str) -> str:
    number = parse_mobile(raw.strip())
    if isinstance(number, MobileProblem):
        raise CommandError("This is not a mobile number. Type it like 139 0000 0000 or +86 139 0000 0000.")
    return number


def _staff_name(raw: str) -> str:
    if not is_staff_name(raw):
        raise CommandError("The name of the colleague needs 1 to 60 visible characters.")
    return raw.strip()


def _checked(password: str) -> str:
    try:
        validate_password(password)
    except ValidationError as refused:
        raise CommandError(" ".join(refused.messages)) from None
    return password


def _asked(prompt: str) -> str:
    try:
        return input(prompt)
    except EOFError:
        raise CommandError("Nothing was typed. Give --mobile and --name, or run it in a terminal.") from None


def _asked_twice() -> str:
    password = getpass("Password: ")
    if getpass("The same again: ") != password:
        raise CommandError("The two passwords differ. Nothing was changed.")
    return password


def _from_stdin() -> str:
    return sys.stdin.readline().rstrip("\r\n")
