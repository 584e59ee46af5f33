"""People in care, urgent first; one person's needs; services. Nothing is fetched that the policy does not open."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import F, Max, Min, Q, QuerySet
from django.db.models.functions import Coalesce

from moei.access.acting import Acting
from moei.access.policy import Section
from moei.casefile.models import Case, Need
from moei.casefile.selectors.cases import CaseFile, visible_cases
from moei.desks.care.models import MedicalNote

Urgency = Need.Urgency


@dataclass(frozen=True)
class Unmet:
    """A need nobody has met yet, as it is listed."""

    code: str
    label: str
    urgency: int
    urgency_label: str
    since: datetime

    @property
    def tone(self) -> str:
        return {Urgency.AT_ONCE: "missed", Urgency.DAY: "soon"}.get(Urgency(self.urgency), "muted")


@dataclass(frozen=True)
class InCare:
    """A line of the list: who, what is unmet (the most urgent first), and whether a doctor has seen them."""

    case: Case
    needs: tuple[Unmet, ...]
    doctor_on: date | None
    child: bool

    @property
    def since(self) -> datetime:
        return min(need.since for need in self.needs)


def unmet() -> QuerySet[Any, Any]:
    """Needs that stand and that nobody met; `stands` is the person in whose file they are shown."""
    rows = Need.objects.filter(ended_at__isnull=True, met_at__isnull=True)
    return rows.annotate(stands=Coalesce(F("person__merged_into_id"), F("person_id")))


def in_care(acting: Acting, *, need: str = "", urgency: int = 0) -> QuerySet[Any, Any]:
    """People of theirs with unmet needs, one row each (`stands`, `most`, `since`): the most urgent first, then who waits
    longest. `need` and `urgency` narrow by needs of that code, and of that urgency or more."""
    cases = visible_cases(acting.staff, acting.release.id, now=acting.now, section=Section.NEEDS)
    rows = unmet().filter(person__release=acting.release, stands__in=cases.order_by().values("person_id"))
    if need:
        rows = rows.filter(code=need)
    if urgency:
        rows = rows.filter(urgency__lte=urgency)
    people: QuerySet[Any, Any] = rows.order_by().values("stands")
    people = people.annotate(most=Min("urgency"), since=Min("noted_at"))
    return people.order_by("most", "since", "stands")


def as_lines(acting: Acting, people: Sequence[dict[str, Any]]) -> list[InCare]:
    """Lines for rows of `in_care`, in their order; three queries, however many."""
    ids = [row["stands"] for row in people]
    cases = visible_cases(acting.staff, acting.release.id, now=acting.now, section=Section.NEEDS)
    found = {case.person_id: case for case in cases.filter(person_id__in=ids).select_related("person")}
    needs, seen = unmet_of(ids), seen_by_doctor(ids)
    on = acting.today
    return [
        InCare(found[pk], tuple(needs[pk]), seen.get(pk), found[pk].person.is_child(on))
        for pk in ids
        if pk in found and needs[pk]
    ]


def unmet_of(person_ids: Collection[UUID]) -> defaultdict[UUID, list[Unmet]]:
    """Person -> what is unmet, each once, the most urgent first. One query."""
    found: defaultdict[UUID, list[Unmet]] = defaultdict(list)
    urgencies = {value: str(label) for value, label in Urgency.choices}
    theirs = Q(person__in=person_ids, person__merged_into=None) | Q(person__merged_into__in=person_ids)
    for row in unmet().filter(theirs).order_by("urgency", "noted_at", "id"):
        if row.code not in {other.code for other in found[row.stands]}:
            found[row.stands].append(
                Unmet(
                    row.code, str(row.get_code_display()), row.urgency, urgencies[row.urgency], row.noted_at
                )
            )
    return found


def seen_by_doctor(person_ids: Collection[UUID]) -> dict[UUID, date]:
    """Person -> the last day on which a doctor saw them, by any of their files: all that others learn."""
    rows = MedicalNote.objects.filter(by_doctor=True)
    rows = rows.annotate(stands=Coalesce(F("case__person__merged_into_id"), F("case__person_id")))
    last = rows.filter(stands__in=person_ids).order_by().values("stands").annotate(last=Max("seen_on"))
    return dict(last.values_list("stands", "last"))


def needs_of_file(file: CaseFile) -> tuple[list[Need], list[Need]]:
    """What stands (unmet before met, the most urgent first), and what was met or ended before, the latest first."""
    rows = Need.objects.filter(person__in=file.people)
    rows = rows.select_related("noted_by", "met_by", "met_through")
    stands: dict[tuple[str, bool], Need] = {}
    for need in rows.filter(ended_at__isnull=True).order_by("urgency", "noted_at", "id"):
        stands.setdefault((need.code, need.met_at is not None), need)
    standing = sorted(stands.values(), key=lambda need: need.met_at is not None)
    over = rows.filter(ended_at__isnull=False).order_by("-ended_at", "-id")
    return standing, list(over)
