"""P11: the auditor who wants names. Every page and file of the desk shows numbers only."""

from __future__ import annotations

import re
from datetime import date

import pytest
from django.urls import reverse

from moei.access.actions.break_glass import break_glass, review_break_glass
from moei.access.policy import ROLES, Cases
from moei.access.web import declared
from moei.casefile.actions.correct_identity import correct_identity
from moei.casefile.models import PersonName
from moei.casefile.selectors.cases import open_case
from moei.web.pages import urlpatterns

pytestmark = pytest.mark.django_db

NAMES = ("Khamla Vongphachanh", "Khamla", "Vongphachanh", "Kham La", "ຄຳຫຼ້າ", "P7654321", "1998")
RANDOM = re.compile(r"\b[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\b|\b[0-9a-f]{32,}\b")


@pytest.fixture
def case(add_case, acting, anong, kanya):
    case = add_case(
        "Khamla Vongphachanh", nationality="LAO", birth_from=date(1998, 3, 14), birth_to=date(1998, 3, 14)
    )
    PersonName.objects.create(person=case.person, kind=PersonName.Kind.NATIVE, text="ຄຳຫຼ້າ")
    correct_identity(acting(anong), case, {"name": "Khamla Vongphachanh ວົງ"})
    open_case(acting(anong), case)
    return case


@pytest.fixture
def emergency(case, acting, kanya, somsak):
    """Somebody typed the name into the reason, and into the review."""
    opened = break_glass(
        acting(kanya), case.id, "KHAMLA fainted, ຄຳຫຼ້າ needs her medicine; Vongphachanh family called"
    )
    review_break_glass(acting(somsak), opened, justified=True, note="Khamla was in the clinic.")
    return opened


def test_p11_no_page_of_the_desk_tells_a_name(case, emergency, somsak, sign_in):
    page = sign_in(somsak)
    page.post(reverse("web:sign_anchor"))
    seen = []
    for pattern in urlpatterns:
        if (declared(pattern.callback) or ("", ""))[1] not in (
            "journal.read",
            "journal.anchors",
            "break_glass.review",
        ):
            continue
        given = {"opened_id": emergency.pk} if "opened_id" in pattern.pattern.converters else {}
        if set(pattern.pattern.converters) - set(given):
            continue
        address = reverse(f"web:{pattern.name}", kwargs=given)
        for query in ({}, {"case": case.number}, {"by": "case"}, {"what": "readings"}, {"case": "Khamla"}):
            answers = [page.get(address, query), page.post(address, {"why": "review"}, query_params=query)]
            for answer in answers:
                body = b"".join(answer) if answer.streaming else answer.content
                # Four digits of a random id or of a hash are nobody's year of birth.
                text = RANDOM.sub("", body.decode())
                # What was typed into a filter comes back in its box; it tells nothing.
                told = [
                    name
                    for name in NAMES
                    if name.casefold() in text.casefold() and name not in query.values()
                ]
                assert told == [], (address, query)
                seen.append(case.number in text)
    assert any(seen), "the number is there, so the pages were about this case"


def test_p11_a_name_in_a_reason_is_covered_and_the_rest_is_read(case, emergency, somsak, sign_in):
    text = sign_in(somsak).get(reverse("web:review_emergency", args=[emergency.pk])).content.decode()
    assert "▇▇▇ fainted, ▇▇▇ needs her medicine; ▇▇▇ family called" in text
    assert "▇▇▇ was in the clinic." in text


def test_p11_no_case_opens_to_an_auditor(case, somsak, sign_in):
    page = sign_in(somsak)
    for name in ("cases:file", "cases:identity"):
        assert page.get(reverse(name, args=[case.pk])).status_code in (403, 404)
    answer = page.get(reverse("cases:list"), {"q": "Khamla"})
    assert case.number not in answer.content.decode() and "Vongphachanh" not in answer.content.decode()
    assert (ROLES["auditor"].cases, dict(ROLES["auditor"].sections)) == (Cases.NONE, {})
