"""Wording: no reason lacks anything, in either language; every label is there; the unknown is official."""

from dataclasses import fields

import pytest
from django.utils import translation

from healthcode.facts import AlertCause, Feed, NaatResult, OrderKind, VaccineProduct
from healthcode.verdict import EntryVerdict, Reason, StatusCode, VaccinationState
from lookup import wording
from lookup.admission import Door, FaceStep, Proof
from lookup.budgets import Budget

LANGUAGES = ("zh-hans", "en")
# docs/domain.md, 3: the sentence that the city used.
OFFICIAL_UNKNOWN = (
    "暂不掌握被查人防疫相关健康状态情况，请您按照防疫政策要求，协助被查人做好体温测量及信息登记工作"
)
LABELS = [
    *((wording.status_label, each) for each in StatusCode),
    *((wording.status_explanation, each) for each in StatusCode),
    *((wording.vaccination_label, each) for each in VaccinationState),
    *((wording.naat_result_label, each) for each in NaatResult),
    *((wording.alert_label, number) for number in range(1, 6)),
    *((wording.alert_text, number) for number in range(1, 6)),
    *((wording.alert_cause_label, each) for each in AlertCause),
    *((wording.order_label, each) for each in OrderKind),
    *((wording.product_label, each) for each in VaccineProduct),
    *((wording.feed_label, each) for each in Feed),
    *((wording.entry_label, each) for each in EntryVerdict),
    *((wording.door_label, each) for each in Door),
    *((wording.proof_label, each) for each in Proof),
    *((wording.owner_label, each) for each in wording.Owner),
    *((wording.budget_text, each) for each in Budget),
    *((wording.face_step_text, each) for each in FaceStep),
]
AROUND_THE_FACE_STEP = [
    wording.asker_not_verified_text,
    wording.consent_needed_text,
    wording.consent_text,
    wording.matcher_away_text,
    wording.person_sees_why_text,
    wording.photo_needed_text,
    lambda: " ".join(map(str, wording.face_notice())),
]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("reason", Reason)
def test_reason_wording_lacks_nothing_in_either_language(reason, language) -> None:
    found = wording.reason_wording(reason)

    with translation.override(language):
        texts = [
            str(getattr(found, field.name))
            for field in fields(found)
            if field.name not in ("code", "remedy", "owner")
        ]

    assert found.code is reason
    assert len(texts) == len(("label", "text", "remedy_text", "owner_label", "return_when"))
    for text in texts:
        assert text.strip(), reason
        assert has_chinese(text) is (language == "zh-hans"), text


@pytest.mark.parametrize(("label", "argument"), LABELS)
def test_labels_exist_in_both_languages_for_every_member(label, argument) -> None:
    with translation.override("zh-hans"):
        chinese = str(label(argument))
    with translation.override("en"):
        english = str(label(argument))

    assert has_chinese(chinese)
    assert english
    assert not has_chinese(english)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("text", AROUND_THE_FACE_STEP)
def test_face_step_is_explained_in_both_languages(text, language) -> None:
    with translation.override(language):
        said = str(text())

    assert said.endswith((".", "。"))
    assert has_chinese(said) is (language == "zh-hans")


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_bare_unknown_has_causes_and_steps_in_both_languages(language) -> None:
    with translation.override(language):
        lines = [*map(str, wording.possible_causes()), *map(str, wording.what_a_stranger_can_do())]

    assert len(set(lines)) == len(lines) >= 8
    assert all(has_chinese(line) is (language == "zh-hans") for line in lines)


def test_status_explanation_of_unknown_is_the_official_sentence_in_chinese() -> None:
    with translation.override("zh-hans"):
        assert str(wording.status_explanation(StatusCode.UNKNOWN)) == OFFICIAL_UNKNOWN


@pytest.mark.parametrize(
    ("status", "label"),
    [
        (StatusCode.GREEN, "未见异常"),
        (StatusCode.YELLOW, "居家观察"),
        (StatusCode.RED, "集中观察"),
        (StatusCode.UNCONFIRMED, "暂不能确认"),
        (StatusCode.UNKNOWN, "暂不掌握"),
    ],
)
def test_status_label_is_the_field_term_in_chinese(status, label) -> None:
    with translation.override("zh-hans"):
        assert str(wording.status_label(status)) == label


def test_reason_wording_of_no_face_reference_tells_the_father_all_he_needs() -> None:
    found = wording.reason_wording(Reason.NO_FACE_REFERENCE)

    assert found.remedy is wording.Remedy.USE_THIRD_PARTY_QUERY
    assert found.owner is wording.Owner.REGISTRY
    with translation.override("en"):
        assert "a child without a card has none" in str(found.text)
        assert "tests and doses on file are shown" in str(found.text)
        assert "third-party query" in str(found.remedy_text)
        assert "answers a verified guardian at once" in str(found.remedy_text)
        assert "apply for an identity card" in str(found.remedy_text)
        assert "The day after the card has arrived" in str(found.return_when)


def test_remedy_is_used_by_some_reason_when_it_is_in_the_list() -> None:
    used = {wording.reason_wording(reason).remedy for reason in Reason}

    assert used == set(wording.Remedy)


def has_chinese(text: str) -> bool:
    return any("\u4e00" <= character <= "\u9fff" for character in text)
