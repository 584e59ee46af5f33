"""Which pairs of rows of a register are worth weighing: those that share a telling key. DuckDB joins the keys."""

from __future__ import annotations

import csv
import datetime as dt
import tempfile
from collections.abc import Iterator
from itertools import combinations
from pathlib import Path

import numpy as np

from moei.engines.identity.names import skeleton
from moei.engines.matching.register.columns import Columns, Ints

WIDEST = 40
"""More rows than this with one key: it says too little, and other keys find the same pairs."""
MEMORY = "700MB"

_JOIN = """
    SELECT DISTINCT a.row AS l, b.row AS r
    FROM keys a JOIN keys b ON a.key = b.key AND a.row < b.row
    ORDER BY l, r
"""


def candidates(columns: Columns) -> tuple[Ints, Ints]:
    """Pairs of rows by their places, the lower first, in order."""
    import duckdb

    with tempfile.TemporaryDirectory(prefix="moei-match-") as folder:
        keys = Path(folder) / "keys.csv"
        with keys.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows(_keys(columns))
        with duckdb.connect() as connection:
            connection.execute(f"SET temp_directory = '{folder}'")
            connection.execute(f"SET memory_limit = '{MEMORY}'")
            # A key is a hash: a hundred million texts would be longer than what they tell.
            connection.execute(
                "CREATE TABLE keys AS SELECT row, key FROM (SELECT row, key, count(*) OVER (PARTITION BY key) AS many "
                "FROM (SELECT DISTINCT row, hash(key) AS key FROM read_csv(?, header = false, auto_detect = false, "
                "delim = ',', quote = '\"', escape = '\"', "
                "columns = {'row': 'INTEGER', 'key': 'VARCHAR'}))) WHERE many BETWEEN 2 AND ?",
                [str(keys), WIDEST],
            ).fetchall()
            found = connection.execute(_JOIN).fetchnumpy()
    return np.asarray(found["l"], np.int32), np.asarray(found["r"], np.int32)


def _keys(columns: Columns) -> Iterator[tuple[int, str]]:
    bones = [skeleton(part) if part else "" for part in columns.parts]
    # The rarest parts first: a key of two common ones is too wide anyhow.
    by_rarity = np.take_along_axis(columns.names, np.argsort(-columns.rarity, axis=1, kind="stable"), axis=1)
    years: dict[int, int] = {}
    for at, (numbers, state_number, sex, first, last, exact) in enumerate(
        zip(
            by_rarity.tolist(),
            columns.nationality.tolist(),
            columns.sex.tolist(),
            columns.first.tolist(),
            columns.last.tolist(),
            columns.exact.tolist(),
            strict=True,
        )
    ):
        number, state = columns.document[at], columns.nationalities[state_number]
        if number:
            yield at, f"d{number}"
            if len(number) >= 6:
                for place in range(len(number)):
                    yield at, f"n{number[:place]}{number[place + 1 :]}"
        parts = [bones[part] for part in numbers if part]
        for one, other in combinations(sorted(set(parts[:3])), 2):
            yield at, f"p{one} {other} {state}"
        if len(parts) == 1 or state in _JOINED:
            yield at, f"p{skeleton(columns.joined[at])} {state}"
        if exact:
            for part in parts[:2]:
                yield at, f"b{exact} {part}"
            yield at, f"b{exact} {state} {sex}"
        if first and last - first < 3 * 366:
            for year in range(_year(first, years), _year(last, years) + 1):
                # One part that is the same, and another one that begins alike: it may be mistyped further on.
                for place, part in enumerate(parts[:2]):
                    other = parts[1 - place][:1] if len(parts) > 1 else ""
                    yield at, f"y{year} {part} {other} {state}"


def _year(ordinal: int, seen: dict[int, int]) -> int:
    known = seen.get(ordinal)
    if known is None:
        known = seen[ordinal] = dt.date.fromordinal(ordinal).year
    return known


_JOINED = frozenset({"CHN", "TWN", "MMR", "THA", "VNM", "LAO", "KHM"})  # written with blanks or without
