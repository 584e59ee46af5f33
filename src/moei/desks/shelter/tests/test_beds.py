"""Who gets which bed: by sex and age, never two in one, with the history kept."""

from datetime import timedelta

import pytest

from moei.access.acting import Invalid, Refused
from moei.casefile.actions.merge_people import merge_people
from moei.casefile.models import CaseEvent, Person
from moei.desks.shelter.actions.keep_place import add_room, close_place, open_place
from moei.desks.shelter.actions.stay import check_in, check_out, move, reserve
from moei.desks.shelter.models import Room, Stay


def kinds(case):
    found = CaseEvent.objects.filter(case=case, kind__startswith="shelter").order_by("happened_at")
    return list(found.values_list("kind", flat=True))


def test_women_men_and_children_sleep_in_rooms_of_their_own(place, people, acting, anong, bed_of):
    teak = place(women=2, men=2, girls=2, boys=2)
    who = {
        "women": people.woman(),
        "men": people.man(),
        "girls": people.girl(),
        "boys": people.boy(),
    }
    for room, case in who.items():
        check_in(acting(anong), case, teak)
        assert bed_of(case) == ("Teak", room)


@pytest.mark.parametrize("kept_for", ["men", "girls", "family"])
def test_a_woman_gets_no_bed_in_a_room_that_is_for_others(place, people, acting, anong, kept_for):
    teak = place(**{kept_for: 3})
    with pytest.raises(Invalid, match="No bed is free here that fits"):
        check_in(acting(anong), people.woman(), teak)


def test_whose_sex_is_not_known_sleeps_alone_only(place, people, acting, anong, bed_of):
    case = people.woman()
    Person.objects.filter(pk=case.person_id).update(sex="")
    case.person.refresh_from_db()
    teak = place(women=2, men=2, one=1)
    check_in(acting(anong), case, teak)
    assert bed_of(case) == ("Teak", "one")


def test_p09_whose_age_is_unsure_sleeps_as_a_child(place, people, acting, anong, bed_of):
    case = people.woman()
    Person.objects.filter(pk=case.person_id).update(age_unsure=True)
    case.person.refresh_from_db()
    with pytest.raises(Invalid, match="No bed is free here"):
        check_in(acting(anong), case, place(women=3))
    check_in(acting(anong), case, place(girls=1))
    assert bed_of(case) == ("Lotus", "girls")


def test_no_more_people_than_beds_and_a_bed_that_is_left_is_given_again(place, people, acting, anong):
    teak, first = place(women=1), people.woman("First")
    check_in(acting(anong), first, teak)
    with pytest.raises(Invalid, match="No bed is free"):
        check_in(acting(anong), people.woman("Second"), teak)
    check_out(acting(anong), first, Stay.Ended.LEFT)
    check_in(acting(anong), people.woman("Third"), teak)
    assert kinds(first) == ["sheltered", "shelter_left"]


def test_whoever_has_a_bed_elsewhere_is_not_checked_in_twice_also_by_a_joined_file(
    place, people, acting, anong
):
    teak, lotus = place(women=2), place(women=2)
    kept, merged = people.woman("One"), people.woman("The same one")
    check_in(acting(anong), merged, teak)
    with pytest.raises(Invalid, match="has a bed in Teak already"):
        check_in(acting(anong), merged, lotus)
    merge_people(acting(anong), kept, merged, reason="the same scar and the same passport")
    with pytest.raises(Invalid, match="has a bed in Teak already"):
        check_in(acting(anong), kept, lotus)
    with pytest.raises(Invalid, match="was joined into another one"):
        check_in(acting(anong), merged, lotus)
    check_out(acting(anong), kept, Stay.Ended.LEFT)
    assert check_in(acting(anong), kept, lotus)


def test_a_move_keeps_both_beds_in_the_history_and_the_person_sheltered(place, people, acting, anong, now):
    teak, lotus, case = place(women=1), place(women=1), people.woman()
    check_in(acting(anong), case, teak)
    moved = move(acting(anong, later=timedelta(hours=3)), case, lotus)
    assert (moved.moved_from.ended_as, moved.moved_from.ended_at) == ("moved", now + timedelta(hours=3))
    assert kinds(case) == ["sheltered"]
    assert check_in(acting(anong), people.woman("Another"), teak)
    with pytest.raises(Invalid, match="no bed to move from"):
        move(acting(anong), people.woman("Nobody's bed"), teak)


