"""What the health service writes is read by it alone; everybody else learns that somebody was seen, and when."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.urls import reverse

from moei.access.acting import Invalid, Refused
from moei.access.actions.break_glass import break_glass
from moei.casefile.actions.merge_people import merge_people
from moei.crypto import SealError, open_sealed
from moei.desks.care.actions.write_medical import read_medical_notes, write_medical_note
from moei.desks.care.models import MedicalNote
from moei.desks.care.selectors import seen_by_doctor
from moei.journal.keys import KeyDestroyed, key_of
from moei.journal.models import Entry, SubjectKey

pytestmark = pytest.mark.django_db
WORDS = "Tuberculosis is suspected; an X-ray of the chest."


@pytest.fixture
def written(acting, hom, now):
    def write(case, words=WORDS, **values):
        about = {"seen_on": now.date(), "by_doctor": True, **values}
        return write_medical_note(acting(hom), case, words=words, **about)

    return write


def test_the_health_service_reads_what_it_wrote(person, written, acting, hom, now):
    case = person()
    written(case)
    written(case, "Rests.", by_doctor=False, seen_on=(now - timedelta(days=1)).date())
    assert [one.words for one in read_medical_notes(acting(hom), case)] == [WORDS, "Rests."]


def test_what_was_written_lies_sealed_under_the_persons_key(person, written):
    case, other = person(), person("Somebody Else")
    note = written(case)
    raw = bytes(MedicalNote.objects.get().sealed)
    assert b"Tuberculosis" not in raw
    context = f"medical-note:{note.pk}:words"
    assert b"Tuberculosis" in open_sealed(key_of(case.person_id), raw, context)
    with pytest.raises(SealError):
        open_sealed(key_of(other.person_id), raw, context)
    entry = Entry.objects.get(action="medical_note.written")
    assert "Tubercul" not in str([entry.data, entry.fields])


def test_p18_with_the_key_gone_no_note_opens(person, written, acting, hom):
    case = person()
    written(case)
    SubjectKey.objects.filter(subject=case.person_id).delete()
    with pytest.raises(KeyDestroyed):
        read_medical_notes(acting(hom), case)


@pytest.mark.parametrize(
    "who", ["anong", "kanya", "dao", "prasert", "selam", "tesfa", "ploy", "niran", "somsak"]
)
def test_nobody_else_reads_or_writes_a_note(person, written, acting, cast, who, now, sign_in):
    case = person()
    written(case)
    with pytest.raises(Refused):
        read_medical_notes(acting(cast[who]), case)
    with pytest.raises(Refused):
        write_medical_note(acting(cast[who]), case, words="x", seen_on=now.date(), by_doctor=True)
    assert sign_in(cast[who]).get(reverse("care:medical", args=[case.pk])).status_code in (403, 404)


def test_others_read_that_a_doctor_saw_the_person_and_when_and_nothing_else(person, written, sign_in, kanya):
    case = person()
    page = sign_in(kanya)
    url = reverse("care:case", args=[case.pk])
    assert "not yet" in page.get(url).content.decode()
    written(case)
    body = page.get(url).content.decode()
    assert re.search(r"yes, on 2 Mar 2026", body)
    for word in ("Tubercul", "X-ray", reverse("care:medical", args=[case.pk]), "Hom"):
        assert word not in body, word


def test_a_nurse_is_no_doctor(person, written):
    case = person()
    written(case, by_doctor=False)
    assert seen_by_doctor([case.person_id]) == {}


def test_the_last_day_counts_in_joined_files_too(person, written, acting, anong, hom, now):
    kept, other = person("Henok Desta"), person("Henok D.")
    written(kept, seen_on=(now - timedelta(days=3)).date())
    written(other)
    merge_people(acting(anong), kept, other, reason="the same scar")
    assert seen_by_doctor([kept.person_id]) == {kept.person_id: now.date()}
    assert len(read_medical_notes(acting(hom), kept)) == 2
    with pytest.raises(Invalid, match="joined"):
        written(other)


def test_p11_each_reading_of_the_notes_is_one_entry(person, written, sign_in, hom):
    case = person()
    note = written(case)
    sign_in(hom).get(reverse("care:medical", args=[case.pk]))
    entry = Entry.objects.get(kind=Entry.Kind.READ)
    assert (entry.action, entry.case, entry.data["notes"]) == ("medical_notes.read", case.pk, [str(note.pk)])


def test_in_an_emergency_the_notes_are_read_and_not_written(add_case, written, acting, kanya, sign_in, now):
    case = add_case("Fainted")
    written(case)
    page = sign_in(kanya)
    assert page.get(reverse("care:medical", args=[case.pk])).status_code == 404
    break_glass(acting(kanya), case.id, "fainted, the hospital asks")
    assert read_medical_notes(acting(kanya), case)[0].words == WORDS
    with pytest.raises(Refused):
        write_medical_note(acting(kanya), case, words="x", seen_on=now.date(), by_doctor=True)


def test_a_note_says_something(person, written, sign_in, hom, now):
    case = person()
    for wrong in ({"words": "", "by_doctor": False}, {"seen_on": (now + timedelta(days=2)).date()}):
        with pytest.raises(Invalid):
            written(case, **wrong)
    page = sign_in(hom)
    url = reverse("care:write_medical", args=[case.pk])
    assert page.post(url, {"words": "a rib"}).status_code == 422
    assert page.post(url, {"words": "a rib", "seen_on": now.date().isoformat()}).status_code == 302
    body = page.get(reverse("care:medical", args=[case.pk])).content.decode()
    assert "a rib" in body and "Keep the note" in body
