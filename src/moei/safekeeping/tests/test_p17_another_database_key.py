"""P17: the database gets another key, and no power cut leaves it without one that opens it."""

import io
import json
import os
import signal
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from moei.crypto import Keyring, KeyringError, unlocked
from moei.crypto.database_key import (
    DatabaseKey,
    key_of_a_new_database,
    stretching_file,
    write_stretching,
)
from moei.crypto.keyring import is_sealed
from moei.crypto.passphrase import Stretching
from moei.safekeeping import rekey
from moei.safekeeping.errors import NotRekeyed
from moei.safekeeping.plain_copies import leftovers
from moei.safekeeping.rekey import encrypt_database, rekey_database
from moei.safekeeping.sqlcipher.keyed import is_plain, opened, opens

QUICK = {"passes": 1, "memory_kib": 64, "lanes": 1}


@pytest.fixture(autouse=True)
def _quick_passphrases(monkeypatch):
    """Guessing should be dear, tests should not."""
    monkeypatch.setattr(rekey, "Stretching", lambda: Stretching(**QUICK))
    unlocked.forget()
    yield
    unlocked.forget()


@pytest.fixture
def key_file(tmp_path):
    return tmp_path / "keys" / "moei.key"


@pytest.fixture
def database(tmp_path, key_file):
    path = tmp_path / "moei.sqlite3"
    fill(path, key_of_a_new_database(key_file))
    return path


def fill(path, key):
    with opened(path, key) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("CREATE TABLE person (id integer PRIMARY KEY AUTOINCREMENT, name text)")
        connection.execute("CREATE INDEX by_name ON person (name)")
        connection.execute(
            "CREATE TRIGGER no_delete BEFORE DELETE ON person BEGIN SELECT RAISE(ABORT, 'kept'); END"
        )
        connection.execute("INSERT INTO person (name) VALUES ('Khamla'), ('Mulugeta')")


def key(how, passphrase):
    return how.database_key(how.secret(passphrase))


def names(path, key):
    with opened(path, key) as connection:
        return [name for (name,) in connection.execute("SELECT name FROM person ORDER BY id")]


def key_of(database, key_file):
    """The key that the program would open it with."""
    for key in DatabaseKey(database, key_file).candidates():
        with opened(database, key) as connection:
            if opens(connection):
                return key
    raise AssertionError("no key opens it")


def test_p17_the_new_key_opens_it_and_the_old_one_no_more(database, key_file):
    old = key_of(database, key_file)
    rekey_database(database, key_file)
    new = Keyring.load(key_file).database
    assert new is not None and new != old
    assert names(database, new) == ["Khamla", "Mulugeta"]
    with opened(database, old) as connection:
        assert not opens(connection)
    with opened(database, new) as connection:
        kinds = {row[0] for row in connection.execute("SELECT type FROM sqlite_master")}
    assert {"table", "index", "trigger"} <= kinds
    assert sorted(path.name for path in database.parent.iterdir()) == ["keys", "moei.sqlite3"]


def test_p17_a_database_in_use_keeps_its_key(database, key_file):
    old = key_of(database, key_file)
    with opened(database, old) as somebody:
        somebody.execute("SELECT * FROM person").fetchall()
        with pytest.raises(NotRekeyed, match="Stop the server"):
            rekey_database(database, key_file)
    assert key_of(database, key_file) == old


@pytest.mark.parametrize("moment", ["before the copy", "before the file is replaced", "before it is said"])
def test_p17_stopped_at_any_moment_it_opens_and_goes_on(database, key_file, monkeypatch, moment):
    class Killed(BaseException):
        pass

    def die(*_anything):
        raise Killed

    with monkeypatch.context() as patch:
        if moment == "before the copy":
            patch.setattr(rekey, "_refuse_others", die)
        elif moment == "before the file is replaced":
            patch.setattr(rekey, "make_lasting", die)
        else:
            saves = Keyring.save
            said = []
            patch.setattr(
                Keyring,
                "save",
                lambda ring, path, **how: die() if said else said.append(saves(ring, path, **how)),
            )
        with pytest.raises(Killed):
            rekey_database(database, key_file)
    assert names(database, key_of(database, key_file)) == ["Khamla", "Mulugeta"]
    rekey_database(database, key_file)
    ring = Keyring.load(key_file)
    assert ring.database_next is None
    assert ring.database is not None
    assert names(database, ring.database) == ["Khamla", "Mulugeta"]


def test_p17_a_copy_that_is_not_the_same_is_not_used(database, key_file, monkeypatch):
    old = key_of(database, key_file)
    counted = iter(({"person": 2}, {"person": 1}))
    monkeypatch.setattr(rekey, "counts", lambda _connection: next(counted))
    with pytest.raises(NotRekeyed, match="not the same"):
        rekey_database(database, key_file)
    assert names(database, old) == ["Khamla", "Mulugeta"]
    assert key_of(database, key_file) == old


