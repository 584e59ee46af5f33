"""Counts before and after protection, and the relations anyone may know between them."""

from __future__ import annotations

import datetime as dt
import itertools
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

TOTAL = "total"
"""The category that stands for the sum over a dimension."""

Key = tuple[str, ...]

_NATIONALITY_WORDS = {"nationality", "nationalities", "citizenship", "citizenships", "country", "countries"}
_OUTCOME_WORDS = {"outcome", "outcomes", "determination", "determinations", "decision", "decisions"}


class OutcomeByNationality(ValueError):
    """A table crosses what was decided about people with their nationality; that is never published."""


class CellRef(NamedTuple):
    """A cell within one bulletin."""

    table: str
    key: Key


class CellId(NamedTuple):
    """A cell in the whole series of bulletins."""

    release: str
    on: dt.date
    table: str
    key: Key

    def __str__(self) -> str:
        return f"{self.table} / {', '.join(self.key)} ({self.release}, {self.on.isoformat()})"


@dataclass(frozen=True)
class Cell:
    """A true count of people; `public` when the press has it already, so that it is printed as it is.

    `withheld` when it is not printed in any case: too little has changed since it was printed last, or it was
    protected already in a smaller publication of the same date.
    """

    count: int
    public: bool = False
    withheld: bool = False


@dataclass(frozen=True)
class Relation:
    """Something anyone may know: the sum of coefficient x count is equal to, or at most, `constant`."""

    terms: tuple[tuple[CellRef, int], ...]
    sense: Literal["==", "<="] = "=="
    constant: int = 0

    def holds(self, counts: Mapping[CellRef, int]) -> bool:
        """Whether the true counts satisfy the relation. Raises KeyError for a cell that does not exist."""
        value = sum(factor * counts[ref] for ref, factor in self.terms)
        return value == self.constant if self.sense == "==" else value <= self.constant


def equal(one: CellRef, other: CellRef) -> Relation:
    """Two cells that count the same people."""
    return Relation(((one, 1), (other, -1)))


def adds_up(total: CellRef, parts: Iterable[CellRef]) -> Relation:
    """A cell that is the sum of others."""
    return Relation((*((part, 1) for part in parts), (total, -1)))


def at_most(part: CellRef, whole: CellRef) -> Relation:
    """A cell whose people are among those of another, such as people with one need among all people."""
    return Relation(((part, 1), (whole, -1)), "<=")


@dataclass(frozen=True)
class Table:
    """One table of a bulletin.

    `cells` is keyed by one category per dimension, `TOTAL` standing for the sum over that dimension.
    `counts_of` names what is counted ("people", "determinations"): tables of one bulletin that count the same
    thing and share dimensions are linked by themselves, because a reader would link them; such a table has
    every category, also those of 0. Leave it empty when a person can be in several categories or none
    (needs), and declare what is known with `at_most`.
    `monotone` says that a count never goes down from one bulletin to the next ("registered so far").
    Raises ValueError for a key of the wrong length or a negative count, `OutcomeByNationality` for P20.
    """

    name: str
    dims: tuple[str, ...]
    cells: Mapping[Key, Cell]
    counts_of: str = ""
    monotone: bool = False

    def __post_init__(self) -> None:
        refuse_outcome_by_nationality(self.name, self.dims)
        for key, cell in self.cells.items():
            if len(key) != len(self.dims):
                raise ValueError(f"{self.name}: {key} does not have one category for each of {self.dims}")
            if cell.count < 0:
                raise ValueError(f"{self.name}: {key} counts {cell.count} people")

    def refs(self) -> Iterator[CellRef]:
        """The table's cells in declared order."""
        return (CellRef(self.name, key) for key in self.cells)

    def margins(self) -> Iterator[Relation]:
        """Each total as the sum over its dimension. Raises ValueError where a part of the sum is missing."""
        categories = [list(dict.fromkeys(key[d] for key in self.cells)) for d in range(len(self.dims))]
        for key in self.cells:
            for d, category in enumerate(key):
                if category != TOTAL:
                    continue
                parts = [(*key[:d], part, *key[d + 1 :]) for part in categories[d] if part != TOTAL]
                missing = [part for part in parts if part not in self.cells]
                if missing:
                    raise ValueError(f"{self.name}: {key} cannot be added up without {missing}")
                yield adds_up(CellRef(self.name, key), [CellRef(self.name, part) for part in parts])


def refuse_outcome_by_nationality(name: str, dims: Sequence[str]) -> None:
    """Raise `OutcomeByNationality` when a table's name and dimensions speak of both (rule P20)."""
    words = set(re.findall(r"[a-z]+", " ".join((name, *dims)).lower()))
    if words & _NATIONALITY_WORDS and words & _OUTCOME_WORDS:
        raise OutcomeByNationality(f"{name}: outcomes are never published by nationality")


def with_totals(counts: Mapping[Key, int], *, public: bool = False) -> dict[Key, Cell]:
    """Cells of a table with every margin added.

    `counts` is keyed by one category per dimension, all keys of one length; combinations that are not given
    count 0, so that the table is a full grid. Raises ValueError for keys of different lengths.
    """
    lengths = {len(key) for key in counts}
    if len(lengths) > 1:
        raise ValueError("the keys of one table have one length")
    dims = lengths.pop() if lengths else 0
    categories = [list(dict.fromkeys(key[d] for key in counts)) for d in range(dims)]
    sums: dict[Key, int] = dict.fromkeys(itertools.product(*([*known, TOTAL] for known in categories)), 0)
    for key, count in counts.items():
        for cell in itertools.product(*((category, TOTAL) for category in key)):
            sums[cell] += count
    return {key: Cell(count, public) for key, count in sums.items()}


