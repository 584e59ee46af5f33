"""P17: outside the demo, nothing is served unless the database is encrypted and its keys lie elsewhere.

Each way to get it wrong is tried with the real command.
"""

import base64
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path
from types import SimpleNamespace

import pytest

from moei.crypto import Keyring
from moei.crypto.database_key import write_stretching
from moei.crypto.passphrase import Stretching
from moei.safekeeping import ready
from moei.safekeeping.tests.commands import INIT, Instance
from moei.safekeeping.volumes import looks_encrypted


class Made(Instance):
    """`said`: what `moei init` said when it made this one. Making takes long: tests spoil a copy."""

    said = ""

    def copy(self, root: Path, **more: str) -> Instance:
        shutil.copytree(self.root, root)
        with socket.create_server(("127.0.0.1", 0)) as free:
            return Instance(root, {"MOEI_PORT": str(free.getsockname()[1]), **more})


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """An instance as `moei init` makes it."""
    instance = Made(tmp_path_factory.mktemp("made"))
    instance.said = instance.done(*INIT)
    return instance


@pytest.fixture(scope="module")
def made_plain(tmp_path_factory):
    """One whose database is not encrypted."""
    instance = Made(tmp_path_factory.mktemp("plain"))
    instance.done(*INIT, MOEI_ENCRYPTED="0")
    assert instance.database.read_bytes().startswith(b"SQLite format 3")
    return instance


@pytest.fixture
def instance(made, tmp_path):
    return made.copy(tmp_path / "copy")


def test_p17_a_new_instance_is_encrypted_and_is_served(instance):
    assert b"SQLite format" not in instance.database.read_bytes()[:16]
    with served(instance) as page:
        assert "Moei" in page


def test_p17_a_plain_database_is_refused_until_it_is_encrypted(tmp_path, made_plain):
    plain = made_plain.copy(tmp_path / "plain", MOEI_ENCRYPTED="0")
    said = plain.refused("serve")
    assert "not encrypted" in said
    assert "moei keys encrypt-database" in said
    del plain.more["MOEI_ENCRYPTED"]
    plain.done("keys", "encrypt-database")
    assert b"administrator" not in plain.database.read_bytes()
    assert sorted(path.name for path in plain.data.iterdir() if path.is_file()) == ["moei.sqlite3"]
    with served(plain) as page:
        assert "Moei" in page


def test_p17_a_plain_copy_that_a_power_cut_left_is_refused_until_it_is_gone(instance, made_plain):
    left = instance.database.with_name("moei.sqlite3.plain")
    shutil.copy(made_plain.database, left)
    said = instance.refused("serve")
    assert "cut off" in said and str(left) in said
    assert "moei keys encrypt-database" in said
    assert str(left) in instance.done("keys", "encrypt-database")
    assert not left.exists()
    with served(instance) as page:
        assert "Moei" in page


def test_p17_settings_that_say_encrypted_do_not_make_a_plain_file_so(tmp_path, made_plain):
    plain = made_plain.copy(tmp_path / "plain")
    assert "not encrypted" in plain.refused("serve", MOEI_ENCRYPTED="1")


def test_p17_a_key_file_in_the_data_directory_is_refused(instance):
    inside = instance.data / "keys" / "moei.key"
    inside.parent.mkdir()
    shutil.copy(instance.key_file, inside)
    inside.chmod(0o600)
    said = instance.refused("serve", MOEI_KEY_FILE=str(inside))
    assert "lies in the data directory" in said
    assert "MOEI_KEY_FILE" in said
    signing = instance.data / "moei.signing"
    shutil.copy(instance.key_file.with_suffix(".signing"), signing)
    said = instance.refused("serve", MOEI_SIGNING_KEY_FILE=str(signing))
    assert "signs in your name" in said
    assert "MOEI_SIGNING_KEY_FILE" in said


def test_p17_a_link_does_not_hide_that_the_key_file_lies_in_the_data_directory(instance, tmp_path):
    inside = instance.data / "kept"
    shutil.copy(instance.key_file, inside)
    inside.chmod(0o600)
    link = tmp_path / "elsewhere.key"
    link.symlink_to(inside)
    assert "lies in the data directory" in instance.refused("serve", MOEI_KEY_FILE=str(link))


def test_p17_no_instance_is_made_with_its_keys_beside_its_data(tmp_path):
    instance = Instance(tmp_path)
    said = instance.refused(*INIT, MOEI_KEY_FILE=str(instance.data / "moei.key"))
    assert "would lie in the data directory" in said
    assert not instance.database.exists()


