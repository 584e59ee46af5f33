"""Services and referrals over the API, by the same rules as the pages."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from moei.access.models import ApiToken
from moei.crypto import digest_token
from moei.desks.care.models import Referral
from moei.leaving.models import Departure

pytestmark = pytest.mark.django_db
CARE = {"Moei-Purpose": "care"}


@pytest.fixture
def call(client):
    def ask(staff, method, path, data=None, **headers):
        now = datetime.now(UTC)
        ApiToken.objects.get_or_create(
            digest=digest_token(f"token of {staff.username}"),
            defaults={
                "agency": staff.agency,
                "staff": staff,
                "label": "test",
                "created_at": now,
                "expires_at": now + timedelta(hours=1),
            },
        )
        headers = {"authorization": f"Bearer token of {staff.username}", **headers}
        about = {"data": data, "content_type": "application/json"} if data is not None else {}
        return getattr(client, method)(f"/api{path}", headers=headers, **about)

    return ask


def test_services_are_narrowed_and_name_nobody(call, kanya, service):
    service(languages=["am"], hours={day: [(0, 1440)] for day in range(7)})
    service("A lawyer", kind="legal")
    (one,) = call(kanya, "get", "/services?language=am&open_now=true").json()
    assert (one["service_name"], one["open_now"], one["languages"]) == ("Doctor on call", True, ["am"])
    assert len(call(kanya, "get", "/services").json()) == 2


def test_a_referral_goes_its_way_over_the_api(call, kanya, dao2, person, agree_to, baan_dao, food):
    case = person()
    refer = f"/cases/{case.pk}/referrals"
    given = {"service": str(food.pk), "needs": [], "sections": ["needs"], "reason": "Other"}
    assert call(kanya, "post", refer, given).status_code == 422, "no consent"
    agree_to(case, baan_dao)
    made = call(kanya, "post", refer, given).json()
    assert made["status"] == "offered"
    assert call(dao2, "get", "/referrals").status_code == 400, "says not what for"
    (row,) = call(dao2, "get", "/referrals", **CARE).json()
    assert row["case"] is None and row["reference"] == made["reference"]
    assert call(dao2, "get", f"/cases/{case.pk}").status_code == 404
    answer = f"/referrals/{made['referral']}"
    assert call(kanya, "post", f"{answer}/accept").status_code == 422, "Baan Dao answers itself"
    assert call(dao2, "post", f"{answer}/accept").json()["status"] == "accepted"
    assert call(dao2, "post", f"{answer}/accept").status_code == 422
    (row,) = call(dao2, "get", "/referrals?show=accepted", **CARE).json()
    assert row["case"] == str(case.pk) and call(dao2, "get", f"/cases/{case.pk}").status_code == 200
    assert Departure.objects.filter(name="referrals_to_us").count() == 1, "only where somebody was named"
    assert call(dao2, "post", f"{answer}/done", {"met": None}).json()["status"] == "done"
    revoke = call(kanya, "post", f"{refer}/{made['referral']}/revoke", {"why": "mistake"})
    assert revoke.status_code == 422 and "over" in revoke.json()["title"]


def test_declined_and_taken_back(call, kanya, dao2, offered):
    first = offered("One")
    assert call(dao2, "post", f"/referrals/{first.pk}/decline", {"why": "rude"}).status_code == 422
    assert (
        call(dao2, "post", f"/referrals/{first.pk}/decline", {"why": "full"}).json()["status"] == "declined"
    )
    second = offered("Two")
    path = f"/cases/{second.case_id}/referrals/{second.pk}/revoke"
    assert call(kanya, "post", path, {"why": "person"}).json()["status"] == "revoked"
    assert set(Referral.objects.values_list("status", flat=True)) == {"declined", "revoked"}
    assert (
        call(
            kanya, "post", f"/cases/{first.case_id}/referrals/{second.pk}/revoke", {"why": "person"}
        ).status_code
        == 404
    )


def test_nobody_else(call, cast, offered):
    made = offered()
    for who in ("tesfa", "ploy", "vera"):
        assert call(cast[who], "get", "/services").status_code == 403
        assert call(cast[who], "post", f"/referrals/{made.pk}/accept").status_code == 403