def _shared_cells(tables: Sequence[Table]) -> Iterator[Relation]:
    """What a reader links without being told: the same people counted in two tables."""
    for smaller, larger in itertools.permutations(tables, 2):
        if not smaller.counts_of or smaller.counts_of != larger.counts_of:
            continue
        for key in smaller.cells:
            fixed = {dim: cat for dim, cat in zip(smaller.dims, key, strict=True) if cat != TOTAL}
            if not set(fixed) <= set(larger.dims):
                continue
            same = tuple(fixed.get(dim, TOTAL) for dim in larger.dims)
            here = CellRef(smaller.name, key)
            if same in larger.cells:
                if smaller.name < larger.name:
                    yield equal(here, CellRef(larger.name, same))
                continue
            parts = [
                CellRef(larger.name, other)
                for other in larger.cells
                if TOTAL not in other and all(o == s for o, s in zip(other, same, strict=True) if s != TOTAL)
            ]
            if parts:
                yield adds_up(here, parts)


@dataclass(frozen=True)
class Publication:
    """The true counts of one bulletin about one release, before protection: never leaves the house.

    `relations` adds what is known beyond the margins and shared cells that the tables give by themselves.
    Raises ValueError when two tables have one name, when a relation names a cell that does not exist or is
    not true of the counts: an attacker model built on a false relation would prove nothing.
    """

    release: str
    on: dt.date
    tables: tuple[Table, ...]
    relations: tuple[Relation, ...] = ()
    known: tuple[Relation, ...] = field(init=False, repr=False)
    _press: frozenset[CellRef] = field(init=False, repr=False, default=frozenset())

    def __post_init__(self) -> None:
        if len({table.name for table in self.tables}) != len(self.tables):
            raise ValueError("two tables of a bulletin have the same name")
        counts = {ref: cell.count for ref, cell in self.cells().items()}
        margins = (relation for table in self.tables for relation in table.margins())
        known = tuple(dict.fromkeys((*margins, *_shared_cells(self.tables), *self.relations)))
        for relation in known:
            unknown = [ref for ref, _ in relation.terms if ref not in counts]
            if unknown:
                raise ValueError(f"a relation names cells that are not in the bulletin: {unknown}")
            if not relation.holds(counts):
                raise ValueError(f"the counts contradict what is said about them: {relation}")
        object.__setattr__(self, "known", known)
        object.__setattr__(self, "_press", self._same_as_public())

    def _same_as_public(self) -> frozenset[CellRef]:
        """Cells that are public, or that a relation says are the same number as one that is."""
        public = {ref for ref, cell in self.cells().items() if cell.public}
        pairs = [
            (relation.terms[0][0], relation.terms[1][0])
            for relation in self.known
            if relation.sense == "==" and relation.constant == 0 and len(relation.terms) == 2
            if relation.terms[0][1] == -relation.terms[1][1]
        ]
        while more := {ref for pair in pairs for ref in pair if public.intersection(pair)} - public:
            public |= more
        return frozenset(public)

    def cells(self) -> dict[CellRef, Cell]:
        """Every cell in declared order; public too are those that are the same number as a public one."""
        return {
            ref: Cell(cell.count, cell.public or ref in self._press, cell.withheld)
            for table in self.tables
            for ref, cell in zip(table.refs(), table.cells.values(), strict=True)
        }

    def without(self, names: Iterable[str]) -> Publication:
        """The same bulletin leaving out whole tables and what was declared about them."""
        left_out = set(names)
        return Publication(
            self.release,
            self.on,
            tuple(table for table in self.tables if table.name not in left_out),
            tuple(r for r in self.relations if not any(ref.table in left_out for ref, _ in r.terms)),
        )


@dataclass(frozen=True)
class PublishedTable:
    """One table as printed: a count, or None where the count is protected."""

    name: str
    dims: tuple[str, ...]
    cells: Mapping[Key, int | None]
    monotone: bool = False


@dataclass(frozen=True)
class Published:
    """A bulletin as the world sees it, with its rule: what the ledger keeps and attackers start from.

    Nothing here tells a small count from a count hidden to protect one.
    """

    release: str
    on: dt.date
    tables: tuple[PublishedTable, ...]
    relations: tuple[Relation, ...]
    low: int = 1
    high: int = 9
    width: int = 5

    def cells(self) -> dict[CellId, int | None]:
        """Every cell in declared order with its printed count."""
        return {
            CellId(self.release, self.on, table.name, key): value
            for table in self.tables
            for key, value in table.cells.items()
        }

    def cell_id(self, ref: CellRef) -> CellId:
        """The cell's name in the whole series."""
        return CellId(self.release, self.on, ref.table, ref.key)


Ledger = Sequence[Published]
"""Earlier bulletins, oldest first."""


def check_order(ledger: Ledger, newest: Published | Publication) -> None:
    """Raise ValueError unless dates do not go back and no release has two bulletins of one date."""
    series = [*ledger, newest]
    if any(earlier.on > later.on for earlier, later in itertools.pairwise(series)):
        raise ValueError("the ledger is not in the order of its dates, or the new bulletin is older than it")
    if len({(bulletin.release, bulletin.on) for bulletin in series}) != len(series):
        raise ValueError("a release has two bulletins of one date")
