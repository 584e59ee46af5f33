"""Problems of a list's format as a workbook for its sender. It says nothing of matches (P12)."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO

from openpyxl import Workbook  # type: ignore[attr-defined]
from openpyxl.styles.fonts import Font
from openpyxl.utils.exceptions import IllegalCharacterError
from openpyxl.worksheet.worksheet import Worksheet

from moei.access.models import Release
from moei.desks.arrivals.models import ListImport
from moei.engines.lists import ListRow
from moei.engines.neutral import neutral
from moei.leaving.stamp import Stamp

HEAD = ("Sheet or file", "Row", "Name as read", "Problem", "In words")


def problems_workbook(imp: ListImport, rows: Sequence[ListRow], release: Release, stamp: Stamp) -> bytes:
    """One line for each problem of each row."""
    book = Workbook()  # type: ignore[no-untyped-call]
    sheet = book.active
    sheet.title = "Problems"
    if release.invented:
        sheet.append(["Demonstration. People and answers here are invented."])
    sheet.append([neutral(f"Problems in {imp.filename}: please mend them and send the list again.")])
    sheet.append(list(HEAD))
    for cell in sheet[sheet.max_row]:
        cell.font = Font(bold=True)  # type: ignore[no-untyped-call]
    for words in imp.reading.get("problems", []):
        code, _, text = words.partition(": ")
        _append(sheet, [neutral(imp.filename), "", "", code, neutral(text or code)])
    for row in rows:
        for words in row.problems:
            code, _, text = words.partition(": ")
            _append(
                sheet,
                [
                    neutral(row.list),
                    row.row,
                    neutral(row.name or row.name_native),
                    code,
                    neutral(text or code),
                ],
            )
    for column, width in zip("ABCDE", (28, 8, 32, 22, 80), strict=True):
        sheet.column_dimensions[column].width = width
    stamp.about_sheet(book)
    file = BytesIO()
    book.save(file)  # type: ignore[no-untyped-call]
    return file.getvalue()


def _append(sheet: Worksheet, line: list[object]) -> None:
    try:
        sheet.append(line)  # type: ignore[no-untyped-call]
    except IllegalCharacterError:
        printable = ["".join(c for c in str(value) if c.isprintable()) for value in line]
        sheet.append(printable)  # type: ignore[no-untyped-call]
