"""What a source may speak for; names against the registry; tests too old to come as new."""

from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command

from identity.models import Person
from records.models import Kind, Naat, ObservationOrder, Quarantined, Source, SourceRules, Summary
from records.source_rules import OPTIONAL_FIELDS
from records.sync import sync_all
from tests.records.feeds import (
    MAKERS,
    SOURCE,
    MemorySource,
    feed_page,
    key,
    make_dose,
    make_order,
    make_person,
    make_test,
    make_tube,
)
from tests.records.tables import TABLES, counts

pytestmark = pytest.mark.django_db


def allow(kind: Kind, *, source: str = SOURCE, speaks_for: tuple[str, ...] = ("*",), **fields) -> SourceRules:
    return SourceRules.objects.create(
        source=source,
        kind=kind,
        **{"fields": list(OPTIONAL_FIELDS[kind]), "speaks_for": list(speaks_for)} | fields,
    )


def refusals() -> list[tuple[str, str]]:
    return list(Quarantined.objects.order_by("id").values_list("reason", "field"))


class TestKinds:
    @pytest.mark.parametrize("kind", Kind)
    def test_source_without_rules_speaks_for_nothing_on_a_server(self, kind, settings, at):
        settings.SOURCES_WITHOUT_RULES_MAY_SPEAK = False
        assert counts(feed_page(kind, MAKERS[kind](), at=at)) == (0, 0, 0, 1)
        assert refusals() == [("NOT_FOR_THIS_SOURCE", "")]
        allow(kind)
        assert counts(feed_page(kind, MAKERS[kind]("r-2"), at=at)) == (1, 0, 0, 0)

    def test_source_without_rules_is_open_where_the_settings_say_so(self, at):
        assert feed_page(Kind.ORDERS, make_order(), at=at).applied == 1

    def test_source_with_rules_for_another_kind_may_not_send_this_one(self, at):
        allow(Kind.TESTS)
        assert counts(feed_page(Kind.ORDERS, make_order(), at=at)) == (0, 0, 0, 1)
        assert counts(feed_page(Kind.TESTS, make_test(), at=at)) == (1, 0, 0, 0)

    def test_rules_of_another_source_are_not_its_own(self, settings, at):
        settings.SOURCES_WITHOUT_RULES_MAY_SPEAK = False
        allow(Kind.DOSES, source="lab-b")
        assert feed_page(Kind.DOSES, make_dose(), at=at).quarantined == 1

    def test_refused_row_puts_its_person_in_review(self, settings, at):
        settings.SOURCES_WITHOUT_RULES_MAY_SPEAK = False
        feed_page(Kind.DOSES, make_dose(), at=at)
        assert Summary.objects.get(person_key=key(1)).record_in_review

    @pytest.mark.parametrize("open_to_all", [True, False])
    def test_age_of_a_source_that_may_not_speak_is_not_believed(self, open_to_all, settings, at):
        settings.SOURCES_WITHOUT_RULES_MAY_SPEAK = open_to_all
        sync_all(MemorySource({Kind.ORDERS: [make_order()]}, as_of=at), at=at)
        assert Source.objects.get().as_of == (at if open_to_all else None)
        assert Source.objects.get().cursor == "1"


class TestFields:
    @pytest.mark.parametrize(
        ("kind", "field", "value"),
        [
            (Kind.REGISTRY, "died_on", "2022-05-01"),
            (Kind.REGISTRY, "registered_at", "2022-05-01T00:00:00Z"),
            (Kind.KINSHIP, "in_force_until", "2028-01-01T00:00:00Z"),
            (Kind.TESTS, "district", "North"),
            (Kind.TUBES, "laboratory", "Lab A"),
            (Kind.DOSES, "lot_number", "7"),
            (Kind.ORDERS, "contact", "010"),
            (Kind.ALERTS, "cause", "CLINIC_VISIT"),
        ],
    )
    def test_field_that_is_not_the_sources_is_refused(self, kind, field, value, at):
        fields = [name for name in OPTIONAL_FIELDS[kind] if name != field]
        allow(kind, fields=fields)
        assert counts(feed_page(kind, MAKERS[kind](**{field: value}), at=at)) == (0, 0, 0, 1)
        assert refusals() == [("NOT_FOR_THIS_SOURCE", field)]
        assert counts(feed_page(kind, MAKERS[kind]("r-2", **{field: None}), at=at)) == (1, 0, 0, 0)

    @pytest.mark.parametrize("kind", TABLES)
    def test_every_optional_field_is_a_column(self, kind):
        assert set(OPTIONAL_FIELDS[kind]) <= {column.name for column in TABLES[kind]._meta.fields}


