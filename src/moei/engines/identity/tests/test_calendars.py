from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moei.engines.identity.calendars import (
    Calendar,
    age_range,
    from_ethiopian,
    gregorian_year,
    month_range,
    to_ethiopian,
    to_gregorian,
    year_range,
)

days = st.dates(date(1880, 1, 1), date(2100, 12, 31))


@pytest.mark.parametrize(
    ("ethiopian", "gregorian"),
    [
        ((2000, 1, 1), date(2007, 9, 12)),  # the Ethiopian millennium, celebrated on 12 September 2007
        ((1967, 1, 2), date(1974, 9, 12)),  # the emperor deposed, 2 Meskerem 1967
        ((1888, 6, 23), date(1896, 3, 1)),  # the battle of Adwa, 23 Yekatit 1888
        ((1983, 9, 20), date(1991, 5, 28)),  # the Derg falls, 20 Ginbot 1983
        ((2016, 4, 28), date(2024, 1, 7)),  # Christmas (Genna) in a year after a leap year: 28 Tahsas
        ((1975, 13, 1), date(1983, 9, 6)),
        ((1975, 13, 6), date(1983, 9, 11)),  # a leap year's last day
    ],
)
def test_known_ethiopian_days(ethiopian, gregorian):
    assert from_ethiopian(*ethiopian) == gregorian
    assert to_ethiopian(gregorian) == ethiopian


@given(days)
def test_ethiopian_round_trip(day):
    assert from_ethiopian(*to_ethiopian(day)) == day


@given(days)
def test_buddhist_and_minguo_round_trip(day):
    assert to_gregorian(Calendar.BUDDHIST, day.year + 543, day.month, day.day) == day
    assert to_gregorian(Calendar.MINGUO, day.year - 1911, day.month, day.day) == day


@pytest.mark.parametrize("wrong", [(1976, 13, 6), (1990, 14, 1), (1990, 1, 31), (1990, 0, 1), (0, 1, 1)])
def test_days_no_ethiopian_calendar_has(wrong):
    with pytest.raises(ValueError, match="no such"):
        from_ethiopian(*wrong)


@given(st.sampled_from(list(Calendar)), st.integers(1880, 2090))
def test_a_year_holds_its_months_without_gaps(calendar, year):
    native = year + {Calendar.BUDDHIST: 543, Calendar.MINGUO: -1911, Calendar.ETHIOPIAN: -8}.get(calendar, 0)
    if native < 1:
        return
    months = [
        month_range(calendar, native, m) for m in range(1, 14 if calendar is Calendar.ETHIOPIAN else 13)
    ]
    assert (months[0][0], months[-1][1]) == year_range(calendar, native)
    assert all((b[0] - a[1]).days == 1 for a, b in pairwise(months))
    assert months[0][0].year == gregorian_year(calendar, native)


def test_an_age_gives_the_days_one_can_be_born_on():
    assert age_range(24, date(2025, 2, 11)) == (date(2000, 2, 12), date(2001, 2, 11))
    assert age_range(1, date(2024, 2, 29)) == (date(2022, 3, 1), date(2023, 2, 28))


@given(days, st.integers(0, 100), st.integers(0, 366))
def test_who_is_born_in_the_range_has_the_age(on, age, offset):
    first, last = age_range(age, on)
    born = date.fromordinal(min(first.toordinal() + offset, last.toordinal()))
    years = on.year - born.year - ((on.month, on.day) < (born.month, born.day))
    assert years == age
