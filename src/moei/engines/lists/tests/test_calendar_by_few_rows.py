"""A calendar that rests on a row or two is said, and a person can name the calendar of a column."""

from moei.engines.lists import read_list

HEAD = "Name,Sex,Date of birth,Nationality,Passport No.\n"
PEOPLE = [
    ("ANNE OTIENO", "14.03.1998", "Kenya", "AK1111111"),
    ("JOHN MWANGI", "02.11.2001", "Kenya", "AK1111112"),
    ("ABEBE KEBEDE", "25.07.1999", "Ethiopia", "EP1111113"),
    ("RAVI SHRESTHA", "01.13.1995", "Nepal", "NP1111114"),
]
LIST = (HEAD + "".join(f"{n},M,{born},{c},{d}\n" for n, born, c, d in PEOPLE)).encode()
KEY = "!Date of birth"


def births(reading):
    return [row.birth_date for row in reading.rows]


def test_one_mistyped_month_does_not_change_everybodys_age_without_a_word():
    reading = read_list(LIST, "x.csv")
    said = [text for text in reading.problems if text.startswith("calendar_doubt: ")]
    assert len(said) == 1
    assert "one row has a thirteenth month" in said[0] and "Gregorian" in said[0]


def test_a_person_says_that_the_dates_are_gregorian():
    reading = read_list(LIST, "x.csv", corrections={KEY: "birth_gregorian"})
    assert births(reading)[:3] == ["1998-03-14", "2001-11-02", "1999-07-25"]
    assert not reading.problems
    assert any(text.startswith("date_order: ") for text in reading.rows[3].problems)
    column = next(c for c in reading.sheets[0].columns if c.header == "Date of birth")
    assert column.meaning == "birth"
    assert column.how.startswith("Gregorian dates, as a person said")


def test_a_person_says_that_the_dates_are_ethiopian_though_none_proves_it():
    plain = (HEAD + "ABEBE KEBEDE,M,01.02.1990,Ethiopia,EP1111113\n").encode()
    assert births(read_list(plain, "x.csv")) == ["1990-02-01"]
    assert births(read_list(plain, "x.csv", corrections={KEY: "birth_ethiopian"})) == ["1997-10-11"]


def test_many_dates_in_a_thirteenth_month_leave_no_doubt():
    rows = "".join(f"ABEBE N{n},M,0{n}.13.1990,Ethiopia,EP111111{n}\n" for n in range(1, 6))
    reading = read_list((HEAD + rows + "SARA N,F,25.01.1991,Ethiopia,EP1111119\n").encode(), "x.csv")
    assert births(reading)[-1][:4] == "1998"
    assert not reading.problems


def test_a_date_of_another_calendar_says_as_what_it_was_read():
    mixed = (HEAD + "A BEE,M,14.03.1998,Kenya,AK1\nC DEE,M,05.06.2540,Kenya,AK2\n").encode()
    (problem,) = [p for p in read_list(mixed, "x.csv").rows[1].problems if p.startswith("calendar")]
    assert problem.endswith(", read as born on 1997-06-05")
