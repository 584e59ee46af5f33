"""Whatever is joined, taken apart, voided or moved, in whatever order: every record is about one person, and what is
cached is what a fresh look would find."""

from __future__ import annotations

from contextlib import suppress
from datetime import date, timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from moei.access.acting import Invalid
from moei.casefile.actions.correct_identity import correct_identity
from moei.casefile.actions.merge_people import merge_people, unmerge_people
from moei.casefile.actions.record_event import Happening, record_events, void_event
from moei.casefile.actions.write_people import hide_empty, redescribe
from moei.casefile.folding import joined_into, state_of
from moei.casefile.list_events import bring_list_events
from moei.casefile.models import Case, CaseClock, CaseEvent, Person, PersonMerge, RecordLink, SourceRecord
from moei.engines.protocol import ClockKind, ClockStatus, EventKind

pytestmark = pytest.mark.django_db
PEOPLE = 4
STEPS = st.tuples(
    st.sampled_from(("join", "apart", "move", "arrive", "void")),
    st.integers(0, PEOPLE - 1),
    st.integers(0, PEOPLE - 1),
)


def check_caches(now) -> None:
    for record in SourceRecord.objects.all():
        assert RecordLink.objects.filter(record=record, ended_at__isnull=True).count() == 1
    merges = {m.merged_id: m.kept_id for m in PersonMerge.objects.filter(undone_at__isnull=True)}
    for case in Case.objects_unchecked.select_related("person", "site"):
        top = case.person_id
        while top in merges:
            top = merges[top]
        assert case.person.merged_into_id == (None if top == case.person_id else top)
        group = joined_into([case.person_id])[case.person_id]
        holds = RecordLink.objects.filter(person__in=group, ended_at__isnull=True).exists()
        assert case.hidden == (top != case.person_id or not holds)
        state = state_of(case, now=now)
        reached = {stage.code: stage.reached_at for stage in state.stages}
        assert case.stage == (state.stage.code if state.stage else "")
        assert case.outcome == (state.panel.made or "")
        assert case.arrived_at == (reached.get("arrived") or reached.get("handed_over"))
        ceilings = [
            clock.due_at
            for clock in state.clocks
            if clock.kind is ClockKind.CEILING and clock.status is ClockStatus.RUNNING and clock.due_at
        ]
        assert case.next_due == min(ceilings, default=None)
        rows = {row.code: row for row in CaseClock.objects.filter(case=case)}
        for clock in state.clocks:
            row = rows.get(clock.code)
            if row is None:
                assert clock.status is ClockStatus.NOT_STARTED
            else:
                assert (row.status, row.started_at, row.due_at, row.stopped_at) == (
                    clock.status.value,
                    clock.started_at,
                    clock.due_at,
                    clock.stopped_at,
                )


def move_records(acting, giver: Case, taker: Case) -> None:
    """As after a decision about a pair: the records of one are about the other from now on."""
    links = list(RecordLink.objects.filter(person=giver.person_id, ended_at__isnull=True))
    RecordLink.objects.filter(id__in=[link.id for link in links]).update(ended_at=acting.now)
    for link in links:
        RecordLink.objects.create(
            record_id=link.record_id, person_id=taker.person_id, how=link.how, linked_at=acting.now
        )
    people = [giver.person_id, taker.person_id]
    redescribe(acting, people)
    hide_empty(acting, people)
    bring_list_events(acting, people)


def take(step: tuple[str, int, int], cases: list[Case], acting) -> None:
    what, one, two = step
    if what == "join":
        merge_people(acting, cases[one], cases[two], reason="the same passport")
    elif what == "apart":
        found = PersonMerge.objects.filter(merged=cases[one].person_id, undone_at__isnull=True).first()
        if found:
            unmerge_people(acting, found, reason="two brothers")
    elif what == "move" and one != two:
        move_records(acting, cases[one], cases[two])
    elif what == "arrive":
        record_events(acting, [Happening(cases[one], EventKind.ARRIVED, acting.now)])
    elif what == "void":
        event = CaseEvent.objects.filter(case=cases[one], kind=EventKind.ARRIVED).first()
        if event:
            void_event(acting, event, reason="somebody else")


@settings(
    max_examples=8,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    derandomize=True,
)
@given(steps=st.lists(STEPS, min_size=3, max_size=6))
def test_caches_are_what_a_fresh_fold_gives_after_any_sequence(steps, anong, acting, add_case):
    kinds = ("handover", "transferring", "family", "handover")
    with transaction.atomic():
        cases = [add_case(f"Person {n}", kind=kind) for n, kind in enumerate(kinds)]
        for n, step in enumerate(steps):
            who = acting(anong, later=timedelta(minutes=n))
            with suppress(Invalid):  # refused in words: then nothing may have changed either
                take(step, cases, who)
            check_caches(who.now)
        transaction.set_rollback(True)


def test_records_that_come_to_a_joined_person_count_for_who_stands_for_both(anong, acting, add_case, now):
    kept, merged = add_case("A", kind="family"), add_case("B", kind="family")
    other = add_case("C", kind="handover")
    merge_people(acting(anong), kept, merged, reason="the same passport")
    move_records(acting(anong), other, merged)
    kept.refresh_from_db()
    assert kept.stage == "arrived"


def test_a_file_is_shown_while_a_joined_person_holds_records(anong, acting, add_case):
    kept, merged, other = add_case("A"), add_case("B"), add_case("C")
    merge = merge_people(acting(anong), kept, merged, reason="the same passport")
    move_records(acting(anong), kept, other)
    kept.refresh_from_db()
    assert not kept.hidden
    unmerge_people(acting(anong), merge, reason="two brothers")
    hidden = dict(Case.objects_unchecked.values_list("id", "hidden"))
    assert hidden == {kept.id: True, merged.id: False, other.id: False}


def test_what_somebody_corrected_stays_when_another_list_comes(anong, acting, add_case, now):
    case = add_case("Bekele T", birth_from=date(2001, 1, 1), birth_to=date(2001, 12, 31))
    who = acting(anong)
    correct_identity(
        who, case, {"name": "Bekele Tadesse", "birth_from": date(2009, 5, 4), "birth_to": date(2009, 5, 4)}
    )
    embassy = add_case(
        "BEKELE TADESE",
        kind="embassy",
        nationality="ETH",
        birth_from=date(1999, 1, 1),
        birth_to=date(1999, 1, 1),
    )
    move_records(acting(anong, later=timedelta(hours=1)), embassy, case)
    person = Person.objects.get(pk=case.person_id)
    assert (person.name, person.birth_from, person.birth_precision) == (
        "Bekele Tadesse",
        date(2009, 5, 4),
        "day",
    )
    assert person.nationality == "ETH"
    assert person.is_child(now.date())
