"""What statistics count beyond the bulletin of their date: the tables, before protection, and how they hang together.

Every table has a twin that says who has not come so far: whoever subtracts one step from the next, or one group from
all, comes to a count that stands in a table, and is protected there. What has changed since a count was printed last
is a count as well, so that two dates subtracted tell no more than one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from moei.engines.disclosure import (
    TOTAL,
    Cell,
    CellRef,
    ProtectedPublication,
    Publication,
    Published,
    Relation,
    Table,
    adds_up,
    at_most,
)
from moei.overview import contents
from moei.overview.contents import COUNTED_NEEDS, FEMALE, NOT_FEMALE
from moei.overview.selectors.counting import AgeBand, Step
from moei.overview.selectors.whole_way import BEFORE, STEPS, STEPS_BY_NATIONALITY, Way, WayCounts

WAY = "Along the whole way"
BY_SEX = "Along the whole way, by sex"
BY_AGE = "Along the whole way, by age"
BY_NATIONALITY = "Along the whole way, by nationality"
BY_NEED = "Along the whole way, by need"
ASSISTED = "Assisted since the beginning, by agency"
BY_GROUP = (BY_SEX, BY_AGE, BY_NATIONALITY, BY_NEED)
ALL_TABLES = (WAY, *BY_GROUP, ASSISTED)
_NOT_YET, _CHANGE = "Not so far: ", "Change: "
OTHER = "other"
FEW = 9
Counts = dict[tuple[str, ...], int]
# A nationality with fewer who arrived, which the press knows, has no row of its own: nothing in it could be protected.
ROW_FROM = 20
# Steps that the bulletin does not count.
LATER = (Way.SHELTERED, Way.REFERRED, Way.DEPARTED, Way.ARRIVED_HOME, Way.CLOSED)


def not_yet(table: str) -> str:
    """The name of a table's twin: who reached the step before and not this one."""
    return _NOT_YET + table


def change(table: str) -> str:
    """The name of the table of what came to a table's counts since each was printed last."""
    return _CHANGE + table


def changes_of(name: str) -> str:
    """The table whose changes these are; "" for any other table."""
    return name.removeprefix(_CHANGE) if name.startswith(_CHANGE) else ""


def owner(name: str) -> str:
    """The table of `ALL_TABLES` that a table belongs to: itself, or the one it is a twin or the changes of."""
    return name.removeprefix(_CHANGE).removeprefix(_NOT_YET)


@dataclass
class Plan:
    """What is asked of one publication: `rows` are the nationalities with a row of their own, `base` what was printed
    last of each cell, `former` the most that each cell truly counted so far. The search for what can be protected adds to
    `held` (columns of a table that are not printed this time) and `left_out` (whole tables), and sets `any_order`
    when it turns out that counts went down."""

    rows: Sequence[str]
    base: Mapping[CellRef, int]
    former: Mapping[CellRef, int]
    held: set[tuple[str, Way]] = field(default_factory=set)
    left_out: set[str] = field(default_factory=set)
    any_order: bool = False


def last_printed(ledger: Iterable[Published]) -> dict[CellRef, int]:
    """What the ledger, oldest first, printed last of each cell of the statistics' own tables."""
    found: dict[CellRef, int] = {}
    for published in ledger:
        for table in published.tables:
            if table.name in ALL_TABLES:
                for key, value in table.cells.items():
                    if value is not None:
                        found[CellRef(table.name, key)] = value
    return found


def rows_of_nationalities(now: Mapping[str, int], ledger: Iterable[Published]) -> list[str]:
    """Nationalities with a row of their own, from the counts of arrivals that the press has, now and at each date
    of the ledger. A row never goes into the others or out of them while people are in it: two dates would be
    subtracted. So a nationality has one from the first table on or from its first arrivals on, or never."""
    given: list[str] | None = None
    been: set[str] = set()
    for published in ledger:
        tables = {table.name: table for table in published.tables}
        if BY_NATIONALITY in tables and contents.NATIONALITY in tables:
            given = list(dict.fromkeys(key[0] for key in tables[BY_NATIONALITY].cells if key[0] != OTHER))
            been |= {key[0] for key, people in tables[contents.NATIONALITY].cells.items() if people}
    by_size = sorted(now, key=lambda code: (-now[code], code))
    if given is None:
        rows, fixed = [code for code in by_size if now[code] >= ROW_FROM], 0
    else:
        rows = [*given, *(code for code in by_size if now[code] >= ROW_FROM and code not in been)]
        fixed = len(given)
    while len(rows) > fixed and 0 < sum(now.values()) - sum(now.get(code, 0) for code in rows) < ROW_FROM:
        rows.pop()
    return rows


