from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moei.engines.identity.calendars import Calendar
from moei.engines.identity.dates import parse_date, read_age

ON = date(2025, 2, 12)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("18/09/2548", "2005-09-18"),
        ("๒๑/๐๑/๒๕๔๔", "2001-01-21"),
        ("วันที่ 12 กุมภาพันธ์ 2568", "2025-02-12"),
        ("๑ มกราคม พ.ศ. ๒๕๓๖", "1993-01-01"),
        ("1 พค 2530", "1987-05-01"),
        ("๑ เม.ย. ๓๖", "1993-04-01"),
        ("1990年5月12日", "1990-05-12"),
        ("民國78年5月12日", "1989-05-12"),
        ("078.05.12", "1989-05-12"),
        ("12-May-90", "1990-05-12"),
        ("May 12th, 1990", "1990-05-12"),
        ("ngày 12 tháng 5 năm 1990", "1990-05-12"),
        ("12 février 1990", "1990-02-12"),
        ("12 Mei 1990", "1990-05-12"),
        ("١٢/٥/١٩٩٠", "1990-05-12"),
        ("၁၂-၅-၁၉၉၀", "1990-05-12"),
        ("१२/०५/१९९०", "1990-05-12"),
        ("12 Meskerem 1985 E.C.", "1992-09-22"),
        ("መስከረም 12 ቀን 1985 ዓ.ም", "1992-09-22"),
        ("1990-05-12T00:00:00", "1990-05-12"),
        ("19900512", "1990-05-12"),
        ("25/12/90", "1990-12-25"),
        ("25/12/24", "2024-12-25"),
        ("25/12/25", "1925-12-25"),
    ],
)
def test_whole_dates(text, day):
    reading = parse_date(text, latest=ON)
    assert reading is not None and reading.day is not None
    assert reading.day.isoformat() == day


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("1990", "1990-01-01", "1990-12-31"),
        ("พ.ศ. 2536", "1993-01-01", "1993-12-31"),
        ("2536", "1993-01-01", "1993-12-31"),
        ("c. 1990", "1990-01-01", "1990-12-31"),
        ("XX/XX/1990", "1990-01-01", "1990-12-31"),
        ("00/05/1990", "1990-05-01", "1990-05-31"),
        ("05/1990", "1990-05-01", "1990-05-31"),
        ("1985 ዓ.ም", "1992-09-11", "1993-09-10"),
    ],
)
def test_parts_of_dates_give_ranges(text, first, last):
    reading = parse_date(text, latest=ON)
    assert reading is not None and reading.day is None
    assert (reading.first.isoformat(), reading.last.isoformat()) == (first, last)


@pytest.mark.parametrize(
    "text", ["", "sick 12", "24", "KK Park", "31/31/1990", "12/05/2030", "A1234567", "12/05/1990/3"]
)
def test_what_is_no_birth_date(text):
    assert parse_date(text, latest=ON) is None


def test_month_first_only_when_asked():
    assert parse_date("03/04/1990", latest=ON).day == date(1990, 4, 3)
    assert parse_date("03/04/1990", day_first=False, latest=ON).day == date(1990, 3, 4)


def test_the_other_order_is_named_when_forced():
    reading = parse_date("04/25/1990", latest=ON)
    assert reading.day == date(1990, 4, 25) and reading.forced_order


@given(st.dates(date(1930, 1, 1), date(2025, 1, 1)))
def test_a_buddhist_date_reads_back(day):
    thai = f"{day.day:02}/{day.month:02}/{day.year + 543}".translate(
        str.maketrans("0123456789", "๐๑๒๓๔๕๖๗๘๙")
    )
    reading = parse_date(thai, latest=ON)
    assert (reading.day, reading.calendar) == (day, Calendar.BUDDHIST)


@pytest.mark.parametrize(
    ("text", "ages"),
    [
        ("24", (24, 24)),
        ("24 yrs", (24, 24)),
        ("๒๔ ปี", (24, 24)),
        ("24岁", (24, 24)),
        ("20-25 years old", (20, 25)),
        ("~30", (30, 30)),
    ],
)
def test_ages(text, ages):
    assert read_age(text) == ages


@pytest.mark.parametrize("text", ["", "x", "1990", "240", "24 chairs", "30-20"])
def test_no_ages(text):
    assert read_age(text) is None
