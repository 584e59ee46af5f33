"""Which rows of which tables hang on somebody: walked along the foreign keys, so that a new table is found by itself.

A table can also name a person or a case by a plain id (journal and access do, because they stand below the case
file). A column of one of `NAMES` is taken for such an id; `test_every_table_is_reached` asks of every other column.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any
from uuid import UUID

from django.apps import apps
from django.db import models

# Plain ids of a person, a case or a row of a list.
NAMES = frozenset({"case", "case_id", "person", "person_id", "subject", "record", "record_id"})
# Entries of the journal stay: they hold ids, names of fields, and commitments that are noise without the key.
# A run's items are removed by the run itself.
STAYS = frozenset({"journal.Entry"})
# A pointer to a file it was joined into is no row of that file.
NOT_FOLLOWED = frozenset({("casefile.Person", "merged_into")})
_CHUNK = 500

Rows = dict[type[models.Model], set[Any]]


def rows_hanging_on(roots: Rows) -> Rows:
    """The roots and every row that refers to them, by model."""
    found: Rows = {model: set(ids) for model, ids in roots.items()}
    fresh = dict(found)
    while fresh:
        following: Rows = {}
        for model, ids in fresh.items():
            for other, column in _referring(model):
                new = ids_where(other, column, ids) - found.get(other, set())
                if new:
                    found.setdefault(other, set()).update(new)
                    following.setdefault(other, set()).update(new)
        fresh = following
    return found


def rows_naming(ids: Collection[UUID]) -> Rows:
    """Rows that name one of these by a plain id."""
    found: Rows = {}
    for model in apps.get_models():
        if model._meta.label in STAYS or not model._meta.managed:
            continue
        for column in model._meta.concrete_fields:
            if column.name not in NAMES or not isinstance(column, models.UUIDField):
                continue
            if rows := ids_where(model, column.name, ids):
                found.setdefault(model, set()).update(rows)
    return found


def delete(rows: Rows) -> int:
    """Below the models' own refusals, and without cascading: what goes is what was found. Foreign keys are checked by
    the database when the transaction ends, so that the order is of no matter. Returns how many rows."""
    count = 0
    for model, ids in rows.items():
        for part in _parts(ids):
            query: models.QuerySet[models.Model] = models.QuerySet(model).filter(pk__in=part)
            count += query._raw_delete(query.db)
    return count


def _referring(model: type[models.Model]) -> Iterator[tuple[type[models.Model], str]]:
    for relation in model._meta.get_fields(include_hidden=True):
        if isinstance(relation, models.ForeignObjectRel) and not relation.many_to_many:
            other, column = relation.related_model, relation.field.name
            if isinstance(other, type) and (other._meta.label, column) not in NOT_FOLLOWED:
                yield other, column


def ids_where(model: type[models.Model], column: str, values: Collection[Any]) -> set[Any]:
    """Primary keys of the rows whose column holds one of the values, past every manager."""
    found: set[Any] = set()
    for part in _parts(values):
        found.update(models.QuerySet(model).filter(**{f"{column}__in": part}).values_list("pk", flat=True))
    return found


def _parts(values: Collection[Any]) -> Iterator[list[Any]]:
    every = list(values)
    for start in range(0, len(every), _CHUNK):
        yield every[start : start + _CHUNK]
