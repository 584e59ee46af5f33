"""Rows as Moei writes them (``moei lists read --out``), and back again: each row as it was, also where it came from."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator
from dataclasses import fields
from datetime import date
from typing import TextIO

from moei.engines.identity.countries import is_code
from moei.engines.identity.digits import tidy
from moei.engines.lists.reading import ColumnReading, ListReading, SheetReading, UnreadableList
from moei.engines.lists.rows import ListKind, ListRow
from moei.engines.neutral import is_formula, neutral

COLUMNS = tuple(field.name for field in fields(ListRow))
# A telephone number as it was understood; a plus before digits alone runs nothing.
_PHONE = re.compile(r"\+\d{5,15}")
_HEAD = ",".join(COLUMNS)
_NAMES = ("list", "name", "name_native", "given", "family", "document_number", "phone")
_KINDS = ("", "passport", "national_id", "visa", "document")
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_MEANINGS = {"birth_date": "birth", "document_number": "document", "note": "remark"}


def write_rows(rows: Iterable[ListRow], to: TextIO) -> int:
    """Write rows as CSV; returns how many. Cells that a spreadsheet would compute begin with an apostrophe."""
    writer = csv.writer(to)
    writer.writerow(COLUMNS)
    count = 0
    for row in rows:
        values = [getattr(row, name) for name in COLUMNS]
        texts = (";".join(value) if isinstance(value, tuple) else str(value) for value in values)
        writer.writerow([_kept(text) for text in texts])
        count += 1
    return count


def is_own(text: str) -> bool:
    """Whether a text begins with the heading that Moei writes."""
    return text.lstrip("\ufeff").startswith((_HEAD + "\r\n", _HEAD + "\n"))


def iterate(lines: TextIO, filename: str) -> Iterator[ListRow]:
    """The rows one after the other, for registers that no memory should hold. Raises ``UnreadableList``."""
    reader = csv.reader(lines, strict=True)
    try:
        if ",".join(next(reader, [])).lstrip("\ufeff") != _HEAD:
            raise UnreadableList(
                "not_a_list", f"{filename} does not begin with the headings that Moei writes."
            )
        for cells in reader:
            if cells:
                yield _row(cells)
    except (csv.Error, ValueError) as error:
        raise UnreadableList(
            "not_a_list",
            f"{filename}, line {reader.line_num}: it has the headings of rows that Moei wrote, but was changed since "
            f"({error}). Send the list itself.",
        ) from error


def read_own(text: str, filename: str, max_rows: int) -> ListReading:
    """The rows again. Raises ``UnreadableList`` for a line that Moei did not write so: which one is said."""
    rows: list[ListRow] = []
    for row in iterate(io.StringIO(text.lstrip("\ufeff"), newline=""), filename):
        rows.append(row)
        if len(rows) > max_rows:
            raise UnreadableList(
                "too_many_rows", f"{filename} holds more than the {max_rows} rows this site takes. Split it."
            )
    if not rows:
        raise UnreadableList("no_rows", f"{filename} holds no rows. Send the list with its people.")
    columns = tuple(
        ColumnReading(f"!{name}", name, _MEANINGS.get(name, name), "as Moei wrote it") for name in COLUMNS
    )
    sheet = SheetReading("", 1, columns, len(rows))
    why = "rows that were read before; who made their lists is not in them: please check"
    return ListReading(filename, ListKind.TRANSFERRING, why, (sheet,), tuple(rows))


def _row(cells: list[str]) -> ListRow:
    if len(cells) != len(COLUMNS):
        raise ValueError(f"{len(cells)} cells instead of {len(COLUMNS)}")
    values = dict(zip(COLUMNS, (_text(cell) for cell in cells), strict=True))
    number, problems = values.pop("row"), values.pop("problems")
    if not number.isascii() or not number.isdigit() or not 0 < int(number) < 2**31:
        raise ValueError(f"“{number}” is no row")
    for name in _NAMES:
        values[name] = tidy(values[name])
    _check(values, problems)
    return ListRow(row=int(number), problems=tuple(problems.split(";")) if problems else (), **values)


def _check(values: dict[str, str], problems: str) -> None:
    """What Moei writes is well formed; what somebody changed since is refused, not guessed at."""
    for name in ("birth_date", "birth_from", "birth_to"):
        if values[name] and not _DAY.fullmatch(values[name]):
            raise ValueError(f"“{values[name]}” is no date as Moei writes it")
        if values[name]:
            date.fromisoformat(values[name])
    first, last = values["birth_from"], values["birth_to"]
    if bool(first) != bool(last) or first > last:
        raise ValueError(f"“{first}” to “{last}” is no span of births")
    if values["sex"] not in ("", "M", "F"):
        raise ValueError(f"“{values['sex']}” is no sex as Moei writes it")
    if values["nationality"] and not is_code(values["nationality"]):
        raise ValueError(f"“{values['nationality']}” is no country's code")
    if values["document_kind"] not in _KINDS:
        raise ValueError(f"“{values['document_kind']}” is no kind of document")
    # Only retention says so of a row, and what it says of it is believed.
    if problems.startswith("erased:") or ";erased:" in problems:
        raise ValueError("a row that was erased cannot come back")


def _kept(text: str) -> str:
    if _PHONE.fullmatch(text):
        return text
    # What looks as if an apostrophe had been put before it gets another one, which is the one taken away.
    return f"'{text}" if _begins_so(text) else neutral(text)


def _text(cell: str) -> str:
    return cell[1:] if _begins_so(cell) else cell


def _begins_so(text: str) -> bool:
    return text.startswith("'") and (text[1:2] == "'" or is_formula(text[1:]))
