"""P17: what a backup that was killed left is taken away, and nothing else is.

That a true kill leaves it, and that the next backup finds it, is played in tests/faults.
"""

import os

import pytest

from moei.safekeeping.errors import NotBackedUp
from moei.safekeeping.leftovers import draft_of, scratch_in, sweep


def left_by_the_dead(place):
    """As a kill leaves it: a copy of the database, and a backup that is not whole. No process holds them."""
    folder, draft = place / ".moei-backup-x1", place / ".moei-backup-moei.age.part"
    folder.mkdir(mode=0o700)
    (folder / "copy").write_text("Khamla Vongphachanh")
    (folder / "copy-journal").write_text("Khamla")
    draft.write_text("age-encryption.org/v1")
    return [draft, folder]


def test_p17_what_the_dead_left_is_swept(tmp_path):
    left = left_by_the_dead(tmp_path)
    assert sweep(tmp_path / "nowhere", tmp_path) == left
    assert not any(tmp_path.iterdir())


def test_p17_what_a_backup_at_work_holds_is_not_swept(tmp_path):
    with scratch_in(tmp_path) as folder, draft_of(tmp_path / "moei.age") as (draft, file):
        (folder / "copy").write_text("a copy")
        file.write(b"sealed")
        file.flush()
        assert sweep(tmp_path) == []
        assert (folder / "copy").read_text() == "a copy"
        assert draft.read_bytes() == b"sealed"
    assert not any(tmp_path.iterdir()), "who ends properly takes it away"


def test_what_is_not_a_backups_is_not_swept(tmp_path):
    victim = tmp_path / "victim"
    victim.mkdir()
    (victim / "kept").write_text("kept")
    others = [
        tmp_path / name for name in (".moei.age.part", "moei-backup-1", ".moei-backup-notes", "moei.age")
    ]
    for path in others:
        path.write_text("somebody's")
    (tmp_path / ".moei-backup-link").symlink_to(victim)
    (tmp_path / ".moei-backup-link.part").symlink_to(victim / "kept")
    os.mkfifo(tmp_path / ".moei-backup-pipe.part")
    before = sorted(tmp_path.rglob("*"))
    assert sweep(tmp_path) == []
    assert sorted(tmp_path.rglob("*")) == before


def test_what_another_user_left_is_not_swept(tmp_path, monkeypatch):
    left = left_by_the_dead(tmp_path)
    user = os.geteuid()
    monkeypatch.setattr(os, "geteuid", lambda: user + 1)
    assert sweep(tmp_path) == []
    assert all(path.exists() for path in left)


def test_two_backups_do_not_write_into_one_file(tmp_path):
    with draft_of(tmp_path / "moei.age") as (draft, file):
        file.write(b"the first")
        with pytest.raises(NotBackedUp, match="is being made"), draft_of(tmp_path / "moei.age"):
            pytest.fail("both wrote")
        file.flush()
        assert draft.read_bytes() == b"the first"
