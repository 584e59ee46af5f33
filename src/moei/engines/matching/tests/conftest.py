"""The rows of a whole invented release, as the lists engine reads them, with the truth of who is who."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from moei.engines.lists.rows import ListKind
from moei.engines.matching import MatchRow, Resolution, resolve

Release = tuple[list[MatchRow], dict[object, str]]


@pytest.fixture(scope="session")
def release() -> Release:
    rows: list[MatchRow] = []
    truth: dict[object, str] = {}
    path = Path(__file__).parent / "data" / "release.csv"
    with path.open(encoding="utf-8", newline="") as file:
        for record in csv.DictReader(file):
            person, kind, number = record.pop("person"), record.pop("kind"), int(record.pop("row"))
            key = (record["list"], number)
            rows.append(MatchRow(key=key, kind=ListKind(kind), row=number, **record))
            truth[key] = person
    return rows, truth


@pytest.fixture(scope="session")
def resolution(release: Release) -> Resolution:
    return resolve(release[0])
