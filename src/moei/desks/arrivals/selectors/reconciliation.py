"""Lists against arrivals: who is missing, who was not announced, who stands on a list twice."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from uuid import UUID

from django.db.models import Count, F, Q, QuerySet, Sum
from django.db.models.functions import Coalesce
from django.utils.translation import gettext

from moei.access.acting import Acting
from moei.access.policy import Section
from moei.casefile.models import Case, RecordLink
from moei.casefile.selectors.cases import search, visible_cases
from moei.casefile.selectors.family_asks import Answer, answers
from moei.casefile.words import source_label
from moei.desks.arrivals.models import ListImport

# A registration at the crossing is an arrival as much as a row of the handover list is.
ARRIVED = Q(record__kind="handover") | Q(record__origin="registration")
LISTED = Q(record__kind="transferring")


class Group(StrEnum):
    """The groups of the page, the possibly endangered first."""

    NOT_ARRIVED = "not-arrived"
    NOT_LISTED = "not-listed"
    TWICE = "twice"
    FAMILY_HERE = "family-here"
    FAMILY_ONLY = "family-only"
    ARRIVED = "arrived"


@dataclass(frozen=True)
class Counts:
    """People (and for `listed_twice` rows too many within one list) of a release."""

    people: int
    listed: int
    arrived: int
    listed_not_arrived: int
    arrived_not_listed: int
    listed_twice: int
    reported_only: int
    reported_here: int


@dataclass(frozen=True)
class Total:
    """A list whose own total is not the number of its rows."""

    list_import: ListImport
    stated: int
    rows: int


def counts(acting: Acting) -> Counts:
    """Two queries whatever the size of the release."""
    people = _people(acting)
    found = people.aggregate(
        all=Count("who"),
        on_list=Count("who", filter=Q(listed__gt=0)),
        here=Count("who", filter=Q(arrived__gt=0)),
        missing=Count("who", filter=Q(listed__gt=0, arrived=0)),
        unannounced=Count("who", filter=Q(listed=0, arrived__gt=0)),
        family_only=Count("who", filter=Q(family__gt=0) & Q(rows=F("family"))),
        family_here=Count("who", filter=Q(family__gt=0, arrived__gt=0)),
    )
    twice = _twice(acting).aggregate(all=Sum("rows"), lists=Count("who"))
    return Counts(
        people=found["all"],
        listed=found["on_list"],
        arrived=found["here"],
        listed_not_arrived=found["missing"],
        arrived_not_listed=found["unannounced"],
        listed_twice=(twice["all"] or 0) - twice["lists"],
        reported_only=found["family_only"],
        reported_here=found["family_here"],
    )


def people_of(acting: Acting, group: Group, *, words: str = "") -> QuerySet[Case]:
    """Cases of a group that the acting member of staff may open, by name; `words` narrows them as any search does."""
    if group is Group.TWICE:
        ids = _twice(acting).values("who")
    else:
        condition = {
            Group.NOT_ARRIVED: Q(listed__gt=0, arrived=0),
            Group.NOT_LISTED: Q(listed=0, arrived__gt=0),
            Group.FAMILY_HERE: Q(family__gt=0, arrived__gt=0),
            Group.FAMILY_ONLY: Q(family__gt=0) & Q(rows=F("family")),
            Group.ARRIVED: Q(arrived__gt=0),
        }[group]
        ids = _people(acting).filter(condition).values("who")
    cases = visible_cases(acting.staff, acting.release.id, now=acting.now).filter(person_id__in=ids)
    if words:
        cases = search(acting, words, cases=cases)
    return cases.select_related("person").order_by("person__name", "number")


def lists_of(person_ids: list[UUID]) -> dict[UUID, list[str]]:
    """The lists (name and row) that each of these persons stands on, through one query."""
    found: dict[UUID, list[str]] = {}
    links = (
        _active()
        .filter(who__in=person_ids)
        .values_list("who", "record__list_name", "record__row", "record__origin")
    )
    for who, name, row, origin in links.order_by("record__list_name", "record__row"):
        if origin == "registration":
            place = source_label(origin)
        else:
            place = f"{name}, {gettext('row %(row)s') % {'row': row}}"
        found.setdefault(who, []).append(place)
    return found


def family_answers(acting: Acting, person_ids: list[UUID]) -> dict[UUID, Answer]:
    """What these people said about their families being told, where the acting member of staff may read it."""
    readable = visible_cases(acting.staff, acting.release.id, now=acting.now, section=Section.CONSENT)
    mine = readable.filter(person_id__in=person_ids).values_list("person_id", flat=True)
    return answers(list(mine))


def wrong_totals(acting: Acting) -> list[Total]:
    """Lists taken in whose stated total differs from their rows."""
    rows = ListImport.objects.filter(release=acting.release, state=ListImport.State.COMMITTED).order_by(
        "uploaded_at"
    )
    found = [(imp, imp.reading.get("stated_total")) for imp in rows]
    return [
        Total(imp, int(stated), imp.rows)
        for imp, stated in found
        if stated is not None and stated != imp.rows
    ]


def _active() -> QuerySet[Any, Any]:
    """Active links, each with the person it is about now; a merge may stand on a merge."""
    return RecordLink.objects.filter(ended_at__isnull=True, record__voided_at__isnull=True).annotate(
        who=Coalesce("person__merged_into__merged_into_id", "person__merged_into_id", "person_id")
    )


def _people(acting: Acting) -> QuerySet[Any, Any]:
    rows: QuerySet[Any, Any] = (
        _active()
        .filter(record__release=acting.release)
        .values("who")
        .annotate(
            rows=Count("id"),
            listed=Count("id", filter=LISTED),
            arrived=Count("id", filter=ARRIVED),
            family=Count("id", filter=Q(record__kind="family")),
        )
        .order_by()
    )
    return rows


def _twice(acting: Acting) -> QuerySet[Any, Any]:
    rows: QuerySet[Any, Any] = (
        _active()
        .filter(record__release=acting.release, record__source__isnull=False)
        .values("who", "record__source")
        .annotate(rows=Count("id"))
        .filter(rows__gt=1)
        .order_by()
    )
    return rows
