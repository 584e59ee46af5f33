"""People in care: a file in Kanya's hands, a health worker, a clinic of which nobody works here."""

from __future__ import annotations

from datetime import date

import pytest

from moei.access.cast import Member, create_member
from moei.access.models import Agency, Site, Staff
from moei.casefile.actions.assign_case import assign_case
from moei.casefile.actions.consent import record_consent
from moei.casefile.actions.load_wordings import current_wording, load_wordings
from moei.casefile.actions.needs import assess_needs
from moei.casefile.models import Case, Consent, Purpose
from moei.desks.care.actions.agree_sections import agree_on_sections
from moei.desks.care.actions.keep_services import Offer, add_service
from moei.desks.care.actions.offer_referral import offer_referral
from moei.desks.care.actions.write_medical import write_medical_note
from moei.desks.care.models import Referral, Service

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


@pytest.fixture
def baan_dao(agencies) -> Agency:
    return agencies["Baan Dao"]


@pytest.fixture
def dao2(cast) -> Staff:
    """Dao, to whom none of these cases is assigned: she reads what referrals open, and nothing else."""
    return cast["dao"]


@pytest.fixture
def doctor(release, agencies, clinic, now) -> Staff:
    """Of the clinic; at another crossing, so that her role opens nothing here."""
    member = Member("siri", "Siri (doctor)", clinic.short_name, "", ("health_worker",))
    staff = create_member(member, release, {**agencies, clinic.short_name: clinic}, now=now)
    staff.role_grants.update(site=Site.objects.create(name="Another crossing"))
    return staff


@pytest.fixture
def agree_to(acting, kanya, selam, now):
    """`agree_to(case, agency)`: the person says yes (or `given=False`) to this organisation, asked by Kanya."""

    def record(case: Case, agency: Agency, *, given: bool = True, **when) -> Consent:
        load_wordings(now=now)
        return record_consent(
            acting(kanya, **when),
            case,
            Purpose.REFERRAL,
            given=given,
            wording=current_wording(Purpose.REFERRAL, "am"),
            recipient=agency,
            translated_by=selam,
        )

    return record


@pytest.fixture
def food(acting, dao2, baan_dao) -> Service:
    """What Baan Dao offers."""
    return add_service(acting(dao2), baan_dao, Offer("Food every day", Service.Kind.BASICS))


@pytest.fixture
def offered(person, agree_to, baan_dao, food, acting, kanya):
    """`offered("Abebe Invented")`: referred to Baan Dao for food by Kanya; `more` are sections agreed to besides."""

    def offer(name: str = "Abebe Invented", *, needs=None, more=(), words="") -> Referral:
        case = person(name)
        needs = needs or {"food": 1}
        assess_needs(acting(kanya), case, needs)
        agree_to(case, baan_dao)
        agree_on_sections(
            acting(kanya), case, baan_dao, [one for one in more if one in ("care", "contact", "medical")]
        )
        sections = {"identity", "needs", *more}
        return offer_referral(
            acting(kanya), case, food, needs=list(needs), sections=sections, urgency=1, words=words
        )

    return offer


@pytest.fixture
def written_note(acting, hom, now):
    def write(case: Case):
        return write_medical_note(
            acting(hom), case, words="A broken rib.", seen_on=now.date(), by_doctor=True
        )

    return write
