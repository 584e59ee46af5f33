"""The way of a case: stages, who may do what next, time that does not fit."""

from dataclasses import replace
from datetime import datetime

import pytest

from moei.engines.protocol import Event, EventKind, fold, may_record
from moei.engines.protocol.tests.story import (
    FLOORLAND,
    THAILAND,
    at,
    codes,
    decided,
    event,
    recorded,
    until_panel,
)


def test_a_case_without_events_has_no_stage_and_may_be_reported():
    state = fold(THAILAND, [], at())
    assert state.stage is None
    assert state.child is None
    assert state.may("reported").ok
    assert not state.may("screening_recorded").ok
    assert {clock.status for clock in state.clocks} == {"not_started"}


def test_each_stage_is_reached_with_its_time():
    state = fold(THAILAND, decided(), at(days=4))
    assert [(stage.code, stage.reached_at) for stage in state.stages] == [
        ("listed", at(-24)),
        ("arrived", at(0)),
        ("registered", at(2)),
        ("screened", at(6)),
        ("interview", at(48)),
        ("panel", at(50)),
        ("determined", at(60.5)),
    ]
    assert state.stage.label_key == "stage.determined"


def test_a_referral_before_the_determination_is_not_the_stage_after_it():
    early = fold(THAILAND, [*decided(), event("referred", 10)], at(days=4))
    assert early.stage.code == "determined"
    late = fold(THAILAND, [*decided(), event("referred", 10), event("referred", 80)], at(days=4))
    assert (late.stage.code, late.stage.reached_at) == ("referred", at(80))


def test_closing_ends_what_may_be_done():
    state = fold(THAILAND, [event("reported", 0), event("closed", 1)], at(2))
    assert state.stage.code == "closed"
    assert [entry.action for entry in state.allowed if entry.ok] == ["reported", "voided"]
    assert state.may("listed").reason.code == "too_late"


def test_what_is_needed_first_is_said_and_who_may_do_it():
    state = fold(THAILAND, [event("handed_over")], at(1))
    screening = state.may("screening_recorded")
    assert (screening.ok, screening.reason.text) == (False, "This needs to be recorded first: registered.")
    assert "labour_protection" in screening.who
    assert "ngo_observer" not in screening.who


def test_what_is_done_once_is_not_done_twice():
    events = [event("handed_over"), event("registered", 1)]
    assert fold(THAILAND, events, at(2)).may("registered").reason.code == "already_recorded"
    assert may_record(THAILAND, events, event("registered", 2), at(2)).code == "already_recorded"


def test_an_action_the_protocol_does_not_have_may_not_be_taken():
    assert fold(FLOORLAND, [], at()).may("reflection_started").reason.code == "action_unknown"
    assert may_record(FLOORLAND, [], event("closed"), at()).code == "action_unknown"


def test_a_profession_that_may_not_is_refused():
    refusal = may_record(THAILAND, [], event("handed_over"), at(), profession="ngo_observer")
    assert refusal.code == "profession_may_not"
    assert may_record(THAILAND, [], event("handed_over"), at(), profession="police") is None


def test_every_kind_of_event_has_an_action_in_thailand():
    assert set(THAILAND.actions) == {kind.value for kind in EventKind}


def test_an_event_out_of_order_counts_and_is_pointed_out():
    state = fold(THAILAND, [event("handed_over"), event("screening_recorded", 3)], at(4))
    assert state.stage.code == "screened"
    assert codes(state.warnings) == ["out_of_order"]


def test_an_event_dated_after_it_was_recorded_is_pointed_out():
    state = fold(THAILAND, [recorded(event("handed_over", 5), 3)], at(6))
    assert codes(state.warnings) == ["happened_after_recorded"]


def test_a_clock_moved_back_is_pointed_out():
    state = fold(THAILAND, [event("handed_over", 5)], at(4))
    assert codes(state.warnings) == ["clock_moved_back"]
    assert "check the clock" in state.warnings[0].text


def test_an_unknown_kind_of_event_is_pointed_out_and_changes_nothing_else():
    state = fold(THAILAND, [event("teleported", 1), event("handed_over")], at(2))
    assert codes(state.warnings) == ["unknown_kind"]
    assert state.stages == fold(THAILAND, [event("handed_over")], at(2)).stages


def test_voiding_something_that_is_not_there_or_a_voiding_is_pointed_out():
    wrong = event("handed_over", 0, id="wrong")
    void = event("voided", 1, id="v1", event="wrong")
    again = event("voided", 2, id="v2", event="v1")
    state = fold(THAILAND, [wrong, void, again, event("voided", 3, id="v3", event="nobody")], at(4))
    assert codes(state.warnings) == ["void_of_void", "void_unknown"]
    assert state.stage is None


def test_a_corrected_handover_moves_the_clock():
    events = [
        event("handed_over", 0, id="wrong"),
        event("voided", 3, event="wrong"),
        event("handed_over", 2, id="right"),
    ]
    assert fold(THAILAND, events, at(4)).clock("preliminary_screening").due_at == at(26)


def test_two_different_events_with_one_id_are_refused_and_the_same_twice_is_one():
    with pytest.raises(ValueError, match="share the id"):
        fold(THAILAND, [event("handed_over", id="x"), event("arrived", id="x")], at())
    assert fold(THAILAND, until_panel() * 2, at(60)) == fold(THAILAND, until_panel(), at(60))


def test_times_need_a_zone_and_events_an_id():
    naive = datetime(2025, 2, 12)
    with pytest.raises(ValueError, match="no time zone"):
        fold(THAILAND, [], naive)
    with pytest.raises(ValueError, match="happened_at of event x"):
        Event("x", "arrived", naive, at())
    with pytest.raises(ValueError, match="needs an id"):
        replace(event("arrived"), id="")


@pytest.mark.parametrize("told", [True, "unsure", None])
def test_p09_a_person_whose_age_is_unsure_is_a_child(told):
    data = {} if told is None else {"child": told}
    state = fold(THAILAND, [event("registered", 1, **data)], at(2))
    assert state.child is True
    assert [dict(duty.params)["code"] for duty in state.requires] == [
        "guardian",
        "child_specialist",
        "no_means_needed",
    ]
    assert "guardian" in state.requires[0].text


def test_p09_only_a_registration_as_an_adult_makes_an_adult():
    state = fold(THAILAND, [event("registered", 1, child=False)], at(2))
    assert state.child is False
    assert state.requires == ()


def test_consent_is_asked_of_adults_where_the_protocol_says_so():
    adult = [event("registered", 0, child=False)]
    child = [event("registered", 0, child="unsure")]
    assert fold(FLOORLAND, adult, at(1)).may("referred").reason.code == "needs_first"
    assert fold(FLOORLAND, [*adult, event("consent_to_protection_given", 0.5)], at(1)).may("referred").ok
    assert fold(FLOORLAND, child, at(1)).may("referred").ok
