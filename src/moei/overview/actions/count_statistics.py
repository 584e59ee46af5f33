"""Count the statistics of a date: count, protect with the bulletin and against everything told before, keep.

What is kept for a date is never counted anew: who looks, when, and at which table, changes nothing in it. Counting
and protecting take seconds and hold no lock, as with a bulletin.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from moei.access.acting import Acting, Invalid
from moei.access.decide import require
from moei.access.journalled import changed
from moei.access.models import Release
from moei.engines.disclosure import (
    AlreadyRevealed,
    CellRef,
    Contradiction,
    ProtectedPublication,
    Published,
    protect,
    to_json,
)
from moei.journal.ids import new_id
from moei.overview.actions.publish_bulletin import bulletin_note, protect_bulletin
from moei.overview.durations import told_days
from moei.overview.ledger import audit, ids_told, shown, told
from moei.overview.models import Statistics
from moei.overview.selectors.whole_way import Way, WayCounts, count_the_way
from moei.overview.way_tables import (
    ALL_TABLES,
    BY_GROUP,
    Plan,
    changes_of,
    last_printed,
    owner,
    rows_of_nationalities,
    statistics_publication,
)

_ATTEMPTS = 3


@dataclass(frozen=True)
class _Protected:
    bulletin: ProtectedPublication
    whole: ProtectedPublication
    plan: Plan
    corrected: bool


def next_date(last: Statistics | None) -> date | None:
    """The first date on which the next may be counted; None when none was counted yet."""
    return last.as_of + timedelta(days=settings.STATISTICS_EVERY_DAYS) if last else None


def count_statistics(acting: Acting) -> Statistics:
    """Count the statistics of today (the date at the site) and keep them.

    Raises `Invalid` when nobody has arrived, when it is too early for the next (`settings.STATISTICS_EVERY_DAYS`),
    when the bulletin of today is published already, and when earlier publications tell too much.
    """
    require(acting, "bulletin.publish")
    today = acting.today
    for _attempt in range(_ATTEMPTS):
        known = told(acting.release)
        _refuse(today, known.statistics[-1] if known.statistics else None, known.latest)
        counts = count_the_way(acting.release, acting.now)
        if not counts.release.people:
            raise Invalid(_("Nobody has arrived yet, so there is nothing to count."))
        protected = _protect(counts, today, known.ledger, _most(known.statistics))
        if (kept := _kept(acting, _as_kept(acting, today, counts, protected), known.ids)) is not None:
            return kept
    raise Invalid(_("Others are publishing at this moment. Look again, then count."))


def _refuse(today: date, last: Statistics | None, latest: date | None) -> None:
    following = next_date(last)
    if following and today < following:
        raise Invalid(
            _(
                "The statistics stand as of %(last)s. The next can be counted on %(next)s: what changed between "
                "two dates that are close together can point to a person."
            )
            % {
                "last": date_format(last.as_of, "j F Y") if last else "",
                "next": date_format(following, "j F Y"),
            }
        )
    if latest and latest == today:
        raise Invalid(
            _(
                "The bulletin of today is published. A second count on one day would tell what happened between "
                "the two. Count tomorrow, before the bulletin; the bulletin then takes its counts from here."
            )
        )
    if latest and latest > today:
        raise Invalid(
            _("There is a publication of %s, which is later than today. Check the clock.")
            % date_format(latest, "j F Y")
        )


def _protect(
    counts: WayCounts, today: date, ledger: Sequence[Published], former: Mapping[CellRef, int]
) -> _Protected:
    """The bulletin first, as it would be published alone; then what more can be told beside it."""
    bulletin, corrected = protect_bulletin(counts.release, today, ledger)
    plan = Plan(
        rows_of_nationalities(counts.release.by_nationality, ledger),
        last_printed(ledger),
        former,
    )
    while True:
        publication = statistics_publication(counts, bulletin, plan)
        try:
            return _Protected(bulletin, protect(publication, ledger, explain=False), plan, corrected)
        except AlreadyRevealed as refusal:
            _give_up(refusal, plan)
        except Contradiction:
            if plan.any_order:
                raise
            plan.any_order = corrected = True


def _most(earlier: Iterable[Statistics]) -> dict[CellRef, int]:
    """The most that each cell ever counted: whether a table has only grown is seen against that."""
    found: dict[CellRef, int] = {}
    for statistics in earlier:
        for table, key, n in statistics.true_counts:
            ref = CellRef(table, tuple(key))
            found[ref] = max(found.get(ref, 0), n)
    return found


def _give_up(refusal: AlreadyRevealed, plan: Plan) -> None:
    """Print less: where too little has changed, a column is held back; where small counts cannot be protected, the
    table is left out; and nothing of the statistics where that does not help."""
    before = (len(plan.held), len(plan.left_out))
    for cell in refusal.cells:
        table = owner(cell.table)
        if changes_of(cell.table) and table in BY_GROUP:
            plan.held.add((table, Way(cell.key[-1])))
        elif table in ALL_TABLES:
            plan.left_out.add(table)
    if before == (len(plan.held), len(plan.left_out)):
        if set(ALL_TABLES) <= plan.left_out:
            raise Invalid(
                _("Nothing was counted: small counts could be worked out whatever is hidden now.")
            ) from refusal
        plan.left_out.update(ALL_TABLES)


def _as_kept(acting: Acting, today: date, counts: WayCounts, protected: _Protected) -> Statistics:
    whole = protected.whole
    return Statistics(
        id=new_id(),
        release=acting.release,
        as_of=today,
        counted_at=acting.now,
        counted_by=acting.staff,
        published=to_json(whole.published),
        shown=shown(whole),
        days=told_days(counts, whole),
        held=sorted([table, step] for table, step in protected.plan.held),
        left_out=sorted({*protected.plan.left_out, *protected.bulletin.left_out}),
        corrected=protected.corrected,
        bulletin={
            "published": to_json(protected.bulletin.published),
            "shown": shown(protected.bulletin),
            "audit": audit(protected.bulletin),
            "note": bulletin_note(protected.bulletin, corrected=protected.corrected),
        },
        audit=audit(whole),
        true_counts=[
            [ref.table, list(ref.key), cell.count]
            for ref, cell in whole.cells.items()
            if ref.table in ALL_TABLES
        ],
    )


@transaction.atomic
def _kept(acting: Acting, statistics: Statistics, ids: tuple[Any, ...]) -> Statistics | None:
    """Keeps them; None, with nothing kept, if something else was published since they were counted."""
    Release.objects.select_for_update(no_key=True).get(pk=acting.release.pk)
    if ids_told(acting.release) != ids:
        return None
    statistics.save(force_insert=True)
    changed(
        acting,
        "statistics.counted",
        data={
            "statistics": str(statistics.id),
            "as_of": statistics.as_of.isoformat(),
            "protected": len(statistics.audit),
        },
    )
    return statistics
