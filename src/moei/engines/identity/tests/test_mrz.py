# ruff: noqa: E501  (rows of lists are kept on one line)
import string
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moei.engines.identity import make_td3, parse_mrz

# The specimens of ICAO Doc 9303.
TD3 = "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL898902C36UTO7408122F1204159ZE184226B<<<<<10"
TD2 = "I<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<\nD231458907UTO7408122F1204159<<<<<<<6"
TD1 = "I<UTOD231458907<<<<<<<<<<<<<<<\n7408122F1204159UTO<<<<<<<<<<<6\nERIKSSON<<ANNA<MARIA<<<<<<<<<<"
NOW = date(2025, 2, 12)


@pytest.mark.parametrize(("zone", "form"), [(TD3, "TD3"), (TD2, "TD2"), (TD1, "TD1")])
def test_specimens(zone, form):
    read = parse_mrz(zone, today=NOW)
    assert read.valid and read.format == form and not read.repaired
    assert (read.family, read.given, read.sex, read.nationality) == ("ERIKSSON", "ANNA MARIA", "F", "UTO")
    assert (read.birth_date, read.expiry) == ("1974-08-12", "2012-04-15")


letters = st.text(string.ascii_uppercase, min_size=1, max_size=12)
people = st.fixed_dictionaries(
    {
        "family": letters,
        "given": letters,
        "nationality": st.sampled_from(["ETH", "CHN", "KEN", "VNM"]),
        "document_number": st.from_regex(r"[A-Z][0-9]{8}", fullmatch=True),
        "birth_date": st.dates(date(1926, 1, 1), date(2025, 1, 1)),
        "sex": st.sampled_from("MF"),
        "expiry": st.dates(date(2020, 1, 1), date(2060, 1, 1)),
    }
)


@given(people)
def test_what_is_written_reads_back(person):
    read = parse_mrz(make_td3(**person), today=NOW)
    assert read.valid and not read.repaired
    assert (read.family, read.given, read.document_number) == (
        person["family"],
        person["given"],
        person["document_number"],
    )
    assert read.birth_date == person["birth_date"].isoformat()
    assert read.expiry == person["expiry"].isoformat()


@given(people, st.integers(0, 5), st.sampled_from(["0O", "1I", "8B", "5S", "2Z"]))
def test_a_misread_birth_date_is_put_right_and_marked(person, place, pair):
    upper, lower = make_td3(**person).split("\n")
    at = 13 + place
    if lower[at] != pair[0]:
        return
    read = parse_mrz(upper + "\n" + lower[:at] + pair[1] + lower[at + 1 :], today=NOW)
    assert read.birth_date == person["birth_date"].isoformat()
    assert read.valid and read.repaired == ("birth_date",)


def test_a_misread_number_is_put_right_where_one_reading_is_proven():
    read = parse_mrz(
        "P<CHNWU<<YANG<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<\nP2589011I0CHN9005259M2912316<<<<<<<<<<<<<<<6",
        today=NOW,
    )
    assert (read.document_number, read.repaired, read.valid) == ("P25890111", ("document_number",), True)


def test_two_possible_readings_are_no_reading():
    zone = "P<ETHGEMECHU<DAWIT<<MESERET<<<<<<<<<<<<<<<<<\nB443I34798ETH9707092F2912316<<<<<<<<<<<<<<<8"
    read = parse_mrz(zone, today=NOW)
    assert not read.checks["document_number"] and not read.repaired
    assert read.document_number == "B443I3479"


@given(people, st.integers(0, 8))
def test_a_wrong_digit_is_never_taken_for_right(person, place):
    upper, lower = make_td3(**person).split("\n")
    if not lower[place].isdigit():
        return
    wrong = lower[:place] + str((int(lower[place]) + 1) % 10) + lower[place + 1 :]
    read = parse_mrz(f"{upper}\n{wrong}", today=NOW)
    assert not read.valid or read.document_number == person["document_number"]


def test_a_birth_date_that_fails_its_check_digit_is_not_given():
    upper, lower = make_td3(
        family="A", given="B", nationality="KEN", document_number="A1234567", birth_date=date(1990, 1, 1), sex="M",
        expiry=date(2030, 1, 1),
    ).split("\n")  # fmt: skip
    read = parse_mrz(f"{upper}\n{lower[:13]}91{lower[15:]}", today=NOW)
    assert not read.checks["birth_date"] and not read.birth_date and not read.birth_from


def test_a_state_left_out_is_seen_and_not_made_of_the_name():
    zone = "P<TUN<<MIN<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<\nC7814807900306296M2912316<<<<<<<<<<<<<<<6"
    read = parse_mrz(zone, today=NOW)
    assert (read.nationality, read.family, read.given, read.birth_date) == ("", "TUN", "MIN", "2003-06-29")
    assert read.remarks and not read.valid


def test_birth_years_lie_in_the_past():
    late = parse_mrz(TD3.replace("7408122F", "2508122F"), today=NOW)
    assert not late.birth_date  # its check digit is wrong
    zone = make_td3(family="A", given="B", nationality="KEN", document_number="A1", birth_date=date(1926, 5, 1), sex="M", expiry=date(2030, 1, 1))  # fmt: skip
    assert parse_mrz(zone, today=NOW).birth_date == "1926-05-01"


def test_blanks_and_small_letters_of_a_scan_do_no_harm():
    assert parse_mrz(TD3.lower().replace("<<", "< <"), today=NOW).valid
    assert parse_mrz(TD3.replace("\n", ""), today=NOW).valid


@pytest.mark.parametrize("text", ["", "hello", "P<UTO", TD3 + "\nMORE"])
def test_what_is_no_zone(text):
    with pytest.raises(ValueError, match="not a machine readable zone"):
        parse_mrz(text)


@given(st.text(max_size=200))
def test_any_text_reads_or_is_refused(text):
    try:
        parse_mrz(text)
    except ValueError as error:
        assert "machine readable zone" in str(error)
