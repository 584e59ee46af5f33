"""What holds for every set of events, however odd."""

from dataclasses import replace
from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from moei.engines.protocol import CaseState, ClockKind, ClockStatus, Event, EventKind, fold
from moei.engines.protocol.tests.story import FLOORLAND, THAILAND, at

kinds = st.sampled_from([kind.value for kind in EventKind if kind != EventKind.VOIDED])
hours = st.integers(-48, 24 * 60)
protocols = st.sampled_from([THAILAND, FLOORLAND])
data = st.fixed_dictionaries(
    {},
    optional={
        "child": st.sampled_from([True, False, "unsure"]),
        "profession": st.sampled_from(
            ["social_development", "police", "health", "ngo_observer", "competent_authority"]
        ),
        "member": st.sampled_from(["a", "b", "c"]),
        "outcome": st.sampled_from(
            ["victim_consents", "not_victim_may_stay", "not_yet", "yes", "no", "later"]
        ),
        "reasons": st.just("r"),
        "gap_question": st.just("q"),
        "gap_answer": st.just("a"),
        "clock": st.sampled_from(["preliminary_screening", "shelter_before_interview", "first_decision"]),
        "by": st.sampled_from(["court", "tribunal", "police"]),
        "reason": st.just("x"),
        "days": st.integers(-1, 9),
        "until": st.sampled_from(["2025-02-14", "2025-02-20T10:00:00", "2025-04-01", "soon"]),
        "clocks": st.sampled_from([[], ["shelter_before_interview"], ["preliminary_screening"]]),
    },
)


@st.composite
def case(draw):
    """Up to 25 events of any kind at any time, with data that often makes sense."""
    drawn = draw(st.lists(st.tuples(kinds, hours, hours, data), max_size=25))
    return [
        Event(f"e{place}", kind, at(happened), at(max(happened, written)), fields)
        for place, (kind, happened, written, fields) in enumerate(drawn)
    ]


@settings(deadline=None)
@given(protocols, case(), hours, st.randoms(use_true_random=False))
def test_the_order_in_which_events_arrive_makes_no_difference(protocol, events, now, random):
    shuffled = list(events)
    random.shuffle(shuffled)
    assert fold(protocol, shuffled, at(now)) == fold(protocol, events, at(now))


@settings(deadline=None)
@given(protocols, case(), kinds, hours, data, hours)
def test_a_voided_event_never_happened(protocol, events, kind, happened, fields, now):
    wrong = Event("wrong", kind, at(happened), at(happened), fields)
    void = Event("void", "voided", at(happened), at(happened), {"event": "wrong"})
    assert fold(protocol, [*events, wrong, void], at(now)) == fold(protocol, events, at(now))


@settings(deadline=None)
@given(protocols, case(), hours, st.integers(0, 24 * 400))
def test_time_alone_never_undoes_a_missed_clock_nor_moves_a_due_time(protocol, events, now, later):
    before = fold(protocol, events, at(now))
    after = fold(protocol, events, at(now) + timedelta(hours=later))
    for first, second in zip(before.clocks, after.clocks, strict=True):
        assert first.due_at == second.due_at
        if first.status is ClockStatus.MISSED:
            assert second.status is ClockStatus.MISSED
        if first.status is ClockStatus.MET:
            assert second.status is ClockStatus.MET


@settings(deadline=None)
@given(protocols, case(), hours)
def test_p06_no_entitlement_is_ever_missed_and_no_deferral_is(protocol, events, now):
    for clock in fold(protocol, events, at(now)).clocks:
        if clock.kind is ClockKind.ENTITLEMENT:
            assert clock.status in (ClockStatus.NOT_STARTED, ClockStatus.RUNNING, ClockStatus.ENDED)
        if clock.status is ClockStatus.DEFERRED:
            assert clock.kind is ClockKind.CEILING
        if clock.remaining is not None and clock.status is ClockStatus.RUNNING:
            assert clock.remaining >= timedelta(0)


@settings(deadline=None)
@given(protocols, case(), st.integers(1, 24 * 60), st.integers(0, 24 * 300))
def test_p06_a_deferral_never_turns_a_clock_into_a_missed_one(protocol, events, said, waited):
    last = max([said, *((event.happened_at - at()) // timedelta(hours=1) for event in events)])
    deferral = Event("not-yet", "deferred", at(last), at(last), {"by": "person"})
    now = at(last) + timedelta(hours=waited)
    without = fold(protocol, events, now)
    for clock, other in zip(fold(protocol, [*events, deferral], now).clocks, without.clocks, strict=True):
        if clock.status is ClockStatus.MISSED:
            assert other.status is ClockStatus.MISSED


@settings(deadline=None)
@given(protocols, case(), hours)
def test_a_panel_concludes_only_with_its_quorum_and_each_seat_once(protocol, events, now):
    state = fold(protocol, events, at(now))
    counting = [entry.profession for entry in state.panel.signed if entry.counts]
    assert len(counting) == len(set(counting))
    if state.panel.concluded:
        assert len(counting) >= state.panel.quorum
        assert set(state.panel.must_include) <= set(counting)
    if state.panel.made:
        assert state.panel.made == state.panel.concluded
    for message in (
        *state.warnings,
        *state.requires,
        *(entry.reason for entry in state.allowed if entry.reason),
    ):
        assert "{" not in message.text


@settings(deadline=None)
@given(protocols, case(), hours)
def test_p09_whoever_is_not_shown_to_be_an_adult_has_what_a_child_has(protocol, events, now):
    """The registration that happened last has the word, in whichever order they were written down."""
    state = fold(protocol, events, at(now))
    registered = [event for event in events if event.kind == EventKind.REGISTERED]
    last = max(registered, key=lambda event: (event.happened_at, event.recorded_at, event.id), default=None)
    assert state.child == (None if last is None else last.data.get("child") is not False)
    duties = [message for message in state.requires if message.code == "child_duty"]
    assert len(duties) == (len(protocol.child_duties) if state.child else 0)


@settings(deadline=None)
@given(protocols, case(), hours)
def test_p09_a_doubt_about_age_makes_a_child_and_moves_no_clock(protocol, events, now):
    """A case file that comes to say "may be a child" doubts what was registered: that is how it is told here."""

    def registered_as(child: object) -> CaseState:
        told = [
            replace(event, data={**event.data, "child": child})
            if event.kind == EventKind.REGISTERED
            else event
            for event in events
        ]
        return fold(protocol, told, at(now))

    adult, doubted = registered_as(False), registered_as("unsure")
    assert doubted == registered_as(True)
    if not adult.refused and not doubted.refused:
        assert adult.clocks == doubted.clocks
