"""Pages of the database file are overwritten: it is noticed at the start and by `moei check`, and said in words.

What was backed up before is restored.
"""

from __future__ import annotations

import random
import subprocess

import pytest
import requests
from tests.faults.databases import ENCRYPTED, opened_file
from tests.faults.instance import Instance

from moei.crypto.envelope import new_identity

pytestmark = [pytest.mark.slow, pytest.mark.in_a_file]

CASES = """
from moei.casefile.models import Case
print(json.dumps([str(pk) for pk in Case.objects_unchecked.values_list("pk", flat=True)]))
"""


def settled(instance) -> None:
    """Everything is in the one file, as after a proper stop."""
    with opened_file(instance.database, instance.key_file) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()


def damage(instance, *, seed: int) -> None:
    """Overwrites pages of the biggest table, as a dying disk does; pages of any table where all of them are sealed."""
    settled(instance)
    with opened_file(instance.database, instance.key_file) as connection:
        size = int(connection.execute("PRAGMA page_size").fetchone()[0])
        where = "SELECT pageno FROM dbstat WHERE name = 'journal_entry' ORDER BY pageno"
        pages = (
            range(2, instance.database.stat().st_size // size)
            if ENCRYPTED  # SQLCipher does not tell whose page is which
            else [page for (page,) in connection.execute(where)]
        )
    chance = random.Random(seed)
    with instance.database.open("r+b") as file:
        for page in chance.sample(pages, min(4, len(pages))):
            file.seek((page - 1) * size)
            file.write(chance.randbytes(size))


def test_a_sound_instance_is_said_to_be_sound(instance):
    done = instance.moei("check")
    assert done.returncode == 0, done.stderr
    assert "sound" in done.stderr


@pytest.mark.parametrize("seed", [1, 2])
def test_damage_is_found_by_the_check_and_said_in_words(instance, seed):
    damage(instance, seed=seed)
    done = instance.moei("check")
    assert done.returncode == 1
    assert "damaged" in done.stderr and "restore" in done.stderr
    assert "Traceback" not in done.stderr


def test_p17_a_backup_of_the_day_before_is_restored_when_the_database_is_damaged(instance, heard, tmp_path):
    secret, recipient = new_identity()
    identity, backup, to = tmp_path / "identity", tmp_path / "moei.age", tmp_path / "new"
    identity.write_text(secret)
    made = instance.moei("backup", "--to", str(backup), "--recipient", recipient)
    assert made.returncode == 0, made.stderr

    damage(instance, seed=4)
    assert instance.moei("check").returncode == 1

    done = instance.moei("restore", str(backup), "--identity", str(identity), "--to", str(to / "data"))
    assert done.returncode == 0, done.stderr
    assert "whole." in done.stderr
    again = Instance(to, instance.stored, extra={"MOEI_KEY_FILE": str(instance.key_file)})
    assert again.moei("check").returncode == 0
    assert set(heard) <= set(again.python(CASES)), "everybody is there again"


def test_a_damaged_instance_is_not_served(instance):
    damage(instance, seed=3)
    server = instance.start()
    try:
        assert server.process.wait(timeout=60) == 2
    except subprocess.TimeoutExpired:
        pytest.fail("it was served all the same")
    finally:
        server.stop()
    said = (instance.home / "server.log").read_text()
    assert "damaged" in said and "restore" in said
    assert "Traceback" not in said


def test_a_file_that_is_no_database_is_said_to_be_none(instance):
    settled(instance)
    instance.database.write_bytes(b"This is not a database at all. " * 400)
    done = instance.moei("check")
    assert done.returncode == 1
    assert "damaged" in done.stderr
    assert "Traceback" not in done.stderr
    other = instance.moei("journal", "verify")
    assert other.returncode == 2
    assert str(instance.database) in "".join(other.stderr.split("\n"))
    assert "Traceback" not in other.stderr


def test_damage_while_it_serves_is_said_on_the_page(instance):
    with instance.served():
        size = instance.database.stat().st_size
        with instance.database.open("r+b") as file:
            file.seek(4096)
            file.write(b"\x00" * (size - 4096))
        answer = requests.get(
            f"{instance.url}/api/cases/",
            headers={"Authorization": "Bearer token of anong", "Moei-Purpose": "care"},
            timeout=30,
        )
    assert answer.status_code == 500
    assert "damaged" in answer.json()["title"]
    assert "Traceback" not in answer.text
