"""Let a colleague whose phone and paper codes are lost enrol another phone."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from identity import second_factor
from identity.accounts import MobileProblem, parse_mobile
from identity.keyring import mobile_key
from identity.management.commands.create_staff import enrolment_note
from identity.models import User


class Command(BaseCommand):
    """``manage.py renew_second_step [--mobile M]``"""

    help = "Forget a colleague's phone and paper codes, and print a code with which to enrol another phone."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--mobile", help="mobile number of the account; asked for if left out")

    def handle(self, *args: Any, **options: Any) -> None:
        mobile = parse_mobile((options["mobile"] or input("Mobile number: ")).strip())
        if isinstance(mobile, MobileProblem):
            raise CommandError("This is not a mobile number. Nothing was changed.")
        user = User.objects.filter(mobile_key=mobile_key(mobile), is_staff=True).first()
        if user is None:
            raise CommandError("No colleague has this mobile number. Nothing was changed.")
        code = second_factor.renew(user, at=timezone.now())
        self.stdout.write(f"{user} ({user.masked_mobile}) has no phone enrolled any more.")
        self.stdout.write(enrolment_note(code))