def test_p17_a_plain_database_is_encrypted_and_its_plain_file_overwritten(tmp_path, key_file):
    path = tmp_path / "moei.sqlite3"
    fill(path, None)
    assert is_plain(path)
    former = os.open(path, os.O_RDONLY)
    assert b"Khamla" in os.pread(former, 1 << 20, 0)
    encrypt_database(path, key_file)
    assert b"Khamla" not in os.pread(former, 1 << 20, 0)
    os.close(former)
    assert not is_plain(path)
    assert names(path, key_of(path, key_file)) == ["Khamla", "Mulugeta"]
    with pytest.raises(NotRekeyed, match="nothing to encrypt"):
        encrypt_database(path, key_file)


def test_p17_a_passphrase_of_a_run_that_was_refused_does_not_stand_in_the_way(
    tmp_path, key_file, monkeypatch
):
    """Asked for a passphrase while the server had the file open, then again for the key file."""
    path = tmp_path / "moei.sqlite3"
    fill(path, None)
    monkeypatch.setattr(rekey, "new_passphrase", lambda: "five words of river water")
    with opened(path, None) as served:
        served.execute("SELECT * FROM person").fetchall()
        with pytest.raises(NotRekeyed, match="Stop the server"):
            encrypt_database(path, key_file, by_passphrase=True)
    assert is_plain(path) and not stretching_file(path).exists()
    assert not (key_file.exists() and is_sealed(key_file))
    encrypt_database(path, key_file)
    assert not DatabaseKey(path, key_file).by_passphrase
    assert names(path, key_of(path, key_file)) == ["Khamla", "Mulugeta"]


def killed_while_encrypting(path, key_file, moment):
    """In a process of its own, which the kernel ends there and then."""
    child = os.fork()
    if child == 0:  # nothing below returns
        kill = partial(os.kill, os.getpid(), signal.SIGKILL)
        if moment == "before the file is replaced":
            Path.replace = lambda *_: kill()
        else:
            wipes = rekey.wipe

            def half_way(plain, database):
                with plain.open("r+b") as file:
                    file.write(bytes(4096))
                kill()
                wipes(plain, database)

            rekey.wipe = half_way
        try:
            encrypt_database(path, key_file)
        finally:
            os._exit(1)
    _pid, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status)


@pytest.mark.parametrize("moment", ["before the file is replaced", "while the plain one is overwritten"])
def test_p17_a_power_cut_while_encrypting_leaves_no_plain_copy_unnoticed(tmp_path, key_file, moment):
    path = tmp_path / "moei.sqlite3"
    fill(path, None)
    with opened(path, None) as connection:
        connection.execute("CREATE TABLE large AS SELECT hex(randomblob(20000)) || ' Khamla' AS words")
    key_of_a_new_database(key_file)
    killed_while_encrypting(path, key_file, moment)
    plain = tmp_path / "moei.sqlite3.plain"
    assert plain.exists() and b"Khamla" in plain.read_bytes()
    assert plain in leftovers(path)
    former = os.open(plain, os.O_RDONLY)
    assert plain in encrypt_database(path, key_file)
    assert b"Khamla" not in os.pread(former, 1 << 20, 0)
    os.close(former)
    assert sorted(file.name for file in tmp_path.iterdir()) == ["keys", "moei.sqlite3"]
    assert not leftovers(path)
    assert names(path, key_of(path, key_file)) == ["Khamla", "Mulugeta"]


def test_p17_the_last_plain_copy_is_kept_while_the_encrypted_one_does_not_open(tmp_path, key_file):
    path = tmp_path / "moei.sqlite3"
    fill(path, None)
    key_of_a_new_database(key_file)
    killed_while_encrypting(path, key_file, "while the plain one is overwritten")
    replace(Keyring.load(key_file), database=b"x" * 32).save(key_file)
    with pytest.raises(NotRekeyed, match="does not open"):
        encrypt_database(path, key_file)
    assert (tmp_path / "moei.sqlite3.plain").exists()


@pytest.mark.parametrize("keyed", [False, True])
def test_p17_a_log_in_plain_is_told_from_an_encrypted_one(tmp_path, key_file, keyed):
    path = tmp_path / "other.sqlite3"
    key = key_of_a_new_database(key_file) if keyed else None
    with opened(path, key) as connection:
        fill(path, key)
        for number in range(5):
            connection.execute(f"CREATE TABLE t{number} (name text)")
        log = (tmp_path / "other.sqlite3-wal").read_bytes()
    beside = tmp_path / "moei.sqlite3"
    fill(beside, key_of_a_new_database(key_file))
    left = tmp_path / "moei.sqlite3-wal"
    left.write_bytes(log)
    assert leftovers(beside) == ([] if keyed else [left])


