"""Evidence as a waterfall: each bar starts where the one before ended, and the last says where they lead.

It shows, it does not decide (P06): where it leads is said in words, and no line carries a number that would look exact.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from math import log
from typing import Any

from django.utils.safestring import SafeString

from moei.desks.arrivals.evidence_words import evidence_note, evidence_words

LITTLE = 0.7  # natural logarithm: evidence weaker than about two to one says little
STRONG = 3.0  # evidence stronger than about twenty to one
LIKELY = log(4)  # four to one: from here on it is called likely
SUREST = (
    0.999  # no bar runs further than this probability: rows are never surer than the people who wrote them
)
NARROWEST = 4.0  # so that weak evidence alone does not fill the width
WIDTH = 1000  # of the picture, in its own units; the page stretches it


@dataclass(frozen=True)
class Bar:
    """From `x`, `width` units to the right; `begins` is the end at which it starts."""

    x: int
    width: int
    begins: int


@dataclass(frozen=True)
class Step:
    """`side`: strong-for, for, even, against or strong-against."""

    words: SafeString
    note: str
    side: str
    bar: Bar


@dataclass(frozen=True)
class Waterfall:
    """`middle` is where both answers are as likely; `leads_to`: one, even or two (people).

    `seldom`: the first bar speaks against, as it does unless other records of the two were compared as well.
    """

    start: Bar
    seldom: bool
    steps: list[Step]
    end: Bar
    leads_to: str
    middle: int


def waterfall(evidence: Sequence[dict[str, Any]], score: float) -> Waterfall | None:
    """From how seldom two records are of one person to what the engine made of the pair; None without evidence.

    `score` is the engine's probability. It also knows of rivals, so what the evidence does not explain stands
    in the first bar.
    """
    if not evidence:
        return None
    weights = [float(item["weight"]) for item in evidence]
    surest = min(max(score, 1 - SUREST), SUREST)
    end = log(surest / (1 - surest))
    points = list(accumulate(weights, initial=end - sum(weights)))
    lowest, highest = min(-NARROWEST, *points), max(NARROWEST, *points)

    def at(value: float) -> int:
        return round((value - lowest) / (highest - lowest) * WIDTH)

    def bar(begins: float, ends: float) -> Bar:
        left, right = sorted((at(begins), at(ends)))
        return Bar(left, right - left, at(begins))

    steps = [
        Step(evidence_words(item), evidence_note(item), side(weight), bar(begins, begins + weight))
        for item, weight, begins in zip(evidence, weights, points, strict=False)
    ]
    return Waterfall(bar(0, points[0]), points[0] <= 0, steps, bar(0, end), leads_to(end), at(0))


def side(weight: float) -> str:
    """Which way evidence speaks, and whether strongly."""
    if abs(weight) < LITTLE:
        return "even"
    way = "for" if weight > 0 else "against"
    return f"strong-{way}" if abs(weight) >= STRONG else way


def leads_to(log_odds: float) -> str:
    """Whether all together makes one person likely, or two, or neither."""
    return "one" if log_odds >= LIKELY else "two" if log_odds <= -LIKELY else "even"
