"""What is left of a piece of evidence that retention takes away: its number, its hash, and its custody (P18)."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from moei.access.models import Staff
from moei.desks.evidence.custody import CODES, Act
from moei.desks.evidence.models import Custody, Evidence, EvidenceChange, WorkingCopy
from moei.desks.evidence.storage import path_of, working_path_of
from moei.journal.ids import new_id
from moei.journal.models import Entry
from moei.journal.record import Note, record


def forget_evidence(piece: Evidence, *, by: Staff, why: str, now: datetime) -> list[Path]:
    """Inside a transaction that has locked the release: the keys go, and what the record says in words.

    Returns the files, which open nowhere any more and have to be removed behind the transaction. `by` is the second
    of the two who agreed.
    """
    # Whoever makes the working copy at this moment has done so, or finds the piece destroyed.
    Evidence.objects.select_for_update(no_key=True).get(pk=piece.pk)
    files = [path_of(piece.id)]
    copy = WorkingCopy.objects.filter(evidence=piece, key__isnull=False).first()
    if copy is not None:
        files.append(working_path_of(piece.id))
        copy.key = None
        copy.save(update_fields=["key"])
    EvidenceChange.objects.filter(evidence=piece).delete()
    piece.key, piece.destroyed_at, piece.name, piece.description = None, now, "", ""
    piece.save(update_fields=["key", "destroyed_at", "name", "description"])
    row = Custody(
        id=new_id(),
        evidence=piece,
        act=Act.DESTROYED,
        at=now,
        by=by,
        agency=by.agency,
        why=why[:300],
        sha256=piece.sha256,
    )
    data = {"evidence": str(piece.id), "number": str(piece), "custody": str(row.id), "sha256": piece.sha256}
    note = Note(
        CODES[Act.DESTROYED],
        kind=Entry.Kind.CHANGE,
        actor=by.id,
        agency=by.agency_id,
        release=piece.release_id,
        data=data,
    )
    row.entry = record(note, now=now).seq
    row.save(force_insert=True)
    return files
