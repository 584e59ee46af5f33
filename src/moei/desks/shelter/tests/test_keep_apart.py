"""Who is kept apart is not given a bed near whom they must not meet; few read of it, and nobody is judged by it."""

from datetime import timedelta

import pytest
from django.urls import reverse
from tests.attacks.rows import contents

from moei.access.acting import Invalid, Refused
from moei.casefile.actions.merge_people import merge_people
from moei.casefile.models import CaseEvent
from moei.desks.shelter.actions.keep_place import add_room
from moei.desks.shelter.actions.safety import add_to_group, end_flag, extend_flag, record_flag
from moei.desks.shelter.actions.stay import check_in, check_out, move, reserve
from moei.desks.shelter.models import ApartGroup, Room, SafetyFlag, Stay
from moei.journal.models import Entry

Kind, Reach = SafetyFlag.Kind, SafetyFlag.Reach


@pytest.fixture
def apart(acting, anong):
    return lambda case, other, reach=Reach.PLACE: record_flag(
        acting(anong), case, Kind.PERSON, other=other, reach=reach
    )


def test_two_who_are_kept_apart_are_never_in_one_place_whoever_comes_first(
    place, people, apart, acting, anong
):
    one, other, teak, lotus = people.woman("One"), people.woman("Other"), place(women=3), place(women=3)
    apart(one, other)
    check_in(acting(anong), one, teak)
    with pytest.raises(Invalid, match="No bed is free here that fits"):
        check_in(acting(anong), other, teak)
    check_in(acting(anong), other, lotus)
    with pytest.raises(Invalid):
        move(acting(anong), one, lotus)


def test_apart_by_room_they_may_be_in_one_place(place, people, apart, acting, anong, bed_of):
    teak, one, other = place(women=3), people.woman("One"), people.woman("Other")
    add_room(acting(anong), teak, "second", Room.For.WOMEN, 2)
    apart(one, other, Reach.ROOM)
    check_in(acting(anong), one, teak)
    check_in(acting(anong), other, teak)
    assert bed_of(one) != bed_of(other)


def test_apart_from_a_group_and_from_whoever_joins_it_later(place, people, acting, anong):
    asks, one, later = people.woman("Asks"), people.woman("One"), people.woman("Later")
    add_to_group(acting(anong), one, "Group 3")
    record_flag(acting(anong), asks, Kind.GROUP, group=ApartGroup.objects.get())
    teak = place(women=5)
    check_in(acting(anong), asks, teak)
    with pytest.raises(Invalid, match="No bed is free"):
        check_in(acting(anong), one, teak)
    add_to_group(acting(anong), later, "Group 3")
    with pytest.raises(Invalid, match="No bed is free"):
        check_in(acting(anong), later, teak)
    with pytest.raises(Invalid, match="in this group already"):
        add_to_group(acting(anong), later, "Group 3")


def test_whoever_sleeps_alone_gets_a_room_for_one(place, people, acting, anong, bed_of):
    case = people.man()
    record_flag(acting(anong), case, Kind.SEPARATE)
    with pytest.raises(Invalid, match="No bed is free"):
        check_in(acting(anong), case, place(men=5))
    check_in(acting(anong), case, place(men=5, one=1))
    assert bed_of(case) == ("Lotus", "one")


def test_it_holds_for_files_that_were_joined(place, people, apart, acting, anong):
    one, other, also = people.woman("One"), people.woman("Other"), people.woman("The same as other")
    apart(one, also)
    merge_people(acting(anong), other, also, reason="the same scar and the same passport")
    teak = place(women=3)
    check_in(acting(anong), one, teak)
    with pytest.raises(Invalid, match="No bed is free"):
        check_in(acting(anong), other, teak)


def test_a_bed_that_was_kept_is_looked_at_once_more_when_they_come(place, people, apart, acting, anong):
    one, other, teak = people.woman("One"), people.woman("Other"), place(women=3)
    reserve(acting(anong), other, teak)
    check_in(acting(anong), one, teak)
    apart(one, other)
    with pytest.raises(Invalid, match="No bed is free"):
        check_in(acting(anong), other, teak)


def test_ended_or_looked_at_again_it_holds_no_more_or_longer(place, people, apart, acting, anong, now):
    one, other, teak = people.woman("One"), people.woman("Other"), place(women=3)
    flag = apart(one, other)
    with pytest.raises(Invalid, match="Within 60 days"):
        extend_flag(acting(anong), flag, now.date() + timedelta(days=61))
    extend_flag(acting(anong), flag, now.date() + timedelta(days=30))
    end_flag(acting(anong), flag, SafetyFlag.Ended.NOT_NEEDED)
    with pytest.raises(Invalid, match="ended already"):
        end_flag(acting(anong), flag, SafetyFlag.Ended.NOT_NEEDED)
    check_in(acting(anong), one, teak)
    assert check_in(acting(anong), other, teak)


def test_nobody_learns_from_a_refusal_that_somebody_is_kept_apart(place, people, apart, acting, anong):
    """The words are those of a place without a bed that fits."""
    one, other = people.woman("One"), people.woman("Other")
    teak, men = place(women=3), place(men=3)
    apart(one, other)
    check_in(acting(anong), one, teak)
    said = []
    for where in (teak, men):
        with pytest.raises(Invalid) as refused:
            check_in(acting(anong), other, where)
        said.append(str(refused.value))
    assert said[0] == said[1] and "One" not in said[0]


