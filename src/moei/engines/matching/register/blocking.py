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

WIDEST = 60
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
    bones: list[str] = [skeleton(part) if part else "" for part in columns.parts]
    for at in range(len(columns)):
        number = columns.document[at]
        if number:
            yield at, f"d{number}"
            if len(number) >= 6:
                yield from ((at, f"n{number[:place]}{number[place + 1 :]}") for place in range(len(number)))
        state = columns.nationalities[columns.nationality[at]]
        # The rarest parts first: a key of two common ones is too wide anyhow.
        by_rarity = np.argsort(-columns.rarity[at], kind="stable")
        parts = [bones[part] for part in columns.names[at][by_rarity].tolist() if part]
        for one, other in combinations(sorted(set(parts[:3])), 2):
            yield at, f"p{one} {other} {state}"
        if len(parts) == 1 or state in _JOINED:
            yield at, f"p{skeleton(columns.joined[at])} {state}"
        first, last, exact = int(columns.first[at]), int(columns.last[at]), int(columns.exact[at])
        if exact:
            yield from ((at, f"b{exact} {part}") for part in parts[:2])
            yield at, f"b{exact} {state} {columns.sex[at]}"
        if first and last - first < 3 * 366:
            years = range(dt.date.fromordinal(first).year, dt.date.fromordinal(last).year + 1)
            yield from ((at, f"y{year} {part} {state}") for part in parts[:2] for year in years)


_JOINED = frozenset({"CHN", "TWN", "MMR", "THA", "VNM", "LAO", "KHM"})  # written with blanks or without
