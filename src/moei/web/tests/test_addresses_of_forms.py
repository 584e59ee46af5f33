"""The address to which a form is sent, opened as a page: words instead of an empty answer."""

from uuid import uuid4

import pytest
from django.urls import reverse

pytestmark = pytest.mark.django_db


def test_it_says_where_to_go(anong, sign_in):
    answer = sign_in(anong).get(reverse("arrivals:commit", args=[uuid4()]))
    assert answer.status_code == 405
    assert answer.headers["Allow"] == "POST"
    assert "There is nothing to read here" in answer.content.decode()
    assert 'href="/"' in answer.content.decode()


def test_a_program_gets_the_answer_of_the_api(client):
    answer = client.get(f"/api/cases/{uuid4()}/consents")
    assert answer.status_code == 405
    assert b"<html" not in answer.content


def test_an_emergency_without_a_reason_is_refused_in_words(kanya, sign_in):
    page = sign_in(kanya).post(reverse("cases:emergency"), {"number": "", "reason": ""}).content.decode()
    assert "Say what the emergency is" in page and "Write the case number from the paper" in page
