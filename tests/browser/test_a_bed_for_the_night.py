"""Shelter, as a social worker, a shelter worker and the oversight office walk it; and what each of them does not find."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect
from tests.browser.reading import TOLD, everything, never_said, refused
from tests.browser.world import World

from moei.casefile.actions.assign_case import assign_case
from moei.casefile.models import Case
from moei.desks.shelter.models import Place, Room, Stay

ADDRESS = "The yellow house behind the market, Invented Town"
FEARS = "Two men say that he gave orders there (invented)."


@pytest.fixture(scope="module")
def people(world: World) -> dict[str, Case]:
    found = {
        name: world.signed(f"{name} Sleeper", "anong", "prasert", "mali") for name in ("First", "Second")
    }
    found["Elsewhere"] = world.registered("Elsewhere Person")
    for name in ("First", "Second"):
        assign_case(world.acting("anong"), found[name], world.cast["dao"])
    return found


def test_a_social_worker_opens_a_place_whose_address_nobody_reads(world, people, opened):
    anong = opened("anong", "/shelter/")
    anong.get_by_role("link", name="Add a place").click()
    anong.get_by_label("Neutral name").fill("Lotus")
    anong.get_by_label("Address").fill(ADDRESS)
    anong.locator("main form button[type=submit]").click()
    place = Place.objects.get()
    anong.goto(f"/shelter/{place.pk}/rooms/")
    for number, kind, beds in (("M1", "Men", 1), ("S1", "One person alone", 1)):
        anong.get_by_label("Number or letter of the room").fill(number)
        anong.get_by_label(kind, exact=True).check()
        anong.get_by_label("Beds", exact=True).fill(str(beds))
        anong.locator("main form button[type=submit]").click()
        anong.goto(f"/shelter/{place.pk}/rooms/")
    assert Room.objects.count() == 2
    never_said(everything(anong), "yellow house", "behind the market")


def test_a_shelter_worker_gives_the_last_bed_and_reads_nothing_of_what_was_said(world, people, opened):
    dao = opened("dao", f"/cases/{people['First'].pk}/shelter/in/")
    dao.get_by_label("Lotus").check()
    dao.locator("#id_room").fill("M1")
    dao.locator("main form button[type=submit]").click()
    expect(dao.locator("main")).to_contain_text("Sleeps in Lotus, room M1")
    # The room is full: the second one is told so, and of nobody in it.
    dao.goto(f"/cases/{people['Second'].pk}/shelter/in/")
    dao.get_by_label("Lotus").check()
    dao.locator("#id_room").fill("M1")
    dao.locator("main form button[type=submit]").click()
    expect(dao.locator(".govuk-error-summary")).to_contain_text("No bed is free here that fits this person")
    expect(dao.locator(".govuk-error-summary")).not_to_contain_text("First Sleeper")
    assert Stay.objects.filter(ended_at__isnull=True).count() == 1

    pages = everything(dao)
    assert any("First Sleeper" in body for body in pages.values())
    never_said(pages, *TOLD, "Elsewhere Person", "yellow house")
    mine, not_mine = f"/cases/{people['First'].pk}", f"/cases/{people['Elsewhere'].pk}"
    refused(
        dao,
        f"{mine}/interview/",
        f"{mine}/determination/",
        f"{mine}/consents/ask/",
        f"{mine}/embassy/",
        f"{mine}/return/",
        f"{mine}/safety/add/",
        f"{not_mine}/",
        f"{not_mine}/shelter/",
        "/embassies/",
        "/returns/",
        "/journal/",
        "/board/",
    )


def test_p11_an_address_opens_for_who_asked_once_another_agency_agrees(world, people, opened):
    place = Place.objects.get()
    dao, somsak = opened("dao", f"/shelter/{place.pk}/address/ask/"), opened("somsak", "/shelter/addresses/")
    expect(somsak.locator("main")).to_contain_text("Nobody has asked")
    dao.get_by_label("Why").fill("A doctor drives there tonight (invented)")
    dao.locator("main form button[type=submit]").click()
    never_said(everything(dao), "yellow house")
    somsak.reload()
    somsak.get_by_role("button", name="Agree", exact=True).click()
    expect(somsak.locator("main")).to_contain_text("Agreed")
    dao.goto(f"/shelter/{place.pk}/")
    dao.get_by_role("button", name="Read the address").click()
    expect(dao.locator("main")).to_contain_text(ADDRESS)
    # Who agreed does not read it, and knows of nobody who sleeps there.
    never_said(everything(somsak), "yellow house", "First Sleeper", "Second Sleeper")
    refused(somsak, f"/shelter/{place.pk}/", "/shelter/", f"/cases/{people['First'].pk}/shelter/")


@pytest.mark.parametrize("who", ["kanya", "ploy", "tesfa", "niran", "vera", "mallory"])
def test_the_others_find_no_shelter_at_all(world, people, opened, who):
    page = opened(who, "/")
    place = Place.objects.get()
    refused(page, "/shelter/", f"/shelter/{place.pk}/", f"/cases/{people['First'].pk}/shelter/")
    never_said(everything(page), "Lotus", "yellow house")
