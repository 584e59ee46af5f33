"""What is counted of a release."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from moei.casefile.actions.record_event import Happening, record_events
from moei.casefile.models import Case, CaseClock, CaseEvent
from moei.engines.protocol import EventKind
from moei.overview.selectors.counting import AgeBand, Step, release_counts
from moei.overview.tests.people import add_people, fill, go_on, need

pytestmark = pytest.mark.django_db


@pytest.fixture
def work(acting, anong):
    return acting(anong)


def count(work, **later):
    return release_counts(work.release, work.now + timedelta(**later))


def test_a_release_without_anybody_counts_nobody(work):
    counts = count(work)
    assert (counts.files, counts.people, counts.not_arrived, counts.interviewed) == (0, 0, 0, 0)
    assert set(counts.reached.values()) == {0}
    assert counts.by_nationality == {}
    assert counts.outcomes["victim_consents"] == 0


def test_each_person_is_counted_at_every_step_they_reached(work):
    cases = add_people(work, 10)
    add_people(work, 4, kind="embassy", seed=2)
    add_people(work, 2, kind="family", seed=3)
    go_on(work, cases[:1], 1)
    go_on(work, cases[1:3], 2)
    go_on(work, cases[3:4], 3)
    go_on(work, cases[4:6], 4)
    go_on(work, cases[6:7], 5)
    go_on(work, cases[7:9], 6)
    counts = count(work)
    assert [counts.reached[step] for step in Step] == [14, 10, 9, 8, 5, 2]
    assert list(counts.now_at.values()) == [1, 1, 3, 3, 2]
    assert (counts.files, counts.reported_only, counts.not_arrived) == (16, 2, 4)
    assert sum(counts.outcomes.values()) == 2


def test_a_voided_interview_does_not_count(work):
    [case] = add_people(work, 1)
    go_on(work, [case], 4)
    assert count(work).interviewed == 1
    event = CaseEvent.objects.get(case=case, kind=EventKind.INTERVIEW_COMPLETED)
    record_events(work, [Happening(case, EventKind.VOIDED, work.now, {"event": str(event.id)})])
    counts = count(work)
    assert (counts.interviewed, counts.reached[Step.SCREENED]) == (0, 1)


def test_a_closed_file_counts_as_far_as_it_came(work):
    first, second, third = add_people(work, 3)
    go_on(work, [first], 1)
    go_on(work, [second], 4)
    go_on(work, [third], 6)
    record_events(work, [Happening(case, EventKind.CLOSED, work.now) for case in (first, second, third)])
    counts = count(work)
    assert [counts.reached[step] for step in Step] == [3, 3, 3, 2, 2, 1]


def test_hidden_files_are_not_counted(work):
    cases = add_people(work, 3)
    Case.objects_unchecked.filter(pk=cases[0].pk).update(hidden=True)
    need(cases, "medical", work.now)
    counts = count(work)
    assert (counts.files, counts.people, counts.needs["medical"]) == (2, 2, 2)
    assert counts.clocks.running == 2 * 2


def test_needs_that_ended_and_needs_of_those_who_did_not_arrive_are_not_counted(work):
    here, absent = add_people(work, 2), add_people(work, 1, kind="transferring", seed=2)
    need([*here, *absent], "pregnant", work.now)
    here[0].person.needs.update(ended_at=work.now)
    assert count(work).needs["pregnant"] == 1


def born(case, first, last, unsure=False):
    person = case.person
    person.birth_from, person.birth_to, person.age_unsure = first, last, unsure
    person.save()


@pytest.mark.parametrize(
    ("first", "last", "unsure", "band"),
    [
        (date(2008, 3, 3), date(2008, 3, 3), False, AgeBand.CHILD),  # 18 tomorrow
        (date(2008, 3, 2), date(2008, 3, 2), False, AgeBand.YOUNG),  # 18 today
        (date(2008, 1, 1), date(2008, 12, 31), False, AgeBand.UNSURE),
        (date(2010, 1, 1), date(2011, 12, 31), False, AgeBand.CHILD),
        (None, None, False, AgeBand.UNSURE),
        (date(1990, 1, 1), date(1990, 1, 1), True, AgeBand.UNSURE),
        (date(2001, 3, 3), date(2001, 3, 3), False, AgeBand.YOUNG),
        (date(2001, 3, 2), date(2001, 3, 2), False, AgeBand.MIDDLE),
        (date(1980, 1, 1), date(1995, 1, 1), False, AgeBand.MIDDLE),
        (date(1991, 3, 2), date(1991, 3, 2), False, AgeBand.OLDER),
    ],
)
def test_p09_an_age_that_is_not_sure_is_neither_that_of_an_adult_nor_that_of_a_known_child(
    work, first, last, unsure, band
):
    [case] = add_people(work, 1)
    born(case, first, last, unsure)
    counts = count(work)
    assert {found: n for found, n in counts.by_age.items() if n} == {band: 1}
    assert bool(counts.treated_as_children) is case.person.is_child(counts.on)


def test_p06_a_deferred_clock_and_a_period_of_the_persons_own_are_never_missed(work):
    first, second = add_people(work, 2)
    go_on(work, [first, second], 2)
    far = {"by": "person", "until": "2026-03-05T00:00:00+00:00"}
    record_events(
        work,
        [
            Happening(first, EventKind.DEFERRED, work.now, far),
            Happening(first, EventKind.REFLECTION_STARTED, work.now),
        ],
    )
    kinds = CaseClock.objects.filter(case=first).values_list("kind", "status")
    assert {("ceiling", "deferred"), ("entitlement", "running")} <= set(kinds)
    late = count(work, days=400)
    assert late.clocks.deferred == 1
    assert late.clocks.missed == 1  # the shelter clock of the second person, who asked for no time
    assert count(work).clocks.entitlement == 1
    assert late.clocks.entitlement == 0  # over, and nobody's fault


def test_a_ceiling_that_still_ran_when_last_folded_is_missed_once_its_time_is_over(work):
    add_people(work, 5)
    assert (count(work).clocks.running, count(work).clocks.missed) == (10, 0)
    assert count(work, hours=13).clocks.soon == 5
    later = count(work, hours=24)
    assert (later.clocks.running, later.clocks.missed, later.clocks.soon) == (5, 5, 0)


def test_sums_agree_with_each_other(work):
    fill(work, 120)
    counts = count(work)
    assert counts.people == 120 == sum(counts.by_nationality.values()) == sum(counts.by_sex.values())
    assert counts.people == sum(counts.by_age.values()) == sum(counts.now_at.values())
    assert counts.determined == sum(counts.outcomes.values()) > 0
    assert list(counts.reached.values()) == sorted(counts.reached.values(), reverse=True)


def test_counting_takes_as_many_queries_for_many_people_as_for_few(work, django_assert_num_queries):
    add_people(work, 3)
    with django_assert_num_queries(3):
        count(work)
    fill(work, 60)
    with django_assert_num_queries(3):
        count(work)
