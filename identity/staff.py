"""Accounts of the staff: administrators may do everything, auditors may look at everything."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import assert_never

from django.contrib.auth.models import Group, Permission
from django.db import IntegrityError, transaction

from identity.models import User

AUDITORS = "auditors"
LONGEST_STAFF_NAME = 60


class StaffRole(StrEnum):
    """What a colleague may do in the admin."""

    ADMINISTRATOR = "ADMINISTRATOR"
    AUDITOR = "AUDITOR"


@dataclass(frozen=True, kw_only=True)
class MobileTaken:
    """There is an account with this mobile number already; it stays as it is."""


def create_staff(
    mobile: str, *, password: str, staff_name: str, role: StaffRole, at: datetime
) -> User | MobileTaken:
    """Make an account that may open the admin, for a mobile number in E.164 form.

    The password is taken as it is: whoever calls has checked it with Django's validators.
    """
    try:
        with transaction.atomic():
            user = User.objects.create_user(
                mobile,
                password,
                staff_name=staff_name,
                joined_at=at,
                is_staff=True,
                is_superuser=role is StaffRole.ADMINISTRATOR,
            )
    except IntegrityError:
        return MobileTaken()
    match role:
        case StaffRole.ADMINISTRATOR:
            pass
        case StaffRole.AUDITOR:
            user.groups.add(_auditors())
        case _:
            assert_never(role)
    return user


def is_staff_name(text: str) -> bool:
    """Tell whether a text can name a colleague: 1 to 60 visible characters."""
    return text.isprintable() and bool(text.strip()) and len(text) <= LONGEST_STAFF_NAME


def _auditors() -> Group:
    """Return the group that may look at everything, with the models of today's release."""
    group, _ = Group.objects.get_or_create(name=AUDITORS)
    group.permissions.set(Permission.objects.filter(codename__startswith="view_"))
    return group
