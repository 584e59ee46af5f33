"""Journal entries in the name of whoever is acting: what every action calls."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from moei.access.acting import Acting
from moei.journal.models import Entry
from moei.journal.record import Changes, Note, record, record_many


def note(
    acting: Acting,
    action: str,
    *,
    kind: str = Entry.Kind.CHANGE,
    case: UUID | None = None,
    subject: UUID | None = None,
    changes: Changes | None = None,
    data: Mapping[str, Any] | None = None,
    happened_at: datetime | None = None,
) -> Note:
    return Note(
        action=action,
        kind=kind,
        actor=acting.staff.id,
        agency=acting.staff.agency_id,
        release=acting.release.id,
        case=case,
        subject=subject,
        changes=changes or {},
        data=data or {},
        happened_at=happened_at,
    )


def changed(acting: Acting, action: str, **about: Any) -> Entry:
    """Write one entry for a change: `case`, `subject`, `changes` {field: (before, after)}, `data` (codes only)."""
    return record(note(acting, action, **about), now=acting.now)


def changed_many(acting: Acting, notes: list[Note]) -> list[Entry]:
    return record_many(notes, now=acting.now)


def was_read(acting: Acting, action: str, **about: Any) -> Entry:
    """Write one entry for a reading: opening, searching, exporting, printing (P11)."""
    return record(note(acting, action, kind=Entry.Kind.READ, **about), now=acting.now)
