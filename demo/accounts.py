"""Who can sign in to the demo, and the device at its gate: made once, then left as they are.

Records, kinship and registrations come from the feeds alone; nothing of them is written here.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from django.utils.translation import gettext_noop as _

from demo.people import Citizen, City
from identity import keyring
from identity.keyring import key_of
from identity.models import User
from identity.staff import StaffRole, create_staff
from lookup.device_keys import IssuedKey, issue_key
from lookup.models import AccessLock, Device, DeviceKey, Site

GATE = "Sunflower Primary School 向日葵小学"
GATE_DEVICE = "Main gate"
_KEY_NAME = "demo"


@dataclass(frozen=True, kw_only=True)
class DemoAccount:
    """One account of the demo; ``role`` is also the label of the citizen whom a citizen's account proves."""

    role: str
    mobile: str
    password: str = field(repr=False)
    note: str
    staff_role: StaffRole | None = None
    staff_name: str = ""


ACCOUNTS = (
    DemoAccount(
        role="guardian",
        mobile="+8613900000001",
        password="willow-lane-guardian",
        note=_("Verified guardian of the labelled wards: sees every reason, their tests and doses."),
    ),
    DemoAccount(
        role="stranger",
        mobile="+8613900000002",
        password="willow-lane-stranger",
        note=_("Verified, but nobody's kin: reads GREEN or the bare unknown."),
    ),
    DemoAccount(
        role="third_party",
        mobile="+8613900000003",
        password="willow-lane-thirdparty",
        note=_("Verified, nobody's kin: for looking up an adult with name, number and face."),
    ),
    DemoAccount(
        role="staff",
        mobile="+8613900000004",
        password="willow-lane-staff-desk",
        note=_("Administrator: registry, records, policies, devices at /admin/."),
        staff_role=StaffRole.ADMINISTRATOR,
        staff_name="Demo administrator",
    ),
    DemoAccount(
        role="auditor",
        mobile="+8613900000005",
        password="willow-lane-auditor-desk",
        note=_("Sees everything in /admin/, the audit among it, and changes nothing."),
        staff_role=StaffRole.AUDITOR,
        staff_name="Demo auditor",
    ),
)


def open_accounts(city: City, *, at: datetime) -> None:
    """Make the accounts that are missing, and link those of citizens to the people of this era."""
    people = city.labelled
    for account in ACCOUNTS:
        user = User.objects.filter(mobile_key=keyring.mobile_key(account.mobile)).first()
        if account.staff_role is None:
            _open_citizens_account(account, people[account.role], user, at=at)
        elif user is None:
            create_staff(
                account.mobile,
                password=account.password,
                staff_name=account.staff_name,
                role=account.staff_role,
                at=at,
            )


def lock_the_locked(people: Mapping[str, Citizen], *, at: datetime) -> None:
    """Lock one ward on behalf of the guardian."""
    guardian = User.objects.get(person_id=key_of(people["guardian"].document))
    AccessLock.objects.get_or_create(
        subject_key=key_of(people["locked_elder"].document),
        defaults={"locked_at": at, "locked_by": guardian},
    )


def device_key(*, former: str | None, at: datetime) -> str:
    """Return a key of the gate's device that works: the former one if it still does, else a new one.

    A key is stored hashed, so only whoever kept it can hand it on.
    """
    site, _ = Site.objects.get_or_create(name=GATE)
    device, _ = Device.objects.get_or_create(site=site, label=GATE_DEVICE)
    if former is not None and _opens(device, former):
        return former
    # Whoever has lost the file has lost its key.
    DeviceKey.objects.filter(device=device).update(revoked=True)
    issued = issue_key(device, name=_KEY_NAME, at=at)
    if not isinstance(issued, IssuedKey):
        raise RuntimeError("the demo's device has keys that were just revoked")
    return issued.key


def _open_citizens_account(
    account: DemoAccount, citizen: Citizen, user: User | None, *, at: datetime
) -> None:
    person_key = key_of(citizen.document)
    if user is None:
        User.objects.create_user(account.mobile, account.password, joined_at=at, person_id=person_key)
    elif user.person_id != person_key:
        user.person_id = person_key
        user.save(update_fields=["person"])


def _opens(device: Device, key: str) -> bool:
    prefix = key.partition(".")[0]
    if not (prefix.isascii() and prefix.isalnum()):
        return False
    row = DeviceKey.objects.filter(device=device, prefix=prefix, revoked=False).first()
    return row is not None and row.is_valid(key) and not row.has_expired
