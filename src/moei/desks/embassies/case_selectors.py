"""One person and the missions: what a state knows already, what stands in the way, what was asked (P01)."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext

from moei.access.models import Agency
from moei.casefile.feared_states import states_of
from moei.casefile.models import Consent, Disclosure, Nationality, Purpose, RecordLink
from moei.casefile.selectors.cases import CaseFile
from moei.desks.embassies.models import AgreedState, VerificationRequest
from moei.desks.embassies.readiness import Not, why_not
from moei.desks.embassies.selectors import embassies


@dataclass(frozen=True)
class Known:
    """Something that a state knows already, or may know: what, since when, on which basis."""

    what: str
    to_whom: str
    when: datetime
    basis: str
    sure: bool


@dataclass(frozen=True)
class State:
    """A state for which a mission may be asked, and what stands in the way."""

    code: str
    own: bool
    agreed: AgreedState | None
    reasons: tuple[Not, ...]

    @property
    def ready(self) -> bool:
        return not self.reasons


@dataclass(frozen=True)
class AtMission:
    """A mission that concerns this person. `told` is whether it may be told of them now; `others` are states for which
    it acts and to which the person may still agree."""

    mission: Agency
    told: bool
    others: bool
    consent: Consent | None
    states: tuple[State, ...]
    known: tuple[Known, ...]
    requests: tuple[VerificationRequest, ...]


def nationalities_of(file: CaseFile) -> list[str]:
    codes = set(Nationality.objects.filter(person__in=file.people).values_list("code", flat=True))
    if file.case.person.nationality:
        codes.add(file.case.person.nationality)
    return sorted(code for code in codes if not code.startswith("XX"))


def at_missions(file: CaseFile) -> list[AtMission]:
    """Missions that act for a state of theirs, that they agreed to, or that were asked; the number of queries grows
    with these few alone."""
    case = file.case
    codes = set(nationalities_of(file))
    consents = {
        consent.recipient_id: consent
        for consent in Consent.objects.filter(
            case=case, purpose=Purpose.EMBASSY, given=True, withdrawn_at__isnull=True
        )
    }
    requests = list(
        VerificationRequest.objects.filter(case__person__in=file.people)
        .select_related("mission", "batch", "answered_by", "following_mission", "case")
        .order_by("-asked_at")
    )
    agreed = {
        (row.mission_id, row.state): row
        for row in AgreedState.objects.filter(case=case, ended_at__isnull=True)
    }
    missions = list(embassies())
    acts = states_of(missions)
    following = {row.following_mission_id for row in requests}
    asked = {row.mission_id for row in requests}
    found = []
    for mission in missions:
        states = acts[mission.pk]
        theirs = codes & states
        if not (theirs or mission.pk in consents or mission.pk in asked or mission.pk in following):
            continue
        shown = sorted(
            theirs
            | {mission.country}
            | {state for pk, state in agreed if pk == mission.pk}
            | {
                row.following_state
                for row in requests
                if row.following_mission_id == mission.pk and row.following_state
            },
            key=lambda code: (code != mission.country, code),
        )
        own = set(why_not([case], mission, mission.country)[case.id])
        told = own.isdisjoint({Not.FEARED, Not.NO_CONSENT, Not.ASK_AGAIN})
        agreed_here = {state for pk, state in agreed if pk == mission.pk}
        found.append(
            AtMission(
                mission=mission,
                told=told,
                others=told and bool(states - {mission.country} - agreed_here),
                consent=consents.get(mission.pk),
                states=tuple(
                    State(
                        code,
                        code == mission.country,
                        agreed.get((mission.pk, code)),
                        tuple(why_not([case], mission, code)[case.id]),
                    )
                    for code in shown
                ),
                known=tuple(known_to(file, mission)),
                requests=tuple(row for row in requests if row.mission_id == mission.pk),
            )
        )
    return found


def known_to(file: CaseFile, mission: Agency) -> list[Known]:
    """What the mission's states know, or may know: disclosures to it, lists that an embassy made, and whatever got out
    outside Moei, which nobody can say who has read. Oldest first."""
    told = Disclosure.objects.filter(case__person__in=file.people)
    names = Q(to_whom__iexact=mission.name) | Q(to_whom__iexact=mission.short_name)
    found = [
        Known(row.what, row.to_whom, row.happened_at, row.basis, sure=not row.outside)
        for row in told.filter(names | Q(outside=True))
    ]
    lists = RecordLink.objects.filter(person__in=file.people, ended_at__isnull=True, record__kind="embassy")
    found += [
        Known(
            gettext("name and nationality, on a list that an embassy made"),
            gettext("an embassy"),
            at,
            gettext("a list from outside Moei"),
            sure=False,
        )
        for at in lists.values_list("record__happened_at", flat=True).distinct()
    ]
    return sorted(found, key=lambda one: one.when)


def request_of(people: Collection[UUID], pk: UUID) -> VerificationRequest | None:
    """A request about this person, by any of their files."""
    found = VerificationRequest.objects.filter(pk=pk, case__person__in=people)
    return found.select_related("mission", "case").first()