def test_few_record_it_few_read_it_and_no_event_of_the_case_tells(
    people, apart, acting, cast, anong, sign_in
):
    one, other = people.woman("One Invented"), people.woman("Other Invented")
    apart(one, other)
    assert not CaseEvent.objects.filter(case=one, data__icontains="safety").exists()
    people.seen_by_dao(one)
    for who in ("dao", "kanya", "prasert", "ploy", "niran", "somsak"):
        with pytest.raises(Refused):
            record_flag(acting(cast[who]), one, Kind.WATCH)
    # Dao reads that One is kept apart, and not from whom: the other file is not hers.
    text = sign_in(cast["dao"]).get(reverse("shelter:safety", args=[one.pk])).content.decode()
    assert "Kept apart from somebody" in text and "not yours to read" in text
    assert "Other Invented" not in text and other.number not in text
    for who in ("kanya", "prasert", "ploy", "niran"):
        assert sign_in(cast[who]).get(reverse("shelter:safety", args=[one.pk])).status_code in (403, 404)


def test_why_is_sealed_and_read_on_the_page_of_the_person_only(people, acting, anong, sign_in):
    case, words = people.man(), "several said that he counted them in the evening"
    record_flag(acting(anong), case, Kind.SEPARATE, why=words)
    for rows in contents().values():
        assert not any("counted them" in row for row in rows), "in plain in the database"
    page = sign_in(anong)
    assert words in page.get(reverse("shelter:safety", args=[case.pk])).content.decode()
    assert words not in page.get(reverse("shelter:flags")).content.decode()
    assert not Entry.objects.filter(data__icontains="counted").exists()


def test_the_words_judge_nobody():
    """Whoever reads a page over a shoulder learns of a measure, not of a finding."""
    words = " ".join(str(label).casefold() for label in (*Kind.labels, *SafetyFlag.Ended.labels))
    for judging in (
        "overseer",
        "guard",
        "perpetrator",
        "suspect",
        "trafficker",
        "danger",
        "offender",
        "boss",
    ):
        assert judging not in words


def test_who_sleeps_too_near_is_shown_and_no_more_once_moved(place, people, apart, acting, anong, sign_in):
    one, other, teak, lotus = people.woman("One"), people.woman("Other"), place(women=3), place(women=3)
    check_in(acting(anong), one, teak)
    check_in(acting(anong), other, teak)
    apart(one, other)
    there, page = reverse("shelter:flags"), sign_in(anong)
    assert "Too near now" in page.get(there).content.decode()
    move(acting(anong), other, lotus)
    assert "Too near now" not in page.get(there).content.decode()
    record_flag(acting(anong), one, Kind.SEPARATE)
    assert "Too near now" in page.get(there).content.decode()
    check_out(acting(anong), one, Stay.Ended.LEFT)
    assert "Too near now" not in page.get(there).content.decode()


def test_bad_input_is_refused_in_words(people, acting, anong, now, sign_in, apart):
    case, other = people.woman("One"), people.woman("Other")
    with pytest.raises(Invalid, match="case number of the other"):
        record_flag(acting(anong), case, Kind.PERSON)
    with pytest.raises(Invalid, match="same person"):
        apart(case, case)
    with pytest.raises(Invalid, match="Choose the group"):
        record_flag(acting(anong), case, Kind.GROUP)
    with pytest.raises(Invalid, match="Within 60 days"):
        record_flag(acting(anong), case, Kind.WATCH, review_on=now.date())
    with pytest.raises(Invalid, match="neutral name"):
        add_to_group(acting(anong), case, " ")
    apart(case, other)
    with pytest.raises(Invalid, match="still holds"):
        apart(case, other)
    add, page = reverse("shelter:add_flag", args=[case.pk]), sign_in(anong)
    unknown = page.post(add, {"kind": "person", "number": "1234-5678-9", "reach": "room"})
    assert unknown.status_code == 422 and "You can open no case of this number" in unknown.content.decode()
    assert page.post(add, {"kind": "watch", "reach": "room"}).status_code == 302
    flag = SafetyFlag.objects.get(kind="watch")
    again = reverse("shelter:look_again", args=[case.pk, flag.pk])
    assert page.post(again, {"what": ""}).status_code == 302
    assert page.post(again, {"what": "not_needed"}).status_code == 302
    flag.refresh_from_db()
    assert flag.ended_as == "not_needed"


def test_nobody_is_put_beside_somebody_who_sleeps_alone_from_now_on(place, people, acting, anong):
    """The flag comes after the bed: until they are moved, their room takes nobody else."""
    first, second, teak = people.woman("First"), people.woman("Second"), place(women=3)
    check_in(acting(anong), first, teak)
    record_flag(acting(anong), first, Kind.SEPARATE)
    with pytest.raises(Invalid, match="No bed is free"):
        check_in(acting(anong), second, teak)


def test_a_flag_of_a_file_that_was_joined_is_looked_at_again_and_shown(place, people, acting, anong, sign_in):
    kept, merged, teak = people.woman("Kept"), people.woman("Merged"), place(women=3)
    record_flag(acting(anong), merged, Kind.WATCH)
    check_in(acting(anong), kept, teak)
    merge_people(acting(anong), kept, merged, reason="the same scar and the same passport")
    text = sign_in(anong).get(reverse("shelter:flags")).content.decode()
    assert kept.number in text and merged.number not in text
    there = sign_in(anong).get(reverse("shelter:place", args=[teak.pk])).content.decode()
    assert reverse("shelter:safety", args=[kept.pk]) in there
