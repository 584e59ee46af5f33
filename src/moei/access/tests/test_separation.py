"""Identification and investigation are apart, whether a role is held in one release or in all, and in whatever order."""

from __future__ import annotations

import threading

import pytest
from django.db import connection

from moei.access.acting import Invalid
from moei.access.actions import grant_role as module
from moei.access.actions.approve import approve
from moei.access.actions.grant_role import end_role
from moei.access.actions.propose import propose
from moei.access.models import Proposal, Release, RoleGrant
from moei.access.policy import ROLES

APART = "other side"


def sides_of(staff) -> set[str]:
    return {
        ROLES[role].side
        for role in RoleGrant.objects.filter(staff=staff, ended_at__isnull=True).values_list(
            "role", flat=True
        )
    }


@pytest.mark.django_db
def test_p10_who_investigates_in_all_releases_decides_in_none(acting, admin, give_role, mallory, site):
    grant = give_role(mallory, "investigator", all_releases=True)
    assert grant.release is None
    for role in ("panel_police", "social_worker", "interpreter"):
        with pytest.raises(Invalid, match=APART):
            give_role(mallory, role, site=site)
    end_role(acting(admin), grant)
    assert give_role(mallory, "panel_police", site=site).role == "panel_police"


@pytest.mark.django_db
def test_p10_who_decides_in_one_release_investigates_in_all_of_them_never(
    give_role, mallory, site, release, now
):
    other = Release.objects.create(code="other", name="Other", began_at=now, site=site)
    RoleGrant.objects.create(staff=mallory, role="panel_police", release=other, site=site, granted_at=now)
    with pytest.raises(Invalid, match=APART):
        give_role(mallory, "investigator", all_releases=True)
    # In a release where they decide on nobody they may.
    assert give_role(mallory, "investigator").release == release


@pytest.mark.django_db
@pytest.mark.parametrize("first,second", [(True, True), (True, False), (False, True), (False, False)])
def test_p10_the_same_side_twice_is_no_conflict(give_role, mallory, first, second):
    for everywhere in (first, second):
        give_role(mallory, "investigator", all_releases=everywhere)
    assert sides_of(mallory) == {"investigation"}


@pytest.mark.django_db
def test_a_role_that_opens_cases_is_given_in_one_release_at_a_time(give_role, mallory, site):
    with pytest.raises(Invalid, match="one release at a time"):
        give_role(mallory, "social_worker", site=site, all_releases=True)


@pytest.mark.django_db
def test_p10_who_manages_staff_opens_no_case_files_in_whatever_order(acting, admin, give_role, mallory, site):
    grant = give_role(mallory, "administrator")
    with pytest.raises(Invalid, match="manages staff"):
        give_role(mallory, "embassy")
    end_role(acting(admin), grant)
    assert give_role(mallory, "registrar", site=site)
    with pytest.raises(Invalid, match="manages staff"):
        give_role(mallory, "administrator", all_releases=True)


def both_sides_at_once(acting, admin, somsak, mallory, site) -> list[object]:
    """What came of two approvals in two connections: everywhere an investigator, here on the panel."""
    got: list[object] = []
    wanted = (
        {"role": "investigator", "all_releases": True},
        {"role": "panel_police", "site": str(site.pk), "all_releases": False},
    )
    proposals = [
        propose(acting(admin), Proposal.Kind.ROLE, staff=mallory, what=what, reason="as the work needs")
        for what in wanted
    ]

    def run(proposal) -> None:
        try:
            got.append(approve(acting(somsak), proposal))
        except Exception as refused:
            got.append(refused)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(proposal,)) for proposal in proposals]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return got


@pytest.mark.django_db(transaction=True)
def test_p10_two_roles_approved_at_the_same_moment_leave_one_side(acting, admin, somsak, mallory, site):
    got = both_sides_at_once(acting, admin, somsak, mallory, site)
    assert len(sides_of(mallory)) == 1
    assert [type(answer) for answer in got].count(Invalid) == 1, got


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite lets one transaction write at a time")
def test_with_the_lock_off_the_race_is_real(acting, admin, somsak, mallory, site, monkeypatch):
    barrier = threading.Barrier(2, timeout=20)
    check = module._keep_apart

    def after_both_have_looked(*args, **about) -> None:
        check(*args, **about)
        if threading.current_thread() is not threading.main_thread():
            barrier.wait()

    monkeypatch.setattr(module, "_keep_apart", after_both_have_looked)
    monkeypatch.setattr(module, "_lock", lambda staff: None)
    got = both_sides_at_once(acting, admin, somsak, mallory, site)
    assert sides_of(mallory) == {"identification", "investigation"}, got
