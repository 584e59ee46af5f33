"""An investigator reads what people told, under pseudonyms: no name, no case, and nothing once consent is taken back."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from playwright.sync_api import expect
from tests.browser.reading import TOLD, everything, never_said, refused
from tests.browser.world import World

from moei.access.cast import Member, create_agencies, create_member
from moei.casefile.actions.assign_case import assign_case
from moei.casefile.actions.consent import record_consent, withdraw_consent
from moei.casefile.actions.load_wordings import current_wording
from moei.casefile.actions.record_event import Happening, record_events
from moei.casefile.models import Case, Consent, Purpose
from moei.crypto.envelope import new_identity
from moei.desks.investigations.actions.give_statement import give_statement
from moei.desks.investigations.actions.links import give_link_key
from moei.desks.investigations.facts import Draft, Said
from moei.desks.investigations.words import What
from moei.engines.protocol import EventKind

# Told in a week that is over: until then nothing appears, so that nobody sees who is being heard just now (P13).
AGO = timedelta(days=10)
NAMES = ("Almaz Teller", "Bontu Teller", "Chaltu Teller", "Desta Teller", "Eyasu Teller")
SAID = "They took our telephones on the first day, and said that we owed for the journey."


@pytest.fixture(scope="module")
def told(world: World) -> list[Case]:
    """Five who were heard in the same week; the first agreed that investigators are told, and Kanya handed it over."""
    dej = Member("dej", "Dej (director)", "MSDHS Tak", "", ("director",))
    agencies = create_agencies()
    world.cast["dej"] = create_member(dej, world.release, agencies, now=world.release.began_at)
    for who in ("somsak", "dej"):
        give_link_key(world.acting(who), new_identity()[1])
    kanya, cases = world.acting("kanya", ago=AGO), []
    for name in NAMES:
        cases.append(case := world.registered(name))
        assign_case(world.acting("anong"), case, world.cast["kanya"])
        record_events(kanya, [Happening(case, EventKind.INTERVIEW_STARTED, kanya.now)])
    record_consent(
        world.acting("kanya"),
        cases[0],
        Purpose.INVESTIGATION,
        given=True,
        wording=current_wording(Purpose.INVESTIGATION, "am"),
        recipient=agencies["DSI"],
        translated_by=world.cast["selam"],
    )
    facts = (
        Said(What.RECRUITER, "Vincent Gao", of=1),
        Said(What.COMPOUND, "Blue Garden", country="MMR"),
        Said(What.PHONE, "+66 81 555 0101", of=0),
    )
    day = world.release.site.day_of(kanya.now)
    acting = replace(world.acting("kanya"), looking="my_cases")
    give_statement(acting, cases[0], agencies["DSI"], Draft(heard_on=day, text=SAID, facts=facts))
    return cases


def test_p13_an_investigator_reads_what_was_told_and_finds_nobody_who_told_it(world, told, opened):
    niran = opened("niran", "/investigations/")
    pages = everything(niran)
    assert any(SAID in body for body in pages.values()), "the links led to the statement"
    assert any("Vincent Gao" in body for body in pages.values())
    numbers = [case.number for case in told]
    keys = [str(key) for case in told for key in (case.pk, case.person_id)]
    never_said(pages, *TOLD, *NAMES, "Teller", *numbers, *keys, "Kanya Boonmee", "Selam Haile")
    niran.goto("/cases/")
    expect(niran.get_by_role("table")).to_have_count(0)
    first = f"/cases/{told[0].pk}"
    refused(
        niran,
        first + "/",
        f"{first}/interview/",
        f"{first}/determination/",
        f"{first}/statements/",
        f"{first}/embassy/",
        f"{first}/return/",
        f"{first}/shelter/",
        "/board/",
        "/lists/",
        "/screening/",
        "/embassies/",
        "/nationals/",
        "/returns/",
        "/shelter/",
        "/journal/",
    )


@pytest.mark.parametrize("who", ["anong", "prasert", "tesfa", "ploy", "dao", "mallory"])
def test_p03_who_decides_or_helps_otherwise_reads_no_statement(world, told, opened, who):
    page = opened(who, "/")
    refused(page, "/investigations/", "/investigations/network/")
    # Whoever decides is told in words that this is kept from them: the same of who told something and of who did not.
    answers = set()
    for case in (told[0], told[1]):
        response = page.goto(f"/cases/{case.pk}/statements/")
        assert response is not None
        answers.add(response.status)
        if response.status == 200:
            expect(page.locator("main")).to_contain_text("is not shown to you, so that it cannot weigh")
    assert len(answers) == 1 and answers <= {200, 403, 404}
    page.goto("/")
    never_said(everything(page), SAID, "Vincent Gao", "Blue Garden")


def test_p04_what_was_told_is_gone_from_the_desk_with_the_consent(world, told, opened):
    niran = opened("niran", "/investigations/")
    address = next(url for url, body in everything(niran).items() if SAID in body and "/statements/" in url)
    niran.goto(address)
    expect(niran.locator("main")).to_contain_text(SAID)
    withdraw_consent(world.acting("kanya"), Consent.objects.get(purpose=Purpose.INVESTIGATION))
    assert niran.reload().status in (404, 410)
    never_said(
        everything(opened("niran", "/investigations/")), SAID, "Vincent Gao", "Blue Garden", "555 0101"
    )
