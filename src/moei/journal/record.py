"""Writing to the journal. Always inside the transaction of the change itself: both happen, or neither."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from moei.crypto import chain_hash, commitment, open_sealed, seal
from moei.journal import canonical
from moei.journal.ids import new_id
from moei.journal.keys import NOBODY, existing_key_of, keys_of
from moei.journal.models import Entry, FormerValue, Head

Changes = Mapping[str, tuple[object, object]]


@dataclass(frozen=True)
class Note:
    """What to write. `changes` maps a field to (before, after); `data` takes codes and counts, never names."""

    action: str
    kind: str = Entry.Kind.CHANGE
    actor: UUID | None = None
    agency: UUID | None = None
    release: UUID | None = None
    case: UUID | None = None
    subject: UUID | None = None
    happened_at: datetime | None = None
    changes: Changes = field(default_factory=dict)
    data: Mapping[str, Any] = field(default_factory=dict)


def record(note: Note, *, now: datetime) -> Entry:
    return record_many([note], now=now)[0]


def record_many(notes: Sequence[Note], *, now: datetime) -> list[Entry]:
    """Append many entries in order with a few queries. `now` is when they are recorded, UTC-aware."""
    if not notes:
        return []
    if (open_sheet := _sheet.get()) is not None:
        return open_sheet.append(notes, now)
    with transaction.atomic():
        sheet = _Sheet()
        entries = sheet.append(notes, now)
        sheet.save()
    return entries


@contextmanager
def together() -> Iterator[None]:
    """What is recorded inside is chained at once, and saved in one go at the end: for an action of many entries.

    It is a transaction, and the journal's head is held from the first entry to its end. Leaving by an exception
    saves nothing. Inside, no savepoint may be rolled back whose entries were recorded already, and the entries
    themselves cannot be read from the database yet.
    """
    if _sheet.get() is not None:
        yield
        return
    with transaction.atomic():
        sheet = _Sheet()
        token = _sheet.set(sheet)
        try:
            yield
        finally:
            _sheet.reset(token)
        sheet.save()


class _Sheet:
    """Entries that are chained to the head, which is held from the first of them on, and not saved yet."""

    def __init__(self) -> None:
        self.head: Head | None = None
        self.entries: list[Entry] = []
        self.former: list[FormerValue] = []
        self.keys: dict[UUID, bytes] = {}

    def append(self, notes: Sequence[Note], now: datetime) -> list[Entry]:
        if self.head is None:
            self.head, _ = Head.objects.select_for_update().get_or_create(id=1)
        self.keys |= keys_of(
            subject
            for subject in (note.subject or NOBODY for note in notes if note.changes)
            if subject not in self.keys
        )
        return [self._chain(self.head, note, now) for note in notes]

    def _chain(self, head: Head, note: Note, now: datetime) -> Entry:
        entry = Entry(
            seq=head.seq + 1,
            id=new_id(),
            recorded_at=now.astimezone(UTC),
            happened_at=(note.happened_at or now).astimezone(UTC),
            kind=note.kind,
            action=note.action,
            actor=note.actor,
            agency=note.agency,
            release=note.release,
            case=note.case,
            subject=note.subject,
            data=dict(note.data),
            previous=head.hash,
        )
        key = self.keys.get(note.subject or NOBODY, b"")
        entry.fields = {
            name: [_commit(key, name, before), _commit(key, name, after)]
            for name, (before, after) in note.changes.items()
        }
        entry.hash = entry_hash(entry)
        head.seq, head.hash = entry.seq, entry.hash
        self.entries.append(entry)
        self.former += [
            _former(entry, note.subject, key, name, before)
            for name, (before, _after) in note.changes.items()
            if note.subject and before not in (None, "")
        ]
        return entry

    def save(self) -> None:
        if self.head is None:
            return
        Entry.objects.bulk_create(self.entries, batch_size=500)
        FormerValue.objects.bulk_create(self.former, batch_size=500)
        self.head.save(update_fields=["seq", "hash"])


_sheet: ContextVar[_Sheet | None] = ContextVar("journal_sheet", default=None)


def entry_hash(entry: Entry) -> str:
    """The hash that chains an entry to the one before it, over everything the entry says."""
    return chain_hash(
        entry.previous,
        canonical.line(
            entry.seq,
            str(entry.id),
            entry.recorded_at.astimezone(UTC).isoformat(),
            entry.happened_at.astimezone(UTC).isoformat(),
            str(entry.kind),
            entry.action,
            _text(entry.actor),
            _text(entry.agency),
            _text(entry.release),
            _text(entry.case),
            _text(entry.subject),
            canonical.as_json(entry.fields),
            canonical.as_json(entry.data),
        ),
    )


def former_values(entry: Entry) -> dict[str, object]:
    """What the fields held before this entry. Raises `KeyDestroyed` once the person's key is gone."""
    rows = list(FormerValue.objects.filter(entry=entry.id))
    if not rows or entry.subject is None:
        return {}
    key = existing_key_of(entry.subject)
    return {
        row.field: json.loads(open_sealed(key, bytes(row.sealed), f"{entry.id}:{row.field}")) for row in rows
    }


def _commit(key: bytes, name: str, value: object) -> str:
    return "" if value in (None, "") else commitment(key, name, value)


def _former(entry: Entry, subject: UUID, key: bytes, name: str, value: object) -> FormerValue:
    plain = json.dumps(value, ensure_ascii=False, default=str).encode()
    return FormerValue(
        entry=entry.id,
        subject=subject,
        field=name,
        sealed=seal(key, plain, f"{entry.id}:{name}"),
    )


def _text(value: UUID | None) -> str | None:
    return str(value) if value else None
