"""SealingRing: what is sealed opens in its own place, and only there."""

import pytest

from identity.sealed import SealBroken, SealingRing

OLD, NEW = b"o" * 32, b"n" * 32
PLACE = "person:name:0190a"


def ring(primary: int = 1) -> SealingRing:
    return SealingRing({1: OLD, 2: NEW}, primary=primary)


@pytest.mark.parametrize(
    "text", ["", "李小明", "11999920190615001X", "阿里·买买提", "😀", "\x00", "长" * 10_000]
)
def test_ring_opens_what_it_sealed(text: str) -> None:
    assert ring().unseal(ring().seal(text, context=PLACE), context=PLACE) == text


def test_ring_opens_a_memoryview_as_the_database_gives_it() -> None:
    sealed = memoryview(ring().seal("李小明", context=PLACE))

    assert ring().unseal(sealed, context=PLACE) == "李小明"
    assert not ring().needs_reseal(sealed)


def test_ring_puts_the_key_id_in_front_and_shows_nothing_of_the_text() -> None:
    sealed = ring(primary=2).seal("11999920190615001X", context=PLACE)

    assert sealed[0] == 2
    assert len(sealed) == 1 + 12 + 18 + 16
    assert b"119999" not in sealed


def test_ring_seals_the_same_text_differently_each_time() -> None:
    assert ring().seal("李小明", context=PLACE) != ring().seal("李小明", context=PLACE)


def test_ring_does_not_open_a_value_when_it_was_copied_to_another_row() -> None:
    sealed = ring().seal("李小明", context="person:name:1")

    assert ring().unseal(sealed, context="person:name:1") == "李小明"
    with pytest.raises(SealBroken):
        ring().unseal(sealed, context="person:name:2")


@pytest.mark.parametrize("position", [1, 12, 13, 20, -1])
def test_ring_does_not_open_a_value_when_one_bit_of_it_changed(position: int) -> None:
    sealed = bytearray(ring().seal("李小明", context=PLACE))
    sealed[position] ^= 1

    with pytest.raises(SealBroken):
        ring().unseal(bytes(sealed), context=PLACE)


def test_ring_does_not_open_a_value_when_the_key_id_was_changed_to_another_key() -> None:
    sealed = ring().seal("李小明", context=PLACE)

    with pytest.raises(SealBroken, match="key 2"):
        ring().unseal(b"\x02" + sealed[1:], context=PLACE)


def test_ring_does_not_open_a_value_when_its_key_was_taken_away() -> None:
    sealed = ring(primary=1).seal("李小明", context=PLACE)

    with pytest.raises(SealBroken, match="key 1, which is not in the ring"):
        SealingRing({2: NEW}, primary=2).unseal(sealed, context=PLACE)


@pytest.mark.parametrize("length", [0, 1, 28])
def test_ring_does_not_open_a_value_when_it_is_too_short(length: int) -> None:
    with pytest.raises(SealBroken, match="too short"):
        ring().unseal(b"\x01" * length, context=PLACE)


def test_ring_rotates_when_a_new_key_is_primary() -> None:
    sealed = ring(primary=1).seal("李小明", context=PLACE)
    rotated = ring(primary=2)

    assert rotated.needs_reseal(sealed)
    resealed = rotated.seal(rotated.unseal(sealed, context=PLACE), context=PLACE)
    assert not rotated.needs_reseal(resealed)
    assert SealingRing({2: NEW}, primary=2).unseal(resealed, context=PLACE) == "李小明"


def test_ring_wants_a_reseal_of_what_is_no_sealed_value() -> None:
    assert ring().needs_reseal(b"")


def test_seal_broken_carries_nothing_of_text_place_or_key() -> None:
    sealed = ring().seal("李小明", context=PLACE)

    with pytest.raises(SealBroken) as broken:
        ring().unseal(sealed, context="person:name:other")

    shown = repr(broken.value) + str(broken.value.__dict__)
    assert not [secret for secret in ("李小明", PLACE, "other", "ooo") if secret in shown]


def test_seal_refuses_a_lone_surrogate_without_repeating_the_text() -> None:
    with pytest.raises(ValueError, match="lone surrogate") as refused:
        ring().seal("李小明\ud800", context=PLACE)

    assert "李" not in repr(refused.value)
    assert refused.value.__context__ is None


def test_ring_refuses_an_empty_context() -> None:
    sealed = ring().seal("李小明", context=PLACE)

    with pytest.raises(ValueError, match="needs its context"):
        ring().seal("李小明", context="")
    with pytest.raises(ValueError, match="needs its context"):
        ring().unseal(sealed, context="")


def test_ring_shows_ids_and_no_key_when_printed() -> None:
    assert repr(ring(primary=2)) == str(ring(primary=2)) == "SealingRing(ids=[1, 2], primary=2)"


@pytest.mark.parametrize(
    ("keys", "primary", "complaint"),
    [
        ({}, 1, "primary key 1 is not in the ring"),
        ({1: OLD}, 2, "primary key 2 is not in the ring"),
        ({1: b"short-and-secret"}, 1, "key 1 has not 32 bytes"),
        ({1: OLD + b"!"}, 1, "key 1 has not 32 bytes"),
        ({0: OLD}, 0, "key id 0 is not between 1 and 255"),
        ({256: OLD}, 256, "key id 256 is not between 1 and 255"),
        ({1: OLD, 2: OLD}, 1, "two ids of the ring have the same key"),
    ],
)
def test_ring_refuses_keys_when_they_are_unfit(keys: dict[int, bytes], primary: int, complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint) as refused:
        SealingRing(keys, primary=primary)

    assert "secret" not in str(refused.value)


@pytest.mark.parametrize("key_id", [1, 255])
def test_ring_takes_key_ids_when_they_fit_a_byte(key_id: int) -> None:
    one_key = SealingRing({key_id: OLD}, primary=key_id)

    assert one_key.unseal(one_key.seal("李小明", context=PLACE), context=PLACE) == "李小明"
