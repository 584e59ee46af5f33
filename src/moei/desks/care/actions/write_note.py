"""A contact or a note in somebody's care. Notes are added, never changed."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from moei.access.acting import Acting, Invalid
from moei.access.journalled import changed
from moei.casefile.actions.record_event import TOLERANCE
from moei.casefile.models import Case
from moei.desks.care.models import CareNote
from moei.desks.care.working import begin

LONGEST = 8000  # letters


@transaction.atomic
def write_note(acting: Acting, case: Case, kind: str, *, words: str, at: datetime) -> CareNote:
    """`kind` is one of `CareNote.Kind`. Raises `Invalid` without words, and for a time to come."""
    begin(acting, case)
    if kind not in CareNote.Kind.values:
        raise Invalid({"kind": "Choose what it was."})
    if not words.strip() or len(words) > LONGEST:
        raise Invalid({"words": "Write down what was said or done, in a few sentences."})
    if at > acting.now + TOLERANCE:
        raise Invalid({"on": "This time is in the future. Check the date and the clock of this device."})
    note = CareNote.objects.create(
        case=case,
        kind=kind,
        words=words.strip(),
        happened_at=at,
        written_at=acting.now,
        written_by=acting.staff,
    )
    changed(
        acting,
        "care_note.written",
        case=case.id,
        subject=case.person_id,
        changes={"words": (None, note.words)},
        data={"note": str(note.pk), "kind": kind},
        happened_at=at,
    )
    return note
