"""Clocks: ceilings, floors, entitlements; extensions, deferrals; hours, days and working days."""

from datetime import UTC, date, datetime, timedelta

import pytest

from moei.engines.protocol import Event, fold, may_record
from moei.engines.protocol.tests.story import (
    FLOORLAND,
    THAILAND,
    at,
    codes,
    decided,
    event,
    recorded,
    signature,
    until_panel,
)

HANDED = event("handed_over", 0)


def screening(events, now):
    return fold(THAILAND, events, now).clock("preliminary_screening")


def shelter(events, now):
    return fold(THAILAND, events, now).clock("shelter_before_interview")


def test_screening_runs_for_24_hours_from_the_recorded_handover():
    clock = screening([HANDED], at(5))
    assert (clock.status, clock.started_at, clock.due_at) == ("running", at(0), at(24))
    assert clock.remaining == timedelta(hours=19)
    assert screening([HANDED], at(24)).status == "running"
    assert screening([HANDED], at(24.01)).status == "missed"
    assert screening([HANDED], at(24.01)).remaining is None


def test_screening_is_met_or_missed_by_when_it_happened_not_by_when_it_was_written_down():
    in_time = recorded(event("screening_recorded", 23), 30)
    state = fold(THAILAND, [HANDED, event("registered", 1, child=False), in_time], at(40))
    assert state.clock("preliminary_screening").status == "met"
    assert codes(state.warnings) == ["recorded_after_due"]
    assert screening([HANDED, event("screening_recorded", 25)], at(40)).status == "missed"


def test_what_was_done_before_the_clock_started_meets_it_and_is_pointed_out():
    state = fold(THAILAND, [event("registered", -2), event("screening_recorded", -1), HANDED], at(1))
    assert state.clock("preliminary_screening").status == "met"
    assert codes(state.warnings) == ["stop_before_start"]


def test_closing_the_case_ends_a_clock_that_was_not_missed():
    assert screening([HANDED, event("closed", 5)], at(90)).status == "ended"
    assert screening([HANDED, event("closed", 30)], at(90)).status == "missed"


def extension(hours=10, /, **data):
    fields = {"clock": "preliminary_screening", "by": "court", "reason": "interpreter", "days": 3, **data}
    return event(
        "clock_extended", hours, **{key: value for key, value in fields.items() if value is not None}
    )


@pytest.mark.parametrize(
    ("given", "due"),
    [
        ({"days": 3}, at(24, days=3)),
        ({"days": None, "hours": 12}, at(36)),
        ({"days": None, "until": "2025-02-14T09:00:00+00:00"}, at(48)),
        ({"days": None, "until": "2025-02-14T16:00:00"}, at(48)),
        ({"days": None, "until": "2025-02-14"}, at(56)),
        ({"days": 7}, at(24, days=7)),
    ],
)
def test_the_court_may_extend_screening(given, due):
    clock = screening([HANDED, extension(**given)], at(11))
    assert (clock.due_at, clock.extended_by, clock.status) == (due, due - at(24), "running")


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ({"by": "police"}, "this office may not"),
        ({"reason": None}, "a reason is required"),
        ({"days": 8}, "longest extension"),
        ({"days": 0}, "must move the clock forward"),
        ({"days": True}, "must move the clock forward"),
        ({"hours": 3}, "needs one of"),
        ({"days": None}, "needs one of"),
        ({"days": None, "until": "soon"}, "needs one of"),
        ({"days": None, "until": "2025-02-12"}, "must move the clock forward"),
        ({"clock": "no_such_clock"}, "no such clock"),
        ({"clock": "shelter_before_interview"}, "this office may not"),
    ],
)
def test_an_extension_that_is_not_allowed_is_not_taken(given, why):
    events = [HANDED, event("registered", 1, child=False), extension(**given)]
    state = fold(THAILAND, events, at(11))
    assert state.clock("preliminary_screening").due_at == at(24)
    assert codes(state.warnings) == ["extension_refused"]
    assert why in state.warnings[0].text
    assert state.refused[0].event == events[-1].id
    assert may_record(THAILAND, events[:-1], events[-1], at(11)).text == state.refused[0].reason.text


def test_an_extension_after_the_clock_ran_out_or_stopped_or_before_it_started_is_not_taken():
    assert screening([HANDED, extension(25)], at(26)).status == "missed"
    met = fold(
        THAILAND, [HANDED, event("registered", 1), event("screening_recorded", 2), extension(3)], at(4)
    )
    assert "had stopped" in met.warnings[0].text
    assert met.clock("preliminary_screening").due_at == at(24)
    early = fold(THAILAND, [HANDED, extension(-1)], at(4))
    assert "had not started" in early.warnings[0].text
    never = fold(THAILAND, [extension(-1)], at(4))
    assert "had not started" in never.warnings[0].text


