"""Statistics that leave: a table of text, a spreadsheet, and what programs read. Each says what the page says."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from moei.engines.disclosure import TOTAL
from moei.engines.neutral import neutral
from moei.leaving.stamp import Stamp
from moei.leaving.workbooks import add_head, add_sheet, empty_workbook, finished
from moei.overview import labels
from moei.overview.models import Statistics
from moei.overview.showing import ShownCell
from moei.overview.statistics_page import Section, days_rows, notes, sections
from moei.overview.way_tables import ASSISTED

_LONG = ("table", "category", "step", "count", "at_least", "at_most")


def as_csv(statistics: Statistics, agencies: Mapping[str, str], _stamp: Stamp) -> bytes:
    """One line for each count: UTF-8 with a mark, as spreadsheet programs want it. `count` is empty where it is
    protected; then `at_least` and `at_most` say what arithmetic leaves."""
    file = io.StringIO()
    write = csv.writer(file)
    write.writerow(_LONG)
    for table in statistics.shown:
        name, dims = table["name"], table["dims"]
        for key, count, lower, upper in table["cells"]:
            words = [_word(statistics, agencies, name, *part) for part in zip(dims, key, strict=True)]
            category, step = ("", words[0]) if dims == ["step"] else (words[0], words[1] if words[1:] else "")
            write.writerow(
                [neutral(labels.table(name)), neutral(category), neutral(step), count, lower, upper]
            )
    for row in days_rows(statistics):
        for part, told in ((_("left it"), row["left"]), (_("in it now"), row["waits"])):
            for title, value in ((_("half within, days"), "median"), (_("9 in 10 within, days"), "tenth")):
                write.writerow([neutral(title), neutral(part), neutral(row["label"]), told[value], "", ""])
    return b"\xef\xbb\xbf" + file.getvalue().encode()


def as_workbook(statistics: Statistics, agencies: Mapping[str, str], stamp: Stamp) -> bytes:
    """A sheet for each table of the page, one for the days, one that says what is protected and why."""
    book = empty_workbook()
    tables = sections(statistics, agencies)
    for table in tables:
        _sheet(book, table, statistics)
        if table.twin:
            _sheet(book, table.twin, statistics)
    days = _new_sheet(book, _("Days in each stage"), statistics)
    head = (_("Stage"), *_days_head())
    add_head(days, head)
    for row in days_rows(statistics):
        values: list[object] = [neutral(row["label"])]
        for part in (row["left"], row["waits"]):
            values += [_value(part["cell"]), part["median"], part["tenth"]]
        days.append(values)
    about = _new_sheet(book, _("What is protected, and why"), statistics)
    for line in notes(statistics, tables):
        about.append([neutral(line)])
    return finished(book, stamp)


def as_json(statistics: Statistics, agencies: Mapping[str, str], stamp: Stamp) -> bytes:
    """As the API gives it, with the number in the register."""
    body = {"departure": stamp.number, **payload(statistics, agencies)}
    return json.dumps(body, ensure_ascii=False, indent=1).encode()


def payload(statistics: Statistics, agencies: Mapping[str, str]) -> dict[str, Any]:
    """Everything that is told, in codes."""
    return {
        "release": statistics.release.code,
        "invented": statistics.release.invented,
        "as_of": statistics.as_of.isoformat(),
        "counted_at": statistics.counted_at.isoformat(),
        "tables": [
            {
                "name": table["name"],
                "dims": table["dims"],
                "cells": [
                    {
                        "key": [agencies.get(part, part) for part in key]
                        if table["name"].endswith(ASSISTED)
                        else key,
                        "count": count,
                        "lower": lower,
                        "upper": upper,
                    }
                    for key, count, lower, upper in table["cells"]
                ],
            }
            for table in statistics.shown
        ],
        "days": statistics.days,
        "held": [{"table": table, "step": step} for table, step in statistics.held],
        "left_out": statistics.left_out,
        "note": notes(statistics, sections(statistics, agencies)),
    }


def _days_head() -> tuple[str, ...]:
    return (
        _("People who left it"),
        _("Half within, days"),
        _("9 in 10 within, days"),
        _("People in it now"),
        _("Half wait up to, days"),
        _("9 in 10 wait up to, days"),
    )


def _word(statistics: Statistics, agencies: Mapping[str, str], name: str, dim: str, code: str) -> str:
    if dim == "agency" and code != TOTAL:
        return agencies.get(code, "–")
    return labels.category(name, dim, code, statistics.release.protocol)


def _sheet(book: Any, table: Section, statistics: Statistics) -> None:
    sheet = _new_sheet(book, table.title, statistics)
    add_head(sheet, (table.head, *table.columns))
    for row in table.rows:
        sheet.append([neutral(row.label), *(_value(cell) for cell in row.cells)])


def _new_sheet(book: Any, title: str, statistics: Statistics) -> Any:
    """Titles of sheets are short, and hold no signs that programs refuse."""
    plain = "".join(" " if sign in "[]:*?/\\" else sign for sign in title)[:28].strip()
    taken = {sheet.title for sheet in book.worksheets}
    number = 2
    name = plain
    while name in taken:
        name, number = f"{plain} {number}", number + 1
    about = f"{statistics.release.name}, {statistics.as_of.isoformat()}: {title}"
    sheet = add_sheet(book, name, invented=statistics.release.invented, said=(about,))
    sheet.column_dimensions["A"].width = 40
    for column in "BCDEFGHIJKL":
        sheet.column_dimensions[column].width = 16
    return sheet


def _value(cell: ShownCell | None) -> object:
    if cell is None:
        return ""
    return cell.count if cell.count is not None else neutral(cell.words)
