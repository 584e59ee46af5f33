"""Whoever goes below the program and touches the journal is found out, and the entry is named (P19's foundation)."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from django.db import DatabaseError, transaction

from moei.journal.models import Entry, Head
from moei.journal.record import Note, entry_hash, record
from moei.journal.verify import verify

pytestmark = pytest.mark.django_db


def test_an_untouched_journal_is_intact(five):
    result = verify()
    assert result.intact
    assert result.entries == 5


def test_who_writes_during_the_check_is_no_finding(five, now, monkeypatch):
    class WrittenMeanwhile:
        """Between reading the head and walking the chain, somebody else's entry is committed."""

        @staticmethod
        def filter(**which):
            head = Head.objects.get(**which)
            record(Note("thing.done_6"), now=now)
            return SimpleNamespace(first=lambda: head)

    monkeypatch.setattr("moei.journal.verify.Head", SimpleNamespace(objects=WrittenMeanwhile))
    assert verify().findings == ()


def test_a_changed_entry_is_found_and_named(five, below):
    below("UPDATE journal_entry SET action = 'nothing.happened' WHERE seq = 3")
    assert [(finding.seq, finding.what) for finding in verify().findings] == [(3, "changed")]


@pytest.mark.parametrize("column", ["recorded_at", "happened_at"])
def test_a_changed_time_is_found(five, below, column):
    below(f"UPDATE journal_entry SET {column} = '2020-01-01 00:00:00+00:00' WHERE seq = 2")
    assert [(finding.seq, finding.what) for finding in verify().findings] == [(2, "changed")]


def test_changed_codes_are_found(five, below):
    below("""UPDATE journal_entry SET data = '{"n": 99}' WHERE seq = 4""")
    assert [(finding.seq, finding.what) for finding in verify().findings] == [(4, "changed")]


def test_an_entry_changed_together_with_its_hash_breaks_the_next_one(five, below):
    entry = Entry.objects.get(seq=3)
    entry.action = "nothing.happened"
    below("UPDATE journal_entry SET action = %s, hash = %s WHERE seq = 3", entry.action, entry_hash(entry))
    assert [(finding.seq, finding.what) for finding in verify().findings] == [(4, "reordered")]


def test_a_removed_entry_is_found_and_named(five, below):
    below("DELETE FROM journal_entry WHERE seq = 3")
    finding = verify().findings[0]
    assert (finding.seq, finding.what) == (3, "removed")
    assert "entry 3" in finding.words


def test_several_removed_entries_are_named_as_a_range(five, below):
    below("DELETE FROM journal_entry WHERE seq IN (2, 3)")
    assert "entries 2 to 3" in verify().findings[0].words


def test_entries_that_changed_places_are_found(five, below):
    below("UPDATE journal_entry SET seq = 99 WHERE seq = 2")
    below("UPDATE journal_entry SET seq = 2 WHERE seq = 3")
    below("UPDATE journal_entry SET seq = 3 WHERE seq = 99")
    found = {(finding.seq, finding.what) for finding in verify().findings}
    assert (2, "reordered") in found and (3, "reordered") in found


def test_a_journal_cut_off_at_its_end_is_found(five, below):
    below("DELETE FROM journal_entry WHERE seq > 3")
    assert [(finding.seq, finding.what) for finding in verify().findings] == [(4, "truncated")]


def test_an_entry_added_behind_the_head_is_found(five, below, now):
    last = Entry.objects.get(seq=5)
    Entry.objects.create(
        seq=6,
        recorded_at=now,
        happened_at=now,
        kind="change",
        action="slipped.in",
        previous=last.hash,
        hash="0" * 64,
    )
    assert {finding.seq for finding in verify().findings} == {6}


def test_a_lost_head_is_found(five, below):
    below("DELETE FROM journal_head")
    assert not verify().intact


def test_the_database_refuses_to_change_an_entry(five):
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        Entry.objects.filter(seq=2).update(action="nothing.happened")
    assert verify().intact


def test_the_database_refuses_to_remove_an_entry(five):
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        Entry.objects.filter(seq=2).delete()
    assert Entry.objects.count() == 5


def test_numbers_are_consecutive_over_several_writers(five, now):
    record(Note("one.more"), now=now)
    assert list(Entry.objects.values_list("seq", flat=True)) == [1, 2, 3, 4, 5, 6]
    assert Head.objects.get().seq == 6


def test_a_change_that_is_rolled_back_leaves_no_entry(five, now):
    with pytest.raises(RuntimeError), transaction.atomic():
        record(Note("half.done"), now=now)
        raise RuntimeError
    assert Entry.objects.count() == 5
    assert verify().intact


def test_memory_is_told_of_progress(five):
    seen = []
    verify(progress=lambda done, total: seen.append((done, total)))
    assert seen[-1] == (5, 5)
