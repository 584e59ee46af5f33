"""Every main page, filled: accessible, quiet in the console, never wider than the screen."""

import re
from datetime import UTC, datetime

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect
from tests.browser.world import LONG_NAMES, World, fill

from moei.signin.actions.notices import announce
from moei.signin.models import Notice

# name: who looks, where; {case} names one of the cases of `fill`, or one of its other ids.
PAGES = {
    "sign-in": ("", "/account/login/"),
    "second factor": ("anong", "/account/2fa/"),
    "password": ("anong", "/account/password/change/"),
    "my sign-in": ("anong", "/sign-in/"),
    "notices of sign-in": ("admin", "/sign-in/notices/"),
    "board": ("anong", "/board/"),
    "lists": ("anong", "/lists/"),
    "upload": ("anong", "/lists/upload/"),
    "reconciliation": ("anong", "/lists/reconciliation/"),
    "who is who": ("anong", "/people/review/"),
    "decisions": ("anong", "/people/review/decisions/"),
    "register": ("anong", "/register/"),
    "paper": ("anong", "/register/paper/"),
    "worklist": ("anong", "/screening/"),
    "cases": ("anong", "/cases/"),
    "case": ("anong", "/cases/{decided}/"),
    "long names": ("anong", "/cases/{long}/"),
    "identity": ("anong", "/cases/{long}/identity/"),
    "needs": ("anong", "/cases/{long}/needs/"),
    "consent": ("anong", "/cases/{heard}/consents/ask/"),
    "access": ("anong", "/cases/{heard}/access/"),
    "attach": ("anong", "/cases/{heard}/attachments/"),
    "merge": ("anong", "/cases/{heard}/merge/"),
    "emergency": ("anong", "/cases/emergency/"),
    "screening": ("anong", "/cases/{registered}/interview/"),
    "start": ("anong", "/cases/{screened}/interview/"),
    "interview": ("anong", "/cases/{asked}/interview/"),
    "another interpreter": ("anong", "/cases/{asked}/interview/interpreter/"),
    "statement": ("anong", "/cases/{heard}/interview/"),
    "determination": ("prasert", "/cases/{heard}/determination/"),
    "determination made": ("prasert", "/cases/{decided}/determination/"),
    "people in care": ("anong", "/care/"),
    "services": ("anong", "/care/services/"),
    "a new service": ("anong", "/care/services/new/"),
    "referrals to us": ("kanya", "/care/referrals/"),
    "care": ("anong", "/cases/{decided}/care/"),
    "assessment": ("anong", "/cases/{decided}/care/needs/"),
    "refer": ("anong", "/cases/{decided}/care/refer/"),
    "rights told": ("anong", "/cases/{decided}/care/rights/"),
    "caseload": ("anong", "/care/caseload/"),
    "plan": ("kanya", "/cases/{decided}/care/plan/"),
    "a plan": ("kanya", "/cases/{decided}/care/plan/{plan_id}/"),
    "claim": ("kanya", "/cases/{decided}/care/claim/"),
    "a referral": ("dao", "/care/referrals/{referral_id}/"),
    "missions": ("ploy", "/embassies/"),
    "a mission": ("ploy", "/embassies/{mission_id}/"),
    "who is no national": ("ploy", "/embassies/undecided/"),
    "a batch": ("ploy", "/embassies/batches/{batch_id}/"),
    "answers of a batch": ("ploy", "/embassies/batches/{batch_id}/answers/"),
    "embassy": ("ploy", "/cases/{decided}/embassy/"),
    "fear": ("kanya", "/cases/{decided}/embassy/concern/"),
    "own nationals": ("tesfa", "/nationals/"),
    "a national": ("tesfa", "/nationals/{decided}/"),
    "answer of a mission": ("tesfa", "/nationals/asked/{verification_id}/"),
    "journeys": ("ploy", "/returns/"),
    "a new journey": ("ploy", "/returns/new/"),
    "a journey": ("ploy", "/returns/{journey_id}/"),
    "way home": ("ploy", "/cases/{decided}/return/"),
    "a contact": ("ploy", "/cases/{decided}/return/contact/{follow_up_id}/"),
    "places": ("anong", "/shelter/"),
    "a place": ("anong", "/shelter/{place_id}/"),
    "rooms": ("anong", "/shelter/{place_id}/rooms/"),
    "beds of a room": ("anong", "/shelter/{place_id}/rooms/{room_id}/"),
    "shift notes": ("anong", "/shelter/{place_id}/notes/"),
    "without a bed": ("anong", "/shelter/without-bed/"),
    "served outside": ("anong", "/shelter/outside/"),
    "safety": ("anong", "/shelter/safety/"),
    "addresses": ("anong", "/shelter/addresses/"),
    "counts of people": ("anong", "/shelter/counts/"),
    "a count": ("anong", "/shelter/counts/{count_id}/"),
    "bed": ("anong", "/cases/{decided}/shelter/"),
    "what became of them": ("anong", "/cases/{decided}/shelter/outcome/{outcome_id}/"),
    "safety of one": ("anong", "/cases/{decided}/safety/"),
    "what they told": ("kanya", "/cases/{decided}/statements/"),
    "statements": ("niran", "/investigations/"),
    "a statement": ("niran", "/investigations/statements/{statement_id}/"),
    "network": ("niran", "/investigations/network/"),
    "one of the network": ("niran", "/investigations/network/{fact_id}/"),
    "names that are alike": ("niran", "/investigations/names/"),
    "timeline": ("niran", "/investigations/timeline/"),
    "files for others": ("niran", "/investigations/files/"),
    "a file for others": ("niran", "/investigations/files/{export_id}/"),
    "a new file": ("niran", "/investigations/files/new/"),
    "take in a file": ("niran", "/investigations/sources/new/"),
    "links": ("somsak", "/links/"),
    "evidence": ("niran", "/evidence/"),
    "a piece": ("niran", "/evidence/{evidence_id}/"),
    "take evidence in": ("niran", "/evidence/add/"),
    "take a copy": ("niran", "/evidence/{evidence_id}/take/"),
    "map": ("niran", "/evidence/map/"),
    "interventions": ("niran", "/evidence/interventions/"),
    "an intervention": ("niran", "/evidence/interventions/add/"),
    "a table of interventions": ("niran", "/evidence/interventions/import/"),
    "statistics": ("vera", "/statistics/"),
    "bulletins": ("vera", "/bulletins/"),
    "prepare": ("vera", "/bulletins/prepare/"),
    "journal": ("somsak", "/journal/"),
    "who opened what": ("somsak", "/journal/readings/"),
    "unusual reading": ("somsak", "/journal/unusual/"),
    "taking entries out": ("somsak", "/journal/export/"),
    "proof with others": ("somsak", "/journal/anchors/"),
    "emergencies": ("somsak", "/journal/emergencies/"),
    "staff": ("admin", "/staff/"),
    "add staff": ("admin", "/staff/add/"),
    "one of the staff": ("admin", "/staff/{vera}/"),
    "propose a role": ("admin", "/staff/{vera}/propose/role/"),
    "propose another agency": ("admin", "/staff/{vera}/propose/person/"),
    "role in an emergency": ("admin", "/staff/{vera}/emergency/"),
    "changes": ("somsak", "/changes/"),
    "a change": ("somsak", "/changes/{proposal}/"),
    "review of a role": ("somsak", "/changes/roles/{given}/"),
    "notices": ("somsak", "/notices/"),
    "canaries": ("somsak", "/notices/canaries/"),
    "why people were looked up": ("somsak", "/notices/look-ups/"),
    "who asks for more": ("somsak", "/more/decide/"),
    "ask for more": ("anong", "/more/?kind=cases"),
    "why look somebody up": ("anong", "/search/reason/"),
    "no role": ("mallory", "/"),
    "nothing there": ("anong", "/nowhere/"),
    "refused": ("tesfa", "/lists/"),
}


