"""What the health service wrote, and who met which need, goes with the person (P18)."""

from __future__ import annotations

import pytest

from moei.access.cast import Member, create_member
from moei.casefile.actions.needs import assess_needs, meet_need
from moei.casefile.models import Need
from moei.desks.care.actions.write_medical import write_medical_note
from moei.desks.care.models import MedicalNote
from moei.retention.tests.conftest import YEAR

pytestmark = pytest.mark.django_db(transaction=True)


def test_p18_medical_notes_and_needs_are_erased_with_the_person_and_others_stay(
    people, close, erase, acting, anong, release, agencies, now
):
    hom = create_member(
        Member("hom", "Hom (health)", "MSDHS Tak", "", ("health_worker",)), release, agencies, now=now
    )
    other = people.others[0]
    for case in (people.mulugeta, other):
        assess_needs(acting(anong), case, {"medical": 1, "food": 2})
        meet_need(acting(anong), case, "food", at=acting(anong).now)
        write_medical_note(acting(hom), case, words="a broken rib", seen_on=now.date(), by_doctor=True)
    close(people.mulugeta)
    erase(3 * YEAR)
    assert set(MedicalNote.objects.values_list("case", flat=True)) == {other.pk}
    assert set(Need.objects.values_list("person", flat=True)) == {other.person_id}
