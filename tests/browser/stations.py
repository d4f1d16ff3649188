"""What is done on each station of the walk, and the list of all of them: a new page is one line more."""

from datetime import timedelta

from django.utils import timezone

from healthcode.verdict import StatusCode
from identity import outbox
from lookup import access_lock
from tests.browser import face_steps
from tests.browser.visit import Visit
from tests.browser.walk import (
    NEW_MOBILE,
    Step,
    Walk,
    answer,
    closed,
    guardian,
    no_one,
    page,
    pressed,
    sent_empty,
    stranger,
)
from tests.faces import portrait
from tests.identity.kin import GRANDMOTHER
from tests.identity.signing_up import NEW_PASSWORD
from tests.lookup.doors.neighbours import ELDER, ELDER_NAME
from tests.makers import make_document
from tests.messages import carrier, code_in


def wrong_number(walk: Walk) -> None:
    visit = walk.come_as(guardian(walk.town))
    visit.go("/assisted")
    visit.number.fill("11999920150615001")
    visit.submit.click()
    visit.wait_for_refusal()


def tapped_ward(walk: Walk) -> None:
    visit = walk.come_as(guardian(walk.town))
    visit.go("/")
    visit.page.locator("main button[name=ward]").first.click()
    visit.page.wait_for_url("**/answers/*")


def kin_through_the_other_door(walk: Walk) -> None:
    visit = walk.come_as(guardian(walk.town))
    visit.ask(walk.town.family.number(StatusCode.UNKNOWN))
    refused = visit.page.url
    visit.page.locator("form[action$='/third-party'] button").first.click()
    visit.page.wait_for_url(lambda url: "/answers/" in url and url != refused)


def second_step(walk: Walk) -> None:
    visit = walk.come_as(walk.town.neighbour)
    visit.go("/third-party")
    visit.page.fill("[name=name]", ELDER_NAME)
    face_steps.go_on(visit, to="document")


def back_to_the_first_step(walk: Walk) -> None:
    second_step(walk)
    walk.visit.page.locator("main [name=back]").click()
    face_steps.wait_for_step(walk.visit, "name")
    assert walk.visit.page.input_value("[name=name]") == ELDER_NAME


def last_step(walk: Walk) -> None:
    visit = walk.come_as(walk.town.neighbour)
    face_steps.walk_to_photo(visit, "/third-party", name=ELDER_NAME, number=ELDER.number)


def last_step_without_photo(walk: Walk) -> None:
    last_step(walk)
    walk.visit.submit.click()
    walk.visit.wait_for_refusal()


def by_face(path: str) -> Step:
    """Return the step that asks by name, document and face."""

    def step(walk: Walk) -> None:
        visit = walk.come_as(walk.town.neighbour)
        face_steps.fill_in(visit, path, name=ELDER_NAME, number=ELDER.number)
        visit.submit.click()
        visit.page.wait_for_url("**/answers/*")

    return step


def closed_lock(walk: Walk) -> None:
    access_lock.close(guardian(walk.town), about=walk.ward_id, at=timezone.now())
    page("/lock")(walk)


def wrong_password(walk: Walk) -> None:
    visit = walk.come_as(None)
    visit.go("/sign-in")
    visit.page.fill("[name=mobile]", "13900000001")
    visit.page.fill("[name=password]", "wrong")
    visit.submit.click()
    visit.wait_for_refusal()


def _code(walk: Walk, path: str) -> str:
    visit = walk.come_as(None)
    visit.go(path)
    visit.page.fill("[name=mobile]", NEW_MOBILE)
    visit.submit.click()
    visit.page.wait_for_url(f"**{path}/confirm")
    outbox.drain(timezone.now)
    return code_in([text for mobile, text in carrier().taken if mobile.endswith(NEW_MOBILE)][-1])


def _proof(visit: Visit, code: str) -> None:
    visit.page.fill("[name=code]", code)
    visit.page.fill("[name=password]", NEW_PASSWORD)
    visit.number.fill(ELDER.number)
    photo = {"name": "photo.png", "mimeType": "image/png", "buffer": portrait("elder")}
    visit.page.set_input_files("[name=photo]", photo)


def sign_up_asks_for_proof(walk: Walk) -> None:
    _code(walk, "/sign-up")
    walk.clock.shift(timedelta(minutes=2))


def sign_up_misses_everything(walk: Walk) -> None:
    walk.visit.submit.click()
    walk.visit.wait_for_refusal()


def signed_up(walk: Walk) -> None:
    code = _code(walk, "/sign-up")
    _proof(walk.visit, code)
    walk.visit.page.fill("[name=name]", ELDER_NAME)
    walk.visit.submit.click()
    walk.visit.page.wait_for_url(f"{walk.visit.origin}/")
    walk.clock.shift(timedelta(minutes=2))


def password_reset(walk: Walk) -> None:
    code = _code(walk, "/password-reset")
    _proof(walk.visit, code)
    walk.visit.submit.click()
    walk.visit.page.wait_for_url("**/sign-in*")


