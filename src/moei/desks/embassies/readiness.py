"""Whom a mission may be asked about now, and why not: one rule, for a page, for one person and for a batch (P01, P02)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from enum import StrEnum
from typing import Any
from uuid import UUID

from django.db.models import F, Q, QuerySet
from django.db.models.functions import Coalesce
from django.utils.translation import gettext

from moei.access.acting import Acting
from moei.access.decide import grants_of
from moei.access.models import Agency, CaseGrant
from moei.access.policy import Section
from moei.casefile.feared_states import closes, feared_by, states_of
from moei.casefile.models import Case, Consent, Nationality, ProtectionConcern, Purpose
from moei.casefile.selectors.cases import visible_cases
from moei.desks.embassies.models import AgreedState, ServedState, VerificationRequest

Status = VerificationRequest.Status


class Not(StrEnum):
    """Why nothing may be asked now. Codes, in the order in which they are said."""

    FEARED = "feared"
    NO_CONSENT = "no_consent"
    ASK_AGAIN = "ask_again"
    NOT_THIS_STATE = "not_this_state"
    ASKED = "asked"
    ANSWERED = "answered"
    NO_NAME = "no_name"

    @property
    def words(self) -> str:
        return {
            Not.FEARED: gettext("Fears a state for which this mission acts, seeks asylum or may have none"),
            Not.NO_CONSENT: gettext("Has not agreed that this mission is told"),
            Not.ASK_AGAIN: gettext("Agreed before a fear was told: is asked again first"),
            Not.NOT_THIS_STATE: gettext("Has agreed to the mission, not to this state"),
            Not.ASKED: gettext("Is asked about already"),
            Not.ANSWERED: gettext("The mission has answered already"),
            Not.NO_NAME: gettext("No name is known"),
        }[self]


def work_cases(acting: Acting) -> QuerySet[Case]:
    """Cases whose way home they work on. Whoever may decide on somebody does not see what a mission was asked (P03)."""
    found = visible_cases(acting.staff, acting.release.id, now=acting.now, section=Section.RETURN)
    if any(Section.DETERMINATION in role.sections for role, _grant in grants_of(acting.staff)):
        deciding = visible_cases(
            acting.staff, acting.release.id, now=acting.now, section=Section.DETERMINATION
        )
        found = found.exclude(pk__in=deciding.values("pk"))
    return found


def standing(rows: QuerySet[Any, Any]) -> QuerySet[Any, Any]:
    """Rows that hang on cases; `stands` is the person in whose file they are shown."""
    found: QuerySet[Any, Any] = rows.annotate(
        stands=Coalesce(F("case__person__merged_into_id"), F("case__person_id"))
    )
    return found


def candidates(acting: Acting, mission: Agency, state: str) -> QuerySet[Case]:
    """People whom this concerns: of this nationality by any of their files, or who agreed to be asked about there."""
    codes = Nationality.objects.filter(code=state).annotate(
        stands=Coalesce(F("person__merged_into_id"), F("person_id"))
    )
    agreed = AgreedState.objects.filter(mission=mission, state=state, ended_at__isnull=True)
    told = VerificationRequest.objects.filter(following_mission=mission, following_state=state)
    concerned = (
        Q(person__nationality=state)
        | Q(person_id__in=codes.values("stands"))
        | Q(pk__in=agreed.values("case_id"))
        | Q(person_id__in=standing(told).values("stands"))
    )
    return work_cases(acting).filter(concerned).select_related("person").order_by("number")


def ready_among(cases: QuerySet[Case], mission: Agency, state: str) -> QuerySet[Case]:
    """Those of them about whom the mission may be asked for this state, as one condition for the database."""
    of_mission = VerificationRequest.objects.filter(mission=mission, state=state)
    answered = of_mission.filter(status__in=[Status.CONFIRMED, Status.REFUTED])
    found = (
        _open_to(cases, mission)
        .exclude(pk__in=of_mission.filter(status__in=VerificationRequest.OPEN).values("case_id"))
        .exclude(person_id__in=standing(answered).values("stands"))
        .exclude(person__name="", person__name_native="")
    )
    if state == mission.country:
        return found
    agreed = AgreedState.objects.filter(mission=mission, state=state, ended_at__isnull=True)
    return found.filter(pk__in=agreed.values("case_id"))


def may_be_told(acting: Acting, mission: Agency) -> QuerySet[Case]:
    """People of theirs of whom the mission may be told now, whatever it was asked."""
    return _open_to(work_cases(acting), mission)


def _open_to(cases: QuerySet[Case], mission: Agency) -> QuerySet[Case]:
    """Consent in force that opened the case, and no fear of a state for which the mission acts.

    Lists of ids that the database makes once: asked of each case anew (`Exists`), ten thousand cases take seconds.
    """
    feared = ProtectionConcern.objects.filter(ended_at__isnull=True)
    feared = feared.filter(Q(state="") | Q(state__in=states_of([mission])[mission.pk]))
    return (
        cases.filter(pk__in=_grants(mission).values("case_id"))
        .filter(pk__in=_consents(mission).values("case_id"))
        .exclude(person_id__in=standing(feared).values("stands"))
    )


def why_not(cases: Sequence[Case], mission: Agency, state: str) -> dict[UUID, list[Not]]:
    """Case -> what stands in the way of asking; empty when nothing does. The same number of queries for any number."""
    ids = [case.id for case in cases]
    people = [case.person_id for case in cases]
    feared = feared_by(people)
    states = states_of([mission])[mission.pk]
    granted = set(_grants(mission).filter(case_id__in=ids).values_list("case_id", flat=True))
    consented = set(_consents(mission).filter(case__in=ids).values_list("case_id", flat=True))
    agreed = set(
        AgreedState.objects.filter(
            case__in=ids, mission=mission, state=state, ended_at__isnull=True
        ).values_list("case_id", flat=True)
    )
    of_mission = VerificationRequest.objects.filter(mission=mission, state=state)
    waiting = set(
        of_mission.filter(case__in=ids, status__in=VerificationRequest.OPEN).values_list("case_id", flat=True)
    )
    answers = standing(of_mission.filter(status__in=[Status.CONFIRMED, Status.REFUTED]))
    answered = set(answers.filter(stands__in=people).values_list("stands", flat=True))
    found: dict[UUID, list[Not]] = defaultdict(list)
    for case in cases:
        yes = case.id in granted and case.id in consented
        fears = closes(feared.get(case.person_id, set()), states)
        checks = (
            (Not.FEARED, fears),
            (Not.NO_CONSENT, case.id not in consented),
            (Not.ASK_AGAIN, case.id in consented and not yes and not fears),
            (Not.NOT_THIS_STATE, yes and state != mission.country and case.id not in agreed),
            (Not.ASKED, case.id in waiting),
            (Not.ANSWERED, case.person_id in answered),
            (Not.NO_NAME, not (case.person.name or case.person.name_native)),
        )
        found[case.id] = [code for code, is_so in checks if is_so]
    return found


def states_served(mission_ids: Sequence[UUID] | Any) -> dict[UUID, list[str]]:
    """The states that missions act for besides their own: a source for `casefile.feared_states`."""
    found: dict[UUID, list[str]] = defaultdict(list)
    rows = ServedState.objects.filter(mission__in=mission_ids, ended_at__isnull=True)
    for mission, state in rows.values_list("mission_id", "state"):
        found[mission].append(state)
    return found


def acts_for(mission: Agency, state: str) -> bool:
    return state in states_of([mission])[mission.pk]


def _grants(mission: Agency) -> QuerySet[CaseGrant]:
    return CaseGrant.objects.filter(basis=CaseGrant.Basis.CONSENT, agency=mission, ended_at__isnull=True)


def _consents(mission: Agency) -> QuerySet[Consent]:
    return Consent.objects.filter(
        purpose=Purpose.EMBASSY, recipient=mission, given=True, withdrawn_at__isnull=True
    )
