"""What leaves the auditor's desk: CSV that no spreadsheet computes, stamped in each row: by whom, when, why."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Sequence

from django.http import HttpResponseBase

from moei.access.journalled import was_read
from moei.access.web import DeskRequest
from moei.engines.neutral import neutral
from moei.leaving.actions.let_out import Reason
from moei.leaving.models import Kind, Why
from moei.leaving.stamp import Stamp
from moei.leaving.web import CSV, leaves_in_pieces

STAMP = ("taken_by", "taken_at", "why")


def stamped_csv(
    request: DeskRequest,
    what: str,
    columns: Sequence[str],
    rows: Iterable[Sequence[str]],
    *,
    count: int,
    why: str,
    reference: str,
) -> HttpResponseBase:
    """Journal the export first (`what`, how many rows, why), then stream it. Memory stays flat."""
    acting = request.acting
    entry = was_read(
        acting,
        "journal.exported",
        data={"what": what, "entries": count, "why": why, "reference": reference},
    )
    said = f"{why} {reference}".strip()

    def make(_stamp: Stamp) -> Iterator[bytes]:
        return _csv(columns, rows, (str(acting.staff), acting.now.isoformat(timespec="seconds"), said))

    reason = Reason(Why.AUDIT, said)
    name = f"{what}-{entry.seq}.csv"
    return leaves_in_pieces(request, Kind.JOURNAL, make, name=name, content_type=CSV, reason=reason)


class _Echo:
    def write(self, value: str) -> str:
        return value


def _csv(columns: Sequence[str], rows: Iterable[Sequence[str]], stamp: Sequence[str]) -> Iterator[bytes]:
    writer = csv.writer(_Echo())
    yield ("\ufeff" + writer.writerow([*columns, *STAMP])).encode()
    for row in rows:
        yield writer.writerow([neutral(cell) for cell in (*row, *stamp)]).encode()
