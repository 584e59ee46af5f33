"""What leaves the auditor's desk: CSV that no spreadsheet computes, stamped in each row: by whom, when, why."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Sequence

from django.http import StreamingHttpResponse

from moei.access.acting import Acting
from moei.access.journalled import was_read

# What a spreadsheet would take for a formula, in ordinary and in full width.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
STAMP = ("taken_by", "taken_at", "why")


def stamped_csv(
    acting: Acting,
    what: str,
    columns: Sequence[str],
    rows: Iterable[Sequence[str]],
    *,
    count: int,
    why: str,
    reference: str,
) -> StreamingHttpResponse:
    """Journal the export first (`what`, how many rows, why), then stream it. Memory stays flat."""
    entry = was_read(
        acting,
        "journal.exported",
        data={"what": what, "entries": count, "why": why, "reference": reference},
    )
    stamp = (str(acting.staff), acting.now.isoformat(timespec="seconds"), f"{why} {reference}".strip())
    response = StreamingHttpResponse(_csv(columns, rows, stamp), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{what}-{entry.seq}.csv"'
    return response


def neutral(cell: str) -> str:
    """The cell as text for every spreadsheet: what begins like a formula gets an apostrophe before it."""
    return (
        f"'{cell}" if cell.lstrip(" \u00a0\ufeff").startswith(_FORMULA) or cell.startswith(_FORMULA) else cell
    )


class _Echo:
    def write(self, value: str) -> str:
        return value


def _csv(columns: Sequence[str], rows: Iterable[Sequence[str]], stamp: Sequence[str]) -> Iterator[str]:
    writer = csv.writer(_Echo())
    yield "\ufeff" + writer.writerow([*columns, *STAMP])
    for row in rows:
        yield writer.writerow([neutral(cell) for cell in (*row, *stamp)])
