"""P17: the database file and its log are noise without the key; with it, Django finds a database like any other."""

import datetime
import decimal
import sqlite3
import threading
from collections.abc import Iterator

import pytest
from django.db import IntegrityError, OperationalError

from moei.crypto import Keyring, KeyringError
from moei.safekeeping.database import sqlcipher
from moei.safekeeping.sqlcipher.base import DatabaseWrapper

# The connections are their own; the mark lets them through.
pytestmark = pytest.mark.django_db
NAME = "ሙሉጌታ Mulugeta มูลูเกตา"


def wrapper(folder) -> DatabaseWrapper:
    """A connection of its own, as settings would make it."""
    settings = {
        **sqlcipher(folder / "moei.sqlite3", folder.parent / "keys" / "moei.key"),
        "ATOMIC_REQUESTS": False, "AUTOCOMMIT": True, "CONN_HEALTH_CHECKS": False, "TIME_ZONE": None,
    }  # fmt: skip
    return DatabaseWrapper(settings, "another")


@pytest.fixture
def folder(tmp_path):
    """A data directory; the settings of the run say nothing about it."""
    (tmp_path / "data").mkdir()
    return tmp_path / "data"


@pytest.fixture
def connection(folder) -> Iterator[DatabaseWrapper]:
    found = wrapper(folder)
    yield found
    found.close()


def test_p17_neither_the_file_nor_its_log_holds_a_name(folder, connection):
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE person (name text)")
        cursor.execute("INSERT INTO person VALUES (%s)", [NAME])
        cursor.execute("SELECT name FROM person WHERE name LIKE %s", ["%Mulu%"])
        assert cursor.fetchone() == (NAME,)
    files = {path.name: path.read_bytes() for path in folder.iterdir()}
    assert {"moei.sqlite3", "moei.sqlite3-wal"} <= files.keys()
    assert all(files["moei.sqlite3-wal"][at : at + 4] != b"SQLi" for at in range(64))
    for word in NAME.split():
        for encoding in ("utf-8", "utf-16-le"):
            assert not [name for name, data in files.items() if word.encode(encoding) in data]


def test_p17_sqlite_without_the_key_reads_nothing(folder, connection):
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE person (name text)")
    with pytest.raises(sqlite3.DatabaseError, match="not a database"):
        sqlite3.connect(folder / "moei.sqlite3").execute("SELECT * FROM sqlite_master")


def test_p17_one_changed_byte_is_noticed(folder, connection):
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE person (name text)")
        cursor.executemany("INSERT INTO person VALUES (%s)", [[NAME * 50] for _ in range(50)])
    connection.close()
    path = folder / "moei.sqlite3"
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)
    with connection.cursor() as cursor, pytest.raises(Exception, match=r"malformed|not a database|I/O"):
        cursor.execute("SELECT sum(length(name)) FROM person")
        cursor.fetchone()


def test_p17_the_key_lies_in_the_key_file_only_and_is_shown_nowhere(folder, connection):
    connection.ensure_connection()
    key_file = folder.parent / "keys" / "moei.key"
    key = Keyring.load(key_file).database
    assert key is not None
    shown = repr(connection.settings_dict) + repr(Keyring.load(key_file))
    assert key.hex() not in shown
    assert repr(key)[2:-1] not in shown


def test_p17_another_key_is_refused_in_words(folder, connection):
    connection.ensure_connection()
    connection.close()
    (folder.parent / "keys" / "moei.key").unlink()
    with pytest.raises(KeyringError, match="missing"):
        wrapper(folder).ensure_connection()
    assert not (folder.parent / "keys" / "moei.key").exists()
    Keyring.create(folder.parent / "keys" / "moei.key")
    with pytest.raises(KeyringError, match="holds no key of the database"):
        wrapper(folder).ensure_connection()


def test_values_come_back_as_they_went_in(connection):
    moment = datetime.datetime(2026, 3, 2, 9, 30, 1, 250)
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TABLE t (a date, b datetime, c decimal, d bool, e integer CHECK (e > 0), f blob)"
        )
        cursor.execute(
            "INSERT INTO t VALUES (%(a)s, %(b)s, %(c)s, %(d)s, %(e)s, %(f)s)",
            {
                "a": moment.date(),
                "b": moment,
                "c": decimal.Decimal("1.50"),
                "d": True,
                "e": 7,
                "f": b"\x00\xff",
            },
        )
        cursor.execute("SELECT a, b, c, d, e, f FROM t")
        assert cursor.fetchone() == (moment.date(), moment, 1.5, True, 7, b"\x00\xff")
        cursor.execute("SELECT django_date_trunc('month', '2026-03-02', NULL, NULL), '5' REGEXP '[0-9]'")
        assert cursor.fetchone() == ("2026-03-01", 1)
        with pytest.raises(IntegrityError):
            cursor.execute("INSERT INTO t (e) VALUES (%s)", [0])
        with pytest.raises(OperationalError):
            cursor.execute("SELECT * FROM nothing")


def test_writers_wait_for_each_other(folder, connection):
    """Transactions begin as writers, so that none has to give up half-way."""
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE t (n integer)")
        cursor.execute("INSERT INTO t VALUES (0)")

    def add() -> None:
        mine = wrapper(folder)
        mine.ensure_connection()
        for _ in range(25):
            mine._start_transaction_under_autocommit()
            with mine.cursor() as cursor:
                cursor.execute("SELECT n FROM t")
                cursor.execute("UPDATE t SET n = %s", [cursor.fetchone()[0] + 1])
                cursor.execute("COMMIT")
        mine.close()

    threads = [threading.Thread(target=add) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with connection.cursor() as cursor:
        cursor.execute("SELECT n FROM t")
        assert cursor.fetchone() == (100,)
