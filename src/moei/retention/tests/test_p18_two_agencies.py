"""Nothing is erased unless two people of two agencies agreed, and the time for objections is over (P18)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from moei.access.acting import Invalid, Refused
from moei.access.models import RoleGrant, Staff
from moei.casefile.actions.merge_people import merge_people
from moei.casefile.models import Person
from moei.journal.models import Entry
from moei.retention.actions.carry_out_run import carry_out_run
from moei.retention.actions.propose_run import approve_run, propose_run, stop_run
from moei.retention.models import Run, RunItem

pytestmark = pytest.mark.django_db
LATER = timedelta(days=3 * 365)


@pytest.fixture
def due_case(add_case, close, folder):
    case = add_case("Khamla Invented")
    close(case)
    return case


@pytest.fixture
def colleague(dej, release, now) -> Staff:
    """A second director of the same agency."""
    staff = Staff.objects.create(username="second", name="Second", agency=dej.agency)
    RoleGrant.objects.create(staff=staff, role="director", release=release, granted_at=now)
    return staff


def test_p18_the_proposer_alone_erases_nobody(due_case, acting, dej):
    run = propose_run(acting(dej, later=LATER))
    assert run.counts == {"not_identified_people": 1}
    with pytest.raises(Refused):
        approve_run(acting(dej, later=LATER), run.pk)
    with pytest.raises(Invalid):
        carry_out_run(run.pk, now=acting(dej, later=2 * LATER).now)
    assert Person.objects.filter(pk=due_case.person_id).exists()


def test_p18_two_of_one_agency_erase_nobody(due_case, acting, dej, colleague):
    run = propose_run(acting(dej, later=LATER))
    with pytest.raises(Refused):
        approve_run(acting(colleague, later=LATER), run.pk)


def test_p18_the_database_itself_refuses_an_approval_by_one_agency(due_case, acting, dej, colleague):
    run = propose_run(acting(dej, later=LATER))
    with pytest.raises(IntegrityError), transaction.atomic():
        Run.objects.filter(pk=run.pk).update(
            approved_by=colleague, approving_agency=dej.agency, approved_at=run.proposed_at,
            starts_at=run.proposed_at, lapses_at=run.proposed_at,
        )  # fmt: skip


@pytest.mark.parametrize("who", ["anong", "kanya", "niran", "vera", "admin", "mallory"])
def test_p18_nobody_else_proposes_or_approves(due_case, acting, dej, cast, who):
    with pytest.raises(Refused):
        propose_run(acting(cast[who], later=LATER))
    run = propose_run(acting(dej, later=LATER))
    with pytest.raises(Refused):
        approve_run(acting(cast[who], later=LATER), run.pk)


def test_p18_the_run_waits_and_lapses(due_case, acting, dej, somsak):
    run = propose_run(acting(dej, later=LATER))
    run = approve_run(acting(somsak, later=LATER), run.pk)
    assert run.starts_at - run.approved_at == timedelta(days=7)
    with pytest.raises(Invalid):
        carry_out_run(run.pk, now=run.starts_at - timedelta(seconds=1))
    with pytest.raises(Invalid):
        carry_out_run(run.pk, now=run.lapses_at)
    assert Person.objects.filter(pk=due_case.person_id).exists()
    carry_out_run(run.pk, now=run.starts_at)
    assert not Person.objects.filter(pk=due_case.person_id).exists()


def test_p18_anybody_of_the_two_stops_it(due_case, acting, dej, somsak):
    run = propose_run(acting(dej, later=LATER))
    approve_run(acting(somsak, later=LATER), run.pk)
    with pytest.raises(Invalid):
        stop_run(acting(somsak, later=LATER), run.pk, " ")
    run = stop_run(acting(somsak, later=LATER), run.pk, "A court asks for these files.")
    assert not RunItem.objects.exists()
    with pytest.raises(Invalid):
        carry_out_run(run.pk, now=run.starts_at)


def test_p18_a_run_erases_no_more_than_was_agreed(due_case, acting, dej, somsak, add_case, close):
    run = approve_run(acting(somsak, later=LATER), propose_run(acting(dej, later=LATER)).pk)
    late = add_case("Somebody Invented")
    close(late)
    run = carry_out_run(run.pk, now=run.starts_at)
    assert run.done == {"not_identified_people": 1}
    assert Person.objects.filter(pk=late.person_id).exists()


def test_p18_whoever_was_worked_on_meanwhile_stays(due_case, acting, dej, somsak, close):
    run = approve_run(acting(somsak, later=LATER), propose_run(acting(dej, later=LATER)).pk)
    close(due_case, at=acting(dej, later=LATER).now)
    run = carry_out_run(run.pk, now=run.starts_at)
    assert (run.done, run.left) == ({}, 1)
    assert Person.objects.filter(pk=due_case.person_id).exists()


def test_p18_whoever_was_joined_into_another_file_meanwhile_stays(
    due_case, acting, dej, somsak, anong, add_case
):
    run = approve_run(acting(somsak, later=LATER), propose_run(acting(dej, later=LATER)).pk)
    other = add_case("Khamla I.")
    merge_people(acting(anong, later=LATER), other, due_case, reason="the same scar")
    run = carry_out_run(run.pk, now=run.starts_at)
    assert (run.done, run.left) == ({}, 1)
    assert Person.objects.filter(pk=due_case.person_id).exists()


def test_p18_changed_rules_need_a_new_agreement(due_case, acting, dej, somsak, settings, tmp_path):
    from moei.retention.rules import SHIPPED

    run = approve_run(acting(somsak, later=LATER), propose_run(acting(dej, later=LATER)).pk)
    shorter = tmp_path / "rules.toml"
    shorter.write_text(SHIPPED.read_text().replace('after = "5 years"', 'after = "1 day"'))
    settings.RETENTION_RULES = str(shorter)
    with pytest.raises(Invalid):
        carry_out_run(run.pk, now=run.starts_at)


def test_p18_every_step_is_in_the_journal_without_names(due_case, erase):
    number = due_case.number
    erase(LATER)
    actions = list(Entry.objects.order_by("seq").values_list("action", flat=True))
    steps = ["retention.proposed", "retention.approved", "person.erased", "retention.carried_out"]
    assert [action for action in actions if action in steps] == steps
    said = str(list(Entry.objects.values_list("data", flat=True)))
    assert "Khamla" not in said
    assert number not in said


def test_there_is_nothing_to_propose_when_nothing_is_due(acting, dej, add_case):
    add_case("Khamla Invented")
    with pytest.raises(Invalid, match="Nothing is due"):
        propose_run(acting(dej))
