"""Match the records of a release to people again, and renew what people are asked about it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from typing import cast
from uuid import UUID

from django.db import transaction

from moei.access.acting import Acting
from moei.access.decide import require
from moei.casefile.actions.resolve_people import Resolved, resolve_people
from moei.casefile.models import Judgement
from moei.desks.arrivals.models import ReviewPair, ReviewWarning
from moei.engines.matching import Resolution

Progress = Callable[[int, int], None]


def match_again(acting: Acting, progress: Progress | None = None) -> Resolved:
    """Run the matching once more, for instance after many pairs were decided."""
    require(acting, "review.judge")
    return match_people(acting, progress)


def match_people(acting: Acting, progress: Progress | None = None) -> Resolved:
    """Resolve and renew the queue of pairs. The permission belongs to the action that calls this.

    No transaction around it: it works in short ones, so that others can work meanwhile.
    """
    resolved = resolve_people(acting, progress)
    renew_review(acting, resolved.resolution)
    return resolved


@transaction.atomic
def renew_review(acting: Acting, resolution: Resolution) -> None:
    """Replace the open questions by the engine's present ones; what somebody decided or put off stays so."""
    standing = Judgement.objects.filter(left__release=acting.release, ended_at__isnull=True)
    judged = {frozenset((row.left_id, row.right_id)): row.verdict for row in standing}
    ReviewPair.objects.filter(release=acting.release).exclude(state=ReviewPair.State.DONE).delete()
    pairs = []
    for rank, pair in enumerate(resolution.review):
        left, right = cast(UUID, pair.left), cast(UUID, pair.right)  # the keys that were given to it
        verdict = judged.get(frozenset((left, right)))
        if verdict in (Judgement.Verdict.SAME, Judgement.Verdict.DIFFERENT):
            continue
        pairs.append(
            ReviewPair(
                release=acting.release,
                left_id=left,
                right_id=right,
                rank=rank,
                score=pair.score,
                evidence=[asdict(item) for item in pair.evidence],
                state=ReviewPair.State.LATER if verdict == Judgement.Verdict.LATER else ReviewPair.State.OPEN,
            )
        )
    ReviewPair.objects.bulk_create(pairs, batch_size=500, ignore_conflicts=True)
    ReviewWarning.objects.filter(release=acting.release).delete()
    ReviewWarning.objects.bulk_create(
        [
            ReviewWarning(
                release=acting.release,
                code=warning.code,
                words=warning.words,
                records=[str(key) for key in warning.keys],
            )
            for warning in resolution.warnings
        ],
        batch_size=500,
    )
