"""Somebody with two roles reads of each case what the role that opens it shows, on every page that lists cases."""

from __future__ import annotations

from datetime import timedelta

import pytest

from moei.access.actions.break_glass import break_glass
from moei.access.decide import forget_grants
from moei.access.models import Release, RoleGrant, Site
from moei.casefile.actions.assign_case import assign_case
from moei.casefile.actions.needs import record_needs
from moei.casefile.selectors import case_list
from moei.overview.selectors.board import board

pytestmark = pytest.mark.django_db


@pytest.fixture
def both(acting, anong, give_role, dao, add_case):
    """Dao works in a shelter (one assigned case, no procedure) and on a panel at another site (procedure)."""
    far = Site.objects.create(name="Another crossing")
    sheltered, elsewhere = add_case("Bekele Tadesse"), add_case("Hana Girma", site=far)
    assign_case(acting(anong), sheltered, dao)
    give_role(dao, "panel_police", site=far)
    return sheltered, elsewhere


def test_the_list_shows_stage_and_clock_only_where_the_role_does(both, dao, acting):
    sheltered, elsewhere = both
    found = case_list.listed_cases(acting(dao))
    shown = {
        row.case.id: (row.stage != "", row.due is not None) for row in case_list.rows(acting(dao), found)
    }
    assert shown == {sheltered.id: (False, False), elsewhere.id: (True, True)}
    # Nor does asking for a stage, or the order of the list, tell it.
    assert set(case_list.listed_cases(acting(dao), stage="arrived")) == {elsewhere}
    assert [case.number for case in found] == sorted(case.number for case in both)


def test_the_board_lists_only_cases_whose_procedure_they_may_read(both, dao, acting):
    _sheltered, elsewhere = both
    found = board(acting(dao))
    assert [row.case for row in found.waiting or ()] == [elsewhere.id]


def test_a_role_in_another_release_shows_nothing_in_this_one(acting, anong, dao, add_case, site, now):
    case = add_case("Bekele Tadesse")
    assign_case(acting(anong), case, dao)
    other = Release.objects.create(code="other", name="Other", began_at=now, site=site)
    RoleGrant.objects.create(staff=dao, role="caseworker", release=other, granted_at=now)
    forget_grants(dao)
    [row] = case_list.rows(acting(dao), case_list.listed_cases(acting(dao)))
    assert (row.stage, row.due) == ("", None)
    assert board(acting(dao)).waiting is None


def test_a_case_opened_in_an_emergency_shows_its_needs_and_not_where_it_stands(
    acting, anong, kanya, add_case
):
    case = add_case("Hana Girma")
    record_needs(acting(anong), case, ["medical"])
    break_glass(acting(kanya), case.id, "She fainted and nobody can be reached")
    later = acting(kanya, later=timedelta(minutes=1))
    [row] = case_list.rows(later, case_list.listed_cases(later))
    assert (row.stage, row.due, len(row.needs), row.emergency) == ("", None, 1, True)
    assert list(case_list.listed_cases(later, need="medical")) == [case]
    assert not case_list.listed_cases(later, stage="arrived").exists()
    assert not board(later).waiting
