"""Writing to the journal. Always inside the transaction of the change itself: both happen, or neither."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
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
    with transaction.atomic():
        head, _ = Head.objects.select_for_update().get_or_create(id=1)
        keys = keys_of(note.subject or NOBODY for note in notes if note.changes)
        entries, former = [], []
        seq, previous = head.seq, head.hash
        for note in notes:
            seq += 1
            entry = Entry(
                seq=seq,
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
                previous=previous,
            )
            key = keys.get(note.subject or NOBODY, b"")
            entry.fields = {
                name: [_commit(key, name, before), _commit(key, name, after)]
                for name, (before, after) in note.changes.items()
            }
            entry.hash = previous = entry_hash(entry)
            entries.append(entry)
            former += [
                _former(entry, note.subject, key, name, before)
                for name, (before, _after) in note.changes.items()
                if note.subject and before not in (None, "")
            ]
        Entry.objects.bulk_create(entries, batch_size=500)
        FormerValue.objects.bulk_create(former, batch_size=500)
        head.seq, head.hash = seq, previous
        head.save(update_fields=["seq", "hash"])
    return entries


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
