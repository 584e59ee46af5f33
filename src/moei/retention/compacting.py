"""After rows are gone: their bytes leave the database's files too."""

from __future__ import annotations

from django.apps import apps
from django.db import DatabaseError, connection


def overwrite_what_is_deleted() -> None:
    """SQLite writes zeros over what this connection deletes; other databases do it when they are compacted."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA secure_delete = ON")


def compact() -> bool:
    """Rewrite the database without what was deleted or changed, also long ago. Outside any transaction.

    False when it could not be done now, because somebody is reading or there is a transaction around: to be done again.
    """
    if connection.in_atomic_block:
        return False
    try:
        with connection.cursor() as cursor:
            if connection.vendor == "sqlite":
                cursor.execute("PRAGMA secure_delete = ON")
                cursor.execute("VACUUM")
                cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
                busy, _pages, _moved = cursor.fetchone()
                return not busy
            for model in apps.get_models():
                cursor.execute(f"VACUUM (FULL) {connection.ops.quote_name(model._meta.db_table)}")
    except DatabaseError:
        return False
    return True
