"""Dates as people write them: any digits, month names of many languages, four calendars, parts unknown.

What is written is kept apart from what it means: ``written`` takes a text to pieces; ``interpret`` reads the pieces
under a calendar and an order of day and month, which a list decides over a whole column.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from functools import lru_cache

from moei.engines.identity.calendars import (
    Calendar,
    age_range,
    gregorian_year,
    month_range,
    to_gregorian,
    year_range,
)
from moei.engines.identity.digits import ascii_digits, tidy
from moei.engines.identity.months import month_named, month_pattern

_ERAS = (
    (Calendar.GREGORIAN, r"እ\.?\s?ኤ\.?\s?አ\.?|ค\.\s?ศ\.?|คริสต์?ศักราช|"
     r"\bg\.\s?c\.?|\bgc\b|\ba\.\s?d\.?|\bc\.\s?e\.?|公元|西元"),
    (Calendar.ETHIOPIAN, r"ዓ\s?[./]?\s?ም\.?|ዓመተ\s?ም[ሕህ]ረት|\be\.\s?c\.?|\bec\b|ethiopian(?: calendar| cal\.?)?"),
    (Calendar.BUDDHIST, r"พ\.\s?ศ\.?|พุทธศักราช|\bb\.\s?e\.?|\bbe\b|ພ\.\s?ສ\.?|ព\.\s?ស\.?|buddhist(?: era)?|佛历|佛曆"),
    (Calendar.MINGUO, r"民國|民国|中華民國|\br\.o\.c\.?|\broc\b|minguo"),
)  # fmt: skip
_ERA_PATTERNS = tuple((calendar, re.compile(pattern)) for calendar, pattern in _ERAS)
_TIME = re.compile(r"[t\s]\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?\s?(?:z|am|pm)?$")
_UNKNOWN_PART = re.compile(r"(?<![\w?])(?:x{1,4}|\?{1,4}|-{2}|_{1,4})(?=[/.\-])")
_ORDINAL = re.compile(r"(?<=\d)(?:st|nd|rd|th|er|º|ª)\b")
_APPROXIMATE = re.compile(
    r"\b(?:c\.|ca\.?|circa|abt\.?|about|approx(?:imately|\.)?|around|est\.?|environ|vers|khoảng|sekitar|kira-kira)\s?"
    r"|[~≈±]|ประมาณ|约|大约|約|ገደማ|تقريبا|حوالي|လောက်"
)
_FILLER = re.compile(
    r"วันที่|วัน|เดือน|ปี|年|月|日|生|号|號|\b(?:ngày|tháng|năm|of|de|del|the|tanggal|tgl|bulan|tahun|date|born|né|née|le|"
    r"year|sinh)\b|ቀን|ወር|ዓመት|سنة|عام|ခုနှစ်|ရက်|လ|နှစ်|ថ្ងៃទី|ខែ|ឆ្នាំ|ວັນທີ|ເດືອນ|ປີ"
)
_NUMBER = re.compile(r"\d+")
_LETTER = re.compile(r"[^\W\d_]")
_BUDDHIST_YEARS = range(2400, 2651)
_COMMON_YEARS = range(1880, 2101)


@dataclass(frozen=True, slots=True)
class Written:
    """A date taken to pieces. ``first`` and ``second`` are the two other numbers as written, 0 where unknown
    or not stated; ``month`` is set when named in words; ``era`` when the text itself says the calendar."""

    year: int
    year_digits: int
    year_first: bool
    first: int = 0
    second: int = 0
    parts: int = 3
    month: int = 0
    era: Calendar | None = None
    approximate: bool = False

    @property
    def in_words(self) -> bool:
        """The month is a word."""
        return self.month > 0


@dataclass(frozen=True, slots=True)
class DateReading:
    """``day`` if a whole date is stated; else the birth lies from ``first`` to ``last``."""

    day: date | None
    first: date
    last: date
    calendar: Calendar
    forced_order: bool = False
    """The order asked for gives no such day; the other order does."""


def latest_birth(as_of: date | None = None) -> date:
    """The last day somebody on a list can be born on: the list's own date, or today's if it has none."""
    return as_of or datetime.now(UTC).date()


def stated_era(text: str) -> Calendar | None:
    """The calendar a heading or a text names (พ.ศ., ዓ.ም, G.C., 民國, ...), if it does."""
    plain = text.casefold()
    return next((calendar for calendar, pattern in _ERA_PATTERNS if pattern.search(plain)), None)


@lru_cache(maxsize=65536)
def written(text: str) -> Written | None:
    """The pieces of a date, or ``None`` if the text is no date (or has words nobody knows)."""
    rest = ascii_digits(tidy(text)).casefold()
    if not rest or len(rest) > 60 or not any(c.isdigit() for c in rest):
        return None
    rest = _TIME.sub("", rest)
    era: Calendar | None = None
    for calendar, pattern in _ERA_PATTERNS:
        rest, found = pattern.subn(" ", rest)
        if found:
            era = era or calendar
    rest, approximations = _APPROXIMATE.subn(" ", rest)
    rest = _UNKNOWN_PART.sub("0", _ORDINAL.sub(" ", rest))
    month = 0
    if _LETTER.search(rest) and (named := month_pattern().search(rest)):
        calendar, month = month_named(named.group())
        if calendar is not Calendar.GREGORIAN:
            era = era or calendar
        elif "\u0e00" <= named.group()[0] <= "\u0e7f" and not re.search(r"\d{4}", rest):
            era = era or Calendar.BUDDHIST  # Thai writes short years in its own era
        rest = rest[: named.start()] + " " + rest[named.end() :]
    if _LETTER.search(_FILLER.sub(" ", rest)):
        return None
    return _assemble(_NUMBER.findall(rest), month, era, bool(approximations), rest)


def _assemble(
    numbers: list[str], month: int, era: Calendar | None, approximate: bool, rest: str
) -> Written | None:
    if len(numbers) == 1 and len(numbers[0]) == 8 and not month:
        whole = numbers[0]
        early = int(whole[:4]) in _COMMON_YEARS or int(whole[:4]) in _BUDDHIST_YEARS
        numbers = [whole[:4], whole[4:6], whole[6:]] if early else [whole[:2], whole[2:4], whole[4:]]
    if any(len(n) > 4 for n in numbers) or not 1 <= len(numbers) <= (2 if month else 3):
        return None
    values = [int(n) for n in numbers]
    if len(values) == 1:
        if len(numbers[0]) != 4 and era is None and not month:
            return None
        return Written(values[0], len(numbers[0]), True, 0, 0, 2 if month else 1, month, era, approximate)
    at = _year_position(numbers, bool(month), era, rest)
    if at is None:
        return None
    others = values[:at] + values[at + 1 :]
    year, width = values[at], len(numbers[at])
    if month:
        return Written(year, width, at == 0, others[0], 0, 3, month, era, approximate)
    if len(others) == 1:  # month and year
        return Written(year, width, at == 0, others[0], 0, 2, 0, era, approximate)
    return Written(year, width, at == 0, others[0], others[1], 3, 0, era, approximate)


def _year_position(numbers: list[str], named: bool, era: Calendar | None, rest: str) -> int | None:
    """Which number is the year: the long one; among short ones the one before 年 or over 31, else the last."""
    lengths = [len(n) for n in numbers]
    if max(lengths) >= 3:
        at = lengths.index(max(lengths))
        return at if at in (0, len(numbers) - 1) else None
    if len(numbers) == 2 and not named and era is None and "年" not in rest:
        return None
    return 0 if era is Calendar.MINGUO or "年" in rest or int(numbers[0]) > 31 else len(numbers) - 1


def possible_calendars(cell: Written) -> frozenset[Calendar]:
    """The calendars in which the year (and a thirteenth month) can be meant."""
    if cell.era is not None:
        return frozenset({cell.era})
    if cell.year_digits >= 4:
        if cell.year in _BUDDHIST_YEARS:
            return frozenset({Calendar.BUDDHIST})
        if cell.year in _COMMON_YEARS:
            return frozenset({Calendar.GREGORIAN, Calendar.ETHIOPIAN})
        return frozenset()
    if cell.year_digits == 3:
        return frozenset({Calendar.MINGUO}) if cell.year <= 200 else frozenset()
    return frozenset(Calendar)


def interpret(
    cell: Written, calendar: Calendar, *, day_first: bool = True, latest: date | None = None
) -> DateReading | None:
    """Read the pieces under a calendar and an order; ``None`` if there is no such day or it is after ``latest``.

    Two-digit years are taken as the latest such year not after ``latest``.
    """
    last_day = latest_birth(latest)
    year = _full_year(cell, calendar, last_day)
    if year is None:
        return None
    forced = False
    try:
        if cell.month:
            month, day = cell.month, cell.first if cell.parts == 3 else 0
        elif cell.parts < 3:
            month, day = cell.first, 0
        elif cell.year_first or not day_first:
            month, day = cell.first, cell.second
        else:
            day, month = cell.first, cell.second
        if month > (13 if calendar is Calendar.ETHIOPIAN else 12) and not cell.month and cell.parts == 3:
            month, day, forced = day, month, True
        if month and day:
            whole = to_gregorian(calendar, year, month, day)
            reading = DateReading(whole, whole, whole, calendar, forced)
        elif month:
            reading = DateReading(None, *month_range(calendar, year, month), calendar, forced)
        else:
            reading = DateReading(None, *year_range(calendar, year), calendar)
    except (ValueError, OverflowError):
        return None
    if reading.first <= last_day:
        return reading
    if cell.year_digits > 2 or calendar is Calendar.MINGUO:
        return None
    earlier = replace(cell, year=year - 100, year_digits=4)
    return interpret(earlier, calendar, day_first=day_first, latest=latest)


def _full_year(cell: Written, calendar: Calendar, latest: date) -> int | None:
    if cell.year_digits > 2 or calendar is Calendar.MINGUO:
        return cell.year or None
    base = {Calendar.BUDDHIST: 2500, Calendar.ETHIOPIAN: 2000}.get(calendar, 2000)
    year = base + cell.year
    while gregorian_year(calendar, year) > latest.year:
        year -= 100
    return year


def only_year(reading: DateReading) -> DateReading:
    """The same reading with no more than its year believed."""
    first, last = date(reading.first.year, 1, 1), date(reading.first.year, 12, 31)
    return DateReading(None, first, last, reading.calendar, reading.forced_order)


def parse_date(
    text: str, *, calendar: Calendar | None = None, day_first: bool = True, latest: date | None = None
) -> DateReading | None:
    """Read one date on its own, as typed into a form. Years of 2400-2650 are Buddhist; an Ethiopian date must say
    so (``calendar``, ዓ.ም, E.C., an Ethiopian month); otherwise the date is Gregorian, day first unless told."""
    cell = written(text)
    if cell is None:
        return None
    possible = possible_calendars(cell)
    if calendar is None:
        if Calendar.GREGORIAN in possible:
            calendar = Calendar.GREGORIAN
        elif possible:
            calendar = next(iter(possible))
        else:
            return None
    return interpret(cell, calendar, day_first=day_first, latest=latest)


_AGE = re.compile(
    r"^(?:age:?\s?|aged\s|อายุ\s?|umur\s|usia\s|âge:?\s?)?(\d{1,3})(?:\s?[-–~]\s?(\d{1,3}))?\s?"
    r"(?:y|yo|y\.?o\.?|yrs?\.?|years?(?:[ -]old)?|ปี|岁|歲|周岁|tuổi|tahun|thn|th|ans|años|anos|ዓመት|አመት|سنة|عام[اً]*|"
    r"နှစ်|ປີ|ឆ្នាំ|वर्ष|साल|বছর|лет|miaka|yosh|سال)?\.?$"
)


def read_age(text: str) -> tuple[int, int] | None:
    """Youngest and oldest age stated: ``"24"``, ``"24 yrs"``, ``"20-25 ปี"``; ``None`` if that is no age."""
    plain = ascii_digits(tidy(text)).casefold()
    plain = _APPROXIMATE.sub(" ", plain).strip().removesuffix(".0")
    found = _AGE.match(plain)
    if not found:
        return None
    low = int(found.group(1))
    high = int(found.group(2) or low)
    return (low, high) if low <= high <= 110 else None


def births_of_age(ages: tuple[int, int], on: date) -> tuple[date, date]:
    """First and last birth date of somebody whose age lies in a range on a day."""
    return age_range(ages[1], on)[0], age_range(ages[0], on)[1]
