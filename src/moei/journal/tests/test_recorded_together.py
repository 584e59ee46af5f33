"""An action of many entries saves them in one go; the chain is the same as if each had been saved at once."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from moei.journal.ids import new_id
from moei.journal.models import Entry, Head
from moei.journal.record import Note, former_values, record, record_many, together
from moei.journal.verify import verify


def test_entries_recorded_together_chain_with_those_before_and_after(db, now):
    record(Note("thing.before"), now=now)
    with together():
        first = record(Note("thing.one"), now=now)
        record_many([Note("thing.two"), Note("thing.three")], now=now)
    record(Note("thing.after"), now=now)
    said = list(Entry.objects.order_by("seq").values_list("action", flat=True))
    assert said == ["thing.before", "thing.one", "thing.two", "thing.three", "thing.after"]
    assert verify().intact
    assert Entry.objects.get(seq=first.seq).hash == first.hash


def test_what_leaves_by_an_exception_records_nothing(db, now):
    record(Note("thing.before"), now=now)
    with pytest.raises(RuntimeError), together():
        record(Note("thing.lost"), now=now)
        raise RuntimeError
    assert Entry.objects.count() == 1 and Head.objects.get().seq == 1
    record(Note("thing.after"), now=now)
    assert verify().intact


def test_an_action_inside_another_joins_its_sheet(db, now):
    with together():
        record(Note("thing.outer"), now=now)
        with together():
            record(Note("thing.inner"), now=now)
        assert not Entry.objects.exists()
    assert Entry.objects.count() == 2 and verify().intact


def test_former_values_of_a_person_who_had_no_key_yet_can_be_read_afterwards(db, now):
    person = new_id()
    with together():
        entries = [
            record(Note("name.corrected", subject=person, changes={"name": (before, after)}), now=now)
            for before, after in (("Abel", "Abela"), ("Abela", "አበበ"))
        ]
    assert [former_values(entry) for entry in entries] == [{"name": "Abel"}, {"name": "Abela"}]


def test_five_entries_take_as_many_queries_as_one(db, now):
    def queries(entries: int) -> int:
        with CaptureQueriesContext(connection) as seen, together():
            for number in range(entries):
                record(Note(f"thing.done_{number}"), now=now)
        return len(seen)

    queries(1)
    assert queries(5) == queries(1)
