"""The forms of a case file: asking for consent, attachments, joining files, who has access."""

from __future__ import annotations

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from moei.access.models import CaseGrant
from moei.casefile.actions.assign_case import assign_case
from moei.casefile.actions.consent import record_disclosure
from moei.casefile.actions.load_wordings import load_wordings
from moei.casefile.models import Consent, PersonMerge, Wording, Wristband
from moei.casefile.selectors.cases import visible_cases

pytestmark = pytest.mark.django_db


@pytest.fixture
def case(add_case, acting, anong, kanya, now):
    load_wordings(now=now)
    case = add_case("Bekele Tadesse", nationality="ETH")
    assign_case(acting(anong), case, kanya)
    return case


def url(name, case, *more):
    return reverse(f"cases:{name}", args=[case.pk, *more])


def test_p02_consent_is_asked_for_one_purpose_and_one_recipient_with_no_as_the_default(
    case, kanya, agencies, sign_in
):
    page = sign_in(kanya)
    without = page.get(url("ask", case), {"purpose": "embassy", "language": "am", "recipient": ""})
    assert "Choose one recipient" in without.content.decode()
    asked = page.get(
        url("ask", case),
        {"purpose": "embassy", "language": "am", "recipient": agencies["Embassy of Ethiopia"].pk},
    )
    text = asked.content.decode()
    assert "ኤምባሲ" in text and "Draft, not reviewed" in text
    checked = re.findall(r"<input[^>]*\schecked[^>]*>", text)
    assert len(checked) == 1 and 'value="no"' in checked[0]


def test_p01_what_is_known_outside_is_said_before_the_question(case, acting, kanya, sign_in):
    record_disclosure(
        acting(kanya), case, what="a photograph", to_whom="the army", basis="none", outside=True
    )
    text = sign_in(kanya).get(url("ask", case), {"purpose": "family", "language": "am"}).content.decode()
    assert text.index("a photograph, to the army") < text.index("What the person answered")


def test_p04_a_yes_is_recorded_with_the_words_that_were_shown(case, kanya, selam, agencies, sign_in):
    recipient = agencies["Embassy of Ethiopia"].pk
    address = f"{url('ask', case)}?purpose=embassy&language=am&recipient={recipient}"
    page = sign_in(kanya)
    alone = page.post(address, {"given": "yes"})
    assert "name the interpreter" in alone.content.decode() and not Consent.objects.exists()
    page.post(address, {"given": "yes", "translated_by": selam.pk})
    consent = Consent.objects.get()
    assert consent.in_force and consent.translated_by == selam
    assert consent.wording_sha256 == Wording.objects.get(code="consent.embassy", language="am").sha256
    shown = page.post(url("withdraw", case, consent.pk)).content.decode()
    assert "From now on nobody opens the case on this consent" in shown
    consent.refresh_from_db()
    assert not consent.in_force


def test_loading_the_same_wordings_again_changes_nothing(case, now):
    before = Wording.objects.count()
    assert load_wordings(now=now) == 0
    assert Wording.objects.count() == before == 18


def test_an_attachment_is_always_a_download(case, anong, sign_in, settings, tmp_path):
    settings.ATTACHMENTS_DIR = tmp_path
    page = sign_in(anong)
    wrong = page.post(
        url("attach", case), {"kind": "document", "file": SimpleUploadedFile("x.pdf", b"<script>")}
    )
    assert "not a file that can be kept" in wrong.content.decode()
    page.post(
        url("attach", case),
        {"kind": "document", "file": SimpleUploadedFile("passport.pdf", b"%PDF-1.4 invented")},
    )
    attachment = case.attachments.get()
    assert all(b"invented" not in path.read_bytes() for path in tmp_path.rglob("*.sealed"))
    response = page.get(url("attachment", case, attachment.pk))
    assert response.content == b"%PDF-1.4 invented"
    assert response.headers["Content-Disposition"].startswith("attachment;")
    assert response.headers["X-Content-Type-Options"] == "nosniff"


