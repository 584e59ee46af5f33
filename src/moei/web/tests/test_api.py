"""The API keeps to its own description, for any input that the description allows and some that it does not."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
import schemathesis
from django.core.cache import cache
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from django.urls import reverse
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.specs.openapi.checks import positive_data_acceptance

from moei.access.models import Agency, ApiToken, RoleGrant, Staff
from moei.casefile.actions.assign_case import assign_case
from moei.casefile.actions.consent import record_consent
from moei.casefile.actions.load_wordings import current_wording, load_wordings
from moei.casefile.models import Purpose
from moei.crypto import digest_token
from moei.journal.models import Entry
from moei.web.api import api

TOKEN = "an invented token of a test"
BEARER = {"Authorization": f"Bearer {TOKEN}", "X-Moei-Reason": "my_cases", "Moei-Purpose": "care"}


def service_account(release, agency: Agency, *roles: str) -> Staff:
    staff = Staff.objects.create(username="a-service", name="A service", agency=agency, is_service=True)
    now = datetime.now(UTC)
    for role in roles:
        RoleGrant.objects.create(staff=staff, role=role, release=release, site=release.site, granted_at=now)
    ApiToken.objects.create(
        agency=agency,
        staff=staff,
        label="test",
        digest=digest_token(TOKEN),
        created_at=now,
        expires_at=now + timedelta(hours=1),
    )
    return staff


@pytest.fixture
def service(release, agencies):
    """As a social worker: reaches what most operations need."""
    return service_account(release, agencies["MSDHS Tak"], "social_worker")


@pytest.fixture
def described(service, add_case, now, monkeypatch):
    monkeypatch.setattr("moei.web.api.TokenThrottle.allow_request", lambda self, request: True)
    load_wordings(now=now)
    add_case("Khamla Vongphachanh", nationality="LAO", sex="F")
    # The requests of this test share its transaction, so none of them may close the connection.
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield schemathesis.openapi.from_wsgi(reverse("api:openapi-json"), get_wsgi_application())
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.mark.django_db
def test_every_operation_keeps_to_its_description(described):
    operations = [found.ok() for found in described.get_all_operations()]
    assert operations
    for operation in operations:

        @given(operation.as_strategy())
        @settings(
            max_examples=12,
            deadline=None,
            derandomize=True,
            database=None,
            phases=[Phase.explicit, Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        def keeps(case):
            # What a list holds or an id names is no matter of the description: it may be refused in words.
            case.call_and_validate(headers=BEARER, excluded_checks=[positive_data_acceptance])

        keeps()


@pytest.fixture
def ask(client, service):
    def get(path: str, **query):
        return client.get(f"/api{path}", query, headers=BEARER)

    return get


@pytest.mark.django_db
def test_cases_are_listed_searched_and_opened(ask, add_case, service):
    case = add_case("Khamla Vongphachanh", nationality="LAO", sex="F")
    add_case("Somebody Else")
    listed = ask("/cases/").json()
    assert listed["count"] == 2
    found = ask("/cases/", q="vongphachanh").json()
    assert [row["number"] for row in found["cases"]] == [case.number]
    opened = ask(f"/cases/{case.pk}").json()
    assert opened["identity"]["name"] == "Khamla Vongphachanh"
    assert opened["sections"]["identity"] == "rw"
    assert opened["clocks"] and opened["needs"] == []
    last = Entry.objects.order_by("-seq").first()
    assert (last.action, last.actor) == ("case.opened_for_reading", service.id)


@pytest.mark.django_db
@pytest.mark.parametrize("field", ["q", "stage", "need", "nationality"])
def test_a_control_character_in_a_filter_is_refused(ask, service, field):
    """PostgreSQL stores no NUL: such a filter must not reach it."""
    assert ask("/cases/", **{field: "\0"}).status_code == 422


@pytest.mark.django_db
def test_sections_that_the_role_does_not_open_are_null(
    client, release, agencies, add_case, now, acting, anong, kanya, selam
):
    case = add_case("Bekele Tadesse", nationality="ETH", document_number="EP1234567")
    service_account(release, agencies["Embassy of Ethiopia"], "embassy")
    assert client.get(f"/api/cases/{case.pk}", headers=BEARER).status_code == 404
    load_wordings(now=now)
    assign_case(acting(anong), case, kanya)
    record_consent(
        acting(kanya),
        case,
        Purpose.EMBASSY,
        given=True,
        wording=current_wording(Purpose.EMBASSY, "am"),
        recipient=agencies["Embassy of Ethiopia"],
        translated_by=selam,
    )
    opened = client.get(f"/api/cases/{case.pk}", headers=BEARER).json()
    assert opened["identity"]["name"] == "Bekele Tadesse"
    assert opened["documents"][0]["number"] == "EP1234567"
    assert (
        opened["needs"]
        is opened["clocks"]
        is opened["consents"]
        is opened["outcome"]
        is opened["stage"]
        is None
    )


@pytest.mark.django_db
def test_a_token_works_in_a_release_where_it_has_a_role_only(client, service):
    answer = client.get("/api/cases/", headers=BEARER | {"X-Moei-Release": "another"})
    assert answer.status_code == 400
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert client.get("/api/cases/", headers=BEARER | {"X-Moei-Release": "test-release"}).status_code == 200


@pytest.mark.django_db
def test_errors_are_problem_documents(client, ask, service, add_case):
    case = add_case("Somebody")
    nobody = client.get("/api/cases/")
    assert (nobody.status_code, nobody.json()["title"]) == (401, "This needs a valid token.")
    missing = ask("/cases/00000000-0000-0000-0000-000000000001")
    assert (missing.status_code, missing.json()["status"]) == (404, 404)
    too_many = ask("/cases/", limit=10_000)
    assert too_many.status_code == 422
    assert list(too_many.json()["errors"]) == ["query.limit"]
    no_wording = client.post(
        f"/api/cases/{case.pk}/consents",
        {"purpose": "family", "given": False, "wording": "00000000-0000-0000-0000-000000000001"},
        content_type="application/json",
        headers=BEARER,
    )
    assert (no_wording.status_code, no_wording.json()["errors"]) == (
        422,
        {"wording": "There is no such text."},
    )


@pytest.mark.django_db
def test_too_many_requests_are_slowed_down(client, service, monkeypatch):
    cache.clear()
    throttle = next(iter(_throttles(api)))
    monkeypatch.setattr(throttle, "num_requests", 2)
    answers = [client.get("/api/cases/", headers=BEARER).status_code for _request in range(3)]
    cache.clear()
    assert answers == [200, 200, 429]


def _throttles(api):
    for bound in api._get_bound_routers():
        for view in bound.path_operations.values():
            for operation in view.operations:
                yield from operation.throttle_objects


@pytest.mark.django_db
def test_the_description_is_served_without_any_other_host(client):
    page = client.get("/api/docs")
    text = page.content.decode()
    assert page.status_code == 200
    assert "https://" not in text and "//cdn" not in text
    assert "<style" not in text and "style=" not in text
    for source in re.findall(r"<script(?![^>]*application/json)([^>]*)>", text):
        assert "src=" in source