class TestSpeakers:
    def test_laboratory_of_another_source_is_refused(self, at):
        allow(Kind.TESTS, speaks_for=("Lab A", "Lab B"))
        rows = [make_test("t-1"), make_test("t-2", laboratory="Lab Z"), make_test("t-3", laboratory=None)]
        assert counts(feed_page(Kind.TESTS, *rows, at=at)) == (2, 0, 0, 1)
        assert refusals() == [("LABORATORY_NOT_OF_SOURCE", "laboratory")]

    def test_laboratory_is_compared_to_the_letter(self, at):
        allow(Kind.TESTS, speaks_for=("Lab \\ C",))
        assert feed_page(Kind.TESTS, make_test(laboratory="Lab \\ C"), at=at).applied == 1
        assert feed_page(Kind.TESTS, make_test("t-2", laboratory="lab \\ c"), at=at).quarantined == 1

    def test_laboratory_of_a_tube_is_compared_too(self, at):
        allow(Kind.TUBES, speaks_for=("Lab A",))
        assert feed_page(Kind.TUBES, make_tube(laboratory="Lab Z"), at=at).quarantined == 1
        assert feed_page(Kind.TUBES, make_tube(laboratory="Lab A"), at=at).applied == 1

    @pytest.mark.parametrize("kind", [Kind.ORDERS, Kind.ALERTS])
    def test_authority_of_another_source_is_refused(self, kind, at):
        allow(kind, speaks_for=("District centre",))
        rows = [MAKERS[kind]("r-1"), MAKERS[kind]("r-2", authority="A scanned picture")]
        assert counts(feed_page(kind, *rows, at=at)) == (1, 0, 0, 1)
        assert refusals() == [("AUTHORITY_NOT_OF_SOURCE", "authority")]


class TestNames:
    @pytest.fixture(autouse=True)
    def _registry(self, at):
        feed_page(Kind.REGISTRY, make_person(name="古丽娜尔·买买提"), at=at)

    @pytest.mark.parametrize("kind", [Kind.TESTS, Kind.DOSES, Kind.ORDERS, Kind.ALERTS])
    def test_name_that_contradicts_the_registry_is_refused(self, kind, at):
        assert counts(feed_page(kind, MAKERS[kind](name="李小满"), at=at)) == (0, 0, 0, 1)
        assert refusals() == [("NAME_CONTRADICTS_REGISTRY", "name")]
        assert Summary.objects.get(person_key=key(1)).record_in_review
        # Mended and sent again, it is taken, and nothing is in review any more.
        assert counts(feed_page(kind, MAKERS[kind](version=2, name="古丽娜尔买买提"), at=at)) == (1, 0, 0, 0)
        assert not Summary.objects.get(person_key=key(1)).record_in_review

    def test_row_without_a_name_contradicts_nothing(self, at):
        assert feed_page(Kind.DOSES, make_dose(), at=at).applied == 1

    def test_person_whom_the_registry_does_not_know_may_have_any_name(self, at):
        assert feed_page(Kind.TESTS, make_test(person=2, name="李小满"), at=at).applied == 1

    def test_withdrawn_person_contradicts_nothing(self, at):
        feed_page(Kind.REGISTRY, make_person(version=2, name="古丽娜尔·买买提", withdrawn=True), at=at)
        assert feed_page(Kind.TESTS, make_test(name="李小满"), at=at).applied == 1

    def test_registry_may_change_a_name(self, at):
        assert feed_page(Kind.REGISTRY, make_person(version=2, name="古丽"), at=at).applied == 1
        assert feed_page(Kind.TESTS, make_test(name="古丽"), at=at).applied == 1

    def test_damaged_name_does_not_stop_the_feed(self, at):
        Person.objects.update(name_sealed=b"\x01" + b"x" * 40, name_mark=None)
        assert feed_page(Kind.TESTS, make_test(name="李小满"), at=at).applied == 1

    def test_person_of_before_the_marks_is_compared_by_the_sealed_name(self, at):
        Person.objects.update(name_mark=None)
        assert feed_page(Kind.TESTS, make_test(name="李小满"), at=at).quarantined == 1
        assert feed_page(Kind.TESTS, make_test(version=2, name="古丽娜尔买买提"), at=at).applied == 1

    def test_marked_person_is_compared_without_opening_the_name(self, at):
        Person.objects.update(name_sealed=b"")
        assert feed_page(Kind.TESTS, make_test(name="李小满"), at=at).quarantined == 1
        assert feed_page(Kind.TESTS, make_test(version=2, name="古丽娜尔买买提"), at=at).applied == 1

    def test_plain_and_unusual_rows_of_one_page_are_compared_alike(self, at):
        unusual = {"sampling_site": 'Site "1"'}
        rows = [make_test("t-1", name="李小满"), make_test("t-2", name="李小满", **unusual)]
        rows += [
            make_test("t-3", name="古丽娜尔·买买提"),
            make_test("t-4", name="古丽娜尔·买买提", **unusual),
        ]
        assert counts(feed_page(Kind.TESTS, *rows, at=at)) == (2, 0, 0, 2)
        assert set(Naat.objects.values_list("record_id", flat=True)) == {"t-3", "t-4"}


