"""Evidence goes when its time is over, unless somebody has a right to it: its hash and its custody stay (P18)."""

from __future__ import annotations

import io
from datetime import date, timedelta

import pytest

from moei.access.acting import Invalid
from moei.desks.evidence.actions.receive import About, receive_evidence
from moei.desks.evidence.actions.record import correct_evidence
from moei.desks.evidence.actions.verify import verify_evidence
from moei.desks.evidence.models import Custody, Evidence
from moei.desks.evidence.storage import arrive
from moei.journal.models import Entry
from moei.journal.verify import verify
from moei.retention.actions.hold import put_hold
from moei.retention.rules import current_rules
from moei.retention.selectors.due import due

pytestmark = pytest.mark.django_db
OLD = timedelta(days=10 * 366)


@pytest.fixture
def piece(folder, acting, niran) -> Evidence:
    about = About("S-014", Evidence.Obtained.HANDED, description="the wages of Khamla")
    piece = receive_evidence(acting(niran), arrive(io.BytesIO(b"wages"), "Khamla.txt"), about).evidence
    correct_evidence(
        acting(niran), piece, About("S-014", Evidence.Obtained.SEIZED), reason="as the record says"
    )
    return piece


def test_p18_it_is_kept_for_ten_years(piece, release, now):
    assert "evidence" not in due(release, current_rules(), now=now + timedelta(days=3600)).counts
    assert due(release, current_rules(), now=now + OLD).counts["evidence"] == 1


def test_p18_then_the_file_its_key_and_its_words_go_and_hash_and_custody_stay(
    piece, erase, folder, acting, niran, dej, somsak, release, now
):
    before = list(piece.custody.values_list("act", flat=True))
    run = erase(OLD)
    assert run.done["evidence"] == 1
    left = Evidence.objects.select_related("working").get(pk=piece.pk)
    assert (left.key, left.working.key, left.name, left.description) == (None, None, "", "")
    assert left.sha256 == piece.sha256 and not left.changes.exists()
    assert not [path for path in (folder / "evidence").rglob("*") if path.is_file()]
    acts = list(left.custody.order_by("entry").values_list("act", flat=True))
    assert sorted(acts) == sorted([*before, "destroyed"]) and acts[-1] == "destroyed"
    last = left.custody.get(act=Custody.Act.DESTROYED)
    assert last.by == somsak and dej.name in last.why and verify().intact
    with pytest.raises(Invalid):
        verify_evidence(acting(niran), left)
    assert "evidence" not in due(release, current_rules(), now=now + OLD).counts, "once is enough"


def test_p18_what_was_said_when_it_was_given_twice_goes_with_it(piece, erase, acting, niran):
    said = "from the telephone of Khamla"
    for name, words in (("b.txt", said), ("c.txt", "")):
        about = About("S-015", Evidence.Obtained.HANDED, description=words)
        received = receive_evidence(acting(niran), arrive(io.BytesIO(b"wages"), name), about)
        assert received.again and received.evidence == piece
    assert said in str(list(piece.changes.values_list("fields", flat=True)))
    erase(OLD)
    left = Evidence.objects.get(pk=piece.pk)
    again = left.custody.filter(act=Custody.Act.AGAIN)
    assert [row.why for row in again] == ["S-015", "S-015"] and not left.changes.exists()
    assert not [row for row in left.custody.all() if "Khamla" in f"{row.why} {row.to_whom}"]
    assert "Khamla" not in str(list(Entry.objects.values_list("data", flat=True)))
    assert verify().intact


def test_p18_a_destroyed_piece_may_be_given_again(piece, erase, acting, niran):
    erase(OLD)
    again = receive_evidence(
        acting(niran), arrive(io.BytesIO(b"wages"), "b.txt"), About("S-2", Evidence.Obtained.HANDED)
    )
    assert not again.again and str(again.evidence) == "E-0002"


def test_p18_a_legal_hold_on_any_case_keeps_it(piece, acting, somsak, dej, add_case, release, now):
    case = add_case("Khamla Invented")
    why = "The criminal court of Mae Sot asks for this file."
    put_hold(acting(somsak), number=case.number, reason=why, until=date(2040, 1, 1))
    found = due(release, current_rules(), now=now + OLD)
    assert "evidence" not in found.counts and found.held["evidence"] == 1
