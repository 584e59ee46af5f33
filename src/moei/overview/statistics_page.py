"""The tables of statistics as rows and columns of words: for the page, and for the spreadsheet."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from moei.engines.disclosure import TOTAL
from moei.overview import contents, labels
from moei.overview.contents import FEMALE, NOT_FEMALE
from moei.overview.durations import MEDIAN_FROM, TENTH_FROM
from moei.overview.models import Statistics
from moei.overview.selectors.counting import Step
from moei.overview.selectors.whole_way import STEPS, STEPS_BY_NATIONALITY, Way
from moei.overview.showing import ShownCell
from moei.overview.way_tables import (
    ASSISTED,
    BY_AGE,
    BY_NATIONALITY,
    BY_NEED,
    BY_SEX,
    LATER,
    OTHER,
    ROW_FROM,
    WAY,
    not_yet,
)

Cells = Mapping[tuple[str, tuple[str, ...]], ShownCell]


@dataclass(frozen=True)
class Row:
    """`cells` are counts, or None where nothing is counted. `total` is the row of all: it stands last."""

    label: str
    cells: tuple[ShownCell | None, ...]
    total: bool = False


@dataclass(frozen=True)
class Section:
    """One table. `twin` is the same table of those who have not come so far."""

    name: str
    title: str
    head: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    twin: Section | None = None

    @property
    def wide(self) -> bool:
        return len(self.columns) > 3

    @property
    def lines(self) -> list[tuple[Row, list[tuple[str, ShownCell | None]]]]:
        """Each row with its cells beside the words of their columns."""
        return [(row, list(zip(self.columns, row.cells, strict=True))) for row in self.rows]

    def counts(self) -> list[ShownCell]:
        return [cell for row in self.rows for cell in row.cells if cell is not None]


def sections(statistics: Statistics, agencies: Mapping[str, str]) -> list[Section]:
    """The tables of one date. `agencies` are names by id; a table that was left out is not there."""
    cells = _cells(statistics.shown)
    named: dict[str, list[str]] = {}
    for name, key in cells:
        rows = named.setdefault(name, [])
        if key[0] not in rows and key[0] != TOTAL:
            rows.append(key[0])
    protocol = statistics.release.protocol
    found = [_way(cells)]
    arrived: dict[str, Mapping[str, ShownCell | None]] = {
        BY_SEX: {
            FEMALE: cells.get((contents.SEX, (FEMALE,))),
            NOT_FEMALE: cells.get((contents.SEX_AND_AGE, (NOT_FEMALE, TOTAL))),
        },
        BY_AGE: {code: cells.get((contents.AGE, (code,))) for code in named.get(BY_AGE, ())},
        BY_NATIONALITY: _arrived_by_nationality(cells, named.get(BY_NATIONALITY, ())),
        BY_NEED: {code: cells.get((contents.NEEDS, (code,))) for code in named.get(BY_NEED, ())},
    }
    for name, dim in ((BY_SEX, "group"), (BY_AGE, "age"), (BY_NATIONALITY, "nationality"), (BY_NEED, "need")):
        if name in named:
            found.append(_by_group(cells, name, dim, named[name], arrived[name], protocol))
    if ASSISTED in named:
        helped = sorted((agencies.get(code, "–"), code) for code in named[ASSISTED])
        title = _("Assisted since %(day)s, by agency") % {
            "day": date_format(statistics.release.site.day_of(statistics.release.began_at), "j F Y")
        }
        lines = tuple(Row(label, (cells[ASSISTED, (code,)],)) for label, code in helped)
        found.append(Section(ASSISTED, title, _("Agency"), (_("People"),), lines))
    return found


def days_rows(statistics: Statistics) -> list[dict[str, Any]]:
    """Each stage in words, with its counts as cells and its days as numbers."""
    return [
        {
            "label": str(labels.STAGES[tuple(row["stage"])]),
            **{part: {**row[part], "cell": _days_cell(row[part])} for part in ("left", "waits")},
        }
        for row in statistics.days
    ]


def by_release(newest: Sequence[Statistics]) -> Section:
    """Releases side by side, each as of its own date."""
    steps = tuple(Way)
    rows = []
    for statistics in newest:
        cells = _cells(statistics.shown)
        label = _("%(release)s, as of %(day)s") % {
            "release": statistics.release.name,
            "day": date_format(statistics.as_of, "j F Y"),
        }
        rows.append(Row(label, tuple(_total(cells, step) for step in steps)))
    columns = tuple(str(labels.WAY_COLUMNS[step]) for step in steps)
    return Section("releases", _("By release"), _("Release"), columns, tuple(rows))


def notes(statistics: Statistics, tables: Iterable[Section]) -> list[str]:
    """What is protected in the tables of this page, and why."""
    lines = [
        _(
            "Counts of 1 to 9 people are protected, because a small count can point to a person. Others are protected "
            "with them where they would give a small one away: by subtracting one table from another, one date from "
            "the next, or a bulletin from this page. The tables do not say which is which."
        )
    ]
    for table in tables:
        counts = [*table.counts(), *(table.twin.counts() if table.twin else ())]
        hidden = sum(cell.count is None for cell in counts)
        if hidden:
            lines.append(
                _("%(table)s: %(hidden)s of %(all)s counts are protected.")
                % {"table": table.title, "hidden": hidden, "all": len(counts)}
            )
    lines.append(
        _(
            "A range is what arithmetic on everything printed leaves possible; of a small count, at least 5 wide."
        )
    )
    if statistics.held:
        held = [f"{labels.WAY_TABLES[table]}, {labels.WAY[Way(step)]}" for table, step in statistics.held]
        lines.append(
            _("Held back, because too few people were added since it was printed last: %s.") % "; ".join(held)
        )
    if statistics.left_out:
        left_out = [labels.table(name) for name in statistics.left_out]
        lines.append(
            _("Left out, because small counts in them could not be protected: %s.") % ", ".join(left_out)
        )
    lines += [
        _(
            "Days are whole days, rounded up, beside counts that are printed only: half of the people from "
            "%(median)s people on, nine in ten from %(tenth)s on."
        )
        % {"median": MEDIAN_FROM, "tenth": TENTH_FROM},
        _(
            "What follows a decision is never given by nationality. Nationalities with fewer than %s people stand "
            "together, and a row never moves between them and those of their own."
        )
        % ROW_FROM,
    ]
    if statistics.corrected:
        lines.append(_("Counts were corrected since they were given last, so some are lower than before."))
    return lines


def _cells(shown: Sequence[Mapping[str, Any]]) -> dict[tuple[str, tuple[str, ...]], ShownCell]:
    return {
        (table["name"], tuple(key)): ShownCell(count, lower, upper)
        for table in shown
        for key, count, lower, upper in table["cells"]
    }


def _total(cells: Cells, step: Way) -> ShownCell | None:
    """Everybody who reached a step."""
    if step in LATER or step is Way.LISTED:
        return cells.get((WAY, (step,)))
    return cells.get((contents.REACHED, (Step(step),)))


def _missing(cells: Cells, step: Way) -> ShownCell | None:
    """Everybody who reached the step before, and not this one."""
    if step in LATER or step is Way.ARRIVED:
        return cells.get((not_yet(WAY), (step,)))
    if step is Way.LISTED:
        return None
    before = tuple(Step)[tuple(Step).index(Step(step)) - 1]
    return cells.get((contents.NOW, (before,)))


def _way(cells: Cells) -> Section:
    rows = tuple(Row(str(labels.WAY[step]), (_total(cells, step), _missing(cells, step))) for step in Way)
    columns = (_("People"), _("Not so far, or never"))
    return Section(WAY, str(labels.WAY_TABLES[WAY]), _("Step"), columns, rows)


def _by_group(
    cells: Cells,
    name: str,
    dim: str,
    codes: Sequence[str],
    arrived: Mapping[str, ShownCell | None],
    protocol: str,
) -> Section:
    steps = STEPS_BY_NATIONALITY if name == BY_NATIONALITY else STEPS
    rows = [
        Row(
            labels.category(name, dim, code, protocol),
            (arrived.get(code), *(cells.get((name, (code, step))) for step in steps)),
        )
        for code in codes
    ]
    missing = [
        Row(
            labels.category(name, dim, code, protocol),
            tuple(cells.get((not_yet(name), (code, step))) for step in steps),
        )
        for code in codes
    ]
    if name != BY_NEED:  # of needs somebody may have several, or none
        rows.append(Row(_("All"), tuple(_total(cells, step) for step in (Way.ARRIVED, *steps)), total=True))
        missing.append(Row(_("All"), tuple(_missing(cells, step) for step in steps), total=True))
    title, head = str(labels.WAY_TABLES[name]), str(labels.HEADS[dim])
    columns = tuple(str(labels.WAY_COLUMNS[step]) for step in (Way.ARRIVED, *steps))
    section = Section(name, title, head, columns, tuple(rows))
    twin = replace(
        section,
        name=not_yet(name),
        title=_("%(table)s: not so far, or never") % {"table": title},
        columns=columns[1:],
        rows=tuple(missing),
    )
    return replace(section, twin=twin)


def _arrived_by_nationality(cells: Cells, rows: Sequence[str]) -> dict[str, ShownCell]:
    """Counts that the press has, so that those of the others are added up."""
    people = {
        key[0]: cell.count or 0
        for (name, key), cell in cells.items()
        if name == contents.NATIONALITY and key[0] != TOTAL
    }
    found = {code: ShownCell(people[code], None, None) for code in rows if code in people}
    if OTHER in rows:
        others = sum(n for code, n in people.items() if code not in rows)
        found[OTHER] = ShownCell(others, None, None)
    return found


def _days_cell(part: Mapping[str, Any]) -> ShownCell | None:
    if part["count"] is None and part["lower"] is None:
        return None
    return ShownCell(part["count"], part["lower"], part["upper"])
