"""A list of text that is too long to hold is read as a short one is, row by row."""

from __future__ import annotations

import tracemalloc
from dataclasses import replace
from pathlib import Path

import pytest

from moei.engines.lists import ListRow, UnreadableList, large, read_list
from moei.engines.lists.large import LargeList, is_large_text
from moei.engines.lists.own import write_rows

HEAD = "No.;Name;Sex;Date of birth;Nationality;Passport No."
STATES = ("Ethiopia", "Kenya", "Viet Nam")


def lines(count: int) -> list[str]:
    return [
        HEAD,
        *(
            f"{n};PERSON {n} {chr(65 + n % 26)}MULI;{'MF'[n % 2]};{n % 28 + 1:02d}/{n % 12 + 1:02d}/19{60 + n % 40};"
            f"{STATES[n % 3]};AK{n % 1000 if n < 6 else n:07d}"
            for n in range(1, count + 1)
        ),
    ]


@pytest.fixture
def written(tmp_path):
    def write(text: str, encoding: str = "utf-8") -> Path:
        path = tmp_path / "long.csv"
        path.write_bytes(text.encode(encoding))
        return path

    return write


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("title", ["", "LIST OF PERSONS RECEIVED, 2 March 2026 à Mae Sot;;;;;\n"])
def test_it_is_read_as_a_short_one(written, encoding, title):
    body = lines(400)
    body.insert(200, "ETHIOPIA;;;;;")
    body.append("Total;400 persons;;;;")
    path = written(title + "\n".join(body), encoding)
    short = read_list(path.read_bytes(), path.name)
    long = LargeList(path)
    assert [replace(row, problems=()) for row in long] == [replace(row, problems=()) for row in short.rows]
    assert long.reading.list_date == short.list_date and long.reading.stated_total == short.stated_total
    assert long.reading.sheets[0].people == 400
    assert [c.meaning for c in long.reading.sheets[0].columns] == [c.meaning for c in short.sheets[0].columns]
    assert long.reading.sheets[0].set_aside == short.sheets[0].set_aside


def test_day_and_month_are_told_apart_by_a_row_far_down(written, monkeypatch):
    """In the rows by which columns are recognised each date may be read both ways; one at the end proves the order."""
    monkeypatch.setattr(large, "_SAMPLE", 50)
    body = [HEAD, *(f"{n};PERSON {n};M;{n % 12 + 1:02d}/{n % 11 + 1:02d}/1980;Kenya;" for n in range(1, 300))]
    body.append("300;PERSON LAST;M;12/25/1980;Kenya;")
    rows = list(LargeList(written("\n".join(body))))
    assert rows[-1].birth_date == "1980-12-25" and rows[0].birth_date == "1980-02-02"
    assert rows[3].birth_date == "1980-05-05" and rows[11].birth_date == "1980-01-02"
    assert rows[1].birth_date == "1980-03-03" and rows[12].birth_date == "1980-02-03"


def test_a_number_that_stands_twice_is_told_of(written):
    body = [
        HEAD,
        "1;A BEE;M;01/02/1980;Kenya;AK1234567",
        "2;C DEE;M;01/02/1981;Kenya;AK 123-4567",
        "3;E EFF;M;;Kenya;AK7",
    ]
    first, second, third = LargeList(written("\n".join(body)))
    assert first.problems == second.problems == ("document_shared: AK1234567 also stands in 1 other rows",)
    assert third.problems == ("document: “AK7” is short for a document number",)


def test_no_list_is_refused(written):
    with pytest.raises(UnreadableList) as refused:
        LargeList(written("Date;Place\n" + "2026-01-01;Mae Sot\n" * 50))
    assert refused.value.code == "not_a_list"


def test_what_is_long_and_text(written, monkeypatch, tmp_path):
    path = written("\n".join(lines(100)))
    assert not is_large_text(path)
    monkeypatch.setattr(large, "LARGE", 1000)
    assert is_large_text(path)
    for start in (b"PK\x03\x04", b"%PDF-1.7", b"P<UTOERIKSSON<<ANNA", b"\xd0\xcf\x11\xe0"):
        (tmp_path / "other").write_bytes(start + b"x" * 2000)
        assert not is_large_text(tmp_path / "other")


def test_memory_does_not_grow_with_the_rows(written):
    path = written("\n".join(lines(30_000)))
    tracemalloc.start()
    count = sum(1 for _row in LargeList(path))
    _now, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert count == 30_000
    assert most < 60 * 1024 * 1024, f"{most / 2**20:.0f} MB"


def test_letters_that_come_late_are_read_in_their_encoding(written, monkeypatch):
    """The beginning is plain ASCII and says nothing of how the rest is written."""
    monkeypatch.setattr(large, "_HEAD", 5_000)
    body = [*lines(400), "401;JOSÉ PEÑA MUÑOZ;M;25/12/1980;Kenya;"]
    path = written("\n".join(body), "cp1252")
    (*_rest, last) = LargeList(path)
    assert last.name == read_list(path.read_bytes(), "short.csv").rows[-1].name
    assert last.name.startswith("JOSÉ") and "\ufffd" not in last.name


def test_rows_that_somebody_changed_are_refused_before_one_is_given(tmp_path):
    path = tmp_path / "rows.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        write_rows([ListRow(list="a", row=n, name="A") for n in range(1, 50)], file)
    path.write_bytes(path.read_bytes().replace(b"a,49,", b"a,x,"))
    with pytest.raises(UnreadableList, match="line 50"):
        LargeList(path)
