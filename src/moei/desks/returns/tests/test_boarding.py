"""Boarding with a last look, a change after cards, departure, arrival, and who stays behind."""

from datetime import timedelta

import pytest

from moei.access.acting import Invalid, Refused
from moei.casefile.models import Case, CaseEvent, TravelCheck, TravelDocument
from moei.desks.returns.actions.board import board, confirm_arrival, confirm_departure, leave_behind
from moei.desks.returns.actions.hold_seat import confirm_seat, hold_seat
from moei.desks.returns.actions.plan_journey import change_journey, start_boarding
from moei.desks.returns.actions.record_check import record_check
from moei.desks.returns.models import Journey, Seat


@pytest.fixture
def seated(fly, ways, acting, ploy):
    """`journey, seat = seated()`: boarding has begun, and somebody who is ready holds a seat."""

    def make(case=None, **values):
        journey = fly(**values)
        seat = hold_seat(acting(ploy), journey, case or ways.ready())
        start_boarding(acting(ploy), journey)
        journey.refresh_from_db()
        return journey, seat

    return make


def events(kind):
    return CaseEvent.objects.filter(kind=kind).count()


def test_p16_nobody_boards_before_risk_on_return_was_asked_and_answered(seated, ways, acting, ploy):
    case = ways.settled(ways.told())
    TravelCheck.objects.filter(code=TravelCheck.Code.RISK_ASKED).delete()
    _journey, seat = seated(case)
    with pytest.raises(Invalid, match="prosecution or recapture"):
        board(acting(ploy), seat)
    asked = TravelCheck.Code.RISK_ASKED, TravelCheck.Answer.YES
    record_check(acting(ploy), case, *asked, note="No debt, no threat (invented).")
    board(acting(ploy), seat)
    seat.refresh_from_db()
    assert seat.boarded_at


def test_who_was_ready_and_is_not_any_more_does_not_board_and_is_told_why(seated, acting, ploy):
    _journey, seat = seated()
    TravelDocument.objects.update(voided_at=acting(ploy).now)
    with pytest.raises(Invalid, match="No travel document that is valid"):
        board(acting(ploy), seat)


def test_fear_that_was_told_at_the_last_minute_stops_boarding_and_departure(seated, ways, acting, ploy):
    journey, seat = seated()
    board(acting(ploy), seat)
    ways.fears(seat.case)
    with pytest.raises(Invalid, match="no longer ready"):
        confirm_departure(acting(ploy, later=timedelta(hours=1)), journey, at=acting(ploy).now)
    assert events("departed") == 0
    leave_behind(acting(ploy), seat, why=Seat.Ended.FEARS)
    assert Seat.objects.get().left_behind


def test_a_change_after_boarding_asks_everybody_again_and_makes_cards_void(seated, acting, ploy, plan, now):
    journey, seat = seated()
    Seat.objects.update(card_revision=1)
    board(acting(ploy), seat)
    change_journey(acting(ploy), journey, plan(departs_at=now + timedelta(days=5)), reason="storm")
    seat.refresh_from_db()
    assert seat.boarded_at is None and seat.card_revision == 1
    with pytest.raises(Invalid, match="journey changed"):
        board(acting(ploy), seat)
    confirm_seat(acting(ploy), seat)
    board(acting(ploy), seat)


def test_departed_arrived_and_received(seated, acting, ploy):
    journey, seat = seated()
    board(acting(ploy), seat)
    with pytest.raises(Invalid, match="boarded already"):
        board(acting(ploy), seat)
    left = acting(ploy, later=timedelta(hours=1))
    assert confirm_departure(left, journey, at=left.now) == 1
    with pytest.raises(Invalid):
        confirm_departure(left, journey, at=left.now)
    assert Case.objects_unchecked.get(pk=seat.case_id).stage == "returning"
    there = acting(ploy, later=timedelta(hours=12))
    with pytest.raises(Invalid, match="who received"):
        confirm_arrival(there, seat, at=there.now, received_by=" ")
    with pytest.raises(Invalid, match="before the departure"):
        confirm_arrival(there, seat, at=left.now - timedelta(minutes=5), received_by="Her sister (invented)")
    confirm_arrival(there, seat, at=there.now, received_by="Her sister (invented)")
    with pytest.raises(Invalid):
        confirm_arrival(there, seat, at=there.now, received_by="Twice")
    assert (events("departed"), events("arrived_home")) == (1, 1)
    assert Case.objects_unchecked.get(pk=seat.case_id).stage == "returned"
    assert Journey.objects.get().status == Journey.Status.ARRIVED


def test_it_does_not_leave_while_somebody_is_neither_aboard_nor_said_to_stay(seated, ways, acting, ploy):
    journey, seat = seated()
    other = hold_seat(acting(ploy), journey, ways.told("Late Person"))
    board(acting(ploy), seat)
    left = acting(ploy, later=timedelta(hours=1))
    with pytest.raises(Invalid, match="why they stay behind"):
        confirm_departure(left, journey, at=left.now)
    leave_behind(acting(ploy), other, why=Seat.Ended.NOT_THERE)
    assert confirm_departure(left, journey, at=left.now) == 1
    assert events("departed") == 1


def test_only_who_plans_boards(seated, acting, cast):
    journey, seat = seated()
    for who in ("anong", "kanya", "tesfa", "mallory"):
        with pytest.raises(Refused):
            board(acting(cast[who]), seat)
        with pytest.raises(Refused):
            confirm_departure(acting(cast[who]), journey, at=acting(cast[who]).now)
