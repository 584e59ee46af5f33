"""`kill -9` in the middle of `moei backup`: no copy of the database stays, and what has its name restores.

At four chosen moments, then at moments drawn by chance: `MOEI_FAULT_ROUNDS` says how often (3; the benchmark asks
for 100).
"""

from __future__ import annotations

import contextlib
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from tests.faults.databases import ENCRYPTED, new_database
from tests.faults.instance import ROOT, ROUNDS, Instance

from moei.crypto import Keyring
from moei.crypto.envelope import EnvelopeError, identities_in, new_identity
from moei.safekeeping.errors import BadBackup
from moei.safekeeping.leftovers import PREFIX
from moei.safekeeping.pack import Contents, examine

pytestmark = pytest.mark.slow(seconds=50)
MB = 1024 * 1024
# Sealing this takes so long that the kill comes in the middle of it.
BALLAST = 256 * MB
# Of a backup that is killed by chance: long enough to be hit anywhere, short enough for a hundred rounds.
LITTLE_BALLAST = 24 * MB
SEED = 20250212

ROWS = """
from moei.casefile.models import Case
from moei.retention.models import Backup
print(json.dumps({"cases": Case.objects_unchecked.count(), "backups": Backup.objects.count()}))
"""


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
        for descriptor in Path(f"/proc/{self.process.pid}/fd").glob("*"):
            try:
                path = descriptor.readlink()
            except FileNotFoundError:  # closed meanwhile
                continue
            if path.name.startswith(PREFIX) and path.exists():
                found.append(path)
        return found

    def wait_until(self, reached: Callable[[], bool]) -> None:
        until = time.monotonic() + 120
        while not reached():
            assert self.process.poll() is None, self.process.stderr and self.process.stderr.read().decode()
            assert time.monotonic() < until
            time.sleep(0.001)

    @contextlib.contextmanager
    def killed_when(self, reached: Callable[[], bool]) -> Iterator[None]:
        self.wait_until(reached)
        self.process.send_signal(signal.SIGSTOP)
        yield  # what it holds now stays as it is at the kill, and no other backup on this machine sweeps it yet
        self.process.kill()
        self.process.wait(timeout=30)
        assert self.process.returncode == -9


@contextlib.contextmanager
def restored(instance: Instance, backup: Path, identity: Path, to: Path) -> Iterator[Instance]:
    with new_database() as stored:
        again = Instance(to, stored, extra={"MOEI_KEY_FILE": str(instance.key_file)})
        done = again.moei("restore", str(backup), "--identity", str(identity), "--to", str(to / "data"))
        assert done.returncode == 0, done.stderr
        assert "whole." in done.stderr
        yield again


@pytest.fixture
def identity(tmp_path) -> Path:
    """The file of who may open the backups; its recipient stands in it."""
    secret, recipient = new_identity()
    path = tmp_path / "identity"
    path.write_text(f"# public key: {recipient}\n{secret}\n")
    return path


def recipient_in(identity: Path) -> str:
    return identity.read_text().split()[3]


def weighted(instance: Instance, size: int) -> Path:
    """A file among those of the instance that makes its backup last."""
    ballast = instance.home / "data" / "attachments" / "zz" / "ballast.sealed"
    ballast.parent.mkdir(parents=True, exist_ok=True)
    with ballast.open("wb") as file:
        file.truncate(size)
    return ballast


@pytest.mark.in_a_file  # of a PostgreSQL there is no copy on the way: pg_dump's words are sealed as they come
def test_p17_a_killed_backup_leaves_no_copy_and_no_file_that_does_not_restore(instance, identity, tmp_path):
    place, recipient = tmp_path / "safe", recipient_in(identity)
    place.mkdir()
    target, ballast = place / "moei.age", weighted(instance, BALLAST)

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
                assert (b"SQLite format 3" in (copy / "copy").read_bytes()) != ENCRYPTED
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
    with restored(instance, target, identity, tmp_path / "again") as again:
        assert again.moei("check").returncode == 0


def test_p17_killed_at_any_moment_nothing_looks_like_a_backup_and_the_next_one_is_whole(
    instance, identity, tmp_path
):
    chance, place = random.Random(SEED), tmp_path / "safe"
    place.mkdir()
    weighted(instance, LITTLE_BALLAST)
    ring, identities, recipient = (
        Keyring.load(instance.key_file),
        identities_in(identity),
        recipient_in(identity),
    )
    draft = place / f"{PREFIX}moei.age.part"

    def whole(backup: Path) -> Contents:
        contents = examine(backup, identities, ring)
        assert contents.rows["casefile_case"] == cases
        return contents

    def backed_up(target: Path) -> float:
        """Seconds from the first trace of a backup that nobody disturbs to its end."""
        going_on = Backup(instance, target, recipient)
        going_on.wait_until(draft.with_name(f"{PREFIX}{target.name}.part").exists)
        began = time.monotonic()
        going_on.process.wait(timeout=120)
        assert going_on.process.returncode == 0
        return time.monotonic() - began

    cases = instance.python(ROWS)["cases"]
    in_time = backed_up(place / "first.age")
    whole(place / "first.age")
    named, cut = 1, 0
    for attempt in range(3 * ROUNDS):
        if cut == ROUNDS:
            break
        target, next_one = place / "moei.age", place / f"next-{attempt}.age"
        killed = Backup(instance, target, recipient)
        killed.wait_until(draft.exists)
        time.sleep(chance.uniform(0, 0.9 * in_time))
        held = killed.held()
        killed.process.kill()
        in_time_to_end = killed.process.wait(timeout=30) == 0
        named_now = {path.name for path in place.iterdir() if not path.name.startswith(PREFIX)}
        assert named_now <= {"first.age", target.name}
        if draft.exists():  # says by its name that it is not whole; and it is refused in words, unless it is
            with contextlib.suppress(BadBackup, EnvelopeError):
                whole(draft)
        if target.exists():
            whole(target)
            target.unlink()
            named += 1
        if in_time_to_end:
            continue
        cut += 1
        backed_up(next_one)
        named += 1
        assert not any(path.exists() for path in held), "the next took away what the killed one had left"
        whole(next_one)
        if cut == 1:
            with restored(instance, next_one, identity, tmp_path / "again") as again:
                assert again.python(ROWS)["cases"] == cases
                assert again.moei("check").returncode == 0
        next_one.unlink()
    assert cut == ROUNDS
    assert instance.python(ROWS)["backups"] >= named, "each is known to whoever must destroy it on its day"
    assert instance.moei("check").returncode == 0
