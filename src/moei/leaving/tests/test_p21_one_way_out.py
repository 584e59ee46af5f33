"""P21: every file leaves through the register, and no other way exists."""

from __future__ import annotations

import ast
import hashlib
import io
from pathlib import Path

import openpyxl
import pypdf
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import FileResponse, HttpResponse, HttpResponseRedirect, JsonResponse
from django.test import RequestFactory
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from moei.access.acting import Invalid
from moei.casefile.actions.wristband import issue_wristband
from moei.desks.arrivals.actions.upload_list import upload_list
from moei.desks.arrivals.tests.workbooks import PEOPLE, workbook
from moei.engines.neutral import is_formula, neutral
from moei.journal.models import Entry
from moei.leaving.actions.let_out import Reason, begin_departure
from moei.leaving.guard import only_through_the_register
from moei.leaving.models import Departure, DepartureCase, Kind, Why
from moei.leaving.web import leaves_in_pieces

SOURCES = Path(__file__).resolve().parents[2]
# Answers that are no page. Only the way out makes them; JSON is what the API answers with.
ANSWERS = {"FileResponse", "StreamingHttpResponse"}
MAY = {"leaving/web.py"}


def sources() -> dict[str, ast.Module]:
    paths = [path for path in SOURCES.rglob("*.py") if "tests" not in path.parts]
    return {str(path.relative_to(SOURCES)): ast.parse(path.read_text()) for path in paths}


def other_ways(tree: ast.Module) -> list[int]:
    """Lines that make an answer which is a file."""
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and str(node.value).lower() == "content-disposition":
            found.append(node.lineno)
        elif isinstance(node, ast.Call):
            name = getattr(node.func, "id", getattr(node.func, "attr", ""))
            typed = any(keyword.arg == "content_type" for keyword in node.keywords)
            if name in ANSWERS or (typed and name.endswith("Response") and name != "JsonResponse"):
                found.append(node.lineno)
    return found


def test_p21_only_the_way_out_makes_an_answer_that_is_a_file():
    elsewhere = {
        name: lines
        for name, tree in sources().items()
        if name not in MAY | {"leaving/guard.py"} and (lines := other_ways(tree))
    }
    assert elsewhere == {}


def test_the_search_for_other_ways_finds_them():
    assert other_ways(ast.parse("FileResponse(open('x'))"))
    assert other_ways(ast.parse("HttpResponse(x, content_type='text/csv')"))
    assert other_ways(ast.parse("response['Content-Disposition'] = 'attachment'"))
    assert all(other_ways(sources()[name]) for name in MAY)


@pytest.mark.django_db
def test_p21_a_file_by_another_way_is_held_back_whatever_view_made_it(rf: RequestFactory):
    request = rf.get("/")
    request.resolver_match = None

    def answered(response):
        return only_through_the_register(lambda _request: response)(request)

    for response in (
        HttpResponse(b"id,name", content_type="text/csv"),
        HttpResponse(b"%PDF", content_type="application/pdf"),
        FileResponse(io.BytesIO(b"x"), as_attachment=True, filename="x.bin"),
        HttpResponse("<p>", headers={"Content-Disposition": "attachment"}),
    ):
        assert answered(response).status_code == 500
    for response in (
        HttpResponse("<p>"),
        JsonResponse({}),
        HttpResponse(status=204),
        HttpResponseRedirect("/"),
    ):
        assert answered(response) is response


def reason(page, kind: Kind, why: Why = Why.CARE):
    return page.post(reverse("leaving:why") + f"?kind={kind}", {"why": why, "note": "for the clinic"})


@pytest.fixture
def attached(add_case, anong, sign_in, settings, tmp_path):
    settings.ATTACHMENTS_DIR = tmp_path
    case = add_case("Khamla Vongphachanh")
    file = SimpleUploadedFile("Khamla.pdf", b"%PDF-1.4 invented")
    page = sign_in(anong, said_why=False)
    page.post(reverse("cases:attach", args=[case.pk]), {"kind": "document", "file": file})
    return reverse("cases:attachment", args=[case.pk, case.attachments.get().pk]), case


@pytest.mark.django_db
def test_p21_whoever_takes_a_file_says_why_once_in_a_sitting(attached, anong, sign_in):
    address, case = attached
    page = sign_in(anong, said_why=False)
    asked = page.get(address)
    assert asked.status_code == 302 and str(case.pk) not in asked.headers["Location"]
    assert not Departure.objects.exists() and not Entry.objects.filter(action="attachment.opened").exists()
    empty = page.post(asked.headers["Location"], {})
    assert empty.status_code == 422 and not Departure.objects.exists()
    followed = reason(page, Kind.ATTACHMENT)
    assert followed.headers["Location"] == address
    first, again = page.get(address), page.get(address)
    assert first.content == again.content == b"%PDF-1.4 invented"
    assert Departure.objects.count() == 2
    # Another kind of file is asked about again.
    assert page.get(reverse("web:home")).status_code in (200, 302)
    page.logout()
    assert sign_in(anong, said_why=False).get(address).headers["Location"].startswith(reverse("leaving:why"))


@pytest.mark.django_db
def test_p21_the_register_knows_who_when_why_whose_and_the_digest(attached, anong, sign_in, release):
    address, case = attached
    page = sign_in(anong, said_why=False)
    page.get(address)
    reason(page, Kind.ATTACHMENT, Why.AUTHORITY)
    response = page.get(address)
    row = Departure.objects.get()
    assert (row.staff, row.agency, row.release) == (anong, anong.agency, release)
    assert (row.kind, row.why, row.note, row.people) == ("attachment", "authority", "for the clinic", 1)
    assert list(row.cases.values_list("case_id", flat=True)) == [case.pk]
    assert row.sha256 == hashlib.sha256(response.content).hexdigest() and row.size == len(response.content)
    assert str(row) in response.headers["Content-Disposition"]
    assert "Khamla" not in response.headers["Content-Disposition"] + row.name
    entry = Entry.objects.get(action="file.left")
    assert (entry.case, entry.actor) == (case.pk, anong.pk)
    assert (entry.data["sha256"], entry.data["why"]) == (row.sha256, "authority")


