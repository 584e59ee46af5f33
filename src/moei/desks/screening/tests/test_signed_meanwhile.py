"""A colleague of the same profession signs while one writes: the page says so, and what was written is not lost."""

from django.urls import reverse

from moei.access.models import RoleGrant, Staff
from moei.desks.screening.actions.sign_determination import sign_determination
from moei.desks.screening.models import Signature

from .test_journey import authenticated


def test_what_was_written_is_shown_though_the_seat_is_taken(
    steps, acting, sign_in, agencies, release, site, anong
):
    case = steps.read()
    other = Staff.objects.create(
        username="other", name="Another social worker", profession="social_development", agency=anong.agency
    )
    RoleGrant.objects.create(
        staff=other, role="social_worker", release=release, site=site, granted_at=acting(anong).now
    )
    page = sign_in(other)
    authenticated(page, other, ago=0)
    sign_determination(acting(anong), case, outcome="victim_declines", reasons="Anong's own words.")
    typed = {"outcome": "victim_consents", "reasons": "An hour of my own <words>.", "dissent": "And these."}
    answer = page.post(reverse("screening:sign", args=[case.id]), typed)
    body = answer.content.decode()
    assert answer.status_code == 422
    assert "has already signed" in body
    assert "What you had written was not signed" in body
    assert "An hour of my own &lt;words&gt;." in body and "And these." in body
    assert "Anong&#x27;s own words." not in body
    assert Signature.objects.count() == 1
    again = page.get(reverse("screening:determination", args=[case.id])).content.decode()
    assert "What you had written" not in again
