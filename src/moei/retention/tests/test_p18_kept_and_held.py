"""Which rule a file falls under, and what a legal hold keeps (P18)."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from moei.access.acting import Invalid, Refused
from moei.access.models import RoleGrant, Staff
from moei.casefile.models import Case, Person
from moei.desks.arrivals.models import ListImport
from moei.journal.models import Entry
from moei.retention.actions.carry_out_run import carry_out_run
from moei.retention.actions.hold import ask_to_end_hold, decide_ending, put_hold
from moei.retention.actions.propose_run import approve_run, propose_run
from moei.retention.files import list_file
from moei.retention.models import Hold
from moei.retention.rules import current_rules
from moei.retention.selectors.due import due

pytestmark = pytest.mark.django_db
LATER = timedelta(days=3 * 365)
WHY = "The criminal court of Mae Sot asks for this file."


@pytest.fixture
def counts(release, now):
    return lambda later: due(release, current_rules(), now=now + later).counts


def days(number: int) -> timedelta:
    return timedelta(days=number)


def test_p18_an_identified_person_is_kept_five_years_after_closing(add_case, close, counts):
    case = add_case("Khamla Invented")
    close(case)
    Case.objects_unchecked.filter(pk=case.pk).update(outcome="victim_consents")
    assert counts(days(5 * 365)) == {}
    assert counts(days(5 * 365 + 2)) == {"identified_people": 1}


def test_p18_whoever_was_not_identified_goes_sooner(add_case, close, counts):
    case = add_case("Khamla Invented")
    close(case)
    Case.objects_unchecked.filter(pk=case.pk).update(outcome="not_victim_may_stay")
    assert counts(days(364)) == {}
    assert counts(days(366)) == {"not_identified_people": 1}


def test_p18_an_open_file_is_not_erased_for_its_age_alone(add_case, counts):
    case = add_case("Khamla Invented")
    Case.objects_unchecked.filter(pk=case.pk).update(outcome="victim_consents")
    assert counts(days(6 * 365)) == {}


def test_p18_people_whom_only_families_reported_go_after_a_year(add_case, counts):
    add_case("Khamla Invented", kind="family")
    assert counts(days(360)) == {}
    assert counts(days(370)) == {"reported_by_families": 1}


def test_p18_people_on_lists_who_never_came_go_after_two(add_case, counts):
    add_case("Khamla Invented", kind="transferring")
    assert counts(days(370)) == {}
    assert counts(days(735)) == {"never_arrived": 1}


def test_p18_a_date_that_somebody_types_makes_no_file_older(add_case, acting, anong, counts):
    from moei.casefile.actions.record_event import Happening, record_events
    from moei.engines.protocol import EventKind

    who = acting(anong)
    record_events(who, [Happening(add_case("Khamla Invented"), EventKind.CLOSED, who.now - days(300))])
    assert counts(days(300)) == {}


def test_p18_the_files_of_lists_go_before_their_people(people, erase, counts):
    assert counts(days(170)) == {}
    assert counts(days(190)) == {"list_files": 2}
    imports = list(ListImport.objects.all())
    assert all(list_file(imp.pk).absolute.exists() for imp in imports)
    run = erase(days(190))
    assert run.done == {"list_files": 2}
    assert not any(list_file(imp.pk).absolute.exists() for imp in imports)
    assert "MULUGETA" not in str([imp.reading for imp in ListImport.objects.all()])
    assert counts(days(190)) == {}, "once is enough"


def test_p18_a_hold_on_a_case_keeps_it(add_case, close, acting, somsak, release, now):
    case, other = add_case("Khamla Invented"), add_case("Somebody Invented")
    close(case)
    close(other)
    put_hold(acting(somsak), number=case.number, reason=WHY, until=date(2040, 1, 1))
    found = due(release, current_rules(), now=now + LATER)
    assert found.counts == {"not_identified_people": 1}
    assert found.held == {"not_identified_people": 1}


def test_p18_a_hold_on_the_release_keeps_everything(people, close, counts, acting, somsak, release, now):
    close(people.mulugeta)
    put_hold(acting(somsak), number="", reason=WHY, until=date(2040, 1, 1))
    found = due(release, current_rules(), now=now + LATER)
    assert found.counts == {}
    assert sum(found.held.values()) >= 3


def test_p18_a_hold_stops_a_run_that_was_agreed_to(add_case, close, acting, dej, somsak):
    case = add_case("Khamla Invented")
    close(case)
    run = approve_run(acting(somsak, later=LATER), propose_run(acting(dej, later=LATER)).pk)
    put_hold(acting(somsak, later=LATER), number=case.number, reason=WHY, until=date(2040, 1, 1))
    run = carry_out_run(run.pk, now=run.starts_at)
    assert (run.done, run.left) == ({}, 1)
    assert Person.objects.filter(pk=case.person_id).exists()


def test_p18_a_hold_ends_with_its_last_day(add_case, close, acting, somsak, counts, now):
    case = add_case("Khamla Invented")
    close(case)
    put_hold(acting(somsak), number=case.number, reason=WHY, until=(now + days(500)).date())
    assert counts(days(500)) == {}
    assert counts(days(502)) == {"not_identified_people": 1}


def test_p18_ending_a_hold_earlier_takes_two_agencies(add_case, acting, dej, somsak, release, now):
    case = add_case("Khamla Invented")
    colleague = Staff.objects.create(username="second", name="Second", agency=somsak.agency)
    RoleGrant.objects.create(staff=colleague, role="auditor", release=release, granted_at=now)
    hold = put_hold(acting(somsak), number=case.number, reason=WHY, until=date(2040, 1, 1))
    with pytest.raises(Invalid):
        decide_ending(acting(dej), hold.pk, agree=True)
    ask_to_end_hold(acting(somsak), hold.pk, "The court has given judgement.")
    for same in (somsak, colleague):
        with pytest.raises(Refused):
            decide_ending(acting(same), hold.pk, agree=True)
    assert Hold.objects.get().in_force(now.date())
    decide_ending(acting(dej), hold.pk, agree=True)
    assert not Hold.objects.get().in_force(now.date())
    said = list(
        Entry.objects.filter(action__startswith="hold.").order_by("seq").values_list("action", flat=True)
    )
    assert said == ["hold.put", "hold.ending_asked", "hold.ended"]


def test_p18_a_hold_needs_a_reason_a_day_and_a_number_that_is_there(acting, somsak):
    with pytest.raises(Invalid) as caught:
        put_hold(acting(somsak), number="1234-5678-9", reason="no", until=date(2001, 1, 1))
    assert set(caught.value.errors) == {"number", "reason", "until"}


@pytest.mark.parametrize("who", ["anong", "kanya", "niran", "mallory"])
def test_p18_others_put_and_end_no_hold(acting, cast, somsak, who):
    with pytest.raises(Refused):
        put_hold(acting(cast[who]), number="", reason=WHY, until=date(2040, 1, 1))
    hold = put_hold(acting(somsak), number="", reason=WHY, until=date(2040, 1, 1))
    with pytest.raises(Refused):
        ask_to_end_hold(acting(cast[who]), hold.pk, "It is not needed any longer.")
