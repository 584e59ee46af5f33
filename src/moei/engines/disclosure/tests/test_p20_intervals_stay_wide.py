"""After protection nobody can narrow a small count, by linear programming or by trying every table."""

from __future__ import annotations

import datetime as dt
import itertools
import math
import subprocess
import sys
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from moei.engines.disclosure import (
    TOTAL,
    AlreadyRevealed,
    Cell,
    CellId,
    CellRef,
    Interval,
    Publication,
    Published,
    PublishedTable,
    Table,
    adds_up,
    at_most,
    attacker_intervals,
    protect,
    with_totals,
)

DAY = dt.date(2025, 2, 12)
COUNTS = st.one_of(st.integers(0, 12), st.integers(0, 60))


def grid(counts: list[list[int]], *, public_rows: bool = False) -> Table:
    cells = with_totals({(f"r{i}", f"c{j}"): n for i, row in enumerate(counts) for j, n in enumerate(row)})
    return Table(
        "grid",
        ("row", "column"),
        {key: Cell(cell.count, public_rows and key[1] == TOTAL) for key, cell in cells.items()},
        "people",
    )


def one_bulletin(*tables: Table) -> Publication:
    return Publication("r", DAY, tables)


def grids(max_rows: int = 3, max_columns: int = 4) -> st.SearchStrategy[list[list[int]]]:
    return st.integers(2, max_columns).flatmap(
        lambda width: st.lists(
            st.lists(COUNTS, min_size=width, max_size=width), min_size=2, max_size=max_rows
        )
    )


def every_way(published: Published, limit: int) -> Iterator[dict[tuple[str, ...], int]]:
    """All grids with inner counts up to a limit that agree with the printed grid, found by trying them."""
    printed = published.tables[0].cells
    inner = [key for key in printed if TOTAL not in key]
    choices = [range(limit + 1) if (value := printed[key]) is None else [value] for key in inner]
    for values in itertools.product(*choices):
        table = dict.fromkeys(printed, 0)
        for key, value in zip(inner, values, strict=True):
            for cell in itertools.product(*((category, TOTAL) for category in key)):
                table[cell] += value
        if all(value is None or table[key] == value for key, value in printed.items()):
            yield table


@settings(max_examples=60, deadline=None)
@given(grids())
def test_p20_every_small_count_of_a_table_with_margins_keeps_an_interval_of_five(
    counts: list[list[int]],
) -> None:
    protected = protect(one_bulletin(grid(counts)))
    intervals = attacker_intervals(protected.published)
    for ref, cell in protected.cells.items():
        if 1 <= cell.count <= 9:
            assert cell.shown is None
            assert intervals[protected.published.cell_id(ref)].width >= 5
        lower, upper = intervals[protected.published.cell_id(ref)]
        assert lower <= cell.count <= (math.inf if upper is None else upper)


@settings(max_examples=60, deadline=None)
@given(grids())
def test_p20_with_row_totals_in_the_press_it_protects_or_proves_that_it_cannot(
    counts: list[list[int]],
) -> None:
    publication = one_bulletin(grid(counts, public_rows=True))
    try:
        protected = protect(publication)
    except AlreadyRevealed as refusal:
        assert refusal.by_press and refusal.cells
        printed = {key: cell.count if cell.public else None for (_, key), cell in publication.cells().items()}
        at_best = Published(
            "r", DAY, (PublishedTable("grid", ("row", "column"), printed),), publication.known
        )
        intervals = attacker_intervals(at_best)
        assert all(intervals[cell].width < 5 for cell in refusal.cells)
    else:
        intervals = attacker_intervals(protected.published)
        for ref, cell in protected.cells.items():
            if cell.why == "known to the press":
                assert cell.shown == cell.count
            elif 1 <= cell.count <= 9:
                assert intervals[protected.published.cell_id(ref)].width >= 5


