"""Calendar and order of a column of birth dates, decided over all its cells and said in words."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta

from moei.engines.identity.calendars import CALENDAR_NAMES, Calendar
from moei.engines.identity.dates import (
    DateReading,
    Written,
    births_of_age,
    interpret,
    only_year,
    possible_calendars,
    read_age,
    stated_era,
    written,
)
from moei.engines.identity.digits import ascii_digits, main_script
from moei.engines.lists.files import Cell

_THIRTEENTH = "thirteenth"
# So few dates in a thirteenth month may be typing mistakes.
_FEW = 2
# Day 0 of spreadsheets, and the day numbers somebody alive can be born on.
_SPREADSHEET_EPOCH, _SPREADSHEET_DAYS = date(1899, 12, 30), range(5_000, 60_000)


@dataclass(frozen=True, slots=True)
class BirthColumn:
    """How a column of birth dates is read."""

    calendar: Calendar
    day_first: bool
    how: str
    first_of_january_is_year: bool = False
    words_mean_year: bool = False
    repeated: date | None = None
    doubt: str = ""
    """What would make the calendar another one, for a person to look at."""


@dataclass(frozen=True, slots=True)
class Birth:
    """What one cell says; all empty if it is not understood."""

    day: date | None = None
    first: date | None = None
    last: date | None = None
    problems: tuple[str, ...] = ()


def pieces(cell: Cell) -> Written | None:
    """A cell's date taken to pieces, be it text or a date of the spreadsheet."""
    if isinstance(cell, date):
        return Written(cell.year, 4, True, cell.month, cell.day)
    return written(cell)


def decide(
    cells: list[Cell], header: str, *, context: str, latest: date | None, said: Calendar | None = None
) -> BirthColumn:
    """Decide over a column. ``context`` is all the headings and titles of the sheet (their script is evidence);
    ``said`` is the calendar that a person named."""
    found = [w for w in map(pieces, cells) if w is not None]
    calendar, why = (said, ", as a person said") if said else _calendar(found, header, context)
    thirteenth = 0 if said or why != _THIRTEENTH else sum(map(_in_thirteenth_month, found))
    if thirteenth:
        why = f" (a thirteenth month in {thirteenth} row{'s' * (thirteenth > 1)}, never a 31st)"
    day_first, order = _order(found, header, calendar)
    whole = [w for w in found if w.parts == 3 and (w.first or w.second or w.month)]
    numeric = [w for w in whole if not w.in_words]
    january = [w for w in whole if _first_of_january(w)]
    in_words = [w for w in january if w.in_words]
    words_mean_year = (
        bool(in_words) and len(numeric) > len(whole) / 2 and len(in_words) == sum(w.in_words for w in whole)
    )
    often = len(january) >= max(3, len(whole) * 0.02)
    how = f"{CALENDAR_NAMES[calendar]} dates{why}{order}"
    civil = calendar is not Calendar.ETHIOPIAN
    if civil and january and (often or words_mean_year):
        how += f"; 1 January stands in {len(january)} rows and is read as “only the year is known”"
    return BirthColumn(
        calendar, day_first, how, often and civil and not words_mean_year, words_mean_year and civil,
        _repeated(found, calendar, day_first, latest), _doubt(thirteenth),
    )  # fmt: skip


def _doubt(thirteenth: int) -> str:
    """One mistyped month must not make everybody seven years younger without a word."""
    if not 0 < thirteenth <= _FEW:
        return ""
    stand = "one row has" if thirteenth == 1 else f"{thirteenth} rows have"
    return (
        f"dates of birth are read as Ethiopian because {stand} a thirteenth month. "
        "If that is a typing mistake, correct the column to Gregorian dates: ages change by seven or eight years"
    )


def _in_thirteenth_month(cell: Written) -> bool:
    return cell.second == 13 and 0 < cell.first <= 6 and not cell.year_first


def _first_of_january(cell: Written) -> bool:
    if cell.in_words:
        return cell.month == 1 and cell.first == 1 and cell.parts == 3
    return cell.first == 1 and cell.second == 1


def _calendar(found: list[Written], header: str, context: str) -> tuple[Calendar, str]:
    votes = Counter(frozenset(possible_calendars(w)) for w in found)
    buddhist = votes[frozenset({Calendar.BUDDHIST})]
    minguo = votes[frozenset({Calendar.MINGUO})]
    ethiopian = votes[frozenset({Calendar.ETHIOPIAN})]
    common = (
        votes[frozenset({Calendar.GREGORIAN, Calendar.ETHIOPIAN})] + votes[frozenset({Calendar.GREGORIAN})]
    )
    script = main_script(header)
    stated = stated_era(header)
    if stated is not None and not (stated is not Calendar.BUDDHIST and buddhist > common):
        return stated, ", as the heading says"
    thirteenth = any(map(_in_thirteenth_month, found))
    no_such_day = sum(max(w.first, w.second) == 31 for w in found)
    western_order = sum(w.second > 13 and not w.year_first for w in found)
    if ethiopian > common:
        return Calendar.ETHIOPIAN, ", as their months or marks say"
    day_proven = any(w.first > 13 and not w.year_first and not w.in_words for w in found)
    if thirteenth and day_proven and not no_such_day and not western_order and common:
        return Calendar.ETHIOPIAN, _THIRTEENTH
    if script == "ETHIOPIC" and common and not no_such_day:
        return Calendar.ETHIOPIAN, ", since the heading is Amharic or Tigrinya and no day is a 31st"
    if buddhist > common:
        return Calendar.BUDDHIST, f" (years 24xx-25xx in {buddhist} rows)"
    if minguo > common:
        return Calendar.MINGUO, f" (years of two or three digits before the month in {minguo} rows)"
    if common:
        return Calendar.GREGORIAN, ""
    if script == "THAI" or (main_script(context) == "THAI" and script in ("THAI", "")):
        return Calendar.BUDDHIST, " (short years under a Thai heading)"
    if re.search("[護號國證備]", context) and any(w.year_first for w in found):
        return Calendar.MINGUO, " (short years first under headings in traditional Chinese)"
    return Calendar.GREGORIAN, ""