@pytest.mark.django_db
def test_p21_a_file_that_needs_a_reason_does_not_begin_without_one(acting, anong):
    with pytest.raises(Invalid):
        begin_departure(acting(anong), Kind.ATTACHMENT, "x.pdf", Reason(Why.ITSELF))
    assert not Departure.objects.exists()


@pytest.mark.django_db
def test_p21_a_workbook_says_on_a_sheet_of_its_own_who_took_it(anong, acting, sign_in):
    people = [*PEOPLE, (6, "＝HYPERLINK(1)", "M", "31.31.2000", "Ethiopia", "EP7777777")]
    imp = upload_list(acting(anong), "+list.xlsx", workbook(people), "Immigration")
    page = sign_in(anong, said_why=False)
    page.get(reverse("arrivals:problems", args=[imp.pk]))
    reason(page, Kind.PROBLEMS, Why.SENDER)
    response = page.get(reverse("arrivals:problems", args=[imp.pk]))
    book = openpyxl.load_workbook(io.BytesIO(response.content))
    about = {row[0].value: row[1].value for row in book["About"].iter_rows(max_row=4)}
    row = Departure.objects.get()
    assert str(row) in about.values() and f"{anong}, {anong.agency}" in about.values()
    cells = [str(cell.value) for sheet in book for line in sheet.iter_rows() for cell in line if cell.value]
    assert any("HYPERLINK" in text for text in cells)
    assert not [text for text in cells if is_formula(text)]


@pytest.mark.django_db
def test_p21_papers_are_stamped_and_wristbands_are_not(add_case, anong, acting, sign_in):
    page = sign_in(anong)
    sheets = page.post(reverse("arrivals:paper"), {"sheets": 2}).content
    row = Departure.objects.get()
    for sheet in pypdf.PdfReader(io.BytesIO(sheets)).pages:
        assert str(row) in sheet.extract_text() and str(anong) in sheet.extract_text()
    case = add_case("Somebody")
    issue_wristband(acting(anong), case)
    band = page.get(reverse("arrivals:wristband", args=[case.pk])).content
    text = "".join(sheet.extract_text() for sheet in pypdf.PdfReader(io.BytesIO(band)).pages)
    assert str(anong) not in text and "D0000" not in text
    assert Departure.objects.filter(kind=Kind.WRISTBAND, why=Why.ITSELF).exclude(sha256="").count() == 1


@pytest.mark.django_db
def test_p21_what_goes_in_pieces_is_whole_only_when_the_last_piece_has_gone(somsak, acting, rf):
    request = rf.get("/")
    request.acting = acting(somsak)
    request.session = {}

    def leave():
        return leaves_in_pieces(
            request,
            Kind.JOURNAL,
            lambda _stamp: iter([b"one,", b"two"]),
            name="journal.csv",
            content_type="text/csv",
            reason=Reason(Why.AUDIT),
        )

    broken = iter(leave())
    next(broken)
    whole = b"".join(leave())
    first, second = Departure.objects.order_by("number")
    assert (first.sha256, first.size) == ("", None)
    assert (second.sha256, second.size) == (hashlib.sha256(whole).hexdigest(), 7)
    assert Entry.objects.filter(action="file.left").count() == 1


@pytest.mark.django_db
def test_p21_many_people_in_one_file_are_all_in_the_register(somsak, acting, add_case):
    cases = [add_case(f"Person {n}") for n in range(3)]
    ids = [case.id for case in (*cases, cases[0])]
    begin_departure(acting(somsak), Kind.OTHER, "x.csv", Reason(Why.AUDIT), ids)
    assert Departure.objects.get().people == DepartureCase.objects.count() == 3


@pytest.mark.parametrize(
    "text",
    ["=1", "+1", "-1", "@x", "\t=1", "\r=1", "\n=1", "|cmd", "＝1", "＋1", "－1", "＠x", "﹢1", "﹦1"],
)
def test_p21_what_could_begin_a_formula_is_neutralised(text):
    assert neutral(text) == f"'{text}" and not is_formula(neutral(text))


@pytest.mark.parametrize(
    "text",
    [
        "\u22121",
        " =1",
        "\u200b=1",
        "\ufeff+1",
        "\u00a0@x",
        "\u202e=1",
        "\u2028=1",
        "\x00=1",
        "\x01=1",
        "\x1f\x7f@x",
    ],
)
def test_p21_what_hides_the_first_sign_hides_no_formula(text):
    assert neutral(text) == f"'{text}" and not is_formula(neutral(text))


@given(st.text())
def test_p21_nothing_that_leaves_begins_a_formula_and_nothing_is_lost(text):
    assert not is_formula(neutral(text))
    assert neutral(text) in (text, f"'{text}")


@pytest.mark.parametrize("text", ["", "Khamla", "ขำลา", "በቀለ", "12", "a=b", "(1)", "'=1"])
def test_ordinary_text_leaves_as_it_is(text):
    assert neutral(text) == text


def test_there_is_one_place_that_neutralises():
    named = [
        name
        for name, tree in sources().items()
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef) and "neutral" in node.name
    ]
    assert named == ["engines/neutral.py"]
