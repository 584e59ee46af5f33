"""The attacker has somebody's session: planted before sign-in, copied from the browser, or left open on a table."""

from __future__ import annotations

import time
from datetime import UTC, datetime

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.conf import settings
from django.contrib.sessions.backends.base import UpdateError
from django.contrib.sessions.backends.db import SessionStore
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from tests.test_access_matrix import PUBLIC, World, addresses, url_of, world  # noqa: F401

from moei.access.models import RoleGrant, Staff
from moei.journal.models import Entry
from moei.signin.models import KnownDevice, OpenSession
from moei.signin.throttling import PAIR

pytestmark = pytest.mark.django_db

PASSWORD = "a long enough invented password"
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
CHROME = (
    "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/139.0 Mobile Safari/537.36"
)


@pytest.fixture(autouse=True)
def _passwords(request):
    if "world" in request.fixturenames:
        return
    for staff in request.getfixturevalue("cast").values():
        staff.set_password(PASSWORD)
        staff.save()


@pytest.fixture
def service(anong) -> Staff:
    """A program that acts for Anong's agency, with the same roles."""
    made = Staff.objects.create(username="program", name="A program", agency=anong.agency, is_service=True)
    for grant in RoleGrant.objects.filter(staff=anong):
        RoleGrant.objects.create(
            staff=made, role=grant.role, release=grant.release, site=grant.site, granted_at=grant.granted_at
        )
    return made


def browser(username: str = "anong", agent: str = FIREFOX) -> Client:
    client = Client(headers={"user-agent": agent})
    assert client.post(reverse("account_login"), {"login": username, "password": PASSWORD}).status_code == 302
    return client


def is_in(client: Client) -> bool:
    return client.get(reverse("cases:list")).status_code == 200


def copy_of(client: Client, agent: str = FIREFOX) -> Client:
    """The thief's own browser, with the cookie of the session and nothing else."""
    thief = Client(headers={"user-agent": agent})
    thief.cookies[settings.SESSION_COOKIE_NAME] = client.cookies[settings.SESSION_COOKIE_NAME].value
    return thief


def lock(client: Client) -> None:
    session = client.session
    session["seen_at"] = int(time.time()) - settings.IDLE_SECONDS - 1
    session.save()


def test_a_session_that_was_planted_before_sign_in_is_not_the_one_that_is_signed_in(anong):
    planted = SessionStore()
    planted["planted"] = True
    planted.create()
    victim = Client()
    victim.cookies[settings.SESSION_COOKIE_NAME] = planted.session_key
    victim.post(reverse("account_login"), {"login": "anong", "password": PASSWORD})
    assert is_in(victim) and victim.cookies[settings.SESSION_COOKIE_NAME].value != planted.session_key
    attacker = Client()
    attacker.cookies[settings.SESSION_COOKIE_NAME] = planted.session_key
    assert not is_in(attacker)


def test_no_script_and_no_other_site_gets_the_cookie(anong, settings):
    settings.SESSION_COOKIE_SECURE = settings.CSRF_COOKIE_SECURE = True
    cookies = browser().cookies
    assert cookies["sessionid"]["httponly"] and cookies["sessionid"]["secure"]
    assert cookies["sessionid"]["samesite"] == "Lax" and not cookies["sessionid"]["max-age"]
    assert cookies["moei_device"]["httponly"] and cookies["moei_device"]["secure"]
    assert cookies["moei_device"]["samesite"] == "Strict"


def test_a_copied_cookie_in_another_kind_of_browser_finds_a_locked_session(anong):
    owner = browser()
    assert is_in(owner)
    thief = copy_of(owner, CHROME)
    assert not is_in(thief)
    assert thief.get(reverse("cases:list")).headers["Location"].startswith(reverse("unlock"))
    assert thief.post(reverse("unlock"), {"password": "a guess"}).status_code == 200
    assert not is_in(thief)
    assert owner.post(reverse("unlock"), {"password": PASSWORD}).status_code == 302
    assert is_in(owner) and not is_in(thief)


def test_whoever_guesses_at_a_locked_session_ends_it(anong):
    owner = browser()
    lock(owner)
    thief = copy_of(owner)
    answers = [thief.post(reverse("unlock"), {"password": f"guess {n}"}).status_code for n in range(9)]
    assert answers == [200] * 8 + [429]
    assert (
        thief.post(reverse("unlock"), {"password": PASSWORD})
        .headers["Location"]
        .startswith("/account/login/")
    )
    assert not OpenSession.objects.filter(staff=anong).exists()


