"""Publish the bulletin of a date: count, protect against everything published before, print, keep.

Protecting and printing take seconds and hold no lock: people are registered meanwhile. What was computed is kept
only if the ledger is still the one it was protected against.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from moei.access.acting import Acting, Invalid
from moei.access.decide import require
from moei.access.journalled import changed
from moei.access.models import Release
from moei.crypto import text_digest
from moei.engines.disclosure import (
    AlreadyRevealed,
    Contradiction,
    ProtectedPublication,
    Published,
    from_json,
    protect_or_leave_out,
    protection_note,
    to_json,
)
from moei.journal.ids import new_id
from moei.overview.contents import publication
from moei.overview.ledger import Told, audit, ids_told, shown, told
from moei.overview.models import Bulletin, Statistics
from moei.overview.printing import keep_paper, print_bulletin
from moei.overview.selectors.counting import ReleaseCounts, release_counts

# How often it is computed anew because another bulletin came first. Each date has one, so it never comes to that.
_ATTEMPTS = 3


@dataclass(frozen=True)
class Draft:
    """What would be published now. `audit` holds true counts and stays in the house; `digest` names the draft, so
    that publishing can tell whether the counts have changed since somebody looked. `told` names what it is protected
    against. `counted_at` is set where it prints a part of the statistics of its date."""

    as_of: date
    number: int
    published: Published
    shown: list[dict[str, Any]]
    audit: list[dict[str, Any]]
    note: list[str]
    told: tuple[UUID, ...]
    counted_at: datetime | None = None

    @property
    def digest(self) -> str:
        return text_digest(to_json(self.published))


def draft_bulletin(acting: Acting, as_of: date | None = None) -> Draft:
    """Count and protect, publish nothing. `as_of` is the date at the site; only today's counts can be given.

    Raises `Invalid` with words for the statistician when there is nothing to publish, the date has its bulletin,
    or earlier bulletins already tell too much.
    """
    require(acting, "bulletin.publish")
    today = acting.today
    as_of = as_of or today
    if as_of != today:
        raise Invalid(
            {
                "as_of": _("Counts can only be given as they are now. Publish the bulletin of today, %s.")
                % today
            }
        )
    known = told(acting.release)
    if known.bulletin_of(as_of):
        raise Invalid(
            {
                "as_of": _(
                    "The bulletin of %s is published. There is one for each date, because what changed between "
                    "two on one day can point to a person. Publish again tomorrow."
                )
                % date_format(as_of)
            }
        )
    if known.latest and known.latest > as_of:
        raise Invalid(
            {
                "as_of": _("There is a bulletin of %s, which is later than today. Check the clock.")
                % date_format(known.latest)
            }
        )
    if statistics := known.statistics_of(as_of):
        return _of_statistics(statistics, known)
    counts = release_counts(acting.release, acting.now)
    if not counts.people:
        raise Invalid(_("Nobody has arrived yet, so there is nothing to publish."))
    protected, corrected = protect_bulletin(counts, as_of, known.ledger)
    return Draft(
        as_of,
        known.number,
        protected.published,
        shown(protected),
        audit(protected),
        bulletin_note(protected, corrected=corrected),
        known.ids,
    )


def _of_statistics(statistics: Statistics, known: Told) -> Draft:
    """One date has one count: what the statistics of today say of the bulletin's tables."""
    kept = statistics.bulletin
    return Draft(
        statistics.as_of,
        known.number,
        from_json(kept["published"]),
        kept["shown"],
        kept["audit"],
        kept["note"],
        known.ids,
        statistics.counted_at,
    )


def bulletin_note(protected: ProtectedPublication, *, corrected: bool) -> list[str]:
    """The sentences under a bulletin."""
    note = protection_note(protected)
    if corrected:
        note.append(_("Counts were corrected since an earlier bulletin, so some are lower than before."))
    return note


def protect_bulletin(
    counts: ReleaseCounts, as_of: date, ledger: Sequence[Published]
) -> tuple[ProtectedPublication, bool]:
    """Protected counts, and whether a correction lowered counts that otherwise only grow. Raises `Invalid` when
    nothing can be published."""
    try:
        try:
            return protect_or_leave_out(publication(counts, as_of), ledger), False
        except Contradiction:
            return protect_or_leave_out(publication(counts, as_of, monotone=False), ledger), True
    except AlreadyRevealed as refusal:
        raise Invalid(
            _("Nothing was published. Small counts could be worked out whatever is hidden now, in: %s.")
            % ", ".join(refusal.tables)
        ) from refusal


def publish_bulletin(acting: Acting, as_of: date | None = None, *, seen: str | None = None) -> Bulletin:
    """Publish the bulletin of today (`as_of`, the date at the site). `seen` is the digest of the draft that was shown.

    Raises `Invalid` as `draft_bulletin` does, when the counts have changed since the draft was seen, and when others
    published again and again while this one was computed.
    """
    require(acting, "bulletin.publish")
    for _attempt in range(_ATTEMPTS):
        draft = draft_bulletin(acting, as_of)
        if seen is not None and seen != draft.digest:
            raise Invalid(
                {"seen": _("The counts have changed since you looked. Look at them again, then publish.")}
            )
        bulletin = _as_published(acting, draft)
        if _kept(acting, bulletin, print_bulletin(bulletin), draft):
            return bulletin
    raise Invalid(_("Others are publishing at this moment. Look at the counts again, then publish."))


def _as_published(acting: Acting, draft: Draft) -> Bulletin:
    return Bulletin(
        id=new_id(),
        release=acting.release,
        number=draft.number,
        as_of=draft.as_of,
        published_at=acting.now,
        published_by=acting.staff,
        published=to_json(draft.published),
        shown=draft.shown,
        note=draft.note,
        audit=draft.audit,
        counted_at=draft.counted_at,
    )


@transaction.atomic
def _kept(acting: Acting, bulletin: Bulletin, pdf: bytes, draft: Draft) -> bool:
    """Keeps the bulletin; False, with nothing kept, if another was published since the draft was counted."""
    Release.objects.select_for_update(no_key=True).get(pk=acting.release.pk)
    if ids_told(acting.release) != draft.told:
        return False
    keep_paper(bulletin, pdf)
    bulletin.save(force_insert=True)
    changed(
        acting,
        "bulletin.published",
        data={
            "bulletin": str(bulletin.id),
            "number": bulletin.number,
            "as_of": bulletin.as_of.isoformat(),
            "protected": len(draft.audit),
            "pdf_sha256": bulletin.pdf_sha256,
        },
    )
    return True
