"""What came of reading one list: the rows, and in words what was understood and what was not."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from moei.engines.lists.rows import ListKind, ListRow


class UnreadableList(Exception):
    """The file is refused whole.

    Attributes:
        code: ``not_a_list``, ``password_protected``, ``no_rows``, ``too_many_rows``, ``macro_workbook``,
            ``zip_bomb``, ``empty_file`` or ``truncated``.
        message: words for the sender: which file, what is wrong, what to do.
    """

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


@dataclass(frozen=True, slots=True)
class ColumnReading:
    """One column: ``key`` (``sheet!heading``) names it in corrections, ``how`` says why it was read so."""

    key: str
    header: str
    meaning: str
    how: str
    examples: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SheetReading:
    """One sheet. ``header_row`` is 1-based, 0 if the sheet has none; ``set_aside`` names the rows that are
    no people (titles, sections, totals, blank numbered rows), as ``row: what it is``."""

    name: str
    header_row: int
    columns: tuple[ColumnReading, ...]
    people: int = 0
    set_aside: tuple[str, ...] = ()
    how: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ListReading:
    """One file, read. ``problems`` are about the file as a whole; each row carries its own."""

    filename: str
    kind: ListKind
    kind_reason: str
    sheets: tuple[SheetReading, ...]
    rows: tuple[ListRow, ...]
    list_date: date | None = None
    stated_total: int | None = None
    problems: tuple[str, ...] = ()
