"""Referrals for whoever acts: those to their organisation, and those of one person. Before one is accepted, the other
side reads what is needed, how urgent it is, and nothing by which it would know the person."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Count, Q, QuerySet
from django.http import Http404

from moei.access.acting import Acting
from moei.access.models import Agency, Staff
from moei.access.policy import Section
from moei.casefile.folding import joined_into
from moei.casefile.models import Case, Need, PersonLanguage
from moei.casefile.selectors.cases import visible_cases
from moei.desks.care.models import Referral, Service
from moei.desks.care.service_selectors import offering
from moei.desks.care.working import agreed_to, consent_to

Status = Referral.Status
SHOWN = {
    "waiting": (Status.OFFERED,),
    "accepted": (Status.ACCEPTED,),
    "over": (Status.DECLINED, Status.DONE, Status.REVOKED),
}


@dataclass(frozen=True)
class Row:
    """A referral as the other side's list shows it; `case` is None while no name is read, or not any more."""

    referral: Referral
    needs: tuple[str, ...]
    case: Case | None


@dataclass(frozen=True)
class Preview:
    """What the other side reads before it accepts. `languages`: ISO 639 codes."""

    child: bool
    sex: str
    languages: tuple[str, ...]


@dataclass(frozen=True)
class Choice:
    """An organisation to which the person may be referred: its services, and what it may read of the file."""

    agency: Agency
    sections: frozenset[str]
    services: tuple[Service, ...]


def to_us(acting: Acting, *, show: str = "waiting") -> QuerySet[Referral]:
    """Referrals to the organisation of whoever acts: what waits, the most urgent first; else the latest first."""
    found = Referral.objects.filter(recipient=acting.staff.agency_id, case__release=acting.release)
    found = found.filter(status__in=SHOWN.get(show, SHOWN["waiting"])).select_related("service", "sender")
    if show == "over":
        return found.order_by("-ended_at", "pk")
    return found.order_by("urgency", "offered_at", "pk")


def waiting_count(acting: Acting) -> int:
    return to_us(acting).count() if acting.staff.agency_id else 0


def as_rows(acting: Acting, referrals: Sequence[Referral]) -> list[Row]:
    """One query more. A name stands only where the file is open to whoever acts now."""
    opened = (Status.ACCEPTED, Status.DONE)
    ids = [referral.case_id for referral in referrals if referral.status in opened]
    cases = visible_cases(acting.staff, acting.release.id, now=acting.now).filter(pk__in=ids)
    found = {case.pk: case for case in cases.select_related("person")} if ids else {}
    return [
        Row(
            referral,
            needs_in_words(referral),
            found.get(referral.case_id) if referral.status in opened else None,
        )
        for referral in referrals
    ]


def needs_in_words(referral: Referral) -> tuple[str, ...]:
    words = dict(Need.Code.choices)
    return tuple(str(words.get(code, code)) for code in referral.needs)


def find_referral(acting: Acting, referral_id: UUID) -> tuple[Referral, bool]:
    """A referral of this release, and whether it went to the organisation of whoever acts; `Http404` for one that went
    elsewhere and is about nobody whose care is theirs to read."""
    found = Referral.objects.filter(pk=referral_id, case__release=acting.release)
    referral = found.select_related("service", "recipient", "sender", "case__person", "case__site").first()
    if referral is None:
        raise Http404
    if acting.staff.agency_id == referral.recipient_id:
        return referral, True
    people = joined_into([referral.case.person_id])[referral.case.person_id]
    mine = visible_cases(acting.staff, acting.release.id, now=acting.now, section=Section.CARE)
    stands = referral.case.person.merged_into_id or referral.case.person_id
    if not mine.filter(person_id__in={*people, stands}).exists():
        raise Http404
    return referral, False


def preview(referral: Referral, on: date) -> Preview:
    person = referral.case.person
    codes = PersonLanguage.objects.filter(person=person).order_by("level").values_list("code", flat=True)
    return Preview(person.is_child(on), str(person.get_sex_display()), tuple(codes))


def of_person(people: frozenset[UUID]) -> list[Referral]:
    """Open ones first, then the latest."""
    found = Referral.objects.filter(case__person__in=people)
    found = found.select_related("service", "recipient", "offered_by", "answered_by", "case")
    return sorted(found.order_by("-offered_at"), key=lambda referral: not referral.is_open)


def choices(case: Case) -> list[Choice]:
    """Organisations that the person agreed to, with services that are offered."""
    given = case.consents.filter(purpose="referral", given=True, withdrawn_at__isnull=True)
    found = []
    for agency in offering().filter(pk__in=given.values("recipient_id")):
        services = Service.objects.filter(agency=agency, ended_at__isnull=True).order_by("name")
        found.append(Choice(agency, agreed_to(case, agency), tuple(services)))
    return found


def not_asked(case: Case) -> list[Agency]:
    """Organisations with services to which the person has not agreed."""
    agreed = {choice.agency.pk for choice in choices(case)}
    offer = offering().annotate(n=Count("services", filter=Q(services__ended_at__isnull=True)))
    return [agency for agency in offer.filter(n__gt=0) if agency.pk not in agreed]


def recipient_of(case: Case, agency_id: UUID) -> Agency:
    """An organisation to which this person's consent is in force; else `Http404`."""
    agency = Agency.objects.filter(pk=agency_id).first()
    if agency is None or consent_to(case, agency) is None:
        raise Http404
    return agency


def who_answers_here(people: frozenset[UUID]) -> set[UUID]:
    """Of the organisations to which this person was referred, those whose own staff answer."""
    asked = Referral.objects.filter(case__person__in=people).values("recipient_id")
    return set(Staff.objects.filter(agency__in=asked, is_active=True).values_list("agency_id", flat=True))
