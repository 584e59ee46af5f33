"""P19: the operator of the server owns the database, drops the triggers and computes every hash anew.

An anchor that somebody else kept finds it, and says where.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction

from moei.crypto import SigningKey, SigningKeyError
from moei.journal import triggers
from moei.journal.anchors import SignedHead, sign_head, signing_key, signing_key_path
from moei.journal.ids import new_id
from moei.journal.models import Anchor, Entry, Head
from moei.journal.record import Note, entry_hash, record, record_many
from moei.journal.verify import verify

pytestmark = pytest.mark.django_db


@pytest.fixture
def kept(five, now) -> list[SignedHead]:
    """Anchors over 3 and over 5 entries that the oversight body keeps, and nothing of them in this database."""
    third = Entry.objects.get(seq=3)
    anchors = [SignedHead.of(sign_head(now + timedelta(hours=1)))]
    key = SigningKey.load(signing_key_path())
    early = SignedHead(anchors[0].instance, 3, third.hash, now, key.key_id)
    return [replace(early, signature=key.sign(early.message())), *anchors]


def rehash(below, first: int) -> None:
    """What an operator who knows the program does: every hash from `first` on, and the head, fit again."""
    entries = list(Entry.objects.filter(seq__gte=first - 1).order_by("seq"))
    previous = entries.pop(0).hash if first > 1 else ""
    for entry in entries:
        entry.previous = previous
        previous = entry.hash = entry_hash(entry)
        below(
            "UPDATE journal_entry SET previous = %s, hash = %s WHERE seq = %s",
            entry.previous,
            entry.hash,
            entry.seq,
        )
    last = Entry.objects.order_by("-seq").first()
    below("UPDATE journal_head SET seq = %s, hash = %s", last.seq, last.hash)


def forget_anchors(below) -> None:
    below("DELETE FROM journal_anchor")


def found(*anchors: SignedHead) -> list[tuple[int, str]]:
    return [(finding.seq, finding.what) for finding in verify(anchors=anchors).findings]


def test_p19_an_untouched_journal_fits_its_anchors(kept):
    result = verify(anchors=kept)
    assert result.intact
    assert result.anchors == 3, "two that others kept, and our own"


def test_p19_an_entry_changed_with_all_hashes_computed_anew_is_found(kept, below):
    forget_anchors(below)
    below("UPDATE journal_entry SET action = 'nothing.happened' WHERE seq = 4")
    rehash(below, 4)
    assert found() == [], "the chain alone does not tell"
    assert found(*kept) == [(5, "rewritten")]
    assert "entries between 4 and 5 were written anew" in verify(anchors=kept).findings[0].words


def test_p19_a_changed_entry_before_two_anchors_is_named_by_the_first(kept, below):
    forget_anchors(below)
    below("UPDATE journal_entry SET action = 'nothing.happened' WHERE seq = 1")
    rehash(below, 1)
    assert found() == []
    assert found(*kept) == [(3, "rewritten"), (5, "rewritten")]
    assert "entries between 1 and 3" in verify(anchors=kept).findings[0].words


def test_p19_an_entry_removed_and_the_rest_moved_up_is_found(kept, below):
    forget_anchors(below)
    below("DELETE FROM journal_entry WHERE seq = 2")
    for seq in (3, 4, 5):
        below("UPDATE journal_entry SET seq = %s WHERE seq = %s", seq - 1, seq)
    rehash(below, 2)
    assert found() == []
    assert found(*kept) == [(3, "rewritten"), (5, "rolled_back")]


def test_p19_entries_that_changed_places_with_new_hashes_are_found(kept, below):
    forget_anchors(below)
    for old, new in ((4, 99), (5, 4), (99, 5)):
        below("UPDATE journal_entry SET seq = %s WHERE seq = %s", new, old)
    rehash(below, 4)
    assert found() == []
    assert found(*kept) == [(5, "rewritten")]


def test_p19_an_entry_slipped_in_with_new_hashes_is_found(kept, below, now):
    forget_anchors(below)
    for seq in (5, 4, 3):
        below("UPDATE journal_entry SET seq = %s WHERE seq = %s", seq + 1, seq)
    Entry.objects.create(
        seq=3, recorded_at=now, happened_at=now, kind="change", action="slipped.in", previous="", hash=""
    )
    rehash(below, 3)
    assert found() == []
    assert found(*kept) == [(3, "rewritten"), (5, "rewritten")]


def test_p19_an_end_cut_off_together_with_the_head_is_found(kept, below):
    forget_anchors(below)
    below("DELETE FROM journal_entry WHERE seq > 3")
    rehash(below, 3)
    assert found() == []
    assert found(*kept) == [(4, "rolled_back")]
    assert "ends at 3" in verify(anchors=kept).findings[0].words


def test_p19_an_older_copy_that_was_put_back_is_found(kept, below):
    """A copy of the whole journal, taken when it had three entries, stands where the present one stood."""
    old = list(Entry.objects.filter(seq__lte=3).values())
    below("DELETE FROM journal_anchor")
    below("DELETE FROM journal_entry")
    Entry.objects.bulk_create(Entry(**row) for row in old)
    below("UPDATE journal_head SET seq = 3, hash = %s", old[-1]["hash"])
    assert found() == []
    assert found(*kept) == [(4, "rolled_back")]


def test_p19_an_older_copy_that_went_on_until_it_was_long_enough_is_found(kept, below, now):
    forget_anchors(below)
    below("DELETE FROM journal_entry WHERE seq > 3")
    rehash(below, 3)
    record_many([Note(f"other.things_{n}") for n in range(7)], now=now)
    assert found() == []
    assert found(*kept) == [(5, "rewritten")]


def test_p19_an_empty_journal_in_place_of_the_old_one_is_found(kept, below):
    below("DELETE FROM journal_anchor")
    below("DELETE FROM journal_entry")
    below("DELETE FROM journal_head")
    assert found() == []
    assert {what for _seq, what in found(*kept)} == {"other_journal"}


def test_p19_our_own_anchors_find_it_too_when_nobody_brings_one(kept, below):
    below("UPDATE journal_entry SET action = 'nothing.happened' WHERE seq = 4")
    rehash(below, 4)
    assert found() == [(5, "rewritten")]


def test_p19_an_anchor_made_with_a_key_of_the_operators_own_is_not_trusted(kept, below, tmp_path):
    """He rewrites, throws the key away, and hands out anchors of a new one as if they had always been it."""
    handed_over = dict(SigningKey.load(signing_key_path()).public)
    below("UPDATE journal_entry SET action = 'nothing.happened' WHERE seq = 4")
    rehash(below, 4)
    below("DELETE FROM journal_anchor")
    signing_key_path().unlink()
    forged = SignedHead.of(sign_head(kept[0].signed_at))
    result = verify(anchors=[forged], public=handed_over)
    assert {finding.what for finding in result.findings} == {"unsigned"}
    assert "rewritten" in {finding.what for finding in verify(anchors=kept, public=handed_over).findings}


@pytest.mark.parametrize(
    "field,value", [("seq", 4), ("hash", "0" * 64), ("signature", "AAAA"), ("key", "1" * 32)]
)
def test_p19_a_changed_anchor_is_no_longer_signed(kept, field, value):
    assert found(replace(kept[1], **{field: value})) == [(value if field == "seq" else 5, "unsigned")]


def test_p19_an_anchor_of_another_journal_is_named(kept, below):
    foreign = replace(kept[1], instance=new_id())
    assert found(foreign) == [(5, "other_journal")]


def test_p19_a_lost_key_is_not_silently_another_one(kept):
    signing_key_path().unlink()
    with pytest.raises(SigningKeyError, match="missing"):
        signing_key()


def test_p19_after_a_new_key_the_old_anchors_still_verify(kept, now):
    SigningKey.replace(signing_key_path())
    later = SignedHead.of(sign_head(now + timedelta(hours=2)))
    assert later.key != kept[1].key
    assert verify(anchors=[*kept, later]).intact


def test_p19_an_anchor_survives_paper_and_files(kept):
    assert SignedHead.read(kept[1].text()) == kept[1]
    groups = " ".join(kept[1].hash[i : i + 4] for i in range(0, 64, 4))
    typed = SignedHead.typed(f"5 {groups}", kept[1].instance, kept[1].signed_at)
    assert found(typed) == []
    assert found(replace(typed, hash="f" * 64)) == [(5, "rewritten")]


def test_p19_missing_triggers_are_named(five, below):
    assert verify().unprotected == tuple(triggers.missing(connection)) != ()


def test_p19_with_the_triggers_in_place_nothing_is_unprotected(five):
    assert verify().unprotected == ()


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE journal_head SET seq = 3",
        "UPDATE journal_head SET seq = 6",
        "UPDATE journal_head SET hash = 'x'",
        "DELETE FROM journal_head",
        "UPDATE journal_anchor SET seq = 1",
        "DELETE FROM journal_anchor",
    ],
)
def test_p19_the_database_itself_refuses_to_move_the_head_or_touch_an_anchor(kept, sql):
    with pytest.raises(DatabaseError, match="journal"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)
    assert (Head.objects.get().seq, Anchor.objects.count()) == (5, 1)


def test_p19_the_database_itself_refuses_an_entry_before_the_head(five, now):
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        Entry.objects.create(
            seq=0, recorded_at=now, happened_at=now, kind="change", action="slipped.in", previous="", hash=""
        )
    record(Note("goes.on"), now=now)
    assert verify().intact
