"""A locked session opens again also for somebody who still has to choose a password or set up a second step."""

from __future__ import annotations

import time

import pytest
from django.conf import settings
from django.urls import reverse

from moei.signin.models import GivenPassword

pytestmark = pytest.mark.django_db

PASSWORD = "a long enough invented password"


@pytest.fixture(params=["account_change_password", "web:second_factor"])
def kept_at(request, anong, client, settings, now) -> str:
    """Anong is signed in, and every page sends her to this one."""
    anong.set_password(PASSWORD)
    anong.save()
    if request.param == "account_change_password":
        GivenPassword.objects.create(staff=anong, given_at=now)
    else:
        settings.MFA_REQUIRED = True
    client.post(reverse("account_login"), {"login": "anong", "password": PASSWORD})
    there = reverse(request.param)
    assert client.get(reverse("cases:list")).headers["Location"] == there
    return there


def idle(client) -> None:
    session = client.session
    session["seen_at"] = int(time.time()) - settings.IDLE_SECONDS - 1
    session.save()


def test_after_a_pause_the_page_of_the_lock_opens_and_leads_on(client, kept_at):
    idle(client)
    locked = client.get(kept_at).headers["Location"]
    assert locked.startswith(f"{reverse('unlock')}?next=")
    assert client.get(locked).status_code == 200
    assert client.post(locked, {"password": "not hers"}).status_code == 200
    assert client.post(locked, {"password": PASSWORD}).headers["Location"] == kept_at
    assert client.get(kept_at).status_code == 200
    # What was still to be done is still to be done.
    assert client.get(reverse("cases:list")).headers["Location"] == kept_at


def test_her_page_locks_itself_when_nobody_is_there(client, kept_at):
    assert client.post(reverse("lock")).status_code == 204
    assert client.get(kept_at).headers["Location"].startswith(reverse("unlock"))


def test_the_lock_over_her_page_asks_for_her_passkey(client, kept_at):
    assert client.post(reverse("unlock_passkey")).status_code == 404, "she has none, and is told so"
