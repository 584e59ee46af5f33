"""The journal for auditors: who, when and what, never values; its filters and its export."""

from __future__ import annotations

import csv
import uuid

import pytest
from django.urls import reverse

from moei.access.models import Staff
from moei.casefile.actions.correct_identity import correct_identity
from moei.casefile.selectors.cases import open_case
from moei.journal.models import Entry

pytestmark = pytest.mark.django_db

SECRET_NAME = "Khamla Vongphachanh"


@pytest.fixture
def corrected(add_case, acting, anong):
    case = add_case("A First Spelling")
    correct_identity(acting(anong), case, {"name": SECRET_NAME})
    open_case(acting(anong), case)
    return case


def test_the_journal_shows_who_when_what_and_names_of_fields_never_values(corrected, somsak, sign_in):
    text = sign_in(somsak).get(reverse("web:journal")).content.decode()
    assert "Corrected the identity</td>" in text and "Anong Srisuk" in text and corrected.number in text
    assert ">name</td>" in text
    assert SECRET_NAME not in text and "A First Spelling" not in text


@pytest.mark.parametrize(
    "query,shown,hidden",
    [
        ({"action": "identity.corrected"}, "Corrected the identity</td>", "A case was opened</td>"),
        ({"kind": "read"}, "Opened the case file</td>", "Corrected the identity</td>"),
        ({"last": "2026-03-01"}, "No entry fits", "Corrected the identity</td>"),
        (
            {"first": "2026-03-02", "last": "2026-03-02", "kind": "change"},
            "Corrected the identity</td>",
            "No entry fits",
        ),
        ({"case": str(uuid.UUID(int=0))}, "No entry fits", "Corrected the identity</td>"),
    ],
)
def test_the_journal_is_filtered(corrected, somsak, sign_in, query, shown, hidden):
    text = sign_in(somsak).get(reverse("web:journal"), query).content.decode()
    assert shown in text
    assert hidden not in text


def test_the_journal_is_filtered_by_case_and_staff(corrected, add_case, somsak, anong, sign_in):
    other = add_case("Somebody Else")
    page = sign_in(somsak)
    of_case = page.post(reverse("web:journal"), {"case": corrected.number}, follow=True).content.decode()
    assert corrected.number in of_case and other.number not in of_case
    of_nobody = page.get(reverse("web:journal"), {"staff": str(somsak.pk), "kind": "change"}).content.decode()
    assert "No entry fits" in of_nobody


def test_p11_who_saw_somebody_on_a_list_is_found_by_the_number_of_the_case(add_case, anong, somsak, sign_in):
    case = add_case("Khamla Vongphachanh")
    other = add_case("Somebody Else")
    sign_in(anong).post(reverse("cases:search"), {"q": "vongphachanh"}, follow=True)
    page, searched = sign_in(somsak), "Searched for people</td>"
    found, not_found = (
        page.post(reverse("web:journal"), {"case": one.number}, follow=True) for one in (case, other)
    )
    assert searched in found.content.decode()
    assert searched not in not_found.content.decode()


def test_p11_reading_the_journal_is_journalled(corrected, somsak, sign_in):
    sign_in(somsak).post(reverse("web:journal"), {"case": corrected.number}, follow=True)
    entry = Entry.objects.order_by("-seq").first()
    assert (entry.action, entry.actor, entry.data) == ("journal.searched", somsak.id, {"filters": ["case"]})


@pytest.mark.parametrize("rows", [3, 30])
def test_the_journal_page_takes_a_constant_number_of_queries(
    add_case, somsak, sign_in, rows, django_assert_max_num_queries
):
    for number in range(rows):
        add_case(f"Person {number}")
    page = sign_in(somsak)
    with django_assert_max_num_queries(29):
        page.get(reverse("web:journal"))


def test_the_chain_is_verified_by_a_button(corrected, somsak, sign_in):
    assert "The chain is whole" in sign_in(somsak).post(reverse("web:verify_journal")).content.decode()


def test_the_export_is_csv_without_values_and_is_journalled(corrected, somsak, sign_in):
    response = sign_in(somsak).post(
        reverse("web:export_journal"), {"why": "review"}, query_params={"kind": "change"}
    )
    text = response.getvalue().decode("utf-8-sig")
    rows = list(csv.DictReader(text.splitlines()))
    assert "identity.corrected" in {row["action"] for row in rows}
    assert SECRET_NAME not in text
    assert "attachment" in response.headers["Content-Disposition"]
    assert Entry.objects.filter(action="journal.exported", actor=somsak.id).exists()


def test_p21_cells_that_a_spreadsheet_would_compute_are_neutralised(corrected, somsak, anong, sign_in):
    Staff.objects.filter(pk=anong.pk).update(name='=HYPERLINK("http://evil")')
    answer = sign_in(somsak).post(reverse("web:export_journal"), {"why": "review"})
    text = answer.getvalue().decode("utf-8-sig")
    assert {row["who"] for row in csv.DictReader(text.splitlines())} >= {'\'=HYPERLINK("http://evil")'}
