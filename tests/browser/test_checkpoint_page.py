"""The checkpoint page in Chromium: key, field, hand scanner, camera, and a verdict as large as the screen."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import segno
from playwright.sync_api import Browser, Playwright
from time_machine import TimeMachineFixture

from healthcode.verdict import StatusCode
from lookup.gates.memory import memory
from lookup.models import DeviceKey, Lookup
from tests.browser.chromium import CHINESE_PHONE, LOOKS, Look, start
from tests.browser.conftest import Visitors
from tests.browser.family import Family, make_family
from tests.browser.inspection import findings
from tests.browser.visit import Visit, begin
from tests.lookup.api.story import AT
from tests.makers import make_device_key

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

# Of the width of a phone's screen: what can be read from two metres.
_WORD_PX = 64


@pytest.fixture(autouse=True)
def _clock(time_machine: TimeMachineFixture) -> None:
    time_machine.move_to(AT, tick=False)


@pytest.fixture
def family() -> Family:
    return make_family()


@pytest.fixture
def key() -> str:
    _, key = make_device_key()
    return key


def begin_shift(visit: Visit, key: str, *, shift: str = "") -> None:
    """Sign in with a device's key."""
    visit.go("/checkpoint")
    visit.page.fill("#key", key)
    visit.page.fill("#shift", shift)
    visit.page.press("#key", "Enter")
    visit.page.wait_for_selector("[data-desk]:not([hidden])")


def check(visit: Visit, number: str) -> None:
    """Type a number as a hand scanner does: fast, with Enter, wherever the focus is."""
    visit.page.keyboard.type(number)
    visit.page.keyboard.press("Enter")
    visit.page.wait_for_selector("[data-verdict]:not([hidden])")


def verdict(visit: Visit) -> str:
    """Return the word on the sheet."""
    return visit.page.inner_text("[data-word]")


@pytest.mark.parametrize(
    ("status", "word", "shape"),
    [
        (StatusCode.GREEN, "通过", "pass"),
        (StatusCode.RED, "不得进入", "no_pass"),
        (StatusCode.UNCONFIRMED, "人工查验", "manual"),
    ],
)
def test_verdict_is_told_by_word_color_and_shape_for_two_metres(
    visitor: Visitors, family: Family, key: str, status: StatusCode, word: str, shape: str
) -> None:
    visit = visitor()
    begin_shift(visit, key)

    check(visit, family.number(status))

    assert verdict(visit) == word
    assert "*" in visit.page.inner_text("[data-name]")
    shapes = visit.page.locator("[data-shape]").evaluate_all(
        "all => all.filter(each => getComputedStyle(each).display !== 'none').map(each => each.dataset.shape)"
    )
    assert shapes == [shape]
    size = visit.page.evaluate(
        "() => parseFloat(getComputedStyle(document.querySelector('[data-word]')).fontSize)"
    )
    assert size >= _WORD_PX
    assert Lookup.objects.count() == 1


def test_wrong_key_is_answered_nothing_and_the_right_one_is(
    visitor: Visitors, family: Family, key: str
) -> None:
    visit = visitor()
    begin_shift(visit, key[:-1] + ("A" if key[-1] != "A" else "B"))
    visit.page.keyboard.type(family.number(StatusCode.GREEN))
    visit.page.keyboard.press("Enter")
    visit.page.wait_for_selector("[data-key-error]:not([hidden])")

    assert not visit.page.is_visible("[data-desk]")
    assert not Lookup.objects.exists()
    # Chromium notes every refusal of a call in its console.
    visit.heard.clear()
    begin_shift(visit, key)
    check(visit, family.number(StatusCode.GREEN))
    assert verdict(visit) == "通过"


def test_scanner_goes_on_over_the_verdict_before(visitor: Visitors, family: Family, key: str) -> None:
    visit = visitor()
    begin_shift(visit, key)
    check(visit, family.number(StatusCode.GREEN))

    visit.page.keyboard.type(family.number(StatusCode.RED), delay=2)
    visit.page.keyboard.press("Enter")
    visit.page.wait_for_selector(".verdict.no_pass:not([hidden])")

    assert Lookup.objects.count() == 2


def test_wrong_number_is_said_beside_the_field(visitor: Visitors, family: Family, key: str) -> None:
    visit = visitor()
    begin_shift(visit, key)
    visit.page.keyboard.type("1199992019061500")
    visit.page.keyboard.press("Enter")
    visit.page.wait_for_selector("[data-scan-error]:not([hidden])")

    assert visit.page.get_attribute("#scan", "aria-invalid") == "true"
    visit.heard.clear()
    check(visit, family.number(StatusCode.GREEN))
    assert verdict(visit) == "通过"


