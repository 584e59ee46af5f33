"""What the health service found: sealed under the person's key, read by the health service alone."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db import transaction

from moei.access.acting import Acting, Invalid
from moei.access.decide import require
from moei.access.journalled import changed, was_read
from moei.casefile.actions.record_event import lock_together
from moei.casefile.folding import joined_into, standing_case
from moei.casefile.models import Case
from moei.crypto import open_sealed, seal
from moei.desks.care.models import MedicalNote
from moei.journal.keys import existing_key_of, key_of

LONGEST = 20_000  # letters


@dataclass(frozen=True)
class Opened:
    """A note with its words; "" where nothing but the visit was written down."""

    note: MedicalNote
    words: str


@transaction.atomic
def write_medical_note(
    acting: Acting, case: Case, *, words: str, seen_on: date, by_doctor: bool
) -> MedicalNote:
    """Others learn only that the person was seen, and on which day. Raises `Invalid` for a day to come, without words
    where no doctor saw the person, and in a file that was joined into another."""
    require(acting, "medical.record", case)
    lock_together([case.person_id])
    if standing_case(case).pk != case.pk:
        raise Invalid("This case file was joined into another one. Open that one.")
    if seen_on > case.site.day_of(acting.now):
        raise Invalid({"seen_on": "This day has not come yet."})
    if not words.strip() and not by_doctor:
        raise Invalid({"words": "Write down what was found, or that a doctor saw the person."})
    if len(words) > LONGEST:
        raise Invalid({"words": "This is too long for one note. Divide it."})
    note = MedicalNote(
        case=case, seen_on=seen_on, by_doctor=by_doctor, written_at=acting.now, written_by=acting.staff
    )
    if words.strip():
        note.sealed = seal(key_of(case.person_id), json.dumps(words.strip()).encode(), _context(note))
    note.save(force_insert=True)
    changed(
        acting,
        "medical_note.written",
        case=case.id,
        subject=case.person_id,
        changes={"words": (None, words.strip() or None)},
        data={"note": str(note.pk), "by_doctor": by_doctor},
    )
    return note


@transaction.atomic
def read_medical_notes(acting: Acting, case: Case) -> Sequence[Opened]:
    """All notes of the person, the latest first; the reading is journalled by itself (P11)."""
    require(acting, "medical.read", case)
    people = joined_into([case.person_id])[case.person_id]
    found = MedicalNote.objects.filter(case__person__in=people).select_related("case", "written_by__agency")
    notes = list(found.order_by("-seen_on", "-written_at"))
    was_read(
        acting,
        "medical_notes.read",
        case=case.id,
        subject=case.person_id,
        data={"notes": [str(note.pk) for note in notes]},
    )
    keys = {person: existing_key_of(person) for person in {n.case.person_id for n in notes if n.sealed}}
    return [
        Opened(
            note,
            str(json.loads(open_sealed(keys[note.case.person_id], bytes(note.sealed), _context(note))))
            if note.sealed
            else "",
        )
        for note in notes
    ]


def _context(note: MedicalNote) -> str:
    return f"medical-note:{note.id}:words"
