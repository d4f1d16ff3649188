"""One long walk over every page that a citizen comes to: the town, the walker, and the kinds of steps."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from time_machine import TimeMachineFixture

from healthcode.verdict import StatusCode
from identity.models import Kinship, KinshipClaim, User
from tests.browser.family import Family, make_family
from tests.browser.visit import Visit
from tests.identity.kin import care_for, make_claim, make_grandmother, make_mother
from tests.lookup.api.story import AT
from tests.lookup.doors.neighbours import make_elder, make_neighbour
from tests.makers import make_account

SHIFT_S = 61
NEW_MOBILE = "13900000071"


@dataclass(frozen=True, kw_only=True)
class Town:
    """Everybody who walks, and whom they ask after."""

    family: Family
    neighbour: User
    mother: User
    grandmother: User
    nobody_yet: User
    claim: KinshipClaim


def make_town() -> Town:
    """Write everybody; of two pages there is something to see only if somebody asked before."""
    family = make_family()
    make_elder()
    mother, grandmother = make_mother(), make_grandmother()
    return Town(
        family=family,
        neighbour=make_neighbour("+8613900000005"),
        mother=mother,
        grandmother=grandmother,
        nobody_yet=make_account("+8613900000006", at=AT),
        claim=make_claim(mother, care_for()),
    )


@dataclass(kw_only=True)
class Walk:
    """Somebody's browser, the town, and the clock."""

    visit: Visit
    town: Town
    clock: TimeMachineFixture

    def come_as(self, user: User | None) -> Visit:
        """Be somebody, or nobody."""
        self.visit.sign_out()
        if user is not None:
            self.visit.keep_signed_in(user)
        return self.visit

    @property
    def ward_id(self) -> str:
        """The guardian's first ward."""
        return str(Kinship.objects.filter(guardian=self.town.family.guardian.person).order_by("id")[0].id)


Step = Callable[[Walk], None]
Who = Callable[[Town], User | None]


def guardian(town: Town) -> User:
    return town.family.guardian


def stranger(town: Town) -> User:
    return town.family.stranger


def no_one(_: Town) -> None:
    return None


def page(path: str | Callable[[Walk], str], who: Who = guardian, *, status: int = 200) -> Step:
    """Return the step that opens an address."""

    def step(walk: Walk) -> None:
        visit = walk.come_as(who(walk.town))
        came = visit.go(path if isinstance(path, str) else path(walk))
        assert came == status, f"{came} instead of {status}"

    return step


def sent_empty(path: str | Callable[[Walk], str], who: Who = guardian) -> Step:
    """Return the step that sends a form with nothing in it, and is told beside the fields."""

    def step(walk: Walk) -> None:
        page(path, who)(walk)
        walk.visit.submit.click()
        walk.visit.page.wait_for_selector(".error, [role=alert]")

    return step


def answer(status: StatusCode, who: Who = guardian) -> Step:
    """Return the step that asks by the number of the child with that status."""

    def step(walk: Walk) -> None:
        walk.come_as(who(walk.town)).ask(walk.town.family.number(status))

    return step


def closed(who: Who) -> Step:
    """Return the step that comes back to an answer when its time is over."""

    def step(walk: Walk) -> None:
        answer(StatusCode.UNKNOWN, who)(walk)
        walk.clock.shift(timedelta(seconds=SHIFT_S))
        assert walk.visit.reload() == 410

    return step


def pressed(path: str | Callable[[Walk], str], who: Who, to: str) -> Step:
    """Return the step that opens a page and presses its button."""

    def step(walk: Walk) -> None:
        page(path, who)(walk)
        walk.visit.submit.click()
        walk.visit.page.wait_for_url(to)

    return step
