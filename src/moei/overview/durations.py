"""Days in each stage as they may be told: whole days, of enough people, and only beside a count that is printed."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from moei.engines.disclosure import CellRef, ProtectedPublication
from moei.overview import contents
from moei.overview.selectors.counting import Step
from moei.overview.selectors.whole_way import STAGES, Way, WayCounts
from moei.overview.way_tables import LATER, WAY, not_yet

# At least ten people on either side of a median, and ten beyond a 90th percentile: neither is the time of one person.
MEDIAN_FROM, TENTH_FROM = 20, 100


def told_days(counts: WayCounts, protected: ProtectedPublication) -> list[dict[str, Any]]:
    """For each stage: who left it and who is in it still, each with median and 90th percentile in whole days.

    `count` is None where it is protected, with the range that is left; then no days are given either, because that
    there are enough people for them would narrow the range.
    """
    return [
        {
            "stage": [before, after],
            "left": _told(counts.days[before, after], _reached(after), protected),
            "waits": _told(counts.waits[before, after], _still(before, after), protected),
        }
        for before, after in STAGES
    ]


def percentile(days: Sequence[float], share: float) -> int:
    """The least value that at least this share of the people do not exceed, in whole days, rounded up: "within"."""
    ordered = sorted(days)
    return math.ceil(ordered[max(math.ceil(share * len(ordered)) - 1, 0)] - 1e-9)


def _told(days: Sequence[float], ref: CellRef | None, protected: ProtectedPublication) -> dict[str, Any]:
    cell = protected.cells.get(ref) if ref else None
    told: dict[str, Any] = {"count": None, "lower": None, "upper": None, "median": None, "tenth": None}
    if cell is None:
        return told
    told["count"] = cell.shown
    if cell.shown is None:
        return told | {"lower": cell.range.lower, "upper": cell.range.upper}
    if len(days) >= MEDIAN_FROM and cell.shown >= MEDIAN_FROM:
        told["median"] = percentile(days, 0.5)
    if len(days) >= TENTH_FROM and cell.shown >= TENTH_FROM:
        told["tenth"] = percentile(days, 0.9)
    return told


def _reached(step: Way) -> CellRef:
    return CellRef(WAY, (step,)) if step in LATER else CellRef(contents.REACHED, (Step(step),))


def _still(before: Way, after: Way) -> CellRef | None:
    """The count of those who are in a stage. Of those who were determined and have not left, no table tells how many."""
    if after not in LATER:
        return CellRef(contents.NOW, (Step(before),))
    if (before, after) == (Way.DEPARTED, Way.ARRIVED_HOME):
        return CellRef(not_yet(WAY), (after,))
    return None