def test_p17_a_key_file_that_others_can_read_is_refused(instance):
    signing = instance.key_file.with_suffix(".signing")
    instance.key_file.chmod(0o640)
    signing.chmod(0o604)
    said = instance.refused("serve")
    assert "0640" in said and f"chmod 600 {instance.key_file}" in said
    assert "0604" in said and f"chmod 600 {signing}" in said


def test_p17_without_the_key_file_nothing_is_served_and_no_new_one_is_made(instance):
    instance.key_file.unlink()
    said = instance.refused("serve")
    assert "is missing" in said
    assert not instance.key_file.exists()


def test_p17_another_key_does_not_open_it(instance, tmp_path):
    keys = json.loads(instance.key_file.read_text())
    keys["database"] = base64.b64encode(b"another" * 4 + b"keys").decode()
    other = _file(tmp_path / "other.key", json.dumps(keys))
    said = instance.refused("serve", MOEI_KEY_FILE=str(other))
    assert "does not open with this key" in said


def test_p17_a_damaged_key_file_is_refused_in_words(instance):
    instance.key_file.write_text("{}")
    assert "cannot be read" in instance.refused("serve")


def test_p17_with_a_passphrase_the_key_is_on_no_disk(tmp_path, instance):
    secret = tmp_path / "passphrase"
    secret.write_text("five words of river water\n")
    guarded = Instance(tmp_path / "guarded", {**instance.more, "MOEI_PASSPHRASE_FILE": str(secret)})
    guarded.done(*INIT, "--passphrase")
    written = guarded.key_file.read_text()
    assert '"sealed"' in written and '"database"' not in written and '"k1"' not in written
    with served(guarded) as page:
        assert "Moei" in page
    assert "does not open with this passphrase" in guarded.refused(
        "serve", MOEI_PASSPHRASE_FILE=str(_file(tmp_path / "wrong", "five words of rain water\n"))
    )
    del guarded.more["MOEI_PASSPHRASE_FILE"]
    assert "there is nobody to ask" in guarded.refused("serve")
    inside = _file(guarded.data / "passphrase", secret.read_text())
    assert "lies in the data directory" in guarded.refused("serve", MOEI_PASSPHRASE_FILE=str(inside))


@pytest.mark.parametrize(
    "place,warned",
    [
        ("as moei init makes it", True),
        ("another disk", False),
        ("passphrase that seals it", False),
        ("passphrase of the database alone", True),
        ("seen encrypted", False),
        ("seen plain", True),
        ("declared", False),
        ("demo", False),
    ],
)
def test_p17_whoever_keeps_the_key_on_the_disk_of_the_data_is_told(
    tmp_path, monkeypatch, settings, place, warned
):
    """The thief takes one disk and has both."""
    settings.DATA_DIR, settings.MOEI_KEY_FILE = tmp_path / "data", _file(tmp_path / "moei.key", "{}")
    settings.DATA_DIR.mkdir()
    database = settings.DATA_DIR / "moei.sqlite3"
    file = SimpleNamespace(vendor="sqlite", settings_dict={"NAME": str(database)})
    monkeypatch.setattr(ready, "connection", file)
    monkeypatch.setattr(ready, "swap_in_plain", list)
    seen = {"seen encrypted": True, "seen plain": False}.get(place)
    monkeypatch.setattr(ready, "looks_encrypted", lambda _directory: seen)
    if place == "another disk":
        settings.MOEI_KEY_FILE = Path("/proc/self/status")
    elif place == "passphrase that seals it":
        Keyring.new((Stretching(), b"s" * 32)).save(settings.MOEI_KEY_FILE)
    elif place == "passphrase of the database alone":
        write_stretching(database, [Stretching()])
    elif place == "declared":
        settings.DATA_VOLUME = "encrypted-below"
    elif place == "demo":
        settings.DEMO = True
    said = " ".join(ready.warnings())
    assert bool(said) is warned
    if said:
        assert "same disk as the data" in said and "MOEI_KEY_FILE" in said
        assert ("moei keys rotate" if "alone" in place else "--passphrase") in said


def test_p17_the_warning_stands_at_the_making_and_at_each_start(made, instance, tmp_path):
    if looks_encrypted(tmp_path):
        pytest.skip("this disk is encrypted")
    assert "same disk as the data" in made.said
    with served(instance, tmp_path / "said"):
        assert "same disk as the data" in (tmp_path / "said").read_text()


def test_p17_a_short_passphrase_is_refused(tmp_path):
    secret = _file(tmp_path / "passphrase", "moei2026")
    said = Instance(tmp_path / "i").refused(*INIT, "--passphrase", MOEI_PASSPHRASE_FILE=str(secret))
    assert "16 characters" in said