def test_extensions_add_up_to_the_longest_allowed_and_no_further():
    clock = screening([HANDED, extension(1, days=4), extension(2, days=3), extension(3, days=1)], at(5))
    assert clock.due_at == at(24, days=7)
    assert clock.extended_by == timedelta(days=7)


def test_extending_is_offered_only_while_a_clock_that_can_be_extended_runs():
    assert fold(THAILAND, [HANDED], at(1)).may("clock_extended").ok
    assert fold(THAILAND, [HANDED], at(25)).may("clock_extended").reason.code == "no_clock_to_extend"


def test_shelter_before_the_interview_is_up_to_15_days():
    assert shelter([HANDED], at(days=1)).due_at == at(days=15)
    assert shelter(until_panel(), at(days=20)).status == "met"
    assert shelter([HANDED], at(days=15.01)).status == "missed"


REGISTERED = [HANDED, event("registered", 1, child=False), event("screening_recorded", 2)]


def deferral(hours=72, **data):
    return event("deferred", hours, by="person", **data)


def test_p06_a_deferral_is_never_missed():
    for days in (4, 15, 16, 400):
        clock = shelter([*REGISTERED, deferral(until="2025-02-20")], at(days=days))
        assert clock.status == "deferred"


def test_p06_a_deferral_says_how_long_and_asks_again_when_its_date_has_passed():
    events = [*REGISTERED, deferral(until="2025-02-20")]
    clock = shelter(events, at(days=4))
    assert clock.deferred_until == datetime(2025, 2, 20, 17, tzinfo=UTC)  # midnight in Thailand
    assert clock.remaining == clock.deferred_until - at(days=4)
    assert "deferral_over" not in codes(fold(THAILAND, events, at(days=4)).warnings)
    assert "deferral_over" in codes(fold(THAILAND, events, at(days=9)).warnings)


def test_p06_time_deferred_is_given_back_when_the_person_goes_on():
    lifted = [*REGISTERED, deferral(72), event("interview_started", 24 * 20)]
    clock = shelter(lifted, at(days=30))
    assert (clock.status, clock.due_at) == ("met", at(days=15 + 17))
    told = [*REGISTERED, deferral(72, until="2025-02-20"), event("interview_started", 24 * 5)]
    assert "deferral_over" not in codes(fold(THAILAND, told, at(days=30)).warnings)


def test_p06_a_deferral_does_not_undo_what_was_missed_before_it():
    assert shelter([*REGISTERED, deferral(24 * 16)], at(days=17)).status == "missed"


def test_p06_deferrals_that_overlap_are_counted_once():
    events = [*REGISTERED, deferral(48), deferral(72), event("interview_completed", 96)]
    assert shelter(events, at(days=5)).due_at == at(days=17)


def test_p06_a_deferral_over_before_the_clock_started_changes_nothing():
    events = [event("registered", -96), deferral(-90, until="2025-02-10"), HANDED]
    assert shelter(events, at(days=1)).status == "running"
    assert shelter(events, at(days=16)).status == "missed"


def test_a_clock_that_limits_holding_people_is_not_deferred():
    state = fold(
        THAILAND, [HANDED, event("registered", 1), deferral(2, clocks=["preliminary_screening"])], at(25)
    )
    assert state.clock("preliminary_screening").status == "missed"
    assert state.clock("shelter_before_interview").status == "running"
    assert "clock_not_deferrable" in codes(state.warnings)


def test_a_deferral_whose_date_cannot_be_read_is_open_ended():
    state = fold(THAILAND, [*REGISTERED, deferral(until="soon")], at(days=30))
    assert state.clock("shelter_before_interview").status == "deferred"
    assert state.clock("shelter_before_interview").remaining is None
    assert "deferral_unreadable" in codes(state.warnings)


def test_a_case_closed_while_deferred_is_ended():
    assert shelter([*REGISTERED, deferral(), event("closed", 24 * 20)], at(days=21)).status == "ended"


def test_p06_an_entitlement_is_never_missed():
    events = [*REGISTERED, event("reflection_started", 3)]
    clocks = [fold(THAILAND, events, at(days=days)).clock("reflection") for days in (1, 45, 46, 500)]
    assert [clock.status for clock in clocks] == ["running", "running", "ended", "ended"]
    assert clocks[0].due_at == at(3, days=45)


def test_p06_only_the_person_ends_the_reflection_period_and_not_in_advance():
    consent = event("consent_to_protection_given", 2.5)
    started = [*REGISTERED, event("reflection_started", 3)]
    assert fold(THAILAND, [*started, consent], at(50)).clock("reflection").status == "running"
    ended = fold(THAILAND, [*started, event("reflection_ended", 30)], at(50)).clock("reflection")
    assert (ended.status, ended.stopped_at) == ("ended", at(30))
    heard = [*started, event("interview_started", 48), event("interview_completed", 49)]
    assert fold(THAILAND, heard, at(50)).clock("reflection").status == "running"


