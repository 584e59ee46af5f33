"""P14: a role that one administrator gives in an emergency, and how it ends."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse

from moei.access.acting import Invalid, Refused
from moei.access.actions.grant_role import end_role, join_in_emergency, review_emergency_role
from moei.access.decide import can, may
from moei.access.models import RoleGrant, Staff
from moei.access.policy import EMERGENCY_ROLES, GUARDS, ROLES, Cases, Duty


@pytest.fixture
def joins(acting, admin, site):
    def make(staff: Staff, role: str = "social_worker", *, hours: int = 24, by: Staff | None = None):
        return join_in_emergency(
            acting(by or admin), staff, role, site=site, hours=hours, reason="Two buses came at night"
        )

    return make


@pytest.mark.django_db
def test_p14_in_an_emergency_a_role_ends_by_itself(joins, dao, site, add_case, acting, anong, now):
    case = add_case("Somebody")
    grant = joins(dao)
    assert can(dao, "case.open", case, now=now + timedelta(hours=23))
    assert not can(dao, "case.open", case, now=now + timedelta(hours=24))
    assert may(dao, "lists.read", now=now) and not may(dao, "lists.read", now=now + timedelta(hours=24))
    assert grant.ended_at == now + timedelta(hours=24)


@pytest.mark.django_db
def test_p14_an_emergency_is_no_way_round_two_agencies(joins, admin, second, mallory, dao, vera):
    with pytest.raises(Refused):
        joins(admin)
    with pytest.raises(Invalid, match="manages staff"):
        joins(second)
    for role in ("administrator", "auditor"):
        with pytest.raises(Invalid, match="two agencies"):
            joins(vera, role)
    with pytest.raises(Invalid, match="24 hours"):
        joins(dao, hours=25)
    with pytest.raises(Invalid, match="agency"):
        joins(mallory)
    assert not RoleGrant.objects.exclude(emergency="").exists()


@pytest.mark.django_db
def test_p14_it_is_not_given_again_before_another_agency_reviewed_it(
    joins, acting, admin, second, somsak, dao
):
    grant = joins(dao)
    end_role(acting(admin), grant)
    with pytest.raises(Invalid, match="reviewed"):
        joins(dao, by=second)
    with pytest.raises(Refused):
        review_emergency_role(acting(second), grant, "fine by me")
    review_emergency_role(acting(somsak), grant, "two buses did come")
    assert joins(dao).ended_at is not None


@pytest.mark.django_db
@pytest.mark.parametrize("role", sorted(set(ROLES) - EMERGENCY_ROLES))
def test_p14_admin_alone_gives_in_an_emergency_only_work_at_the_crossing(joins, vera, role):
    """Not a director, who would allow herself more cases and direct erasures; not a statistician, who publishes."""
    with pytest.raises(Invalid, match="two agencies"):
        joins(vera, role)
    assert not RoleGrant.objects.exclude(emergency="").exists()


def test_roles_for_an_emergency_open_cases_and_neither_manage_nor_watch_nor_allow():
    for code in EMERGENCY_ROLES:
        role = ROLES[code]
        assert role.cases is not Cases.NONE, code
        assert not role.duties & (
            GUARDS | {Duty.STAFF, Duty.ALLOW, Duty.RETENTION, Duty.JOURNAL, Duty.STATISTICS, Duty.BULLETIN}
        ), code


@pytest.mark.django_db
def test_p14_admin_gives_no_second_role_in_an_emergency_before_the_first_was_reviewed(
    joins, acting, somsak, second, dao, vera
):
    grant = joins(dao, "registrar")
    with pytest.raises(Invalid, match="that you gave"):
        joins(vera, "registrar")
    assert joins(vera, "registrar", by=second), "another administrator's emergencies are their own"
    review_emergency_role(acting(somsak), grant, "two buses did come")
    assert joins(dao, "health_worker")


@pytest.mark.django_db
def test_the_form_for_an_emergency_offers_only_roles_that_are_given_in_one(sign_in, admin, dao):
    page = sign_in(admin).get(reverse("web:emergency_role", args=[dao.pk])).content.decode()
    assert 'value="registrar"' in page and 'value="director"' not in page and 'value="auditor"' not in page


@pytest.mark.django_db
def test_p14_a_role_of_an_emergency_ends_at_once_when_somebody_ends_it(joins, acting, second, dao, now):
    end_role(acting(second), joins(dao))
    assert not may(dao, "lists.read", now=now)


# The policy table ------------------------------------------------------------------------------------------
