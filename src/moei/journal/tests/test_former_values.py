"""The journal holds names of fields and commitments; former values open with the person's key only (P18)."""

from __future__ import annotations

import json

import pytest
from django.db import DatabaseError, connection, transaction

from moei.access.journalled import was_listed
from moei.access.models import Staff
from moei.casefile.actions.correct_identity import correct_identity
from moei.casefile.selectors.cases import open_case, search
from moei.crypto import SealError, commitment
from moei.journal.keys import NOBODY, KeyDestroyed, key_of
from moei.journal.models import Entry, FormerValue, SubjectKey
from moei.journal.record import former_values
from moei.journal.verify import verify

pytestmark = pytest.mark.django_db

OLD, NEW = "Khamla Vongphachanh", "Kham La Vongpachan"


@pytest.fixture
def corrected(add_case, acting, anong):
    case = add_case(OLD)
    correct_identity(acting(anong), case, {"name": NEW})
    return case, Entry.objects.get(action="identity.corrected")


def test_p18_an_entry_names_the_field_and_holds_no_value(corrected):
    _case, entry = corrected
    assert set(entry.fields) == {"name"}
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM journal_entry")
        journal = str(cursor.fetchall())
        cursor.execute("SELECT * FROM journal_formervalue")
        sealed = b"".join(
            bytes(cell) for row in cursor.fetchall() for cell in row if isinstance(cell, (bytes, memoryview))
        )
    for value in (OLD, NEW, "Khamla", "Vongpachan"):
        assert value not in journal
        assert value.encode() not in sealed


def test_p18_a_former_value_opens_with_the_persons_key(corrected):
    _case, entry = corrected
    assert former_values(entry) == {"name": OLD}


def test_p18_with_the_key_the_commitments_can_be_checked(corrected):
    case, entry = corrected
    key = key_of(case.person_id)
    assert entry.fields["name"] == [commitment(key, "name", OLD), commitment(key, "name", NEW)]


def test_p18_after_the_key_is_destroyed_nothing_opens_and_the_chain_still_verifies(corrected):
    case, entry = corrected
    SubjectKey.objects.filter(subject=case.person_id).delete()
    with pytest.raises(KeyDestroyed):
        former_values(entry)
    assert verify().intact


def test_p18_the_commitment_of_one_person_says_nothing_of_another(add_case, acting, anong):
    first, second = add_case("Same Name"), add_case("Same Name")
    for case in (first, second):
        correct_identity(acting(anong), case, {"name": "Another Name"})
    commitments = [entry.fields["name"] for entry in Entry.objects.filter(action="identity.corrected")]
    assert commitments[0] != commitments[1]


def test_a_former_value_is_not_changed(corrected):
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        FormerValue.objects.update(sealed=b"")
    assert former_values(corrected[1]) == {"name": OLD}


def test_a_sealed_value_moved_to_another_entry_does_not_open(corrected, acting, anong, below):
    case, entry = corrected
    correct_identity(acting(anong), case, {"name": "Third Name"})
    later = Entry.objects.filter(action="identity.corrected").order_by("-seq")[0]
    moved = FormerValue.objects.get(entry=entry.id)
    FormerValue.objects.filter(entry=later.id).update(sealed=moved.sealed)
    with pytest.raises(SealError):
        former_values(later)


def test_p11_opening_and_searching_are_journalled_without_the_words(corrected, acting, anong):
    case, _entry = corrected
    open_case(acting(anong), case)
    [found] = search(acting(anong), "Vongphachanh")
    was_listed(acting(anong), "cases:list", [found.id], words="Vongphachanh", filters=["stage"])
    opened, searched = Entry.objects.filter(kind=Entry.Kind.READ).order_by("seq")
    assert (opened.action, opened.case, opened.actor) == ("case.opened_for_reading", case.id, anong.id)
    about = {"page": "cases:list", "people": 1, "cases": [str(case.id)], "filters": ["stage"], "words": 1}
    about["reason"] = "my_cases"
    assert (searched.action, searched.data) == ("people.searched", about)
    assert "Vong" not in json.dumps([opened.data, searched.data, searched.fields])
    # Whoever holds the instance's key can tell whether it was this name that was looked for.
    assert searched.fields == {"words": ["", commitment(key_of(NOBODY), "words", "Vongphachanh")]}


def test_codes_in_an_entry_hold_no_name(corrected):
    names = {OLD, NEW, *Staff.objects.values_list("name", flat=True)}
    for entry in Entry.objects.all():
        text = json.dumps([entry.data, entry.fields], ensure_ascii=False)
        assert not any(name in text for name in names if name), entry.action
