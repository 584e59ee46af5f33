"""The page on which somebody of another agency decides."""

from __future__ import annotations

import pytest
from django.urls import reverse

from moei.access.actions.propose import propose
from moei.access.models import Proposal

pytestmark = pytest.mark.django_db


def test_p14_whoever_decides_sees_what_else_is_proposed_about_the_person(
    acting, admin, anong, somsak, kanya, sign_in
):
    """The administrator who wants in as Anong: a new password today, no second factor tomorrow."""
    password, factor, other = (
        propose(acting(admin), kind, staff=staff, reason="lost the telephone")
        for kind, staff in (
            (Proposal.Kind.PASSWORD, anong),
            (Proposal.Kind.SECOND_FACTOR, anong),
            (Proposal.Kind.PASSWORD, kanya),
        )
    )
    page = sign_in(somsak)
    text = page.get(reverse("web:proposal", args=[factor.pk])).content.decode()
    assert reverse("web:proposal", args=[password.pk]) in text and "let whoever collects them in" in text
    assert reverse("web:proposal", args=[other.pk]) not in text
    alone = page.get(reverse("web:proposal", args=[other.pk])).content.decode()
    assert "let whoever collects them in" not in alone
    propose(acting(admin), Proposal.Kind.PASSWORD, staff=kanya, reason="and once more")
    twice = page.get(reverse("web:proposal", args=[other.pk])).content.decode()
    assert "Also proposed about this person" in twice and "let whoever collects them in" not in twice
