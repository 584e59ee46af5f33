"""Journal entries in the name of whoever is acting: what every action calls."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from moei.access.acting import Acting
from moei.access.limits import count_lookup, count_names, count_opened
from moei.access.watching import notice_canaries
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
    """Write one entry for a reading: opening, searching, exporting, printing (P11).

    A reading of a case counts towards the reader's quota; above it, `Slowed` is raised and nothing is written (P10).
    """
    with transaction.atomic():
        entry = record(note(acting, action, kind=Entry.Kind.READ, **about), now=acting.now)
        if entry.case is not None:
            count_opened(acting, entry.case)
            notice_canaries(acting, action, [entry.case])
            acting.read.add(entry.case)
    return entry


def was_listed(
    acting: Acting,
    page: str,
    cases: Iterable[UUID] = (),
    *,
    action: str = "people.listed",
    words: str = "",
    filters: Iterable[str] = (),
    **about: Any,
) -> Entry:
    """Write the one entry for an answer that names several people (P11): which page, what it was narrowed by, whose
    cases it showed. With `words` it is a search, and `cases` are also those that it only counted.

    Of the words the journal keeps their number and a commitment under the instance's key: whoever holds the key can
    check a suspicion, and nobody can read what was looked for. `about` takes further codes and counts; `people` in it
    is how many are named where they have no case yet (rows of a list) or not all have one. Raises `Slowed` above the
    rate of names or look-ups; nothing is written then (P12).
    """
    named = list(cases)
    data: dict[str, Any] = {"page": page, "people": len(named), **about}
    if named:
        data["cases"] = [str(case) for case in named]
    if chosen := sorted(filters):
        data["filters"] = chosen
    with transaction.atomic():
        if words:
            data |= {"words": len(words.split()), "reason": acting.looking}
            entry = was_read(acting, "people.searched", changes={"words": (None, words)}, data=data)
            count_lookup(acting)
        else:
            entry = was_read(acting, action, data=data)
        count_names(acting, max(len(named), data["people"]))
        # A list names everybody; whoever looks somebody up or takes a list away means somebody (P12).
        if words or action != "people.listed":
            notice_canaries(acting, entry.action, named)
    return entry
