"""Custody: each act with who, when and why; nobody changes a line, and a changed byte is found."""

import pytest
from django.db import DatabaseError, connection, transaction

from moei.access.acting import Invalid, Refused
from moei.desks.evidence.actions.receive import About
from moei.desks.evidence.actions.record import correct_evidence, open_evidence
from moei.desks.evidence.actions.take import Which, take_copy
from moei.desks.evidence.actions.verify import verify_evidence
from moei.desks.evidence.models import Custody, Evidence
from moei.desks.evidence.storage import path_of
from moei.journal import triggers
from moei.journal.models import Entry
from moei.journal.verify import verify

Act = Custody.Act


def test_it_is_hashed_again_and_the_answer_is_written_down(receive, acting, niran):
    piece = receive(b"as it was").evidence
    row = verify_evidence(acting(niran), piece)
    assert (row.act, row.sha256, row.by, row.agency) == (Act.VERIFIED, piece.sha256, niran, niran.agency)
    assert Entry.objects.get(seq=row.entry).action == "evidence.verified"


@pytest.mark.parametrize("how", ["a changed bit", "cut off", "gone", "replaced"])
def test_a_touched_file_is_found(receive, acting, niran, how):
    piece, other = receive(b"as it was" * 1000).evidence, receive(b"another").evidence
    path = path_of(piece.id)
    kept = path.read_bytes()
    if how == "gone":
        path.unlink()
    else:
        touched = {
            "a changed bit": kept[:-1] + bytes([kept[-1] ^ 1]),
            "cut off": kept[:-20],
            "replaced": path_of(other.id).read_bytes(),
        }
        path.write_bytes(touched[how])
    row = verify_evidence(acting(niran), piece)
    assert (row.act, row.sha256) == (Act.BROKEN, "")


def test_p11_no_line_is_changed_or_removed_and_the_journal_notices_missing_triggers(receive):
    piece = receive(b"x").evidence
    row = piece.custody.first()
    for change in (
        lambda: Custody.objects.filter(pk=row.pk).update(why="another"),
        lambda: Custody.objects.filter(pk=row.pk)._raw_delete("default"),
        row.save,
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()
    assert not triggers.missing(connection)
    assert any("evidence_custody" in name for name in triggers._expected(connection.vendor))


def test_p18_the_chain_of_the_journal_holds_with_every_act(receive, photo, acting, niran):
    piece = receive(photo).evidence
    open_evidence(acting(niran), piece)
    verify_evidence(acting(niran), piece)
    list(
        take_copy(acting(niran), piece, Which.WORKING, why="to look at the number plate", departure="D000001")
    )
    found = verify()
    assert found.intact and not found.unprotected


def test_a_record_is_corrected_with_a_reason_and_what_stood_there_stays(receive, acting, niran, add_case):
    piece = receive(b"x", source="S-41").evidence
    right = About("S-14", Evidence.Obtained.SEIZED, None, "the wages of March")
    with pytest.raises(Invalid):
        correct_evidence(acting(niran), piece, right, reason=" ")
    with pytest.raises(Invalid):
        correct_evidence(acting(niran), piece, right, reason=f"told by {add_case('Khamla').number}")
    change = correct_evidence(acting(niran), piece, right, reason="digits swapped")
    assert change.fields["source"] == ["S-41", "S-14"]
    assert piece.custody.get(act=Act.CORRECTED).why == "digits swapped"
    piece.refresh_from_db()
    assert correct_evidence(acting(niran), piece, right, reason="again") is None
    assert piece.sha256 and piece.source == "S-14"


def test_nobody_takes_a_copy_without_saying_why(receive, photo, acting, niran, anong):
    piece = receive(photo).evidence
    with pytest.raises(Invalid):
        take_copy(acting(niran), piece, Which.WORKING, why=" ", departure="D000001")
    with pytest.raises(Refused):
        take_copy(acting(anong), piece, Which.WORKING, why="curious", departure="D000001")
    assert not piece.custody.filter(act=Act.WORKING).exists()


def test_a_working_copy_that_there_is_not_cannot_be_taken(receive, acting, niran):
    piece = receive(b"RIFF\0\0\0\0WAVE" + b"x" * 99).evidence
    with pytest.raises(Invalid):
        take_copy(acting(niran), piece, Which.WORKING, why="to listen", departure="D000001")
    assert b"".join(take_copy(acting(niran), piece, Which.ORIGINAL, why="to listen", departure="D000001"))


def test_the_numbers_of_two_releases_do_not_meet(receive, acting, niran, release, site):
    from dataclasses import replace

    from moei.access.models import Release

    receive(b"x")
    other = Release.objects.create(code="other", name="Other", began_at=release.began_at, site=site)
    with pytest.raises(Refused):
        verify_evidence(replace(acting(niran), release=other), Evidence.objects.get())