def test_p17_another_passphrase(tmp_path, key_file, monkeypatch):
    path, how = tmp_path / "moei.sqlite3", Stretching(**QUICK)
    write_stretching(path, [how])
    fill(path, key(how, "five words of river water"))
    monkeypatch.setattr(rekey, "read_passphrase", lambda _prompt: "five words of river water")
    monkeypatch.setattr(rekey, "other_passphrase", lambda _present: "five words of rain water")
    with pytest.raises(KeyringError, match="missing"):
        rekey_database(path, key_file)
    Keyring.create(key_file)
    rekey_database(path, key_file)
    (after,) = json.loads(stretching_file(path).read_text())
    new = key(Stretching.of(after), "five words of rain water")
    assert names(path, new) == ["Khamla", "Mulugeta"]
    with pytest.raises(NotRekeyed, match="does not open with the key at hand"):
        rekey_database(path, key_file)


def test_p17_a_passphrase_that_became_known_is_not_kept(tmp_path, key_file, monkeypatch):
    """The file with the present passphrase is at hand: it is not read again for the new one."""
    path, how = tmp_path / "moei.sqlite3", Stretching(**QUICK)
    known = "caf\u00e9 au bord de la rivi\u00e8re"
    present, following = tmp_path / "present", tmp_path / "following"
    present.write_text(f"{known}\n")
    monkeypatch.setenv("MOEI_PASSPHRASE_FILE", str(present))
    monkeypatch.delenv("MOEI_NEW_PASSPHRASE_FILE", raising=False)
    monkeypatch.setattr("sys.stdin", io.StringIO())
    write_stretching(path, [how])
    fill(path, key(how, known))
    Keyring.create(key_file)
    with pytest.raises(KeyringError, match="MOEI_NEW_PASSPHRASE_FILE"):
        rekey_database(path, key_file)
    monkeypatch.setenv("MOEI_NEW_PASSPHRASE_FILE", str(following))
    for same in (known, "cafe\u0301 au bord de la rivi\u00e8re\n"):
        following.write_text(same)
        with pytest.raises(KeyringError, match="present passphrase"):
            rekey_database(path, key_file)
    following.write_text("moei2026")
    with pytest.raises(KeyringError, match="16 characters"):
        rekey_database(path, key_file)
    assert names(path, key(how, known)) == ["Khamla", "Mulugeta"]
    following.write_text("five words of rain water\n")
    rekey_database(path, key_file)
    (after,) = json.loads(stretching_file(path).read_text())
    assert names(path, key(Stretching.of(after), "five words of rain water")) == ["Khamla", "Mulugeta"]
    for stretching in (how, Stretching.of(after)):
        with opened(path, key(stretching, known)) as connection:
            assert not opens(connection)


def test_p17_the_same_passphrase_gives_another_key_elsewhere():
    first, second = Stretching(**QUICK), Stretching(**QUICK)
    assert key(first, "five words of river water") != key(second, "five words of river water")
    again = Stretching.of(json.loads(json.dumps(first.as_json())))
    assert key(again, "five words of river water") == key(first, "five words of river water")
    # One person's keyboard writes é as one character, another's as two.
    assert key(first, "caf\u00e9 au bord de l'eau") == key(first, "cafe\u0301 au bord de l'eau")


def test_p17_the_environment_is_no_place_for_a_passphrase(tmp_path, monkeypatch):
    monkeypatch.delenv("MOEI_PASSPHRASE_FILE", raising=False)
    monkeypatch.delenv("CREDENTIALS_DIRECTORY", raising=False)
    monkeypatch.setenv("MOEI_PASSPHRASE", "five words of river water")
    monkeypatch.setattr("sys.stdin", io.StringIO())
    path = tmp_path / "moei.sqlite3"
    write_stretching(path, [Stretching(**QUICK)])
    with pytest.raises(KeyringError, match="nobody to ask"):
        DatabaseKey(path, tmp_path / "none").candidates()
    credentials = tmp_path / "credentials"
    credentials.mkdir()
    (credentials / "moei-passphrase").write_text("five words of river water\n")
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(credentials))
    assert len(DatabaseKey(path, tmp_path / "none").candidates()) == 1


def test_entries_of_the_key_file_that_others_wrote_are_kept(key_file):
    Keyring.create(key_file)
    raw = json.loads(key_file.read_text())
    key_file.write_text(json.dumps({**raw, "signing": "abc"}))
    replace(Keyring.load(key_file), database=b"x" * 32).with_new_key().save(key_file)
    assert json.loads(key_file.read_text())["signing"] == "abc"
    assert Keyring.load(key_file).current == "k2"
    assert key_file.stat().st_mode & 0o777 == 0o600