def test_an_attachment_of_another_case_is_not_found(
    case, add_case, acting, anong, sign_in, settings, tmp_path
):
    settings.ATTACHMENTS_DIR = tmp_path
    page = sign_in(anong)
    page.post(url("attach", case), {"kind": "document", "file": SimpleUploadedFile("a.pdf", b"%PDF-1.4")})
    other = add_case("Somebody Else")
    assert page.get(url("attachment", other, case.attachments.get().pk)).status_code == 404


def test_two_files_are_joined_by_number_and_taken_apart_again(case, add_case, anong, sign_in, release, now):
    other = add_case("Bekele Tadese")
    page = sign_in(anong)
    mistyped = page.post(url("merge", case), {"number": "0000-0000-0", "reason": "same passport"})
    assert "None of your cases has this number" in mistyped.content.decode()
    page.post(url("merge", case), {"number": other.number, "reason": "The same passport"})
    text = page.get(url("file", case)).content.decode()
    assert f"Case {other.number} was joined into this one" in text and "Bekele Tadese" in text
    assert not visible_cases(anong, release.id, now=now).filter(pk=other.pk).exists()
    page.post(url("unmerge", case, PersonMerge.objects.get().pk), {"reason": "Two different scars"})
    assert visible_cases(anong, release.id, now=now).filter(pk=other.pk).exists()
    assert "was joined into this one" not in page.get(url("file", case)).content.decode()


def test_a_correction_shows_at_once_and_says_what_is_wrong(case, anong, sign_in):
    page = sign_in(anong)
    wrong = page.post(
        url("identity", case), {"name": "Bekele", "birth_from": "2001-01-01", "nationality": "Atlantis"}
    )
    assert "No country is known by this name" in wrong.content.decode()
    half = page.post(
        url("identity", case), {"name": "Bekele", "birth_from": "2001-01-01", "nationality": "Ethiopia"}
    )
    assert "Give both the earliest and the latest" in half.content.decode()
    page.post(
        url("identity", case),
        {
            "name": "Bekele Tadesse Lemma",
            "birth_from": "2001-01-01",
            "birth_to": "2001-12-31",
            "nationality": "ethiopia",
        },
    )
    case.person.refresh_from_db()
    assert (case.person.name, case.person.nationality, case.person.birth_precision) == (
        "Bekele Tadesse Lemma",
        "ETH",
        "year",
    )


def test_a_case_is_opened_to_somebody_and_closed_again(case, anong, kanya, lawan, dao, sign_in):
    page = sign_in(anong)
    page.post(url("assign", case), {"basis": "assigned", "assigned-staff": dao.pk})
    assert CaseGrant.objects.filter(case_id=case.pk, staff=dao, ended_at__isnull=True).exists()
    page.post(url("end_assigned", case), {"staff": dao.pk})
    assert not CaseGrant.objects.filter(case_id=case.pk, staff=dao, ended_at__isnull=True).exists()
    sign_in(kanya).post(url("name_support", case), {"basis": "support", "support-staff": lawan.pk})
    assert CaseGrant.objects.filter(case_id=case.pk, staff=lawan, ended_at__isnull=True).exists()
    assert sign_in(kanya).get(url("assign", case)).status_code == 403


def test_p15_a_renewed_wristband_ends_the_old_one(case, anong, sign_in):
    page = sign_in(anong)
    page.post(url("renew_wristband", case))
    page.post(url("renew_wristband", case))
    old, new = Wristband.objects.order_by("pk")
    assert old.ended_at is not None and new.ended_at is None and old.token != new.token


def test_the_wristband_is_printed_from_the_case_file_by_whoever_may_renew_it(case, anong, prasert, sign_in):
    page, link = sign_in(anong), reverse("arrivals:wristband", args=[case.pk])
    assert link not in page.get(url("file", case)).content.decode()
    page.post(url("renew_wristband", case))
    assert link in page.get(url("file", case)).content.decode()
    assert link not in sign_in(prasert).get(url("file", case)).content.decode()
