"""A stolen token of each role, and a machine that tries everything the description allows and much that it does not."""

from __future__ import annotations

import contextlib
import unittest
from datetime import UTC, datetime, timedelta

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from django.urls import reverse
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode
from tests.test_access_matrix import EVERYBODY, holds, rule_of, world

from moei.access.models import ApiToken
from moei.crypto import digest_token

__all__ = ["world"]
pytestmark = [pytest.mark.django_db, pytest.mark.slow]
TOKEN = "an invented token that was stolen"
BEARER = {"Authorization": f"Bearer {TOKEN}"}
WITH_ROLES = [who for who, roles in EVERYBODY.items() if roles]
# What no role of the tries may read by guessing: the case at another site.
SECRET = "Foreign Person"


@pytest.fixture
def described(world, monkeypatch):
    monkeypatch.setattr("moei.web.api.TokenThrottle.allow_request", lambda self, request: True)
    # The requests of this test share its transaction, so none of them may close the connection.
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield schemathesis.openapi.from_wsgi(reverse("api:openapi-json"), get_wsgi_application())
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.mark.parametrize("who", WITH_ROLES)
def test_no_role_breaks_the_program_or_gets_past_its_duties(who, world, described):
    staff, roles = world.staff[who], EVERYBODY[who]
    now = datetime.now(UTC)
    ApiToken.objects.create(
        agency=staff.agency,
        staff=staff,
        label="stolen",
        digest=digest_token(TOKEN),
        created_at=now,
        expires_at=now + timedelta(hours=1),
    )
    tried = 0
    for found in described.get_all_operations():
        operation = found.ok()
        kind, action = rule_of(operation.definition.raw)
        closed = kind == "duty" and not holds(roles, action)
        for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):
            # Some operations have nothing that could be wrong.
            with contextlib.suppress(Unsatisfiable, unittest.SkipTest):
                tried += try_out(operation, mode, closed)
    assert tried > 60


def try_out(operation, mode, closed: bool) -> int:
    """Sends a few requests that the description allows, or does not. Returns how many."""
    sent: list[int] = []

    @given(operation.as_strategy(generation_mode=mode))
    @settings(
        max_examples=4,
        deadline=None,
        derandomize=True,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    def keeps(case):
        response = case.call(headers=BEARER)
        sent.append(response.status_code)
        assert response.status_code < 500, operation.label
        assert SECRET not in response.text
        if closed:
            assert response.status_code >= 400, operation.label

    keeps()
    return len(sent)
