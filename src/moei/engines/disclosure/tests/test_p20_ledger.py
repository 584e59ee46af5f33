"""Earlier bulletins count: nothing can be learned from the difference between two of them."""

from __future__ import annotations

import datetime as dt
import math
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from moei.engines.disclosure import (
    TOTAL,
    AlreadyRevealed,
    Cell,
    CellId,
    CellRef,
    Contradiction,
    Publication,
    Published,
    Table,
    at_most,
    attacker_intervals,
    from_json,
    protect,
    protect_or_leave_out,
    to_json,
    with_totals,
)

FIRST = dt.date(2025, 2, 12)


def registered(day: int, *counts: int, public_total: bool = False) -> Publication:
    cells = with_totals({(f"c{i}",): n for i, n in enumerate(counts)})
    cells[(TOTAL,)] = Cell(sum(counts), public_total)
    table = Table("Registered so far", ("site",), cells, "people", monotone=True)
    return Publication("r", FIRST + dt.timedelta(day), (table,))


def at(day: int, category: str) -> CellId:
    return CellId("r", FIRST + dt.timedelta(day), "Registered so far", (category,))


def test_p20_a_count_that_could_be_printed_alone_is_held_back_where_it_would_tell_about_yesterday() -> None:
    # Day 0: 40 people, of whom 3 at c0; c0 and one more are hidden. Day 1: nobody came, and the press has the
    # total, so that every count is what it was: hiding another pair would give day 0 away.
    day0 = protect(registered(0, 3, 17, 20, public_total=True))
    hidden0 = {ref.key for ref, cell in day0.cells.items() if cell.shown is None}
    day1 = protect(registered(1, 3, 17, 20, public_total=True), [day0.published])
    assert {ref.key for ref, cell in day1.cells.items() if cell.shown is None} == hidden0
    intervals = attacker_intervals(day1.published, [day0.published])
    assert intervals[at(0, "c0")].width >= 5
    assert intervals[at(1, "c0")].width >= 5


def test_p20_a_small_count_that_grew_does_not_tell_what_it_was() -> None:
    # c0 rises from 9 to 10 and one person came in all: printing 10 now would say that it was 9 or 10.
    day0 = protect(registered(0, 9, 30, 40, public_total=True))
    naive = protect(registered(1, 10, 30, 40, public_total=True))
    assert naive.cells[CellRef("Registered so far", ("c0",))].shown == 10
    assert attacker_intervals(naive.published, [day0.published])[at(0, "c0")].width < 5
    day1 = protect(registered(1, 10, 30, 40, public_total=True), [day0.published])
    assert day1.cells[CellRef("Registered so far", ("c0",))].shown is None
    assert CellRef("Registered so far", ("c0",)) in day1.because_of_ledger
    assert attacker_intervals(day1.published, [day0.published])[at(0, "c0")].width >= 5


def test_p20_without_monotone_counts_days_are_not_linked() -> None:
    def on(day: int, count: int) -> Publication:
        cells = with_totals({("a",): count, ("b",): 30, ("c",): 40})
        return Publication("r", FIRST + dt.timedelta(day), (Table("Waiting", ("site",), cells),))

    day0 = protect(on(0, 9))
    day1 = protect(on(1, 10), [day0.published])
    assert day1.cells[CellRef("Waiting", ("a",))].shown == 10
    assert not day1.because_of_ledger


def naively(publication: Publication) -> Published:
    """A bulletin that hid nothing, as an office without this engine would have printed it."""
    done = protect(publication, low=1000, high=1000, width=1)
    return Published("r", publication.on, done.published.tables, done.published.relations)


def test_p20_what_an_earlier_bulletin_gave_away_is_refused_and_named() -> None:
    # Printed 4 yesterday, and 2 more people came in all: the count is 4 to 6 today, whatever is hidden.
    earlier = naively(registered(0, 4, 30, 40, public_total=True))
    today = registered(1, 5, 31, 40, public_total=True)
    with pytest.raises(AlreadyRevealed) as refusal:
        protect(today, [earlier])
    assert refusal.value.cells == {at(1, "c0"): (4, 6)}
    assert not refusal.value.by_press
    assert "earlier bulletins" in str(refusal.value)


def test_p20_a_table_that_cannot_be_protected_is_left_out_and_the_rest_goes_out() -> None:
    earlier = naively(registered(0, 4, 30, 40, public_total=True))
    today = registered(1, 5, 31, 40, public_total=True)
    needs = Table("Needs", ("need",), {("doctor",): Cell(12), ("shelter",): Cell(3)})
    relation = at_most(CellRef("Needs", ("doctor",)), CellRef("Registered so far", (TOTAL,)))
    both = Publication("r", today.on, (*today.tables, needs), (relation,))
    done = protect_or_leave_out(both, [earlier])
    assert done.left_out == ("Registered so far",)
    assert [table.name for table in done.published.tables] == ["Needs"]
    assert done.cells[CellRef("Needs", ("doctor",))].shown == 12


