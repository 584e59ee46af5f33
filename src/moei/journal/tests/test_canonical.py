"""An entry reads back from either database exactly as it was hashed, whatever scripts, times and codes it holds."""

from __future__ import annotations

import tracemalloc
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from moei.journal import canonical
from moei.journal.ids import new_id
from moei.journal.models import Entry
from moei.journal.record import Note, entry_hash, record, record_many
from moei.journal.verify import WORDED, verify

pytestmark = pytest.mark.django_db

# What PostgreSQL cannot store in JSON at all is refused long before (NUL, half of a pair of surrogates).
TEXT = st.text(st.characters(blacklist_categories=["Cs"], blacklist_characters="\x00"), max_size=12)
CODES = st.dictionaries(
    TEXT,
    TEXT | st.integers(-(2**53), 2**53) | st.booleans() | st.none() | st.lists(TEXT, max_size=3),
    max_size=4,
)
MOMENTS = st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=CODES, words=TEXT, happened=MOMENTS, recorded=MOMENTS, zone=st.integers(-12, 14))
def test_whatever_is_recorded_verifies(data, words, happened, recorded, zone):
    local = happened.astimezone(timezone(timedelta(hours=zone)))
    record(
        Note(
            "thing.done",
            actor=new_id(),
            subject=new_id(),
            happened_at=local,
            changes={"x": (words, "b")},
            data=data,
        ),
        now=recorded,
    )
    assert verify().intact


def test_the_line_of_a_stored_entry_is_the_line_it_was_hashed_by(now):
    entry = record(Note("thing.done", case=new_id(), data={"ข": [1, "é"]}), now=now)
    [(row, _line)] = canonical.rows(1, 1)
    assert row[-1] == entry.hash == entry_hash(Entry.objects.get(seq=1))


def test_a_journal_broken_from_end_to_end_is_told_in_flat_memory(below, now):
    record_many([Note("thing.done", data={"n": n}) for n in range(WORDED + 500)], now=now)
    below("UPDATE journal_entry SET action = 'nothing.happened'")
    tracemalloc.start()
    result = verify()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert (len(result.findings), result.more) == (WORDED, 500)
    assert peak < 20_000_000


def test_an_entry_before_the_first_is_named(five, below, now):
    Entry.objects.create(
        seq=-1, recorded_at=now, happened_at=now, kind="change", action="slipped.in", previous="", hash=""
    )
    assert (-1, "inserted") in {(finding.seq, finding.what) for finding in verify().findings}
