"""var/demo.json: where the demo is served, who can sign in, whom to ask about, and a device key."""

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from demo.accounts import ACCOUNTS
from demo.cast import ADULT, WARDS
from demo.people import Citizen
from demo.roles import WITH_OTHER_DOCUMENTS


def demo_content(
    people: Mapping[str, Citizen], *, base_url: str, portraits: Mapping[str, Path], key: str
) -> dict[str, Any]:
    """Return what the file holds. Everybody in it is invented."""
    return {
        "base_url": base_url,
        "accounts": [
            {
                "role": account.role,
                "mobile": account.mobile,
                "password": account.password,
                "name": people[account.role].name if account.role in people else account.staff_name,
                "note": account.note,
            }
            for account in ACCOUNTS
        ],
        "people": [
            {
                "label": role.label,
                "document_number": people[role.label].document.number,
                "document_type": people[role.label].document.type.value,
                "name": people[role.label].name,
                "portrait": str(portraits[role.label]),
                "note": role.note,
            }
            for role in (*WARDS, ADULT, *WITH_OTHER_DOCUMENTS)
        ],
        "device_key": key,
    }


def former_device_key(file: Path) -> str | None:
    """Return the key that an earlier run wrote down, if the file is there and can be read."""
    content = content_of(file)
    key = None if content is None else content.get("device_key")
    return key if isinstance(key, str) else None


def content_of(file: Path) -> Mapping[str, Any] | None:
    """Return what an earlier run wrote down, or None where no demo is loaded."""
    try:
        content = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return None
    return content if isinstance(content, dict) else None


def write(content: Mapping[str, Any], file: Path) -> None:
    """Write the file so that whoever reads it sees the old one or the new one, whole."""
    file.parent.mkdir(parents=True, exist_ok=True)
    unfinished = file.with_suffix(".unfinished")
    unfinished.write_text(json.dumps(content, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    os.replace(unfinished, file)
