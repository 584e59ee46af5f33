"""A list is taken out while nobody acted on its people; a new version takes the place of an old one."""

from __future__ import annotations

from datetime import date
from uuid import uuid4

import pytest

from moei.access.acting import Invalid
from moei.casefile.models import Case, CaseEvent, Judgement, RecordLink, SourceRecord
from moei.desks.arrivals.actions.commit_import import commit_import
from moei.desks.arrivals.actions.judge_pair import judge_pair
from moei.desks.arrivals.actions.match_people import match_people
from moei.desks.arrivals.actions.register_person import register_person
from moei.desks.arrivals.actions.undo_import import acted_on_count, undo_import
from moei.desks.arrivals.actions.upload_list import upload_list
from moei.desks.arrivals.models import ListImport
from moei.desks.arrivals.registration import Registration
from moei.desks.arrivals.selectors.imports import likely_replaced, version_changes
from moei.desks.arrivals.tests.workbooks import PEOPLE, TRANSFER, workbook
from moei.desks.arrivals.versions import compare, differences
from moei.engines.lists import ListRow

pytestmark = pytest.mark.django_db

# One name corrected, one person gone, one new.
NEWER = (
    (1, "MULUGETA YARED TADESSE", "M", "14.03.1998", "Ethiopia", "EP1234567"),
    *PEOPLE[1:4],
    (5, "HAILU DESTA", "M", "19.12.1985", "Ethiopia", "EP9876543"),
)


@pytest.fixture
def take_in(anong, acting):
    def take(
        rows=PEOPLE, *, replaces: ListImport | None = None, sender: str = "Police", **about
    ) -> ListImport:
        imp = upload_list(acting(anong), "received.xlsx", workbook(rows, **about), sender)
        return commit_import(acting(anong), imp, replaces=replaces).list_import

    return take


@pytest.fixture
def register(anong, acting):
    def enter(case: Case):
        given = Registration(name=case.person.name, birth_from=date(1998, 3, 14), birth_to=date(1998, 3, 14))
        return register_person(acting(anong), given, case, operation=uuid4())

    return enter


def case_of(number: str) -> Case:
    link = RecordLink.objects.filter(record__document_number=number, ended_at__isnull=True).first()
    return Case.objects_unchecked.select_related("person").get(person_id=link.person_id)


def shown() -> int:
    return Case.objects_unchecked.filter(hidden=False).count()


def test_undoing_voids_the_rows_and_hides_the_case_files(take_in, anong, acting):
    imp = undo_import(acting(anong), take_in(), reason="The wrong file was sent")
    assert imp.state == "undone"
    assert shown() == 0
    assert SourceRecord.objects.filter(voided_at__isnull=True).count() == 0
    assert SourceRecord.objects.count() == 5


def test_people_of_other_lists_stay(take_in, anong, acting):
    imp = take_in()
    take_in(title=TRANSFER, sender="The other side")
    undo_import(acting(anong), imp, reason="The wrong file was sent")
    assert shown() == 5
    assert not Case.objects_unchecked.filter(hidden=False, stage="arrived").exists()


def test_undoing_needs_a_reason(take_in, anong, acting):
    with pytest.raises(Invalid, match="Say why"):
        undo_import(acting(anong), take_in(), reason="  ")


def test_automatic_links_do_not_count_as_acting(take_in):
    imp = take_in()
    take_in(title=TRANSFER, sender="The other side")
    assert acted_on_count(imp) == 0


def test_it_cannot_be_undone_once_somebody_acted_on_its_people(take_in, register, anong, acting):
    imp = take_in()
    register(case_of("EP1234567"))
    register(case_of("EP2345678"))
    with pytest.raises(Invalid, match="acted on 2 people"):
        undo_import(acting(anong), imp, reason="The wrong file was sent")
    assert shown() == 5


def test_a_decision_about_its_records_counts_too(take_in, anong, acting):
    imp = take_in()
    records = list(SourceRecord.objects.order_by("row"))
    judge_pair(acting(anong), records[0], records[1], "different")
    assert acted_on_count(imp) == 2


def test_a_list_can_be_thrown_away_before_it_is_taken_in(anong, acting):
    imp = upload_list(acting(anong), "received.xlsx", workbook(), "Police")
    assert undo_import(acting(anong), imp, reason="Wrong file").state == "undone"


