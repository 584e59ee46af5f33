"""The list of cases: what may be shown of each, by the policy, with a constant number of queries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import F, QuerySet

from moei.access.acting import Acting
from moei.access.decide import emergencies_of, grants_of
from moei.access.policy import Cases, Role, Section
from moei.casefile.folding import protocol
from moei.casefile.models import Case, Need
from moei.casefile.selectors.cases import visible_cases
from moei.casefile.selectors.needs import needs_of, standing_needs
from moei.casefile.words import label


@dataclass(frozen=True)
class Row:
    """A line of the list. `stage`, `due` and `needs` are empty where the role does not show them."""

    case: Case
    child: bool
    age: tuple[int, int] | None
    stage: str
    due: datetime | None
    late: bool
    needs: tuple[str, ...]
    emergency: bool


def shows(acting: Acting, section: Section) -> bool:
    """Whether a role of theirs in this release shows the section; of some cases it may show less."""
    return any(section in role.sections for role in _roles(acting))


def _roles(acting: Acting) -> list[Role]:
    """Roles that open cases of the acting release."""
    return [
        role
        for role, grant in grants_of(acting.staff)
        if role.cases is not Cases.NONE and grant.release_id in (None, acting.release.id)
    ]


def _of_which(acting: Acting, section: Section) -> QuerySet[Case]:
    return visible_cases(acting.staff, acting.release.id, now=acting.now, section=section)


def listed_cases(acting: Acting, *, stage: str = "", need: str = "", nationality: str = "") -> QuerySet[Case]:
    """The cases of theirs that fit, those whose clock runs out first at the top.

    A stage or a need is asked only of cases of which they may read it; so is the order by clocks.
    """
    procedure = shows(acting, Section.PROCEDURE)
    if stage and procedure:
        found = _of_which(acting, Section.PROCEDURE).filter(stage=stage)
    else:
        found = _of_which(acting, Section.IDENTITY)
    if need and shows(acting, Section.NEEDS):
        found = found.filter(person_id__in=standing_needs(need).values("stands"))
        found = found.filter(pk__in=_of_which(acting, Section.NEEDS).values("pk"))
    if nationality:
        found = found.filter(person__nationality=nationality)
    found = found.select_related("person")
    if procedure and all(Section.PROCEDURE in role.sections for role in _roles(acting)):
        return found.order_by(F("next_due").asc(nulls_last=True), "number")
    return found.order_by("number")


def rows(acting: Acting, cases: Iterable[Case]) -> list[Row]:
    """A constant number of queries more, however many cases."""
    cases = list(cases)
    opened = emergencies_of(acting.staff, now=acting.now)
    on = acting.today
    needs: defaultdict[UUID, list[Need]] = defaultdict(list)
    if shows(acting, Section.NEEDS):
        readable = _readable(acting, Section.NEEDS, cases, opened)
        needs = needs_of([case.person_id for case in cases if case.id in readable])
    procedure = _readable(acting, Section.PROCEDURE, cases, opened)
    stages = stage_labels(acting)
    listed = []
    for case in cases:
        shown = case.id in procedure
        due = case.next_due if shown else None
        listed.append(
            Row(
                case=case,
                child=case.person.is_child(on),
                age=case.person.age_range(on),
                stage=stages.get(case.stage, "") if shown else "",
                due=due,
                late=bool(due and due < acting.now),
                needs=tuple(str(found.get_code_display()) for found in needs[case.person_id]),
                emergency=case.id in opened,
            )
        )
    return listed


def _readable(acting: Acting, section: Section, cases: Sequence[Case], opened: set[UUID]) -> set[UUID]:
    """Of which of these cases they may read the section; `opened` are those opened in an emergency."""
    if not shows(acting, section):
        return set()
    ids = {case.id for case in cases}
    # Where each of their roles shows the section, only an emergency can have opened a case without it.
    doubtful = ids & opened if all(section in role.sections for role in _roles(acting)) else ids
    if not doubtful:
        return ids
    return (ids - doubtful) | set(
        _of_which(acting, section).filter(pk__in=doubtful).values_list("pk", flat=True)
    )


def stage_labels(acting: Acting) -> dict[str, str]:
    return {stage.code: label(stage.labels) for stage in protocol(acting.release.protocol).stages}


def nationalities(acting: Acting) -> list[str]:
    """Codes that occur among their cases."""
    mine = visible_cases(acting.staff, acting.release.id, now=acting.now)
    codes = mine.exclude(person__nationality="").order_by().values_list("person__nationality", flat=True)
    return sorted(set(codes.distinct()))