@settings(max_examples=25, deadline=None)
@given(st.lists(st.lists(st.integers(0, 7), min_size=2, max_size=2), min_size=2, max_size=2), st.data())
def test_the_programme_finds_what_trying_every_table_finds(
    counts: list[list[int]], data: st.DataObject
) -> None:
    table = grid(counts)
    publication = one_bulletin(table)
    hidden = data.draw(st.sets(st.sampled_from([key for key in table.cells if TOTAL not in key])))
    # A grand total that is printed keeps every count within what is tried.
    printed = {key: None if key in hidden else cell.count for key, cell in table.cells.items()}
    # A rule under which every count is small, so that a lone hidden one tells nothing by being hidden.
    published = Published("r", DAY, (PublishedTable("grid", table.dims, printed),), publication.known, 0, 99)
    intervals = attacker_intervals(published)
    ways = list(every_way(published, limit=14))
    for key in printed:
        values = [way[key] for way in ways]
        assert intervals[CellId("r", DAY, "grid", key)] == Interval(min(values), max(values))


@settings(max_examples=15, deadline=None)
@given(st.lists(st.lists(st.integers(0, 9), min_size=2, max_size=2), min_size=2, max_size=2))
def test_p20_trying_every_table_cannot_narrow_a_small_count(counts: list[list[int]]) -> None:
    table = grid(counts)
    protected = protect(one_bulletin(table))
    ways = list(every_way(protected.published, limit=14))
    for ref, cell in protected.cells.items():
        if 1 <= cell.count <= 9:
            values = [way[ref.key] for way in ways]
            assert max(values) - min(values) >= 5


def test_p20_a_total_and_all_but_one_part_are_never_all_printed() -> None:
    protected = protect(
        one_bulletin(Table("Sex", ("sex",), with_totals({("f",): 4, ("m",): 200, ("u",): 60})))
    )
    hidden = {ref.key for ref, cell in protected.cells.items() if cell.shown is None}
    assert ("f",) in hidden and len(hidden) == 2


def test_p20_tables_that_count_the_same_people_are_attacked_together() -> None:
    both = with_totals({("f", "child"): 12, ("f", "adult"): 30, ("m", "child"): 5, ("m", "adult"): 90})
    by_age = with_totals({("child",): 17, ("adult",): 120})
    protected = protect(
        one_bulletin(
            Table("Sex and age", ("sex", "age"), both, "people"), Table("Age", ("age",), by_age, "people")
        )
    )
    assert protected.audit[CellRef("Sex and age", ("m", "child"))].width >= 5
    # The age table prints what the margin hides, or hides it too: the two never differ.
    for age in ("child", "adult", TOTAL):
        margin = protected.cells[CellRef("Sex and age", (TOTAL, age))]
        alone = protected.cells[CellRef("Age", (age,))]
        assert margin.range == alone.range


def test_p20_a_margin_left_out_of_a_table_is_added_up_all_the_same() -> None:
    without_margin = {("f", "child"): Cell(4), ("m", "child"): Cell(30)}
    protected = protect(
        one_bulletin(
            Table("Sex and age", ("sex", "age"), without_margin, "people"),
            Table("Age", ("age",), {("child",): Cell(34)}, "people"),
        )
    )
    assert protected.audit[CellRef("Sex and age", ("f", "child"))].width >= 5
    assert sum(cell.shown is None for cell in protected.cells.values()) == 2


def test_p20_declared_relations_are_attacked_too() -> None:
    publication = Publication(
        "r",
        DAY,
        (
            Table("Children", ("age group",), {("0 to 12",): Cell(4), ("13 to 17",): Cell(20)}),
            Table("Special care", ("who",), {("children",): Cell(24)}),
        ),
        (
            adds_up(
                CellRef("Special care", ("children",)),
                [CellRef("Children", ("0 to 12",)), CellRef("Children", ("13 to 17",))],
            ),
        ),
    )
    protected = protect(publication)
    assert sum(cell.shown is None for cell in protected.cells.values()) == 2
    assert attacker_intervals(protected.published)[CellId("r", DAY, "Children", ("0 to 12",))].width >= 5


