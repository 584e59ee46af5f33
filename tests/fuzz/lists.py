"""Any bytes are read as a list or refused as one: `python -m tests.fuzz.lists CORPUS -max_total_time=60`.

What made it fail is written as `crash-*` where it runs, and belongs into `test_refusals.py` once mended.
"""

from __future__ import annotations

import sys

import atheris

with atheris.instrument_imports(include=["moei.engines.lists", "moei.engines.identity"]):
    from moei.engines.lists import UnreadableList, read_list

MAX_ROWS = 2_000


def one(data: bytes) -> None:
    try:
        reading = read_list(data, "fuzzed.csv", max_rows=MAX_ROWS)
    except UnreadableList:
        return
    places = [row.row for row in reading.rows if row.list == "fuzzed.csv"]
    assert len(places) == len(set(places)), "a row stands twice"
    assert all(
        isinstance(value, str) for row in reading.rows for value in (row.name, row.note, row.birth_date)
    )


if __name__ == "__main__":
    atheris.Setup(sys.argv, one)
    atheris.Fuzz()
