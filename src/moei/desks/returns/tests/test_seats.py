"""A seat is held, given up, and never held by two; nobody who may not is let in."""

from datetime import timedelta

import pytest

from moei.access.acting import Invalid, Refused
from moei.casefile.actions.assign_case import assign_case
from moei.casefile.actions.consent import record_consent, withdraw_consent
from moei.casefile.actions.load_wordings import current_wording, load_wordings
from moei.casefile.actions.merge_people import merge_people
from moei.casefile.feared_states import close_to_feared_states
from moei.casefile.models import Purpose, TravelCheck
from moei.desks.returns.actions.hold_seat import hold_seat, release_seat
from moei.desks.returns.actions.plan_journey import cancel_journey, change_journey
from moei.desks.returns.actions.record_check import record_check
from moei.desks.returns.models import Seat
from moei.desks.shelter.actions.outcome import record_outcome
from moei.desks.shelter.models import Outcome


def held(journey):
    return list(Seat.objects.filter(journey=journey, ended_at__isnull=True).values_list("number", flat=True))


def test_no_more_people_than_seats_and_a_released_one_is_given_again(fly, ways, acting, ploy):
    journey = fly(seats=1)
    seat = hold_seat(acting(ploy), journey, ways.told("One"))
    with pytest.raises(Invalid, match="All seats"):
        hold_seat(acting(ploy), journey, ways.told("Two"))
    release_seat(acting(ploy), seat, why=Seat.Ended.ILL)
    with pytest.raises(Invalid, match="released already"):
        release_seat(acting(ploy), seat, why=Seat.Ended.ILL)
    assert hold_seat(acting(ploy), journey, ways.told("Three")).number == 1


def test_nobody_holds_two_seats_also_not_by_a_joined_file(fly, ways, acting, ploy, anong):
    kept, merged = ways.told("One"), ways.told("The same one")
    hold_seat(acting(ploy), fly(), merged)
    merge_people(acting(anong), kept, merged, reason="the same scar and the same passport")
    with pytest.raises(Invalid, match="holds a seat already"):
        hold_seat(acting(ploy), fly(), kept)


def test_fear_in_a_joined_file_stops_the_seat_and_another_state_does_not(fly, ways, acting, ploy, anong):
    kept, merged = ways.ready("One"), ways.told("The same one")
    ways.fears(merged)
    merge_people(acting(anong), kept, merged, reason="the same scar and the same passport")
    with pytest.raises(Invalid, match="fears this state"):
        hold_seat(acting(ploy), fly(), kept)
    assert hold_seat(acting(ploy), fly(state="KEN"), kept)


def test_only_who_plans_and_may_record_holds_a_seat(fly, ways, acting, cast, anong):
    journey, case = fly(), ways.told()
    assign_case(acting(anong), case, cast["kanya"])
    for who in ("anong", "kanya", "tesfa", "dao", "niran", "mallory"):
        with pytest.raises(Refused):
            hold_seat(acting(cast[who]), journey, case)


def test_fewer_seats_than_held_are_refused_and_what_was_before_is_kept(fly, ways, acting, ploy, plan, now):
    journey = fly()
    for name in ("One", "Two"):
        hold_seat(acting(ploy), journey, ways.told(name))
    with pytest.raises(Invalid, match="More seats are held"):
        change_journey(acting(ploy), journey, plan(seats=1), reason="smaller plane")
    later = now + timedelta(days=4)
    change = change_journey(acting(ploy), journey, plan(departs_at=later), reason="late")
    journey.refresh_from_db()
    assert (journey.revision, list(change.fields)) == (2, ["departs_at"])
    assert change_journey(acting(ploy), journey, plan(departs_at=later), reason="again") is None


def test_a_cancelled_journey_releases_everybody(fly, ways, acting, ploy):
    journey = fly()
    hold_seat(acting(ploy), journey, ways.told())
    cancel_journey(acting(ploy), journey, reason="no permission to land")
    assert held(journey) == [] and hold_seat(acting(ploy), fly(), ways.told("Another"))


def test_p04_who_does_not_wish_to_go_any_more_frees_the_seat_at_once(fly, ways, acting, ploy):
    journey, case = fly(), ways.ready()
    hold_seat(acting(ploy), journey, case)
    record_check(acting(ploy), case, TravelCheck.Code.WISHES_TO_GO, TravelCheck.Answer.NO)
    assert held(journey) == [] and Seat.objects.get().ended_as == Seat.Ended.CHANGED_MIND


def test_p04_consent_withdrawn_for_the_mission_frees_the_seat_to_its_state(
    fly, ways, acting, ploy, cast, agencies, anong, now
):
    load_wordings(now=now)
    case, kanya = ways.ready(), cast["kanya"]
    assign_case(acting(anong), case, kanya)
    consent = record_consent(
        acting(kanya),
        case,
        Purpose.EMBASSY,
        given=True,
        wording=current_wording(Purpose.EMBASSY, "am"),
        recipient=agencies["Embassy of Ethiopia"],
        translated_by=cast["selam"],
    )
    journey = fly()
    hold_seat(acting(ploy), journey, case)
    withdraw_consent(acting(kanya), consent)
    assert held(journey) == [] and Seat.objects.get().ended_as == Seat.Ended.CONSENT_ENDED


@pytest.mark.parametrize("state", ["ETH", ""])
def test_p01_who_says_that_they_fear_the_state_frees_the_seat_at_once(fly, ways, acting, ploy, state):
    journey, case = fly(), ways.ready()
    hold_seat(acting(ploy), journey, case)
    ways.fears(case, state)
    close_to_feared_states(acting(ploy), {case.person_id})
    assert held(journey) == [] and Seat.objects.get().ended_as == Seat.Ended.FEARS


def test_fear_of_another_state_keeps_the_seat(fly, ways, acting, ploy):
    journey, case = fly(), ways.ready()
    hold_seat(acting(ploy), journey, case)
    ways.fears(case, "KEN")
    close_to_feared_states(acting(ploy), {case.person_id})
    assert held(journey) == [1]


def test_the_seat_of_somebody_who_died_is_free_and_nothing_here_tells_of_it(fly, ways, acting, ploy, anong):
    journey, kept, merged = fly(seats=1), ways.told("One"), ways.told("The same one")
    seat = hold_seat(acting(ploy), journey, merged)
    merge_people(acting(anong), kept, merged, reason="the same scar and the same passport")
    record_outcome(acting(anong), kept, Outcome.Kind.DIED)
    seat.refresh_from_db()
    assert seat.ended_as == Seat.Ended.NOT_READY
    assert hold_seat(acting(ploy), journey, ways.told("Another")).number == 1
    with pytest.raises(Invalid):
        hold_seat(acting(ploy), fly(), kept)


def test_who_is_in_hospital_keeps_the_seat_and_does_not_board(fly, ways, acting, ploy, anong):
    journey, case = fly(seats=1), ways.told("One")
    hold_seat(acting(ploy), journey, case)
    record_outcome(acting(anong), case, Outcome.Kind.HOSPITAL)
    assert held(journey) == [1]