def test_p20_a_count_hidden_for_its_own_sake_is_known_to_be_small() -> None:
    protected = protect(
        one_bulletin(Table("Needs", ("need",), {("doctor",): Cell(3), ("shelter",): Cell(40)}))
    )
    assert protected.audit[CellRef("Needs", ("doctor",))] == Interval(1, 9)
    assert protected.cells[CellRef("Needs", ("doctor",))].text == "protected (1 to 9)"
    assert protected.cells[CellRef("Needs", ("shelter",))].text == "40"


def test_p20_a_lone_small_count_under_a_public_five_is_refused_because_zero_is_ruled_out() -> None:
    publication = Publication(
        "r",
        DAY,
        (
            Table("Children", ("who",), {("children",): Cell(5, public=True)}),
            Table("Needs", ("need",), {("doctor",): Cell(3)}),
        ),
        (at_most(CellRef("Needs", ("doctor",)), CellRef("Children", ("children",))),),
    )
    with pytest.raises(AlreadyRevealed) as refusal:
        protect(publication)
    assert list(refusal.value.cells.values()) == [Interval(1, 5)]


def test_p20_guessing_which_counts_are_small_does_not_help_where_more_can_be_hidden() -> None:
    # 3 and 3 hidden alone would be 0 to 6 each, but 1 to 5 for who guesses that neither is 0.
    cells = with_totals({("a",): 3, ("b",): 3, ("c",): 40})
    cells[(TOTAL,)] = Cell(46, public=True)
    protected = protect(one_bulletin(Table("Sex", ("sex",), cells)))
    assert protected.cells[CellRef("Sex", ("c",))].shown is None
    assert all(interval.width >= 5 for interval in protected.if_guessed.values())


def test_a_zero_is_printed_unless_it_gives_a_small_count_away() -> None:
    plain = protect(one_bulletin(Table("Needs", ("need",), {("doctor",): Cell(3), ("shelter",): Cell(0)})))
    assert plain.cells[CellRef("Needs", ("shelter",))].shown == 0
    publication = one_bulletin(
        Table("Sex", ("sex",), {("f",): Cell(6), ("u",): Cell(0), (TOTAL,): Cell(6, public=True)})
    )
    telling = protect(publication)
    assert telling.cells[CellRef("Sex", ("u",))].shown is None
    assert telling.audit[CellRef("Sex", ("f",))] == Interval(0, 6)


def test_few_small_counts_do_not_hide_the_bulletin() -> None:
    counts = {(sex, f"age {i}"): 20 + 7 * i for sex in ("f", "m", "u") for i in range(6)}
    counts[("f", "age 2")] = 4
    protected = protect(one_bulletin(Table("Sex and age", ("sex", "age"), with_totals(counts), "people")))
    hidden = [ref for ref, cell in protected.cells.items() if cell.shown is None]
    assert len(protected.cells) == 28
    assert len(hidden) == 4  # the smallest pattern: one rectangle


def test_p20_which_counts_are_hidden_does_not_follow_their_true_size() -> None:
    def hidden(second: int, third: int) -> set[CellRef]:
        counts = {("a",): 4, ("b",): second, ("c",): third}
        done = protect(one_bulletin(Table("Sex", ("sex",), with_totals(counts))))
        return {ref for ref, cell in done.cells.items() if cell.shown is None}

    assert hidden(30, 90) == hidden(90, 30)


def test_the_same_counts_give_the_same_bulletin() -> None:
    counts = [[3, 20, 14, 8], [40, 0, 25, 11], [12, 6, 60, 33]]
    assert protect(one_bulletin(grid(counts))) == protect(one_bulletin(grid(counts)))


def test_the_solver_prints_nothing() -> None:
    # In a process of its own: the banner comes with the first solver of a process only.
    solve = "from moei.engines.disclosure.attack import quiet_highs as q; s = q(); s.addVariable(); s.run()"
    done = subprocess.run([sys.executable, "-c", solve], capture_output=True, check=True)
    assert (done.stdout, done.stderr) == (b"", b"")
