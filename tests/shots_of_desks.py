"""Which pages of the desks that follow identification `make screenshots` photographs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from playwright.sync_api import Page


@dataclass(frozen=True)
class Shot:
    """One page: its name, who looks, where, and what they do there before the picture."""

    name: str
    who: str
    path: str
    do: Callable[[Page], Any] | None = None


def of_the_way_home() -> list[Shot]:
    """Pages of embassies and returns, of people who are in the middle of it."""
    from moei.casefile.models import ProtectionConcern
    from moei.desks.embassies.models import Batch, VerificationRequest
    from moei.desks.returns.models import FollowUp, Journey, Seat

    batch = Batch.objects.order_by("-sent_at").first()
    waiting = VerificationRequest.objects.filter(status=VerificationRequest.Status.ASKED).first()
    answered = VerificationRequest.objects.exclude(answered_at=None).first()
    fear = ProtectionConcern.objects.filter(ended_at=None).first()
    seat = Seat.objects.filter(left_behind=True).first() or Seat.objects.first()
    contact = FollowUp.objects.order_by("due_on").first()
    flight = Journey.objects.order_by("-departs_at").first()
    assert batch and waiting and answered and fear and seat and contact and flight, (
        "nobody is on the way home"
    )
    mission = f"/embassies/{waiting.mission_id}/"
    return [
        Shot("missions", "ploy", "/embassies/"),
        Shot("undecided", "ploy", "/embassies/undecided/"),
        Shot("mission", "ploy", mission),
        Shot("mission-states", "ploy", f"{mission}states/"),
        Shot("batch", "ploy", f"/embassies/batches/{batch.pk}/"),
        Shot("embassy-of-case", "ploy", f"/cases/{answered.case_id}/embassy/"),
        Shot("embassy-feared", "ploy", f"/cases/{fear.case_id}/embassy/"),
        Shot("nationals", "tesfa", "/nationals/"),
        Shot("nationals-sheet", "tesfa", "/nationals/sheet/"),
        Shot("journeys", "ploy", "/returns/"),
        Shot("journey-new", "ploy", "/returns/new/"),
        Shot("journey", "ploy", f"/returns/{flight.pk}/"),
        Shot("journey-left-behind", "ploy", f"/returns/{seat.journey_id}/"),
        Shot("way-home", "ploy", f"/cases/{seat.case_id}/return/"),
        Shot("way-home-after", "ploy", f"/cases/{contact.case_id}/return/"),
    ]


def of_care() -> list[Shot]:
    """Pages of shelter and care."""
    from moei.desks.care.models import Referral, Service
    from moei.desks.shelter.models import Place, SafetyFlag, Stay

    stay = Stay.objects.filter(ended_at=None).first()
    flag = SafetyFlag.objects.filter(ended_at=None).first()
    small = Place.objects.order_by("-opened_at").first()
    referral = Referral.objects.filter(status=Referral.Status.ACCEPTED).first()
    service = Service.objects.first()
    assert stay and flag and small and referral and service, "nobody is cared for"
    slept, cared = f"/cases/{stay.case_id}/", f"/cases/{referral.case_id}/"
    return [
        Shot("places", "anong", "/shelter/"),
        Shot("place", "anong", f"/shelter/{stay.place_id}/"),
        Shot("place-new", "anong", "/shelter/new/"),
        Shot("rooms", "anong", f"/shelter/{stay.place_id}/rooms/"),
        Shot("room", "anong", f"/shelter/{stay.place_id}/rooms/{stay.bed.room_id}/"),
        Shot("without-bed", "anong", "/shelter/without-bed/"),
        Shot("lives-outside", "anong", "/shelter/outside/"),
        Shot("kept-apart", "anong", "/shelter/safety/"),
        Shot("addresses", "somsak", "/shelter/addresses/"),
        Shot("counts", "anong", "/shelter/counts/"),
        Shot("shift-notes", "anong", f"/shelter/{stay.place_id}/notes/"),
        Shot("stay", "anong", f"{slept}shelter/"),
        Shot("stay-outcome", "anong", f"{slept}shelter/outcome/"),
        Shot("safety", "anong", f"/cases/{flag.case_id}/safety/"),
        Shot("care", "kanya", "/care/"),
        Shot("care-of-case", "kanya", f"{cared}care/"),
        Shot("needs", "kanya", f"{cared}care/needs/"),
        Shot("refer", "kanya", f"{cared}care/refer/"),
        Shot("plan", "kanya", f"{cared}care/plan/"),
        Shot("rights-told", "kanya", f"{cared}care/rights/"),
        Shot("claim", "kanya", f"{cared}care/claim/"),
        Shot("services", "kanya", "/care/services/"),
        Shot("service-new", "dao", "/care/services/new/"),
        Shot("referrals", "dao", "/care/referrals/"),
        Shot("referral", "dao", f"/care/referrals/{referral.pk}/"),
        Shot("caseload", "dej", "/care/caseload/"),
    ]


def drawn(page: Page) -> None:
    page.locator("[data-drawn]").wait_for()


def of_investigations() -> list[Shot]:
    """Pages of statements, network, evidence and interventions."""
    from django.db.models import Count

    from moei.desks.investigations.models import Fact, Statement

    given = Statement.objects.filter(withdrawn=False).order_by("visible_from").first()
    facts = Fact.objects.exclude(entity="").filter(kind="phone").order_by()
    busiest = facts.values("entity").annotate(n=Count("voice", distinct=True)).order_by("-n").first()
    assert given and busiest, "nobody told anything"
    fact = Fact.objects.filter(entity=busiest["entity"]).order_by("pk").first()
    assert fact
    return [
        Shot("statements", "niran", "/investigations/"),
        Shot("told", "niran", f"/investigations/statements/{given.pk}/"),
        Shot("mentioned", "niran", "/investigations/network/"),
        Shot("entity", "niran", f"/investigations/network/{fact.pk}/", drawn),
        Shot("names", "niran", "/investigations/names/"),
        Shot("timeline", "niran", "/investigations/timeline/"),
        Shot("exports", "niran", "/investigations/files/"),
        Shot("export-new", "niran", "/investigations/files/new/"),
        Shot("links", "somsak", "/links/"),
        Shot("evidence", "niran", "/evidence/"),
        Shot("evidence-add", "niran", "/evidence/add/"),
        Shot("map", "niran", "/evidence/map/"),
        Shot("interventions", "niran", "/evidence/interventions/"),
        Shot("intervention-new", "niran", "/evidence/interventions/add/"),
    ]
