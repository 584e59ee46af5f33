"""A flight with more seats than one page shows: all are counted, and a full flight takes no query more than one seat."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from moei.desks.returns import selectors
from moei.desks.returns.actions.hold_seat import hold_seat

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _few_on_a_page(monkeypatch, settings):
    settings.MFA_REQUIRED = False
    monkeypatch.setattr(selectors, "SEATS_ON_A_PAGE", 3)


@pytest.fixture
def full(acting, ploy, fly, ways):
    journey = fly(seats=8)
    for number in range(7):
        hold_seat(acting(ploy), journey, ways.told(f"Abebe Invented{number}"))
    return journey


def test_seats_stand_page_by_page_and_all_are_counted(sign_in, ploy, full):
    client = sign_in(ploy)
    numbers = []
    for page in (1, 2, 3):
        answer = client.get(reverse("returns:journey", args=[full.pk]), {"seats": page})
        numbers += [row.seat.number for row in answer.context["rows"]]
        assert (answer.context["free"], answer.context["others"]) == (1, 0)
    assert numbers == list(range(1, 8))
    assert "?seats=2" in client.get(reverse("returns:journey", args=[full.pk])).content.decode()


def test_a_manifest_still_names_everybody(acting, ploy, full):
    rows, others = selectors.places(acting(ploy), full)
    assert (len(rows), others) == (7, 0)


def test_a_full_page_takes_as_many_queries_as_one_seat(sign_in, acting, ploy, fly, ways, full):
    small = fly(seats=2, number="IA 620")
    hold_seat(acting(ploy), small, ways.told("Selam Invented"))
    client = sign_in(ploy)

    def queries(journey) -> int:
        with CaptureQueriesContext(connection) as found:
            client.get(reverse("returns:journey", args=[journey.pk]))
        return len(found)

    queries(small)
    assert queries(full) <= queries(small)
