"""Problems of a list's format as a workbook for its sender. It says nothing of matches (P12)."""

from __future__ import annotations

from collections.abc import Sequence

from moei.access.models import Release
from moei.desks.arrivals.models import ListImport
from moei.engines.lists import ListRow
from moei.leaving.stamp import Stamp
from moei.leaving.workbooks import add_head, add_row, add_sheet, empty_workbook, finished

HEAD = ("Sheet or file", "Row", "Name as read", "Problem", "In words")


def problems_workbook(imp: ListImport, rows: Sequence[ListRow], release: Release, stamp: Stamp) -> bytes:
    """One line for each problem of each row."""
    book = empty_workbook()
    said = f"Problems in {imp.filename}: please mend them and send the list again."
    sheet = add_sheet(book, "Problems", invented=release.invented, said=(said,))
    add_head(sheet, HEAD, (28, 8, 32, 22, 80))
    for words in imp.reading.get("problems", []):
        code, _, text = words.partition(": ")
        add_row(sheet, [imp.filename, "", "", code, text or code])
    for row in rows:
        for words in row.problems:
            code, _, text = words.partition(": ")
            add_row(
                sheet,
                [
                    row.list,
                    row.row,
                    row.name or row.name_native,
                    code,
                    text or code,
                ],
            )
    return finished(book, stamp)
