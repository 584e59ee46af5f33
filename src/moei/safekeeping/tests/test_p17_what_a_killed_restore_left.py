"""P17: a restore that was killed leaves nothing that could be taken for an instance, and can be started again."""

import os
import signal
from pathlib import Path

import pytest

from moei.safekeeping.errors import NotRestored
from moei.safekeeping.unfinished import NAME, filled_aside, unfinished_in


def fill(folder):
    (folder / "moei.sqlite3").write_text("names")
    (folder / "attachments" / "ab").mkdir(parents=True)
    (folder / "attachments" / "ab" / "one.sealed").write_text("sealed")
    (folder / "moei.sqlite3.passphrase.json").write_text("[]")


def restored(to):
    return sorted(str(path.relative_to(to)) for path in to.rglob("*") if path.is_file())


WHOLE = ["attachments/ab/one.sealed", "moei.sqlite3", "moei.sqlite3.passphrase.json"]


def killed(to, moves):
    """A restore in a process of its own that ends at its first, second ... move, or before any."""
    child = os.fork()
    if child == 0:  # nothing below returns
        rename, done = Path.rename, []

        def move(path, target):
            if len(done) == moves:
                os.kill(os.getpid(), signal.SIGKILL)
            done.append(target)
            return rename(path, target)

        Path.rename = move
        try:
            with filled_aside(to) as (folder, _stopped):
                fill(folder)
        finally:
            os._exit(1)
    _pid, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status)


def test_p17_what_is_unpacked_gets_its_place_at_the_end(tmp_path):
    to = tmp_path / "new"
    with filled_aside(to) as (folder, stopped):
        assert not stopped
        fill(folder)
        assert not (to / "moei.sqlite3").exists()
        assert folder.stat().st_mode & 0o777 == 0o700
    assert restored(to) == WHOLE
    assert unfinished_in(to) is None
    assert to.stat().st_mode & 0o777 == 0o700


def test_p17_a_restore_that_was_killed_begins_anew(tmp_path):
    to = tmp_path / "new"
    killed(to, moves=0)
    assert unfinished_in(to)
    assert not (to / "moei.sqlite3").exists()
    (to / NAME / "half").write_text("of the former")
    with filled_aside(to) as (folder, stopped):
        assert stopped
        fill(folder)
    assert restored(to) == WHOLE
    assert unfinished_in(to) is None


@pytest.mark.parametrize("moves", [1, 2])
def test_p17_killed_at_its_last_step_it_is_still_no_instance(tmp_path, moves):
    """What else lies there may be somebody's: it is not removed without them."""
    to = tmp_path / "new"
    killed(to, moves)
    assert unfinished_in(to)
    assert not (to / "moei.sqlite3").exists()
    with pytest.raises(NotRestored, match=r"not an empty directory.*cut off there"), filled_aside(to):
        pass
    assert restored(to) != WHOLE


def test_p17_what_another_restore_holds_is_not_taken_away(tmp_path):
    to = tmp_path / "new"
    with filled_aside(to) as (folder, _stopped):
        fill(folder)
        with pytest.raises(NotRestored, match="at work"), filled_aside(to):
            pass
    assert restored(to) == WHOLE


def test_p17_a_link_in_its_place_leads_nowhere(tmp_path):
    to, mine = tmp_path / "new", tmp_path / "mine"
    to.mkdir()
    mine.mkdir()
    (mine / "paper").write_text("mine")
    (to / NAME).symlink_to(mine)
    with pytest.raises(NotRestored, match="cannot be used"), filled_aside(to):
        pass
    assert (mine / "paper").read_text() == "mine"


def test_p17_what_was_refused_leaves_nothing_and_does_not_hide_what_was_killed(tmp_path):
    to = tmp_path / "new"
    with pytest.raises(NotRestored, match="no backup"), filled_aside(to):
        raise NotRestored("There is no backup.")
    assert not any(to.iterdir())
    killed(to, moves=0)
    with pytest.raises(NotRestored, match="no backup"), filled_aside(to):
        raise NotRestored("There is no backup.")
    assert unfinished_in(to)
