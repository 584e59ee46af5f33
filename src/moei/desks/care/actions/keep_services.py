"""The directory of services: each organisation keeps its own; of one that does not work here, anybody does."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from django.db import transaction

from moei.access.acting import Acting, Invalid
from moei.access.decide import require
from moei.access.journalled import changed
from moei.access.models import Agency, Staff
from moei.casefile.actions.consent import RECIPIENTS
from moei.casefile.models import Purpose
from moei.desks.care.hours import Span
from moei.desks.care.models import OpeningHours, Service, ServiceLanguage

# To whom somebody may be referred, with consent; and authorities, whose services stand in the directory as well.
KINDS = frozenset({*RECIPIENTS[Purpose.REFERRAL], Agency.Kind.GOVERNMENT})
MOST_PEOPLE = 10_000


@dataclass(frozen=True)
class Offer:
    """What is offered. `languages`: ISO 639 codes; `hours`: weekday (0 is Monday) -> spans of minutes."""

    name: str
    kind: Service.Kind
    place: str = ""
    contact: str = ""
    capacity: int | None = None
    languages: Sequence[str] = ()
    hours: Mapping[int, Sequence[Span]] = field(default_factory=dict)


@transaction.atomic
def add_service(acting: Acting, agency: Agency, offer: Offer) -> Service:
    """Raises `Invalid` for an agency that offers none, or whose own staff keep its services, and for a name twice."""
    require(acting, "service.keep")
    _check(acting, agency, offer)
    service = Service(agency=agency, added_at=acting.now, added_by=acting.staff)
    _write(service, offer)
    changed(acting, "service.added", data={"service": str(service.pk), "agency": str(agency.pk)})
    return service


@transaction.atomic
def change_service(acting: Acting, service: Service, offer: Offer) -> Service:
    """As `add_service`; what was before is not kept but for the journal's word that it changed."""
    require(acting, "service.keep")
    locked = Service.objects.select_for_update(no_key=True, of=("self",)).select_related("agency")
    service = locked.get(pk=service.pk)
    _refuse_ended(service)
    _check(acting, service.agency, offer, but=service)
    before = (service.name, service.kind, service.place, service.contact, service.capacity)
    _write(service, offer)
    after = (service.name, service.kind, service.place, service.contact, service.capacity)
    names = ("name", "kind", "place", "contact", "capacity")
    changes = {n: (b, a) for n, b, a in zip(names, before, after, strict=True) if b != a}
    changed(acting, "service.changed", changes=changes, data={"service": str(service.pk)})
    return service


@transaction.atomic
def end_service(acting: Acting, service: Service) -> None:
    """It is not offered any more. Referrals that are open stay what they are."""
    require(acting, "service.keep")
    locked = Service.objects.select_for_update(no_key=True, of=("self",)).select_related("agency")
    service = locked.get(pk=service.pk)
    _refuse_ended(service)
    _refuse_others(acting, service.agency)
    service.ended_at = acting.now
    service.save(update_fields=["ended_at"])
    changed(acting, "service.ended", data={"service": str(service.pk)})


def keeps(acting: Acting, agency: Agency) -> bool:
    """Whether whoever acts keeps the services of this agency: it is their own, or nobody of it works here."""
    if acting.staff.agency_id == agency.pk:
        return True
    return not Staff.objects.filter(agency=agency, is_active=True).exists()


def _check(acting: Acting, agency: Agency, offer: Offer, *, but: Service | None = None) -> None:
    _refuse_others(acting, agency)
    if agency.kind not in KINDS:
        raise Invalid({"agency": "Nobody is referred to an organisation of this kind."})
    if not offer.name.strip():
        raise Invalid({"name": "Give the service a name."})
    if offer.kind not in Service.Kind.values:
        raise Invalid({"kind": "Choose what is offered."})
    if offer.capacity is not None and not 0 <= offer.capacity <= MOST_PEOPLE:
        raise Invalid({"capacity": "Type how many people at the same time, or leave it empty."})
    same = Service.objects.filter(agency=agency, name=offer.name.strip(), ended_at__isnull=True)
    if (same.exclude(pk=but.pk) if but else same).exists():
        raise Invalid({"name": "This organisation has a service of this name already."})


def _refuse_others(acting: Acting, agency: Agency) -> None:
    if not keeps(acting, agency):
        raise Invalid({"agency": "Somebody of that organisation keeps its own services."})


def _refuse_ended(service: Service) -> None:
    if service.ended_at is not None:
        raise Invalid("This service is not offered any more.")


def _write(service: Service, offer: Offer) -> None:
    service.name, service.kind = offer.name.strip(), offer.kind
    service.place, service.contact = offer.place.strip(), offer.contact.strip()
    service.capacity = offer.capacity
    service.save()
    service.languages.all().delete()
    service.hours.all().delete()
    ServiceLanguage.objects.bulk_create(
        ServiceLanguage(service=service, code=code) for code in dict.fromkeys(offer.languages)
    )
    OpeningHours.objects.bulk_create(
        OpeningHours(service=service, weekday=day, opens=opens, closes=closes)
        for day, spans in sorted(offer.hours.items())
        for opens, closes in spans
    )
