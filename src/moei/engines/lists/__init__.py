"""Any list of people, in any layout, script or calendar, to rows of one shape."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date

from moei.engines.lists.reading import ColumnReading, ListReading, SheetReading, UnreadableList
from moei.engines.lists.rows import ListKind, ListRow

__all__ = [
    "ColumnReading",
    "ListKind",
    "ListReading",
    "ListRow",
    "SheetReading",
    "UnreadableList",
    "read_list",
]


def read_list(
    data: bytes,
    filename: str,
    *,
    max_rows: int = 20_000,
    corrections: Mapping[str, str] | None = None,
    progress: Callable[[int, int], None] | None = None,
    as_of: date | None = None,
) -> ListReading:
    """Read one list. Raises ``UnreadableList`` and nothing else."""
    raise UnreadableList("not_a_list", f"{filename}: the reader is not built yet.")