class TestTooOld:
    def test_new_test_of_a_day_that_is_no_longer_kept_is_refused(self, at):
        oldest = (at - timedelta(days=90)).date()
        rows = [
            make_test("t-1", record_day=str(oldest)),
            make_test("t-2", record_day=str(oldest - timedelta(days=1))),
        ]
        assert counts(feed_page(Kind.TESTS, *rows, at=at)) == (1, 0, 0, 1)
        assert refusals() == [("TOO_OLD", "record_day")]

    def test_correction_of_a_test_that_is_still_kept_passes(self, at):
        feed_page(Kind.TESTS, make_test(), at=at)
        later = at + timedelta(days=120)
        assert counts(feed_page(Kind.TESTS, make_test(version=2, result="DETECTED"), at=later)) == (
            1,
            0,
            0,
            0,
        )
        assert Naat.objects.get().result == "DETECTED"

    def test_other_kinds_may_be_of_any_age(self, at):
        assert feed_page(Kind.DOSES, make_dose(administered_on="2021-03-01"), at=at).applied == 1


def test_rest_of_a_page_goes_on_whatever_is_refused(at):
    allow(Kind.ORDERS, speaks_for=("District centre",))
    rows = [make_order("o-1", person=1), make_order("o-2", person=2, authority="?!"), {"record_id": "o-3"}]
    assert counts(feed_page(Kind.ORDERS, *rows, at=at)) == (1, 0, 0, 2)
    assert ObservationOrder.objects.get().record_id == "o-1"


class TestCommand:
    def test_command_lets_a_source_send_kinds(self, settings, at):
        settings.SOURCES_WITHOUT_RULES_MAY_SPEAK = False
        call_command(
            "allow_source", SOURCE, "tests", "doses", "--speaks-for", "Lab A", "--speaks-for", "Lab B"
        )
        assert feed_page(Kind.DOSES, make_dose(), at=at).applied == 1
        assert feed_page(Kind.TESTS, make_test(laboratory="Lab B"), at=at).applied == 1
        assert feed_page(Kind.TESTS, make_test("t-2", laboratory="Lab C"), at=at).quarantined == 1

    def test_command_keeps_limits_and_fields_that_somebody_has_set(self):
        allow(Kind.TESTS, fields=["result"], most_turned_people=7)
        call_command("allow_source", SOURCE, "tests", "--speaks-for", "*")
        rules = SourceRules.objects.get()
        assert (rules.fields, rules.most_turned_people, rules.speaks_for) == (["result"], 7, ["*"])

    def test_command_raises_the_limit_for_a_first_load(self, settings, at):
        settings.BREAKER_PEOPLE = 0
        call_command("allow_source", SOURCE, "orders", "--speaks-for", "*", "--most-turned-people", "1")
        assert feed_page(Kind.ORDERS, make_order(), at=at).applied == 1
        assert feed_page(Kind.ORDERS, make_order("o-2", person=2), at=at).held

    @pytest.mark.parametrize("names", [(), ("--speaks-for", " "), ("--speaks-for", "*", "--speaks-for", "A")])
    def test_command_wants_to_know_for_whom(self, names):
        with pytest.raises(CommandError):
            call_command("allow_source", SOURCE, "doses", "orders", *names)
        assert not SourceRules.objects.exists()
