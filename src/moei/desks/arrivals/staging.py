"""From what the lists engine read to what is stored: the reading without rows, the rows, the source records."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict
from datetime import date, datetime
from typing import Any

from moei.casefile.models import SourceRecord
from moei.desks.arrivals.models import ListImport, StagedRows
from moei.engines.lists import ListReading, ListRow
from moei.journal.ids import new_id

PROBLEMS_SHOWN = 50
# Longest text of each field of a source record; PostgreSQL holds to them.
_LENGTHS = {
    "name": 200,
    "name_native": 200,
    "given": 200,
    "family": 200,
    "sex": 1,
    "nationality": 3,
    "document_number": 40,
    "document_kind": 20,
    "phone": 30,
}


def reading_as_json(reading: ListReading) -> dict[str, Any]:
    """What the preview page shows: columns, reasons, problems; of the rows only where the problems are."""
    counts: Counter[str] = Counter()
    shown: list[dict[str, Any]] = []
    for row in reading.rows:
        counts.update({problem.partition(":")[0] for problem in row.problems})
        if row.problems and len(shown) < PROBLEMS_SHOWN:
            shown.append({"list": row.list, "row": row.row, "problems": list(row.problems)})
    return {
        "kind": reading.kind.value,
        "kind_reason": reading.kind_reason,
        "list_date": reading.list_date.isoformat() if reading.list_date else "",
        "stated_total": reading.stated_total,
        "problems": list(reading.problems),
        "sheets": [asdict(sheet) for sheet in reading.sheets],
        "set_aside": sum(len(sheet.set_aside) for sheet in reading.sheets),
        "problem_counts": dict(counts.most_common()),
        "problem_rows": shown,
        "rows_with_problems": sum(1 for row in reading.rows if row.problems),
    }


def stage_rows(imp: ListImport, rows: Sequence[ListRow]) -> None:
    StagedRows.objects.update_or_create(
        list_import=imp, defaults={"rows": [_row_as_json(row) for row in rows]}
    )


def rows_of(imp: ListImport) -> list[ListRow]:
    """The rows of an import in the order of the file, staged or taken in."""
    if imp.state == ListImport.State.STAGED:
        staged = StagedRows.objects.filter(list_import=imp).first()
        return [_row_from_json(row) for row in staged.rows] if staged else []
    records = SourceRecord.objects.filter(source=imp.id).order_by("list_name", "row")
    return [row_of_record(record) for record in records]


def row_of_record(record: SourceRecord) -> ListRow:
    return ListRow(
        list=record.list_name,
        row=record.row,
        name=record.name,
        name_native=record.name_native,
        given=record.given,
        family=record.surname,
        sex=record.sex,
        birth_date=_iso(record.birth_date),
        birth_from=_iso(record.birth_from),
        birth_to=_iso(record.birth_to),
        nationality=record.nationality,
        document_number=record.document_number,
        document_kind=record.document_kind,
        phone=record.phone,
        note=record.note,
        problems=tuple(record.problems),
    )


def source_records(
    imp: ListImport, rows: Sequence[ListRow], *, happened_at: datetime, now: datetime
) -> list[SourceRecord]:
    """One unsaved source record for each row, its problems with it."""
    return [_record(imp, row, happened_at, now) for row in rows]


def _record(imp: ListImport, row: ListRow, happened_at: datetime, now: datetime) -> SourceRecord:
    values = {field: getattr(row, field) for field in _LENGTHS}
    note, problems = row.note, list(row.problems)
    for field, limit in _LENGTHS.items():
        if len(values[field]) > limit:
            problems.append(f"too_long: the {field.replace('_', ' ')} is cut; the note holds all of it")
            note = "; ".join(filter(None, [note, f"{field}: {values[field]}"]))
            values[field] = values[field][:limit]
    return SourceRecord(
        id=new_id(),
        release_id=imp.release_id,
        origin=SourceRecord.Origin.LIST,
        kind=imp.kind,
        source=imp.id,
        list_name=row.list[:200],
        row=row.row,
        name=values["name"],
        name_native=values["name_native"],
        given=values["given"],
        surname=values["family"],
        sex=values["sex"],
        birth_date=_date(row.birth_date),
        birth_from=_date(row.birth_from),
        birth_to=_date(row.birth_to),
        nationality=values["nationality"],
        document_number=values["document_number"],
        document_kind=values["document_kind"],
        phone=values["phone"],
        note=note,
        problems=problems,
        happened_at=happened_at,
        recorded_at=now,
    )


def _row_as_json(row: ListRow) -> dict[str, Any]:
    return {key: value for key, value in asdict(row).items() if value}


def _row_from_json(value: dict[str, Any]) -> ListRow:
    return ListRow(**{**value, "problems": tuple(value.get("problems", ()))})


def _date(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


def _iso(value: date | None) -> str:
    return value.isoformat() if value else ""
