"""What an entry says, as one line of JSON: the line that the chain's hash is over, whether the entry is being written
or was read back from either database."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from django.db import connection

_encode = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=str).encode

# In the order in which `rows` gives them.
COLUMNS = (
    "seq",
    "id",
    "recorded_at",
    "happened_at",
    "kind",
    "action",
    "actor",
    "agency",
    "release",
    "case",
    "subject",
    "fields",
    "data",
    "previous",
    "hash",
)
_UUIDS = {"id", "actor", "agency", "release", "case", "subject"}
_TIMES = {"recorded_at", "happened_at"}
BATCH = 5_000

Row = tuple[Any, ...]


def as_json(value: object) -> str:
    """Canonical JSON: keys sorted, no blanks, letters of every script as they are."""
    return _encode(value)


def line(
    seq: int,
    id: str,
    recorded_at: str,
    happened_at: str,
    kind: str,
    action: str,
    actor: str | None,
    agency: str | None,
    release: str | None,
    case: str | None,
    subject: str | None,
    fields: str,
    data: str,
) -> str:
    """The entry in canonical JSON. Ids are dashed UUIDs, times ISO 8601 in UTC, `fields` and `data` canonical JSON."""
    return (
        f'{{"action":{_word(action)},"actor":{_id(actor)},"agency":{_id(agency)},"case":{_id(case)},"data":{data},'
        f'"fields":{fields},"happened_at":"{happened_at}","id":"{id}","kind":{_word(kind)},'
        f'"recorded_at":"{recorded_at}","release":{_id(release)},"seq":{seq},"subject":{_id(subject)}}}'
    )


def rows(first: int, last: int) -> Iterator[tuple[Row, str]]:
    """Each stored entry from `first` to `last` in order, as (row of `COLUMNS`, its line). Memory stays flat."""
    vendor = connection.vendor
    columns = ", ".join(_select(name, vendor) for name in COLUMNS)
    sql = f"SELECT {columns} FROM journal_entry WHERE seq >= %s AND seq <= %s ORDER BY seq LIMIT {BATCH}"  # noqa: S608
    read = _READERS[vendor]
    with connection.cursor() as cursor:
        while True:
            cursor.execute(sql, (first, last))
            batch = cursor.fetchall()
            for row in batch:
                yield row, read(row)
            if len(batch) < BATCH:
                return
            first = batch[-1][0] + 1


def _select(name: str, vendor: str) -> str:
    column = connection.ops.quote_name(name)
    if vendor == "postgresql":
        if name in _TIMES:
            return f"to_char({column} AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US')"
        return f"{column}::text" if name in _UUIDS | {"fields", "data"} else column
    # A plain text, which no converter of times turns into something else.
    return f"CAST({column} AS TEXT)" if name in _TIMES | {"fields", "data"} else column


def _from_sqlite(row: Row) -> str:
    seq, id, recorded, happened, kind, action, actor, agency, release, case, subject, fields, data, _, _ = row
    return line(
        seq,
        _dashed(id),
        _sqlite_time(recorded),
        _sqlite_time(happened),
        kind,
        action,
        _dashed_often(actor),
        _dashed_often(agency),
        _dashed_often(release),
        _dashed_often(case),
        _dashed_often(subject),
        _again(fields),
        _again(data),
    )


def _from_postgresql(row: Row) -> str:
    seq, id, recorded, happened, kind, action, actor, agency, release, case, subject, fields, data, _, _ = row
    return line(
        seq,
        id,
        _postgresql_time(recorded),
        _postgresql_time(happened),
        kind,
        action,
        actor,
        agency,
        release,
        case,
        subject,
        _again(fields),
        _again(data),
    )


_READERS = {"sqlite": _from_sqlite, "postgresql": _from_postgresql}


def _again(text: str) -> str:
    """Stored JSON, made canonical. What is no JSON stays: its hash will not fit."""
    if text == "{}":
        return text
    try:
        return _encode(json.loads(text))
    except (ValueError, TypeError):
        return str(text)


def _sqlite_time(text: str) -> str:
    # Django stores UTC without a zone: "2026-03-02 09:00:00.123456".
    return f"{text[:10]}T{text[11:]}+00:00" if text and text[10:11] == " " else str(text)


def _postgresql_time(text: str) -> str:
    return f"{text.removesuffix('.000000')}+00:00"


def _dashed(text: str | None) -> str:
    # 32 hexadecimal digits; anything else was not written by the program and its hash will not fit.
    text = str(text)
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"


@lru_cache(maxsize=65_536)
def _dashed_often(text: str | None) -> str | None:
    return None if text is None else _dashed(text)


@lru_cache(maxsize=4_096)
def _word(text: str) -> str:
    return _encode(text)


def _id(text: str | None) -> str:
    return "null" if text is None else f'"{text}"'
