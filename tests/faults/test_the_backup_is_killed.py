"""`kill -9` in the middle of `moei backup`: no copy of the database stays, and what has its name restores."""

from __future__ import annotations

import contextlib
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from tests.faults.instance import ROOT, Instance

from moei.crypto.envelope import new_identity

pytestmark = pytest.mark.slow
MB = 1024 * 1024
# Sealing this takes so long that the kill comes in the middle of it.
BALLAST = 256 * MB


class Backup:
    """`moei backup` under way."""

    def __init__(self, instance: Instance, target: Path, recipient: str) -> None:
        self.target = target
        self.process = subprocess.Popen(
            [sys.executable, "-m", "moei.cli", "backup", "--to", str(target), "--recipient", recipient],
            env=instance.environment,
            cwd=ROOT,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
        )

    def held(self) -> list[Path]:
        """What it has open under a name that is to go: the folder of the copy, the file that is not whole."""
        found = []
        for descriptor in Path(f"/proc/{self.process.pid}/fd").iterdir():
            try:
                path = descriptor.readlink()
            except FileNotFoundError:  # closed meanwhile
                continue
            if path.name.startswith(".moei-backup-") and path.exists():
                found.append(path)
        return found

    @contextlib.contextmanager
    def killed_when(self, reached: Callable[[], bool]) -> Iterator[None]:
        until = time.monotonic() + 120
        while not reached():
            assert self.process.poll() is None, self.process.stderr and self.process.stderr.read().decode()
            assert time.monotonic() < until
            time.sleep(0.001)
        self.process.send_signal(signal.SIGSTOP)
        yield  # what it holds now stays as it is at the kill, and no other backup on this machine sweeps it yet
        self.process.kill()
        self.process.wait(timeout=30)
        assert self.process.returncode == -9


def restored(instance: Instance, backup: Path, identity: Path, to: Path) -> Instance:
    done = instance.moei("restore", str(backup), "--identity", str(identity), "--to", str(to / "data"))
    assert done.returncode == 0, done.stderr
    assert "whole." in done.stderr
    return Instance(to, extra={"MOEI_KEY_FILE": instance.environment["MOEI_KEY_FILE"]})


def test_p17_a_killed_backup_leaves_no_copy_and_no_file_that_does_not_restore(instance, tmp_path):
    secret, recipient = new_identity()
    identity, place = tmp_path / "identity", tmp_path / "safe"
    identity.write_text(secret)
    place.mkdir()
    target, ballast = place / "moei.age", instance.home / "data" / "attachments" / "zz" / "ballast.sealed"
    ballast.parent.mkdir(parents=True, exist_ok=True)
    with ballast.open("wb") as file:
        file.truncate(BALLAST)

    left: list[Path] = []
    for written in (0, 1, 40 * MB):
        before, left = left, []
        backup = Backup(instance, target, recipient)

        def under_way(
            backup: Backup = backup,
            before: list[Path] = before,
            left: list[Path] = left,
            written: int = written,
        ) -> bool:
            left[:] = [path for path in backup.held() if path.suffix == ".part" or path not in before]
            drafts = [path for path in left if path.suffix == ".part"]
            return len(left) == 2 and len(drafts) == 1 and drafts[0].stat().st_size >= written

        with backup.killed_when(under_way):
            assert all(path.exists() for path in left), "it is killed in the middle"
            (copy,) = [path for path in left if path.is_dir()]
            if written:
                assert b"SQLite format 3" in (copy / "copy").read_bytes()
        assert not target.exists()
        copies = [path for path in before if path.suffix != ".part"]
        assert not any(path.exists() for path in copies), "this backup took away what the one before left"

    # Whoever serves does not wait for the next backup.
    with instance.served():
        assert not copy.exists()

    # The next is killed the moment it has its name: so it is whole, and beside it lies nothing.
    ballast.unlink()
    with Backup(instance, target, recipient).killed_when(target.exists):
        pass
    assert list(place.iterdir()) == [target]
    again = restored(instance, target, identity, tmp_path / "again")
    assert again.moei("check").returncode == 0
