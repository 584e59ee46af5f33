"""P17: a backup opens only for its recipients, and only what this instance made, whole, is restored."""

import hashlib
import io
import re
import signal
import subprocess
import sys
import tarfile

import pytest

from moei.crypto import Keyring
from moei.crypto.envelope import EnvelopeError, identities_in, new_identity, recipients_of, seal_stream
from moei.safekeeping.errors import BadBackup, NotBackedUp, NotRestored
from moei.safekeeping.pack import FIRST, LAST, Contents, Packer, examine, sealing
from moei.safekeeping.restore import unpack_into
from moei.safekeeping.tests.commands import INIT, Instance

NAME = "Khamla Vongphachanh"


@pytest.fixture
def key_file(tmp_path):
    path = tmp_path / "keys" / "moei.key"
    Keyring.create(path)
    return path


@pytest.fixture
def identity(tmp_path):
    secret, recipient = new_identity()
    path = tmp_path / "identity"
    path.write_text(f"# public key: {recipient}\n{secret}\n")
    path.with_suffix(".public").write_text(recipient)
    return path


@pytest.fixture
def backup(tmp_path, key_file, identity):
    return made(tmp_path / "backup.age", Keyring.load(key_file), identity)


def made(path, ring, identity, extra=None, spoil=None):
    """A backup with a database and two files; `extra` writes more, `spoil` changes the list of contents."""
    contents = Contents(id="b1", made_at="2026-03-02T09:00:00+00:00", database="sqlite")

    def produce(stream):
        with Packer(stream, contents) as packer:
            packer.add_stream("database", io.BytesIO(NAME.encode() * 700_000))
            packer.add_bytes("attachments/ab/one.sealed", b"sealed bytes")
            packer.add_bytes("bulletins/2026-03-02.pdf", b"%PDF")
            if extra is not None:
                extra(packer)
            if spoil is not None:
                spoil(contents)
            packer.finish(ring)

    with path.open("wb") as file:
        sealing(file, recipients_of([identity.with_suffix(".public").read_text()]), produce)
    return path


def restored_nothing(to):
    return not to.exists() or not any(to.iterdir())


def test_p17_a_backup_restores_into_an_empty_place(tmp_path, backup, identity, key_file):
    to = tmp_path / "new"
    contents = unpack_into(backup, identity, key_file, to, None)
    assert len(contents.members) == 4  # the database is more than one piece
    assert (to / "moei.sqlite3").read_bytes() == NAME.encode() * 700_000
    assert (to / "attachments/ab/one.sealed").read_bytes() == b"sealed bytes"
    assert to.stat().st_mode & 0o777 == 0o700
    assert {path.stat().st_mode & 0o777 for path in to.rglob("*") if path.is_file()} == {0o600}


def test_p17_the_backup_itself_holds_no_name(backup):
    assert NAME.encode() not in backup.read_bytes()
    assert b"attachments" not in backup.read_bytes()


def test_p17_a_thief_with_another_identity_opens_nothing(tmp_path, backup, key_file):
    other = tmp_path / "other"
    other.write_text(new_identity()[0])
    with pytest.raises(EnvelopeError, match="somebody else"):
        unpack_into(backup, other, key_file, tmp_path / "new", None)
    assert restored_nothing(tmp_path / "new")


@pytest.mark.parametrize("keep", [0, 100, 300_000, -1])
def test_p17_a_backup_that_was_cut_off_is_not_restored(tmp_path, backup, identity, key_file, keep):
    backup.write_bytes(backup.read_bytes()[:keep])
    with pytest.raises((EnvelopeError, BadBackup)):
        unpack_into(backup, identity, key_file, tmp_path / "new", None)
    assert restored_nothing(tmp_path / "new")


@pytest.mark.parametrize("share", [0.01, 0.5, 0.999])
def test_p17_a_backup_with_one_changed_bit_is_not_restored(tmp_path, backup, identity, key_file, share):
    data = bytearray(backup.read_bytes())
    data[int(len(data) * share)] ^= 1
    backup.write_bytes(data)
    with pytest.raises((EnvelopeError, BadBackup)):
        unpack_into(backup, identity, key_file, tmp_path / "new", None)
    assert restored_nothing(tmp_path / "new")


def test_p17_a_backup_that_a_stranger_made_up_is_not_restored(tmp_path, identity, key_file):
    """The recipient's age1... is no secret: anybody can write a file that opens."""
    stranger = Keyring.create(tmp_path / "stranger.key")
    with pytest.raises(BadBackup, match="another instance's, or somebody made it up"):
        unpack_into(made(tmp_path / "b", stranger, identity), identity, key_file, tmp_path / "new", None)
    assert restored_nothing(tmp_path / "new")


