"""Publish the bulletin of a date: count, protect against everything published before, print, keep.

Protecting and printing take seconds and hold no lock: people are registered meanwhile. What was computed is kept
only if the ledger is still the one it was protected against.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
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
from moei.overview.models import Bulletin
from moei.overview.printing import keep_paper, print_bulletin
from moei.overview.selectors.counting import ReleaseCounts, release_counts

# How often it is computed anew because another bulletin came first. Each date has one, so it never comes to that.
_ATTEMPTS = 3


@dataclass(frozen=True)
class Draft:
    """What would be published now. `protected` holds true counts and stays in the house; `digest` names the draft,
    so that publishing can tell whether the counts have changed since somebody looked. `ledger` names the bulletins
    that it is protected against, the oldest first."""

    as_of: date
    number: int
    counts: ReleaseCounts
    protected: ProtectedPublication
    note: list[str]
    ledger: tuple[UUID, ...]

    @property
    def digest(self) -> str:
        return text_digest(to_json(self.protected.published))

    @property
    def shown(self) -> list[dict[str, Any]]:
        """The tables as printed: for each cell its key, its count or None, and the range that is left open."""
        cells = self.protected.cells
        shown: list[dict[str, Any]] = [
            {"name": table.name, "dims": list(table.dims), "cells": []}
            for table in self.protected.published.tables
        ]
        of_table = {table["name"]: table["cells"] for table in shown}
        for ref, cell in cells.items():
            lower, upper = (None, None) if cell.shown is not None else cell.range
            of_table[ref.table].append([list(ref.key), cell.shown, lower, upper])
        return shown

    @property
    def audit(self) -> list[dict[str, Any]]:
        """Every protected count with its true value, why it is protected, and what an attacker can compute."""
        return [
            {
                "table": ref.table,
                "key": list(ref.key),
                "count": cell.count,
                "why": cell.why,
                "interval": list(cell.range),
                "if_guessed": list(self.protected.if_guessed[ref])
                if ref in self.protected.if_guessed
                else None,
            }
            for ref, cell in self.protected.cells.items()
            if cell.shown is None
        ]


def draft_bulletin(acting: Acting, as_of: date | None = None) -> Draft:
    """Count and protect, publish nothing. `as_of` is the date at the site; only today's counts can be given.

    Raises `Invalid` with words for the statistician when there is nothing to publish, the date has its bulletin,
    or earlier bulletins already tell too much.
    """
    require(acting, "bulletin.publish")
    today = acting.now.astimezone(acting.release.site.zone).date()
    as_of = as_of or today
    if as_of != today:
        raise Invalid(
            {
                "as_of": _("Counts can only be given as they are now. Publish the bulletin of today, %s.")
                % today
            }
        )
    earlier = list(_ledger(acting.release))
    if earlier and earlier[-1].as_of == as_of:
        raise Invalid(
            {
                "as_of": _(
                    "The bulletin of %s is published. There is one for each date, because what changed between "
                    "two on one day can point to a person. Publish again tomorrow."
                )
                % date_format(as_of)
            }
        )
    if earlier and earlier[-1].as_of > as_of:
        raise Invalid(
            {
                "as_of": _("There is a bulletin of %s, which is later than today. Check the clock.")
                % date_format(earlier[-1].as_of)
            }
        )
    counts = release_counts(acting.release, acting.now)
    if not counts.people:
        raise Invalid(_("Nobody has arrived yet, so there is nothing to publish."))
    ledger = [from_json(bulletin.published) for bulletin in earlier]
    protected, corrected = _protect(counts, as_of, ledger)
    note = protection_note(protected)
    if corrected:
        note.append(_("Counts were corrected since an earlier bulletin, so some are lower than before."))
    number = max((bulletin.number for bulletin in earlier), default=0) + 1
    return Draft(as_of, number, counts, protected, note, tuple(bulletin.id for bulletin in earlier))


def _ledger(release: Release) -> QuerySet[Bulletin]:
    """Everything published of the release, the oldest first."""
    return Bulletin.objects.filter(release=release).order_by("as_of")


def _protect(
    counts: ReleaseCounts, as_of: date, ledger: Sequence[Published]
) -> tuple[ProtectedPublication, bool]:
    """Protected counts, and whether a correction lowered counts that otherwise only grow."""
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
        published=to_json(draft.protected.published),
        shown=draft.shown,
        note=draft.note,
        audit=draft.audit,
    )


@transaction.atomic
def _kept(acting: Acting, bulletin: Bulletin, pdf: bytes, draft: Draft) -> bool:
    """Keeps the bulletin; False, with nothing kept, if another was published since the draft was counted."""
    Release.objects.select_for_update(no_key=True).get(pk=acting.release.pk)
    if tuple(_ledger(acting.release).values_list("id", flat=True)) != draft.ledger:
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
