"""The ledger: everything that was told of a release, by bulletin or by statistics, one publication for each date."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from moei.access.models import Release
from moei.engines.disclosure import ProtectedPublication, Published, from_json
from moei.overview.models import Bulletin, Statistics


@dataclass(frozen=True)
class Told:
    """`ledger` is what the next publication is protected against, the oldest first. Where a date has both, the
    bulletin is a part of the statistics. `ids` names all of it, so that two who count at once notice each other."""

    bulletins: tuple[Bulletin, ...]
    statistics: tuple[Statistics, ...]
    ids: tuple[UUID, ...]

    @property
    def ledger(self) -> list[Published]:
        by_date = {bulletin.as_of: bulletin.published for bulletin in self.bulletins}
        by_date |= {statistics.as_of: statistics.published for statistics in self.statistics}
        return [from_json(by_date[day]) for day in sorted(by_date)]

    @property
    def number(self) -> int:
        """Of the next bulletin."""
        return max((bulletin.number for bulletin in self.bulletins), default=0) + 1

    @property
    def latest(self) -> date | None:
        days = [bulletin.as_of for bulletin in self.bulletins] + [row.as_of for row in self.statistics]
        return max(days, default=None)

    def bulletin_of(self, day: date) -> Bulletin | None:
        return next((bulletin for bulletin in self.bulletins if bulletin.as_of == day), None)

    def statistics_of(self, day: date) -> Statistics | None:
        return next((row for row in self.statistics if row.as_of == day), None)


def told(release: Release) -> Told:
    bulletins = tuple(Bulletin.objects.filter(release=release).order_by("as_of"))
    statistics = tuple(Statistics.objects.filter(release=release).order_by("as_of"))
    ids = (*(bulletin.id for bulletin in bulletins), *(row.id for row in statistics))
    return Told(bulletins, statistics, ids)


def ids_told(release: Release) -> tuple[UUID, ...]:
    """As `Told.ids`, read anew."""
    return (
        *Bulletin.objects.filter(release=release).order_by("as_of").values_list("id", flat=True),
        *Statistics.objects.filter(release=release).order_by("as_of").values_list("id", flat=True),
    )


def shown(protected: ProtectedPublication) -> list[dict[str, Any]]:
    """The tables as printed: for each cell its key, its count or None, and the range that is left open."""
    found: list[dict[str, Any]] = [
        {"name": table.name, "dims": list(table.dims), "cells": []} for table in protected.published.tables
    ]
    of_table = {table["name"]: table["cells"] for table in found}
    for ref, cell in protected.cells.items():
        lower, upper = (None, None) if cell.shown is not None else cell.range
        of_table[ref.table].append([list(ref.key), cell.shown, lower, upper])
    return found


def audit(protected: ProtectedPublication) -> list[dict[str, Any]]:
    """Every protected count with its true value, why it is protected, and what an attacker can compute."""
    return [
        {
            "table": ref.table,
            "key": list(ref.key),
            "count": cell.count,
            "why": cell.why,
            "interval": list(cell.range),
            "if_guessed": list(protected.if_guessed[ref]) if ref in protected.if_guessed else None,
        }
        for ref, cell in protected.cells.items()
        if cell.shown is None
    ]
