"""P17. A thief takes the laptop's disk, with everything below the data directory, to sell the names.

The key file lies elsewhere, as the program demands. What is looked for is every name, in every script that the
demo's people write, and every passport number.
"""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from openpyxl import load_workbook

import moei
from moei.crypto import Keyring
from moei.safekeeping.sqlcipher.keyed import opened

SOURCES = Path(moei.__file__).parents[1]
SHIPPED = SOURCES / "moei" / "demo" / "lists" / "2025-02-12"
PEOPLE = 16
# Shorter words are found in noise by chance.
SHORTEST = 6


@pytest.fixture(scope="module")
def lists(tmp_path_factory) -> Path:
    """The shipped lists, the long ones cut to the first people of each sheet, so that a play takes seconds."""
    folder = tmp_path_factory.mktemp("lists")
    for name in ("01-militia-list.xlsx", "02-handover-thai.xlsx", "03-embassy-ethiopia.xlsx"):
        book = load_workbook(SHIPPED / name)
        for sheet in book:
            sheet.delete_rows(5 + PEOPLE, sheet.max_row)
        book.save(folder / name)
    return folder


@pytest.fixture(scope="module")
def stolen(tmp_path_factory, lists) -> Path:
    """An encrypted instance with the demo's people: `data`, `keys` and `temporary` below one folder."""
    root = tmp_path_factory.mktemp("stolen")
    (root / "temporary").mkdir()
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("MOEI_")},
        "PYTHONPATH": os.pathsep.join((str(SOURCES), os.environ.get("PYTHONPATH", ""))),
        "DJANGO_SETTINGS_MODULE": "moei.web.settings",
        "MOEI_DATA_DIR": str(root / "data"),
        "MOEI_KEY_FILE": str(root / "keys" / "moei.key"),
        "MOEI_ENCRYPTED": "1",
        "TMPDIR": str(root / "temporary"),
        "SQLITE_TMPDIR": str(root / "temporary"),
    }
    subprocess.run(
        [sys.executable, "-m", "moei.cli", "demo", "--no-serve", "--lists", str(lists)],
        env=environment,
        check=True,
        capture_output=True,
        timeout=300,
    )
    return root


@pytest.fixture(scope="module")
def words(stolen) -> set[str]:
    """What the thief would pay for, read with the key."""
    queries = (
        "SELECT name, name_native FROM casefile_person",
        "SELECT name, name_native FROM casefile_sourcerecord",
        "SELECT number, number FROM casefile_identitydocument",
    )
    with opened(stolen / "data" / "moei.sqlite3", key(stolen)) as connection:
        texts = {text for query in queries for row in connection.execute(query) for text in row if text}
    found = {part for text in texts for part in (text, *text.split()) if len(part.encode()) >= SHORTEST}
    assert len([word for word in found if word.isascii()]) > 2 * PEOPLE
    assert len([word for word in found if not word.isascii()]) > 5, "names in other scripts"
    return found


def test_p17_the_thief_finds_no_name_in_any_file(stolen, words):
    files = files_below(stolen / "data")
    assert any(path.name == "moei.sqlite3" for path in files)
    assert any(path.suffix == ".sealed" for path in files)
    assert not readable(words, files)


def test_p17_nor_in_what_was_not_yet_written_back(stolen, words):
    """The machine is taken while it runs: the write-ahead log is full, and temporary tables are in use."""
    with opened(stolen / "data" / "moei.sqlite3", key(stolen)) as connection:
        assert connection.execute("PRAGMA journal_mode = WAL").fetchall() == [("wal",)]
        connection.execute("PRAGMA wal_autocheckpoint = 0").fetchall()
        connection.execute("UPDATE casefile_person SET name = name || ' '")
        connection.execute("CREATE TEMP TABLE sorted AS SELECT name FROM casefile_person ORDER BY name")
        files = files_below(stolen / "data") + files_below(stolen / "temporary")
        sizes = {path.name: path.stat().st_size for path in files}
        assert sizes.get("moei.sqlite3-wal", 0) > 4096, sizes
        assert not readable(words, files)


def test_p17_nothing_was_left_in_temporary_files(stolen, words):
    assert not readable(words, files_below(stolen / "temporary"))


def test_the_same_search_finds_every_name_in_a_plain_database(stolen, words, tmp_path):
    """The search can find: what it does not find above is not there."""
    plain = tmp_path / "plain.sqlite3"
    with opened(stolen / "data" / "moei.sqlite3", key(stolen)) as connection:
        connection.execute("ATTACH DATABASE ? AS plain KEY ''", (str(plain),))
        connection.execute("SELECT sqlcipher_export('plain')")
    assert readable(words, [plain]) == words


def test_p17_the_key_does_not_lie_with_the_data(stolen):
    ring = Keyring.load(stolen / "keys" / "moei.key")
    keys = [*ring.keys.values(), key(stolen)]
    raw = (stolen / "keys" / "moei.key").read_text()
    for path in files_below(stolen / "data"):
        data = path.read_bytes()
        assert not [one for one in keys if one in data or one.hex().encode() in data.lower()]
        assert not [text for text in raw.split('"') if len(text) == 44 and text.encode() in data]


def key(root: Path) -> bytes:
    found = Keyring.load(root / "keys" / "moei.key").database
    assert found is not None
    return found


def files_below(folder: Path) -> list[Path]:
    return [path for path in sorted(folder.rglob("*")) if path.is_file()]


def readable(words: set[str], files: list[Path]) -> set[str]:
    """The words that stand in one of the files, as UTF-8 or UTF-16, in either case of letters."""
    found = set()
    for path in files:
        data = path.read_bytes().lower()
        for word in words:
            for text in {word, word.lower(), word.upper()}:
                if any(text.encode(code).lower() in data for code in ("utf-8", "utf-16-le", "utf-16-be")):
                    found.add(word)
    return found
