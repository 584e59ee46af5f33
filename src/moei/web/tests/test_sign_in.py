"""Signing in, being locked out, the second factor, and what ends a session."""

from __future__ import annotations

import time

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import (
    TOTP,
    format_hotp_value,
    generate_totp_secret,
    hotp_value,
    yield_hotp_counters_from_time,
)
from django.conf import settings
from django.urls import reverse

from moei.access.models import Release, RoleGrant
from moei.signin.throttling import PAIR

pytestmark = pytest.mark.django_db

PASSWORD = "a long enough invented password"


@pytest.fixture
def somebody(anong):
    anong.set_password(PASSWORD)
    anong.save()
    return anong


def enter(client, username="anong", password=PASSWORD, **extra):
    return client.post(reverse("account_login"), {"login": username, "password": password}, **extra)


def is_in(client) -> bool:
    return "_auth_user_id" in client.session


def test_a_password_opens_the_first_desk(client, somebody):
    response = enter(client)
    assert response.status_code == 302 and response.headers["Location"] == "/"
    assert client.get("/").headers["Location"] in {reverse("cases:list"), "/board/", "/lists/"}


def test_a_wrong_password_does_not(client, somebody):
    assert enter(client, password="wrong").status_code == 200
    assert not is_in(client)


def test_the_pair_of_name_and_address_is_locked_out_after_some_failures(client, somebody):
    for _attempt in range(PAIR.tries):
        assert enter(client, password="wrong").status_code == 200
    answer = enter(client)
    assert answer.status_code == 429
    assert "Sign-in is locked" in answer.content.decode()
    assert not is_in(client)


def test_from_another_address_the_same_person_still_gets_in(client, somebody):
    for _attempt in range(PAIR.tries + 2):
        enter(client, password="wrong", REMOTE_ADDR="203.0.113.9")
    assert enter(client, REMOTE_ADDR="203.0.113.9").status_code == 429
    assert enter(client, REMOTE_ADDR="198.51.100.7").status_code == 302
    assert is_in(client)


def test_a_closed_account_does_not_get_in_and_is_out_at_once(client, somebody):
    enter(client)
    somebody.is_active = False
    somebody.save()
    assert client.get(reverse("cases:list")).headers["Location"].startswith("/account/login/")
    client.logout()
    enter(client)
    assert not is_in(client)


def test_a_service_account_does_not_sign_in(client, somebody):
    somebody.is_service = True
    somebody.save()
    response = enter(client)
    assert response.headers["Location"] == reverse("account_inactive")
    assert not is_in(client)


@pytest.mark.parametrize("path", ["signup/", "password/reset/", "email/", "login/code/", "confirm-email/"])
def test_nobody_makes_an_account_or_gets_a_password_by_e_mail(client, somebody, path):
    enter(client)
    assert client.get(f"/account/{path}").status_code == 404


def test_the_second_factor_comes_before_anything_else(client, somebody, settings):
    settings.MFA_REQUIRED = True
    enter(client)
    assert client.get(reverse("cases:list")).headers["Location"] == reverse("web:second_factor")
    page = client.get(reverse("web:second_factor"))
    assert page.status_code == 200
    assert reverse("mfa_activate_totp") in page.content.decode()
    # Setting it up asks for the password once more, and then goes on.
    asked = client.get(reverse("mfa_activate_totp")).headers["Location"]
    assert asked.startswith(reverse("account_reauthenticate"))
    assert client.post(asked, {"password": PASSWORD}).headers["Location"] == reverse("mfa_activate_totp")
    assert client.get(reverse("mfa_activate_totp")).status_code == 200


def test_with_a_second_factor_the_code_is_asked_and_then_everything_opens(client, somebody, settings):
    settings.MFA_REQUIRED = True
    secret = generate_totp_secret()
    TOTP.activate(somebody, secret)
    assert enter(client).headers["Location"] == reverse("mfa_authenticate")
    assert client.get(reverse("cases:list")).status_code == 302
    client.post(reverse("mfa_authenticate"), {"code": code_of(secret)})
    assert client.get(reverse("cases:list")).status_code == 200


def test_a_second_factors_secret_is_sealed_in_the_database(somebody):
    secret = generate_totp_secret()
    TOTP.activate(somebody, secret)
    assert secret not in str(Authenticator.objects.get(user=somebody).data)


def code_of(secret: str) -> str:
    return format_hotp_value(hotp_value(secret, next(yield_hotp_counters_from_time())))


def test_nobody_takes_away_their_last_second_step(client, somebody, settings):
    settings.MFA_REQUIRED = True
    TOTP.activate(somebody, generate_totp_secret())
    client.force_login(somebody)
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    client.post(reverse("mfa_deactivate_totp"))
    assert Authenticator.objects.filter(user=somebody, type="totp").exists()