@dataclass(frozen=True)
class _Group:
    """One table by a group of people: how many reached each step, whose they are among all who arrived."""

    name: str
    dim: str
    counts: Mapping[tuple[str, Way], int]
    categories: Sequence[str]
    steps: Sequence[Way]
    arrived: Mapping[str, Sequence[CellRef]]
    apart: bool = True  # nobody is in two categories, everybody in one


def statistics_publication(counts: WayCounts, bulletin: ProtectedPublication, plan: Plan) -> Publication:
    """The true counts of the statistics, with the bulletin of the same count as it is printed."""
    printed = bulletin.published
    tables = [
        Table(
            table.name,
            table.dims,
            {
                key: Cell(bulletin.cells[CellRef(table.name, key)].count, value is not None, value is None)
                for key, value in table.cells.items()
            },
            monotone=table.monotone,
        )
        for table in printed.tables
    ]
    relations = list(printed.relations)
    names = {table.name for table in printed.tables}
    if {contents.REACHED, contents.NOW} <= names and WAY not in plan.left_out:
        tables += _whole_way(counts, plan, relations)
        for group in _groups(counts, plan, names):
            if group.name not in plan.left_out:
                tables += _by_group(group, plan, relations)
    if ASSISTED not in plan.left_out and contents.NATIONALITY in names:
        tables += _assisted(counts, plan, relations)
    return Publication(printed.release, printed.on, tuple(tables), tuple(relations))


def _total(step: Way) -> CellRef:
    """Where the count of everybody who reached a step stands."""
    in_bulletin = step not in LATER and step is not Way.LISTED
    return CellRef(contents.REACHED, (Step(step),)) if in_bulletin else CellRef(WAY, (step,))


def _whole_way(counts: WayCounts, plan: Plan, relations: list[Relation]) -> Iterator[Table]:
    reached: Counts = {(step,): counts.reached[step] for step in (Way.LISTED, *LATER)}
    missing: Counts = {
        (step,): counts.reached[BEFORE[step]] - counts.reached[step] for step in (Way.ARRIVED, *LATER)
    }
    for step in (Way.ARRIVED, *LATER):
        relations.append(
            adds_up(_total(BEFORE[step]), [_total(step), CellRef(not_yet(WAY), (step,))]),
        )
    yield from _with_changes(WAY, ("step",), reached, missing, plan, relations)


def _groups(counts: WayCounts, plan: Plan, names: set[str]) -> Iterator[_Group]:
    if {contents.SEX, contents.SEX_AND_AGE} <= names:
        arrived = {sex: [CellRef(contents.SEX_AND_AGE, (sex, TOTAL))] for sex in (FEMALE, NOT_FEMALE)}
        yield _Group(BY_SEX, "group", counts.by_group, (FEMALE, NOT_FEMALE), STEPS, arrived)
    if contents.AGE in names:
        bands = [band.value for band in AgeBand]
        cells = {band: [CellRef(contents.AGE, (band,))] for band in bands}
        yield _Group(BY_AGE, "age", counts.by_age, bands, STEPS, cells)
    if contents.NATIONALITY in names and plan.rows:
        people = counts.release.by_nationality
        others = [code for code in people if code not in plan.rows]
        cells = {code: [CellRef(contents.NATIONALITY, (code,))] for code in plan.rows if code in people}
        rows = list(cells)
        pooled = {key: n for key, n in counts.by_nationality.items() if key[0] in cells}
        if others:
            cells[OTHER] = [CellRef(contents.NATIONALITY, (code,)) for code in others]
            for step in Way:
                pooled[OTHER, step] = sum(counts.by_nationality.get((code, step), 0) for code in others)
            rows.append(OTHER)
        yield _Group(BY_NATIONALITY, "nationality", pooled, rows, STEPS_BY_NATIONALITY, cells)
    if contents.NEEDS in names:
        needs = [need for need in counts.release.needs if need in COUNTED_NEEDS]
        cells = {need: [CellRef(contents.NEEDS, (need,))] for need in needs}
        yield _Group(BY_NEED, "need", counts.by_need, needs, STEPS, cells, apart=False)