def _order(found: list[Written], header: str, calendar: Calendar) -> tuple[bool, str]:
    months = 13 if calendar is Calendar.ETHIOPIAN else 12
    numeric = [w for w in found if w.parts == 3 and not w.in_words and not w.year_first]
    if not numeric:
        return True, ", year first" if found and any(w.year_first and w.parts == 3 for w in found) else ""
    day_proof = sum(w.first > months for w in numeric)
    month_proof = sum(w.second > months for w in numeric)
    if day_proof or month_proof:
        day_first = day_proof >= month_proof
        words = "day" if day_first else "month"
        proof = max(day_proof, month_proof)
        return day_first, f", {words} first ({proof} row{' proves' if proof == 1 else 's prove'} it)"
    plain = header.casefold().replace(" ", "")
    if re.search(r"m{1,2}[/.-]d{1,2}[/.-]y", plain):
        return False, ", month first as the heading says"
    if re.search(r"d{1,2}[/.-]m{1,2}[/.-]y", plain):
        return True, ", day first as the heading says"
    return True, ", day first (assumed: no row proves the order)"


def _repeated(found: list[Written], calendar: Calendar, day_first: bool, latest: date | None) -> date | None:
    """A whole date that stands in far too many rows to be everybody's own."""
    readings = [interpret(w, calendar, day_first=day_first, latest=latest) for w in found if w.parts == 3]
    days = Counter(r.day for r in readings if r is not None and r.day is not None)
    if not days:
        return None
    day, count = days.most_common(1)[0]
    return day if count >= 5 and count * 20 >= sum(days.values()) else None


def read_birth(cell: Cell, column: BirthColumn, *, latest: date | None, as_of: date | None) -> Birth:
    """Read one cell under what was decided for its column."""
    cut = pieces(cell)
    if cut is None:
        return _no_date(cell, as_of)
    possible = possible_calendars(cut)
    problems: list[str] = []
    calendar = column.calendar
    if calendar not in possible:
        others = [
            c
            for c in (Calendar.GREGORIAN, Calendar.BUDDHIST, Calendar.MINGUO, Calendar.ETHIOPIAN)
            if c in possible
        ]
        if not others:
            return _no_date(cell, as_of)
        calendar = others[0]
    reading = interpret(cut, calendar, day_first=column.day_first, latest=latest)
    if reading is None:
        return Birth(problems=(f"date: “{cell}” is no date of birth",))
    if calendar is not column.calendar:
        problems.append(
            f"calendar: “{cell}” is a {CALENDAR_NAMES[calendar]} date in a column of "
            f"{CALENDAR_NAMES[column.calendar]} dates; read as born {_born(reading)}"
        )
    if reading.forced_order:
        problems.append(f"date_order: “{cell}” can only be read in the other order of day and month")
    if cut.approximate:
        problems.append(f"date: “{cell}” is said to be approximate")
    if _first_of_january(cut) and calendar is not Calendar.ETHIOPIAN and reading.day:
        if column.first_of_january_is_year or (column.words_mean_year and cut.in_words):
            reading = only_year(reading)
        elif not column.words_mean_year:
            problems.append("date: 1 January often means that only the year is known")
    elif reading.day is not None and reading.day == column.repeated:
        problems.append(
            f"date_repeated: {reading.day} stands in many rows, it may stand for “only the year is known”"
        )
    return _birth(reading, problems)


def _born(reading: DateReading) -> str:
    if reading.day:
        return f"on {reading.day}"
    return (
        f"in {reading.first.year}"
        if reading.first.year == reading.last.year
        else (f"from {reading.first} to {reading.last}")
    )


def _birth(reading: DateReading, problems: list[str]) -> Birth:
    return Birth(reading.day, reading.first, reading.last, tuple(problems))


def _no_date(cell: Cell, as_of: date | None) -> Birth:
    text = ascii_digits(str(cell))
    if (ages := read_age(text)) is not None:
        if as_of is None:
            return Birth(problems=(f"age: “{cell}” is an age, and the list has no date to count it from",))
        first, last = births_of_age(ages, as_of)
        return Birth(None, first, last, (f"age: “{cell}” stands where dates of birth do, read as an age",))
    if text.isdigit() and int(text) in _SPREADSHEET_DAYS:
        day = _SPREADSHEET_EPOCH + timedelta(days=int(text))
        return Birth(day, day, day, (f"date: “{cell}” is read as a spreadsheet's day number",))
    return Birth(problems=(f"date: “{cell}” is not understood",))
