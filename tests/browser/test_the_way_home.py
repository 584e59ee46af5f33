"""The way home, as the people of the cast walk it: each does their part, and finds nothing of what is not theirs.

What somebody cannot see is not asked of a page or two: every page that links lead them to is read, whoever they are.
"""

from __future__ import annotations

import math
from datetime import UTC, date, datetime, timedelta

import pytest
from playwright.sync_api import Page, expect
from tests.browser.reading import TOLD, everything, never_said, refused
from tests.browser.world import ANSWERS, World

from moei.casefile.actions.assign_case import assign_case
from moei.casefile.actions.consent import record_consent
from moei.casefile.actions.load_wordings import current_wording
from moei.casefile.models import Case, Purpose
from moei.desks.embassies.models import VerificationRequest
from moei.desks.returns.models import Journey, Seat


@pytest.fixture(scope="module")
def people(world: World) -> dict[str, Case]:
    """Four whom the panel identified, in Kanya's hands: one agreed to the embassy, one refused, one was not asked yet;
    one is of another state."""
    found = {}
    for name, given in (("Almaz Agreed", True), ("Bekele Refused", False), ("Chala Unasked", None)):
        found[name.split()[1].lower()] = case = world.signed(name, "anong", "prasert", "mali")
        assign_case(world.acting("anong"), case, world.cast["kanya"])
        if given is not None:
            record_consent(
                world.acting("kanya"),
                case,
                Purpose.EMBASSY,
                given=given,
                wording=current_wording(Purpose.EMBASSY, "am"),
                recipient=world.cast["tesfa"].agency,
                translated_by=world.cast["selam"],
            )
    found["kenyan"] = world.registered("Njeri Kenyan", nationality="KEN")
    return found


def test_a_returns_officer_asks_about_who_agreed_and_reads_nothing_that_was_said(world, people, opened):
    ploy = opened("ploy", "/embassies/")
    ploy.get_by_role("link", name="Embassy of Ethiopia").click()
    ready = ploy.locator("form table")
    expect(ready).to_contain_text("Almaz Agreed")
    expect(ready).not_to_contain_text("Bekele Refused")
    ploy.get_by_role("link", name="Show who is not ready, and why").click()
    row = ploy.get_by_role("row").filter(has_text="Bekele Refused")
    expect(row).to_contain_text("Has not agreed that this mission is told")
    ploy.go_back()
    ploy.get_by_role("button", name="Ask the mission").click()
    assert [row.case for row in VerificationRequest.objects.all()] == [people["agreed"]]

    pages = everything(ploy)
    assert any(str(people["agreed"].pk) in url for url in pages), "the links led to the person's own pages"
    never_said(pages, *TOLD)
    agreed = f"/cases/{people['agreed'].pk}"
    refused(
        ploy,
        f"{agreed}/interview/",
        f"{agreed}/determination/",
        f"{agreed}/needs/",
        f"{agreed}/consents/ask/",
        "/nationals/",
        "/journal/",
        "/lists/",
    )


def test_an_embassy_answers_about_its_own_who_agreed_and_finds_nobody_else(world, people, opened):
    tesfa = opened("tesfa", "/nationals/")
    tesfa.get_by_role("link", name="Almaz Agreed").click()
    tesfa.get_by_label("Yes: a national").check()
    tesfa.get_by_role("button", name="Answer").click()
    expect(tesfa.locator("main")).to_contain_text("Nationality confirmed")

    pages = everything(tesfa)
    assert any("Almaz Agreed" in body for body in pages.values())
    others = ("Bekele Refused", "Chala Unasked", "Njeri Kenyan")
    never_said(pages, *TOLD, *others)
    # Neither that there are others nor how many: a refusal is no sign that somebody is here.
    assert not any(case.number in body for case in list(people.values())[1:] for body in pages.values())
    agreed, no = f"/cases/{people['agreed'].pk}", f"/cases/{people['refused'].pk}"
    refused(
        tesfa,
        no + "/",
        f"/nationals/{people['refused'].pk}/",
        f"/nationals/{people['kenyan'].pk}/",
        f"{agreed}/interview/",
        f"{agreed}/determination/",
        f"{agreed}/needs/",
        f"{agreed}/embassy/",
        f"{agreed}/return/",
        "/embassies/",
        "/returns/",
        "/board/",
        "/journal/",
    )


