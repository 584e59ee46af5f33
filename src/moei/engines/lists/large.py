"""A list of text that is too long to hold: what it means is decided over the whole of it, then it is read row by row."""

from __future__ import annotations

import csv
import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from itertools import islice
from pathlib import Path

from moei.engines.identity.documents import clean_document_number
from moei.engines.lists.columns import find, read_columns
from moei.engines.lists.files import MAX_COLUMNS, Cell, Sheet
from moei.engines.lists.kinds import SheetFacts, recognise
from moei.engines.lists.layout import find_table
from moei.engines.lists.own import is_own, iterate
from moei.engines.lists.persons import Body, read_each
from moei.engines.lists.reader import (
    context_of,
    list_date_of,
    said_of,
    section_problems,
    stated_total_of,
    title_totals,
)
from moei.engines.lists.reading import ListReading, UnreadableList
from moei.engines.lists.rows import ListKind, ListRow
from moei.engines.lists.text import delimiter_of, encoding_of

LARGE = 16 * 1024 * 1024
"""Bytes; a text that is longer is read so."""
_SAMPLE = 20_000  # rows by which columns are recognised
_HEAD = 1024 * 1024


def is_large_text(path: Path) -> bool:
    """Whether this is a text of more than ``LARGE`` bytes: no workbook, no PDF, no zones."""
    if path.stat().st_size <= LARGE:
        return False
    with path.open("rb") as file:
        head = file.read(4096)
    return (
        not head.startswith((b"PK", b"\xd0\xcf\x11\xe0", b"%PDF"))
        and b"<<" not in head
        and b"\x00" not in head[4:]
    )


class LargeList:
    """One list in two readings: the first decides, iterating is the second.

    Attributes:
        filename: for messages and ``ListRow.list``.
        reading: what was understood; its ``rows`` are empty. Counts and problems stand once all was iterated; of rows
            that Moei wrote there are none.

    Raises:
        UnreadableList: as ``read_list``.
    """

    def __init__(
        self, path: Path, *, as_of: date | None = None, corrections: Mapping[str, str] | None = None
    ) -> None:
        self.path, self.filename = path, path.name
        head = self._head()
        self._own = is_own(head.decode("utf-8", "replace"))
        if self._own:
            for _row in self._own_rows():
                pass  # refused whole, before anything is given on
            self.reading = ListReading(
                self.filename, ListKind.TRANSFERRING, "rows that were read before", (), ()
            )
            return
        self._encoding = encoding_of(self._telling(head))
        lines = head.decode(self._encoding, "replace").splitlines()
        self._delimiter = delimiter_of(lines[:400])
        sample = [cells for _at, cells in zip(range(_SAMPLE), self._cells(), strict=False)]
        self._table = find_table(Sheet("", sample))
        self._columns = read_columns(self._table, "", corrections or {})
        if not {c.meaning for c in self._columns} & {
            "name",
            "name_native",
            "given",
            "family",
            "passport",
            "document",
        }:
            raise UnreadableList(
                "not_a_list",
                f"{self.filename}: no table of people was found. Put headings such as Name and Nationality above it.",
            )
        self._look_at_all()
        titles = " ; ".join(text for _, text in self._table.titles)
        self._listed = list_date_of([self._table])
        self._context, self._how = context_of(
            self._table, self._columns, self.filename, titles, self._listed, as_of
        )
        self._body = Body()
        self.reading = self._said(0)

    def __iter__(self) -> Iterator[ListRow]:
        if self._own:
            yield from self._own_rows()
            return
        body, count = Body(), 0
        below = ((at, cells) for at, cells in enumerate(self._cells()) if at >= self._table.body)
        for row in read_each(below, self._table, self._columns, self._context, body):
            count += 1
            yield self._with_shared(row)
        self._body = body
        self.reading = self._said(count)

    def _own_rows(self) -> Iterator[ListRow]:
        with self.path.open(encoding="utf-8-sig", newline="") as lines:
            yield from iterate(lines, self.filename)

    def _head(self) -> bytes:
        with self.path.open("rb") as file:
            data = file.read(_HEAD)
        return data[: data.rfind(b"\n") + 1] or data

    def _telling(self, head: bytes) -> bytes:
        """What tells the encoding: the beginning and, where that is plain ASCII, the first lines that are not."""
        if not head.isascii():
            return head
        with self.path.open("rb") as file:
            for line in file:
                if not line.isascii():
                    return head[:100_000] + line + b"".join(islice(file, 2_000))
        return head

    def _cells(self) -> Iterator[list[Cell]]:
        with self.path.open(encoding=self._encoding, newline="") as file:
            try:
                for row in csv.reader(file, delimiter=self._delimiter):
                    yield [cell.strip() for cell in row[:MAX_COLUMNS]]
            except UnicodeDecodeError as error:
                raise UnreadableList(
                    "not_a_list",
                    f"{self.filename} begins as {self._encoding} text and goes on as another: save it as UTF-8.",
                ) from error
            except csv.Error as error:
                raise UnreadableList(
                    "not_a_list", f"{self.filename} is no table of text ({error}). Save it as .csv again."
                ) from error

    def _look_at_all(self) -> None:
        """Day and month are told apart over all dates of birth, and numbers that stand twice are found."""
        birth = find(self._columns, "birth")
        paper = find(self._columns, "passport") or find(self._columns, "document")
        numbers: Counter[str] = Counter()
        dates: list[Cell] = []
        for at, cells in enumerate(self._cells()):
            if at < self._table.body:
                continue
            if birth is not None and birth.index < len(cells) and (cell := cells[birth.index]):
                dates.append(sys.intern(cell) if isinstance(cell, str) else cell)
            if paper is not None and paper.index < len(cells) and (cell := cells[paper.index]):
                numbers[clean_document_number(str(cell))] += 1
        if birth is not None:
            birth.cells = dates
        self._shared = {number: count for number, count in numbers.items() if count > 1 and number}

    def _with_shared(self, row: ListRow) -> ListRow:
        others = self._shared.get(row.document_number, 1) - 1
        if not others:
            return row
        problem = f"document_shared: {row.document_number} also stands in {others} other rows"
        return replace(row, problems=(*row.problems, problem))

    def _said(self, count: int) -> ListReading:
        body, columns = self._body, self._columns
        sheet = said_of(self._table, columns, self._how, body, count)
        titles = " ".join(text for _, text in self._table.titles)
        facts = SheetFacts(
            titles,
            columns,
            sum(bool(s.nationality) for s in body.sections),
            count,
            0,
            0,
            bool(self._context.nationality),
        )
        kind, why = recognise([facts])
        stated = stated_total_of([body.totals or title_totals(self._table)], [count])
        problems = section_problems(body, "")
        if stated is not None and count and stated != count:
            problems.insert(0, f"total: the list says {stated} persons but holds {count} rows")
        if self._context.births is not None and self._context.births.doubt:
            problems.append(f"calendar_doubt: {self._context.births.doubt}")
        if self._context.as_of is None and find(columns, "age") is not None:
            problems.append("no_date: the list states no date, so its ages give no years of birth")
        if self._shared:
            shared = len(self._shared)
            problems.append(f"document_shared: document numbers that stand in more than one row: {shared}")
        return ListReading(self.filename, kind, why, (sheet,), (), self._listed, stated, tuple(problems))
