"""What a bulletin refuses to print, what it says about protection, and how it is kept."""

from __future__ import annotations

import datetime as dt
import json

import pytest

from moei.engines.disclosure import (
    TOTAL,
    Cell,
    CellRef,
    OutcomeByNationality,
    Publication,
    Relation,
    Table,
    equal,
    from_json,
    protect,
    protection_note,
    to_json,
    with_totals,
)

DAY = dt.date(2025, 2, 12)


def bulletin() -> Publication:
    by_sex = with_totals({("female",): 4, ("male",): 120, ("not told",): 30})
    known = with_totals({("Ethiopian",): 3, ("Kenyan",): 151}, public=True)
    return Publication(
        "r",
        DAY,
        (
            Table("By nationality", ("nationality",), known, "people"),
            Table("By sex", ("sex",), by_sex, "people"),
        ),
    )


@pytest.mark.parametrize(
    ("name", "dims"),
    [
        ("Determinations", ("nationality", "outcome")),
        ("Outcomes", ("sex", "Nationality")),
        ("Decisions by country", ("count",)),
        ("table 4", ("age", "citizenship", "determination")),
    ],
)
def test_p20_an_outcome_by_nationality_is_refused(name: str, dims: tuple[str, ...]) -> None:
    with pytest.raises(OutcomeByNationality):
        Table(name, dims, {})


def test_p20_either_alone_is_allowed() -> None:
    Table("Determinations", ("outcome",), {})
    Table("Arrivals", ("nationality", "sex"), {})


def test_p20_counts_the_press_has_are_printed_as_they_are_even_small_ones() -> None:
    protected = protect(bulletin())
    cell = protected.cells[CellRef("By nationality", ("Ethiopian",))]
    assert (cell.shown, cell.why) == (3, "known to the press")


def test_p20_the_same_number_in_another_table_is_as_public() -> None:
    counts = with_totals(
        {("female", "adult"): 40, ("male", "adult"): 7, ("female", "child"): 0, ("male", "child"): 0}
    )
    protected = protect(
        Publication(
            "r",
            DAY,
            (
                Table(
                    "By sex", ("sex",), with_totals({("female",): 40, ("male",): 7}, public=True), "people"
                ),
                Table("Sex and age", ("sex", "age"), counts, "people"),
            ),
        )
    )
    assert protected.cells[CellRef("Sex and age", ("male", TOTAL))].why == "known to the press"
    assert protected.audit[CellRef("Sex and age", ("male", "adult"))].width >= 5


def test_p20_what_is_published_does_not_tell_small_counts_from_those_that_protect_them() -> None:
    protected = protect(bulletin())
    hidden = {ref.key: cell for ref, cell in protected.cells.items() if cell.shown is None}
    assert {cell.why for cell in hidden.values()} == {"small", "protects another"}
    assert len({cell.text for cell in hidden.values()}) == 1
    written = to_json(protected.published)
    assert "small" not in written and "protects" not in written
    printed = {tuple(key): value for key, value in json.loads(written)["tables"][1]["cells"]}
    assert all(printed[key] is None for key in hidden)


def test_the_note_says_what_was_protected_and_why_in_plain_words() -> None:
    note = protection_note(protect(bulletin()))
    assert any("Counts of 1 to 9 people are protected" in line for line in note)
    assert "By sex: 2 of 4 counts are protected." in note
    assert any("press already has" in line for line in note)
    assert not any("female" in line for line in note)


def test_the_note_of_a_bulletin_with_nothing_to_protect_says_so() -> None:
    publication = Publication("r", DAY, (Table("By sex", ("sex",), {("f",): Cell(40), ("m",): Cell(0)}),))
    assert protection_note(protect(publication)) == [
        "No count in this bulletin needed protection: none was 1 to 9 people."
    ]


def test_a_published_bulletin_comes_back_from_json_as_it_went() -> None:
    published = protect(bulletin()).published
    assert from_json(to_json(published)) == published
    assert to_json(from_json(to_json(published))) == to_json(published)


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"format": 2}', '{"format": 1, "release": "r"}', "null"])
def test_what_is_no_published_bulletin_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        from_json(text)


def test_a_relation_that_is_not_true_is_refused() -> None:
    table = Table("t", ("d",), {("a",): Cell(10), ("b",): Cell(11)})
    with pytest.raises(ValueError, match="contradict"):
        Publication("r", DAY, (table,), (equal(CellRef("t", ("a",)), CellRef("t", ("b",))),))


def test_totals_that_do_not_add_up_are_refused() -> None:
    table = Table("t", ("d",), {("a",): Cell(10), ("b",): Cell(11), (TOTAL,): Cell(22)})
    with pytest.raises(ValueError, match="contradict"):
        Publication("r", DAY, (table,))


def test_a_total_over_a_table_with_a_hole_is_refused() -> None:
    cells = {("f", "x"): Cell(10), ("f", "y"): Cell(11), ("m", "x"): Cell(12), ("m", TOTAL): Cell(12)}
    with pytest.raises(ValueError, match="cannot be added up"):
        Publication("r", DAY, (Table("t", ("sex", "d"), cells),))


def test_bad_tables_are_refused() -> None:
    with pytest.raises(ValueError, match="one category for each"):
        Table("t", ("a", "b"), {("x",): Cell(1)})
    with pytest.raises(ValueError, match="counts -1"):
        Table("t", ("a",), {("x",): Cell(-1)})
    with pytest.raises(ValueError, match="same name"):
        Publication("r", DAY, (Table("t", ("a",), {}), Table("t", ("b",), {})))
    with pytest.raises(ValueError, match="not in the bulletin"):
        Publication("r", DAY, (), (Relation(((CellRef("t", ("x",)), 1),)),))
    with pytest.raises(ValueError, match="one length"):
        with_totals({("a",): 1, ("a", "b"): 2})
    with pytest.raises(ValueError, match="rule"):
        protect(bulletin(), low=0)


def test_combinations_nobody_is_in_are_counted_as_zero() -> None:
    cells = with_totals({("f", "child"): 3, ("m", "adult"): 5})
    assert cells[("f", "adult")] == Cell(0)
    assert cells[(TOTAL, "adult")] == Cell(5)
    assert cells[(TOTAL, TOTAL)] == Cell(8)
