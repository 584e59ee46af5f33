"""Protecting the counts of a bulletin before it is printed."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Literal, NamedTuple

from moei.engines.disclosure.attack import (
    Attacker,
    Interval,
    Knowledge,
    attacker_intervals,
    group_of,
    knowledge,
)
from moei.engines.disclosure.choose import Candidate, cheapest_guards, costs
from moei.engines.disclosure.tables import (
    CellId,
    CellRef,
    Ledger,
    Publication,
    Published,
    PublishedTable,
    check_order,
)

Why = Literal["as counted", "known to the press", "small", "protects another", "withheld"]


class AlreadyRevealed(ValueError):
    """Small counts that can be worked out whatever is hidden now.

    `cells` names them with what can be known of each, `tables` the tables they stand in, and `by_press`
    whether the counts that the press has are enough, without any earlier bulletin.
    """

    def __init__(self, cells: Mapping[CellId, Interval], *, by_press: bool) -> None:
        self.cells = dict(cells)
        self.tables = tuple(dict.fromkeys(cell.table for cell in cells))
        self.by_press = by_press
        source = "the counts the press has" if by_press else "earlier bulletins"
        listed = "; ".join(
            f"{cell}: {interval.lower} to {interval.upper}" for cell, interval in self.cells.items()
        )
        super().__init__(f"{source} already tell too much about {listed}")


class Rule(NamedTuple):
    """Counts from `low` to `high` are small; each must keep an interval at least `width` wide."""

    low: int = 1
    high: int = 9
    width: int = 5

    def is_small(self, count: int) -> bool:
        """Whether a count must be protected."""
        return self.low <= count <= self.high


@dataclass(frozen=True)
class ProtectedCell:
    """One count and what is printed for it: `shown` and `text`. `count` and `why` stay in the house."""

    count: int
    shown: int | None
    why: Why
    range: Interval

    @property
    def text(self) -> str:
        """The words in the cell. A range is what any reader can compute: printing it gives nothing away."""
        if self.shown is not None:
            return str(self.shown)
        if self.range.upper is None:
            return "protected"
        return f"protected ({self.range.lower} to {self.range.upper})"


@dataclass(frozen=True)
class ProtectedPublication:
    """A bulletin that may be printed: `published` goes out and into the ledger, the rest stays in the house.

    `audit` gives the attacker's interval of every small count. `if_guessed` gives the same for an attacker
    who has guessed which protected counts are the small ones. `because_of_ledger` lists counts that would be
    printed if there were no earlier bulletins; `lost` those counts of earlier bulletins that the press's new
    counts alone narrow below the width; `left_out` the tables that could not be printed at all.
    """

    published: Published
    cells: Mapping[CellRef, ProtectedCell]
    audit: Mapping[CellRef, Interval]
    if_guessed: Mapping[CellRef, Interval]
    because_of_ledger: tuple[CellRef, ...] = ()
    lost: tuple[CellId, ...] = ()
    left_out: tuple[str, ...] = ()


def _printed(publication: Publication, hidden: Collection[CellRef], rule: Rule) -> Published:
    """The bulletin as it would be printed with some counts hidden."""
    tables = tuple(
        PublishedTable(
            table.name,
            table.dims,
            {
                key: None if CellRef(table.name, key) in hidden else cell.count
                for key, cell in table.cells.items()
            },
            table.monotone,
        )
        for table in publication.tables
    )
    return Published(publication.release, publication.on, tables, publication.known, *rule)


class _Desk:
    """The search for what to hide: one linear programme in which a printed count is a bound of no width."""

    def __init__(self, publication: Publication, ledger: Ledger, rule: Rule) -> None:
        self.publication, self.ledger, self.rule = publication, ledger, rule
        cells = publication.cells()
        closed = [ref for ref, cell in cells.items() if not cell.public]
        self.blank = _printed(publication, set(closed), rule)
        self.counts = {self.blank.cell_id(ref): cells[ref].count for ref in closed}
        self.small = {cell for cell, count in self.counts.items() if rule.is_small(count)}
        self.withheld = {self.blank.cell_id(ref) for ref in closed if cells[ref].withheld}
        self.known = self._tied_to_new(knowledge([*ledger, self.blank], deduce_newest=False))
        self.attacker = Attacker(self.known)
        self._show_only(hidden=set(), guessing=False)
        self.attacker.check()
        goals = dict.fromkeys(
            [*self._older_targets(), *(c for c in self.counts if c in self.small)], rule.width
        )
        everything = set(self.counts)
        self._show_only(everything, guessing=True)
        self.plain = dict.fromkeys(self.attacker.narrow(goals), rule.width)
        self._show_only(everything, guessing=False)
        self.beyond = list(self.attacker.narrow(self.plain))
        for cell in self.beyond:
            del self.plain[cell]
        self.guessed = {c: w for c, w in goals.items() if c not in self.plain and c not in self.beyond}

    def _tied_to_new(self, known: Knowledge) -> Knowledge:
        """Leave out what earlier bulletins say that has no bearing on the new one."""
        tied: set[CellId] = set()
        for cell in known.touched:
            if cell not in tied:
                tied |= group_of(cell, known.rows)
        return Knowledge(
            {cell: bounds for cell, bounds in known.bounds.items() if cell in tied},
            [row for row in known.rows if row.terms[0][0] in tied],
            known.touched,
        )

    def _older_targets(self) -> list[CellId]:
        """Protected counts of earlier bulletins that may be small and still have an interval to lose."""
        older = [cell for cell in self.known.bounds if cell not in self.counts]
        if not older:
            return []
        attacker = Attacker(knowledge(self.ledger))
        narrow = set(attacker.narrow(dict.fromkeys(older, self.rule.width)))
        return [c for c in older if c not in narrow and attacker.interval(c).lower <= self.rule.high]

    def _bounds(self, cell: CellId, hidden: Collection[CellId], guessing: bool) -> tuple[float, float]:
        if cell not in self.counts:
            return self.known.bounds[cell]
        if cell not in hidden:
            return (self.counts[cell], self.counts[cell])
        if guessing and cell in self.small:
            return (self.rule.low, self.rule.high)
        return (0.0, float("inf"))

    def _show_only(self, hidden: Collection[CellId], guessing: bool) -> None:
        for cell in self.known.bounds:
            self.attacker.set_bounds(cell, *self._bounds(cell, hidden, guessing))

    def in_danger(self, hidden: Collection[CellId]) -> CellId | None:
        """The first count that is not wide enough when only `hidden` are hidden; None when all are."""
        self._show_only(hidden, guessing=True)
        for cell in self.attacker.narrow(self.guessed):
            return cell
        if self.plain:
            self._show_only(hidden, guessing=False)
            for cell in self.attacker.narrow(self.plain):
                return cell
        return None

    def group(self, cell: CellId) -> set[CellId]:
        """The new counts that relations tie to one and that could be hidden with it."""
        return group_of(cell, self.known.rows) & self.counts.keys()

    def choose(self) -> set[CellId]:
        """The counts to hide: the small ones, and those that protect them or counts of earlier bulletins."""
        hidden = self.small | self.withheld
        guards: list[CellId] = []
        prices: dict[CellId, float] = {}
        while target := self.in_danger(hidden):
            if not prices:
                self._show_only(set(self.counts), guessing=False)
                prices = costs({cell: self.attacker.interval(cell).upper for cell in self.counts})
            candidates = {c: Candidate(n, prices[c]) for c, n in self.counts.items() if c not in hidden}
            bounds = {c: self._bounds(c, hidden, target in self.guessed) for c in self.known.bounds}
            found = cheapest_guards(target, self.rule.width, self.known, bounds, candidates)
            more = sorted(found or self.group(target) - hidden)
            if not more:
                raise RuntimeError(
                    f"nothing left to hide for {target}"
                )  # pragma: no cover - ruled out at the start
            guards += more
            hidden.update(more)
        return self._without_needless(hidden, guards)

    def _without_needless(self, hidden: set[CellId], guards: list[CellId]) -> set[CellId]:
        """Print again what later choices made needless. One pass: what is needed while more is hidden is needed
        while less is."""
        for guard in guards:
            if guard in hidden and not self.in_danger(hidden - {guard}):
                hidden = hidden - {guard}
        return hidden

    def revealed(self, hidden: Collection[CellId]) -> dict[CellId, Interval]:
        """Small counts and older counts that the independent attacker narrows too far."""
        published = _printed(self.publication, {CellRef(c.table, c.key) for c in hidden}, self.rule)
        intervals = attacker_intervals(published, self.ledger)
        targets = [*self.guessed, *self.plain, *(c for c in self.beyond if c in self.counts)]
        return {c: intervals[c] for c in targets if intervals[c].width < self.rule.width}

    def hide(self) -> set[CellId]:
        """`choose`, proved by the independent attacker. Raises `AlreadyRevealed` when nothing can be done."""
        if any(cell in self.counts for cell in self.beyond):
            raise self._already({c: self.attacker_at_best(c) for c in self.beyond if c in self.counts})
        hidden = self.choose()
        if revealed := self.revealed(hidden):
            hidden = hidden.union(*(self.group(cell) for cell in revealed))
            if revealed := self.revealed(hidden):
                raise self._already(revealed)
        return hidden

    def attacker_at_best(self, cell: CellId) -> Interval:
        """What can be known of a count when every count that is not public is hidden."""
        self._show_only(set(self.counts), guessing=False)
        return self.attacker.interval(cell)

    def _already(self, cells: Mapping[CellId, Interval]) -> AlreadyRevealed:
        by_press = not self.ledger
        if self.ledger:
            try:
                _Desk(self.publication, (), self.rule).hide()
            except AlreadyRevealed:
                by_press = True
        return AlreadyRevealed(cells, by_press=by_press)

    def if_guessed(self, hidden: Collection[CellId]) -> dict[CellId, Interval]:
        """Intervals of the small counts for an attacker who has guessed which they are."""
        self._show_only(hidden, guessing=True)
        return {cell: self.attacker.interval(cell) for cell in self.counts if cell in self.small}


def protect(
    publication: Publication,
    ledger: Ledger = (),
    *,
    low: int = 1,
    high: int = 9,
    width: int = 5,
    explain: bool = True,
) -> ProtectedPublication:
    """Hide every count of `low` to `high` people that is not public, and whatever else would give one away.

    Afterwards no small count, and no protected count of an earlier bulletin that may be small, can be
    narrowed by linear programming to an interval less than `width` wide. The same input gives the same
    bulletin. `explain=False` leaves out `because_of_ledger`, which takes as long as all the rest.
    Raises `AlreadyRevealed` when that cannot be had whatever is hidden, `Contradiction` when the
    true counts break what earlier bulletins told, ValueError for a rule that cannot be kept or a ledger out
    of order.
    """
    if not (0 < low <= high and width > 0):
        raise ValueError("the rule needs 0 < low <= high and a width above 0")
    rule = Rule(low, high, width)
    check_order(ledger, publication)
    desk = _Desk(publication, ledger, rule)
    hidden = desk.hide()
    refs = {CellRef(cell.table, cell.key) for cell in hidden}
    published = _printed(publication, refs, rule)
    intervals = attacker_intervals(published, ledger)
    cells: dict[CellRef, ProtectedCell] = {}
    for ref, cell in publication.cells().items():
        why: Why = "known to the press" if cell.public else "as counted"
        if ref in refs:
            why = "withheld" if cell.withheld else "protects another"
            why = "small" if rule.is_small(cell.count) else why
        shown = None if ref in refs else cell.count
        cells[ref] = ProtectedCell(cell.count, shown, why, intervals[published.cell_id(ref)])
    guessed = desk.if_guessed(hidden)
    return ProtectedPublication(
        published,
        cells,
        {ref: cell.range for ref, cell in cells.items() if cell.why == "small"},
        {CellRef(cell.table, cell.key): interval for cell, interval in guessed.items()},
        _held_back_for_ledger(publication, ledger, rule, refs) if explain else (),
        tuple(cell for cell in desk.beyond if cell not in desk.counts),
    )


def _held_back_for_ledger(
    publication: Publication, ledger: Ledger, rule: Rule, hidden: Iterable[CellRef]
) -> tuple[CellRef, ...]:
    if not ledger:
        return ()
    alone = {CellRef(cell.table, cell.key) for cell in _Desk(publication, (), rule).hide()}
    if alone.issuperset(hidden):
        return ()
    return tuple(ref for ref in publication.cells() if ref in set(hidden) - alone)


def protect_or_leave_out(
    publication: Publication, ledger: Ledger = (), *, low: int = 1, high: int = 9, width: int = 5
) -> ProtectedPublication:
    """`protect`, leaving out whole tables whose small counts cannot be protected any more.

    The tables left out are named in the result and in `protection_note`.
    """
    left_out: list[str] = []
    while True:
        try:
            done = protect(publication, ledger, low=low, high=high, width=width)
        except AlreadyRevealed as refusal:
            names = [name for name in refusal.tables if name in {table.name for table in publication.tables}]
            if not names:
                raise
            left_out += names
            publication = publication.without(names)
        else:
            return ProtectedPublication(
                done.published,
                done.cells,
                done.audit,
                done.if_guessed,
                done.because_of_ledger,
                done.lost,
                tuple(left_out),
            )
