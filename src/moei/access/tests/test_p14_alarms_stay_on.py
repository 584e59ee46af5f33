"""P14: one administrator does not switch the alarms off before doing what they would tell of."""

from __future__ import annotations

import threading

import pytest
from django.db import connection
from django.urls import reverse

from moei.access.acting import Invalid
from moei.access.actions.break_glass import break_glass
from moei.access.actions.grant_role import end_role, join_in_emergency
from moei.access.actions.manage_staff import close_account
from moei.access.cast import Member, create_member
from moei.access.models import Canary, Notice, Release, RoleGrant, Staff
from moei.access.watching import notices_for, tell_auditors
from moei.journal.ids import new_id
from moei.journal.models import Entry

pytestmark = pytest.mark.django_db


@pytest.fixture
def pim(release, agencies, now, cast) -> Staff:
    """A second auditor, of the labour office."""
    return create_member(
        Member("pim", "Pim Auditor", "Labour Tak", "", ("auditor",)), release, agencies, now=now
    )


@pytest.fixture
def chai(release, agencies, now, cast) -> Staff:
    """An administrator of the police: watches and approves, but reviews no emergencies and keeps no canaries."""
    return create_member(
        Member("chai", "Chai Administrator", "ATPD", "", ("administrator",)), release, agencies, now=now
    )


def grant_of(staff: Staff) -> RoleGrant:
    return RoleGrant.objects.get(staff=staff)


def told(kind: str) -> set[str]:
    return {notice.agency.short_name for notice in Notice.objects.filter(kind=kind)}


@pytest.mark.parametrize("others", [(), ("chai",)])
def test_p14_admin_does_not_take_the_last_auditor_away_and_then_give_roles(
    acting, admin, somsak, request, others
):
    """Somsak alone reviews emergencies outside Admin's agency: another administrator does not replace him."""
    for name in others:
        request.getfixturevalue(name)
    with pytest.raises(Invalid, match="two agencies"):
        close_account(acting(admin), somsak)
    with pytest.raises(Invalid, match="two agencies"):
        end_role(acting(admin), grant_of(somsak))
    somsak.refresh_from_db()
    assert somsak.is_active and grant_of(somsak).ended_at is None
    assert not Notice.objects.exists()


@pytest.mark.parametrize("how", ["closed", "ended"])
def test_p14_that_an_auditor_was_taken_away_is_told_to_every_agency_that_watches(
    acting, admin, somsak, pim, chai, how
):
    if how == "closed":
        close_account(acting(admin), somsak)
    else:
        end_role(acting(admin), grant_of(somsak))
    assert told("guard_gone") == {"MSDHS Tak", "Audit", "Labour Tak", "ATPD"}
    assert {notice.about for notice in Notice.objects.filter(kind="guard_gone")} == {somsak}
    with pytest.raises(Invalid, match="two agencies"):
        close_account(acting(admin), pim)


def test_p14_one_of_two_grants_with_the_same_duties_takes_no_guard_away(acting, admin, somsak, release, now):
    second = RoleGrant.objects.create(staff=somsak, role="auditor", granted_at=now)
    end_role(acting(admin), second)
    assert not Notice.objects.exists()


@pytest.fixture
def exercise(site, now) -> Release:
    return Release.objects.create(code="exercise", name="Exercise", began_at=now, site=site, invented=True)


@pytest.fixture
def tom(exercise, agencies, now, cast) -> Staff:
    """An auditor of an exercise, outside Admin's agency."""
    return create_member(Member("tom", "Tom", "DSI", "", ("auditor",)), exercise, agencies, now=now)


def test_p14_who_audits_an_exercise_does_not_count_as_an_auditor_of_the_release(acting, admin, somsak, tom):
    with pytest.raises(Invalid, match="two agencies"):
        close_account(acting(admin), somsak)
    with pytest.raises(Invalid, match="two agencies"):
        end_role(acting(admin), grant_of(somsak))
    assert not Notice.objects.exists()


def test_p14_an_auditor_who_keeps_the_role_in_an_exercise_is_taken_from_the_release_all_the_same(
    acting, admin, somsak, pim, tom, exercise, now
):
    grant = grant_of(somsak)
    RoleGrant.objects.create(staff=somsak, role="auditor", release=exercise, granted_at=now)
    end_role(acting(admin), grant)
    assert told("guard_gone") == {"MSDHS Tak", "Audit", "Labour Tak"}
    assert {notice.release.code for notice in Notice.objects.all()} == {"test-release"}
    with pytest.raises(Invalid, match="two agencies"):
        end_role(acting(admin), grant_of(pim))


