"""The panel: quorum, professions, dissent, negative outcomes, "not yet"."""

import pytest

from moei.engines.protocol import fold, may_record
from moei.engines.protocol.load import parse_protocol
from moei.engines.protocol.tests.story import (
    GAP,
    REASONS,
    THAILAND,
    at,
    codes,
    decided,
    event,
    signature,
    until_panel,
)
from moei.protocols import read

YES, NO = "victim_consents", "not_victim_to_immigration"
NOW = at(days=4)


def panel(*signatures, protocol=THAILAND):
    return fold(protocol, [*until_panel(), *signatures], NOW).panel


def refusal(*events):
    return fold(THAILAND, [*until_panel(), *events], NOW).refused[-1].reason.code


def test_the_panel_opens_when_the_statement_was_read_back():
    closed = fold(THAILAND, until_panel()[:-1], NOW)
    assert not closed.panel.open
    assert closed.panel.closed_because.text == "This needs to be recorded first: statement_read_back."
    assert closed.may("determination_signed").who == ()
    opened = fold(THAILAND, until_panel(), NOW)
    assert opened.panel.open
    assert opened.may("determination_signed").ok
    assert opened.panel.missing == ("social_development",)


def test_a_signature_dated_before_the_statement_was_read_back_is_not_taken():
    assert refusal(signature("police", YES, 49.5)) == "needs_first"


def test_three_professions_with_social_development_conclude():
    two = panel(signature("social_development", YES), signature("police", YES))
    assert not two.complete
    three = panel(signature("social_development", YES), signature("police", YES), signature("health", YES))
    assert (three.complete, three.concluded, three.dissent, three.missing) == (True, YES, (), ())


def test_without_social_development_there_is_no_quorum():
    signatures = [
        signature(profession, YES) for profession in ("police", "health", "justice", "public_prosecutor")
    ]
    state = fold(THAILAND, [*until_panel(), *signatures], NOW)
    assert not state.panel.complete
    reason = state.may("determination_made").reason
    assert (reason.code, dict(reason.params)["missing"]) == (
        "panel_not_complete_missing",
        "social_development",
    )


def test_an_observer_signs_without_counting():
    state = panel(
        signature("social_development", YES), signature("police", YES), signature("ngo_observer", NO, **GAP)
    )
    assert {entry.profession for entry in state.signed if entry.counts} == {"social_development", "police"}
    assert not state.complete


def test_a_profession_signs_once_and_a_member_for_one_profession():
    first = signature("police", YES, 60)
    state = panel(first)
    assert state.may_sign("police").text == "The profession police has already signed; each signs once."
    assert state.may_sign("health", "member-police").code == "member_already_signed"
    assert state.may_sign("fisheries").code == "profession_not_on_panel"
    assert state.may_sign("health", "somebody-else") is None
    assert refusal(first, signature("police", NO, 61, member="another", **GAP)) == "profession_already_signed"
    assert refusal(first, signature("health", YES, 61, member="member-police")) == "member_already_signed"
    assert refusal(signature("fisheries", YES)) == "profession_not_on_panel"


def test_a_seat_that_is_taken_is_no_longer_offered():
    state = fold(THAILAND, [*until_panel(), signature("police", YES)], NOW)
    assert "police" not in state.may("determination_signed").who
    assert "health" in state.may("determination_signed").who


def test_a_signature_that_is_not_taken_does_not_count_and_is_kept_in_sight():
    signatures = [signature("police", YES, 60), signature("police", YES, 61, member="b")]
    state = fold(THAILAND, [*until_panel(), *signatures], NOW)
    assert len(state.panel.signed) == 1
    assert (state.refused[0].event, state.refused[0].profession) == (signatures[1].id, "police")
    assert codes(state.warnings) == ["signature_refused"]


def test_an_unknown_outcome_or_a_signature_without_reasons_is_not_taken():
    assert refusal(signature("police", "guilty")) == "outcome_unknown"
    assert refusal(signature("police", YES, reasons="")) == "reasons_missing"


