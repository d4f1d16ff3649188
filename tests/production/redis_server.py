"""Debian's Redis for a test: on a free port, in a folder of its own, keeping a journal of all it was told."""

import base64
import binascii
import re
import signal
import subprocess
import time
from pathlib import Path

import redis

from tests.deployment import free_port

# A Celery message carries its body as base64.
_BASE64 = re.compile(rb"[A-Za-z0-9+/]{8,}={0,2}")


class RedisServer:
    """A server that can be killed and started again, at the same address."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir()
        self._folder, self._port = folder, free_port()
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self._port}/0"

    def start(self) -> None:
        # A journal of commands in plain text: what was taken out again can be read afterwards.
        arguments = (
            *("--port", str(self._port), "--bind", "127.0.0.1", "--dir", str(self._folder), "--save", ""),
            *("--appendonly", "yes", "--aof-use-rdb-preamble", "no", "--auto-aof-rewrite-percentage", "0"),
        )
        self._process = subprocess.Popen(["redis-server", *arguments], stdout=subprocess.DEVNULL)
        for _turn in range(100):
            try:
                with redis.Redis.from_url(self.url) as client:
                    client.ping()
                return
            except redis.ConnectionError:
                time.sleep(0.05)
        raise AssertionError("redis-server did not come up")

    def kill(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait(timeout=10)
            self._process = None

    def fall_silent(self) -> None:
        """Stop it where it stands: connections stay open, nothing is answered."""
        if self._process is not None:
            self._process.send_signal(signal.SIGSTOP)

    def speak_again(self) -> None:
        if self._process is not None:
            self._process.send_signal(signal.SIGCONT)

    def forget(self) -> None:
        """Drop every key."""
        with redis.Redis.from_url(self.url) as client:
            client.flushall()

    def keys(self) -> list[str]:
        with redis.Redis.from_url(self.url) as client:
            return [key.decode(errors="replace") for key in client.scan_iter(count=1000)]

    def everything(self) -> str:
        """Return every key and value that was ever written, base64 decoded as well."""
        journal = b"".join(path.read_bytes() for path in sorted(self._folder.rglob("*.aof")))
        return b"\n".join([journal, *map(_decoded, _BASE64.findall(journal))]).decode(errors="replace")


def _decoded(encoded: bytes) -> bytes:
    try:
        return base64.b64decode(encoded, validate=True)
    except binascii.Error:
        return b""
