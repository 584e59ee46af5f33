"""What leaves the desk: wristbands, blank sheets, problems for the sender of a list."""

from __future__ import annotations

import io
from datetime import date
from uuid import uuid4

import openpyxl
import pypdf
import pytest
from django.urls import reverse

from moei.casefile.models import Wristband
from moei.desks.arrivals.actions.commit_import import commit_import
from moei.desks.arrivals.actions.register_person import register_person
from moei.desks.arrivals.actions.upload_list import upload_list
from moei.desks.arrivals.models import PaperPack
from moei.desks.arrivals.registration import Registration
from moei.desks.arrivals.tests.workbooks import PEOPLE, TRANSFER, workbook
from moei.journal.models import Entry

pytestmark = pytest.mark.django_db


def text_of(pdf: bytes) -> str:
    return "\n".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(pdf)).pages)


def test_p15_a_wristband_says_nothing_of_the_person(add_case, anong, acting, sign_in):
    case = add_case("MULUGETA YARED", nationality="ETH", document_number="EP1234567")
    given = Registration(name="Mulugeta Yared", birth_from=date(1998, 3, 14), birth_to=date(1998, 3, 14))
    register_person(acting(anong), given, case, operation=uuid4())
    response = sign_in(anong).get(reverse("arrivals:wristband", args=[case.pk]))
    assert response.headers["Content-Type"] == "application/pdf"
    text = text_of(response.content)
    flat = text.upper().replace(" ", "").replace("\n", "")
    band = Wristband.objects.get()
    assert band.token.upper() in flat
    for secret in (
        "MULUGETA",
        "YARED",
        "ETH",
        "EP1234567",
        case.number,
        case.number.replace("-", ""),
        "1998",
    ):
        assert secret not in flat.replace(band.token.upper(), "")
    assert str(case.pk).encode() not in response.content
    assert Entry.objects.filter(kind="read", action="wristband.printed", case=case.pk).count() == 1


def test_a_wristband_is_closed_to_somebody_who_may_not_change_the_identity(add_case, prasert, sign_in):
    case = add_case("MULUGETA YARED")
    assert sign_in(prasert).get(reverse("arrivals:wristband", args=[case.pk])).status_code == 403


def test_a_pack_of_blank_sheets_is_numbered(anong, sign_in):
    page = sign_in(anong)
    response = page.post(reverse("arrivals:paper"), {"sheets": 3})
    reader = pypdf.PdfReader(io.BytesIO(response.content))
    assert len(reader.pages) == 3
    assert "P1-03" in reader.pages[2].extract_text()
    page.post(reverse("arrivals:paper"), {"sheets": 2})
    assert list(PaperPack.objects.order_by("number").values_list("number", "sheets")) == [(1, 3), (2, 2)]


def test_p22_papers_of_an_invented_release_say_so(anong, sign_in):
    response = sign_in(anong).post(reverse("arrivals:paper"), {"sheets": 1})
    assert "invented" in text_of(response.content)


def cells(content: bytes) -> list[str]:
    sheet = openpyxl.load_workbook(io.BytesIO(content)).active
    return [str(cell.value) for row in sheet.iter_rows() for cell in row if cell.value not in (None, "")]


@pytest.fixture
def problems(anong, acting, sign_in):
    """The problems of a handover list, as its sender gets them, after another list named the same people."""
    people = [
        *PEOPLE,
        (6, '=HYPERLINK("http://evil.example","x")', "M", "31.31.2000", "Ethiopia", "EP7777777"),
    ]
    first = upload_list(acting(anong), "received.xlsx", workbook(people), "Immigration")
    other = upload_list(acting(anong), "transfer.xlsx", workbook(title=TRANSFER), "The other side")
    for imp in (first, other):
        commit_import(acting(anong), imp)
    return sign_in(anong).get(reverse("arrivals:problems", args=[first.pk])).content


def test_p12_a_sender_learns_of_format_mistakes_and_never_of_matches(problems):
    found = cells(problems)
    assert any("31.31.2000" in text for text in found)
    words = " ".join(found).casefold()
    for secret in ("same person", "match", "transfer.xlsx", "the other side", "case", "mulugeta"):
        assert secret not in words


def test_problems_leave_neutralised_and_stamped(problems):
    found = cells(problems)
    assert "invented" in found[0]
    assert not [text for text in found if text.startswith(("=", "+", "-", "@"))]
    assert any(text.startswith("'=HYPERLINK") or "HYPERLINK" in text for text in found)


def test_exporting_problems_is_journalled(problems):
    assert Entry.objects.filter(kind="read", action="list.problems_exported").count() == 1
