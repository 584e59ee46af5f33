"""A bulletin's tables as rows and columns of words, from what was stored when it was published."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from moei.engines.disclosure import TOTAL
from moei.overview import labels
from moei.overview.contents import PUBLIC


@dataclass(frozen=True)
class ShownCell:
    """What stands in a cell: a count, or the words for a protected one."""

    count: int | None
    lower: int | None
    upper: int | None

    @property
    def words(self) -> str:
        if self.upper is None:
            return _("protected")
        return _("%(lower)s to %(upper)s") % {"lower": self.lower, "upper": self.upper}


@dataclass(frozen=True)
class ShownRow:
    label: str
    cells: tuple[ShownCell, ...]
    total: bool


@dataclass(frozen=True)
class ShownTable:
    """Rows are the last dimension, columns the one before it (or one column of people)."""

    name: str
    title: str
    head: str
    columns: tuple[str, ...]
    rows: tuple[ShownRow, ...]
    known_to_press: bool


def shown_tables(tables: Sequence[Mapping[str, Any]], protocol_name: str) -> list[ShownTable]:
    """`tables` is `Bulletin.shown` or `Draft.shown`."""
    return [_table(table, protocol_name) for table in tables]


def _table(table: Mapping[str, Any], protocol_name: str) -> ShownTable:
    name, dims = table["name"], table["dims"]
    cells = {tuple(key): ShownCell(count, lower, upper) for key, count, lower, upper in table["cells"]}
    row_codes = list(dict.fromkeys(key[-1] for key in cells))
    column_codes = list(dict.fromkeys(key[0] for key in cells)) if len(dims) == 2 else []
    rows = [
        ShownRow(
            labels.category(name, dims[-1], code, protocol_name),
            tuple(cells[column, code] for column in column_codes) if column_codes else (cells[(code,)],),
            code == TOTAL,
        )
        for code in row_codes
    ]
    columns = [labels.category(name, dims[0], code, protocol_name) for code in column_codes]
    return ShownTable(
        name,
        str(labels.TABLES[name]),
        str(labels.HEADS[dims[-1]]),
        tuple(columns or [_("People")]),
        tuple(rows),
        name in PUBLIC,
    )


@dataclass(frozen=True)
class AuditRow:
    """A protected count as the statistician sees it: where it stands, its true value, and what can be computed."""

    table: str
    cell: str
    count: int
    small: bool
    open: str
    if_guessed: str


def audit_rows(
    audit: Sequence[Mapping[str, Any]], tables: Sequence[Mapping[str, Any]], protocol_name: str
) -> list[AuditRow]:
    """`audit` and `tables` are `audit` and `shown` of one `Bulletin` or `Draft`."""
    dims = {table["name"]: table["dims"] for table in tables}
    return [
        AuditRow(
            str(labels.TABLES[row["table"]]),
            ", ".join(
                labels.category(row["table"], dim, code, protocol_name)
                for dim, code in zip(dims[row["table"]], row["key"], strict=True)
            ),
            row["count"],
            row["why"] == "small",
            _range(row["interval"]),
            _range(row["if_guessed"]) if row["if_guessed"] else "",
        )
        for row in audit
    ]


def _range(interval: Sequence[int | None]) -> str:
    lower, upper = interval
    return ShownCell(None, lower, upper).words if upper is not None else _("%s or more") % lower