def test_a_locked_session_answers_nothing_but_what_opens_it(world):  # noqa: F811
    """Every address with the cookie of a locked session, as a page and as a script asks."""
    client = Client()
    client.force_login(world.staff["anong"])
    lock(client)
    opens, wrong = {"unlock", "unlock_passkey", "account_logout", "set_language"}, []
    for address in addresses():
        if address.name in opens or address.name.startswith("api:"):
            continue
        url = url_of(address, world, theirs=True)
        for method in ("GET", "POST"):
            page, script = (
                client.generic(method, url),
                client.generic(method, url, headers={"HX-Request": "true"}),
            )
            if page.status_code != 302 or not page.headers["Location"].startswith(reverse("unlock")):
                wrong.append((method, address.name, page.status_code))
            if script.status_code != 401 or script.content:
                wrong.append((method, address.name, "script", script.status_code))
    assert wrong == []


def test_a_page_that_renews_itself_does_not_open_a_locked_session(anong):
    owner = browser()
    lock(owner)
    script = {"Sec-Fetch-Mode": "cors"}
    for headers in ({"HX-Polling": "true", **script}, {"HX-Polling": "true", **script}, script):
        assert owner.get(reverse("keepalive"), headers=headers).status_code == 401


def test_the_page_locks_the_session_at_once(anong):
    owner = browser()
    assert owner.post(reverse("lock")).status_code == 204
    assert not is_in(copy_of(owner))


def test_a_passkey_of_nobody_opens_nothing(anong):
    owner = browser()
    lock(owner)
    assert owner.post(reverse("unlock_passkey")).status_code == 404
    sent = {"credential": '{"id": "x", "rawId": "x", "type": "public-key", "response": {}}'}
    assert owner.post(reverse("unlock"), sent, headers={"Accept": "application/json"}).status_code == 400
    assert not is_in(owner)


def offered(client: Client) -> tuple[bool, bool]:
    """Whether the lock over a page, and the page of the lock, have the button for a passkey."""
    over = client.get(reverse("cases:list")).content.decode()
    lock(client)
    alone = client.get(reverse("unlock")).content.decode()
    assert "data-lock-page" in over and "data-unlock-page" in alone
    return "data-unlock-passkey" in over, "data-unlock-passkey" in alone


@pytest.mark.parametrize("kind", [None, Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN])
def test_the_lock_offers_a_passkey_only_to_who_has_one(anong, kind):
    if kind:
        Authenticator.objects.create(user=anong, type=kind, data={})
    client = Client()
    client.force_login(anong)
    assert offered(client) == ((True, True) if kind == Authenticator.Type.WEBAUTHN else (False, False))


def test_who_takes_their_last_passkey_away_is_not_offered_it_any_more(anong):
    client = browser()
    Authenticator.objects.create(user=anong, type=Authenticator.Type.TOTP, data={})
    passkey = Authenticator.objects.create(
        user=anong, type=Authenticator.Type.WEBAUTHN, data={"name": "Hers"}
    )
    session = client.session
    session["has_passkey"] = True
    session.save()
    assert "data-unlock-passkey" in client.get(reverse("cases:list")).content.decode()
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    client.post(reverse("mfa_remove_webauthn", args=[passkey.pk]))
    assert not Authenticator.objects.filter(pk=passkey.pk).exists()
    assert offered(client) == (False, False)


def test_signed_out_there_means_out_at_the_next_request(anong):
    here, there = browser(), browser(agent=CHROME)
    rows = here.get(reverse("web:sign_in")).content.decode()
    assert "Firefox, Linux" in rows and "Chrome, Android" in rows and "127.0.0.0/24" in rows
    other = OpenSession.objects.get(agent="Chrome, Android")
    here.post(reverse("web:end_sessions"), {"session": str(other.pk)})
    assert is_in(here) and not is_in(there)
    assert Entry.objects.get(action="session.ended").actor == anong.pk


def test_a_request_under_way_does_not_bring_an_ended_session_back(anong):
    here, there = browser(), browser(agent=CHROME)
    under_way = SessionStore(there.cookies[settings.SESSION_COOKIE_NAME].value)
    assert under_way["_auth_user_id"]
    under_way["seen_at"] = 1
    here.post(reverse("web:end_sessions"))
    with pytest.raises(UpdateError):
        under_way.save()
    assert not is_in(there) and not is_in(here)


def test_nobody_ends_the_session_of_another_by_its_number(anong, prasert):
    anongs, prasert_browser = browser(), browser("prasert")
    row = OpenSession.objects.get(staff=anong)
    prasert_browser.post(reverse("web:end_sessions"), {"session": str(row.pk)})
    assert prasert_browser.post(reverse("web:end_sessions_of", args=[anong.pk])).status_code == 403
    assert is_in(anongs)


def test_an_administrator_ends_all_sessions_of_somebody_at_once(anong, admin):
    first, second, office = browser(), browser(agent=CHROME), browser("admin")
    office.post(reverse("web:end_sessions_of", args=[anong.pk]))
    assert not is_in(first) and not is_in(second)
    assert not KnownDevice.objects.filter(staff=anong).exists()
    entry = Entry.objects.get(action="session.ended_by_other")
    assert (entry.actor, entry.data) == (admin.pk, {"staff": str(anong.pk), "sessions": 2})


