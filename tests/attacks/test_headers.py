"""Mallory in the middle: what each answer tells the browser to allow. Asked of every page as whoever may open it."""

from __future__ import annotations

import pytest
from django.test import Client
from tests.headers import faults
from tests.test_access_matrix import addresses, url_of, world

__all__ = ["world"]
pytestmark = pytest.mark.django_db


def test_every_answer_to_nobody_forbids_what_no_page_needs(world):
    """What whoever is signed in gets is looked at where every page is walked: `tests/test_access_matrix.py`."""
    client, wrong = Client(), {}
    for address in addresses():
        if found := faults(client.get(url_of(address, world, theirs=True))):
            wrong[address.name] = found
    assert wrong == {}


@pytest.mark.parametrize("path", ["/nowhere/", "/api/cases/", "/api/nowhere", "/%00", "/../../etc/passwd"])
def test_refusals_are_as_strict(client, path):
    response = client.get(path)
    assert response.status_code in (302, 400, 401, 404)
    assert faults(response) == []


def test_a_broken_program_tells_nothing(world, anong, monkeypatch):
    client = Client(raise_request_exception=False)
    client.force_login(anong)

    def breaks(*args, **kwargs):
        raise RuntimeError("Seblewengel Worku, passport EP7654321")

    monkeypatch.setattr("moei.casefile.selectors.case_list.listed_cases", breaks)
    response = client.get("/cases/")
    text = response.content.decode()
    assert response.status_code == 500
    assert faults(response) == []
    for told in ("Seblewengel", "EP7654321", "RuntimeError", "Traceback", "site-packages"):
        assert told not in text


def test_under_tls_a_browser_never_comes_back_without_it(client, settings):
    """What `MOEI_HTTPS=1` sets."""
    settings.SECURE_HSTS_SECONDS = 31_536_000
    settings.SESSION_COOKIE_SECURE = settings.CSRF_COOKIE_SECURE = True
    response = client.get("/account/login/", secure=True)
    assert "max-age=31536000" in response.headers["Strict-Transport-Security"]
    assert response.cookies["csrftoken"]["secure"]


def test_a_host_that_is_not_ours_is_not_answered(client):
    """A poisoned Host would end up in links."""
    for host in ("evil.example", "localhost.evil.example", "localhost@evil.example"):
        assert client.get("/account/login/", headers={"Host": host}).status_code == 400
