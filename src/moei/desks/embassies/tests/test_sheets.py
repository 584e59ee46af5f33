"""The spreadsheet that a mission gets, and the answered one that comes back: all of it is stored, or nothing."""

from __future__ import annotations

import io
from datetime import timedelta

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from moei.access.acting import Invalid, Refused
from moei.casefile.actions.consent import withdraw_consent
from moei.casefile.models import Consent, Disclosure
from moei.desks.embassies.actions.answer_sheet import RowErrors, answer_by_sheet, record_sheet
from moei.desks.embassies.actions.send_batch import send_batch
from moei.desks.embassies.models import VerificationRequest
from moei.desks.embassies.sheets import HEAD
from moei.leaving.models import Departure

pytestmark = pytest.mark.django_db


def cells(response) -> list[list[object]]:
    book = openpyxl.load_workbook(io.BytesIO(response.content))
    return [[cell.value for cell in row] for row in book["Requests"].iter_rows()]


def sheet(*rows: tuple[str, str, str]) -> bytes:
    """An answered sheet: reference, answer, remark."""
    book = openpyxl.Workbook()
    book.active.append(["Please answer"])
    book.active.append(["Reference", "Name", "Answer", "Remark"])
    for reference, answer, remark in rows:
        book.active.append([reference, "", answer, remark])
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


@pytest.fixture
def two(agreed, acting, ploy, ethiopia):
    """Two people who were asked about in one batch."""
    cases = [agreed("Abebe Invented"), agreed("=HYPERLINK(1) Bekele")]
    sent = send_batch(acting(ploy), ethiopia, "ETH", [case.pk for case in cases])
    return sent.batch, {row.case_id: row for row in VerificationRequest.objects.all()}, cases


def test_p21_it_leaves_by_the_register_holds_identity_alone_and_no_formula(two, sign_in, ploy, ethiopia):
    batch, requests, cases = two
    before = Disclosure.objects.count()
    response = sign_in(ploy).get(reverse("embassies:batch_sheet", args=[batch.pk]))
    rows = cells(response)
    assert list(HEAD) in rows
    names = [row[2] for row in rows if row[0] in {r.reference for r in requests.values()}]
    assert sorted(names) == ["'=HYPERLINK(1) Bekele", "Abebe Invented"]
    text = str(rows).casefold()
    for hidden in (cases[0].number, "safe return", "shelter", "crossing", "screening"):
        assert hidden.casefold() not in text
    assert Departure.objects.get().people == 2
    told = Disclosure.objects.filter(what__contains="spreadsheet")
    assert Disclosure.objects.count() == before + 2
    assert {row.case_id for row in told} == set(requests) and {row.to_whom for row in told} == {ethiopia.name}


def test_p04_who_withdrew_is_in_no_later_download(two, sign_in, acting, ploy, kanya):
    batch, _requests, cases = two
    for case, left in ((cases[0], 1), (cases[1], 0)):
        withdraw_consent(acting(kanya, later=timedelta(minutes=1)), Consent.objects.get(case=case))
        response = sign_in(ploy).get(reverse("embassies:batch_sheet", args=[batch.pk]))
        if left:
            assert "Abebe Invented" not in str(cells(response)) and "Bekele" in str(cells(response))
        else:
            assert response.status_code == 302


def test_an_embassy_answers_by_sheet(two, sign_in, tesfa):
    _batch, requests, cases = two
    page = sign_in(tesfa)
    rows = cells(page.get(reverse("embassies:nationals_sheet")))
    assert len([row for row in rows if str(row[0]).startswith("V-")]) == 2
    one, other = (requests[case.pk] for case in cases)
    data = sheet((one.reference, "Confirmed", ""), (other.reference.lower(), "need more", "Which woreda?"))
    file = SimpleUploadedFile("answers.xlsx", data)
    assert page.post(reverse("embassies:answer_sheet"), {"file": file}).status_code == 302
    one.refresh_from_db()
    other.refresh_from_db()
    assert (one.status, other.status, other.remark) == ("confirmed", "more", "Which woreda?")


