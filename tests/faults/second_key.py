"""A second key of the household's gate: `python -m tests.faults.second_key`, in its deployment."""

import sys
from datetime import UTC, datetime

import django


def main() -> None:
    """Issue the key and print it."""
    django.setup()
    from lookup.device_keys import IssuedKey, issue_key
    from lookup.models import Device

    issued = issue_key(Device.objects.get(), name="second", at=datetime.now(UTC))
    assert isinstance(issued, IssuedKey)
    sys.stdout.write(issued.key)


if __name__ == "__main__":
    main()
