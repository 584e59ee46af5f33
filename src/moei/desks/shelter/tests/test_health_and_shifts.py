"""Health before interviews holds a person or a place, by a code; notes go from shift to shift without names."""

from datetime import timedelta

import pytest
from django.urls import reverse
from tests.attacks.rows import contents

from moei.access.acting import Invalid, Refused
from moei.access.cast import Member, create_member
from moei.casefile.actions.record_event import Happening, record_events
from moei.casefile.holds import holds_interview
from moei.desks.shelter.actions.health import end_place_hold, hold_place, record_screening
from moei.desks.shelter.actions.shift import read_notes, take_over, write_note
from moei.desks.shelter.actions.stay import check_in, check_out, move
from moei.desks.shelter.models import HealthScreening, ShiftNote, Stay
from moei.engines.protocol import EventKind
from moei.journal.models import Entry

Result = HealthScreening.Result


@pytest.fixture
def hom(release, agencies, cast, now):
    return create_member(
        Member("hom", "Hom (health)", "MSDHS Tak", "", ("health_worker",)), release, agencies, now=now
    )


def test_only_a_health_worker_screens_and_the_last_one_counts(people, acting, hom, cast, anong, now):
    case = people.woman()
    for who in ("anong", "dao", "kanya", "prasert"):
        with pytest.raises(Refused):
            record_screening(acting(cast[who]), case, Result.WAIT)
    record_screening(acting(hom), case, Result.WAIT)
    assert holds_interview(case, now=now) == [
        "Not yet: ask the health worker of the place before you begin. Nothing is lost by waiting."
    ]
    record_screening(acting(hom), case, Result.CLEAR)
    assert holds_interview(case, now=now) == []
    with pytest.raises(Invalid, match="within 60 days"):
        record_screening(acting(hom), case, Result.WAIT, until=now.date() + timedelta(days=61))


def test_whoever_sleeps_apart_for_health_gets_a_room_for_one(place, people, acting, hom, anong, bed_of):
    case, teak = people.woman(), place(women=3, one=1)
    record_screening(acting(hom), case, Result.APART)
    check_in(acting(anong), case, teak)
    assert bed_of(case) == ("Teak", "one")


def test_a_held_place_lets_nobody_in_and_keeps_nobody_who_wishes_to_leave(place, people, acting, anong, now):
    teak, lotus = place(women=3), place(women=3)
    inside, comes = people.woman("Inside"), people.woman("Comes")
    check_in(acting(anong), inside, teak)
    hold_place(acting(anong), teak, until=now.date() + timedelta(days=7))
    with pytest.raises(Invalid, match="held already"):
        hold_place(acting(anong), teak, until=now.date() + timedelta(days=7))
    with pytest.raises(Invalid, match="nobody moves in or out"):
        check_in(acting(anong), comes, teak)
    with pytest.raises(Invalid, match="nobody moves in or out"):
        move(acting(anong), inside, lotus)
    assert holds_interview(inside, now=now) and not holds_interview(comes, now=now)
    check_out(acting(anong), inside, Stay.Ended.OWN_WISH)
    end_place_hold(acting(anong), teak)
    with pytest.raises(Invalid, match="is not held"):
        end_place_hold(acting(anong), teak)
    assert check_in(acting(anong), comes, teak)


def test_the_page_that_starts_an_interview_shows_a_neutral_notice(people, acting, hom, anong, sign_in):
    case = people.woman()
    record_events(acting(anong), [Happening(case, EventKind.REGISTERED, acting(anong).now, {"child": False})])
    record_events(acting(anong), [Happening(case, EventKind.SCREENING_RECORDED, acting(anong).now)])
    page, there = sign_in(anong), reverse("screening:interview", args=[case.pk])
    assert "ask the health worker" not in page.get(there).content.decode()
    record_screening(acting(hom), case, Result.APART)
    text = page.get(there).content.decode()
    assert "ask the health worker of the place" in text
    assert "tuberculosis" not in text.casefold() and "Sleeps apart" not in text


def test_the_health_worker_records_it_from_a_page(people, hom, sign_in, anong):
    case = people.woman()
    there = reverse("shelter:health", args=[case.pk])
    assert sign_in(anong).get(there).status_code == 403
    page = sign_in(hom)
    assert page.post(there, {"result": "clear"}).status_code == 302
    assert page.post(there, {"result": "no"}).status_code == 422


def test_a_note_is_sealed_and_taken_over_by_somebody_else(place, acting, anong, dao):
    teak = place()
    note = write_note(acting(anong), teak, "Bed 4 sleeps badly: knock before you come in.")
    assert not any("sleeps badly" in row for rows in contents().values() for row in rows)
    ((read, words),) = read_notes(acting(dao), teak)
    assert words.startswith("Bed 4") and read == note
    assert Entry.objects.filter(action="shift.notes_read", actor=dao.id).exists()
    with pytest.raises(Invalid, match="You wrote this"):
        take_over(acting(anong), note)
    take_over(acting(dao), note)
    with pytest.raises(Invalid, match="taken over already"):
        take_over(acting(dao), note)


def test_a_note_with_a_name_or_a_case_number_is_refused(place, people, acting, anong):
    teak, case = place(women=2), people.woman("Almaz Invented")
    check_in(acting(anong), case, teak)
    for words in ("almaz sleeps badly", f"{case.number} sleeps badly"):
        with pytest.raises(Invalid, match="A name or a case number is in it"):
            write_note(acting(anong), teak, words)
    with pytest.raises(Invalid, match="what the next shift has to know"):
        write_note(acting(anong), teak, "  ")
    assert not ShiftNote.objects.exists()


def test_the_pages_of_notes_and_of_a_hold(place, sign_in, anong, dao):
    teak = place()
    notes, hold = (reverse(f"shelter:{name}", args=[teak.pk]) for name in ("notes", "hold_place"))
    page = sign_in(anong)
    assert page.post(notes, {"words": ""}).status_code == 422
    assert page.post(notes, {"words": "Bed 4 sleeps badly."}).status_code == 302
    assert page.post(hold, {"until": "2020-01-01"}).status_code == 422
    assert page.post(hold, {"until": ""}).status_code == 422
    page = sign_in(dao)
    assert "Bed 4 sleeps badly." in page.get(notes).content.decode()
    take = reverse("shelter:take_note", args=[teak.pk, ShiftNote.objects.get().pk])
    assert page.post(take).status_code == 302
    assert ShiftNote.objects.get().taken_by == dao