def test_a_caseworker_records_a_fear_and_the_embassy_loses_the_person_at_once(world, people, opened):
    case = world.signed("Desta Fears", "anong", "prasert", "mali")
    assign_case(world.acting("anong"), case, world.cast["kanya"])
    record_consent(
        world.acting("kanya"),
        case,
        Purpose.EMBASSY,
        given=True,
        wording=current_wording(Purpose.EMBASSY, "am"),
        recipient=world.cast["tesfa"].agency,
        translated_by=world.cast["selam"],
    )
    tesfa = opened("tesfa", f"/nationals/{case.pk}/")
    expect(tesfa.get_by_role("heading", level=1)).to_contain_text("Desta Fears")

    kanya = opened("kanya", f"/cases/{case.pk}/embassy/concern/")
    kanya.get_by_label("Fears this state").check()
    kanya.get_by_label("Which state").fill("Ethiopia")
    kanya.get_by_label("Referred to UNHCR").check()
    kanya.locator("main form button[type=submit]").click()
    expect(kanya.locator("main")).to_contain_text("Referred to UNHCR")
    assert tesfa.reload().status == 404
    never_said(everything(opened("tesfa", "/nationals/")), "Desta Fears")

    # Her own cases she reads; what the panel decided and why she does not, nor anybody who is not in her hands.
    pages = everything(kanya)
    assert any(ANSWERS["own_words"] in body for body in pages.values())
    never_said(pages, "Invented reasons of the panel", "Njeri Kenyan")
    refused(
        kanya, f"/cases/{case.pk}/determination/", f"/cases/{people['kenyan'].pk}/", "/returns/", "/journal/"
    )


def test_p03_a_social_worker_who_decides_reads_nothing_of_embassies_and_journeys(world, people, opened):
    anong = opened("anong", f"/cases/{people['agreed'].pk}/")
    pages = everything(anong)
    assert any("Invented reasons of the panel" in body for body in pages.values())
    reference = VerificationRequest.objects.get(case=people["agreed"]).reference
    never_said(pages, reference, "Nationality confirmed", "Embassies and papers", "Fears this state")
    agreed = f"/cases/{people['agreed'].pk}"
    refused(anong, f"{agreed}/embassy/", f"{agreed}/return/", "/embassies/", "/returns/", "/nationals/")


def settle(page: Page, case: Case, code: str, words: str = "") -> None:
    page.goto(f"/cases/{case.pk}/return/check/")
    page.get_by_label(code).check()
    page.get_by_label("Yes", exact=True).check()
    page.get_by_label("In words").fill(words)
    page.locator("main form button[type=submit]").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("The way home")


def now_in_the_form(page: Page, zone) -> None:
    """The next full minute: what happened in this one lies before it, and a minute ahead is within the tolerance."""
    at = datetime.fromtimestamp(math.ceil(datetime.now(UTC).timestamp() / 60) * 60, UTC).astimezone(zone)
    page.get_by_label("Day", exact=True).fill(f"{at:%Y-%m-%d}")
    page.get_by_label("Time", exact=True).fill(f"{at:%H:%M}")


