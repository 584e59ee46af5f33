"""Which missions are closed to somebody, because they act for a state that this person fears (P01).

A mission may act for several states: the one it represents, and those of which it is the nearest. What it learns, any of
them may learn; so one feared state closes the whole mission. A desk that knows for which states a mission acts adds
them by `add_states`, and what has to stop by `when_feared`; whoever records the fear need not know of any of it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from uuid import UUID

from django.db.models import F
from django.db.models.functions import Coalesce

from moei.access.acting import Acting
from moei.access.actions.open_case_to import close_case_to
from moei.access.models import Agency, CaseGrant
from moei.casefile.models import Case, ProtectionConcern

States = Callable[[Collection[UUID]], Mapping[UUID, Iterable[str]]]
# (acting, persons who are one, missions that are closed to them)
Stop = Callable[[Acting, Collection[UUID], Collection[UUID]], None]
_STATES: list[States] = []
_STOPS: list[Stop] = []


def add_states(states: States) -> States:
    """Add a source of states (ISO 3166 alpha-3) for which missions act, by the missions' ids."""
    if states not in _STATES:
        _STATES.append(states)
    return states


def when_feared(stop: Stop) -> Stop:
    """Add what a desk takes back when a mission is closed to a person; called in the same transaction."""
    if stop not in _STOPS:
        _STOPS.append(stop)
    return stop


def states_of(missions: Iterable[Agency]) -> dict[UUID, set[str]]:
    """Every state for which each mission acts."""
    found = {mission.pk: {mission.country} for mission in missions}
    for more in _STATES:
        for mission, states in more(list(found)).items():
            found[mission].update(states)
    return found


def feared_by(person_ids: Collection[UUID]) -> dict[UUID, set[str]]:
    """Persons who stand for themselves -> the states they fear, by any of their files; "" is every state. One query."""
    stands = Coalesce(F("case__person__merged_into_id"), F("case__person_id"))
    rows = ProtectionConcern.objects.filter(ended_at__isnull=True).annotate(stands=stands)
    found: defaultdict[UUID, set[str]] = defaultdict(set)
    for person, state in rows.filter(stands__in=person_ids).values_list("stands", "state"):
        found[person].add(state)
    return dict(found)


def closes(feared: Collection[str], states: Collection[str]) -> bool:
    """Whether a mission that acts for these states is closed to somebody who fears those."""
    return "" in feared or not set(feared).isdisjoint(states)


def is_closed_to(mission: Agency, together: Collection[UUID]) -> bool:
    """Whether nothing may be asked of the mission for these persons, who are one."""
    return closes(_feared(together), states_of([mission])[mission.pk])


def close_to_feared_states(acting: Acting, together: Collection[UUID]) -> None:
    """Takes the case from every mission that acts for a feared state, and stops what was asked of it.

    `together` are persons who are one, with their cases locked. What is closed stays closed when the fear ends: the
    person is asked anew. The permission belongs to the action that calls this.
    """
    feared = _feared(together)
    if not feared:
        return
    missions = {mission.pk: mission for mission in Agency.objects.filter(kind=Agency.Kind.EMBASSY)}
    closed = {pk for pk, states in states_of(missions.values()).items() if closes(feared, states)}
    cases = Case.objects_unchecked.filter(person__in=together).values("pk")
    grants = CaseGrant.objects.filter(
        basis=CaseGrant.Basis.CONSENT, ended_at__isnull=True, case_id__in=cases, agency__in=closed
    )
    for case_id, mission in list(grants.values_list("case_id", "agency_id")):
        if mission is not None:
            close_case_to(acting, case_id, CaseGrant.Basis.CONSENT, agency=missions[mission])
    for stop in _STOPS:
        stop(acting, together, closed)


def _feared(together: Collection[UUID]) -> set[str]:
    rows = ProtectionConcern.objects.filter(case__person__in=together, ended_at__isnull=True)
    return set(rows.values_list("state", flat=True))
