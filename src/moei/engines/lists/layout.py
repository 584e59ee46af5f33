"""Where the table is in a sheet: titles above it, its heading row, its body."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from moei.engines.identity.calendars import Calendar
from moei.engines.identity.dates import parse_date
from moei.engines.identity.digits import ascii_digits, main_script, tidy
from moei.engines.lists.files import Cell, Sheet
from moei.engines.lists.headings import read_heading
from moei.engines.lists.lexicon import NOTHING

_SEARCHED = 60
_DATE_IN_TEXT = re.compile(
    r"\d{4}\s?年\s?\d{1,2}\s?月\s?\d{1,2}\s?日|(?:民國|民国)\s?\d{2,3}\s?年\s?\d{1,2}\s?月\s?\d{1,2}\s?日|\d{1,4}[./-]\d{1,2}[./-]\d{2,4}"
    r"|\d{1,2}(?:st|nd|rd|th)?[\s-]+(?:of\s+)?[^\W\d_][^\d,;:]{1,24}?[\s,-]*\d{4}|[^\W\d_]{3,12}\.?\s+\d{1,2}(?:st|nd|rd|th)?,?\s+\d{4}"
)


@dataclass(slots=True)
class Table:
    """A sheet with its heading row found; ``header`` is -1 where there is none. Rows and columns count from 0."""

    sheet: Sheet
    header: int
    headings: list[str]
    body: int
    titles: list[tuple[int, str]]

    @property
    def width(self) -> int:
        return len(self.headings)


def shown(cell: Cell) -> str:
    """A cell as words: dates in ISO form."""
    return cell.isoformat() if isinstance(cell, date) else cell


def is_nothing(text: str) -> bool:
    """Whether a cell only says that there is nothing to say."""
    return not text or text.casefold() in NOTHING


def find_table(sheet: Sheet) -> Table:
    """Find the heading row: the first of the best-scoring rows near the top with two known headings or more."""
    best, best_score = -1, 0.0
    for at, row in enumerate(sheet.rows[:_SEARCHED]):
        score = _heading_score(row)
        if score > best_score + 0.5:
            best, best_score = at, score
    width = max((len(row) for row in sheet.rows), default=0)
    if best < 0:
        return Table(sheet, -1, [""] * width, 0, [])
    headings = [tidy(shown(c)) for c in sheet.rows[best]] + [""] * (width - len(sheet.rows[best]))
    body = best + 1
    if body < len(sheet.rows) and _heading_score(sheet.rows[body]) >= 1.6:
        # Headings over two rows: a second language, or parts of a common heading.
        for column, cell in enumerate(sheet.rows[body]):
            if (text := tidy(shown(cell))) and text != headings[column]:
                headings[column] = f"{headings[column]} / {text}" if headings[column] else text
        body += 1
    titles = []
    for at, row in enumerate(sheet.rows[:best]):
        if text := " ".join(t for t in (tidy(shown(c)) for c in row) if t):
            titles.append((at, text))
    return Table(sheet, best, headings, body, titles)


def _heading_score(row: list[Cell]) -> float:
    """How much a row is a row of headings: the scores of its different known headings, less what is data."""
    meanings: dict[str, float] = {}
    filled = against = 0
    for cell in row:
        if isinstance(cell, date):
            against += 1
            continue
        if not cell:
            continue
        filled += 1
        if re.fullmatch(r"[+\-\d.,\s/]+", ascii_digits(cell)):
            against += 1
            continue
        heading = read_heading(tidy(cell))
        if heading.meaning:
            meanings[heading.meaning] = max(meanings.get(heading.meaning, 0.0), heading.score)
    score = sum(meanings.values()) - against
    single = filled == 1 and bool(meanings.keys() & {"name", "passport", "document"}) and score >= 0.95
    return score if (len(meanings) >= 2 and score >= 1.4) or single else 0.0


def date_in(text: str, *, ethiopian: bool = False) -> date | None:
    """The first date a title states; day first where only digits are given."""
    plain = ascii_digits(tidy(text))
    for found in _DATE_IN_TEXT.finditer(plain):
        calendar = None
        if ethiopian and main_script(text) == "ETHIOPIC" and re.search(r"(?:19|20)\d\d", found.group()):
            calendar = Calendar.ETHIOPIAN
        reading = parse_date(found.group(), calendar=calendar, latest=date(2100, 1, 1))
        if reading is not None and reading.day is not None and reading.day.year >= 2010:
            return reading.day
    return None
