"""What git calls the code that runs, for a machine on which nobody names its releases."""

import os
import subprocess
from pathlib import Path


def described_release(folder: Path) -> str:
    """Return the release that RELEASE names, or git's description of a clone; empty without either."""
    named = os.environ.get("RELEASE", "")
    if named or not (folder / ".git").exists():
        return named
    try:
        command = ["git", "-C", str(folder), "describe", "--always", "--tags"]
        told = subprocess.run(command, capture_output=True, text=True, timeout=5, check=False)
    except (OSError, subprocess.SubprocessError):
        return ""
    return told.stdout.strip()
