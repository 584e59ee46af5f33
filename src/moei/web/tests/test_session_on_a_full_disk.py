"""The disk is full at the moment when a session is to be kept: that is said, and not that the request was wrong."""

from __future__ import annotations

import pytest
from django.contrib.sessions.models import Session
from django.db import DatabaseError, OperationalError
from django.test import Client

pytestmark = pytest.mark.django_db


@pytest.fixture
def page(anong) -> Client:
    """Somebody who comes back after a minute, so that the session is to be kept anew."""
    client = Client()
    client.force_login(anong)
    session = client.session
    session["seen_at"] -= 60
    session.save()
    return client


def fails_with(monkeypatch, error: DatabaseError) -> None:
    def save(self, **_how):
        raise error

    monkeypatch.setattr(Session, "save", save)


def test_a_full_disk_is_said(page, monkeypatch):
    fails_with(monkeypatch, OperationalError("database or disk is full"))
    response = page.get("/board/")
    assert response.status_code == 507
    assert "The disk is full" in response.content.decode()


def test_a_session_that_somebody_ended_meanwhile_is_still_refused(page, monkeypatch):
    fails_with(monkeypatch, DatabaseError("Forced update did not affect any rows."))
    assert page.get("/board/").status_code == 400