def test_p20_new_counts_of_the_press_that_narrow_an_old_count_are_reported() -> None:
    day0 = protect(registered(0, 4, 30))
    table = Table("Registered so far", ("site",), {("c0",): Cell(4, public=True)}, "people", monotone=True)
    day1 = protect(Publication("r", FIRST + dt.timedelta(1), (table,)), [day0.published])
    # c0 was 4 at most, and with the total printed on day 0, c1 was 30 at least.
    assert set(day1.lost) == {at(0, "c0"), at(0, "c1")}


def test_a_monotone_count_that_falls_is_a_contradiction() -> None:
    earlier = naively(registered(0, 20, 30))
    with pytest.raises(Contradiction):
        protect(registered(1, 19, 31), [earlier])


def test_bulletins_out_of_order_or_of_one_date_are_refused() -> None:
    day1 = protect(registered(1, 20, 30)).published
    with pytest.raises(ValueError, match="order"):
        protect(registered(0, 20, 30), [day1])
    with pytest.raises(ValueError, match="one date"):
        protect(registered(1, 20, 30), [day1])


GROWTH = st.lists(st.lists(st.integers(0, 15), min_size=3, max_size=3), min_size=2, max_size=4)


@settings(max_examples=40, deadline=None)
@given(GROWTH, st.booleans())
def test_p20_no_series_of_bulletins_narrows_a_small_count(
    growth: list[list[int]], public_total: bool
) -> None:
    ledger: list[Published] = []
    small: list[CellId] = []
    truth: dict[CellId, int] = {}
    counts = [0, 0, 0]
    for day, more in enumerate(growth):
        counts = [count + added for count, added in zip(counts, more, strict=True)]
        publication = registered(day, *counts, public_total=public_total)
        try:
            done = protect(publication, ledger)
        except AlreadyRevealed:
            assert public_total  # where nothing is public, hiding everything new adds nothing
            continue
        lost = set(done.lost)
        assert public_total or not lost
        small = [cell for cell in small if cell not in lost]
        intervals = attacker_intervals(done.published, ledger)
        for ref, cell in done.cells.items():
            truth[done.published.cell_id(ref)] = cell.count
            if cell.why == "small":
                small.append(done.published.cell_id(ref))
        assert all(intervals[cell].width >= 5 for cell in small)
        for cell, (lower, upper) in intervals.items():
            assert lower <= truth[cell] <= (math.inf if upper is None else upper)
        ledger.append(done.published)


def big(day: int) -> Publication:
    """About 60 counts of a release that is being registered over eleven days; invented."""
    done = day + 1
    ages = ("0-12", "13-17", "18-24", "25-34", "35-44", "45+")
    weights = {"female": (0, 1, 5, 4, 1, 0), "male": (0, 3, 30, 24, 9, 2)}
    both = {(s, a): w * done // 2 for s, row in weights.items() for a, w in zip(ages, row, strict=True)}
    by_sex = {(sex,): sum(n for (s, _), n in both.items() if s == sex) for sex in weights}
    nationalities = {(f"n{i}",): n for i, n in enumerate(both.values())}
    decided = {("identified",): 9 * day, ("not identified",): 3 * day, ("appeal",): day // 2}
    needs = {(f"need {i}",): Cell(i * done // 4) for i in range(10)}
    return Publication(
        "r",
        FIRST + dt.timedelta(day),
        (
            Table("Nationality", ("nationality",), with_totals(nationalities, public=True), "people", True),
            Table("Sex", ("sex",), with_totals(by_sex, public=True), "people", True),
            Table("Sex and age", ("sex", "age"), with_totals(both), "people", True),
            Table("Determinations", ("outcome",), with_totals(decided), "determinations", True),
            Table("Needs", ("need",), needs, "", True),
        ),
        tuple(at_most(CellRef("Needs", key), CellRef("Sex", (TOTAL,))) for key in needs),
    )


def test_sixty_counts_against_ten_earlier_bulletins_take_less_than_two_seconds() -> None:
    ledger: list[Published] = []
    for day in range(10):
        ledger.append(protect_or_leave_out(big(day), ledger).published)
    publication = big(10)
    assert 50 <= len(publication.cells()) <= 70
    start = time.process_time()
    done = protect_or_leave_out(publication, ledger)
    assert time.process_time() - start < 2
    assert all(interval.width >= 5 for interval in done.audit.values())
    assert any(cell.shown is None for cell in done.cells.values())


def test_a_ledger_read_back_from_json_protects_like_the_one_written() -> None:
    first = protect(registered(0, 9, 30, 40, public_total=True)).published
    again = from_json(to_json(first))
    assert again == first
    today = registered(1, 10, 30, 40, public_total=True)
    assert protect(today, [again]) == protect(today, [first])
