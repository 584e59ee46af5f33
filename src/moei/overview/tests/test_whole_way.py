"""What is counted along the whole way, before anything is protected."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from moei.access.models import Agency, Canary
from moei.casefile.actions.merge_people import merge_people
from moei.casefile.actions.record_event import void_event
from moei.casefile.models import CaseEvent, Need
from moei.engines.protocol import EventKind as E
from moei.journal.ids import new_id
from moei.overview.selectors.counting import release_counts
from moei.overview.selectors.whole_way import STAGES, Way, count_the_way
from moei.overview.tests.people import add_people, fill, further, go_on, need

pytestmark = pytest.mark.django_db
WEEK = timedelta(days=7)


@pytest.fixture
def later(acting, anong):
    return acting(anong, later=WEEK)


def counted(who):
    return count_the_way(who.release, who.now)


def test_each_step_counts_the_people_who_reached_it(acting, anong, later):
    cases = add_people(acting(anong), 12)
    add_people(acting(anong), 3, kind="transferring", seed=2)
    go_on(acting(anong), cases[:8], 1)
    go_on(acting(anong), cases[8:], 6)
    further(later, cases[8:11], E.SHELTERED, E.REFERRED, E.DEPARTED, after=timedelta(days=2))
    further(later, cases[8:9], E.ARRIVED_HOME, E.CLOSED, after=timedelta(days=3))
    reached = counted(later).reached
    assert reached == {
        Way.LISTED: 15, Way.ARRIVED: 12, Way.REGISTERED: 12, Way.SCREENED: 4, Way.INTERVIEWED: 4, Way.DETERMINED: 4,
        Way.SHELTERED: 3, Way.REFERRED: 3, Way.DEPARTED: 3, Way.ARRIVED_HOME: 1, Way.CLOSED: 1,
    }  # fmt: skip


def test_whoever_arrived_home_departed_also_if_nobody_wrote_it_down(acting, anong, later):
    cases = add_people(acting(anong), 2)
    further(later, cases[:1], E.ARRIVED_HOME, after=timedelta(days=2))
    reached = counted(later).reached
    assert (reached[Way.DEPARTED], reached[Way.ARRIVED_HOME]) == (1, 1)


def test_it_says_of_the_first_steps_what_a_bulletin_says(acting, anong, later):
    fill(acting(anong), 60)
    of_bulletin, mine = release_counts(later.release, later.now), counted(later).release
    assert (mine.reached, mine.now_at, mine.needs) == (
        of_bulletin.reached,
        of_bulletin.now_at,
        of_bulletin.needs,
    )
    assert mine.by_nationality_and_sex == of_bulletin.by_nationality_and_sex
    assert mine.by_sex_and_age == of_bulletin.by_sex_and_age


def test_by_group_adds_up_to_everybody(acting, anong, later):
    cases = fill(acting(anong), 80)
    further(later, cases[40:60], E.SHELTERED, after=timedelta(days=1))
    counts = counted(later)
    for step in tuple(Way)[1:]:
        for table in (counts.by_group, counts.by_age, counts.by_nationality):
            assert sum(n for (_code, other), n in table.items() if other is step) == counts.reached[step]


def test_what_happened_in_a_file_that_was_joined_happened_to_the_person(acting, anong, later):
    one, other = add_people(acting(anong), 2)
    further(later, [other], E.SHELTERED, after=timedelta(days=1))
    need([other], Need.Code.MEDICAL, later.now)
    merge_people(later, one, other, reason="the same scar")
    counts = counted(later)
    assert (counts.reached[Way.ARRIVED], counts.reached[Way.SHELTERED]) == (1, 1)
    assert counts.by_need[Need.Code.MEDICAL, Way.SHELTERED] == 1


def test_what_was_recorded_in_error_did_not_happen(acting, anong, later):
    (case,) = add_people(acting(anong), 1)
    further(later, [case], E.SHELTERED, after=timedelta(days=1))
    assert counted(later).reached[Way.SHELTERED] == 1
    void_event(later, CaseEvent.objects.get(case=case, kind=E.SHELTERED), reason="mistake")
    assert counted(later).reached[Way.SHELTERED] == 0


def test_p12_an_invented_person_kept_as_an_alarm_is_not_counted(acting, anong, later):
    cases = add_people(acting(anong), 3)
    Canary.objects.create(
        case_id=cases[0].pk, person_id=cases[0].person_id, record_id=new_id(), made_at=later.now
    )
    assert counted(later).reached[Way.ARRIVED] == 2


def test_an_agency_assisted_a_person_once_and_a_list_assists_nobody(acting, anong, kanya, later):
    cases = add_people(acting(anong), 5)
    assert counted(later).assisted == {}
    go_on(acting(anong), cases[:3], 2)
    further(acting(kanya, later=WEEK), cases[:1], E.SHELTERED, after=timedelta(days=1))
    names = {Agency.objects.get(pk=agency).name: n for agency, n in counted(later).assisted.items()}
    assert names == {anong.agency.name: 3, kanya.agency.name: 1}


def test_days_between_steps_and_days_of_those_who_wait(acting, anong, later):
    cases = add_people(acting(anong), 4)
    go_on(later, cases[:3], 1, after=timedelta(days=2))
    counts = counted(later)
    registered, screened = STAGES[0], STAGES[1]
    assert [round(days, 1) for days in counts.days[registered]] == [2.0] * 3
    assert len(counts.waits[registered]) == 1 and len(counts.waits[screened]) == 3
    began = later.release.began_at + timedelta(days=2)
    assert round(counts.waits[screened][0], 3) == round((later.now - began).total_seconds() / 86400, 3)


def test_it_takes_as_many_queries_for_many_as_for_few(acting, anong, later):
    def queries() -> int:
        with CaptureQueriesContext(connection) as found:
            counted(later)
        return len(found)

    cases = add_people(acting(anong), 5)
    few = queries()
    go_on(acting(anong), cases, 6)
    fill(acting(anong), 90)
    assert queries() == few <= 6
