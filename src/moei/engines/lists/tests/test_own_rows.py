"""What ``moei lists read`` writes is read again as it was: every row, and where it came from."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moei.engines.identity.digits import tidy
from moei.engines.lists import ListRow, UnreadableList, read_list
from moei.engines.lists.own import COLUMNS, write_rows

EXCERPT = Path(__file__).parent / "data" / "excerpt"
# No surrogates (they are no text), no control signs (a file with many is refused as no text).
WORDS = st.text(st.characters(exclude_categories=("Cs", "Cc", "Cn", "Co")), max_size=12)
SIGNS = st.sampled_from(["", "'", "''", "=1+1", "'=1", "+66812345678", "-", "@x", "a,b", 'a"b', "a\nb"])
TEXT = st.one_of(WORDS, SIGNS, st.builds(str.__add__, SIGNS, WORDS))
# As names are read from any list: without marks that turn the direction, blanks made single.
NAME = TEXT.map(tidy)
ROWS = st.lists(
    st.builds(
        ListRow,
        list=NAME,
        row=st.integers(1, 10**7),
        name=NAME,
        name_native=NAME,
        given=NAME,
        note=TEXT,
        phone=NAME,
        problems=st.lists(TEXT.filter(bool), max_size=3).map(tuple),
    ),
    min_size=1,
    max_size=5,
)


def written(rows) -> bytes:
    out = io.StringIO(newline="")
    assert write_rows(rows, out) == len(rows)
    return out.getvalue().encode("utf-8")


@given(ROWS)
def test_every_row_comes_back_as_it_was(rows):
    assert list(read_list(written(rows), "rows.csv").rows) == rows


@pytest.mark.parametrize("path", sorted(EXCERPT.glob("0*")), ids=lambda path: path.name)
def test_lists_that_were_read_and_written_are_read_as_before(path):
    first = read_list(path.read_bytes(), path.name).rows
    assert read_list(written(first), "rows.csv").rows == first


def test_no_cell_begins_a_formula_save_a_phone_number():
    row = ListRow(list="a.xlsx", row=3, name="=1+1", note="-2", phone="+66812345678")
    (cells,) = list(csv.DictReader(io.StringIO(written([row]).decode())))
    assert (cells["name"], cells["note"], cells["phone"]) == ("'=1+1", "'-2", "+66812345678")


def test_a_semicolon_never_stands_in_a_problem():
    row = ListRow(list="a", row=1, problems=("sex: “m;f” is not understood",))
    assert row.problems == ("sex: “m,f” is not understood",)
    assert replace(row, row=2).problems == row.problems


def test_a_file_that_somebody_changed_is_refused_with_its_line():
    lines = written([ListRow(list="a", row=1, name="A"), ListRow(list="a", row=2, name="B")]).splitlines()
    with pytest.raises(UnreadableList, match=r"line 3: .*“two” is no row") as refused:
        read_list(b"\r\n".join([*lines[:2], lines[2].replace(b"a,2,", b"a,two,")]), "rows.csv")
    assert refused.value.code == "not_a_list"
    with pytest.raises(UnreadableList, match=r"line 2: .*15 cells instead of 16"):
        read_list(lines[0] + b"\r\n" + lines[1].removesuffix(b","), "rows.csv")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("birth_date", "04/03/1991"),
        ("birth_date", "1991-02-30"),
        ("birth_from", "1991-03-04"),
        ("sex", "male"),
        ("nationality", "Ethiopia"),
        ("document_kind", "pass"),
        ("row", "0"),
        ("row", "99999999999"),
        ("problems", "erased: retention erased what this row said"),
        ("problems", "sex: odd;erased: retention erased what this row said"),
    ],
)
def test_what_moei_does_not_write_so_is_refused_with_its_line(field, value):
    head, line, _end = written([ListRow(list="a", row=1, name="A")]).decode().split("\r\n")
    cells = line.split(",")
    cells[COLUMNS.index(field)] = value
    with pytest.raises(UnreadableList, match="line 2: ") as refused:
        read_list(f"{head}\r\n{','.join(cells)}\r\n".encode(), "rows.csv")
    assert refused.value.code == "not_a_list"


def test_marks_that_turn_the_direction_do_not_come_in_by_it():
    (row,) = read_list(written([ListRow(list="a", row=1, name="Ab\u202eeb")]), "rows.csv").rows
    assert row.name == "Abeb"


def test_too_many_rows_are_refused():
    with pytest.raises(UnreadableList, match="more than the 2 rows"):
        read_list(written([ListRow(list="a", row=n) for n in range(1, 4)]), "rows.csv", max_rows=2)


def test_the_columns_are_those_that_every_list_is_brought_to():
    assert ",".join(COLUMNS) == (
        "list,row,name,name_native,given,family,sex,birth_date,birth_from,birth_to,nationality,document_number,"
        "document_kind,phone,note,problems"
    )
