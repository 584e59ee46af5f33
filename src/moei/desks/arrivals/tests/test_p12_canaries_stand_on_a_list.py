"""P12: an invented person stands on a list that was taken in, within its rows, and goes where its neighbours go."""

from __future__ import annotations

import pytest
from django.urls import reverse

from moei.access.acting import Invalid
from moei.access.models import Canary
from moei.casefile.models import Case, RecordLink, SourceRecord
from moei.casefile.selectors.cases import visible_cases
from moei.demo.folder import ListsFolder
from moei.desks.arrivals.actions.add_canary import add_canary
from moei.desks.arrivals.actions.commit_import import commit_import
from moei.desks.arrivals.actions.match_people import match_people
from moei.desks.arrivals.actions.undo_import import undo_import
from moei.desks.arrivals.actions.upload_list import upload_list
from moei.desks.arrivals.canary_rows import draw_place
from moei.desks.arrivals.models import ListImport
from moei.desks.arrivals.selectors.imports import rows_of, rows_with_problems, version_changes
from moei.desks.arrivals.selectors.reconciliation import wrong_totals
from moei.desks.arrivals.tests.workbooks import FAMILY, REPORTS, workbook
from moei.overview.selectors.board import board

pytestmark = pytest.mark.django_db
NAME = "Makeda Wolde"
OTHER = (6, "REAL BROTHER", "M", "30.01.1995", "Ethiopia", "")


@pytest.fixture
def keep(acting, somsak):
    def add(name: str = NAME) -> Case:
        return add_canary(acting(somsak), name, "ETH", sex="F", born=1999)

    return add


@pytest.fixture
def take_in(acting, anong):
    def take(*rows, title: str = REPORTS, replaces: ListImport | None = None) -> ListImport:
        imp = upload_list(acting(anong), "newer.xlsx", workbook(rows, title=title), "Safe Return", "family")
        return commit_import(acting(anong), imp, replaces=replaces).list_import

    return take


def record_of(case: Case) -> SourceRecord:
    """Its one row, as the case page shows it."""
    return RecordLink.objects.get(person=case.person_id, ended_at=None).record


def shown(*cases: Case) -> list[bool]:
    return [not Case.objects_unchecked.get(pk=case.pk).hidden for case in cases]


def test_p12_it_stands_on_a_free_row_within_a_list_that_was_taken_in(families, keep):
    records = [record_of(keep(f"Invented {n}")) for n in "ABCD"]
    assert {r.source for r in records} == {families.pk}
    # Below the headings and Real Sister in rows 3 and 4 stand four rows that are numbered only.
    assert sorted(r.row for r in records) == [5, 6, 7, 8]
    real = SourceRecord.objects.get(name="REAL SISTER")
    for field in ("list_name", "kind", "origin", "happened_at", "recorded_at"):
        assert {getattr(r, field) for r in records} == {getattr(real, field)}


def test_p12_a_row_between_people_that_is_wholly_empty_is_free_and_a_heading_is_not(take_in, keep):
    imp = take_in(FAMILY[0], (), ("Laos",), OTHER)
    assert record_of(keep()).row == 5
    with pytest.raises(Invalid, match="empty row among its people"):
        keep("Hirut Invented")
    assert ListImport.objects.get(pk=imp.pk).rows == 3


def test_p12_the_pages_of_the_list_the_board_and_the_cases_give_one_number(
    families, keep, acting, anong, sign_in, take_in
):
    take_in(OTHER, title="Missing persons reported by other families")
    page = sign_in(anong)
    for people in (1, 2, 3):
        imp = ListImport.objects.get(pk=families.pk)
        own = [record_of(case) for case in visible_cases(anong, imp.release_id, now=acting(anong).now)]
        [row] = board(acting(anong)).lists
        assert imp.rows == imp.reading["sheets"][0]["people"] == len(rows_of(imp)) == people
        assert len([r for r in own if r.source == imp.pk]) == people
        assert (row.lists, row.rows) == (2, people + 1)
        # What a row more with a person adds, one fewer that was set aside takes away: the file is as long as before.
        assert imp.rows + imp.reading["set_aside"] == len(FAMILY) + 1  # and its title
        assert imp.reading["set_aside"] == len(imp.reading["sheets"][0]["set_aside"])
        text = page.get(reverse("arrivals:import", args=[imp.pk])).content.decode()
        assert NAME not in text and rows_with_problems(imp) == []
        assert wrong_totals(acting(anong)) == []
        keep(f"{NAME} {people}")


