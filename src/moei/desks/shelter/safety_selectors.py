"""Who is kept apart, for the few who may read it; and who sleeps nearer to whom than they should."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db.models import QuerySet

from moei.access.acting import Acting
from moei.access.policy import Section
from moei.casefile.folding import joined_into
from moei.casefile.models import Case
from moei.casefile.selectors.cases import visible_cases
from moei.desks.shelter.actions.safety import opened_why
from moei.desks.shelter.locking import standing
from moei.desks.shelter.models import ApartGroup, GroupMember, Room, SafetyFlag, Stay
from moei.desks.shelter.selectors import STANDS, shown_cases

Kind, Reach = SafetyFlag.Kind, SafetyFlag.Reach


@dataclass(frozen=True)
class Shown:
    """A flag that may be read. `other` is None where the other person's file is not theirs to read."""

    flag: SafetyFlag
    case: Case
    other: Case | None
    why: str
    too_near: bool  # they sleep nearer to each other than the flag says: somebody moves one of them
    due: bool  # the day on which somebody looks again has come


def flags(acting: Acting) -> QuerySet[SafetyFlag]:
    """Those that stand, of people whose safety is theirs to read; what has to be looked at again first."""
    cases = visible_cases(acting.staff, acting.release.id, now=acting.now, section=Section.SAFETY)
    # Also those of files that were joined into theirs: they hold for beds, and somebody looks at them again.
    found = SafetyFlag.objects.filter(ended_at__isnull=True, case__release=acting.release).annotate(
        stands=STANDS
    )
    return (
        found.filter(stands__in=cases.order_by().values("person_id"))
        .select_related("case__person", "case__site", "other", "group")
        .order_by("review_on", "recorded_at", "id")
    )


def flags_of(case: Case) -> list[SafetyFlag]:
    """Of one person, over the files that were joined; those that stand first."""
    people = joined_into([case.person_id])[case.person_id]
    rows = SafetyFlag.objects.filter(case__person__in=people).select_related(
        "case__person", "case__site", "other", "group", "recorded_by"
    )
    return sorted(rows.order_by("-recorded_at"), key=lambda row: row.ended_at is not None)


def shown(acting: Acting, rows: Iterable[SafetyFlag], *, with_why: bool = False) -> list[Shown]:
    """A constant number of queries for one page; the words are opened only on the page of one person."""
    page = list(rows)
    people = {row.case.person_id for row in page} | {row.other.person_id for row in page if row.other}
    cases = shown_cases(acting, people, Section.SAFETY)
    near = _too_near(acting, page)
    found = []
    for row in page:
        case = cases.get(row.case.person_id)
        if case is None:
            continue
        today = case.site.day_of(acting.now)
        found.append(
            Shown(
                row,
                case,
                cases.get(row.other.person_id) if row.other else None,
                opened_why(row) if with_why else "",
                row.pk in near,
                row.ended_at is None and row.review_on <= today,
            )
        )
    return found


def groups(acting: Acting) -> list[ApartGroup]:
    return list(ApartGroup.objects.filter(release=acting.release).order_by("name"))


def groups_of(case: Case) -> list[GroupMember]:
    people = joined_into([case.person_id])[case.person_id]
    rows = GroupMember.objects.filter(case__person__in=people, ended_at__isnull=True)
    return list(rows.select_related("group").order_by("group__name"))


def watched(acting: Acting, people: Iterable[UUID]) -> set[UUID]:
    """Persons of a page of whom a flag stands and whose safety whoever acts may read."""
    shown_to = shown_cases(acting, set(people), Section.SAFETY)
    rows = SafetyFlag.objects.filter(ended_at__isnull=True).annotate(stands=STANDS)
    return set(rows.filter(stands__in=list(shown_to)).values_list("stands", flat=True))


def _too_near(acting: Acting, page: list[SafetyFlag]) -> set[UUID]:
    members: defaultdict[UUID, set[UUID]] = defaultdict(set)
    inside = GroupMember.objects.filter(
        group__in=[row.group_id for row in page if row.group_id], ended_at__isnull=True
    )
    for group, person in inside.values_list("group_id", "case__person_id"):
        members[group].add(person)
    people = {row.case.person_id for row in page} | {row.other.person_id for row in page if row.other}
    people |= {person for group in members.values() for person in group}
    together = joined_into(list(people))
    everybody = {person for group in together.values() for person in group}
    beds: dict[UUID, tuple[UUID, UUID, str]] = {}
    stays = Stay.objects.filter(standing(acting.now), case__person__in=everybody)
    for person, place, room, kind in stays.values_list(
        "case__person_id", "place_id", "bed__room_id", "bed__room__kept_for"
    ):
        beds[person] = (place, room, kind)

    def bed_of(person: UUID) -> tuple[UUID, UUID, str] | None:
        return next((beds[one] for one in together[person] if one in beds), None)

    near = set()
    for row in page:
        mine = bed_of(row.case.person_id)
        if row.ended_at is not None or mine is None:
            continue
        if row.kind == Kind.SEPARATE and mine[2] != Room.For.ONE:
            near.add(row.pk)
        others = members[row.group_id] if row.group_id else {row.other.person_id} if row.other else set()
        for other in others - {row.case.person_id}:
            theirs = bed_of(other)
            if theirs is not None and (
                theirs[1] == mine[1] or (row.reach == Reach.PLACE and theirs[0] == mine[0])
            ):
                near.add(row.pk)
    return near
