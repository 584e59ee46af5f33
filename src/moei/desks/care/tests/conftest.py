"""People in care: a file in Kanya's hands, a health worker, a clinic of which nobody works here."""

from __future__ import annotations

from datetime import date

import pytest

from moei.access.cast import Member, create_member
from moei.access.models import Agency, Staff
from moei.casefile.actions.assign_case import assign_case
from moei.casefile.models import Case
from moei.desks.care.actions.keep_services import Offer, add_service
from moei.desks.care.models import Service

GROWN = {"birth_from": date(1998, 3, 14), "birth_to": date(1998, 3, 14)}


@pytest.fixture
def hom(release, agencies, now) -> Staff:
    """Of the health service, at the site."""
    member = Member("hom", "Hom (health)", "MSDHS Tak", "", ("health_worker",))
    return create_member(member, release, agencies, now=now)


@pytest.fixture
def clinic(db) -> Agency:
    return Agency.objects.create(
        name="Clinic at the river (invented)",
        short_name="River clinic",
        kind=Agency.Kind.HEALTH,
        country="THA",
    )


@pytest.fixture
def person(add_case, acting, anong, kanya):
    """`person("Abebe Invented")`: with a file in Kanya's hands, who was asked nothing yet."""

    def add(name: str = "Abebe Invented", **values) -> Case:
        case = add_case(name, **{"nationality": "ETH", **GROWN, **values})
        assign_case(acting(anong), case, kanya)
        return case

    return add


@pytest.fixture
def service(acting, kanya, clinic):
    """`service(kind="legal")`: one of the clinic, kept by Kanya."""

    def add(name: str = "Doctor on call", *, agency: Agency | None = None, **values) -> Service:
        offer = Offer(**{"name": name, "kind": Service.Kind.HEALTH, **values})
        return add_service(acting(kanya), agency or clinic, offer)

    return add