def test_p12_without_a_list_of_families_with_room_nothing_is_invented(keep, take_in, anong, acting):
    full = (FAMILY[0], OTHER)
    for told in (None, full, (*FAMILY, ("Total", "1 person", "", "", "", ""))):
        if told:
            take_in(*told)
        with pytest.raises(Invalid, match="Take in such a list"):
            keep()
    assert not Canary.objects.exists() and not SourceRecord.objects.filter(name=NAME).exists()
    upload_list(acting(anong), "waits.xlsx", workbook(FAMILY, title=REPORTS), "Safe Return", "family")
    with pytest.raises(Invalid):
        keep()


def test_p12_who_keeps_them_is_told_in_words(sign_in, somsak):
    page = sign_in(somsak).post(reverse("web:canaries"), {"name": NAME, "nationality": "ETH"})
    assert "Take in such a list" in page.content.decode()


def test_p12_undoing_the_list_takes_it_away_with_its_neighbours(
    families, keep, acting, anong, somsak, sign_in
):
    canary, real = keep(), Case.objects_unchecked.get(person__name="REAL SISTER")
    undo_import(acting(anong), families, reason="The wrong file was sent")
    assert shown(canary, real) == [False, False]
    for case in (canary, real):
        assert not RecordLink.objects.filter(person=case.person_id, ended_at=None).exists()
    assert not SourceRecord.objects.filter(voided_at=None).exists()
    text = sign_in(somsak).get(reverse("web:canaries")).content.decode()
    assert "Off: its list was taken out" in text


def test_p12_it_moves_to_a_newer_version_as_who_is_found_again_does(families, keep, take_in, acting, anong):
    canary, real = keep(), Case.objects_unchecked.get(person__name="REAL SISTER")
    newer = take_in(*FAMILY, OTHER, replaces=families)
    records = [record_of(case) for case in (canary, real)]
    assert [r.source for r in records] == [newer.pk, newer.pk]
    assert 4 < records[0].row < 9 and records[0].happened_at == records[1].happened_at
    assert Canary.objects.get().record_id == records[0].pk
    assert shown(canary, real) == [True, True] and newer.rows == 3
    assert SourceRecord.objects.filter(voided_at=None).count() == 3
    match_people(acting(anong))
    assert record_of(canary).pk == records[0].pk
    undo_import(acting(anong), newer, reason="The wrong file was sent")
    assert [record_of(case).source for case in (canary, real)] == [families.pk, families.pk]
    assert Canary.objects.get().record_id == record_of(canary).pk
    assert shown(canary, real) == [True, True]


def test_p12_a_newer_version_without_room_drops_it_as_it_drops_others(families, keep, take_in, acting, anong):
    canary, real = keep(), Case.objects_unchecked.get(person__name="REAL SISTER")
    newer = take_in(OTHER, replaces=families)
    assert shown(canary, real) == [False, False] and newer.rows == 1
    undo_import(acting(anong), newer, reason="The wrong file was sent")
    assert shown(canary) == [True]
    assert record_of(canary).source == families.pk


def test_p12_what_a_newer_version_changes_names_no_invented_person(families, keep, acting, anong, sign_in):
    keep()
    same = (*FAMILY, OTHER)
    newer = upload_list(acting(anong), "newer.xlsx", workbook(same, title=REPORTS), "Safe Return", "family")
    changes = version_changes(newer, families)
    assert (changes.same, len(changes.added), changes.dropped) == (1, 1, [])
    page = sign_in(anong).get(reverse("arrivals:changes", args=[newer.pk, families.pk]))
    assert NAME not in page.content.decode()


def test_p12_a_true_person_of_the_same_name_on_the_newer_version_is_somebody_else(families, keep, take_in):
    canary = keep("Real Namesake")
    newer = take_in(*FAMILY, (6, "Real Namesake", "F", "1999", "Ethiopia", ""), replaces=families)
    rows = SourceRecord.objects.filter(source=newer.pk, name="Real Namesake").order_by("row")
    assert len(rows) == 2 and record_of(canary).pk == rows[0].pk
    assert Canary.objects.get().record_id == rows[0].pk


def test_p12_the_list_of_the_demo_has_room_for_the_one_that_it_shows(acting, anong):
    data = (ListsFolder.of(None).files[4]).read_bytes()
    imp = upload_list(acting(anong), "05-family-reports.csv", data, "Safe Return")
    commit_import(acting(anong), imp, resolve=False)
    assert draw_place(ListImport.objects.get(pk=imp.pk)) == ("05-family-reports.csv", 119)