def test_errors_are_named_by_row_and_nothing_is_stored(two, sign_in, acting, tesfa):
    _batch, requests, cases = two
    one, other = (requests[case.pk] for case in cases)
    data = sheet(
        (one.reference, "confirmed", ""),
        (other.reference, "perhaps", ""),
        ("V-AAAAA-AAAAA", "confirmed", ""),
        (one.reference, "refuted", ""),
        ("", "", ""),
        (other.reference, "more", ""),
    )
    with pytest.raises(RowErrors) as refused:
        answer_by_sheet(acting(tesfa), data, "answers.xlsx")
    text = "\n".join(refused.value.rows)
    for start in (
        "Row 4: Say confirmed",
        "Row 5: No request",
        "Row 6: This reference stands twice",
        "Row 8: Say",
    ):
        assert start in text, text
    assert set(VerificationRequest.objects.values_list("status", flat=True)) == {"asked"}
    file = SimpleUploadedFile("answers.xlsx", data)
    body = sign_in(tesfa).post(reverse("embassies:answer_sheet"), {"file": file})
    assert body.status_code == 422 and "Row 4" in body.content.decode()


def test_p12_a_reference_of_somebody_gone_and_of_nobody_are_answered_in_the_same_words(
    two, acting, kanya, tesfa
):
    _batch, requests, cases = two
    gone = requests[cases[0].pk]
    withdraw_consent(acting(kanya, later=timedelta(minutes=1)), Consent.objects.get(case=cases[0]))
    said = []
    for reference in (gone.reference, "V-22222-22222"):
        with pytest.raises(RowErrors) as refused:
            answer_by_sheet(acting(tesfa), sheet((reference, "confirmed", "")), "a.xlsx")
        said.append(refused.value.rows)
    assert said[0] == said[1]


@pytest.mark.parametrize(
    "data", [b"", b"\x00" * 40, b"PK\x03\x04broken", b"a,b\n1,2\n", sheet(), b"Reference,Answer\n"]
)
def test_what_is_no_answered_sheet_is_refused_in_words(two, acting, tesfa, data):
    with pytest.raises(Invalid):
        answer_by_sheet(acting(tesfa), data, "answers.xlsx")


def test_a_table_of_text_is_read_too(two, acting, tesfa):
    _batch, requests, cases = two
    one = requests[cases[0].pk]
    assert (
        answer_by_sheet(acting(tesfa), f"Reference,Answer,Remark\n{one.reference},no,\n".encode(), "a.csv")
        == 1
    )
    one.refresh_from_db()
    assert one.status == "refuted"


def test_an_officer_reads_the_sheet_that_came_by_mail(two, sign_in, acting, ploy, kanya):
    batch, requests, cases = two
    one = requests[cases[0].pk]
    with pytest.raises(Refused):
        record_sheet(acting(kanya), batch, sheet((one.reference, "yes", "")), "a.xlsx")
    url, page = reverse("embassies:batch_answers", args=[batch.pk]), sign_in(ploy)
    bad = SimpleUploadedFile("a.xlsx", sheet((one.reference, "perhaps", "")))
    assert page.post(url, {"file": bad}).status_code == 422
    good = SimpleUploadedFile("a.xlsx", sheet((one.reference, "yes", "")))
    assert page.post(url, {"file": good}).status_code == 302
    one.refresh_from_db()
    assert (one.status, one.answered_by) == ("confirmed", ploy)


def test_an_answered_sheet_that_is_sent_again_changes_nothing(two, acting, tesfa):
    _batch, requests, cases = two
    data = sheet((requests[cases[0].pk].reference, "yes", ""))
    answer_by_sheet(acting(tesfa), data, "a.xlsx")
    with pytest.raises(RowErrors, match="Nothing was stored"):
        answer_by_sheet(acting(tesfa), data, "a.xlsx")


def test_p03_who_decides_does_not_learn_from_the_register_who_is_in_a_sheet(two, sign_in, ploy, kanya, anong):
    """That somebody's file went to a mission tells that they agreed: the caseworker reads it, the panel does not."""
    batch, _requests, cases = two
    sign_in(ploy).get(reverse("embassies:batch_sheet", args=[batch.pk]))
    url = reverse("cases:disclosures", args=[cases[0].pk])
    shown = sign_in(kanya).get(url).content.decode()
    kept = sign_in(anong).get(url).content.decode()
    number = str(Departure.objects.get(name__startswith="B-"))
    assert number in shown and "in a spreadsheet" in shown
    assert number not in kept and "spreadsheet" not in kept and "Embassy" not in kept