@pytest.fixture(scope="module")
def filled(world: World) -> World:
    announce(world.cast["anong"], Notice.Kind.RECOVERY_CODE, now=datetime.now(UTC))
    return fill(world)


@pytest.fixture
def look(filled, opened):
    """`look("board", 390)`: one browser for each of the cast, led from page to page."""
    pages: dict[str, Page] = {}

    def go(name: str, width: int) -> Page:
        who, path = PAGES[name]
        path = path.format(**{step: case.pk for step, case in filled.cases.items()}, **filled.ids)
        if who not in pages:
            pages[who] = opened(who, path, width=width)
        else:
            pages[who].set_viewport_size({"width": width, "height": 900})
            pages[who].goto(path)
        return pages[who]

    return go


def test_no_page_is_wider_than_a_telephone(look):
    """Neither the page, nor a word, a field or a button that sticks out of its place unseen."""
    wide = {}
    for name in PAGES:
        page = look(name, 390)
        page.evaluate("document.fonts.ready")
        if page.evaluate("document.documentElement.scrollWidth") > 390:
            wide[name] = page.evaluate(
                """() => [...document.querySelectorAll("body *")]
                    .filter((e) => e.getBoundingClientRect().right > 391 && !e.closest(".moei-table-region"))
                    .map((e) => `${e.tagName}.${e.className}`).slice(0, 5)"""
            )
    assert wide == {}


def barriers(page: Page) -> dict[str, list[str]]:
    return {
        violation["id"]: [node["html"][:160] for node in violation["nodes"][:3]]
        for violation in Axe().run(page).response["violations"]
        if violation["impact"] in ("serious", "critical")
    }


