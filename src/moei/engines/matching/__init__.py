"""Who is the same person: rows of several lists to people, with the evidence, and questions where it does not suffice."""

from __future__ import annotations

from moei.engines.matching.model import (
    Evidence,
    Judgement,
    Link,
    MatchRow,
    MatchWarning,
    Resolution,
    ReviewPair,
    Verdict,
)
from moei.engines.matching.reconcile import Reconciliation, reconcile
from moei.engines.matching.resolve import resolve
from moei.engines.matching.score import PairScore, score

__all__ = [
    "Evidence",
    "Judgement",
    "Link",
    "MatchRow",
    "MatchWarning",
    "PairScore",
    "Reconciliation",
    "Resolution",
    "ReviewPair",
    "Verdict",
    "reconcile",
    "resolve",
    "score",
]
