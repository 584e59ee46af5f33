"""Any list of people, in any layout, script or calendar, to rows of one shape."""

from __future__ import annotations

from moei.engines.lists.lexicon import MEANINGS
from moei.engines.lists.reader import read_list
from moei.engines.lists.reading import ColumnReading, ListReading, SheetReading, UnreadableList
from moei.engines.lists.rows import ListKind, ListRow

__all__ = [
    "MEANINGS",
    "ColumnReading",
    "ListKind",
    "ListReading",
    "ListRow",
    "SheetReading",
    "UnreadableList",
    "read_list",
]
