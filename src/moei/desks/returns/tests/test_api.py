"""Journeys, seats and the manifest over the API."""

from datetime import UTC, datetime, timedelta

import pytest

from moei.access.models import ApiToken, Site
from moei.crypto import digest_token
from moei.desks.returns.actions.hold_seat import hold_seat
from moei.leaving.models import Departure


@pytest.fixture
def call(client):
    def get(staff, path, **headers):
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
        return client.get(f"/api{path}", headers=headers)

    return get


def test_p21_seats_and_manifest_say_why_and_are_registered(call, fly, ways, acting, ploy):
    journey, case = fly(), ways.told()
    hold_seat(acting(ploy), journey, case)
    assert call(ploy, "/journeys").json()[0]["held"] == 1
    assert call(ploy, f"/journeys/{journey.pk}/seats").status_code == 400
    (seat,) = call(ploy, f"/journeys/{journey.pk}/seats", **{"Moei-Purpose": "care"}).json()
    assert seat["case"] == str(case.pk) and "risk_asked" in seat["missing"]
    (one,) = call(ploy, f"/journeys/{journey.pk}/manifest", **{"Moei-Purpose": "care"}).json()
    assert one["name"] == "ABEBE INVENTED" and case.number not in str(one)
    assert Departure.objects.filter(kind="api").count() == 2


def test_a_manifest_that_would_leave_somebody_out_is_not_given(call, fly, ways, acting, ploy):
    journey, case = fly(), ways.told()
    hold_seat(acting(ploy), journey, case)
    case.site = Site.objects.create(name="Another crossing")
    case.save(update_fields=["site"])
    assert call(ploy, f"/journeys/{journey.pk}/manifest", **{"Moei-Purpose": "care"}).status_code == 409
    assert call(ploy, f"/journeys/{journey.pk}/seats", **{"Moei-Purpose": "care"}).json() == []


def test_nobody_else(call, fly, cast):
    journey = fly()
    for who in ("anong", "kanya", "tesfa"):
        assert (
            call(cast[who], f"/journeys/{journey.pk}/manifest", **{"Moei-Purpose": "care"}).status_code == 403
        )
