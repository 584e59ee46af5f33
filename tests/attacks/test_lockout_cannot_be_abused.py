"""The attacker cannot get in, and tries to keep others out: at the crossing on the first day, that is as good."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from moei.crypto import signed
from moei.signin.devices import COOKIE
from moei.signin.models import FailedTry
from moei.signin.throttling import ADDRESS, NAME, PAIR, TooMany, begin_try

pytestmark = pytest.mark.django_db

PASSWORD = "a long enough invented password"
CROSSING, ELSEWHERE = "203.0.113.9", "198.51.100.7"


@pytest.fixture(autouse=True)
def _passwords(cast):
    for staff in cast.values():
        staff.set_password(PASSWORD)
        staff.save()


def enter(username="anong", password=PASSWORD, *, at=CROSSING, client=None, **headers) -> int:
    """302 is in, 200 is a wrong password, 429 is refused unheard."""
    client = client or Client()
    sent = {"login": username, "password": password}
    return client.post(reverse("account_login"), sent, REMOTE_ADDR=at, headers=headers).status_code


def device_of(username: str = "anong") -> Client:
    """A browser in which somebody signed in and out before."""
    client = Client()
    assert enter(username, client=client, at="192.0.2.1") == 302
    client.post(reverse("account_logout"))
    assert client.cookies[COOKIE].value, "it stays after signing out"
    return client


def test_many_who_guess_at_one_name_are_slowed_and_its_owner_gets_in_from_her_device(anong):
    hers = device_of()
    answers = [enter(password="guess", at=f"198.51.100.{number}") for number in range(NAME.tries)]
    assert set(answers) == {200}
    assert enter(password="guess", at=ELSEWHERE) == 429
    assert enter(at=ELSEWHERE) == 429, "a right password from a strange device waits too"
    assert enter(client=hers) == 302


def test_guessing_beside_her_on_the_same_network_does_not_lock_her_out(anong):
    hers = device_of()
    for _guess in range(PAIR.tries):
        assert enter(password="guess") == 200
    assert enter() == 429
    assert enter(client=hers) == 302


def test_who_tries_one_password_on_many_names_is_slowed_and_the_crossing_still_works(anong, prasert):
    hers = device_of()
    for number in range(ADDRESS.tries):
        assert enter(f"name{number}", "Summer2025") == 200
    assert enter("prasert", "Summer2025") == 429
    assert enter("prasert", at=ELSEWHERE) == 302
    assert enter(client=hers) == 302


def test_a_known_device_is_no_licence_to_guess(anong):
    stolen = device_of()
    for _guess in range(PAIR.tries):
        assert enter(password="guess", client=stolen) == 200
    assert enter(client=stolen) == 429
    assert enter(at=ELSEWHERE) == 302, "and its guesses lock out no other device"


def test_a_device_of_mallory_is_a_strange_one_for_anong(anong, mallory):
    mallorys = device_of("mallory")
    for _guess in range(PAIR.tries):
        enter(password="guess", client=mallorys)
    assert enter(password="guess", client=mallorys, at=CROSSING) == 429
    assert enter(password="guess") == 429, "it counted for the address, as from anybody"


@pytest.mark.parametrize(
    "cookie",
    ["made up", signed(settings.SECRET_KEY, "another", "0" * 32, now=datetime.now(UTC)), ""],
    ids=["made up", "of another use", "none"],
)
def test_a_forged_cookie_is_no_device(anong, cookie):
    device_of()
    for _guess in range(PAIR.tries):
        enter(password="guess")
    forger = Client()
    forger.cookies[COOKIE] = cookie
    assert enter(client=forger) == 429


def test_an_address_that_the_attacker_writes_down_himself_is_not_believed(anong, settings):
    for number in range(PAIR.tries):
        enter(password="guess", **{"X-Forwarded-For": f"192.0.2.{number}"})
    assert enter(password="guess", **{"X-Forwarded-For": "192.0.2.200"}) == 429
    settings.PROXIES = 1
    for number in range(PAIR.tries):
        enter(password="guess", at="127.0.0.1", **{"X-Forwarded-For": f"192.0.2.{number}, {ELSEWHERE}"})
    assert enter(password="guess", at="127.0.0.1", **{"X-Forwarded-For": f"192.0.2.99, {ELSEWHERE}"}) == 429
    assert enter(at="127.0.0.1", **{"X-Forwarded-For": "192.0.2.99"}) == 302


def test_signing_in_with_an_account_of_ones_own_wipes_no_guesses(anong, mallory):
    for number in range(ADDRESS.tries):
        enter(f"name{number}", "guess")
        if number % 10 == 0:
            assert enter("mallory") == 302
    assert enter("anong", "guess") == 429


def test_tries_at_the_same_moment_all_count(anong, rf):
    request = rf.post("/", REMOTE_ADDR=CROSSING)
    for _try in range(PAIR.tries):
        begin_try(request, "anong")
    with pytest.raises(TooMany):
        begin_try(request, "anong")


def test_hammering_at_a_lock_does_not_hold_it_shut(anong):
    for _guess in range(PAIR.tries + 50):
        enter(password="guess")
    assert FailedTry.objects.count() == 3 * PAIR.tries


def test_an_honest_mistake_is_forgotten_when_the_password_is_right(anong):
    for _day in range(3):
        for _slip in range(PAIR.tries - 1):
            assert enter(password="a slip", client=(client := Client())) == 200
        assert enter(client=client, at=CROSSING) == 302


def test_what_people_type_into_the_field_for_the_name_is_kept_nowhere(anong):
    enter("my secret passphrase", "guess")
    assert FailedTry.objects.exists()
    assert "secret" not in str(list(FailedTry.objects.values()))


def test_a_passkey_is_asked_for_while_all_else_is_locked(anong):
    for number in range(ADDRESS.tries + 1):
        enter(f"name{number}", "guess")
    assert enter() == 429
    asked = Client().get(
        reverse("mfa_login_webauthn"), REMOTE_ADDR=CROSSING, headers={"Accept": "application/json"}
    )
    assert (
        asked.status_code == 200
        and asked.json()["request_options"]["publicKey"]["userVerification"] == "required"
    )
