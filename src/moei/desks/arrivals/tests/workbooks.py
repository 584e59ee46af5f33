"""Small lists for tests, made on the spot. All people are invented."""

from __future__ import annotations

import io
from collections.abc import Sequence
from functools import cache

import openpyxl

HEAD = ("No.", "Name", "Sex", "Date of birth", "Nationality", "Passport No.")
PEOPLE = (
    (1, "MULUGETA YARED", "M", "14.03.1998", "Ethiopia", "EP1234567"),
    (2, "SOLOMON BEKELE", "M", "02.11.2001", "Ethiopia", "EP2345678"),
    (3, "TIGIST ALEMU", "F", "25.07.1999", "Ethiopia", "EP3456789"),
    (4, "NGUYEN VAN HUNG", "M", "30.01.1995", "Vietnam", "C4567890"),
    (5, "SITI RAHAYU", "F", "18.09.2000", "Indonesia", "B5678901"),
)
RECEIVED = "List of persons received at the crossing, handover of 2 March 2026"
REPORTS = "Missing persons reported by their families"
# One person, and rows that are numbered but hold nobody: an invented person can stand on them.
FAMILY = (
    (1, "REAL SISTER", "F", "25.07.1999", "Ethiopia", ""),
    *((n, "", "", "", "", "") for n in range(2, 6)),
)
TRANSFER = "List of persons for transfer to the Thai side, 1 March 2026"


def workbook(
    rows: Sequence[Sequence[object]] = PEOPLE, *, title: str = RECEIVED, head: Sequence[str] = HEAD
) -> bytes:
    """The same bytes for the same arguments, though a workbook holds the time at which it was made."""
    return _workbook(tuple(tuple(row) for row in rows), title, tuple(head))


@cache
def _workbook(rows: tuple[tuple[object, ...], ...], title: str, head: tuple[str, ...]) -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append([title])
    sheet.append([])
    sheet.append(list(head))
    for row in rows:
        sheet.append(list(row))
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()
