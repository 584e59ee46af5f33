"""Calendars met on lists of people, to and from the Gregorian calendar.

Years: Ethiopian years begin on 11 or 12 September and have twelve months of 30 days and a thirteenth of 5 or 6;
Buddhist Era years of Thailand (and, in civil use, of Laos and Cambodia) run from January since 1941 and are 543
ahead; years of the Republic of China (民國) run from January and are 1911 behind.

Source for the Ethiopian conversion: E. M. Reingold and N. Dershowitz, *Calendrical Calculations*, ch. 4.
"""

from __future__ import annotations

from datetime import date
from enum import StrEnum

BUDDHIST_AHEAD = 543
MINGUO_BEHIND = 1911
# Day number (proleptic Gregorian ordinal of `date`) of 1 Meskerem of year 1, which is 27 August 8.
_ETHIOPIAN_EPOCH = date(8, 8, 27).toordinal()


class Calendar(StrEnum):
    """A calendar a date may be written in."""

    GREGORIAN = "gregorian"
    BUDDHIST = "buddhist"
    ETHIOPIAN = "ethiopian"
    MINGUO = "minguo"


CALENDAR_NAMES = {
    Calendar.GREGORIAN: "Gregorian",
    Calendar.BUDDHIST: "Buddhist-era",
    Calendar.ETHIOPIAN: "Ethiopian",
    Calendar.MINGUO: "Republic of China",
}


def ethiopian_month_length(year: int, month: int) -> int:
    """Days in an Ethiopian month (1-13)."""
    if month < 13:
        return 30
    return 6 if year % 4 == 3 else 5


def from_ethiopian(year: int, month: int, day: int) -> date:
    """The Gregorian date of an Ethiopian one; ``ValueError`` if there is no such day."""
    if not (1 <= year <= 9990 and 1 <= month <= 13 and 1 <= day <= ethiopian_month_length(year, month)):
        raise ValueError(f"no such Ethiopian date: {day}/{month}/{year}")
    return date.fromordinal(_ETHIOPIAN_EPOCH + 365 * (year - 1) + year // 4 + 30 * (month - 1) + day - 1)


def to_ethiopian(day: date) -> tuple[int, int, int]:
    """Ethiopian ``(year, month, day)`` of a Gregorian date from the year 9 on."""
    since = day.toordinal() - _ETHIOPIAN_EPOCH
    if since < 0:
        raise ValueError(f"before the Ethiopian calendar: {day}")
    year = (4 * since + 1463) // 1461
    of_year = since - 365 * (year - 1) - year // 4
    return year, of_year // 30 + 1, of_year % 30 + 1


def to_gregorian(calendar: Calendar, year: int, month: int, day: int) -> date:
    """The Gregorian date of a date in any of the calendars; ``ValueError`` if there is no such day."""
    if calendar is Calendar.ETHIOPIAN:
        return from_ethiopian(year, month, day)
    return date(gregorian_year(calendar, year), month, day)


def gregorian_year(calendar: Calendar, year: int) -> int:
    """The Gregorian year of a year (for the Ethiopian calendar: the one in which it begins)."""
    match calendar:
        case Calendar.BUDDHIST:
            return year - BUDDHIST_AHEAD
        case Calendar.MINGUO:
            return year + MINGUO_BEHIND
        case Calendar.ETHIOPIAN:
            return year + 7
        case Calendar.GREGORIAN:
            return year


def year_range(calendar: Calendar, year: int) -> tuple[date, date]:
    """First and last day, in Gregorian dates, of a year."""
    if calendar is Calendar.ETHIOPIAN:
        return from_ethiopian(year, 1, 1), from_ethiopian(year, 13, ethiopian_month_length(year, 13))
    gregorian = gregorian_year(calendar, year)
    return date(gregorian, 1, 1), date(gregorian, 12, 31)


def month_range(calendar: Calendar, year: int, month: int) -> tuple[date, date]:
    """First and last day, in Gregorian dates, of a month; ``ValueError`` if there is none such."""
    first = to_gregorian(calendar, year, month, 1)
    if calendar is Calendar.ETHIOPIAN:
        return first, from_ethiopian(year, month, ethiopian_month_length(year, month))
    following = date(first.year + first.month // 12, first.month % 12 + 1, 1)
    return first, date.fromordinal(following.toordinal() - 1)


def age_range(years: int, on: date) -> tuple[date, date]:
    """Earliest and latest birth date of somebody who is ``years`` old on a day."""
    latest = _years_before(on, years)
    earliest = date.fromordinal(_years_before(on, years + 1).toordinal() + 1)
    return earliest, latest


def _years_before(day: date, years: int) -> date:
    try:
        return day.replace(year=day.year - years)
    except ValueError:  # 29 February
        return date(day.year - years, 2, 28)
