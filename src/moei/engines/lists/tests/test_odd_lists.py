"""Lists that are odd but come: headings far down or over two rows, dates as numbers, no names, one row many times."""

from __future__ import annotations

import io

import openpyxl
import pytest

from moei.engines.lists import UnreadableList, read_list
from moei.engines.matching import MatchRow, resolve

HEAD = ["No.", "Name", "Sex", "Date of birth", "Nationality", "Passport No."]


def codes(row) -> set[str]:
    return {problem.split(":")[0] for problem in row.problems}


def text(*lines: str) -> bytes:
    return "\n".join(lines).encode()


def test_headings_in_row_40_under_a_long_letter(workbook):
    letter = [[f"Paragraph {n} of a long covering letter about the transfer."] for n in range(1, 40)]
    reading = read_list(
        workbook(("S", [*letter, HEAD, [1, "SELAM ABEBE", "F", "1990-03-04", "Ethiopia", "EP1234567"]])),
        "x.xlsx",
    )
    assert reading.sheets[0].header_row == 40
    assert [(row.row, row.name, row.nationality) for row in reading.rows] == [(41, "SELAM ABEBE", "ETH")]
    assert len(reading.sheets[0].set_aside) == 39


def test_headings_over_two_rows_the_second_with_the_parts_of_the_first(workbook):
    reading = read_list(
        workbook(("S", [
            ["No.", "Name", "", "Sex", "Travel document", ""],
            ["", "Given name", "Family name", "", "Passport No.", "Date of issue"],
            [1, "Selam", "Abebe", "F", "EP1234567", "2020-01-01"],
            [2, "Brian", "Otieno", "M", "EP1234568", "2020-01-01"],
        ])),
        "x.xlsx",
    )  # fmt: skip
    assert [(r.given, r.family, r.sex, r.document_number) for r in reading.rows] == [
        ("Selam", "Abebe", "F", "EP1234567"),
        ("Brian", "Otieno", "M", "EP1234568"),
    ]
    assert "2020-01-01" in reading.rows[0].note


def test_headings_over_two_rows_in_two_languages():
    reading = read_list(
        text("ลำดับ,ชื่อ-นามสกุล,เพศ,สัญชาติ", "No.,Name,Sex,Nationality", "1,SELAM ABEBE,หญิง,เอธิโอเปีย"), "x.csv"
    )
    assert [(r.name, r.sex, r.nationality) for r in reading.rows] == [("SELAM ABEBE", "F", "ETH")]


def test_a_sheet_that_runs_from_right_to_left():
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.sheet_view.rightToLeft = True
    for row in (["م", "الاسم الكامل", "الجنس", "الجنسية"], [1, "محمد أحمد علي", "ذكر", "السودان"]):
        sheet.append(row)
    out = io.BytesIO()
    book.save(out)
    (row,) = read_list(out.getvalue(), "x.xlsx").rows
    assert (row.name_native, row.sex, row.nationality) == ("محمد أحمد علي", "M", "SDN")


def test_dates_as_the_numbers_in_which_spreadsheets_count_days(workbook):
    days = {36526: "2000-01-01", 33666: "1992-03-03", 31045: "1984-12-29"}
    rows = [[n, f"PERSON {'ABC'[n]}", "M", day, "Kenya", f"AK123456{n}"] for n, day in enumerate(days)]
    for data in (
        workbook(("S", [HEAD, *rows])),
        text(",".join(HEAD), *(",".join(map(str, row)) for row in rows)),
    ):
        read = read_list(data, "x.xlsx").rows
        assert [row.birth_date for row in read] == list(days.values())


@pytest.mark.parametrize("day", ["00/00/1999", "00.00.1999", "--/--/1999", "0/0/1999"])
def test_a_day_and_month_of_zeros_is_the_year(day):
    lines = [
        f"{n},PERSON {chr(65 + n)} MULI,M,{(n % 27) + 1:02d}/05/198{n % 10},Kenya,AK12345{n:02d}"
        for n in range(12)
    ]
    *_, row = read_list(text(",".join(HEAD), *lines, f"99,SELAM ABEBE,F,{day},Ethiopia,EP1"), "x.csv").rows
    assert (row.birth_date, row.birth_from, row.birth_to) == ("", "1999-01-01", "1999-12-31")


@pytest.mark.parametrize(
    ("calendar", "impossible"),
    [("የትውልድ ቀን (ዓ.ም)", "06/13/1990"), ("Date of birth", "29/02/1999"), ("Date of birth", "31/04/1999")],
)
def test_a_day_that_its_year_does_not_have_is_kept_and_named(calendar, impossible):
    lines = [
        f"{n},PERSON {chr(65 + n)} MULI,M,{n + 14}/05/198{n % 10},Ethiopia,AK12345{n:02d}" for n in range(12)
    ]
    head = ["No.", "Name", "Sex", calendar, "Nationality", "Passport No."]
    *_, row = read_list(
        text(",".join(head), *lines, f"99,SELAM ABEBE,F,{impossible},Ethiopia,EP1234567"), "x.csv"
    ).rows
    assert row.birth_date == "" and impossible in row.note
    assert "date" in codes(row)


def test_names_of_one_letter_and_names_with_pictures():
    first, second, third = read_list(
        text(",".join(HEAD), "1,U,M,1990-03-04,Myanmar,MA111111", "2,O O,F,1991-03-04,Myanmar,MA111112",
             "3,Ma Khin 😀🌸,F,1992-03-04,Myanmar,MA111113"),
        "x.csv",
    ).rows  # fmt: skip
    assert (first.name, second.name, third.name) == ("U", "O O", "Ma Khin 😀🌸")
    rows = [MatchRow.of((r.list, r.row), read_list(text(",".join(HEAD), "1,U,M,1990-03-04,Myanmar,MA1"), "y").kind, r)
            for r in (first, second, third)]  # fmt: skip
    assert len(resolve(rows).clusters) == 3


def test_five_thousand_copies_of_one_row_are_five_thousand_rows_that_are_told_of():
    line = "1,SELAM ABEBE,F,1990-03-04,Ethiopia,EP1234567"
    reading = read_list(text(",".join(HEAD), *[line] * 5000), "x.csv")
    assert len(reading.rows) == 5000
    assert all("document_shared" in codes(row) for row in reading.rows)
    assert all(len(problem) < 300 for row in reading.rows for problem in row.problems), (
        "not 5,000 numbers in each"
    )
    rows = [MatchRow.of((row.list, row.row), reading.kind, row) for row in reading.rows]
    resolution = resolve(rows)
    assert sum(len(cluster) for cluster in resolution.clusters) == 5000
    assert {warning.code for warning in resolution.warnings} & {
        "one_list_twice",
        "large_cluster",
        "shared_document",
    }


def test_a_list_without_names_is_read_by_its_documents():
    reading = read_list(
        text(
            "No.,Passport No.,Nationality,Date of birth",
            "1,EP1234567,Ethiopia,1990-03-04",
            "2,AK7654321,Kenya,",
        ),
        "x.csv",
    )
    assert [(r.name, r.document_number, r.nationality) for r in reading.rows] == [
        ("", "EP1234567", "ETH"),
        ("", "AK7654321", "KEN"),
    ]
    assert all("no_name" in codes(row) for row in reading.rows)


def test_a_list_with_neither_names_nor_documents_is_no_list_of_people():
    with pytest.raises(UnreadableList) as refused:
        read_list(text("Date,Place,Amount", "2026-01-01,Mae Sot,100", "2026-01-02,Mae Sot,200"), "x.csv")
    assert refused.value.code == "not_a_list"
