"""The pages of retention: counts and numbers, never names; by directors and auditors alone."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from django.urls import reverse
from typer.testing import CliRunner

from moei.casefile.models import CaseEvent, Person
from moei.cli import app
from moei.journal.models import Entry
from moei.retention.actions.register_backup import register_backup
from moei.retention.models import Backup, Hold, Run

pytestmark = pytest.mark.django_db


@pytest.fixture
def old_case(add_case, close, folder, now):
    """Closed so long ago that it is due on the day on which this test runs."""
    case = add_case("Khamla Vongphachanh")
    close(case)
    CaseEvent.objects.filter(case=case).update(recorded_at=now - timedelta(days=3000))
    type(case).objects_unchecked.filter(pk=case.pk).update(opened_at=now - timedelta(days=3000))
    return case


def test_p18_two_people_erase_by_the_pages_and_see_counts_only(old_case, sign_in, dej, somsak):
    page = sign_in(dej)
    first = page.get(reverse("retention:overview")).content.decode()
    assert "Khamla" not in first
    assert old_case.number not in first
    page.post(reverse("retention:propose"))
    run = Run.objects.get()
    assert page.post(reverse("retention:approve", args=[run.pk])).status_code == 403, "one agency"
    page = sign_in(somsak)
    assert "Approve this run" in page.get(reverse("retention:overview")).content.decode()
    page.post(reverse("retention:approve", args=[run.pk]))
    page.post(reverse("retention:carry_out", args=[run.pk]))
    assert Person.objects.filter(pk=old_case.person_id).exists(), "it waits"
    Run.objects.filter(pk=run.pk).update(starts_at=run.proposed_at)
    page.post(reverse("retention:carry_out", args=[run.pk]))
    assert not Person.objects.filter(pk=old_case.person_id).exists()
    assert "1 erased" in page.get(reverse("retention:overview")).content.decode()


def test_a_run_is_stopped_with_a_reason(old_case, sign_in, dej):
    page = sign_in(dej)
    page.post(reverse("retention:propose"))
    url = reverse("retention:stop", args=[Run.objects.get().pk])
    assert "There is a problem" in page.post(url, {"reason": ""}).content.decode()
    assert page.post(url, {"reason": "A court asks for these files."}).status_code == 302
    assert Run.objects.get().stopped_at is not None


def test_a_hold_is_put_listed_and_ended_by_two(old_case, sign_in, dej, somsak):
    page = sign_in(somsak)
    assert "Nothing is held" in page.get(reverse("retention:holds")).content.decode()
    url = reverse("retention:add_hold")
    wrong = page.post(url, {"number": "0000-0000-0", "reason": "x", "until": "2040-01-01"}).content.decode()
    assert "There is no case of this number" in wrong
    page.post(url, {"number": old_case.number, "reason": "The court asks for it.", "until": "2040-01-01"})
    listed = page.get(reverse("retention:holds")).content.decode()
    assert old_case.number in listed
    assert "Khamla" not in listed
    end = reverse("retention:end_hold", args=[Hold.objects.get().pk])
    page.post(end, {"reason": "The court has decided."})
    assert "Somebody of another agency has to agree" in page.get(end).content.decode()
    assert page.post(end, {"decision": "end"}).status_code == 403
    sign_in(dej).post(end, {"decision": "end"})
    assert Hold.objects.get().ended_at is not None


def test_backups_past_their_end_are_shown_and_confirmed(sign_in, dej, now):
    register_backup("the safe in Mae Sot", now=now - timedelta(days=400))
    page = sign_in(dej)
    assert "1 backup is past its end" in page.get(reverse("retention:backups")).content.decode()
    page.post(reverse("retention:destroyed", args=[Backup.objects.get().pk]), {"how": "Shredded"})
    assert "Shredded" in page.get(reverse("retention:backups")).content.decode()


@pytest.mark.parametrize("who", ["anong", "kanya", "prasert", "tesfa", "vera", "niran"])
def test_nobody_else_sees_the_pages(sign_in, cast, who):
    for name in ("overview", "holds", "add_hold", "backups"):
        assert sign_in(cast[who]).get(reverse(f"retention:{name}")).status_code == 403


def test_the_page_asks_the_database_no_more_for_more_people(
    old_case, add_case, sign_in, dej, django_assert_max_num_queries
):
    page = sign_in(dej)
    page.get(reverse("retention:overview"))
    for place in range(12):
        add_case(f"Somebody {place}")
    with django_assert_max_num_queries(60):
        page.get(reverse("retention:overview"))


def test_the_dry_run_says_what_would_go_and_changes_nothing(old_case, now):
    register_backup("the safe", now=now)
    before = Entry.objects.count()
    result = CliRunner().invoke(app, ["retention", "run", "--dry-run", "--json"])
    assert result.exit_code == 0
    said = json.loads(result.stdout.splitlines()[-1])
    (release,) = said["releases"]
    assert release["due"]["not_identified_people"] == 1
    assert said["in_backups_until"]
    assert "Khamla" not in result.output
    assert Person.objects.filter(pk=old_case.person_id).exists()
    assert Entry.objects.count() == before


def test_the_command_carries_out_nothing_that_nobody_agreed_to(old_case):
    result = CliRunner().invoke(app, ["retention", "run", "--json"])
    assert json.loads(result.stdout.splitlines()[-1]) == {"runs": [], "unfinished": 0}
    assert Person.objects.filter(pk=old_case.person_id).exists()
