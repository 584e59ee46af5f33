"""Two agencies find the people whom both hold, and no other."""

from __future__ import annotations

import csv

from hypothesis import given, settings
from hypothesis import strategies as st

from moei.engines.lists import large
from moei.engines.private_comparison import points, worker


def test_they_find_exactly_the_shared_numbers(answered):
    read = answered.read()
    assert read.exit_code == 0, read.output
    assert answered.shared() == [
        ("ours.csv", "2", "document"),
        ("ours.csv", "2", "phone"),
        ("ours.csv", "4", "phone"),
    ]
    assert "3 numbers are with Dao too, in 2 of your rows" in read.output
    assert "write it into the register of each case" in " ".join(read.output.split())


def test_nothing_shared_is_an_answer_too(two, ours):
    assert two.ask(ours).exit_code == 0
    other = two.list("theirs.csv", "4,ANAN SRISAI,F,1999-01-02,Thailand,AA7654321,+66812345678")
    assert two.answer(other).exit_code == 0
    assert two.read().exit_code == 0
    assert two.shared() == []


def test_a_number_is_the_same_however_it_is_written(two):
    ours = two.list("ours.csv", "1,SELAM ABEBE,F,1990-03-04,Ethiopia,ep 123-4567,0911234567")
    theirs = two.list("theirs.csv", "1,S. ABEBE,F,1990-03-04,Ethiopia,EP1234567,+251 91 123 4567")
    assert two.ask(ours).exit_code == two.answer(theirs).exit_code == two.read().exit_code == 0
    assert [kind for _list, _row, kind in two.shared()] == ["document", "phone"]


def test_a_document_and_a_phone_with_the_same_digits_are_not_the_same(two):
    ours = two.list("ours.csv", "1,SELAM ABEBE,F,1990-03-04,Ethiopia,+251911234567,")
    theirs = two.list("theirs.csv", "1,SELAM ABEBE,F,1990-03-04,Ethiopia,,+251911234567")
    assert two.ask(ours).exit_code == two.answer(theirs).exit_code == two.read().exit_code == 0
    assert two.shared() == []


def test_only_what_was_agreed_is_compared(two, ours, theirs):
    two.agree(compared='["documents"]')
    asked = two.ask(ours)
    assert "3 documents, sent as 12" in asked.output
    assert two.answer(theirs).exit_code == two.read().exit_code == 0
    assert two.shared() == [("ours.csv", "2", "document")]


def test_duplicates_are_compared_once_and_all_their_rows_are_named(two, theirs):
    monday = two.list("monday.csv", "1,SELAM ABEBE,F,1990-03-04,Ethiopia,EP1234567,")
    tuesday = two.list("tuesday.csv", "1,SELAM ABEBE,F,1990-03-04,Ethiopia,EP1234567,")
    asked = two.ask(monday, tuesday)
    assert "2 rows: 1 documents and 0 phones" in asked.output
    assert "1 of them stand in more than one row" in asked.output
    assert two.answer(theirs).exit_code == two.read().exit_code == 0
    assert two.shared() == [("monday.csv", "2", "document"), ("tuesday.csv", "2", "document")]


def test_short_numbers_are_left_out_and_counted_aloud(two, ours):
    short = two.list(
        "short.csv", "1,SELAM ABEBE,F,1990-03-04,Ethiopia,12345,", "2,BRIAN MULI,M,1994-08-19,Kenya,AB123,"
    )
    asked = two.ask(ours, short)
    assert "2 numbers have fewer than 6 signs, and are left out" in asked.output
    assert two.answer(short).exit_code == 2  # nothing else stands in it


def test_a_long_text_is_read_row_by_row(two, theirs, ours, monkeypatch):
    monkeypatch.setattr(large, "LARGE", 10)
    assert two.ask(ours).exit_code == two.answer(theirs).exit_code == two.read().exit_code == 0
    assert [row for _list, row, _kind in two.shared()] == ["2", "2", "4"]


def test_p21_a_cell_of_the_result_is_no_formula(two, theirs):
    """The name of a list is the only word in it that somebody may have chosen."""
    named = two.list("=1+1.csv", "1,SELAM ABEBE,F,1990-03-04,Ethiopia,EP1234567,")
    assert two.ask(named).exit_code == two.answer(theirs).exit_code == two.read().exit_code == 0
    with (two / "shared.csv").open(encoding="utf-8", newline="") as file:
        assert [row["list"] for row in csv.DictReader(file)] == ["'=1+1.csv"]


numbers = st.sets(st.integers(0, 60).map(lambda number: f"{number:064x}"), min_size=1, max_size=40)


@given(ours=numbers, theirs=numbers)
@settings(max_examples=60)
def test_it_is_the_plain_intersection_of_any_two_sets(ours, theirs):
    order = sorted(ours, reverse=True)
    asked = worker.work({"do": "ask", "items": order})
    said = worker.work({"do": "answer", "items": sorted(theirs), "points": asked["points"]})
    both = points.each(points._bytes(said["points"]))
    assert len(both) == len(theirs) + len(ours)
    read = worker.work(
        {
            "do": "read",
            "secret": asked["secret"],
            "theirs": points._text(b"".join(both[: len(theirs)])),
            "ours": points._text(b"".join(both[len(theirs) :])),
        }
    )
    assert {order[place] for place in read["shared"]} == ours & theirs
