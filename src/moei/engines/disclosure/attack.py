"""The attacker: what linear programming tells from everything published.

Each protected count of each bulletin is an unknown of at least 0. The attacker writes down every relation
(margins, tables that count the same people, declared relations, counts that never go down between bulletins)
and asks HiGHS for the least and greatest value of each unknown; counts being whole, bounds are rounded
inwards.

Source of the method: Fischetti and Salazar (2001), "Solving the cell suppression problem on tabular data with
linear constraints", Management Science 47(7), where it is the test that a suppression pattern must pass.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Literal, NamedTuple

import highspy
import numpy as np

from moei.engines.disclosure.tables import CellId, Ledger, Published, check_order

_SLACK = 1e-6
_CEILING = 1e7
"""Stands for "nothing bounds it": programmes are solved more reliably when every question has an answer."""
_UNBOUNDED = 1e6
_ANSWERS = (highspy.HighsModelStatus.kOptimal, highspy.HighsModelStatus.kInfeasible)


class Contradiction(ValueError):
    """What was published cannot all be true, so that no interval can be computed."""


class Interval(NamedTuple):
    """Least and greatest whole count an attacker holds possible; `upper` None where nothing bounds it."""

    lower: int
    upper: int | None

    @property
    def width(self) -> float:
        """`upper - lower`; infinite where nothing bounds the count."""
        return math.inf if self.upper is None else self.upper - self.lower


class Row(NamedTuple):
    """A relation between unknowns, printed counts moved to the right: lower <= sum <= upper."""

    terms: tuple[tuple[CellId, int], ...]
    lower: float
    upper: float


class Knowledge(NamedTuple):
    """What a series of bulletins says about its protected counts."""

    bounds: dict[CellId, tuple[float, float]]
    rows: list[Row]
    touched: set[CellId]  # protected counts, old or new, that the newest bulletin itself says something about


class _Groups:
    """Unknowns joined by relations (union-find)."""

    def __init__(self) -> None:
        self._parent: dict[CellId, CellId] = {}

    def find(self, cell: CellId) -> CellId:
        root = cell
        while (parent := self._parent.get(root, root)) != root:
            root = parent
        self._parent[cell] = root
        return root

    def join(self, cells: Sequence[CellId]) -> None:
        for cell in cells[1:]:
            self._parent[self.find(cell)] = self.find(cells[0])


def group_of(start: CellId, rows: Iterable[Row]) -> set[CellId]:
    """The unknowns that relations tie to one, itself included."""
    groups = _Groups()
    cells = {start}
    for row in rows:
        members = [cell for cell, _ in row.terms]
        groups.join(members)
        cells.update(members)
    return {cell for cell in cells if groups.find(cell) == groups.find(start)}


def knowledge(series: Sequence[Published], *, deduce_newest: bool = True) -> Knowledge:
    """Unknowns and relations of a series of bulletins, oldest first.

    A protected count that no relation tied to another protected count when it was printed protects no other:
    the rule was applied to itself, and the attacker knows that it lies within the rule's small counts.
    `deduce_newest=False` leaves that out for the newest bulletin, whose protected counts are still being
    chosen. Raises `Contradiction` when printed counts break a relation.
    """
    bounds: dict[CellId, tuple[float, float]] = {}
    rows: list[Row] = []
    printed: dict[CellId, int | None] = {}
    latest: dict[tuple[str, str, tuple[str, ...]], CellId] = {}
    groups = _Groups()
    touched: set[CellId] = set()

    def learn(terms: Iterable[tuple[CellId, int]], sense: Literal["==", "<="], constant: int) -> None:
        unknown: dict[CellId, int] = defaultdict(int)
        for cell, factor in terms:
            value = printed[cell]
            if value is None:
                unknown[cell] += factor
            else:
                constant -= factor * value
        left = tuple((cell, factor) for cell, factor in unknown.items() if factor)
        if left:
            rows.append(Row(left, constant if sense == "==" else -math.inf, constant))
            groups.join([cell for cell, _ in left])
            touched.update(unknown)
        elif constant < 0 or (sense == "==" and constant != 0):
            raise Contradiction("printed counts do not agree with each other")

    for number, bulletin in enumerate(series, start=1):
        cells = bulletin.cells()
        printed.update(cells)
        touched.clear()
        for relation in bulletin.relations:
            terms = ((bulletin.cell_id(ref), factor) for ref, factor in relation.terms)
            learn(terms, relation.sense, relation.constant)
        for table in bulletin.tables:
            if not table.monotone:
                continue
            for key in table.cells:
                cell = CellId(bulletin.release, bulletin.on, table.name, key)
                earlier = latest.get((bulletin.release, table.name, key))
                if earlier is not None:
                    learn(((earlier, 1), (cell, -1)), "<=", 0)
                latest[(bulletin.release, table.name, key)] = cell
        hidden = [cell for cell, value in cells.items() if value is None]
        bounds.update((cell, (0.0, math.inf)) for cell in hidden)
        touched.update(hidden)
        if number < len(series) or deduce_newest:
            sizes: dict[CellId, int] = defaultdict(int)
            for cell in bounds:
                sizes[groups.find(cell)] += 1
            for cell in hidden:
                if sizes[groups.find(cell)] == 1:
                    bounds[cell] = (float(bulletin.low), float(bulletin.high))
    return Knowledge(bounds, rows, touched)


class Attacker:
    """A linear programme over what is known, asked again and again while bounds change.

    `bounds` of a cell may be narrowed to a point, which is how a printed count looks to the programme.
    """

    def __init__(self, known: Knowledge) -> None:
        self.cells = list(known.bounds)
        self.bounds = dict(known.bounds)
        self._column = {cell: number for number, cell in enumerate(self.cells)}
        self._highs = quiet_highs()
        self._highs.setOptionValue(
            "presolve", "off"
        )  # keeps the last basis, which the next question starts from
        for cell in self.cells:
            lower, upper = known.bounds[cell]
            self._highs.addVar(lower, min(upper, _CEILING))
        for row in known.rows:
            columns = [self._column[cell] for cell, _ in row.terms]
            factors = [float(factor) for _, factor in row.terms]
            self._highs.addRow(row.lower, row.upper, len(columns), columns, factors)

    def set_bounds(self, cell: CellId, lower: float, upper: float) -> None:
        """Let a count lie between two values from now on."""
        if self.bounds[cell] != (lower, upper):
            self.bounds[cell] = (lower, upper)
            self._highs.changeColBounds(self._column[cell], lower, min(upper, _CEILING))

    def _extreme(self, cell: CellId, direction: int) -> list[float]:
        """A solution with the least (1) or greatest (-1) value of a cell; `Contradiction` if none."""
        column = self._column[cell]
        self._highs.changeColCost(column, float(direction))
        self._highs.run()
        if self._highs.getModelStatus() not in _ANSWERS:
            self._highs.clearSolver()  # the last basis was a bad place to start from
            self._highs.run()
        status = self._highs.getModelStatus()
        self._highs.changeColCost(column, 0.0)
        if status == highspy.HighsModelStatus.kInfeasible:
            raise Contradiction("no counts agree with everything that was published")
        if status != highspy.HighsModelStatus.kOptimal:
            raise RuntimeError(f"the linear programme ended with {status}")
        return list(self._highs.getSolution().col_value)

    def check(self) -> None:
        """Raise `Contradiction` when nothing agrees with what is known."""
        if self.cells:
            self._extreme(self.cells[0], 1)

    def interval(self, cell: CellId) -> Interval:
        """What is known of one count."""
        column = self._column[cell]
        return _whole(self._extreme(cell, 1)[column], self._extreme(cell, -1)[column])

    def narrow(self, goals: Mapping[CellId, int]) -> Iterator[CellId]:
        """Those cells whose interval is less wide than their goal, in order; bounds must stay until the last is taken."""
        least = np.full(len(self.cells), math.inf)
        greatest = np.full(len(self.cells), -math.inf)
        for cell, goal in goals.items():
            column = self._column[cell]
            if least[column] < math.inf and _whole(least[column], greatest[column]).width >= goal:
                continue  # two solutions found on the way already lie far enough apart
            for direction in (1, -1):
                point = self._extreme(cell, direction)
                np.minimum(least, point, out=least)
                np.maximum(greatest, point, out=greatest)
            if _whole(least[column], greatest[column]).width < goal:
                yield cell


def _whole(least: float, greatest: float) -> Interval:
    """The whole counts between two values."""
    upper = None if greatest > _UNBOUNDED else math.floor(greatest + _SLACK)
    return Interval(math.ceil(least - _SLACK), upper)


class _QuietHighs(highspy.Highs):
    """Making a solver wires its callbacks, and that prints a banner unless output is off by then."""

    def enableCallbacks(self) -> None:
        self.silent()
        super().enableCallbacks()  # type: ignore[no-untyped-call]


def quiet_highs() -> highspy.Highs:
    """A solver that prints nothing and answers the same way each time."""
    solver = _QuietHighs()  # type: ignore[no-untyped-call]
    solver.setOptionValue("threads", 1)
    solver.setOptionValue("random_seed", 0)
    return solver


def attacker_intervals(published: Published, ledger: Ledger = ()) -> dict[CellId, Interval]:
    """What anyone can compute of every count of a bulletin, and of the protected counts of earlier ones.

    Uses nothing but what was printed. Raises `Contradiction` when the bulletins cannot all be true,
    ValueError when they are out of order.
    """
    check_order(ledger, published)
    attacker = Attacker(knowledge([*ledger, published]))
    intervals = {
        cell: Interval(value, value) for cell, value in published.cells().items() if value is not None
    }
    intervals.update((cell, attacker.interval(cell)) for cell in attacker.cells)
    return intervals