def test_dissent_is_kept_and_the_majority_concludes():
    state = panel(
        signature("social_development", YES),
        signature("police", NO, **GAP),
        signature("health", YES),
        signature("justice", YES, dissent=True),
    )
    assert state.concluded == YES
    assert {entry.profession for entry in state.dissent} == {"justice", "police"}


def test_signatures_that_agree_on_nothing_carry_nothing_until_another_signs():
    split = [
        signature("social_development", YES),
        signature("police", NO, **GAP),
        signature("health", "victim_declines"),
    ]
    state = fold(THAILAND, [*until_panel(), *split], NOW)
    assert state.panel.concluded is None
    assert state.may("determination_made").reason.code == "panel_not_agreed"
    tie = [*split, signature("justice", YES)]
    assert panel(*tie).concluded is None
    assert panel(*tie, signature("public_prosecutor", YES)).concluded == YES


def test_where_the_protocol_asks_for_unanimity_a_majority_does_not_do():
    strict = parse_protocol(
        read("thailand").replace('value = "majority"', 'value = "unanimity"'), "strict.toml"
    )
    three = [signature("social_development", YES), signature("police", YES), signature("health", YES)]
    assert panel(*three, protocol=strict).concluded == YES
    assert panel(*three, signature("justice", NO, **GAP), protocol=strict).concluded is None


def test_a_determination_follows_the_signatures():
    state = fold(THAILAND, decided(), NOW)
    assert (state.panel.made, state.panel.open, state.stage.code) == (YES, False, "determined")
    assert state.panel.may_sign("health").code == "panel_decided"
    assert state.may("determination_made").reason.code == "panel_decided"
    assert "Protection and assistance" in state.requires[-1].text


@pytest.mark.parametrize(
    ("outcome", "code"),
    [(NO, "outcome_differs"), ("guilty", "outcome_unknown"), ("", "outcome_unknown")],
)
def test_a_determination_that_is_not_the_signatures_is_not_taken(outcome, code):
    events = [*decided()[:-1], event("determination_made", 60.5, outcome=outcome)]
    state = fold(THAILAND, events, NOW)
    assert state.refused[-1].reason.code == code
    assert (state.panel.made, state.stage.code) == (None, "panel")
    assert "determination_refused" in codes(state.warnings)


def test_a_determination_without_a_quorum_is_not_taken():
    events = [
        *until_panel(),
        signature("social_development", YES),
        event("determination_made", 61, outcome=YES),
    ]
    state = fold(THAILAND, events, NOW)
    assert state.refused[-1].reason.text == "The panel has not concluded: 1 of 3 signatures that count."
    assert may_record(THAILAND, events[:-1], events[-1], NOW).code == "panel_not_complete"


def test_after_the_determination_nobody_signs_and_nobody_determines_again():
    assert refusal(*decided()[8:], signature("health", YES, 70)) == "panel_decided"
    assert refusal(*decided()[8:], event("determination_made", 70, outcome=YES)) == "panel_decided"


def test_an_outcome_says_what_should_be_recorded_with_it():
    assert "expected_event" in codes(fold(THAILAND, decided(), NOW).warnings)
    consent = event("consent_to_protection_given", 55)
    assert "expected_event" not in codes(fold(THAILAND, [*decided(), consent], NOW).warnings)


@pytest.mark.parametrize(
    "outcome", [entry.code for entry in THAILAND.outcomes if entry.kind.value != "deferral"]
)
def test_each_outcome_of_the_protocol_can_be_determined(outcome):
    assert fold(THAILAND, decided(outcome, **GAP), NOW).panel.made == outcome


@pytest.mark.parametrize("outcome", ["not_victim_may_stay", NO])
def test_p07_a_negative_signature_names_the_question_and_the_answer(outcome):
    for given in ({}, {"gap_question": "q-7"}, {"gap_answer": "a-7"}):
        assert refusal(signature("police", outcome, **given)) == "gap_missing"
    assert panel(signature("police", outcome, **GAP)).signed[0].outcome == outcome


def test_p07_a_positive_or_unclear_signature_needs_no_gap():
    for outcome in (YES, "victim_declines", "unclear_temporary_protection"):
        assert panel(signature("police", outcome)).signed[0].outcome == outcome


