"""A list is read, staged, checked, taken in: once, with its problems, all rows or none."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import DatabaseError

from moei.access.acting import Invalid, Refused
from moei.casefile.models import Case, CaseEvent, SourceRecord
from moei.desks.arrivals.actions.commit_import import commit_import
from moei.desks.arrivals.actions.correct_import import correct_import
from moei.desks.arrivals.actions.upload_list import upload_list
from moei.desks.arrivals.models import ColumnCorrection, ListImport, StagedRows
from moei.desks.arrivals.tests.workbooks import HEAD, PEOPLE, RECEIVED, TRANSFER, workbook
from moei.engines.lists import ListKind
from moei.engines.lists.tests.test_pdf import PEOPLE as PDF_PEOPLE
from moei.engines.lists.tests.test_pdf import made

pytestmark = pytest.mark.django_db


@pytest.fixture
def upload(anong, acting):
    def send(
        data: bytes | None = None, *, name: str = "received.xlsx", sender: str = "Border police", **about
    ):
        return upload_list(acting(anong), name, workbook() if data is None else data, sender, **about)

    return send


def test_a_list_is_staged_with_what_was_understood(upload):
    imp = upload()
    assert (imp.state, imp.kind, imp.rows) == ("staged", "handover", 5)
    assert imp.reading["kind_reason"]
    assert [column["meaning"] for column in imp.reading["sheets"][0]["columns"]][1:3] == ["name", "sex"]
    assert SourceRecord.objects.count() == 0


def test_the_same_bytes_again_change_nothing(upload):
    first = upload()
    again = upload(name="another name.xlsx", sender="Somebody else")
    assert again.pk == first.pk
    assert ListImport.objects.count() == 1
    assert ListImport.objects.get().sender == "Border police"


def test_the_same_bytes_can_come_again_after_an_undo(upload, anong, acting):
    from moei.desks.arrivals.actions.undo_import import undo_import

    first = upload()
    undo_import(acting(anong), first, reason="Wrong file")
    assert upload().pk != first.pk


def test_committing_makes_case_files_and_starts_the_clocks(upload, anong, acting, release):
    imp = upload()
    done = commit_import(acting(anong), imp)
    assert done.records == 5
    assert done.list_import.state == "committed"
    assert Case.objects_unchecked.filter(hidden=False).count() == 5
    handed_over = CaseEvent.objects.filter(kind="handed_over")
    assert {event.happened_at for event in handed_over} == {release.began_at}
    assert not StagedRows.objects.exists()


def test_committing_twice_writes_once(upload, anong, acting):
    imp = upload()
    commit_import(acting(anong), imp)
    again = commit_import(acting(anong), imp)
    assert again.records == 0
    assert SourceRecord.objects.count() == 5


def test_rows_with_problems_go_in_with_their_problems(upload, anong, acting):
    people = [*PEOPLE, (6, "", "M", "31.31.2000", "Atlantis", "EP9999999")]
    imp = upload(workbook(people))
    assert imp.reading["rows_with_problems"] == 1
    commit_import(acting(anong), imp)
    record = SourceRecord.objects.get(document_number="EP9999999")
    assert record.problems == imp.reading["problem_rows"][0]["problems"]
    assert SourceRecord.objects.count() == 6


def test_all_rows_go_in_or_none(upload, anong, acting, monkeypatch):
    imp = upload()

    def fail(*_args, **_about):
        raise DatabaseError("the disk is full")

    monkeypatch.setattr("moei.desks.arrivals.actions.commit_import.changed", fail)
    with pytest.raises(DatabaseError):
        commit_import(acting(anong), imp)
    assert SourceRecord.objects.count() == 0
    imp.refresh_from_db()
    assert imp.state == "staged"


def test_a_handover_in_the_future_is_refused(upload, anong, acting, now):
    imp = upload()
    with pytest.raises(Invalid, match="future"):
        commit_import(acting(anong), imp, now + timedelta(days=1))


def test_two_lists_of_the_same_people_become_one_case_file_each(upload, anong, acting):
    commit_import(acting(anong), upload())
    commit_import(
        acting(anong), upload(workbook(title=TRANSFER), name="transfer.xlsx", sender="The other side")
    )
    assert SourceRecord.objects.count() == 10
    assert Case.objects_unchecked.filter(hidden=False).count() == 5


def test_the_kind_can_be_corrected(upload, anong, acting):
    imp = correct_import(acting(anong), upload(), kind=ListKind.TRANSFERRING)
    assert (imp.kind, imp.kind_corrected) == ("transferring", True)
    commit_import(acting(anong), imp)
    assert set(SourceRecord.objects.values_list("kind", flat=True)) == {"transferring"}


def test_a_corrected_column_is_read_again_and_remembered_for_the_sender(upload, anong, acting):
    head = [*HEAD[:5], "Zq"]
    imp = upload(workbook(head=head))
    key = imp.reading["sheets"][0]["columns"][5]["key"]
    corrected = correct_import(acting(anong), imp, corrections={key: "ignore"})
    column = corrected.reading["sheets"][0]["columns"][5]
    assert column["meaning"] == "ignore"
    assert ColumnCorrection.objects.get().meaning == "ignore"
    newer = upload(workbook(PEOPLE[:3], head=head), name="second.xlsx", sender="border POLICE")
    assert newer.reading["sheets"][0]["columns"][5]["meaning"] == "ignore"
    other = upload(workbook(PEOPLE[:2], head=head), name="third.xlsx", sender="An embassy")
    assert other.reading["sheets"][0]["columns"][5]["meaning"] != "ignore"


def test_a_list_that_is_taken_in_is_not_corrected(upload, anong, acting):
    imp = upload()
    commit_import(acting(anong), imp)
    with pytest.raises(Invalid, match="Undo it first"):
        correct_import(acting(anong), imp, kind=ListKind.EMBASSY)


def test_who_has_no_duty_for_lists_may_not_upload(acting, prasert, upload, anong):
    with pytest.raises(Refused):
        upload_list(acting(prasert), "a.xlsx", workbook(), "Police")
    imp = upload()
    with pytest.raises(Refused):
        commit_import(acting(prasert), imp)
    assert RECEIVED  # the title decides the kind; see test above


def test_a_list_that_comes_as_a_pdf_is_taken_in(upload, anong, acting):
    imp = upload(made(PDF_PEOPLE[:12], lines=True), name="received.pdf")
    assert imp.state == ListImport.State.STAGED and imp.rows == 12
    commit_import(acting(anong), imp)
    assert Case.objects_unchecked.filter(hidden=False).count() == 12
