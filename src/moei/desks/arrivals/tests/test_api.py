"""The desk over the API: the same actions, the same policy."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from moei.access.models import Agency, Release, RoleGrant, Site, Staff
from moei.access.tokens import digest_token
from moei.casefile.models import Case
from moei.desks.arrivals.tests.workbooks import workbook

pytestmark = pytest.mark.django_db


@pytest.fixture
def token(release, agencies):
    """A token with a role: `token("registrar")`. The API's time is the machine's, so the release began an hour ago."""
    Release.objects.filter(pk=release.pk).update(began_at=datetime.now(UTC) - timedelta(hours=1))

    def issue(role: str) -> dict[str, str]:
        now = datetime.now(UTC)
        agency = Agency.objects.get(short_name="MSDHS Tak")
        staff = Staff.objects.create(
            username=f"service-{role}", name="Service", is_service=True, agency=agency
        )
        RoleGrant.objects.create(
            staff=staff, role=role, release=release, site=Site.objects.get(), granted_at=now
        )
        staff.tokens.create(
            agency=agency,
            label="test",
            digest=digest_token(role),
            created_at=now,
            expires_at=now + timedelta(days=1),
        )
        return {"Authorization": f"Bearer {role}"}

    return issue


def test_a_list_is_uploaded_taken_in_and_counted(client, token):
    headers = token("registrar")
    file = SimpleUploadedFile("received.xlsx", workbook())
    answer = client.post("/api/lists", {"file": file, "sender": "Immigration"}, headers=headers)
    assert answer.status_code == 201, answer.content
    listed = answer.json()
    assert (listed["kind"], listed["state"], listed["rows"]) == ("handover", "staged", 5)
    again = client.post(
        "/api/lists",
        {"file": SimpleUploadedFile("x.xlsx", workbook()), "sender": "Immigration"},
        headers=headers,
    )
    about = {"happened_at": (datetime.now(UTC) - timedelta(minutes=30)).isoformat()}
    answer = client.post(
        f"/api/lists/{listed['id']}/commit", about, headers=headers, content_type="application/json"
    )
    assert answer.status_code == 200, answer.content
    assert client.get("/api/reconciliation", headers=headers).json()["arrived"] == 5
    assert [row["state"] for row in client.get("/api/lists", headers=headers).json()] == ["committed"]
    assert again.status_code == 201


def test_a_person_is_registered_once(client, token):
    headers = token("registrar")
    about = {
        "operation": str(uuid4()),
        "name": "Tigist Alemu",
        "birth_from": "1999-07-25",
        "birth_to": "1999-07-25",
    }
    answers = [
        client.post("/api/registrations", about, headers=headers, content_type="application/json")
        for _n in range(2)
    ]
    assert [answer.status_code for answer in answers] == [201, 201], answers[0].content
    assert [answer.json()["again"] for answer in answers] == [False, True]
    assert Case.objects_unchecked.count() == 1


@pytest.mark.parametrize("moment", ["9999-12-31T23:59:59+00:00", "0001-01-01T00:00:00+14:00"])
def test_absurd_times_are_refused_in_words(client, token, moment):
    about = {"operation": str(uuid4()), "name": "A", "happened_at": moment}
    answer = client.post(
        "/api/registrations", about, headers=token("registrar"), content_type="application/json"
    )
    assert answer.status_code == 422
    assert "happened_at" in answer.json()["errors"]


def test_an_unreadable_list_is_refused_with_the_readers_words(client, token):
    file = SimpleUploadedFile("photo.png", b"\x89PNG\r\n\x1a\n" + b"0" * 64)
    answer = client.post("/api/lists", {"file": file, "sender": "Somebody"}, headers=token("registrar"))
    assert answer.status_code == 422
    assert "picture" in answer.json()["errors"]["file"]


@pytest.mark.parametrize("role", ["panel_police", "statistician", "auditor", "health_worker"])
def test_other_roles_are_refused(client, token, role):
    headers = token(role)
    assert client.get("/api/lists", headers=headers).status_code == 403
    assert client.get("/api/reconciliation", headers=headers).status_code == 403
    body = {"operation": str(uuid4()), "name": "A"}
    assert (
        client.post("/api/registrations", body, headers=headers, content_type="application/json").status_code
        == 403
    )
