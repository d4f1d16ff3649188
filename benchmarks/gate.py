"""A gate that asks over HTTP: real gunicorn, a device with its key, one connection that is kept."""

import http.client
import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

from benchmarks.town import Town, number_of

_A_LOT = 10_000_000  # a limit that is counted and never met


class Gate:
    """Asks about people of a town, one after the other."""

    def __init__(self, town: Town, *, port: int, key: str) -> None:
        self._town, self._key = town, key
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)

    def reconnect(self) -> None:
        """Begin a new connection: the server closes one that is silent for long."""
        self._connection.close()

    def ask(self, person: int) -> float:
        """Ask about one person and return how many seconds the answer took."""
        body = json.dumps({"document_number": number_of(person)})
        headers = {"Authorization": f"Api-Key {self._key}", "Content-Type": "application/json"}
        begun = time.perf_counter()
        self._connection.request("POST", "/api/v1/checks", body=body, headers=headers)
        reply = self._connection.getresponse()
        said = reply.read()
        seconds = time.perf_counter() - begun
        assert reply.status == 201, reply.status
        assert json.loads(said)["status"]["code"] == "GREEN"
        return seconds


@contextmanager
def gate(town: Town) -> Iterator[Gate]:
    """Start the web server on the database of the run, and a gate before it."""
    from django.conf import settings

    from lookup.models import Device
    from records.models import Kind, Source
    from tests.deployment import Deployment, database_url
    from tests.makers import make_device_key

    # A status is green only where the orders have been read.
    for kind in (Kind.TESTS, Kind.ORDERS, Kind.REGISTRY, Kind.DOSES):
        Source.objects.update_or_create(
            name="gate", kind=kind, defaults={"as_of": town.at + timedelta(minutes=1)}
        )
    device, key = make_device_key()
    Device.objects.filter(id=device.id).update(checks_per_minute=_A_LOT)
    deployment = Deployment(var=Path(settings.VAR_DIR), database_url=database_url())
    with deployment.web(threads=8):
        yield Gate(town, port=deployment.port, key=key)