def test_p14_that_an_auditor_of_all_releases_was_taken_away_is_told_in_each(
    acting, admin, somsak, pim, tom, exercise
):
    RoleGrant.objects.filter(staff__in=[admin, somsak]).update(release=None)
    close_account(acting(admin), somsak)
    where = {(notice.release.code, notice.agency.short_name) for notice in Notice.objects.all()}
    assert where >= {("test-release", "Labour Tak"), ("exercise", "DSI")}
    assert not where & {("exercise", "Labour Tak"), ("test-release", "DSI")}


def test_p14_an_emergency_is_told_to_who_reviews_them_in_the_release_and_not_in_an_exercise(
    acting, admin, vera, site, tom
):
    join_in_emergency(acting(admin), vera, "registrar", site=site, hours=3, reason="Two buses came at night")
    assert told("emergency_role") == {"MSDHS Tak", "Audit"}


def test_closing_who_guards_nothing_tells_nobody(acting, admin, anong):
    close_account(acting(admin), anong)
    assert not Notice.objects.exists() and not Staff.objects.get(pk=anong.pk).is_active


def test_p14_the_page_says_why_and_the_other_watchers_read_who_was_taken_away(
    sign_in, admin, somsak, acting, pim
):
    grant = grant_of(somsak)
    page = sign_in(admin).post(reverse("web:end_role", args=[somsak.pk, grant.pk]), follow=True)
    assert "The role has ended" in page.content.decode()
    notices = sign_in(pim).get(reverse("web:notices")).content.decode()
    assert "took a duty to watch or to approve" in notices and somsak.name in notices
    page = sign_in(admin).post(reverse("web:end_role", args=[pim.pk, grant_of(pim).pk]), follow=True)
    assert "two agencies agree on that" in page.content.decode()
    assert grant_of(pim).ended_at is None


def without_auditors(staff: Staff) -> None:
    """However it came to that: nobody holds the role any more."""
    RoleGrant.objects.filter(staff=staff).delete()


def test_p14_with_no_reviewer_left_another_agency_that_watches_is_told(
    acting, admin, somsak, chai, vera, site, add_case, kanya
):
    without_auditors(somsak)
    join_in_emergency(acting(admin), vera, "registrar", site=site, hours=3, reason="Two buses came at night")
    assert told("emergency_role") == {"MSDHS Tak", "ATPD"}
    break_glass(acting(kanya), add_case("Somebody").id, "She fainted and nobody can be reached")
    assert told("emergency") == {"Safe Return", "MSDHS Tak", "ATPD"}
    assert not Entry.objects.filter(action="notice.too_few").exists()


def test_p14_that_no_second_agency_could_be_told_is_in_the_journal(acting, admin, somsak, vera, site):
    without_auditors(somsak)
    join_in_emergency(acting(admin), vera, "registrar", site=site, hours=3, reason="Two buses came at night")
    entry = Entry.objects.get(action="notice.too_few")
    assert (entry.actor, entry.data) == (admin.pk, {"kind": "emergency_role", "agencies": 1})


def test_p12_a_canary_with_no_keeper_left_alarms_another_agency_and_warns_no_colleague(
    acting, admin, somsak, anong, chai, now
):
    without_auditors(somsak)
    canary = Canary.objects.create(case_id=new_id(), person_id=new_id(), record_id=new_id(), made_at=now)
    tell_auditors(acting(anong), Notice.Kind.CANARY, case_id=canary.case_id, action="people.searched")
    assert told("canary") == {"ATPD"}
    assert notices_for(chai, now=now).filter(kind="canary").exists()
    Notice.objects.filter(kind="canary").update(agency=admin.agency)
    assert not notices_for(admin, now=now).filter(kind="canary").exists()


@pytest.mark.django_db(transaction=True)
def test_p14_two_who_take_the_last_two_auditors_away_at_once_leave_one(
    acting, admin, somsak, pim, release, agencies, now
):
    second = create_member(
        Member("admin2", "Second", "MSDHS Tak", "", ("administrator",)), release, agencies, now=now
    )
    got: list[object] = []

    def run(who: Staff, whom: Staff) -> None:
        try:
            got.append(close_account(acting(who), whom))
        except Exception as refused:
            got.append(refused)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in ((admin, somsak), (second, pim))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert sorted(type(answer).__name__ for answer in got) == ["Invalid", "NoneType"], got
    assert Staff.objects.filter(pk__in=[somsak.pk, pim.pk], is_active=True).count() == 1