def test_revoked_means_out_at_the_next_request_and_nothing_comes_back_with_the_account(
    anong, kanya, admin, service, add_token, agree
):
    """Somebody joined in an emergency and must be out a minute later: open, locked and half open sessions, tokens."""
    token = add_token(service, days=1, at=datetime.now(UTC))
    bearer = {"HTTP_AUTHORIZATION": f"Bearer {token}"}
    first, second, others = browser(), browser(agent=CHROME), browser("kanya")
    lock(second)
    assert is_in(first) and Client().get("/api/cases/", **bearer).status_code != 401
    office = browser("admin")
    for member in (anong, service):
        office.post(reverse("web:close_account", args=[member.pk]))
    assert not is_in(first) and second.post(reverse("unlock"), {"password": PASSWORD}).status_code == 302
    assert not is_in(second)
    assert Client().get("/api/cases/", **bearer).status_code == 401
    assert not OpenSession.objects.filter(staff=anong).exists()
    for member in (anong, service):
        agree("open", Staff.objects.get(pk=member.pk))
    assert not is_in(first) and not is_in(second), "the account is open again, the sessions are not"
    assert Client().get("/api/cases/", **bearer).status_code == 401
    assert not KnownDevice.objects.filter(staff=anong).exists()
    assert is_in(others) and is_in(browser())


def test_a_role_that_ends_closes_what_it_opened_at_the_next_request(anong, admin):
    session, office = browser(), browser("admin")
    for grant in RoleGrant.objects.filter(staff=anong):
        office.post(reverse("web:end_role", args=[anong.pk, grant.pk]))
    assert session.get(reverse("cases:list")).status_code == 403


def test_a_session_goes_on_after_its_owner_changed_the_password_and_is_still_ended_from_afar(anong, admin):
    owner, other = browser(), browser(agent=CHROME)
    fresh = "a wholly new invented password"
    owner.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    owner.post(
        reverse("account_change_password"), {"oldpassword": PASSWORD, "password1": fresh, "password2": fresh}
    )
    assert is_in(owner) and not is_in(other)
    browser("admin").post(reverse("web:end_sessions_of", args=[anong.pk]))
    assert not is_in(owner)


def test_whoever_finds_an_open_session_guesses_the_password_no_faster_where_it_is_changed(anong):
    found, sent = browser(), {"password1": "taken over by me", "password2": "taken over by me"}
    cache.clear()
    address = reverse("account_change_password")
    for number in range(PAIR.tries):
        found.post(address, {"oldpassword": f"guess {number}", **sent})
        cache.clear()  # the other worker's has counted nothing
    late = found.post(address, {"oldpassword": PASSWORD, **sent})
    assert "Too many failed attempts" in late.content.decode()
    anong.refresh_from_db()
    assert anong.check_password(PASSWORD)


def test_who_has_no_password_is_told_so_where_it_would_be_changed(anong):
    owner = browser()
    anong.set_unusable_password()
    anong.save()
    owner.force_login(anong)
    page = owner.get(reverse("account_change_password"), follow=True)
    assert page.status_code == 200 and "You have no password" in page.content.decode()
    assert reverse("account_change_password") not in page.content.decode()
    sent = {"password1": "set by a thief", "password2": "set by a thief"}
    assert owner.post(reverse("account_change_password"), sent).status_code == 302
    anong.refresh_from_db()
    assert not anong.has_usable_password(), "an open session sets none either"


def test_a_new_password_ends_all_sessions(anong):
    owner = browser()
    anong.set_password("another invented password")
    anong.save()
    assert not is_in(owner)


def test_with_the_password_alone_nothing_opens_neither_aside_nor_by_the_api(anong, settings):
    settings.MFA_REQUIRED = True
    TOTP.activate(anong, generate_totp_secret())
    half = Client()
    sent = half.post(reverse("account_login"), {"login": "anong", "password": PASSWORD})
    assert sent.headers["Location"] == reverse("mfa_authenticate")
    for name in (
        "cases:list",
        "web:home",
        "web:second_factor",
        "account_reauthenticate",
        "unlock",
        "mfa_index",
    ):
        for answer in (half.get(reverse(name)), half.post(reverse(name), {"password": PASSWORD})):
            assert answer.status_code in (302, 405), name
            if answer.status_code == 302:
                assert answer.headers["Location"].startswith(
                    ("/account/login/", "/account/2fa/authenticate/")
                ), name
    assert half.get("/api/cases/").status_code == 401
    assert not is_in(half)


def test_the_api_takes_no_session(anong):
    assert browser().get("/api/cases/").status_code == 401