def _by_group(group: _Group, plan: Plan, relations: list[Relation]) -> Iterator[Table]:
    reached: Counts = {
        (c, step): group.counts.get((c, step), 0) for step in group.steps for c in group.categories
    }
    missing: Counts = {}
    for step in group.steps:
        before = BEFORE[step]
        for category in group.categories:
            mine, not_mine = (
                CellRef(group.name, (category, step)),
                CellRef(not_yet(group.name), (category, step)),
            )
            missing[category, step] = group.counts.get((category, before), 0) - reached[category, step]
            in_table = before in group.steps
            came = [CellRef(group.name, (category, before))] if in_table else group.arrived[category]
            relations.append(Relation(((mine, 1), (not_mine, 1), *((ref, -1) for ref in came))))
            if not group.apart:
                relations.append(at_most(mine, _total(step)))
        if group.apart:
            relations.append(
                adds_up(_total(step), [CellRef(group.name, (c, step)) for c in group.categories])
            )
    yield from _with_changes(group.name, (group.dim, "step"), reached, missing, plan, relations)


def _assisted(counts: WayCounts, plan: Plan, relations: list[Relation]) -> Iterator[Table]:
    helped: Counts = {
        key: people
        for key, people in sorted(((str(agency),), people) for agency, people in counts.assisted.items())
        if not 0 < _taken_back(CellRef(ASSISTED, key), people, plan) <= FEW
    }
    arrived = counts.reached[Way.ARRIVED]
    missing: Counts = {key: arrived - people for key, people in helped.items()}
    everybody = CellRef(contents.NATIONALITY, (TOTAL,))
    relations += [
        adds_up(everybody, [CellRef(ASSISTED, key), CellRef(not_yet(ASSISTED), key)]) for key in helped
    ]
    yield from _with_changes(ASSISTED, ("agency",), helped, missing, plan, relations)


def _with_changes(
    name: str,
    dims: tuple[str, ...],
    reached: Counts,
    missing: Counts,
    plan: Plan,
    relations: list[Relation],
) -> Iterator[Table]:
    """A table, its twin, and what changed in it."""
    held = _held(name, reached, plan)
    former = ((ref, n) for ref, n in plan.former.items() if ref.table == name)
    monotone = not plan.any_order and all(reached.get(ref.key, 0) >= n for ref, n in former)
    yield Table(
        name,
        dims,
        {key: Cell(n, withheld=key[-1] in held) for key, n in reached.items()},
        monotone=monotone,
    )
    if missing:
        # A step that is held back would follow from the people who are missing to it, or to the step after it.
        shut = held | {step for step, before in BEFORE.items() if before in held}
        yield Table(
            not_yet(name), dims, {key: Cell(n, withheld=key[-1] in shut) for key, n in missing.items()}
        )
    changed: dict[tuple[str, ...], Cell] = {}
    for key, n in reached.items():
        before = plan.base.get(CellRef(name, key))
        if before is not None and n >= before and key[-1] not in held:
            changed[key] = Cell(n - before)
            terms = ((CellRef(name, key), 1), (CellRef(change(name), key), -1))
            relations.append(Relation(terms, "==", before))
    if changed:
        yield Table(change(name), dims, changed)


def _held(name: str, reached: Counts, plan: Plan) -> set[str]:
    """Columns of which nothing is printed: as the plan says, and where a correction took a few people back."""
    held = {str(step) for table, step in plan.held if table == name}
    return held | {
        key[-1] for key, n in reached.items() if 0 < _taken_back(CellRef(name, key), n, plan) <= FEW
    }


def _taken_back(ref: CellRef, n: int, plan: Plan) -> int:
    return plan.base.get(ref, n) - n
