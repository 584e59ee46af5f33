"""What leaves of a journey: the manifest as a spreadsheet and on paper, and boarding cards with neutral words."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext

from moei.access.models import Release
from moei.access.papers import paper_pdf
from moei.desks.returns.models import Journey
from moei.desks.returns.selectors import Row
from moei.leaving.stamp import Stamp
from moei.leaving.workbooks import add_head, add_row, add_sheet, empty_workbook, finished

HEAD = ("Seat", "Name", "Born", "Sex", "Nationality", "Document", "Number", "Expires")


def lines(rows: Sequence[Row]) -> list[list[str]]:
    """What a carrier and a border ask for, and nothing else: no case number, no reason for travelling."""
    return [
        [
            str(row.seat.number),
            ticket_name(row),
            _born(row),
            row.case.person.sex,
            row.case.person.nationality,
            str(row.readiness.document.get_kind_display()) if row.readiness.document else "",
            row.readiness.document.number if row.readiness.document else "",
            row.readiness.document.expires_on.isoformat()
            if row.readiness.document and row.readiness.document.expires_on
            else "",
        ]
        for row in rows
    ]


def ticket_name(row: Row) -> str:
    """The name of the identity in Latin capitals, as documents write it."""
    return row.case.person.name.upper()


def manifest_workbook(journey: Journey, rows: Sequence[Row], release: Release, stamp: Stamp) -> bytes:
    about = f"{journey}: {journey.from_place} - {journey.to_place}, {_departs(journey)}"
    book = empty_workbook()
    sheet = add_sheet(book, "Manifest", invented=release.invented, said=(about,))
    add_head(sheet, HEAD, (6, 40, 12, 6, 12, 28, 18, 12))
    for line in lines(rows):
        add_row(sheet, line)
    return finished(book, stamp)


def manifest_pdf(journey: Journey, rows: Sequence[Row], release: Release, stamp: Stamp) -> bytes:
    context = {"journey": journey, "departs": _departs(journey), "head": HEAD, "lines": lines(rows)}
    return paper_pdf("returns/manifest_paper.html", release, context, stamp=stamp.words())


def cards_pdf(journey: Journey, rows: Sequence[Row], release: Release, stamp: Stamp) -> bytes:
    """One page for each person. A stranger who reads it learns what any boarding card says (P16)."""
    cards = [{"name": ticket_name(row), "seat": row.seat.number} for row in rows]
    context = {
        "journey": journey,
        "departs": _departs(journey),
        "cards": cards,
        "title": gettext("Boarding card"),
    }
    return paper_pdf("returns/cards_paper.html", release, context, stamp=stamp.number)


def _departs(journey: Journey) -> str:
    return f"{journey.departs_at.astimezone(journey.release.site.zone):%Y-%m-%d %H:%M}"


def _born(row: Row) -> str:
    person = row.case.person
    exact = person.birth_from is not None and person.birth_from == person.birth_to
    return person.birth_from.isoformat() if exact and person.birth_from else ""
