"""The fake aid site: a page that a colleague visits while signed in sends forms of its own to Moei (CSRF)."""

from __future__ import annotations

import json
import uuid

import pytest
from django.test import Client
from django.urls import reverse
from tests.attacks.conftest import client_of
from tests.attacks.rows import changed_tables, contents
from tests.test_access_matrix import addresses, call, operations, url_of, world

__all__ = ["world"]
pytestmark = pytest.mark.django_db
# Whoever can reach what by opening addresses; together they reach every page.
VISITORS = ("anong", "kanya", "prasert", "vera", "somsak", "admin")
# How a form of another page arrives: over TLS and in the demo's plain HTTP, from pages that hide where they are.
FOREIGN = (
    ({"Origin": "https://aid.example"}, True),
    ({"Origin": "http://aid.example"}, False),
    ({"Referer": "https://aid.example/form"}, True),
    ({"Origin": "null", "HX-Request": "true", "X-Requested-With": "XMLHttpRequest"}, True),
    ({}, False),
)


def visitor(staff) -> Client:
    """A browser that is signed in and holds the cookie of the forms; the foreign page cannot read it."""
    client = client_of(staff, enforce_csrf_checks=True)
    client.get(reverse("web:release"))
    assert client.cookies["csrftoken"].value
    return client


def refused_as_forged(response) -> bool:
    """By the check of forms: a refusal of the policy would only tell that this visitor may not."""
    return response.status_code == 403 and any(part.name == "403_csrf.html" for part in response.templates)


def test_a_form_of_another_site_is_refused_everywhere(world):
    """At every address, whether it takes forms or not; signing in and out among them. Each in two ways, in turn."""
    client, before = visitor(world.staff["anong"]), contents()
    wrong, tried = [], 0
    for address in addresses():
        if address.name.startswith("api:"):
            continue
        url = url_of(address, world, theirs=True)
        for _two in range(2):
            headers, secure = FOREIGN[tried % len(FOREIGN)]
            tried += 1
            if not refused_as_forged(client.post(url, {"x": "1"}, headers=headers, secure=secure)):
                wrong.append((address.name, headers))
    assert wrong == []
    assert tried > 200
    assert changed_tables(before) == []
    assert client.get(reverse("cases:list")).status_code == 200, "nobody was signed out on the way"


def test_nobody_is_signed_in_as_somebody_else_by_another_page(world):
    """A colleague who does not notice would write down people in the attacker's account."""
    client = Client(enforce_csrf_checks=True)
    client.get(reverse("account_login"))
    world.staff["mallory"].set_password("an invented pass phrase")
    world.staff["mallory"].save()
    data = {"login": "mallory", "password": "an invented pass phrase"}
    for headers, secure in FOREIGN:
        assert refused_as_forged(client.post(reverse("account_login"), data, headers=headers, secure=secure))
    assert "sessionid" not in client.cookies


def test_a_guessed_token_of_a_form_is_refused(world):
    client = visitor(world.staff["anong"])
    url = reverse("cases:needs", kwargs={"case_id": world.theirs.pk})
    for guessed in ("", "x", "a" * 64, "0" * 32, "null"):
        answer = client.post(
            url, {"csrfmiddlewaretoken": guessed, "needs": []}, headers={"Origin": "http://testserver"}
        )
        assert refused_as_forged(answer)
        assert refused_as_forged(client.post(url, {}, headers={"X-CSRFToken": guessed}))


def test_the_true_form_goes_through(world):
    """So that the refusals above are about the missing token and nothing else."""
    client = visitor(world.staff["anong"])
    url = reverse("cases:needs", kwargs={"case_id": world.theirs.pk})
    client.get(url)
    token = client.cookies["csrftoken"].value
    assert client.post(url, {"csrfmiddlewaretoken": token, "needs": []}).status_code == 302


def test_the_cookie_of_the_pages_is_worth_nothing_at_the_api(world):
    """The API knows tokens only: what a browser sends by itself opens none of it."""
    before = contents()
    for who in ("anong", "vera", "admin"):
        client = visitor(world.staff[who])
        for method, path, operation in operations():
            answer = call(client, world, method, path, operation, theirs=True, origin="https://aid.example")
            assert answer.status_code == 401, (who, path)
    assert changed_tables(before) == []


def test_the_cookies_are_kept_from_other_sites_and_from_scripts(world):
    client = visitor(world.staff["anong"])
    session = client.cookies["sessionid"]
    assert session["httponly"] and session["samesite"] in ("Lax", "Strict")
    assert client.cookies["csrftoken"]["samesite"] == "Strict"


@pytest.mark.parametrize("who", VISITORS)
def test_nothing_changes_by_opening_an_address(world, who):
    """An image or a link on another page is a GET: it must change nothing, wherever it points."""
    client = visitor(world.staff[who])
    before = contents()
    for address in addresses():
        if not address.name.startswith("api:"):
            client.get(url_of(address, world, theirs=True), {"operation": str(uuid.uuid4()), "q": "x"})
    changed = changed_tables(before)
    assert changed == [], json.dumps(changed)
