"""The list of cases, its search, the menu, and the words of a refusal."""

from __future__ import annotations

import pytest
from django.urls import reverse

from moei.access.actions.break_glass import break_glass
from moei.access.decide import may
from moei.access.models import RoleGrant
from moei.journal.models import Entry

pytestmark = pytest.mark.django_db

SECRET_NAME = "Khamla Vongphachanh"


def test_the_case_list_shows_fifty_at_a_time_with_a_constant_number_of_queries(
    add_case, anong, kanya, acting, sign_in, django_assert_max_num_queries
):
    for number in range(55):
        add_case(f"Person Number{number}", nationality="LAO" if number % 2 else "ETH")
    page = sign_in(anong)
    with django_assert_max_num_queries(31):
        first = page.get(reverse("cases:list"))
    assert len(first.context["rows"]) == 50
    with django_assert_max_num_queries(31):
        second = page.get(reverse("cases:list"), {"page": 2})
    assert len(second.context["rows"]) == 5
    assert len(page.get(reverse("cases:list"), {"nationality": "LAO"}).context["rows"]) == 27


def test_a_search_finds_by_name_and_is_refused_to_whoever_has_no_such_duty(add_case, anong, dao, sign_in):
    case = add_case(SECRET_NAME)
    add_case("Somebody Else")
    found = sign_in(anong).post(reverse("cases:search"), {"q": "vongphachanh"}, follow=True)
    assert [row.case for row in found.context["rows"]] == [case]
    assert Entry.objects.filter(action="people.searched", actor=anong.id).count() == 1
    assert sign_in(dao).post(reverse("cases:search"), {"q": "vongphachanh"}).status_code == 403


def test_the_list_offers_a_search_to_those_only_who_may_search(cast, release, sign_in):
    offered = {
        name
        for name in ("anong", "prasert", "kanya", "selam", "tesfa", "dao", "lawan", "niran")
        if 'name="q"' in sign_in(cast[name]).get(reverse("cases:list")).content.decode()
    }
    assert {"anong", "kanya"} <= offered
    assert not offered & {"selam", "tesfa", "dao", "lawan"}
    assert all(may(cast[name], "people.search", release.id) for name in offered)


@pytest.mark.parametrize(
    "name,desk",
    [
        ("screening:interview", "Screening"),
        ("screening:determination", "Screening"),
        ("screening:worklist", "Screening"),
        ("cases:file", "Cases"),
        ("cases:list", "Cases"),
        ("arrivals:reconciliation", "Lists"),
        ("arrivals:paper", "Register"),
        ("overview:board", "Board"),
    ],
)
def test_the_menu_marks_the_desk_to_which_a_page_belongs(add_case, anong, sign_in, name, desk):
    of_a_case = name in ("screening:interview", "screening:determination", "cases:file")
    address = reverse(name, args=[add_case(SECRET_NAME).pk] if of_a_case else [])
    page = sign_in(anong).get(address)
    assert [item["label"] for item in page.context["nav"] if item["current"]] == [desk]


def test_a_refusal_says_its_own_words(add_case, acting, kanya, release, site, sign_in):
    mine = break_glass(acting(kanya), add_case(SECRET_NAME).id, "She fainted and nobody can be reached")
    RoleGrant.objects.create(
        staff=kanya, role="auditor", release=release, site=site, granted_at=acting(kanya).now
    )
    page = sign_in(kanya).post(
        reverse("web:review_emergency", args=[mine.pk]), {"justified": "yes", "note": "."}
    )
    assert page.status_code == 403
    assert "Nobody reviews their own break-glass." in page.content.decode()
    assert SECRET_NAME not in page.content.decode()


def test_an_auditor_is_told_that_case_files_are_not_theirs(add_case, somsak, sign_in):
    add_case(SECRET_NAME)
    text = sign_in(somsak).get(reverse("cases:list")).content.decode()
    assert "Your role does not open case files" in text and SECRET_NAME not in text
