"""People who agreed that the embassy of Ethiopia is told of them, and what it is asked."""

from __future__ import annotations

from datetime import date

import pytest

from moei.access.models import Agency, Staff
from moei.casefile.actions.assign_case import assign_case
from moei.casefile.actions.consent import record_consent
from moei.casefile.actions.load_wordings import current_wording, load_wordings
from moei.casefile.models import Case, Consent, Purpose
from moei.desks.embassies.actions.send_batch import send_batch
from moei.desks.embassies.models import VerificationRequest


@pytest.fixture
def ploy(cast) -> Staff:
    return cast["ploy"]


@pytest.fixture
def ethiopia(agencies) -> Agency:
    return agencies["Embassy of Ethiopia"]


@pytest.fixture
def kenya(agencies) -> Agency:
    return Agency.objects.create(
        name="Embassy of Kenya (invented desk)",
        short_name="Embassy of Kenya",
        kind=Agency.Kind.EMBASSY,
        country="KEN",
    )


@pytest.fixture
def agree_to(acting, kanya, selam, now):
    """`agree_to(case, mission)`: the person says yes (or `given=False`) to this mission, asked by Kanya."""

    def record(case: Case, mission: Agency, *, given: bool = True, **when) -> Consent:
        load_wordings(now=now)
        return record_consent(
            acting(kanya, **when),
            case,
            Purpose.EMBASSY,
            given=given,
            wording=current_wording(Purpose.EMBASSY, "am"),
            recipient=mission,
            translated_by=selam,
        )

    return record


@pytest.fixture
def person(add_case, acting, anong, kanya):
    """`person("Abebe Invented")`: an Ethiopian with a file in Kanya's hands, who was asked nothing yet."""

    def add(name: str = "Abebe Invented", *, nationality: str = "ETH", **values) -> Case:
        values = {"birth_from": date(1998, 3, 14), "birth_to": date(1998, 3, 14), **values}
        case = add_case(name, nationality=nationality, **values)
        assign_case(acting(anong), case, kanya)
        return case

    return add


@pytest.fixture
def agreed(person, agree_to, ethiopia):
    """`agreed("Abebe Invented")`: somebody who agreed that the embassy of Ethiopia is told."""

    def add(name: str = "Abebe Invented", **values) -> Case:
        case = person(name, **values)
        agree_to(case, ethiopia)
        return case

    return add


@pytest.fixture
def ask(acting, ploy, ethiopia):
    """`ask(case)`: Ploy asks the embassy of Ethiopia about them; gives the request."""

    def send(case: Case, *, mission: Agency | None = None, state: str = "ETH", **when) -> VerificationRequest:
        sent = send_batch(acting(ploy, **when), mission or ethiopia, state, [case.pk])
        return VerificationRequest.objects.get(batch=sent.batch)

    return send