def test_p07_a_statement_that_was_not_read_back_is_not_decided_on():
    events = [*until_panel()[:-1], signature("police", YES)]
    assert fold(THAILAND, events, NOW).panel.signed == ()


def test_p06_no_negative_outcome_while_the_person_reflects():
    reflecting = [event("reflection_started", 3)]
    assert refusal(*reflecting, signature("police", NO, **GAP)) == "clock_guards"
    assert panel(*reflecting, signature("police", YES)).signed[0].outcome == YES
    ended = [*reflecting, event("reflection_ended", 55)]
    assert panel(*ended, signature("police", NO, **GAP)).signed[0].outcome == NO


def test_p06_no_negative_outcome_before_the_date_the_person_was_given():
    deferred = event("deferred", 51, by="person", until="2025-02-17")
    assert refusal(deferred, signature("police", NO, 60, **GAP)) == "deferred_until"
    assert panel(deferred, signature("police", YES, 60)).signed
    later = fold(THAILAND, [*until_panel(), deferred, signature("police", NO, 24 * 6, **GAP)], at(days=7))
    assert later.panel.signed[0].outcome == NO
    went_on = [deferred, event("interview_started", 55)]
    assert panel(*went_on, signature("police", NO, 60, **GAP)).signed


def not_yet(until="2025-02-20"):
    return [
        signature("social_development", "not_yet", 60),
        signature("police", "not_yet", 60.1),
        signature("health", YES, 60.2),
        event("determination_made", 60.5, outcome="not_yet", until=until),
    ]


def test_p06_a_panel_may_say_not_yet_and_starts_again_with_empty_seats():
    state = fold(THAILAND, [*until_panel(), *not_yet()], NOW)
    assert (state.panel.made, state.panel.round, state.panel.signed) == (None, 2, ())
    assert state.stage.code == "panel"
    assert state.panel.may_sign("police") is None
    assert "not_yet" not in str(state.requires)


def test_p06_after_not_yet_a_negative_outcome_waits_for_its_date():
    assert refusal(*not_yet(), signature("police", NO, 70, **GAP)) == "deferred_until"
    again = [signature(name, NO, 24 * 9, **GAP) for name in ("social_development", "police", "health")]
    state = fold(THAILAND, [*until_panel(), *not_yet(), *again], at(days=10))
    assert (state.panel.concluded, state.panel.round) == (NO, 2)


def test_p06_the_engine_has_no_score_and_proposes_no_outcome():
    assert panel().concluded is None
    assert panel(signature("social_development", YES), signature("police", YES)).concluded is None


def test_recording_is_refused_before_it_would_be_refused_by_the_fold():
    events = [*until_panel(), signature("police", YES, 60)]
    again = signature("police", YES, 61, member="another")
    assert may_record(THAILAND, events, again, NOW).code == "profession_already_signed"
    assert may_record(THAILAND, events, signature("health", NO, 61), NOW).code == "gap_missing"
    assert may_record(THAILAND, events, signature("health", NO, 61, **GAP), NOW) is None


def test_recording_something_in_the_past_may_not_unseat_what_was_taken():
    events = [event("registered", 1), *until_panel()[4:], event("reflection_started", 70)]
    taken = signature("police", NO, 72, **{**GAP, **REASONS})
    assert "clock_guards" in codes(entry.reason for entry in fold(THAILAND, [*events, taken], NOW).refused)
    signed = [*until_panel(), signature("police", NO, 72, **GAP)]
    assert may_record(THAILAND, signed, event("reflection_started", 70), NOW).code == "clock_guards"


def test_a_mistake_may_be_voided_and_the_state_shows_what_rested_on_it():
    events = [*until_panel(), signature("police", YES, 60)]
    void = event("voided", 61, event="statement_read_back@50")
    assert may_record(THAILAND, events, void, NOW) is None
    assert [entry.reason.code for entry in fold(THAILAND, [*events, void], NOW).refused] == ["needs_first"]
    assert may_record(THAILAND, events, event("voided", 61, event="nobody"), NOW).code == "void_unknown"
