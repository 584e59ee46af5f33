"""A case opened in an emergency, by its number, and its review."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse

from moei.access.actions.break_glass import break_glass
from moei.access.models import BreakGlass
from moei.journal.models import Entry

pytestmark = pytest.mark.django_db


def test_p14_an_auditor_reviews_an_emergency(add_case, acting, kanya, somsak, sign_in):
    case = add_case("Somebody")
    opened = break_glass(acting(kanya), case.id, "She fainted and nobody can be reached")
    page = sign_in(somsak)
    listed = page.get(reverse("web:emergencies")).content.decode()
    assert "She fainted" in listed and case.number in listed and "Review it" in listed
    address = reverse("web:review_emergency", args=[opened.pk])
    page.post(address, {"justified": "no", "note": "The clinic was open."})
    reviewed = BreakGlass.objects.get()
    assert (reviewed.justified, reviewed.reviewed_by) == (False, somsak)
    assert "Not justified" in page.get(reverse("web:emergencies")).content.decode()


def test_an_emergency_opens_a_case_by_its_number(add_case, kanya, sign_in):
    case = add_case("Somebody Unassigned")
    page, address = sign_in(kanya), reverse("cases:emergency")
    wrong = page.post(address, {"number": "1234-5678-1", "reason": "She fainted and nobody answers"})
    assert "not a case number" in wrong.content.decode()
    short = page.post(address, {"number": case.number, "reason": "help"})
    assert "an auditor will read it" in short.content.decode()
    assert page.get(reverse("cases:file", args=[case.pk])).status_code == 404
    response = page.post(
        address, {"number": case.number.replace("-", " "), "reason": "She fainted and nobody answers"}
    )
    assert response.headers["Location"] == reverse("cases:file", args=[case.pk])
    assert "Somebody Unassigned" in page.get(reverse("cases:file", args=[case.pk])).content.decode()


def test_p12_an_unknown_number_in_an_emergency_leaves_a_trace(kanya, sign_in):
    response = sign_in(kanya).post(
        reverse("cases:emergency"), {"number": "0000-0000-0", "reason": "She fainted and nobody answers"}
    )
    assert "No case of this release" in response.content.decode()
    assert Entry.objects.filter(action="break_glass.number_unknown", actor=kanya.id).exists()


def test_the_role_of_an_open_emergency_is_over_after_three_hours(add_case, kanya, acting, sign_in):
    case = add_case("Somebody")
    now = datetime.now(UTC)
    opened = break_glass(acting(kanya, at=now), case.id, "She fainted and nobody can be reached")
    assert "Emergency access is open" in sign_in(kanya).get(reverse("cases:list")).content.decode()
    BreakGlass.objects.filter(pk=opened.pk).update(
        opened_at=now - timedelta(hours=4), ends_at=now - timedelta(hours=1)
    )
    assert "Emergency access is open" not in sign_in(kanya).get(reverse("cases:list")).content.decode()
