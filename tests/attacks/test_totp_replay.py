"""The attacker knows the password and reads the six digits over a shoulder, or guesses them, or finds the paper."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal import auth
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from moei.access.models import Agency, RoleGrant, Staff
from moei.journal.models import Entry
from moei.signin.models import Notice
from moei.signin.throttling import PAIR

pytestmark = pytest.mark.django_db

PASSWORD = "a long enough invented password"


@pytest.fixture
def clock(monkeypatch):
    """The time by which codes are made; the machine's own does not move in these tests."""
    clock = SimpleNamespace(at=1_790_000_000.0)
    monkeypatch.setattr(auth, "time", SimpleNamespace(time=lambda: clock.at))
    return clock


@pytest.fixture
def secret(anong, clock, settings) -> str:
    settings.MFA_REQUIRED = True
    anong.set_password(PASSWORD)
    anong.save()
    secret = auth.generate_totp_secret()
    auth.TOTP.activate(anong, secret)
    return secret


def code_of(secret: str) -> str:
    return auth.format_hotp_value(auth.hotp_value(secret, next(auth.yield_hotp_counters_from_time())))


def sign_in_with(code: str, client: Client | None = None) -> Client:
    """A browser that gave the right password and this code; `cache.clear` makes it the worker's beside."""
    client = client or Client()
    cache.clear()
    client.post(reverse("account_login"), {"login": "anong", "password": PASSWORD})
    client.post(reverse("mfa_authenticate"), {"code": code})
    return client


def is_in(client: Client) -> bool:
    return client.get(reverse("cases:list")).status_code == 200


def test_a_code_signs_in_once_whichever_worker_hears_it(secret, clock):
    code = code_of(secret)
    assert is_in(sign_in_with(code))
    assert not is_in(sign_in_with(code))
    clock.at += 30
    assert not is_in(sign_in_with(code))
    assert is_in(sign_in_with(code_of(secret)))


def test_a_clock_that_goes_back_makes_no_old_code_good_again(secret, clock):
    first = code_of(secret)
    clock.at += 60
    assert is_in(sign_in_with(code_of(secret)))
    clock.at -= 60
    assert not is_in(sign_in_with(first))


def test_a_code_that_signed_in_confirms_nothing_afterwards(secret):
    code = code_of(secret)
    client = sign_in_with(code)
    cache.clear()
    client.post(reverse("mfa_reauthenticate"), {"code": code})
    assert "reauthenticated" not in str(client.session["account_authentication_methods"])


def test_the_code_that_set_the_app_up_does_not_sign_in(anong, secret, clock):
    Authenticator.objects.all().delete()
    client = Client()
    client.post(reverse("account_login"), {"login": "anong", "password": PASSWORD})
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    client.get(reverse("mfa_activate_totp"))
    fresh = client.session["mfa.totp.secret"]
    code = code_of(fresh)
    done = client.post(reverse("mfa_activate_totp"), {"code": code})
    assert done.headers["Location"] == reverse("mfa_view_recovery_codes")


def test_guessing_codes_stops_after_some_though_the_caches_of_the_workers_forget(secret):
    client = Client()
    for number in range(PAIR.tries):
        sign_in_with(f"{number:06d}", client)
    assert not is_in(sign_in_with(code_of(secret), client)), "the right code comes too late as well"


def test_guessing_codes_elsewhere_does_not_keep_the_owner_out(secret, clock):
    device = sign_in_with(code_of(secret))
    device.post(reverse("account_logout"))
    for number in range(PAIR.tries + 2):
        sign_in_with(f"{number:06d}")
    clock.at += 30
    assert is_in(sign_in_with(code_of(secret), device))


def test_a_recovery_code_works_once_and_the_administrators_are_told(anong, secret, admin):
    (code, *_more) = RecoveryCodes.activate(anong).get_unused_codes()
    assert is_in(sign_in_with(code))
    assert not is_in(sign_in_with(code))
    assert Entry.objects.get(action="sign_in.recovery_code").actor == anong.pk
    office = Client()
    office.force_login(admin)
    auth.TOTP.activate(admin, auth.generate_totp_secret())
    assert "1 notice about signing in waits" in office.get(reverse("web:staff")).content.decode()
    page = office.get(reverse("web:sign_in_notices")).content.decode()
    assert anong.name in page and "signed in with a recovery code" in page and code not in page
    office.post(reverse("web:see_notice", args=[Notice.objects.get().pk]))
    assert "notice about signing in" not in office.get(reverse("web:staff")).content.decode()
    assert Entry.objects.get(action="sign_in.notice_seen").actor == admin.pk


def test_who_used_somebody_elses_code_cannot_close_the_notice_about_it(anong, secret, admin):
    RoleGrant.objects.filter(staff=admin).update(staff=anong)
    (code, *_more) = RecoveryCodes.activate(anong).get_unused_codes()
    client = sign_in_with(code)
    notice = Notice.objects.get()
    assert client.post(reverse("web:see_notice", args=[notice.pk])).status_code == 403
    notice.refresh_from_db()
    assert notice.seen_at is None


def test_a_notice_goes_to_the_administrators_of_the_agency_where_it_has_some(
    anong, secret, admin, release, now
):
    own = Staff.objects.create(username="office", name="Own office", agency=anong.agency)
    elsewhere = Agency.objects.create(name="Another ministry", short_name="AM", kind=anong.agency.kind)
    Staff.objects.filter(pk=admin.pk).update(agency=elsewhere)
    RoleGrant.objects.create(staff=own, role="administrator", release=release, granted_at=now)
    sign_in_with(RecoveryCodes.activate(anong).get_unused_codes()[0])
    for staff, told in ((own, True), (Staff.objects.get(pk=admin.pk), False)):
        auth.TOTP.activate(staff, auth.generate_totp_secret())
        office = Client()
        office.force_login(staff)
        assert (anong.name in office.get(reverse("web:sign_in_notices")).content.decode()) is told


def test_new_recovery_codes_make_the_old_ones_worthless_and_are_shown_once(anong, secret):
    old = RecoveryCodes.activate(anong).get_unused_codes()
    client = sign_in_with(code_of(secret))
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    client.post(reverse("mfa_generate_recovery_codes"))
    new = RecoveryCodes(Authenticator.objects.get(user=anong, type="recovery_codes")).get_unused_codes()
    once = client.get(reverse("mfa_view_recovery_codes")).content.decode()
    again = client.get(reverse("mfa_view_recovery_codes")).content.decode()
    assert all(code in once for code in new) and "data-print" in once
    assert not any(code in again for code in new)
    assert client.get(reverse("mfa_download_recovery_codes")).status_code == 403
    assert not is_in(sign_in_with(old[0]))
    assert is_in(sign_in_with(new[0]))
