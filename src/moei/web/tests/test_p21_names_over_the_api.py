"""P21: names that leave by the API, many at a time, are in the register: who, when, why and how many."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse

from moei.access import limits
from moei.access.models import ApiToken
from moei.casefile.selectors.cases import open_case
from moei.casefile.selectors.rights import disclosure_register
from moei.crypto import digest_token
from moei.journal.models import Entry
from moei.leaving.actions.let_out import Reason, count_departure
from moei.leaving.models import Departure, Kind, Why
from moei.leaving.over_api import HEADER, PURPOSES
from moei.web.api import api

pytestmark = pytest.mark.django_db
NAMES = ("/api/cases/", "/api/screening/waiting")


@pytest.fixture
def ask(client, anong):
    """`ask("/api/cases/", "care")` as Anong's program."""
    now = datetime.now(UTC)
    ApiToken.objects.create(
        agency=anong.agency, staff=anong, label="t", digest=digest_token("tok"),
        created_at=now, expires_at=now + timedelta(hours=1),
    )  # fmt: skip

    def get(path: str, purpose: str = "care", **query):
        headers = {"Authorization": "Bearer tok", "X-Moei-Reason": "my_cases"}
        return client.get(path, query, headers=headers | ({HEADER: purpose} if purpose else {}))

    return get


@pytest.mark.parametrize("path", NAMES)
@pytest.mark.parametrize("purpose", ["", "itself", "because", "ดูแล"])
def test_p21_without_a_purpose_the_answer_is_no_in_words_and_nothing_is_read(ask, add_case, path, purpose):
    add_case("Khamla Vongphachanh")
    answer = ask(path, purpose)
    assert answer.status_code == 400 and answer.headers["Content-Type"] == "application/problem+json"
    assert all(word in answer.json()["title"] for word in (HEADER, *PURPOSES))
    assert not Departure.objects.exists() and not Entry.objects.filter(action="cases.exported").exists()


def test_p21_names_over_the_api_are_in_the_register_with_who_when_why_and_whose(
    ask, add_case, anong, release
):
    cases = {add_case(name).id for name in ("Khamla Vongphachanh", "Bekele Tadesse")}
    assert ask("/api/cases/").json()["count"] == 2
    row = Departure.objects.get()
    assert (row.kind, row.staff, row.agency, row.release) == (Kind.API, anong, anong.agency, release)
    assert (row.why, row.name, row.people) == (Why.CARE, "list_cases", 2)
    assert set(row.cases.values_list("case_id", flat=True)) == cases
    entry = Entry.objects.get(action="cases.exported")
    assert entry.data["departure"] == str(row)


def test_p21_a_program_that_asks_all_day_is_one_row_for_each_operation_and_purpose(ask, add_case):
    add_case("Khamla Vongphachanh")
    ask("/api/cases/", limit=1)
    add_case("Bekele Tadesse")
    for _again in range(3):
        ask("/api/cases/")
    ask("/api/cases/", "audit")
    ask("/api/screening/waiting")
    rows = Departure.objects.order_by("number").values_list("name", "why", "people")
    assert [tuple(row) for row in rows][:2] == [("list_cases", "care", 2), ("list_cases", "audit", 2)]
    assert Entry.objects.filter(action="cases.exported").count() == 6


def test_p21_the_next_day_at_the_site_is_another_row(acting, anong, add_case, release):
    case, reason = add_case("Khamla Vongphachanh"), Reason(Why.CARE)
    # Midnight in Thailand is five in the afternoon in UTC.
    for hour in (16, 17, 23):
        at = datetime(2026, 3, 2, hour, 30, tzinfo=UTC)
        count_departure(acting(anong, at=at), "list_cases", reason, [case.id])
    assert Departure.objects.count() == 2


def test_p21_nobody_named_leaves_no_row_and_above_the_rate_neither(ask, add_case, monkeypatch):
    assert ask("/api/cases/").json()["count"] == 0
    add_case("Khamla Vongphachanh")
    monkeypatch.setattr(limits, "NAMES_AN_HOUR", 0)
    assert ask("/api/cases/").status_code == 429
    assert not Departure.objects.exists()


def test_p21_the_auditor_reads_it_in_the_register_and_it_is_not_called_broken(ask, add_case, somsak, sign_in):
    case = add_case("Khamla Vongphachanh")
    ask("/api/cases/")
    text = sign_in(somsak).get(reverse("web:files_left"), {"kind": "api"}).content.decode()
    assert "Names over the API" in text and "list_cases" in text and case.number in text
    assert "Did not get out whole" not in text and "Khamla" not in text


def test_p01_the_person_reads_in_the_register_of_disclosures_who_took_the_name(ask, add_case, acting, anong):
    case = add_case("Khamla Vongphachanh")
    ask("/api/cases/")
    told = disclosure_register(open_case(acting(anong), case))
    assert [line.to_whom for line in told if str(Departure.objects.get()) in line.what] == [
        f"{anong} ({anong.agency})"
    ]


def test_p21_every_operation_that_may_name_several_people_asks_what_for():
    """Whoever adds one finds it here: its answer holds a list of cases or of people, by number, id or name."""
    schema = json.loads(json.dumps(api.get_openapi_schema()))

    def parts(found: object) -> Iterator[dict]:
        if isinstance(found, dict):
            if "$ref" in found:
                found = schema["components"]["schemas"][found["$ref"].rpartition("/")[2]]
            yield found
            for value in found.values():
                yield from parts(value)
        elif isinstance(found, list):
            for value in found:
                yield from parts(value)

    def names_several(operation: dict) -> bool:
        lists = (part["items"] for part in parts(operation["responses"]) if part.get("type") == "array")
        return any(
            said <= set(row.get("properties", {}))
            for found in lists
            for row in parts(found)
            for said in ({"id", "number"}, {"case"}, {"name", "born"})
        )

    operations = [one for methods in schema["paths"].values() for one in methods.values()]
    several = {one["operationId"] for one in operations if names_several(one)}
    asked = {
        one["operationId"]
        for one in operations
        if any(p["name"] == HEADER and p["required"] for p in one.get("parameters", []))
    }
    assert several == asked
    assert several == {
        "list_cases",
        "waiting",
        "journey_seats",
        "journey_manifest",
        "asked_of_us",
        "papers_asked_of_us",
        "referrals_to_us",
        "shelter_people",
    }
