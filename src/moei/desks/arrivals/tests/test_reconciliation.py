"""Lists against arrivals: who is missing, who came unannounced, who stands twice, whom only a family named."""

from __future__ import annotations

from datetime import date
from uuid import uuid4

import pytest
from django.urls import reverse

from moei.casefile.models import Case, SourceRecord
from moei.desks.arrivals.actions.commit_import import commit_import
from moei.desks.arrivals.actions.judge_pair import judge_pair
from moei.desks.arrivals.actions.register_person import register_person
from moei.desks.arrivals.actions.upload_list import upload_list
from moei.desks.arrivals.registration import Registration
from moei.desks.arrivals.selectors.arrivals import counter
from moei.desks.arrivals.selectors.reconciliation import (
    Group,
    counts,
    family_answers,
    people_of,
    wrong_totals,
)
from moei.desks.arrivals.tests.workbooks import PEOPLE, RECEIVED, TRANSFER, workbook

pytestmark = pytest.mark.django_db

LISTED = (*PEOPLE[:4], (5, "HAILU DESTA", "M", "19.12.1985", "Ethiopia", "EP9876543"), (6, *PEOPLE[0][1:]))


@pytest.fixture
def lists(anong, acting):
    """Listed: four who came, Hailu who did not, and Mulugeta once more. Received: those four and Siti."""
    for rows, title, sender in ((LISTED, TRANSFER, "The other side"), (PEOPLE, RECEIVED, "Immigration")):
        commit_import(
            acting(anong), upload_list(acting(anong), "list.xlsx", workbook(rows, title=title), sender)
        )


def names(acting_one, group: Group) -> list[str]:
    return [case.person.name for case in people_of(acting_one, group)]


def test_the_groups(lists, anong, acting):
    found = counts(acting(anong))
    assert (found.people, found.listed, found.arrived) == (6, 5, 5)
    assert (found.listed_not_arrived, found.arrived_not_listed, found.listed_twice) == (1, 1, 1)
    assert names(acting(anong), Group.NOT_ARRIVED) == ["HAILU DESTA"]
    assert names(acting(anong), Group.NOT_LISTED) == ["SITI RAHAYU"]
    assert names(acting(anong), Group.TWICE) == ["MULUGETA YARED"]


def test_a_person_whom_only_a_family_named(add_case, anong, acting):
    add_case("DINKNESH", kind="family")
    add_case("MULUGETA YARED")
    assert counts(acting(anong)).reported_only == 1
    assert names(acting(anong), Group.FAMILY_ONLY) == ["DINKNESH"]


def test_p12_a_person_who_is_here_and_whom_a_family_reported(add_case, anong, prasert, acting, sign_in):
    here, report = add_case("MULUGETA YARED"), add_case("MULUGETA YARED", kind="family")
    add_case("DINKNESH", kind="family")
    left, right = SourceRecord.objects.filter(name="MULUGETA YARED")
    judge_pair(acting(anong), left, right, "same")
    assert counts(acting(anong)).reported_here == 1
    assert names(acting(anong), Group.FAMILY_HERE) == ["MULUGETA YARED"]
    content = sign_in(anong).get("/lists/reconciliation/?show=family-here").content.decode()
    assert "Not asked yet" in content
    assert "A family is told only when the person said yes" in content
    assert family_answers(acting(prasert), [here.person_id, report.person_id]) == {}


def test_registering_somebody_counts_as_arriving(add_case, anong, acting):
    case = add_case("HAILU DESTA", kind="transferring")
    assert counts(acting(anong)).listed_not_arrived == 1
    given = Registration(name="Hailu", birth_from=date(1985, 12, 19), birth_to=date(1985, 12, 19))
    register_person(acting(anong), given, case, operation=uuid4())
    assert counts(acting(anong)).listed_not_arrived == 0
    assert counter(acting(anong)).registered == 1


def test_merged_case_files_count_as_one_person(add_case, anong, acting):
    cases = [add_case("HAILU DESTA", kind="transferring"), add_case("KHAMLA VONGPHACHANH", kind="handover")]
    for case in cases:
        given = Registration(
            name=case.person.name, birth_from=date(1985, 12, 19), birth_to=date(1985, 12, 19)
        )
        register_person(acting(anong), given, case, operation=uuid4())
    left, right = SourceRecord.objects.filter(origin="list")
    assert judge_pair(acting(anong), left, right, "same").merged
    found = counts(acting(anong))
    assert (found.people, found.arrived_not_listed) == (1, 0)


def test_a_total_that_does_not_add_up_is_named(anong, acting):
    rows = [*PEOPLE, ("", "Total: 7 persons", "", "", "", "")]
    imp = upload_list(acting(anong), "list.xlsx", workbook(rows), "Immigration")
    commit_import(acting(anong), imp)
    [wrong] = wrong_totals(acting(anong))
    assert (wrong.stated, wrong.rows) == (7, 5)


def test_somebody_at_another_site_is_not_listed_by_name(lists, anong, acting, db):
    from moei.access.models import Site

    elsewhere = Site.objects.create(name="Another crossing")
    Case.objects_unchecked.filter(person__name="HAILU DESTA").update(site=elsewhere)
    assert names(acting(anong), Group.NOT_ARRIVED) == []


def test_the_page_shows_each_group(lists, anong, sign_in):
    page = sign_in(anong)
    for group, name in (
        ("not-arrived", "HAILU DESTA"),
        ("not-listed", "SITI RAHAYU"),
        ("twice", "MULUGETA YARED"),
    ):
        content = page.get(reverse("arrivals:reconciliation"), {"show": group}).content.decode()
        assert name in content
    assert page.get(reverse("arrivals:reconciliation"), {"show": "nonsense"}).status_code == 200
