"""A short journal, and somebody with the database's password who dropped the triggers."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from django.db import connection

from moei.journal import triggers
from moei.journal.record import Note, record_many


@pytest.fixture(autouse=True)
def _own_signing_key(tmp_path, settings):
    settings.MOEI_SIGNING_KEY_FILE = tmp_path / "keys" / "moei.signing"


@pytest.fixture
def five(db, now):
    return record_many([Note(f"thing.done_{n}", data={"n": n}) for n in range(1, 6)], now=now)


@pytest.fixture
def below(db):
    """SQL below the program, with the triggers dropped: what somebody with the database's password can do."""

    def run(sql: str, *values) -> None:
        with connection.cursor() as cursor:
            cursor.execute(sql, values or None)

    triggers.remove(SimpleNamespace(connection=connection, execute=run))
    return run
