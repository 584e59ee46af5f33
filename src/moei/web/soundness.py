"""Whether the database's own file is whole: asked at each start and by `moei check`, before damage spreads."""

from __future__ import annotations

from django.db import DatabaseError, connection

from moei.web.trouble import is_broken


def damage() -> str:
    """What is wrong with the database's file, in its own words; empty if it is sound.

    SQLite and SQLCipher read every page and compare it with its neighbours (`quick_check`). PostgreSQL guards its
    own files (`initdb --data-checksums`); of it only an answer is asked.
    """
    try:
        with connection.cursor() as cursor:
            if connection.vendor != "sqlite":
                cursor.execute("SELECT 1")
                return ""
            cursor.execute("PRAGMA quick_check(5)")
            found = [str(row[0]) for row in cursor.fetchall()]
            if found == ["ok"]:
                cursor.execute("PRAGMA foreign_key_check")
                found = [
                    f"a row of {row[0]} points to a row of {row[2]} that is gone" for row in cursor.fetchall()
                ]
                return "; ".join(found[:5])
    except DatabaseError as error:
        if not is_broken(error):
            raise
        found = [str(error)]
    finally:
        connection.close()
    return "; ".join(" ".join(words.split()) for words in found)