@pytest.mark.parametrize(
    "name",
    [
        "../outside",
        "/etc/cron.d/moei",
        "attachments/../../outside",
        "moei.sqlite3",
        "attachments/.hidden",
        "x",
    ],
)
def test_p17_a_member_that_leads_elsewhere_is_not_unpacked(tmp_path, identity, key_file, name):
    def extra(packer):
        packer._write(name, b"root")

    with pytest.raises(BadBackup, match="no backup holds"):
        unpack_into(
            made(tmp_path / "b", Keyring.load(key_file), identity, extra),
            identity,
            key_file,
            tmp_path / "new",
            None,
        )
    assert not (tmp_path / "outside").exists()
    assert restored_nothing(tmp_path / "new")


@pytest.mark.parametrize("name", ["../outside", "attachments/.hidden", "attachments/a\nb"])
def test_what_could_not_be_restored_is_not_packed(tmp_path, identity, key_file, name):
    def extra(packer):
        packer.add_bytes(name, b"")

    with pytest.raises(NotBackedUp, match="not the program's"):
        made(tmp_path / "b", Keyring.load(key_file), identity, extra)


def test_p17_a_link_in_it_is_not_unpacked(tmp_path, identity, key_file):
    def extra(packer):
        info = tarfile.TarInfo("attachments/ab/link")
        info.type, info.linkname = tarfile.SYMTYPE, "/etc/passwd"
        packer.tar.addfile(info)

    with pytest.raises(BadBackup, match="no backup holds"):
        unpack_into(
            made(tmp_path / "b", Keyring.load(key_file), identity, extra),
            identity,
            key_file,
            tmp_path / "new",
            None,
        )


def test_p17_a_list_of_contents_that_does_not_fit_is_refused(tmp_path, identity, key_file):
    def spoil(contents):
        contents.members["bulletins/2026-03-02.pdf"] = (hashlib.sha256(b"other").hexdigest(), 4)

    with pytest.raises(BadBackup, match="put together anew"):
        unpack_into(
            made(tmp_path / "b", Keyring.load(key_file), identity, None, spoil),
            identity,
            key_file,
            tmp_path / "new",
            None,
        )


def test_p17_a_backup_without_its_list_of_contents_is_refused(tmp_path, identity, key_file):
    def produce(stream):
        Packer(stream, Contents("b1", "", "sqlite")).tar.close()

    with (tmp_path / "b").open("wb") as file:
        sealing(file, recipients_of([identity.with_suffix(".public").read_text()]), produce)
    with pytest.raises(BadBackup, match="not finished"):
        unpack_into(tmp_path / "b", identity, key_file, tmp_path / "new", None)


def test_a_backup_whose_making_fails_is_no_backup(tmp_path, identity):
    def produce(stream):
        stream.write(b"x" * 1_000_000)
        raise OSError("the disk is gone")

    with (tmp_path / "b").open("wb") as file, pytest.raises(OSError, match="the disk is gone"):
        sealing(file, recipients_of([identity.with_suffix(".public").read_text()]), produce)


def test_it_restores_into_an_empty_place_only(tmp_path, backup, identity, key_file):
    to = tmp_path / "new"
    to.mkdir()
    (to / "mine").write_text("mine")
    with pytest.raises(NotRestored, match="not an empty directory"):
        unpack_into(backup, identity, key_file, to, None)
    assert [path.name for path in to.iterdir()] == ["mine"]


def test_a_change_during_the_unpacking_leaves_nothing_behind(
    tmp_path, backup, identity, key_file, monkeypatch
):
    from moei.safekeeping import restore

    def another(path, identities, ring):
        contents = examine(path, identities, ring)
        contents.members["bulletins/2026-03-02.pdf"] = ("0" * 64, 4)
        return contents

    monkeypatch.setattr(restore, "examine", another)
    with pytest.raises(BadBackup, match="changed while"):
        unpack_into(backup, identity, key_file, tmp_path / "new", None)
    assert restored_nothing(tmp_path / "new")


def test_the_first_and_the_last_member_are_where_the_format_says(backup, identity):
    import pyrage

    plain = io.BytesIO(pyrage.decrypt(backup.read_bytes(), identities_in(identity)))
    names = tarfile.open(fileobj=plain).getnames()  # noqa: SIM115
    assert (names[0], names[-1]) == (FIRST, LAST)


