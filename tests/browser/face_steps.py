"""Walks the steps of a question by name, document and face: one question a screen, then the answer."""

from tests.browser.visit import Visit
from tests.faces import portrait


def walk_to_photo(visit: Visit, path: str, *, name: str, number: str) -> None:
    """Answer the first two screens, and stop at the one that asks for the photo."""
    visit.go(path)
    visit.page.fill("[name=name]", name)
    go_on(visit, to="document")
    visit.number.press_sequentially(number)
    go_on(visit, to="face")


def fill_in(
    visit: Visit, path: str, *, name: str, number: str, face: str = "elder", agrees: bool = True
) -> None:
    """Answer every screen; the last one waits to be sent."""
    walk_to_photo(visit, path, name=name, number=number)
    photo = {"name": "photo.png", "mimeType": "image/png", "buffer": portrait(face)}
    visit.page.set_input_files("[name=photo]", photo)
    visit.page.set_checked("[name=consent]", agrees)


def go_on(visit: Visit, *, to: str) -> None:
    """Press the button that leads onward, and wait for the screen of that name."""
    visit.submit.click()
    wait_for_step(visit, to)


def wait_for_step(visit: Visit, name: str) -> None:
    """Wait until the screen of that name stands there."""
    visit.page.locator(f"main [name=step][value={name}]").wait_for(state="attached")
    visit.page.wait_for_load_state("load")
