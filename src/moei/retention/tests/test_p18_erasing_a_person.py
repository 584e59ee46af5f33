"""Whoever is erased is in no table, no file and no byte of the database; everybody else is as before (P18)."""

from __future__ import annotations

from uuid import UUID

import pytest
from django.db import connection

from moei.casefile.models import Case, Person, RecordLink, SourceRecord
from moei.desks.arrivals.actions.match_people import match_again
from moei.desks.arrivals.models import ListImport
from moei.journal.keys import KeyDestroyed
from moei.journal.models import Entry, FormerValue, SubjectKey
from moei.journal.record import former_values
from moei.journal.verify import verify
from moei.retention.models import DoomedFile, RunItem, Tombstone
from moei.retention.tests.conftest import TELLING, YEAR
from moei.retention.tests.scanning import (
    database_files,
    every_row,
    files_of,
    files_that_say,
    rows_that_say,
)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("people", ["received Mulugeta.xlsx"], indirect=True)
def test_p18_no_table_and_no_file_says_who_was_erased(people, close, erase, folder):
    close(people.mulugeta)
    sealed = list(files_of(folder))
    assert rows_that_say(TELLING, every_row()), "before, the tables say it"
    assert len(sealed) >= 3
    if connection.vendor == "sqlite":
        plain = "key" not in connection.settings_dict["OPTIONS"]
        assert bool(files_that_say(TELLING, database_files())) is plain, (
            "before, the bytes of a plain file say it"
        )
    run = erase(3 * YEAR)
    assert run.done["not_identified_people"] == 1
    assert run.compacted_at is not None
    assert rows_that_say(TELLING, every_row()) == []
    assert files_that_say(TELLING, database_files()) == []
    assert not any(path.name.endswith(".sealed") for path in files_of(folder / "attachments"))
    assert not DoomedFile.objects.exists()
    assert verify().intact


@pytest.mark.django_db(transaction=True)
def test_p18_everybody_else_is_unchanged_byte_by_byte(people, close, erase):
    close(people.mulugeta)
    person, case = people.mulugeta.person_id, people.mulugeta.pk
    records = RecordLink.objects.filter(person=person).values_list("record_id", flat=True)
    theirs = {_id(one) for one in (person, case, *records)}
    before = every_row()
    erase(3 * YEAR)
    after = every_row()
    changed = []
    for table, rows in before.items():
        # Of a list only what its reading quoted of people goes, whoever they were.
        if table in ("arrivals_listimport", "journal_head") or table.startswith("retention_"):
            continue
        left = set(after[table])
        for row in rows:
            if row not in left and not any(one in cell.replace("-", "") for cell in row for one in theirs):
                changed.append((table, row))
    hung_on_a_file = {"screening_pause", "screening_confirmation", "casefile_deviceoperation"}
    assert [found for found in changed if found[0] not in hung_on_a_file] == []


@pytest.mark.django_db
def test_p18_the_key_is_destroyed_and_former_values_with_it(people, close, erase):
    close(people.mulugeta)
    person = people.mulugeta.person_id
    entry = Entry.objects.filter(subject=person, action="identity.corrected").first()
    assert former_values(entry) == {"name": "Mulugeta Yared"}
    erase(3 * YEAR)
    assert not SubjectKey.objects.filter(subject=person).exists()
    assert not FormerValue.objects.filter(subject=person).exists()
    assert former_values(entry) == {}
    with pytest.raises(KeyDestroyed):
        from moei.journal.keys import existing_key_of

        existing_key_of(person)
    assert Entry.objects.filter(subject=person, action="identity.corrected").exists(), "the journal stays"
    assert verify().intact


@pytest.mark.django_db
def test_p18_the_tombstone_says_nothing_of_whom_it_is(people, close, erase):
    close(people.mulugeta)
    erase(3 * YEAR)
    (stone,) = Tombstone.objects.all()
    columns = {column.name for column in Tombstone._meta.concrete_fields}
    assert columns == {"id", "run", "rule", "erased_on"}
    assert stone.id.version == 4, "random: its number tells no time"
    assert not RunItem.objects.exists()


@pytest.mark.django_db
def test_p18_the_counts_of_a_list_still_add_up(people, close, erase, acting, anong):
    close(people.mulugeta)
    before = {imp.pk: SourceRecord.objects.filter(source=imp.pk).count() for imp in ListImport.objects.all()}
    erase(3 * YEAR)
    for imp in ListImport.objects.all():
        rows = SourceRecord.objects.filter(source=imp.pk)
        assert imp.rows == rows.count() == before[imp.pk]
        (blank,) = rows.filter(problems=SourceRecord.ERASED)
        assert (blank.name, blank.document_number, blank.birth_from) == ("", "", None)


@pytest.mark.django_db
def test_p18_matching_does_not_bring_the_erased_back(people, close, erase, acting, anong):
    close(people.mulugeta)
    erase(3 * YEAR)
    cases = set(Case.objects_unchecked.values_list("pk", flat=True))
    match_again(acting(anong, later=4 * YEAR))
    assert set(Case.objects_unchecked.values_list("pk", flat=True)) == cases
    assert Person.objects.count() == len(cases)


@pytest.mark.django_db
def test_p18_joined_files_go_together(people, close, erase, acting, anong, add_case):
    from moei.casefile.actions.merge_people import merge_people

    other = add_case("Mulugeta Y.", nationality="ETH")
    merge_people(acting(anong), people.mulugeta, other, reason="the same passport EP1234567")
    close(people.mulugeta)
    run = erase(3 * YEAR)
    assert run.done["not_identified_people"] == 1
    assert not Person.objects.filter(pk__in=[people.mulugeta.person_id, other.person_id]).exists()
    assert Tombstone.objects.count() == 1, "one human being, one stone"


@pytest.mark.django_db
def test_p18_a_family_loses_the_erased_and_their_number(people, close, erase, acting, anong):
    from moei.casefile.actions.family import join_family

    sister = people.others[0]
    group = join_family(acting(anong), people.mulugeta, sister)
    assert group.label == people.mulugeta.number
    close(people.mulugeta)
    erase(3 * YEAR)
    group.refresh_from_db()
    assert group.label == sister.number
    assert list(group.members.values_list("pk", flat=True)) == [sister.person_id]


def _id(value: UUID) -> str:
    return value.hex
