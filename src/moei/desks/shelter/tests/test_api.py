"""Places, and beds given and given up, over the API."""

from datetime import UTC, datetime, timedelta

import pytest

from moei.access.models import ApiToken, Site
from moei.crypto import digest_token
from moei.desks.shelter.models import Stay
from moei.leaving.models import Departure


@pytest.fixture
def call(client):
    def ask(staff, path, given=None, **headers):
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
        if given is None:
            return client.get(f"/api{path}", headers=headers)
        return client.post(f"/api{path}", given, content_type="application/json", headers=headers)

    return ask


def test_a_bed_is_kept_taken_and_left(call, place, people, anong):
    teak, case = place(women=2), people.woman()
    about = {"place": str(teak.pk)}
    kept = call(anong, f"/cases/{case.pk}/shelter/reserve", about).json()
    assert kept["came_at"] is None and kept["kept_until"]
    came = call(anong, f"/cases/{case.pk}/shelter/check-in", about).json()
    assert came["id"] == kept["id"] and came["came_at"] and came["room"] == "women"
    twice = call(anong, f"/cases/{case.pk}/shelter/check-in", about)
    assert twice.status_code == 422 and "has a bed in Teak already" in twice.content.decode()
    (left,) = call(anong, f"/cases/{case.pk}/shelter/check-out", {"why": "left"}).json()
    assert left["ended_at"] and Stay.objects.get().ended_as == "left"
    none = call(anong, f"/cases/{case.pk}/shelter/check-in", {**about, "room": "99"})
    assert none.status_code == 422 and "no room of this number" in none.content.decode()


def test_places_say_how_many_beds_are_free_and_nothing_of_where_they_are(call, place, anong):
    place(women=2, men=3)
    answer = call(anong, "/shelter/places")
    (teak,) = answer.json()
    assert (teak["name"], teak["free"], teak["closed"]) == ("Teak", {"women": 2, "men": 3}, False)
    assert "Invented Road" not in answer.content.decode() and "address" not in teak


def test_p21_who_is_in_a_place_says_why_and_is_registered(call, place, people, anong, acting):
    from moei.desks.shelter.actions.stay import check_in

    teak, case, far = place(women=2), people.woman(), people.woman("Far")
    for one in (case, far):
        check_in(acting(anong), one, teak)
    far.site = Site.objects.create(name="Another crossing")
    far.save(update_fields=["site"])
    path = f"/shelter/places/{teak.pk}/people"
    assert call(anong, path).status_code == 400
    (one,) = call(anong, path, **{"Moei-Purpose": "care"}).json()
    assert one["case"] == str(case.pk) and Departure.objects.filter(kind="api").count() == 1


def test_nobody_else(call, place, people, cast):
    teak, case = place(women=2), people.woman()
    for who in ("kanya", "ploy", "tesfa"):
        assert call(cast[who], "/shelter/places").status_code == 403
        answer = call(cast[who], f"/cases/{case.pk}/shelter/check-in", {"place": str(teak.pk)})
        assert answer.status_code in (403, 404)
