"""Whoever is erased, in whatever order: everybody else's page stays as it was, and the journal holds (P18)."""

from __future__ import annotations

import re
from datetime import datetime, timedelta, tzinfo

import pytest
from django.db import transaction
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from moei.casefile.actions.needs import record_needs
from moei.casefile.actions.wristband import issue_wristband
from moei.casefile.models import Case, Person
from moei.casefile.tests.cast import NOW
from moei.journal.verify import verify
from moei.retention.erasing import erase_people
from moei.web import middleware

NAMES = ("Abebe Invented", "Bekele Invented", "Chaltu Invented", "Dawit Invented")


class Standing:
    """A clock that stands, so that two views of a page say the same."""

    @staticmethod
    def now(zone: tzinfo | None = None) -> datetime:
        return NOW + timedelta(days=1)


@pytest.mark.django_db
def test_p18_erasing_any_subset_leaves_the_others(folder, add_case, acting, anong, now, monkeypatch):
    monkeypatch.setattr(middleware, "datetime", Standing)
    who = acting(anong)
    cases = []
    for place, name in enumerate(NAMES):
        case = add_case(name, nationality="ETH", document_number=f"EP000000{place}")
        record_needs(who, case, ["medical"])
        issue_wristband(who, case)
        cases.append(case)
    page = Client()
    page.force_login(anong)

    def seen(case: Case) -> str:
        response = page.get(f"/cases/{case.pk}/")
        assert response.status_code == 200
        # What the page says; its hidden values are new at each view.
        return " ".join(re.sub(r"<[^>]*>", " ", response.content.decode()).split())

    @settings(max_examples=25, suppress_health_check=[HealthCheck.too_slow])
    @given(st.lists(st.sampled_from(range(len(NAMES))), unique=True))
    def erase(going: list[int]) -> None:
        with transaction.atomic():
            staying = [case for place, case in enumerate(cases) if place not in going]
            before = {case.pk: seen(case) for case in staying}
            for place in going:
                erase_people([cases[place].person_id], now=now)
            assert {case.pk: seen(case) for case in staying} == before
            assert Person.objects.count() == len(staying)
            assert verify().intact
            transaction.set_rollback(True)

    erase()
