"""After many rows at once the database counts them: it plans queries by what it counted last.

PostgreSQL comes by itself, a minute later at best, and until then a page over thousands of new rows can take minutes.
SQLite never does, and then goes over all files of a release where it could have looked up thirty by their ids.
"""

from __future__ import annotations

import contextlib

from django.db import OperationalError, connection, models, transaction

MANY = 500  # rows; fewer mislead nobody


def count_anew(rows: int, *tables: type[models.Model]) -> None:
    """Once the transaction is through, where `rows` are many: the database looks at these tables again."""
    if rows >= MANY:
        # `robust`: the rows are in, whatever comes of this.
        transaction.on_commit(lambda: _analyze(*tables), robust=True)


def count_all_of_a_file() -> None:
    """When a server starts: SQLite looks at every table. Whoever writes at that moment goes first."""
    if connection.vendor == "sqlite":
        with contextlib.suppress(OperationalError):
            _analyze()


def _analyze(*tables: type[models.Model]) -> None:
    """These tables, or all."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            # Rows of an index: milliseconds, whatever its size.
            cursor.execute("PRAGMA analysis_limit = 1000")
        for table in tables:
            cursor.execute(f"ANALYZE {connection.ops.quote_name(table._meta.db_table)}")
        if not tables:
            cursor.execute("ANALYZE")
