"""A password that was handed over is known to somebody else: whoever signs in with it chooses another, first of all."""

from __future__ import annotations

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.internal import auth
from django.urls import reverse

from moei.access.actions.approve import approve, collect
from moei.access.actions.propose import propose
from moei.access.first_run import create_two_administrators
from moei.access.models import Agency, Proposal, RoleGrant, Staff
from moei.journal.models import Entry
from moei.signin.models import GivenPassword

pytestmark = pytest.mark.django_db
OWN = "an invented one of her own"
ANSWER = '{"id": "of her key"}'


@pytest.fixture
def given(admin, somsak, anong, acting):
    """What an administrator collected for Anong."""
    proposal = propose(acting(admin), Proposal.Kind.PASSWORD, staff=anong, reason="She forgot hers.")
    approve(acting(somsak), proposal)
    return collect(acting(admin), proposal)


def enter(client, password, username="anong"):
    return client.post(reverse("account_login"), {"login": username, "password": password})


@pytest.fixture
def passkey(anong, monkeypatch):
    """Anong has one. The mathematics of keys is tested in a browser; here the answer of hers is taken as right."""
    key = Authenticator.objects.create(user=anong, type=Authenticator.Type.WEBAUTHN, data={})
    monkeypatch.setattr(auth, "parse_authentication_response", lambda answer: answer)
    monkeypatch.setattr(auth, "extract_user_from_response", lambda answer: anong)
    monkeypatch.setattr(auth, "complete_authentication", lambda *_: Authenticator.objects.get(pk=key.pk))


def enter_by_passkey(client):
    return client.post(reverse("mfa_login_webauthn"), {"credential": ANSWER})


def change(client, old, new):
    return client.post(
        reverse("account_change_password"), {"oldpassword": old, "password1": new, "password2": new}
    )


def test_p14_nothing_opens_before_she_has_chosen_her_own(client, given):
    enter(client, given)
    for page in (reverse("cases:list"), reverse("web:second_factor"), reverse("mfa_index"), "/"):
        assert client.get(page).headers["Location"] == reverse("account_change_password"), page
    assert client.post(reverse("web:end_sessions")).headers["Location"] == reverse("account_change_password")
    assert "handed it to you" in client.get(reverse("account_change_password")).content.decode()
    assert change(client, given, OWN).status_code == 302
    assert client.get(reverse("cases:list")).status_code == 200
    assert Entry.objects.filter(action="sign_in.password_chosen").count() == 1
    client.logout()
    enter(client, given)
    assert "_auth_user_id" not in client.session
    enter(client, OWN)
    assert client.get(reverse("cases:list")).status_code == 200


def test_p14_the_same_password_again_is_not_her_own(client, given):
    enter(client, given)
    page = change(client, given, given)
    assert page.status_code == 200
    assert "Choose another password than the one you have now." in page.content.decode()
    assert client.get(reverse("cases:list")).headers["Location"] == reverse("account_change_password")


def test_p14_whoever_used_it_first_is_noticed_by_her(client, given):
    enter(client, given)
    change(client, given, "the password of a thief")
    client.logout()
    enter(client, given)
    assert "_auth_user_id" not in client.session, "she learns at once that somebody was faster"


def test_p14_the_first_administrators_choose_theirs_too(client, now):
    RoleGrant.objects.all().delete()
    agencies = [
        Agency.objects.create(name=name, short_name=name, kind="government", country="THA")
        for name in ("One", "Two")
    ]
    made = create_two_administrators(("rin", agencies[0]), ("kla", agencies[1]), now=now)
    assert GivenPassword.objects.count() == 2
    enter(client, made[0][1], "rin")
    assert client.get("/staff/").headers["Location"] == reverse("account_change_password")


def test_whoever_has_chosen_is_not_asked_again(client, anong):
    anong.set_password(OWN)
    anong.save()
    enter(client, OWN)
    assert client.get(reverse("cases:list")).status_code == 200
    assert not GivenPassword.objects.filter(staff=Staff.objects.get(pk=anong.pk)).exists()


def test_p14_whoever_has_a_passkey_and_never_got_the_new_password_is_not_shut_out(client, given, passkey):
    enter_by_passkey(client)
    assert client.get(reverse("cases:list")).status_code == 200
    assert GivenPassword.objects.exists(), "whoever signs in with the password still chooses another"


def test_p14_a_passkey_as_the_second_step_after_the_password_handed_over_changes_nothing(
    client, given, passkey
):
    enter(client, given)
    client.post(reverse("mfa_authenticate"), {"credential": ANSWER})
    assert "_auth_user_id" in client.session
    assert client.get(reverse("cases:list")).headers["Location"] == reverse("account_change_password")