def test_no_page_has_a_serious_barrier(look):
    """And each has one heading, a title, and a first press of Tab that leads somewhere."""
    found = {}
    for name in PAGES:
        page = look(name, 1280)
        if barred := barriers(page):
            found[name] = barred
        expect(page.get_by_role("heading", level=1)).to_have_count(1)
        assert page.title().endswith("– Moei"), name
        page.keyboard.press("Tab")
        if not page.evaluate("document.activeElement.matches('input, select, textarea, button')"):
            expect(page.locator(":focus")).to_have_attribute("href", re.compile(r"^[#/]"))
    assert found == {}


def test_barriers_and_complaints_are_noticed(look, complaints):
    page = look("register", 1280)
    page.evaluate("document.querySelector('label[for=id_q]').remove()")
    assert "label" in barriers(page)
    page.evaluate("document.body.insertAdjacentHTML('beforeend', '<p style=\"color: red\">not allowed</p>')")
    page.wait_for_timeout(100)
    assert len(complaints) == 1 and "Content Security Policy" in complaints.pop()


@pytest.mark.parametrize("width", [390, 1280])
def test_names_that_are_long_stay_in_their_place(look, width):
    """Burmese and Ethiopic without breaks, Arabic in the middle of a page that runs the other way."""
    for name in ("cases", "worklist", "long names"):
        page = look(name, width)
        if name != "long names":
            expect(page.get_by_text(LONG_NAMES[0][0]).first).to_be_visible()
        out = page.evaluate(
            """() => [...document.querySelectorAll("td, th, h1, dd, bdi")]
                .filter((e) => e.offsetParent && !(e.closest("thead") && innerWidth < 600))
                .filter((e) => e.scrollWidth > e.clientWidth + 1 && getComputedStyle(e).display !== "inline")
                .map((e) => `${e.tagName} ${e.textContent.trim().slice(0, 60)}`)"""
        )
        assert out == [], name
        if name == "cases" and width == 1280:
            region = page.locator(".moei-table-region").first
            assert region.evaluate("e => e.scrollWidth - e.clientWidth") <= 1


def test_cells_of_a_row_begin_on_one_line(look):
    """The first line of each cell stands on the same baseline, links, marks and two-line names alike."""
    for name in ("lists", "cases", "worklist", "reconciliation"):
        page = look(name, 1280)
        crooked = page.evaluate(
            """() => [...document.querySelectorAll("tbody tr")].flatMap((row) => {
                const bottoms = [...row.cells].map((cell) => {
                    const walk = document.createTreeWalker(cell, NodeFilter.SHOW_TEXT)
                    let node = walk.nextNode()
                    while (node && !node.textContent.trim()) node = walk.nextNode()
                    if (!node) return null
                    const range = document.createRange()
                    range.selectNodeContents(node)
                    const box = range.getClientRects()[0]
                    return (box.top + box.bottom) / 2
                }).filter((value) => value !== null)
                return Math.max(...bottoms) - Math.min(...bottoms) > 4 ? [row.innerText.slice(0, 80)] : []
            })"""
        )
        assert crooked == [], name


def test_read_from_right_to_left_the_registration_form_is_mirrored(filled, opened):
    """The real page with the mirrored styles: circles stand to the right of their words, nothing sticks out."""
    page = opened("anong", "/", width=390)

    def mirrored(route) -> None:
        answer = route.fetch()
        html = (
            answer.text().replace('dir="ltr"', 'dir="rtl"', 1).replace("moei/moei.css", "moei/moei.rtl.css")
        )
        route.fulfill(response=answer, body=html)

    page.route("**/register/", mirrored)
    page.goto("/register/")
    expect(page.locator("html")).to_have_attribute("dir", "rtl")
    for width in (390, 1280):
        page.set_viewport_size({"width": width, "height": 900})
        places = page.evaluate(
            """() => [...document.querySelectorAll(".govuk-radios__item, .govuk-checkboxes__item")].map((item) => {
                const words = document.createRange()
                words.selectNodeContents(item.querySelector("label"))
                return [item.querySelector("input").getBoundingClientRect().left, words.getBoundingClientRect().right]
            })"""
        )
        assert len(places) >= 8
        assert [place for place in places if place[0] < place[1] - 2] == []
        assert page.evaluate("document.documentElement.scrollWidth") == width


def test_the_board_renews_itself_without_reloading(filled, opened):
    page = opened("anong", "/board/")
    arrived = page.locator(".moei-stat", has_text="people arrived").locator(".moei-stat__value")
    before = int(arrived.inner_text())
    page.evaluate("window.sameDocument = true")
    filled.registered("Late Arrival")
    expect(arrived).to_have_text(str(before + 1), timeout=25_000)
    assert page.evaluate("window.sameDocument"), "the page was not loaded anew"
