"""The sync in a process of its own, as a worker has it: says rows, seconds and peak memory as JSON."""

import json
import os
import re
import resource
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from threading import Thread


@dataclass(frozen=True, kw_only=True)
class Loaded:
    """What one run of the loader did."""

    rows: int
    seconds: float
    peak_mb: float

    @property
    def rate(self) -> float:
        return self.rows / self.seconds


def begin(folder: Path, *, at: datetime, gentle: bool = False) -> "subprocess.Popen[bytes]":
    """Start a loader over a feed folder; ``end`` waits for it."""
    command = [sys.executable, "-m", "benchmarks.loader", str(folder), at.isoformat()]
    command += ["gentle"] * gentle
    return subprocess.Popen(command, env=os.environ, stdout=subprocess.PIPE)


def end(process: "subprocess.Popen[bytes]") -> Loaded:
    """Wait for a loader and return what it did."""
    output, _ = process.communicate()
    assert process.returncode == 0, "the loader failed"
    return Loaded(**json.loads(output.splitlines()[-1]))


def main() -> None:
    """Read every feed of the folder to its end."""
    import django

    django.setup()
    from records.backends.files import FolderSource
    from records.sync import sync_all

    folder, at = FolderSource(sys.argv[1]), datetime.fromisoformat(sys.argv[2])
    gentle = sys.argv[3:] == ["gentle"]
    held_mb = [0.0]
    Thread(target=_watch, args=(held_mb,), daemon=True).start()
    rows, begun, exhausted = 0, time.perf_counter(), False
    while not exhausted:
        [done] = sync_all(folder, at=at, gentle=gentle)
        assert not done.problem, done
        assert done.total.applied == done.total.received, done.total
        rows, exhausted = rows + done.total.applied, done.total.exhausted
    seconds = time.perf_counter() - begun
    peak_mb = max(_peak_mb(), *held_mb)
    print(json.dumps({"rows": rows, "seconds": seconds, "peak_mb": peak_mb}))


def _watch(held_mb: list[float]) -> None:
    """Note every 0.2 s what we and our readers hold; what is shared counts once (Linux)."""
    me = Path("/proc/self")
    while me.exists():
        children = {pid for task in me.glob("task/*/children") for pid in task.read_text().split()}
        with suppress(OSError):
            held_mb.append(sum(_pss_mb(pid) for pid in ("self", *children)))
        time.sleep(0.2)


def _pss_mb(pid: str) -> float:
    found = re.search(r"^Pss:\s+([0-9]+) kB", Path(f"/proc/{pid}/smaps_rollup").read_text(), re.MULTILINE)
    return int(found[1]) / 1024 if found else 0.0


def _peak_mb() -> float:
    """Return the most memory this process has held by itself.

    Linux carries ru_maxrss over from the process that started us, but not the high-water mark.
    """
    status = Path("/proc/self/status")
    if status.exists():
        found = re.search(r"VmHWM:\s+([0-9]+) kB", status.read_text())
        if found is not None:
            return int(found[1]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    main()
