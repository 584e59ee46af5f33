"""The desk over the API."""

import uuid
from datetime import UTC, datetime, timedelta

import pytest

from moei.access.models import ApiToken
from moei.crypto import digest_token
from moei.desks.screening.models import Answer


@pytest.fixture
def call(client, agencies):
    """`call(mali, "get", "/api/...")` with a token that acts as them."""

    def ask(staff, method, path, body=None):
        ApiToken.objects.get_or_create(
            digest=digest_token(staff.username),
            defaults={
                "agency": staff.agency,
                "staff": staff,
                "label": "test",
                "created_at": datetime.now(UTC),
                "expires_at": datetime.now(UTC) + timedelta(hours=1),
            },
        )
        headers = {"Authorization": f"Bearer {staff.username}", "Moei-Purpose": "care"}
        if body is None:
            return getattr(client, method)(path, headers=headers)
        return getattr(client, method)(path, body, content_type="application/json", headers=headers)

    return ask


def test_answers_are_saved_once_and_stale_ones_refused(steps, call, mali, anong):
    case = steps.started().case
    path, operation = f"/api/cases/{case.id}/interview/answers", str(uuid.uuid4())
    body = {"answers": {"barriers": ["armed", "bars"], "hours_a_day": 16}, "operation": operation}
    assert call(mali, "post", path, body).status_code == 200
    assert call(mali, "post", path, body).status_code == 200
    assert Answer.objects.count() == 2
    stale = call(anong, "post", path, {"answers": {"hours_a_day": 12}, "base": {"hours_a_day": 0}})
    assert stale.status_code == 409 and "hours_a_day" in stale.json()["errors"]
    (now,) = stale.json()["current"].values()
    assert (now["question"], now["value"], now["revision"]) == ("hours_a_day", "16", 1)
    unfit = call(anong, "post", path, {"answers": {"hours_a_day": "many"}})
    assert unfit.status_code == 422 and "current" not in unfit.json()
    agreed = call(
        anong, "post", path, {"answers": {"hours_a_day": 16}, "base": {"hours_a_day": now["revision"]}}
    )
    assert agreed.status_code == 200
    shown = call(anong, "get", f"/api/cases/{case.id}/interview").json()
    assert {row["question"]: row["value"] for row in shown["answers"]} == {
        "barriers": "bars armed",
        "hours_a_day": "16",
    }
    means = next(item for item in shown["elements"] if item["code"] == "means")
    assert means["evidenced_by"] == ["barriers"]


def test_p06_the_api_proposes_no_outcome(steps, call, mali):
    case = steps.read()
    panel = call(mali, "get", f"/api/cases/{case.id}/panel").json()
    assert panel["outcome"] is None and panel["signatures"] == 0 and panel["closed_because"] is None
    assert "not_yet" in panel["outcomes"]


def test_nobody_signs_over_the_api(steps, call, anong):
    case = steps.read()
    assert (
        call(anong, "post", f"/api/cases/{case.id}/panel", {"outcome": "victim_consents"}).status_code == 405
    )


def test_who_waits(steps, call, mali, dao):
    case = steps.read()
    (row,) = call(mali, "get", "/api/screening/waiting").json()
    assert (row["number"], row["waits_for"]) == (case.number, "panel")
    assert call(dao, "get", "/api/screening/waiting").status_code == 403


def test_no_interview_no_answers(steps, call, mali):
    case = steps.screened()
    assert call(mali, "post", f"/api/cases/{case.id}/interview/answers", {"answers": {}}).status_code == 422
    assert call(mali, "get", f"/api/cases/{case.id}/interview").json()["state"] == ""
