"""Published bulletins as JSON, for the ledger."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

from moei.engines.disclosure.tables import CellRef, Published, PublishedTable, Relation

_FORMAT = 1


def to_json(published: Published) -> str:
    """A published bulletin as one JSON object with sorted names; the same bulletin gives the same text."""
    body = {
        "format": _FORMAT,
        "release": published.release,
        "on": published.on.isoformat(),
        "rule": {"low": published.low, "high": published.high, "width": published.width},
        "tables": [
            {
                "name": table.name,
                "dims": list(table.dims),
                "monotone": table.monotone,
                "cells": [[list(key), value] for key, value in table.cells.items()],
            }
            for table in published.tables
        ],
        "relations": [
            {
                "terms": [[ref.table, list(ref.key), factor] for ref, factor in relation.terms],
                "sense": relation.sense,
                "constant": relation.constant,
            }
            for relation in published.relations
        ],
    }
    return json.dumps(body, ensure_ascii=False, sort_keys=True)


def from_json(text: str) -> Published:
    """Read back what `to_json` wrote. Raises ValueError for anything else."""
    try:
        body: dict[str, Any] = json.loads(text)
        if body["format"] != _FORMAT:
            raise ValueError(f"a published bulletin of format {body['format']} cannot be read")
        tables = tuple(
            PublishedTable(
                table["name"],
                tuple(table["dims"]),
                {tuple(key): None if value is None else int(value) for key, value in table["cells"]},
                bool(table["monotone"]),
            )
            for table in body["tables"]
        )
        relations = tuple(
            Relation(
                tuple((CellRef(name, tuple(key)), int(factor)) for name, key, factor in relation["terms"]),
                "==" if relation["sense"] == "==" else "<=",
                int(relation["constant"]),
            )
            for relation in body["relations"]
        )
        rule = body["rule"]
        on = dt.date.fromisoformat(body["on"])
        return Published(body["release"], on, tables, relations, rule["low"], rule["high"], rule["width"])
    except (KeyError, TypeError) as error:
        raise ValueError(f"this is not a published bulletin: {error!r}") from error