def test_a_new_version_says_what_it_adds_changes_and_drops(take_in, anong, acting):
    old = take_in()
    imp = upload_list(acting(anong), "received-2.xlsx", workbook(NEWER), "police")
    assert likely_replaced(imp) == old
    changes = version_changes(imp, old)
    assert changes.same == 3
    assert [(change.row.row, change.fields[0]) for change in changes.changed] == [
        (4, ("name", "MULUGETA YARED", "MULUGETA YARED TADESSE"))
    ]
    assert [row.name for row in changes.added] == ["HAILU DESTA"]
    assert [row.name for row in changes.dropped] == ["SITI RAHAYU"]


def test_a_new_version_takes_the_place_of_the_old_one(take_in):
    old = take_in()
    before = {number: case_of(number).number for number in ("EP1234567", "EP2345678")}
    new = take_in(NEWER, replaces=old)
    old.refresh_from_db()
    assert (old.state, new.replaces_id) == ("replaced", old.pk)
    assert {number: case_of(number).number for number in before} == before
    assert case_of("EP1234567").person.name == "MULUGETA YARED TADESSE"
    assert shown() == 5
    assert Case.objects_unchecked.filter(hidden=True, person__name="SITI RAHAYU").exists()


def test_a_person_acted_on_keeps_their_case_file_through_a_new_version(take_in, register):
    old = take_in()
    kept, dropped = case_of("EP1234567"), case_of("B5678901")
    register(kept)
    CaseEvent.objects.create(
        case=dropped, kind="screening_recorded", happened_at=dropped.opened_at, recorded_at=dropped.opened_at
    )
    new = take_in(NEWER, replaces=old)
    assert case_of("EP1234567").pk == kept.pk
    dropped.refresh_from_db()
    assert not dropped.hidden
    assert SourceRecord.objects.filter(source=new.id, voided_at__isnull=True).count() == 5
    assert SourceRecord.objects.get(source=old.id, voided_at__isnull=True).document_number == "B5678901"


def test_decisions_follow_the_rows_into_a_new_version(take_in, anong, acting):
    old = take_in()
    records = {record.document_number: record for record in SourceRecord.objects.all()}
    judge_pair(acting(anong), records["EP1234567"], records["EP2345678"], "different")
    new = take_in(NEWER, replaces=old)
    standing = Judgement.objects.get(ended_at__isnull=True)
    assert {standing.left.source, standing.right.source} == {new.id}


def test_undoing_a_new_version_brings_the_old_one_back(take_in, anong, acting):
    old = take_in()
    number = case_of("EP1234567").number
    new = take_in(NEWER, replaces=old)
    undo_import(acting(anong), new, reason="The older one was right")
    old.refresh_from_db()
    assert old.state == "committed"
    assert shown() == 5
    assert case_of("EP1234567").number == number
    assert case_of("EP1234567").person.name == "MULUGETA YARED"


def test_only_a_list_of_the_same_kind_can_be_replaced(take_in, anong, acting):
    old = take_in(title=TRANSFER)
    imp = upload_list(acting(anong), "received.xlsx", workbook(), "Police")
    with pytest.raises(Invalid) as refused:
        commit_import(acting(anong), imp, replaces=old)
    assert "another kind" in refused.value.errors["replaces"]
    assert not SourceRecord.objects.filter(source=imp.id).exists()


def test_matching_again_changes_nothing(take_in, anong, acting):
    take_in()
    take_in(title=TRANSFER, sender="The other side")
    before = set(RecordLink.objects.filter(ended_at__isnull=True).values_list("id", flat=True))
    match_people(acting(anong))
    assert set(RecordLink.objects.filter(ended_at__isnull=True).values_list("id", flat=True)) == before


def test_rows_are_compared_by_what_they_say_wherever_they_stand():
    old = [
        ListRow("a", 1, name="A B", document_number="1"),
        ListRow("a", 2, name="C"),
        ListRow("a", 3, name="C"),
    ]
    new = [
        ListRow("b", 9, name="C"),
        ListRow("b", 1, name="B A"),
        ListRow("b", 2, name="B A", document_number="1"),
    ]
    found = compare(old, new)
    assert found.same == ((1, 0),)
    assert found.changed == ((0, 2),)
    assert (found.added, found.dropped) == ((1,), (2,))
    assert differences(old[0], new[2]) == [("name", "A B", "B A")]
