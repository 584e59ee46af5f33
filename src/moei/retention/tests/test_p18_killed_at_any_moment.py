"""A run that is killed goes on where it was: nobody half erased, no file left, nobody erased twice (P18)."""

from __future__ import annotations

from pathlib import Path

import pytest

from moei.casefile.models import Person
from moei.journal.models import Entry
from moei.journal.verify import verify
from moei.retention import files as files_module
from moei.retention.actions import carry_out_run as module
from moei.retention.actions.carry_out_run import carry_out_run, finish
from moei.retention.actions.propose_run import approve_run, propose_run
from moei.retention.models import DoomedFile, RunItem, Tombstone
from moei.retention.tests.conftest import TELLING, YEAR
from moei.retention.tests.scanning import every_row, files_of, rows_that_say


class Killed(BaseException):
    """As if the machine stopped."""


@pytest.fixture
def run(people, close, acting, dej, somsak):
    for case in (people.mulugeta, *people.others[:2]):
        close(case)
    later = 3 * YEAR
    return approve_run(acting(somsak, later=later), propose_run(acting(dej, later=later)).pk)


def killed_at(monkeypatch, target, name: str, *, call: int):
    """The `call`-th call of a function does not come back."""
    real, calls = getattr(target, name), []

    def sometimes(*args, **kwargs):
        calls.append(name)
        if len(calls) == call:
            raise Killed
        return real(*args, **kwargs)

    monkeypatch.setattr(target, name, sometimes)


PLACES = [
    (module, "erase_people", 1),
    (module, "erase_people", 2),
    (module, "_journal", 1),
    (module, "_journal", 2),
    (module, "_finish", 1),
    (module, "remove_doomed", 1),
    (module, "compact", 1),
    (files_module, "_overwrite_and_unlink", 1),
    (files_module, "_overwrite_and_unlink", 2),
]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("target", "name", "call"), PLACES)
def test_p18_killed_and_gone_on(run, folder, monkeypatch, target, name, call):
    with monkeypatch.context() as patch:
        killed_at(patch, target, name, call=call)
        with pytest.raises(Killed):
            carry_out_run(run.pk, now=run.starts_at)
    people = Person.objects.count()
    stones = Tombstone.objects.count()
    assert people + stones == 5, "each is wholly there or wholly gone"
    run.refresh_from_db()
    if run.done_at is None:
        carry_out_run(run.pk, now=run.starts_at)
    finish(now=run.starts_at)
    run.refresh_from_db()
    assert run.done["not_identified_people"] == 3
    assert run.compacted_at is not None
    assert (Person.objects.count(), Tombstone.objects.count()) == (2, 3)
    assert not RunItem.objects.exists()
    assert not DoomedFile.objects.exists()
    assert list(files_of(folder)) == []
    assert rows_that_say(TELLING, every_row()) == []
    assert Entry.objects.filter(action="person.erased").count() == 3
    assert verify().intact


@pytest.mark.django_db
def test_p18_a_file_is_overwritten_before_it_goes(folder, monkeypatch):
    path = folder / "lists" / "a.sealed"
    path.parent.mkdir()
    path.write_bytes(b"Mulugeta" * 1000)
    DoomedFile.objects.create(path="lists/a.sealed", since="2026-03-02T09:00:00Z")
    seen = []
    unlink = Path.unlink
    monkeypatch.setattr(Path, "unlink", lambda self, **about: (seen.append(self.read_bytes()), unlink(self)))
    assert files_module.remove_doomed() == 0
    (last,) = seen
    assert len(last) == 8000
    assert b"Mulugeta" not in last
    assert not path.exists()


@pytest.mark.django_db
def test_p18_a_file_that_the_disk_refuses_waits(folder, monkeypatch):
    path = folder / "a.sealed"
    path.write_bytes(b"x")
    DoomedFile.objects.create(path="a.sealed", since="2026-03-02T09:00:00Z")

    def refuse(path: Path) -> None:
        raise OSError("disk")

    with monkeypatch.context() as patch:
        patch.setattr(files_module, "_overwrite_and_unlink", refuse)
        assert files_module.remove_doomed() == 1
    assert DoomedFile.objects.exists()
    assert files_module.remove_doomed() == 0
    assert not path.exists()
