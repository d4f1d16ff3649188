"""A town at the gates: people on file with a test of yesterday and two doses, a device, bodies to send."""

import json
import os
import random
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.town import Town, clock, number_of

if TYPE_CHECKING:
    from datetime import datetime

PEOPLE = int(os.environ.get("BENCH_PEOPLE", "100000"))
BODIES = 20_000
A_LOT = 10_000_000
"""Checks a minute: a limit that is counted and never met."""


@dataclass(frozen=True, kw_only=True)
class Gate:
    """What a load generator needs."""

    device_id: str
    authorization: str
    folder: Path

    @property
    def single(self) -> str:
        """A file of bodies with one person each, drawn by chance."""
        return str(self.folder / "single.ndjson")

    def batch(self, size: int) -> str:
        """Write and return a file of bodies with so many people each."""
        path = self.folder / f"batch-{size}.ndjson"
        if not path.exists():
            lines = (self.folder / "single.ndjson").read_text().splitlines()
            draw = random.Random(3)
            with path.open("w") as file:
                for _ in range(200):
                    file.write(f'{{"items": [{", ".join(draw.sample(lines, size))}]}}\n')
        return str(path)


def settle() -> Gate:
    """Put people on file, mark every feed as just read, and open a gate."""
    from django.conf import settings

    from lookup.models import Device
    from tests import makers

    town = Town(at=clock())
    town.grow(PEOPLE)
    _test_everybody(town.at)
    makers.mark_feeds_read(town.at)
    device, key = makers.make_device_key()
    Device.objects.filter(id=device.id).update(checks_per_minute=A_LOT)
    folder, draw = Path(settings.VAR_DIR), random.Random(5)
    with (folder / "single.ndjson").open("w") as file:
        for person in (draw.randrange(PEOPLE) for _ in range(BODIES)):
            file.write(json.dumps({"document_number": number_of(person)}) + "\n")
    return Gate(device_id=str(device.id), authorization=f"Api-Key {key}", folder=folder)


def _test_everybody(at: "datetime") -> None:
    from django.db import connection

    values = {"collected": at - timedelta(hours=26), "issued": at - timedelta(hours=14)}
    with connection.cursor() as cursor:
        cursor.execute(_TESTS_AND_DOSES, values)
        cursor.execute("VACUUM FULL ANALYZE records_summary")


_TESTS_AND_DOSES = """
    UPDATE records_summary SET
        naats = jsonb_build_array(jsonb_build_array(extract(epoch FROM %(collected)s)::bigint,
            extract(epoch FROM %(issued)s)::bigint, 'N', 0)),
        doses = '[["CORONAVAC", "2021-11-20", 1], ["CORONAVAC", "2021-12-18", 2]]'
"""