def test_somebody_who_told_no_embassy_goes_home_by_their_own_passport(world, people, opened):
    """What has to be there is settled by those who may; one seat, two who could have it; received by a sister."""
    case, zone = people["refused"], world.release.site.zone
    ploy = opened("ploy", f"/cases/{case.pk}/embassy/")
    ploy.get_by_role("link", name="Record a paper that is here already").click()
    ploy.get_by_label("Passport").check()
    ploy.get_by_label("Number of the paper").fill("EP7654321")
    ploy.get_by_label("Valid until").fill(f"{date.today() + timedelta(days=400)}")
    ploy.locator("main form button[type=submit]").click()
    expect(ploy.get_by_role("table").filter(has_text="EP7654321")).to_be_visible()

    kanya = opened("kanya", f"/cases/{case.pk}/return/")
    settle(kanya, case, "The person wishes to go")
    settle(kanya, case, "Asked about prosecution or recapture on return", "Nobody waits for me (invented).")
    for code in ("Fines for overstaying", "Exit clearance"):
        settle(ploy, case, code)
    ploy.goto("/returns/")
    ploy.get_by_role("button", name="Plan a journey").first.click()
    leaves = datetime.now(zone) + timedelta(days=1)
    ploy.get_by_label("Flight", exact=True).check()
    for label, value in (
        ("From", "Bangkok"),
        ("To", "Addis Ababa"),
        ("Country it goes to", "Ethiopia"),
        ("Day of departure", f"{leaves:%Y-%m-%d}"),
        ("Time of departure", "23:15"),
        ("Carrier", "Invented Air"),
        ("Seats that are ours", "1"),
    ):
        ploy.get_by_label(label, exact=True).fill(value)
    ploy.locator("main form button[type=submit]").click()
    expect(ploy.get_by_role("heading", level=1)).to_have_text("Bangkok – Addis Ababa")
    ploy.get_by_role("row").filter(has_text="Bekele Refused").get_by_role(
        "button", name="Hold a seat"
    ).click()
    expect(ploy.get_by_text("Seat 1 is held.")).to_be_visible()
    # The flight is full: nobody else is offered a seat.
    expect(ploy.get_by_role("row").filter(has_text="Chala Unasked")).to_be_visible()
    expect(ploy.get_by_role("button", name="Hold a seat")).to_have_count(0)

    ploy.get_by_role("button", name="Start boarding").click()
    expect(ploy.get_by_role("row").filter(has_text="Bekele Refused")).to_contain_text("Fit to travel")
    expect(ploy.get_by_role("button", name="Board", exact=True)).to_have_count(0)
    journey = ploy.url
    settle(ploy, case, "Fit to travel", "The nurse of the centre, this morning (invented).")
    ploy.goto(journey)
    ploy.get_by_role("row").filter(has_text="Bekele Refused").get_by_role(
        "button", name="Board", exact=True
    ).click()
    ploy.get_by_role("button", name="It has left").click()
    now_in_the_form(ploy, zone)
    ploy.locator("main form button[type=submit]").click()
    expect(ploy.locator("main")).to_contain_text("Departed")
    ploy.get_by_role("link", name="Has arrived").click()
    now_in_the_form(ploy, zone)
    ploy.get_by_label("Who received the person").fill("A sister at the airport (invented)")
    ploy.locator("main form button[type=submit]").click()
    assert Journey.objects.get().status == Journey.Status.ARRIVED
    assert Seat.objects.get().received_by == "A sister at the airport (invented)"
    # The embassy that was told nothing learns nothing of this either.
    never_said(everything(opened("tesfa", "/nationals/")), "Bekele Refused", "EP7654321")


def test_an_auditor_reads_who_did_what_and_no_name_of_those_it_was_done_for(world, people, opened):
    somsak = opened("somsak", "/journal/")
    pages = everything(somsak)
    said = " ".join(pages.values())
    for deed in ("Asked a mission about somebody", "Confirmed a departure", "Ploy Rattana"):
        assert deed in said
    names = [case.person.name for case in people.values()]
    never_said(pages, *TOLD, *names, "EP7654321", "A sister at the airport")
    agreed = f"/cases/{people['agreed'].pk}"
    refused(
        somsak,
        agreed + "/",
        f"{agreed}/return/",
        f"{agreed}/embassy/",
        "/returns/",
        "/embassies/",
        "/nationals/",
    )
