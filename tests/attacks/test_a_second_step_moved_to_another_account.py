"""The attacker writes to the database, past the program: they put their own second step into somebody else's row."""

from __future__ import annotations

import base64
from datetime import UTC, datetime

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal import auth
from allauth.mfa.utils import decrypt
from django.db import connection
from django.test import Client
from django.urls import reverse

from moei.crypto import Keyring, SealError
from moei.journal.keys import keyring
from moei.safekeeping.rotation import rotate

pytestmark = pytest.mark.django_db

PASSWORD = "a long enough invented password"
FORMER = "second-factor"


@pytest.fixture(autouse=True)
def _own_key_file(tmp_path, settings):
    settings.MOEI_KEY_FILE = tmp_path / "keys" / "moei.key"
    settings.MFA_REQUIRED = True
    Keyring.create(settings.MOEI_KEY_FILE)


def code_of(secret: str) -> str:
    return auth.format_hotp_value(auth.hotp_value(secret, next(auth.yield_hotp_counters_from_time())))


def stored(row: Authenticator) -> object:
    """As it lies in the database, read past the program."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT data FROM mfa_authenticator WHERE id = %s", [row.pk])
        return cursor.fetchone()[0]


def move(mine: Authenticator, theirs: Authenticator) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE mfa_authenticator SET data = (SELECT data FROM mfa_authenticator WHERE id = %s) WHERE id = %s",
            [mine.pk, theirs.pk],
        )
    assert stored(theirs) == stored(mine)


def sign_in_with(code: str) -> Client:
    client = Client()
    client.post(reverse("account_login"), {"login": "anong", "password": PASSWORD})
    client.answer = client.post(reverse("mfa_authenticate"), {"code": code})  # type: ignore[attr-defined]
    return client


def is_in(client: Client) -> bool:
    return client.get(reverse("cases:list")).status_code == 200


@pytest.fixture
def secrets(anong, mallory):
    """Of each, an app and recovery codes."""
    anong.set_password(PASSWORD)
    anong.save()
    found = {}
    for staff in (anong, mallory):
        secret = auth.generate_totp_secret()
        app = auth.TOTP.activate(staff, secret).instance
        codes = RecoveryCodes.activate(staff)
        found[staff.username] = (secret, app, codes.get_unused_codes()[0], codes.instance)
    return found


def test_each_secret_opens_for_its_own_person(secrets):
    secret, app, code, codes = secrets["anong"]
    assert decrypt(Authenticator.objects.get(pk=app.pk).data["secret"]) == secret
    assert code in RecoveryCodes(Authenticator.objects.get(pk=codes.pk)).get_unused_codes()
    assert is_in(sign_in_with(code_of(secret)))


def test_a_secret_that_was_moved_to_another_account_opens_nothing(secrets):
    mine, theirs = secrets["mallory"], secrets["anong"]
    move(mine[1], theirs[1])
    with pytest.raises(SealError):
        decrypt(Authenticator.objects.get(pk=theirs[1].pk).data["secret"])
    client = sign_in_with(code_of(mine[0]))
    assert not is_in(client)
    assert "changed from outside" in client.answer.content.decode()


def test_nor_do_recovery_codes_that_were_moved(secrets):
    mine, theirs = secrets["mallory"], secrets["anong"]
    move(mine[3], theirs[3])
    client = sign_in_with(mine[2])
    assert not is_in(client)
    assert "changed from outside" in client.answer.content.decode()


def test_a_moved_secret_does_not_become_its_owners_when_the_row_is_saved_or_the_key_changed(secrets):
    mine, theirs = secrets["mallory"], secrets["anong"]
    move(mine[1], theirs[1])
    row = Authenticator.objects.get(pk=theirs[1].pk)
    row.save()
    with pytest.raises(SealError):
        decrypt(Authenticator.objects.get(pk=row.pk).data["secret"])
    with pytest.raises(SealError, match="second step of anong"):
        rotate(lambda *_: None, now=datetime.now(UTC))


def of_the_former_form(row: Authenticator, secret: str) -> None:
    """As rows were written before: sealed for anybody."""
    text = base64.b64encode(keyring().seal(secret.encode(), FORMER)).decode()
    Authenticator.objects.filter(pk=row.pk).update(data={"secret": text})


def opens_for_anybody(row: Authenticator) -> bool:
    text = Authenticator.objects.get(pk=row.pk).data["secret"]
    try:
        keyring().open(base64.b64decode(text), FORMER)
    except SealError:
        return False
    return True


@pytest.mark.parametrize("when", ["used", "rotated"])
def test_a_secret_of_the_former_form_opens_and_is_bound_when_it_is(secrets, when):
    secret, app, _code, _codes = secrets["anong"]
    assert not opens_for_anybody(app)
    of_the_former_form(app, secret)
    assert opens_for_anybody(app)
    if when == "used":
        assert is_in(sign_in_with(code_of(secret)))
    else:
        rotate(lambda *_: None, now=datetime.now(UTC))
    assert not opens_for_anybody(app)
    assert decrypt(Authenticator.objects.get(pk=app.pk).data["secret"]) == secret
