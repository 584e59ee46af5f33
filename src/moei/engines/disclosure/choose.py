"""Choosing which further counts to hide so that a small one cannot be worked out.

One small mixed-integer programme for each count in danger, after Fischetti and Salazar's sliding protection
("Solving the cell suppression problem on tabular data with linear constraints", Management Science 47(7),
2001): find two worlds that agree with everything printed, in which the count in danger lies far enough
apart, hiding as few printed counts as can be.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import NamedTuple

import highspy

from moei.engines.disclosure.attack import Knowledge, group_of, quiet_highs
from moei.engines.disclosure.tables import CellId


class Candidate(NamedTuple):
    """A count that could be hidden: its true value, and what hiding it costs."""

    value: int
    cost: float


def costs(known_upper: Mapping[CellId, int | None]) -> dict[CellId, float]:
    """What hiding each cell costs: 1 for the cell, and up to 1/2 more the larger it may be.

    The size is what anyone could know before this bulletin, never the true count: a choice that followed the
    true counts would tell that what was hidden is smaller than what was left.
    """
    bounded = [upper for upper in known_upper.values() if upper is not None]
    largest = max(bounded, default=0) or 1
    return {
        cell: 1.0 + 0.5 * (1.0 if upper is None else upper / largest) + 1e-4 * place / len(known_upper)
        for place, (cell, upper) in enumerate(known_upper.items())
    }


def cheapest_guards(
    target: CellId,
    goal: int,
    known: Knowledge,
    bounds: Mapping[CellId, tuple[float, float]],
    candidates: Mapping[CellId, Candidate],
) -> set[CellId] | None:
    """The cheapest candidates to hide so that `target` can take whole values at least `goal` apart.

    `bounds` are those of the unknowns that are hidden already. Returns None when no choice within a reach of
    twice the goal around the true counts does it.
    """
    group = group_of(target, known.rows)
    reach = 2 * goal
    solver = quiet_highs()
    solver.setOptionValue("mip_rel_gap", 0.0)
    columns: dict[CellId, tuple[int, int]] = {}
    switches: dict[CellId, int] = {}
    for cell in known.bounds:
        if cell not in group:
            continue
        candidate = candidates.get(cell)
        low, high = (
            bounds[cell] if candidate is None else (max(0, candidate.value - reach), candidate.value + reach)
        )
        first = solver.getNumCol()
        columns[cell] = (first, first + 1)
        solver.addVar(low, high)
        solver.addVar(low, high)
        if candidate is None:
            continue
        switches[cell] = switch = first + 2
        solver.addVar(0.0, 1.0)
        solver.changeColCost(switch, candidate.cost)
        solver.changeColIntegrality(switch, highspy.HighsVarType.kInteger)
        for column in columns[cell]:
            solver.addRow(-math.inf, candidate.value, 2, [column, switch], [1.0, -float(reach)])
            solver.addRow(candidate.value, math.inf, 2, [column, switch], [1.0, float(reach)])
    for row in known.rows:
        if row.terms[0][0] not in group:
            continue
        factors = [float(factor) for _, factor in row.terms]
        for world in (0, 1):
            indices = [columns[cell][world] for cell, _ in row.terms]
            solver.addRow(row.lower, row.upper, len(indices), indices, factors)
    for column in columns[target]:
        solver.changeColIntegrality(column, highspy.HighsVarType.kInteger)
    solver.addRow(goal, math.inf, 2, list(columns[target]), [-1.0, 1.0])
    solver.run()
    if solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
        return None
    values = solver.getSolution().col_value
    return {cell for cell, switch in switches.items() if values[switch] > 0.5}