def idle(client, seconds: int) -> None:
    session = client.session
    session["seen_at"] = int(time.time()) - seconds
    session.save()


def test_an_idle_session_is_locked_until_its_password_is_given(client, somebody):
    enter(client)
    page = reverse("cases:list")
    assert client.get(page).status_code == 200
    idle(client, settings.IDLE_SECONDS + 1)
    asked = client.get(f"{page}?stage=screening").headers["Location"]
    assert asked.startswith(f"{reverse('unlock')}?next=")
    assert client.post(asked, {"password": "not hers"}).status_code == 200
    assert client.get(page).status_code == 302
    opened = client.post(asked, {"password": PASSWORD})
    assert opened.headers["Location"] == f"{page}?stage=screening"
    assert client.get(page).status_code == 200


def test_a_locked_session_that_nobody_opens_ends(client, somebody):
    enter(client)
    idle(client, settings.LOCKED_SECONDS + 1)
    assert client.get(reverse("cases:list")).headers["Location"].startswith("/account/login/")
    assert not is_in(client)


def test_no_session_lives_for_ever_however_it_is_used(client, somebody):
    enter(client)
    session = client.session
    session["began_at"] = int(time.time()) - settings.LONGEST_SESSION - 1
    session.save()
    assert client.get(reverse("cases:list")).headers["Location"].startswith("/account/login/")


def test_a_pages_own_polling_does_not_keep_a_session_alive(client, somebody):
    enter(client)
    session = client.session
    before = session["seen_at"] = int(time.time()) - settings.IDLE_SECONDS + 60
    session.save()
    client.get(reverse("cases:list"), headers={"HX-Polling": "true"})
    assert client.session["seen_at"] == before
    client.get(reverse("keepalive"))
    assert client.session["seen_at"] > before


def test_signing_out_leaves_nothing_in_the_browser(client, somebody):
    enter(client)
    response = client.post(reverse("account_logout"))
    assert response.headers["Clear-Site-Data"] == '"cache", "storage"'
    assert response.cookies["csrftoken"].value == response.cookies["sessionid"].value == ""
    assert not is_in(client)
    assert "Clear-Site-Data" not in client.get(reverse("account_login")).headers


def test_signing_out_takes_a_post(client, somebody):
    enter(client)
    client.get(reverse("account_logout"))
    assert is_in(client)


def test_the_language_can_be_changed_before_signing_in(client, db):
    response = client.post(reverse("set_language"), {"language": "th", "next": "/account/login/"})
    assert response.status_code == 302
    assert 'lang="th"' in client.get("/account/login/").content.decode()


def test_whoever_has_no_role_is_told_what_to_do(mallory, sign_in):
    response = sign_in(mallory).get("/")
    assert response.status_code == 200
    assert "nobody has given you a role" in response.content.decode()


def test_a_release_is_chosen_only_among_those_with_a_role(anong, release, site, now, sign_in):
    other = Release.objects.create(
        code="older", name="Older release", began_at=release.began_at.replace(year=2025), site=site
    )
    page = sign_in(anong)
    page.post(reverse("web:release"), {"release": "older"})
    assert page.get(reverse("cases:list")).context["release"] == release
    RoleGrant.objects.create(staff=anong, role="social_worker", release=other, site=site, granted_at=now)
    page.post(reverse("web:release"), {"release": "older"})
    assert page.get(reverse("cases:list")).context["release"] == other


def test_whoever_works_in_two_releases_finds_the_way_to_the_other(anong, mali, release, site, now, sign_in):
    other = Release.objects.create(
        code="older", name="Older release", began_at=release.began_at.replace(year=2025), site=site
    )
    RoleGrant.objects.create(staff=anong, role="social_worker", release=other, site=site, granted_at=now)
    link = f'href="{reverse("web:release")}"'
    assert link not in sign_in(mali).get(reverse("cases:list")).content.decode()
    page = sign_in(anong)
    assert link in page.get(reverse("cases:list")).content.decode()
    shown = page.get(reverse("web:release")).content.decode()
    assert "Older release" in shown and 'value="older"' in shown
    assert f'value="{release.code}"' not in shown


@pytest.mark.parametrize("path", ["/account/login/", "/", "/cases/", "/nowhere/", "/api/docs", "/api/cases/"])
def test_every_response_carries_the_security_headers(client, somebody, path):
    if path not in ("/account/login/", "/api/docs", "/api/cases/"):
        enter(client)
    headers = client.get(path).headers
    policy = headers["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert (
        "default-src 'none'" in policy
        and "script-src 'self'" in policy
        and "frame-ancestors 'none'" in policy
    )
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert "no-store" in headers["Cache-Control"]
    assert headers["Referrer-Policy"] == "same-origin"
    assert "camera=()" in headers["Permissions-Policy"]
