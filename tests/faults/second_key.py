"""A second key of the household's gate: `issue` prints it, `revoke PREFIX` ends it.

Run as `python -m tests.faults.second_key` in the deployment's environment, as an administrator's process.
"""

import sys

import django


def main() -> None:
    """Do what the arguments say."""
    django.setup()
    from django.utils import timezone

    from lookup.device_keys import IssuedKey, issue_key, revoke_key
    from lookup.models import Device

    device = Device.objects.get()
    match sys.argv[1:]:
        case ["issue"]:
            issued = issue_key(device, name="second", at=timezone.now())
            assert isinstance(issued, IssuedKey)
            sys.stdout.write(issued.key)
        case ["revoke", prefix]:
            assert revoke_key(device, prefix=prefix) is None, "there is no such key"
        case _:
            raise SystemExit(__doc__)


if __name__ == "__main__":
    main()