def test_p17_calling_real_people_a_demo_does_not_help(instance):
    assert "real people" in instance.refused("serve", MOEI_DEMO="1")


def test_p17_what_a_fault_shows_to_developers_is_not_shown_outside_the_demo(instance):
    said = instance.refused("serve", MOEI_DEBUG="1")
    assert "names included" in said
    assert "Unset MOEI_DEBUG" in said
    loading = [sys.executable, "-c", "import moei.web.wsgi"]
    by_hand = subprocess.run(
        loading, env=instance.environment(MOEI_DEBUG="1"), capture_output=True, text=True
    )
    assert by_hand.returncode == 1
    assert "Unset MOEI_DEBUG" in by_hand.stderr


def test_p17_no_release_of_real_people_is_made_in_a_demo(tmp_path):
    instance = Instance(tmp_path)
    said = instance.refused(*INIT, MOEI_DEMO="1")
    assert "too weak for real people" in said
    assert not instance.database.exists() and not instance.key_file.exists()


def test_p17_another_server_is_refused_as_well(instance):
    """Whoever starts granian or gunicorn by hand."""
    instance.key_file.chmod(0o644)
    loading = subprocess.run(
        [sys.executable, "-c", "import moei.web.wsgi"],
        env=instance.environment(),
        capture_output=True,
        text=True,
    )
    assert loading.returncode == 1
    assert "chmod 600" in loading.stderr


@pytest.mark.skipif(not os.environ.get("MOEI_DATABASE_URL"), reason="about PostgreSQL")
@pytest.mark.django_db
def test_p17_a_postgresql_must_be_declared_and_look_encrypted(tmp_path, instance):
    """The throwaway PostgreSQL of the tests lies on an ordinary disk, and this machine can see that."""
    server = Instance(tmp_path, {**instance.more, "MOEI_DATABASE_URL": os.environ["MOEI_DATABASE_URL"]})
    server.data.mkdir()
    shutil.copytree(instance.key_file.parent, server.key_file.parent)
    assert "Nobody has declared" in server.refused("serve")
    place = ready._data_directory()
    if place is not None and looks_encrypted(place) is False:
        said = server.refused("serve", MOEI_POSTGRES_VOLUME="encrypted")
        assert "on a device that is not" in said
        assert "encrypted-below" in said
    with served(Instance(server.root, {**server.more, "MOEI_POSTGRES_VOLUME": "encrypted-below"})) as page:
        assert "Moei" in page


def test_p17_encryption_is_looked_for_in_every_layer_of_a_device(tmp_path):
    """As the kernel shows devices: a logical volume on dm-crypt, one on a bare disk, a mirror of which half is bare."""
    number = tmp_path.stat().st_dev
    device = tmp_path / "sys" / f"{os.major(number)}:{os.minor(number)}"
    assert looks_encrypted(tmp_path, tmp_path / "sys") is None
    device.mkdir(parents=True)
    assert looks_encrypted(tmp_path, tmp_path / "sys") is False
    (device / "dm").mkdir()
    (device / "dm" / "uuid").write_text("LVM-abc\n")
    (device / "slaves" / "crypt" / "dm").mkdir(parents=True)
    (device / "slaves" / "crypt" / "dm" / "uuid").write_text("CRYPT-LUKS2-abc\n")
    assert looks_encrypted(tmp_path, tmp_path / "sys") is True
    (device / "slaves" / "bare").mkdir()
    assert looks_encrypted(tmp_path, tmp_path / "sys") is False


class served:
    """`moei serve`, stopped afterwards; gives the sign-in page."""

    def __init__(self, instance: Instance, said: Path = Path(os.devnull)) -> None:
        self.instance, self.said = instance, said

    def __enter__(self) -> str:
        with self.said.open("w") as said:
            self.server = subprocess.Popen(
                [sys.executable, "-m", "moei.cli", "serve"],
                env=self.instance.environment(),
                stdin=subprocess.DEVNULL,
                stderr=said,
            )
        address = f"http://localhost:{self.instance.more['MOEI_PORT']}/account/login/"
        for _attempt in range(120):
            assert self.server.poll() is None, "the server ended"
            try:
                with urllib.request.urlopen(address, timeout=5) as answer:
                    return answer.read().decode()
            except OSError:
                time.sleep(0.5)
        self.__exit__()
        raise AssertionError(f"{address} did not answer within a minute")

    def __exit__(self, *_error: object) -> None:
        self.server.send_signal(signal.SIGTERM)
        assert self.server.wait(timeout=60) == 0


def _file(path, text):
    path.write_text(text)
    return path
