"""Spreadsheets that leave: a title, a row of headings, what stands below, and the sheet that says where it is from."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO
from typing import Any

from moei.engines.neutral import neutral
from moei.leaving.stamp import Stamp

# openpyxl is loaded when a workbook is made: it takes a third of a second, and most of what starts never makes one.


def empty_workbook() -> Any:
    """An openpyxl workbook without a sheet."""
    from openpyxl import Workbook  # type: ignore[attr-defined]

    book = Workbook()  # type: ignore[no-untyped-call]
    book.remove(book.active)  # type: ignore[no-untyped-call]
    return book


def add_sheet(book: Any, name: str, *, invented: bool, said: Sequence[str] = ()) -> Any:
    """A sheet that begins with who is invented and what is `said`, a line each."""
    sheet = book.create_sheet(name)
    if invented:
        sheet.append(["Demonstration. People and answers here are invented."])
    for words in said:
        sheet.append([neutral(words)])
    return sheet


def add_head(sheet: Any, head: Sequence[str], widths: Sequence[int] = ()) -> None:
    """Headings in bold, and how wide their columns are, in characters."""
    from openpyxl.styles.fonts import Font

    sheet.append([neutral(words) for words in head])
    for cell in sheet[sheet.max_row]:
        cell.font = Font(bold=True)  # type: ignore[no-untyped-call]
    for column, width in zip("ABCDEFGHIJKLMNOPQRSTUVWXYZ", widths, strict=False):
        sheet.column_dimensions[column].width = width


def add_row(sheet: Any, line: Sequence[object]) -> None:
    """Values without the signs that a spreadsheet does not hold; only after that it is seen what would be a formula."""
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

    sheet.append(
        [neutral(ILLEGAL_CHARACTERS_RE.sub("", value)) if isinstance(value, str) else value for value in line]
    )


def finished(book: Any, stamp: Stamp) -> bytes:
    stamp.about_sheet(book)
    file = BytesIO()
    book.save(file)
    return file.getvalue()
