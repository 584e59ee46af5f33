"""A file takes an hour to arrive: that its owner waited for it locks no session; what locked it before stays."""

import time

import pytest
from django.test import RequestFactory
from django.urls import reverse

pytestmark = pytest.mark.django_db


@pytest.fixture
def post(sign_in, niran):
    """`post(seen=..., locked=..., began=...)`: seconds ago. The status that the page of evidence answers."""
    page = sign_in(niran)
    page.get(reverse("evidence:pieces"))

    def send(*, seen: int, began: int | None, locked: int | None = None) -> int:
        now, session = int(time.time()), page.session
        session["seen_at"] = now - seen
        session.pop("locked_at", None)
        if locked is not None:
            session["locked_at"] = now - locked
        session.save()
        more = {} if began is None else {"moei.began": now - began}
        return page.post(reverse("evidence:add"), {}, **more).status_code

    return send


def test_the_same_idle_time_without_a_file_locks_it(post):
    assert post(seen=3600, began=None) in (302, 401)


def test_a_file_that_was_sent_an_hour_ago_is_taken(post):
    assert post(seen=3600, began=3590) == 422
    assert post(seen=10, began=3590) == 422, "somebody worked in another window meanwhile"


def test_a_session_locked_while_it_was_on_its_way_takes_it_and_one_locked_before_does_not(post):
    assert post(seen=3600, began=3590, locked=1800) == 422
    assert post(seen=5000, began=3590, locked=3700) in (302, 401)


def test_nobody_says_by_a_header_when_they_began():
    request = RequestFactory().post("/", headers={"moei.began": "1", "moei-began": "1"})
    assert "moei.began" not in request.META
