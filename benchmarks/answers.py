"""How much of the database's own speed an answer keeps: one connection, audit row durable each time.

The limit is what no answer can do without: the statement that reads, and the durable insert of the row.
"""

from datetime import date, datetime
from typing import TYPE_CHECKING

from benchmarks.rounds import measure, report
from benchmarks.scene import scene

if TYPE_CHECKING:
    from identity.document import Document
    from identity.models import User
    from lookup.models import Lookup

PEOPLE = 200
ROUNDS = 7


def main() -> None:
    """Measure and print."""
    with scene():
        _measure()


def _measure() -> None:
    from django.db import connection, transaction
    from django.utils import timezone

    from identity.keyring import key_of
    from lookup import on_file
    from lookup.doors import assisted
    from lookup.models import Lookup

    at = timezone.now()
    documents, guardian = _people(at)
    insert = _insert_statement(Lookup.objects.latest("asked_at"))

    def bare() -> int:
        for document in documents:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(on_file.READ_STATEMENT, {"key": key_of(document)})
                cursor.fetchone()
                cursor.execute(insert)
        return len(documents)

    def ward() -> int:
        for document in documents:
            assisted.ask(guardian, document, at=at)
        return len(documents)

    rates = measure(
        {"the two statements alone": bare, "a guardian's assisted query": ward},
        rounds=ROUNDS,
    )
    title = f"Answers, one connection, {PEOPLE} people a round, {ROUNDS} rounds"
    report(title, rates, limit="the two statements alone", unit="answers/s")


def _people(at: datetime) -> "tuple[list[Document], User]":
    from lookup.doors import assisted
    from tests import makers

    guardian_row = makers.make_person(makers.make_document(date(1985, 1, 1)), at=at)
    guardian = makers.make_account(at=at, person=guardian_row)
    documents = [makers.make_document(date(2016, 1 + n % 12, 1 + n // 12 % 28)) for n in range(PEOPLE)]
    for document in documents:
        person = makers.make_person(document, at=at)
        makers.make_summary(person.person_key, makers.make_facts(person.born_on, at=at), at=at)
        makers.make_kinship(guardian_row, person, at=at)
    makers.mark_feeds_read(at)
    assisted.ask(guardian, documents[0], at=at)
    return documents, guardian


def _insert_statement(row: "Lookup") -> str:
    """Return an insert of a row like ours, with a new id each time."""
    columns = "asked_on, asked_at, door, proof, asker_id, device_id, subject_key, prefix_key, outcome"
    rest = "refusal, status, shown_status, reasons, facts, standing, policy, rules, closes_at"
    return (
        f"INSERT INTO lookup_lookup (id, {columns}, {rest}) SELECT gen_random_uuid(), {columns}, {rest} "
        f"FROM lookup_lookup WHERE id = '{row.id}' AND asked_on = '{row.asked_on}'"
    )


if __name__ == "__main__":
    main()