def claim_sent(walk: Walk) -> None:
    visit = walk.come_as(walk.town.neighbour)
    visit.go("/wards/claim")
    visit.number.fill(GRANDMOTHER.number)
    visit.page.fill("[name=name]", "赵桂英")
    visit.page.select_option("[name=kind]", "CARER")
    visit.page.select_option("[name=evidence]", "OWN_CONFIRMATION")
    visit.submit.click()
    visit.page.wait_for_url("**/wards")


def spent_budget(walk: Walk) -> None:
    visit = walk.come_as(walk.town.mother)
    for sequence in range(60, 90):
        visit.go("/assisted")
        visit.number.fill(make_document(sequence=sequence).number)
        visit.submit.click()
        visit.page.wait_for_selector("[role=alert], [data-closes-in]")
        if "/answers/" not in visit.page.url:
            return
    raise AssertionError("the budget was never spent")


def other_language_and_back(walk: Walk) -> None:
    visit = walk.come_as(guardian(walk.town))
    visit.go("/lock")
    for lang in ("zh-Hans" if visit.look.lang == "en" else "en", visit.look.lang):
        visit.page.locator(".bottom [name=language]").click()
        visit.page.wait_for_selector(f"html[lang={lang}]")


def other_edition_and_back(walk: Walk) -> None:
    visit = walk.come_as(guardian(walk.town))
    visit.go("/wards")
    for edition in ("standard" if visit.look.edition == "elder" else "elder", visit.look.edition):
        visit.page.locator(".top [name=edition]").click()
        visit.page.wait_for_selector(f"html[data-edition={edition}]")


STATIONS: dict[str, Step] = {
    "home of nobody": page("/", no_one),
    "sign-in": page("/sign-in", no_one),
    "sign-in with nothing": sent_empty("/sign-in", no_one),
    "wrong password": wrong_password,
    "sign-up": page("/sign-up", no_one),
    "sign-up with nothing": sent_empty("/sign-up", no_one),
    "proof of a sign-up": sign_up_asks_for_proof,
    "proof is missing": sign_up_misses_everything,
    "signed up": signed_up,
    "reset": page("/password-reset", no_one),
    "password changed": password_reset,
    "page that is not there": page("/nothing-here", no_one, status=404),
    "home": page("/"),
    "my cases": page("/cases"),
    "home without a person": page("/", lambda town: town.nobody_yet),
    "tapped ward": tapped_ward,
    "own code": page("/own-code"),
    "own code shown": pressed("/own-code", guardian, "**/answers/*"),
    "own code of no person": sent_empty("/own-code", lambda town: town.nobody_yet),
    "assisted": page("/assisted"),
    "assisted for a stranger": page("/assisted", stranger),
    "wrong number": wrong_number,
    **{f"{status} for kin": answer(status) for status in StatusCode},
    "GREEN for a stranger": answer(StatusCode.GREEN, stranger),
    "UNKNOWN for a stranger": answer(StatusCode.UNKNOWN, stranger),
    "closed for kin": closed(guardian),
    "closed for a stranger": closed(stranger),
    "spent budget": spent_budget,
    "third-party": page("/third-party"),
    "third-party with nothing": sent_empty("/third-party"),
    "second step": second_step,
    "back in the first step": back_to_the_first_step,
    "last step": last_step,
    "last step without photo": last_step_without_photo,
    "third-party answer": by_face("/third-party"),
    "kin through the other door": kin_through_the_other_door,
    "records-of": page("/records-of"),
    "records-of answer": by_face("/records-of"),
    "wards": page("/wards"),
    "wards of one who waits": page("/wards", lambda town: town.mother),
    "wards of no person": page("/wards", stranger),
    "claim": page("/wards/claim"),
    "claim with nothing": sent_empty("/wards/claim"),
    "claim sent": claim_sent,
    "confirm?": page(lambda walk: f"/wards/{walk.town.claim.id}/confirm", lambda town: town.grandmother),
    "end?": page(lambda walk: f"/wards/{walk.ward_id}/end"),
    "confirmed": pressed(
        lambda walk: f"/wards/{walk.town.claim.id}/confirm", lambda town: town.grandmother, "**/wards"
    ),
    "who looked": page(lambda walk: f"/who-looked?about={walk.ward_id}"),
    "who looked at me": page("/who-looked"),
    "bad cursor": page(lambda walk: f"/who-looked?about={walk.ward_id}&cursor=nonsense", status=400),
    "who looked, no person": page("/who-looked", stranger, status=403),
    "lock": page("/lock"),
    "close the lock?": page(lambda walk: f"/lock/{walk.ward_id}"),
    "closed lock": closed_lock,
    "lock, no person": page("/lock", stranger, status=403),
    "notices": page("/notices", lambda town: town.mother),
    "no notices": page("/notices", stranger),
    "account": page("/account"),
    "account without a person": page("/account", stranger),
    "checkpoint": page("/checkpoint", no_one),
    "other language and back": other_language_and_back,
    "other edition and back": other_edition_and_back,
}
