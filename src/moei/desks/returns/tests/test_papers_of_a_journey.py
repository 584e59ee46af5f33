"""Manifest and boarding cards: who may take them, what they say, and what no stranger reads on them."""

import csv
import subprocess
from io import BytesIO

import pytest
from django.template.loader import render_to_string
from django.urls import reverse
from openpyxl import load_workbook

from moei.access.models import Site
from moei.casefile.models import Person
from moei.desks.returns import exports, selectors
from moei.desks.returns.actions.hold_seat import hold_seat
from moei.desks.returns.actions.plan_journey import change_journey
from moei.desks.returns.models import Seat
from moei.leaving.models import Departure


@pytest.fixture
def booked(fly, ways, acting, ploy):
    journey, case = fly(), ways.ready()
    hold_seat(acting(ploy), journey, case)
    return journey, case


def test_p21_the_manifest_is_registered_stamped_and_no_formula(sign_in, ploy, booked):
    journey, case = booked
    Person.objects.filter(pk=case.person_id).update(name="=HYPERLINK(1)")
    answer = sign_in(ploy).get(reverse("returns:manifest_sheet", args=[journey.pk]))
    left = Departure.objects.get()
    assert left.sha256 and left.people == 1 and str(left) in answer.headers["Content-Disposition"]
    book = load_workbook(BytesIO(answer.content))
    cells = [str(cell.value) for row in book["Manifest"] for cell in row if cell.value is not None]
    assert "'=HYPERLINK(1)" in cells and "EP0000001" in cells
    assert case.number not in " ".join(cells)
    assert len(book.sheetnames) == 2, "and the sheet that says who took it"


def test_another_spreadsheet_program_opens_the_manifest(sign_in, ploy, booked, tmp_path):
    """LibreOffice, without a screen: what a carrier may have."""
    journey, case = booked
    Person.objects.filter(pk=case.person_id).update(name="ထက်နိုင်ဦး =1+1, Abebe")
    file = tmp_path / "manifest.xlsx"
    file.write_bytes(sign_in(ploy).get(reverse("returns:manifest_sheet", args=[journey.pk])).content)
    home = f"-env:UserInstallation=file://{tmp_path}/profile"
    as_utf8 = "csv:Text - txt - csv (StarCalc):44,34,76"
    command = ["soffice", home, "--headless", "--convert-to", as_utf8, "--outdir", tmp_path, file]
    subprocess.run(command, check=True, timeout=120, capture_output=True)
    rows = list(csv.reader((tmp_path / "manifest.csv").read_text().splitlines()))
    head = next(place for place, row in enumerate(rows) if row[0] == "Seat")
    assert rows[head] == list(exports.HEAD)
    seat, name, born, _sex, state, _kind, number, expires = rows[head + 1]
    assert (seat, name, state, number) == ("1", "ထက်နိုင်ဦး =1+1, ABEBE", "ETH", "EP0000001")
    assert (born, expires) == ("1998-03-14", "2030-01-01"), "dates arrive as they are written in documents"


def test_p21_without_a_reason_nothing_leaves(sign_in, ploy, booked):
    answer = sign_in(ploy, said_why=False).get(reverse("returns:manifest_paper", args=[booked[0].pk]))
    assert answer.status_code == 302 and not Departure.objects.exists()


def test_the_manifest_is_whole_or_is_not_taken(sign_in, ploy, booked):
    journey, case = booked
    case.site = Site.objects.create(name="Another crossing")
    case.save(update_fields=["site"])
    assert sign_in(ploy).get(reverse("returns:manifest_sheet", args=[journey.pk])).status_code == 302
    assert not Departure.objects.exists()


def test_the_manifest_on_paper_is_a_pdf(sign_in, ploy, booked):
    answer = sign_in(ploy).get(reverse("returns:manifest_paper", args=[booked[0].pk]))
    assert answer.content.startswith(b"%PDF")


def test_p15_p16_a_boarding_card_says_what_any_card_says(acting, ploy, booked, release, monkeypatch):
    """No case number, no nationality, no name of the release or an agency, and never the word."""
    journey, case = booked
    rows, _others = selectors.places(acting(ploy), journey)
    seen = {}

    def paper(template, release, context, *, stamp):
        seen["text"] = render_to_string(template, {**context, "release": release}) + stamp
        return b""

    monkeypatch.setattr(exports, "paper_pdf", paper)

    class Stamped:
        number = "D000001"

    exports.cards_pdf(journey, rows, release, Stamped())
    text = seen["text"].lower()
    assert "abebe invented" in text and "ia 619" in text
    for word in (
        "traffick",
        "victim",
        case.number,
        "eth<",
        "ethiopia",
        release.name.lower(),
        "way home",
        "safe return",
    ):
        assert word.lower() not in text, word


def test_cards_are_marked_and_void_after_a_change(sign_in, acting, ploy, booked, plan):
    journey, _case = booked
    page = sign_in(ploy)
    assert page.get(reverse("returns:cards", args=[journey.pk])).content.startswith(b"%PDF")
    assert Seat.objects.get().card_revision == 1
    change_journey(acting(ploy), journey, plan(number="IA 700"), reason="another plane")
    assert "Card is void" in page.get(reverse("returns:journey", args=[journey.pk])).content.decode()
    assert page.get(reverse("returns:cards", args=[journey.pk])).status_code == 302, "told first"
