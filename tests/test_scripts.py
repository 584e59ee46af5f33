"""What the scripts do in a page, away from any server: zones, drafts, and parts that htmx puts in."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, Route

from tests.browser.chromium import ARGS, CHROMIUM

STATIC = Path(__file__).resolve().parents[1] / "src/moei/web/static"
HOST = "http://localhost:8000"
HEAD = (
    '<!doctype html><html lang="en"><meta name="moei-user" content="{user}"><meta name="moei-login" content="/login/">'
    '<script type="module" src="/static/moei/moei.js"></script><body><p data-draft-restored hidden>back</p>'
)

pytestmark = pytest.mark.browser


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, object]:
    return {"executable_path": CHROMIUM, "args": ARGS}


@pytest.fixture
def served(page: Page) -> Iterator[Callable[..., Page]]:
    """`served({path: body}, user=7)` puts bodies before the browser as pages of the program."""
    pages: dict[str, str] = {}
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))

    def answer(route: Route) -> None:
        path = route.request.url.removeprefix(HOST)
        if path.startswith("/static/"):
            route.fulfill(path=STATIC / path.removeprefix("/static/"))
        elif path in pages:
            route.fulfill(body=pages[path], content_type="text/html")
        else:
            route.fulfill(status=404)

    page.route("**/*", answer)

    def serve(bodies: dict[str, str], user: int = 7) -> Page:
        for path, body in bodies.items():
            pages[path] = body if path.startswith("/part") else HEAD.format(user=user) + body
        return page

    yield serve
    assert complaints == []


# The specimens of ICAO 9303 parts 4 to 7, in which everything is invented.
PASSPORT = "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<", "L898902C36UTO7408122F1204159ZE184226B<<<<<10"
CARD = "I<UTOD231458907<<<<<<<<<<<<<<<", "7408122F1204159UTO<<<<<<<<<<<6", "ERIKSSON<<ANNA<MARIA<<<<<<<<<<"
SMALL_CARD = "I<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<", "D231458907UTO7408122F1204159<<<<<<<6"
VISA = "V<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<", "L8988901C4XXX4009078F96121096ZE184226B<<<<<<"
SMALL_VISA = "V<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<", "L8988901C4XXX4009078F9612109<<<<<<<<"


@pytest.mark.parametrize(
    "zone", [PASSPORT, CARD, SMALL_CARD, VISA, SMALL_VISA], ids=lambda z: f"{z[0][0]}{len(z[0])}"
)
def test_a_zone_is_complete_once_and_only_when_its_last_character_is_typed(served, zone) -> None:
    page = served({"/": "<textarea data-mrz></textarea>"})
    page.goto(HOST)
    page.evaluate(
        """() => { window.fired = []
        addEventListener("moei:mrz-complete", (event) => window.fired.push(event.detail.zone.length)) }"""
    )
    field = page.locator("textarea")
    field.click()
    page.keyboard.type("".join(zone).lower())
    assert field.input_value().split("\n") == list(zone)
    assert page.evaluate("window.fired") == [sum(map(len, zone))]


def test_a_small_card_misread_is_laid_out_but_not_called_complete(served) -> None:
    page = served({"/": "<textarea data-mrz></textarea>"})
    page.goto(HOST)
    page.evaluate(
        '() => { window.fired = 0; addEventListener("moei:mrz-complete", () => { window.fired += 1 }) }'
    )
    wrong = SMALL_CARD[0], SMALL_CARD[1].replace("7408122", "7408129")
    page.locator("textarea").fill("".join(wrong))
    assert page.locator("textarea").input_value().split("\n") == list(wrong)
    assert page.evaluate("window.fired") == 0


PART = (
    '<section id="part"><button type="button" hx-get="/part" hx-target="#part" hx-swap="{swap}">More</button>'
    "</section>"
)
NEW = (
    '<section id="part"><textarea data-mrz></textarea><input data-autofocus>'
    '<div class="govuk-radios" data-module="govuk-radios"><input type="radio" name="a" data-aria-controls="c">'
    '</div><p id="c">more</p></section>'
)


@pytest.mark.parametrize("swap", ["outerHTML", "innerHTML", "outerMorph"])
def test_what_htmx_puts_in_is_wired_like_the_rest(served, swap: str) -> None:
    page = served({"/": PART.format(swap=swap), "/part": NEW})
    page.goto(HOST)
    page.get_by_role("button", name="More").click()
    page.locator("[data-mrz-ready]").wait_for()
    assert page.locator("[data-govuk-radios-init]").count() == 1
    assert page.evaluate("document.activeElement.matches('[data-autofocus]')")


FORM = """<form method="post" id="f" data-keep-draft="{kind}">
<input name="name" value="{name}"><input name="born">
<select name="sex"><option value=""></option><option value="f" {f}>f</option><option value="m">m</option></select>
<input type="checkbox" name="here" {here}>
<input type="radio" name="r" value="1"><input type="radio" name="r" value="2" {r}></form>"""


def form(kind: str = "", name: str = "", f: str = "", here: str = "", r: str = "") -> str:
    return FORM.format(kind=kind, name=name, f=f, here=here, r=r)


def typed(page: Page) -> list[object]:
    return page.evaluate(
        """() => { const f = document.forms.f
        return [f.name.value, f.born.value, f.sex.value, f.here.checked, f.r.value] }"""
    )


def fill(page: Page) -> None:
    page.goto(f"{HOST}/register/")
    page.locator("[name=name]").fill("Typed")
    page.locator("[name=born]").fill("1998")
    page.locator("[name=sex]").select_option("m")
    page.locator("[name=here]").click()
    page.locator("[name=r][value='1']").check()
    page.wait_for_function("Object.keys(sessionStorage).length")
    page.wait_for_function('JSON.stringify(sessionStorage).includes(\'[\\\\"r\\\\",\\\\"1\\\\"\')')


@pytest.mark.parametrize("kind", ["", "session"])
def test_unsent_input_comes_back_after_the_session_ended(served, kind: str) -> None:
    page = served({"/register/": form(kind, here="checked"), "/login/": ""})
    fill(page)
    page.goto(f"{HOST}/login/")
    page.goto(f"{HOST}/register/")
    assert typed(page) == ["Typed", "1998", "m", False, "1"]
    assert page.locator("[data-draft-restored]").is_visible()


def test_what_the_server_filled_in_since_is_not_put_back_to_what_was_typed(served) -> None:
    page = served({"/register/": form(), "/login/": ""})
    fill(page)
    page.goto(f"{HOST}/login/")
    served({"/register/": form(name="From the passport", f="selected", here="checked", r="checked")})
    page.goto(f"{HOST}/register/")
    assert typed(page) == ["From the passport", "1998", "f", True, "2"]


def test_a_change_of_what_the_server_still_sends_comes_back(served) -> None:
    page = served({"/register/": form(name="As listed"), "/login/": ""})
    fill(page)
    page.goto(f"{HOST}/login/")
    page.goto(f"{HOST}/register/")
    assert typed(page)[0] == "Typed"


def test_what_was_typed_of_one_person_does_not_wait_for_the_next(served) -> None:
    page = served({"/register/": form("session"), "/lists/": "lists"})
    fill(page)
    page.goto(f"{HOST}/lists/")
    page.goto(f"{HOST}/register/")
    assert typed(page) == ["", "", "", False, ""]
    assert page.locator("[data-draft-restored]").is_hidden()


def test_another_member_of_staff_gets_nothing_back(served) -> None:
    page = served({"/register/": form(), "/login/": ""})
    fill(page)
    page.goto(f"{HOST}/login/")
    served({"/register/": form()}, user=8)
    page.goto(f"{HOST}/register/")
    assert typed(page) == ["", "", "", False, ""]
    assert page.evaluate("sessionStorage.length") == 0
