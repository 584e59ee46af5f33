"""Notes handed over from shift to shift: sealed, without names, and read by the next one before it begins."""

from __future__ import annotations

import re

from django.db import transaction
from django.db.models import QuerySet

from moei.access.acting import Acting, Invalid
from moei.access.decide import require
from moei.access.journalled import changed, was_read
from moei.crypto import open_sealed, seal
from moei.desks.shelter import selectors
from moei.desks.shelter.locking import standing
from moei.desks.shelter.models import Place, ShiftNote, Stay
from moei.journal.keys import existing_key_of, key_of

LONGEST = 4000
_LETTERS = 3


@transaction.atomic
def write_note(acting: Acting, place: Place, words: str) -> ShiftNote:
    """Raises `Invalid` for a note that names somebody whom the writer may read: a bed's number says enough."""
    require(acting, "place.keep")
    text = words.strip()
    if not text:
        raise Invalid({"words": "Write what the next shift has to know."})
    if len(text) > LONGEST:
        raise Invalid({"words": "Keep it to 4000 letters."})
    people = Stay.objects.filter(standing(acting.now), place=place).values_list("case__person_id", flat=True)
    shown = selectors.shown_cases(acting, set(people))
    said = {word for word in re.findall(r"\w+", text.casefold()) if len(word) >= _LETTERS}
    names = {
        part
        for case in shown.values()
        for name in (case.person.name, case.person.name_native, case.number)
        for part in re.findall(r"\w+", name.casefold())
        if len(part) >= _LETTERS and not part.isdigit()
    }
    if said & names or any(case.number in text for case in shown.values()):
        raise Invalid({"words": "A name or a case number is in it. Write the number of the bed instead."})
    note = ShiftNote(place=place, written_at=acting.now, written_by=acting.staff)
    note.sealed_words = seal(key_of(place.id), text.encode(), _context(note))
    note.save(force_insert=True)
    changed(acting, "shift.note_written", data={"place": str(place.id), "note": str(note.id)})
    return note


@transaction.atomic
def take_over(acting: Acting, note: ShiftNote) -> None:
    """Somebody of the next shift has read it. Whoever wrote it cannot say so."""
    require(acting, "shelter.view")
    rows: QuerySet[ShiftNote] = ShiftNote.objects.select_for_update(no_key=True)
    row = rows.get(pk=note.pk)
    if row.written_by_id == acting.staff.pk:
        raise Invalid("You wrote this. Somebody of the next shift says that it was read.")
    if row.taken_at is not None:
        raise Invalid("This note was taken over already.")
    row.taken_at, row.taken_by = acting.now, acting.staff
    row.save(update_fields=["taken_at", "taken_by"])
    changed(acting, "shift.note_taken", data={"place": str(row.place_id), "note": str(row.id)})


def read_notes(acting: Acting, place: Place) -> list[tuple[ShiftNote, str]]:
    """The last notes of a place with their words, those that nobody has taken over first. The reading is journalled."""
    require(acting, "shelter.view")
    rows = list(
        ShiftNote.objects.filter(place=place)
        .select_related("written_by", "taken_by")
        .order_by("-written_at")[:30]
    )
    if not rows:
        return []
    was_read(acting, "shift.notes_read", data={"place": str(place.id), "notes": len(rows)})
    key = existing_key_of(place.id)
    found = [(row, open_sealed(key, bytes(row.sealed_words), _context(row)).decode()) for row in rows]
    return sorted(found, key=lambda one: one[0].taken_at is not None)


def _context(note: ShiftNote) -> str:
    return f"shift-note:{note.id}"