def moment(year, month, day, hour=9):
    return datetime(year, month, day, hour, tzinfo=UTC)


def happened(kind, when, **data):
    return Event(f"{kind}@{when}", kind, when, when, data)


def test_working_days_leave_out_weekends_and_holidays_and_end_at_midnight():
    friday = [happened("referred", moment(2025, 4, 11))]
    clock = fold(FLOORLAND, friday, moment(2025, 4, 12)).clock("first_decision")
    assert clock.due_at == datetime(2025, 4, 18, 23, tzinfo=UTC)  # Friday's midnight, London in summer
    easter = {date(2025, 4, 18), date(2025, 4, 21)}
    clock = fold(FLOORLAND, friday, moment(2025, 4, 12), holidays=easter).clock("first_decision")
    assert clock.due_at == datetime(2025, 4, 22, 23, tzinfo=UTC)


def test_an_extension_in_working_days_counts_on_from_the_last_day():
    told = {"clock": "first_decision", "by": "tribunal", "reason": "x", "days": 1}
    events = [
        happened("referred", moment(2025, 4, 9)),
        happened("clock_extended", moment(2025, 4, 14), **told),
    ]
    clock = fold(FLOORLAND, events, moment(2025, 4, 15)).clock("first_decision")
    assert clock.due_at == datetime(2025, 4, 17, 23, tzinfo=UTC)  # Wednesday's midnight, and Thursday on top


def test_a_deferred_clock_may_be_extended_after_its_first_date():
    told = {"clock": "first_decision", "by": "tribunal", "reason": "x", "days": 1}
    events = [
        happened("referred", moment(2025, 4, 9)),
        happened("deferred", moment(2025, 4, 10), by="person"),
        happened("clock_extended", moment(2025, 5, 14), **told),
    ]
    state = fold(FLOORLAND, events, moment(2025, 5, 15))
    assert state.clock("first_decision").due_at == datetime(2025, 4, 17, 23, tzinfo=UTC)
    assert state.refused == ()


def test_the_site_may_be_in_another_time_zone():
    events = [happened("registered", moment(2025, 4, 11, 20))]
    london = fold(FLOORLAND, events, moment(2025, 4, 12)).clock("rest")
    bangkok = fold(FLOORLAND, events, moment(2025, 4, 12), time_zone="Asia/Bangkok").clock("rest")
    assert london.due_at == datetime(2025, 4, 13, 23, tzinfo=UTC)
    assert bangkok.due_at == datetime(2025, 4, 14, 17, tzinfo=UTC)


def test_days_keep_the_hour_when_summer_time_begins():
    events = [happened("handed_over", moment(2025, 3, 20, 9))]
    clock = fold(THAILAND, events, moment(2025, 3, 21), time_zone="Europe/London").clock(
        "shelter_before_interview"
    )
    assert clock.due_at == datetime(2025, 4, 4, 8, tzinfo=UTC)


def test_a_floor_forbids_the_interview_until_it_is_over():
    events = [event("registered", 0)]
    during = fold(FLOORLAND, events, at(10))
    assert during.clock("rest").status == "running"
    assert during.may("interview_started").reason.code == "clock_guards"
    after = fold(FLOORLAND, events, at(days=4))
    assert after.clock("rest").status == "met"
    assert after.may("interview_started").ok


def test_a_floor_is_missed_when_the_interview_came_too_early_and_lifted_by_the_person():
    early = fold(FLOORLAND, [event("registered", 0), event("interview_started", 5)], at(days=9))
    assert early.clock("rest").status == "missed"
    assert codes(early.warnings) == ["guard_broken"]
    wish = [event("registered", 0), event("reflection_ended", 4), event("interview_started", 5)]
    assert fold(FLOORLAND, wish, at(6)).clock("rest").status == "ended"


def test_a_decision_by_one_officer_stops_its_clock_and_starts_the_time_to_appeal():
    events = [
        event("registered", 0),
        event("referred", 1),
        event("determination_signed", 2, profession="competent_authority", member="m", outcome="no"),
        event("determination_made", 3, outcome="no"),
    ]
    state = fold(FLOORLAND, events, at(4))
    assert state.clock("first_decision").status == "met"
    assert (state.clock("appeal").status, state.clock("appeal").started_at) == ("running", at(3))
    assert fold(FLOORLAND, events, at(days=60)).clock("appeal").status == "ended"


def test_p06_a_panel_that_says_not_yet_suspends_the_clock_of_the_decision():
    events = [
        event("referred", 1),
        signature("competent_authority", "later", 2),
        event("determination_made", 3, outcome="later", until="2025-03-01"),
    ]
    state = fold(FLOORLAND, events, at(days=60))
    assert state.clock("first_decision").status == "deferred"
    assert state.clock("appeal").status == "not_started"


def test_a_clock_of_no_protocol_is_a_key_error():
    with pytest.raises(KeyError):
        fold(THAILAND, decided(), at(70)).clock("nothing")
