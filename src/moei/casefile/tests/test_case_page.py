"""What each of the cast sees of a case file, and what they do not."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta

import pytest
from django.urls import reverse

from moei.access.actions.break_glass import break_glass
from moei.access.models import ApiToken, CaseGrant
from moei.casefile.actions.assign_case import assign_case
from moei.casefile.actions.consent import record_consent, record_disclosure
from moei.casefile.actions.load_wordings import current_wording, load_wordings
from moei.casefile.actions.merge_people import merge_people
from moei.casefile.actions.needs import record_needs
from moei.casefile.models import Purpose, RecordLink, SourceRecord
from moei.crypto import digest_token
from moei.journal.ids import new_id
from moei.journal.models import Entry

pytestmark = pytest.mark.django_db

NAME = "Bekele Tadesse"
OUTSIDE = "name and photograph on a list"


@pytest.fixture
def case(add_case, acting, anong, kanya, selam, dao, lawan, agencies, now):
    case = add_case(
        NAME,
        name_native="በቀለ ታደሰ",
        nationality="ETH",
        sex="M",
        birth_date=date(1999, 5, 4),
        birth_from=date(1999, 5, 4),
        birth_to=date(1999, 5, 4),
        document_number="EP1234567",
        document_kind="passport",
        phone="+251911234567",
    )
    load_wordings(now=now)
    record_needs(acting(anong), case, ["medical"])
    assign_case(acting(anong), case, kanya)
    assign_case(acting(anong), case, dao)
    assign_case(acting(anong), case, selam, CaseGrant.Basis.INTERPRETER)
    assign_case(acting(anong), case, lawan, CaseGrant.Basis.SUPPORT)
    record_disclosure(acting(anong), case, what=OUTSIDE, to_whom="the army", basis="none", outside=True)
    record_consent(
        acting(kanya),
        case,
        Purpose.EMBASSY,
        given=True,
        wording=current_wording(Purpose.EMBASSY, "am"),
        recipient=agencies["Embassy of Ethiopia"],
        translated_by=selam,
    )
    return case


def page_of(sign_in, staff, case):
    response = sign_in(staff).get(reverse("cases:file", args=[case.pk]))
    text = response.content.decode()
    return response.status_code, re.findall(r'<h2 class="govuk-heading-m" id="([a-z]+)"', text), text


SECTIONS = {
    "anong": (
        "identity needs contact screening determination consent rights attachments clocks timeline access origins"
    ),
    "prasert": "identity needs screening determination clocks timeline origins",
    "mali": "identity needs screening determination clocks timeline origins",
    "kanya": "identity needs contact screening travel consent rights attachments clocks timeline access origins",
    "selam": "identity screening",
    "tesfa": "identity travel",
    "dao": "identity needs contact rights",
    "ploy": "identity contact travel",
    "lawan": "identity needs contact screening determination consent rights clocks timeline access origins",
}
# What must not be on the page of whoever is not named here.
STRINGS = {
    "Needs a doctor": {"anong", "prasert", "mali", "kanya", "dao", "lawan"},
    "+251911234567": {"anong", "kanya", "dao", "ploy", "lawan"},
    "EP1234567": {"anong", "prasert", "mali", "kanya", "lawan", "tesfa", "ploy"},
    "test list": {"anong"},
    "Handover list, ": {"prasert", "mali", "kanya", "lawan"},
    OUTSIDE: {"anong", "kanya", "lawan"},
    "Tell this embassy about me": {"kanya", "lawan"},
    "Handed over": {"anong", "prasert", "mali", "kanya", "lawan"},
}


@pytest.mark.parametrize("who", SECTIONS)
def test_each_sees_the_sections_of_the_policy_and_no_others(case, cast, sign_in, who):
    status, headings, text = page_of(sign_in, cast[who], case)
    assert status == 200
    assert headings == SECTIONS[who].split()
    assert NAME in text
    for string, seen_by in STRINGS.items():
        assert (string in text) == (who in seen_by), string


@pytest.mark.parametrize("who", ["niran", "vera", "somsak", "admin"])
def test_whoever_has_no_cases_finds_none(case, cast, sign_in, who):
    status, _headings, text = page_of(sign_in, cast[who], case)
    assert status == 404
    assert NAME not in text and case.number not in text


def test_mallory_and_nobody_see_nothing(case, mallory, sign_in, client):
    address = reverse("cases:file", args=[case.pk])
    assert client.get(address).headers["Location"].startswith("/account/login/")
    response = sign_in(mallory).get(address)
    assert response.status_code == 403
    assert NAME not in response.content.decode()


def test_p03_who_may_sign_sees_no_answer_about_the_embassy_anywhere(case, anong, sign_in):
    page = sign_in(anong)
    text = page.get(reverse("cases:file", args=[case.pk])).content.decode()
    assert "Embassy of Ethiopia" not in text
    consent = case.consents.get()
    assert page.get(reverse("cases:withdraw", args=[case.pk, consent.pk])).status_code == 404
    assert (
        "embassy" not in page.get(reverse("cases:ask", args=[case.pk])).content.decode().split("recipient")[0]
    )


def test_p11_opening_a_case_is_journalled(case, anong, sign_in):
    page_of(sign_in, anong, case)
    entry = Entry.objects.order_by("-seq").first()
    assert (entry.action, entry.kind, entry.actor, entry.case) == (
        "case.opened_for_reading",
        Entry.Kind.READ,
        anong.id,
        case.id,
    )


def test_break_glass_shows_identity_contact_and_needs_for_reading_only(
    case, kanya, acting, sign_in, add_case
):
    other = add_case("Hana Girma", nationality="ETH")
    assert page_of(sign_in, kanya, other)[0] == 404
    # Pages take the machine's clock.
    break_glass(acting(kanya, at=datetime.now(UTC)), other.id, "She fainted and nobody can be reached")
    status, headings, text = page_of(sign_in, kanya, other)
    assert (status, headings) == (200, ["identity", "needs", "contact"])
    assert "Emergency access is open" in text
    assert sign_in(kanya).get(reverse("cases:needs", args=[other.pk])).status_code == 403
    sign_in(kanya).post(reverse("web:end_emergency"))
    assert page_of(sign_in, kanya, other)[0] == 404


def test_a_child_and_an_unsure_age_are_marked(add_case, anong, sign_in):
    unsure = add_case("No Birthdate", nationality="LAO")
    assert "Age unsure: treated as a child" in page_of(sign_in, anong, unsure)[2]


def test_clocks_say_where_they_are_from_and_that_nobody_verified_them(case, anong, sign_in):
    text = page_of(sign_in, anong, case)[2]
    assert "Preliminary screening" in text
    assert "Not verified: ask a lawyer of the country" in text


def add_records(case, count):
    """More lists that name the same person."""
    first = RecordLink.objects.get(person=case.person_id, ended_at__isnull=True)
    for row in range(count):
        record = SourceRecord.objects.get(pk=first.record_id)
        record.pk, record.row = new_id(), 100 + row
        record._state.adding = True
        record.save(force_insert=True)
        RecordLink.objects.create(
            record=record, person_id=case.person_id, how=RecordLink.How.AUTOMATIC, linked_at=first.linked_at
        )


@pytest.mark.parametrize("records", [3, 30])
def test_the_page_takes_as_many_queries_for_three_records_as_for_thirty(
    case, anong, sign_in, django_assert_max_num_queries, records
):
    add_records(case, records - 1)
    page = sign_in(anong)
    with django_assert_max_num_queries(46):
        response = page.get(reverse("cases:file", args=[case.pk]))
    assert response.content.decode().count("test list") == records


def test_p12_which_lists_name_a_person_and_why_they_match_is_for_those_who_work_on_lists(
    case, cast, add_case, acting, anong, sign_in, release, now
):
    """An organisation that sent a list reads the case file too: it learns that there are sources, and of what kind."""
    record = SourceRecord.objects.create(
        release=release, origin="list", kind="transferring", list_name="river side.xlsx", row=41,
        name="BEKELE TADESE", happened_at=now, recorded_at=now,
    )  # fmt: skip
    RecordLink.objects.create(
        record=record, person_id=case.person_id, how="auto", evidence=["EVIDENCE: alike"], linked_at=now
    )
    merge_people(acting(anong), case, add_case("Bekele T."), reason="row 41 of the river side says so")
    told = ("river side.xlsx", "EVIDENCE: alike", "test list", "row 41", "BEKELE TADESE")
    for who in SECTIONS:
        text = page_of(sign_in, cast[who], case)[2]
        assert {words for words in told if words in text} == (set(told) if who == "anong" else set()), who
        if "origins" in SECTIONS[who] and who != "anong":
            assert "List of the transferring side, 2 Mar 2026" in re.sub(r"<[^>]+>", "", text)


def test_p12_the_api_tells_nothing_of_lists_and_matches(case, cast, client, now):
    for who in ("anong", "kanya"):
        token = f"a token of {who}"
        ApiToken.objects.create(
            agency=cast[who].agency, staff=cast[who], label="t", digest=digest_token(token),
            created_at=datetime.now(UTC), expires_at=datetime.now(UTC) + timedelta(hours=1),
        )  # fmt: skip
        bearer = {"authorization": f"Bearer {token}", "Moei-Purpose": "care"}
        for path in (f"/api/cases/{case.pk}", "/api/cases/"):
            answer = client.get(path, headers=bearer)
            assert answer.status_code == 200
            assert "test list" not in answer.content.decode() and "evidence" not in answer.content.decode()
