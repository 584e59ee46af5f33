"""Take a list in, or match again: at once when it is quick, in the background when it is long."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from moei.access.acting import Acting
from moei.access.decide import require
from moei.casefile.models import SourceRecord
from moei.desks.arrivals import progress
from moei.desks.arrivals.actions.commit_import import check_moment, commit_import
from moei.desks.arrivals.actions.match_people import match_again
from moei.desks.arrivals.jobs import MATCHING, commit_in_background, match_in_background
from moei.desks.arrivals.models import ListImport

# More records than this take longer to match than somebody should look at a loading page.
INLINE_ROWS = 1_500


def start_commit(
    acting: Acting, imp: ListImport, happened_at: datetime, *, replaces: ListImport | None = None
) -> bool:
    """Commit now (True), or give it to the worker (False); a list that is being worked on is left alone."""
    require(acting, "lists.commit")
    if imp.working_since:
        return False
    if _records(acting) + imp.rows <= INLINE_ROWS:
        commit_import(acting, imp, happened_at, replaces=replaces)
        return True
    check_moment(acting, happened_at)
    with transaction.atomic():
        locked = ListImport.objects.select_for_update().get(pk=imp.pk)
        if locked.state != ListImport.State.STAGED or locked.working_since:
            return False
        locked.working_since, locked.failure = acting.now, ""
        locked.save(update_fields=["working_since", "failure"])
        transaction.on_commit(
            lambda: commit_in_background.enqueue(
                str(imp.id),
                str(acting.staff.id),
                happened_at.isoformat(),
                str(replaces.id) if replaces else "",
            )
        )
    return False


def start_matching(acting: Acting) -> bool:
    """Match again now (True), or give it to the worker (False)."""
    require(acting, "review.judge")
    if _records(acting) <= INLINE_ROWS:
        match_again(acting)
        return True
    if not progress.progress_of(acting.release.id):
        progress.reporter(acting.release.id, MATCHING)(0, 0)
        match_in_background.enqueue(str(acting.release.id), str(acting.staff.id))
    return False


def _records(acting: Acting) -> int:
    return SourceRecord.objects.filter(release=acting.release, voided_at__isnull=True).count()
