"""A passport that somebody has: recorded without a word to an embassy, and enough to go home with."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.urls import reverse

from moei.access.acting import Invalid, Refused
from moei.casefile.models import Disclosure, TravelDocument
from moei.casefile.selectors.cases import open_case
from moei.desks.embassies.actions.papers import record_own_paper
from moei.desks.embassies.persons_part import own_papers
from moei.journal.models import Entry

pytestmark = pytest.mark.django_db
PASSPORT = TravelDocument.Kind.PASSPORT
VALID = date(2031, 5, 1)


@pytest.fixture
def held(acting, ploy):
    """`held(case)`: Ploy has seen their passport."""

    def record(case, number="EP1234567", **values):
        return record_own_paper(
            acting(ploy), case, PASSPORT, **{"number": number, "expires_on": VALID, **values}
        )

    return record


def test_p02_who_agreed_to_no_embassy_still_has_a_paper_to_travel_with(person, held):
    paper = held(person())
    assert (paper.mission, paper.asked_at, paper.number) == (None, None, "EP1234567")
    assert paper.issued_at is not None
    assert not Disclosure.objects.exists()


def test_it_is_written_in_the_journal_without_its_number(person, held):
    held(person())
    entry = Entry.objects.get(action="travel_document.recorded")
    assert "EP1234567" not in str(entry.data)


def test_the_same_paper_is_recorded_once(person, held):
    case = person()
    held(case)
    with pytest.raises(Invalid, match="recorded already"):
        held(case)
    held(person("Somebody Else"))


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"number": " "}, "number"),
        ({"number": "9" * 41}, "40 signs"),
        ({"expires_on": None}, "last day"),
        ({"expires_on": date(2001, 1, 1)}, "has passed"),
    ],
)
def test_a_paper_that_nobody_travels_with_is_refused(person, held, values, said):
    with pytest.raises(Invalid, match=said):
        held(person(), **values)
    assert not TravelDocument.objects.exists()


def test_p03_who_decides_records_none_and_an_embassy_neither(person, acting, anong, cast):
    case = person()
    for who in (anong, cast["tesfa"], cast["niran"], cast["mallory"]):
        with pytest.raises(Refused):
            record_own_paper(acting(who), case, PASSPORT, number="EP1234567", expires_on=VALID)


def test_p05_the_persons_own_file_says_which_paper_is_recorded(person, held, acting, kanya):
    case = person()
    held(case)
    part = own_papers(open_case(acting(kanya), case))
    assert part.lines == (("Passport EP1234567", "Valid until 2031-05-01"),)


def test_an_officer_records_it_on_a_page(person, sign_in, ploy, now):
    case = person()
    page = sign_in(ploy)
    url = reverse("embassies:own_paper", args=[case.pk])
    assert page.post(url, {"kind": "passport", "number": "", "expires_on": ""}).status_code == 422
    expires = (now + timedelta(days=400)).date().isoformat()
    done = page.post(url, {"kind": "passport", "number": "EP7654321", "expires_on": expires}, follow=True)
    assert "EP7654321" in done.content.decode()