def test_a_move_within_a_full_place_to_a_bed_that_is_taken_is_refused(place, people, acting, anong):
    teak = place(women=2)
    one, two = people.woman("One"), people.woman("Two")
    check_in(acting(anong), one, teak)
    check_in(acting(anong), two, teak)
    with pytest.raises(Invalid):
        move(acting(anong), one, teak)
    assert Stay.objects.filter(ended_at__isnull=True).count() == 2


def test_a_reservation_holds_the_bed_until_it_is_over(place, people, acting, anong):
    teak, case = place(women=1), people.woman("Expected")
    kept = reserve(acting(anong), case, teak)
    assert kinds(case) == []
    with pytest.raises(Invalid, match="No bed is free"):
        reserve(acting(anong), people.woman("Second"), teak)
    with pytest.raises(Invalid, match="is kept for this person in Teak"):
        reserve(acting(anong), case, place(women=1))
    late = acting(anong, later=timedelta(hours=49))
    check_in(late, people.woman("Third"), teak)
    kept.refresh_from_db()
    assert kept.ended_as == "lapsed"
    with pytest.raises(Invalid, match="No bed is free"):
        check_in(late, case, teak)


def test_whoever_is_expected_gets_the_bed_that_was_kept(place, people, acting, anong):
    teak, case = place(women=3), people.woman()
    kept = reserve(acting(anong), case, teak)
    came = check_in(acting(anong, later=timedelta(hours=5)), case, teak)
    assert came.pk == kept.pk and kinds(case) == ["sheltered"]


def test_given_up_before_coming_is_no_leaving(place, people, acting, anong):
    teak, case = place(women=1), people.woman()
    reserve(acting(anong), case, teak)
    (stay,) = check_out(acting(anong), case, Stay.Ended.LEFT)
    assert stay.ended_as == "cancelled" and kinds(case) == []
    with pytest.raises(Invalid, match="has no bed"):
        check_out(acting(anong), case, Stay.Ended.LEFT)


def test_a_place_with_people_is_not_closed_and_a_closed_one_takes_nobody(place, people, acting, anong):
    teak, case = place(women=2), people.woman()
    reserve(acting(anong), case, teak)
    with pytest.raises(Invalid, match="1 people sleep here or are expected"):
        close_place(acting(anong), teak, why="the lease is over")
    check_out(acting(anong), case, Stay.Ended.LEFT)
    with pytest.raises(Invalid, match="Say why"):
        close_place(acting(anong), teak, why=" ")
    close_place(acting(anong), teak, why="the lease is over")
    for act in (
        lambda: check_in(acting(anong), case, teak),
        lambda: add_room(acting(anong), teak, "9", Room.For.MEN, 3),
        lambda: close_place(acting(anong), teak, why="again"),
    ):
        with pytest.raises(Invalid, match="This place is closed"):
            act()


def test_a_place_that_is_not_empty_any_more_after_its_reservations_lapsed_can_be_closed(
    place, people, acting, anong
):
    teak = place(women=2)
    reserve(acting(anong), people.woman(), teak)
    close_place(acting(anong, later=timedelta(hours=50)), teak, why="the lease is over")
    assert Stay.objects.get().ended_as == "lapsed"


def test_bad_rooms_and_times_are_refused_in_words(place, people, acting, anong):
    teak, case = place(women=1), people.woman()
    for beds in (0, 201):
        with pytest.raises(Invalid, match="between 1 and 200"):
            add_room(acting(anong), teak, "9", Room.For.MEN, beds)
    with pytest.raises(Invalid, match="room of this number already"):
        add_room(acting(anong), teak, "women", Room.For.MEN, 1)
    with pytest.raises(Invalid, match="has one bed"):
        add_room(acting(anong), teak, "9", Room.For.ONE, 2)
    with pytest.raises(Invalid, match="in the future"):
        check_in(acting(anong), case, teak, at=acting(anong).now + timedelta(hours=1))
    with pytest.raises(Invalid, match="Another place has this name"):
        open_place(acting(anong), "Teak")
    check_in(acting(anong), case, teak)
    with pytest.raises(Invalid, match="before they came"):
        check_out(acting(anong), case, Stay.Ended.LEFT, at=acting(anong).now - timedelta(hours=1))


def test_only_who_may_record_the_place_gives_a_bed(place, people, acting, cast, anong):
    teak, case = place(women=2), people.woman()
    for who in ("dao", "kanya", "prasert", "ploy", "niran", "somsak", "mallory"):
        with pytest.raises(Refused):
            check_in(acting(cast[who]), case, teak)
    people.seen_by_dao(case)
    assert check_in(acting(cast["dao"]), case, teak)
