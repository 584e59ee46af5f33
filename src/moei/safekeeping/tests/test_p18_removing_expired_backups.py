"""P18: `moei backup --remove-expired` removes what is past its end, and nothing else."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from moei.journal.models import Entry
from moei.journal.verify import verify
from moei.retention.actions.register_backup import register_backup
from moei.retention.models import Backup
from moei.safekeeping.errors import NotBackedUp
from moei.safekeeping.expired import remove_expired
from moei.safekeeping.tests.commands import INIT, Instance

LATER = timedelta(days=36)
LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture
def put(tmp_path, now, release):
    """`put("a.age")`: a registered backup in a folder; `kept` as whoever made it said."""

    def make(name: str, content: bytes = b"", *, kept: str = "", later: timedelta = timedelta(0)) -> Backup:
        path: Path = tmp_path / name
        content = content or name.encode()
        path.write_bytes(content)
        sha256 = hashlib.sha256(content).hexdigest()
        return register_backup(kept or str(path), now=now + later, size=len(content), sha256=sha256)

    return make


@pytest.fixture
def remove(tmp_path, now):
    return lambda: list(remove_expired(tmp_path, now=now + LATER))


def left(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir() if path.is_file())


@pytest.mark.django_db
def test_p18_a_file_past_its_end_goes_and_the_register_says_that_it_is_destroyed(put, remove, tmp_path, now):
    old = put("old.age")
    put("new.age", later=timedelta(days=10))
    [removed] = remove()
    assert (removed.number, removed.destroyed, left(tmp_path)) == (old.number, True, ["new.age"])
    old.refresh_from_db()
    assert old.destroyed_at == now + LATER and old.destroyed_by is None and "old.age" in old.destroyed_how
    entry = Entry.objects.get(action="backup.destroyed")
    assert entry.data == {"number": old.number, "by": "program"} and verify().intact
    assert remove() == []


@pytest.mark.django_db
def test_p18_a_name_that_is_used_again_is_not_the_former_backup(put, remove, tmp_path):
    """Whoever writes each night to the same name keeps the newest, whatever the register says of that name."""
    former = put("nightly.age", b"sealed of January")
    put("nightly.age", b"sealed of Februar", later=timedelta(days=30))
    assert remove() == [] and left(tmp_path) == ["nightly.age"]
    former.refresh_from_db()
    assert former.destroyed_at is None


@pytest.mark.django_db
def test_p18_a_copy_that_lies_elsewhere_is_not_called_destroyed(put, remove, tmp_path):
    backup = put("disk.age", kept="safe of the auditor, disk 2")
    [removed] = remove()
    assert not removed.destroyed and removed.place == "safe of the auditor, disk 2" and left(tmp_path) == []
    backup.refresh_from_db()
    assert backup.destroyed_at is None
    assert Entry.objects.get(action="backup.file_removed").data["number"] == backup.number


@pytest.mark.django_db
def test_p18_what_is_no_registered_backup_stays_whatever_it_is_called(put, remove, tmp_path):
    put("old.age", b"12345")
    (tmp_path / "other.age").write_bytes(b"54321")
    (tmp_path / "link.age").symlink_to(tmp_path / "other.age")
    below = tmp_path / "below"
    below.mkdir()
    (below / "copy.age").write_bytes(b"12345")
    Backup.objects.create(number=99, made_at=LONG_AGO, place=str(tmp_path / "other.age"), expires_at=LONG_AGO)
    assert [removed.path.name for removed in remove()] == ["old.age"]
    assert left(tmp_path) == ["link.age", "other.age"] and (below / "copy.age").exists()


@pytest.mark.django_db
def test_p18_a_file_that_cannot_be_removed_is_not_called_destroyed(put, remove, monkeypatch):
    backup = put("old.age")

    def refused(*_args, **_more):
        raise PermissionError("no")

    monkeypatch.setattr(Path, "unlink", refused)
    with pytest.raises(NotBackedUp, match="could not be removed"):
        remove()
    backup.refresh_from_db()
    assert backup.destroyed_at is None and not Entry.objects.filter(action="backup.destroyed").exists()


def test_p18_by_command_after_a_new_one_is_made(tmp_path):
    instance = Instance(tmp_path)
    instance.done(*INIT)
    recipient = instance.done("keys", "new-identity", "--to", tmp_path / "identity").split()[-1]
    folder = tmp_path / "backups"
    folder.mkdir()
    instance.done("backup", "--to", folder / "first.age", "--recipient", recipient)
    assert "Say where" in instance.refused("backup")
    assert "Say who" in instance.refused("backup", "--to", folder / "x.age")
    said = instance.done("backup", "--remove-expired", folder)
    assert left(folder) == ["first.age"] and "past" not in said
    instance.rows("UPDATE retention_backup SET expires_at = '2026-01-01 00:00:00'")
    said = instance.done(
        "backup", "--to", folder / "second.age", "--recipient", recipient, "--remove-expired", folder
    )
    assert left(folder) == ["second.age"]
    assert "Backup 1 is past its end" in said and "says that it is destroyed" in said
    assert instance.rows("SELECT number FROM retention_backup WHERE destroyed_at IS NULL") == [(2,)]
    assert "could not be removed" in instance.refused("backup", "--remove-expired", folder / "nowhere")