def test_page_says_loudly_that_there_is_no_connection(visitor: Visitors, family: Family, key: str) -> None:
    visit = visitor()
    begin_shift(visit, key)
    visit.context.set_offline(True)
    visit.page.wait_for_selector("[data-alarm]:not([hidden])")

    assert "没有网络" in visit.page.inner_text("[data-alarm]")
    visit.context.set_offline(False)
    check(visit, family.number(StatusCode.GREEN))
    assert visit.page.is_hidden("[data-alarm]")


def test_page_says_that_its_data_is_old(
    visitor: Visitors, family: Family, key: str, time_machine: TimeMachineFixture
) -> None:
    visit = visitor()
    begin_shift(visit, key)
    check(visit, family.number(StatusCode.GREEN))
    assert visit.page.is_hidden("[data-old]")

    time_machine.shift(60 * 60 * 9)
    visit.page.click("[data-next-one]")
    check(visit, family.number(StatusCode.GREEN))

    assert visit.page.is_visible("[data-old]")
    assert verdict(visit) == "人工查验"


def test_revoked_key_ends_the_shift(visitor: Visitors, family: Family, key: str) -> None:
    visit = visitor()
    begin_shift(visit, key)
    check(visit, family.number(StatusCode.GREEN))
    visit.page.click("[data-next-one]")
    DeviceKey.objects.update(revoked=True)
    # Within seconds each process forgets; the clock of this test stands still.
    memory.forget()

    visit.page.keyboard.type(family.number(StatusCode.GREEN))
    visit.page.keyboard.press("Enter")
    visit.page.wait_for_selector("[data-key-error]:not([hidden])")

    assert visit.page.is_hidden("[data-desk]")
    assert visit.page.evaluate("() => sessionStorage.length") == 0
    visit.heard.clear()


def test_nothing_of_anybody_is_kept_and_the_key_in_this_tab_alone(
    visitor: Visitors, family: Family, key: str
) -> None:
    visit = visitor()
    begin_shift(visit, key, shift="early 3")
    number = family.number(StatusCode.GREEN)
    check(visit, number)
    visit.page.click("[data-next-one]")

    kept = visit.page.evaluate(
        "() => JSON.stringify([{...sessionStorage}, {...localStorage}, document.cookie, location.href])"
    )
    assert number not in kept
    assert visit.page.evaluate("() => localStorage.length") == 0
    assert visit.page.evaluate("() => sessionStorage.getItem('device-key')") == key
    assert number not in visit.page.content()
    visit.page.click("[data-end]")
    assert visit.page.evaluate("() => sessionStorage.length") == 0


@pytest.mark.parametrize("look", [look for look in LOOKS if look.scripted], ids=str)
def test_page_is_in_order_in_every_look(visitor: Visitors, family: Family, key: str, look: Look) -> None:
    visit = visitor(look)
    visit.go("/checkpoint")
    found = findings(visit)
    begin_shift(visit, key)
    found += findings(visit)
    for status in (StatusCode.GREEN, StatusCode.RED, StatusCode.UNKNOWN):
        check(visit, family.number(status))
        found += findings(visit)
        visit.page.click("[data-next-one]")
    assert found == []


@pytest.fixture
def seen_by_camera(family: Family, tmp_path: Path) -> Path:
    """A film of one picture: a code in front of the camera."""
    return film(segno.make(family.number(StatusCode.GREEN), micro=False), tmp_path / "code.y4m")


@pytest.fixture
def with_camera(playwright_of_session: Playwright, seen_by_camera: Path) -> Iterator[Browser]:
    arguments = (
        "--use-fake-ui-for-media-stream",
        "--use-fake-device-for-media-stream",
        f"--use-file-for-fake-video-capture={seen_by_camera}",
    )
    browser = start(playwright_of_session, *arguments)
    yield browser
    browser.close()


def test_camera_reads_a_code_with_what_lies_beside_the_page(
    with_camera: Browser, live_server: object, family: Family, key: str
) -> None:
    visit = begin(with_camera, live_server.url, CHINESE_PHONE)
    begin_shift(visit, key)

    visit.page.click("[data-camera-start]")
    visit.page.wait_for_selector("[data-verdict]:not([hidden])")

    assert verdict(visit) == "通过"
    assert Lookup.objects.count() == 1
    assert visit.heard == []
    visit.context.close()


def film(code: segno.QRCode, path: Path, *, width: int = 640, height: int = 480) -> Path:
    """Write a film of 30 pictures of a code, as YUV4MPEG2."""
    rows = [list(row) for row in code.matrix_iter(scale=12, border=4)]
    left, top = (width - len(rows[0])) // 2, (height - len(rows)) // 2
    luma = bytearray(b"\xeb" * (width * height))
    for down, row in enumerate(rows):
        for along, is_dark in enumerate(row):
            if is_dark:
                luma[(top + down) * width + left + along] = 16
    chroma = b"\x80" * (width * height // 2)
    picture = b"FRAME\n" + bytes(luma) + chroma
    path.write_bytes(f"YUV4MPEG2 W{width} H{height} F15:1 Ip A1:1 C420jpeg\n".encode() + picture * 30)
    return path