@pytest.mark.parametrize("text", ["", "age1", "age1qqqqqqqq", "AGE-SECRET-KEY-1ABC", "ssh-ed25519 AAAA"])
def test_what_is_no_recipient_is_refused_in_words(text):
    with pytest.raises(EnvelopeError, match="no age recipient"):
        recipients_of([text])
    with pytest.raises(EnvelopeError, match="at least one"):
        recipients_of([])


def test_p17_from_backup_to_serving_by_command(tmp_path):
    """An instance is made, backed up, lost with its keys, and restored on another machine."""
    first, second = Instance(tmp_path / "first"), Instance(tmp_path / "second")
    first.done(*INIT)
    (first.data / "bulletins").mkdir()
    (first.data / "bulletins" / "one.pdf").write_bytes(b"%PDF-1.4")
    identity, file, keys = tmp_path / "identity", tmp_path / "moei.age", tmp_path / "keys.age"
    assert first.here("keys", "new-identity", "--to", identity)[0] == 0
    recipient = re.search("age1[a-z0-9]+", identity.read_text())[0]
    first.done("journal", "sign")
    said = first.done("backup", "--to", file, "--recipient", recipient)
    assert "0 cases" in said
    assert "The keys are not in it" in said
    assert "To be destroyed on" in said
    assert file.stat().st_mode & 0o777 == 0o600
    assert first.rows("SELECT number, place FROM retention_backup") == [(1, str(file))]
    assert first.here("keys", "export", "--recipient", recipient, "--to", keys)[0] == 0

    to = second.data
    restoring = ("restore", file, "--identity", identity, "--to", to)
    importing = ("keys", "import", keys, "--identity", identity)
    assert refused_here(second, *restoring, saying="is missing")
    assert second.here(*importing)[0] == 0
    for suffix in (".key", ".signing"):
        mine, theirs = (one.key_file.with_suffix(suffix) for one in (first, second))
        assert theirs.read_bytes() == mine.read_bytes()
        assert theirs.stat().st_mode & 0o777 == 0o600
    assert refused_here(second, *importing, saying="Nothing was overwritten")
    killed_while_proving(second, restoring)
    assert not second.database.exists()
    assert "cut off" in second.refused("serve")
    assert not second.database.exists()
    said = second.done(*restoring)
    assert "cut off" in said and "begins anew" in said
    assert "whole." in said
    assert not list(to.glob(".*"))
    assert (to / "bulletins" / "one.pdf").read_bytes() == b"%PDF-1.4"
    assert second.rows("SELECT place FROM retention_backup") == [
        (f"{file} (restored from it; made {made_at(said)})",)
    ]
    assert "compared with 1 anchors: intact" in second.done("journal", "verify")
    assert refused_here(second, *restoring, saying="not an empty directory")

    # The key that signs is lost: said once, in words, and nothing pretends to be whole.
    second.key_file.with_suffix(".signing").unlink()
    third = second.moei(*restoring[:-1], tmp_path / "third")
    assert third.returncode == 1
    assert "The signing key" in third.stderr and "moei keys import" in third.stderr
    assert "1 findings." in third.stderr


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", '{"moei-keys": 2, "key": ""}', '{"moei-keys": 1, "key": "{}"}']
)
def test_p17_what_is_no_export_of_keys_leaves_nothing_behind(tmp_path, identity, text):
    instance, file = Instance(tmp_path / "i"), tmp_path / "keys.age"
    with file.open("wb") as sealed:
        seal_stream(
            io.BytesIO(text.encode()), sealed, recipients_of([identity.with_suffix(".public").read_text()])
        )
    code, _said = instance.here("keys", "import", file, "--identity", identity)
    assert code == 2
    assert not instance.key_file.exists()


def killed_while_proving(instance, restoring):
    """Everything is unpacked, nothing proven, and nothing ended that somebody took back since."""
    program = (
        "import os, signal\n"
        "from moei.cli import app\n"
        "from moei.safekeeping import restore\n"
        "restore.prove = lambda *_, **__: os.kill(os.getpid(), signal.SIGKILL)\n"
        "app()\n"
    )
    killed = subprocess.run(
        [sys.executable, "-c", program, *map(str, restoring)],
        env=instance.environment(),
        stdin=subprocess.DEVNULL,
    )
    assert killed.returncode == -signal.SIGKILL


def refused_here(instance, *arguments, saying):
    code, said = instance.here(*arguments)
    return code == 2 and saying in said


def made_at(said):
    return re.search(r"Backup \S+ of (\S+):", said)[1]
