"""Who works here is looked up by words that stand in no address."""

from __future__ import annotations

import pytest
from django.urls import reverse

pytestmark = pytest.mark.django_db


def test_the_words_find_somebody_and_the_address_does_not_hold_them(admin, anong, mali, sign_in):
    page = sign_in(admin)
    answer = page.post(reverse("web:staff"), {"q": "Anon"})
    assert "anon" not in answer.headers["Location"].lower()
    shown = page.get(answer.headers["Location"])
    assert [member.name for member, _roles in shown.context["rows"]] == [anong.name]
    assert shown.context["q"] == "Anon"


def test_words_in_an_address_look_nobody_up(admin, anong, mali, sign_in):
    shown = sign_in(admin).get(reverse("web:staff"), {"q": "Anon"})
    assert {anong, mali} <= {member for member, _roles in shown.context["rows"]}


def test_a_search_that_is_over_says_so(admin, sign_in):
    page = sign_in(admin)
    assert page.get(reverse("web:staff"), {"s": "gone"}).headers["Location"] == reverse("web:staff")
    assert "That search is over." in page.get(reverse("web:staff")).content.decode()
