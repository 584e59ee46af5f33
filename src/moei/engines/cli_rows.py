"""Rows of the lists that are named on the command line."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from rich.console import Console

from moei.engines.lists import ListKind, UnreadableList, read_list
from moei.engines.lists.large import LargeList, is_large_text
from moei.engines.matching import MatchRow


def match_rows(console: Console, files: Sequence[Path], refused: list[str]) -> Iterator[MatchRow]:
    """Of a long text one row after the other; of other lists, each list whole. A list that cannot be read is said, and
    its name put into `refused`."""
    for path in files:
        count, kind = 0, ListKind.TRANSFERRING
        try:
            if is_large_text(path):
                large = LargeList(path)
                kind = large.reading.kind
                for row in large:
                    count += 1
                    yield MatchRow.of((str(path), count), kind, row)
            else:
                reading = read_list(path.read_bytes(), path.name, max_rows=5_000_000)
                count, kind = len(reading.rows), reading.kind
                for number, row in enumerate(reading.rows):
                    yield MatchRow.of((str(path), number), kind, row)
        except UnreadableList as error:
            refused.append(path.name)
            console.print(f"[red]refused ({error.code})[/red] {error.message}", highlight=False)
        else:
            console.print(f"{path.name}: {kind.value}, {count} rows", highlight=False)
