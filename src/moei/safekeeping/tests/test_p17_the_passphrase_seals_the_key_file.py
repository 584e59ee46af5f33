"""P17: where a passphrase opens the database, nothing opens without it: also not with data and key file together."""

import base64
import json
import os
import re
from dataclasses import replace
from datetime import UTC, datetime
from types import SimpleNamespace

import pytest
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret

from moei.casefile.actions.attachments import add_attachment, context_of, open_attachment, path_of
from moei.casefile.models import Attachment
from moei.crypto import Keyring, KeyringError, SealError, new_key, open_sealed, unlocked
from moei.crypto.database_key import DatabaseKey, seal_key_file, stretching_file, write_stretching
from moei.crypto.keyring import is_sealed
from moei.crypto.passphrase import Stretching
from moei.desks.arrivals import storage
from moei.desks.arrivals.actions.upload_list import upload_list
from moei.desks.arrivals.tests.workbooks import workbook
from moei.journal import keys
from moei.journal.keys import context_of_key, existing_key_of
from moei.journal.models import SubjectKey
from moei.safekeeping import first_run, rekey, rotation
from moei.safekeeping.rekey import encrypt_database, rekey_database
from moei.safekeeping.rotation import rotate
from moei.safekeeping.sqlcipher.keyed import opened, opens
from moei.safekeeping.tests.commands import INIT, Instance

QUICK = {"passes": 1, "memory_kib": 64, "lanes": 1}
RIVER, RAIN = "five words of river water", "five words of rain water"


def quick():
    return Stretching(**QUICK)


@pytest.fixture(autouse=True)
def _quick_passphrases(monkeypatch):
    for module in (rekey, first_run):
        monkeypatch.setattr(module, "Stretching", quick)
    unlocked.forget()
    yield
    unlocked.forget()


@pytest.fixture
def says(monkeypatch, tmp_path):
    """Who is asked for the passphrase says this; how often they were asked is counted."""
    monkeypatch.delenv(unlocked.HANDED, raising=False)
    file, asked = tmp_path / "passphrase", []
    monkeypatch.setenv("MOEI_PASSPHRASE_FILE", str(file))
    reads = unlocked.read_passphrase
    monkeypatch.setattr(unlocked, "read_passphrase", lambda prompt: asked.append(prompt) or reads(prompt))

    def say(passphrase):
        unlocked.forget()
        asked.clear()
        file.write_text(passphrase)
        return asked

    return say


@pytest.fixture
def sealed(tmp_path, says):
    """A key file and a database that open with the passphrase."""
    database, key_file = tmp_path / "moei.sqlite3", tmp_path / "keys" / "moei.key"
    says(RIVER)
    with opened(database, None) as connection:
        connection.execute("CREATE TABLE person AS SELECT 'Khamla' AS name")
    encrypt_database(database, key_file, by_passphrase=True)
    return database, key_file


def opens_with_the_passphrase(database, key_file):
    for key in DatabaseKey(database, key_file).candidates():
        with opened(database, key) as connection:
            if opens(connection):
                return Keyring.load(key_file)
    raise KeyringError("The database does not open with this passphrase")


def test_p17_one_passphrase_opens_the_database_and_the_key_file_and_is_asked_once(sealed, says):
    asked = says(RIVER)
    assert opens_with_the_passphrase(*sealed).current == "k1"
    assert len(asked) == 1
    unlocked.forget()
    Keyring.load(sealed[1])
    assert opens_with_the_passphrase(*sealed)
    assert len(asked) == 2


def test_p17_another_passphrase_opens_neither(sealed, says):
    says(RAIN)
    with pytest.raises(KeyringError, match="does not open with this passphrase"):
        Keyring.load(sealed[1])
    with pytest.raises(KeyringError, match="does not open"):
        opens_with_the_passphrase(*sealed)


def test_p17_the_keys_of_the_database_and_of_the_key_file_are_not_each_other(sealed, says):
    way, secret = Keyring.load(sealed[1]).guards[0]
    three = {secret, way.database_key(secret), way.key_file_key(secret)}
    assert len(three) == 3


@pytest.mark.django_db
def test_p17_a_thief_of_the_data_and_the_key_file_opens_nothing(
    tmp_path, settings, says, monkeypatch, anong, acting, add_case
):
    settings.MOEI_KEY_FILE, settings.DATA_DIR = tmp_path / "keys" / "moei.key", tmp_path / "data"
    settings.ATTACHMENTS_DIR = settings.DATA_DIR / "attachments"
    says(RIVER)
    how = quick()
    seal_key_file(settings.MOEI_KEY_FILE, (how, how.secret(RIVER)))
    case = add_case("Khamla Vongphachanh", nationality="LAO")
    attachment = add_attachment(acting(anong), case, Attachment.Kind.DOCUMENT, "a.pdf", b"%PDF-1.4 paper")
    staged = upload_list(acting(anong), "list.xlsx", workbook(), "Somebody").id
    TOTP.activate(anong, generate_totp_secret())
    person = bytes(SubjectKey.objects.get(subject=case.person_id).wrapped)
    things = [
        (path_of(attachment).read_bytes(), context_of(attachment)),
        (storage.path_of(staged).read_bytes(), storage.context_of(staged)),
        (person, context_of_key(case.person_id)),
    ]
    whole = Keyring.load(settings.MOEI_KEY_FILE)
    assert all(whole.open(*thing) for thing in things), "with the passphrase they open"

    text = settings.MOEI_KEY_FILE.read_text()
    raw = b"".join(base64.b64decode(part) for part in re.findall(r"[A-Za-z0-9+/]{24,}={0,2}", text))
    assert not [key for key in whole.keys.values() if key in raw or base64.b64encode(key).decode() in text]
    for key in (raw[start : start + 32] for start in range(len(raw) - 31)):
        for thing in things:
            with pytest.raises(SealError):
                open_sealed(key, *thing)
    unlocked.forget()
    keys._ring.cache_clear()  # another machine, another process
    monkeypatch.delenv("MOEI_PASSPHRASE_FILE")
    with pytest.raises(KeyringError, match="nobody to ask"):
        open_attachment(acting(anong), attachment)
    with pytest.raises(KeyringError, match="nobody to ask"):
        storage.fetch(staged)
    with pytest.raises(KeyringError, match="nobody to ask"):
        existing_key_of(case.person_id)


@pytest.fixture(autouse=True)
def _asked_nowhere(monkeypatch):
    monkeypatch.setattr("sys.stdin", SimpleNamespace(isatty=lambda: False))


def test_p17_another_passphrase_is_another_for_the_key_file_too(sealed, says, monkeypatch):
    monkeypatch.setattr(rekey, "other_passphrase", lambda _present: RAIN)
    rekey_database(*sealed)
    says(RAIN)
    assert opens_with_the_passphrase(*sealed).current == "k1"
    says(RIVER)
    with pytest.raises(KeyringError, match="does not open with this passphrase"):
        Keyring.load(sealed[1])


@pytest.mark.parametrize("moment", range(1, 6))
def test_p17_stopped_at_any_moment_one_passphrase_opens_both_and_the_same_command_ends_it(
    sealed, says, monkeypatch, moment
):
    class Killed(BaseException):
        pass

    steps = []

    def dies(does):
        def step(*arguments, **more):
            steps.append(does)
            if len(steps) == moment:
                raise Killed
            return does(*arguments, **more)

        return step

    monkeypatch.setattr(rekey, "other_passphrase", lambda _present: RAIN)
    with monkeypatch.context() as patch:
        for name in ("write_stretching", "_rewrite"):
            patch.setattr(rekey, name, dies(getattr(rekey, name)))
        patch.setattr(Keyring, "save", dies(Keyring.save))
        with pytest.raises(Killed):
            rekey_database(*sealed)
    opening = []
    for passphrase in (RIVER, RAIN):
        says(passphrase)
        try:
            opening.append((passphrase, opens_with_the_passphrase(*sealed).current))
        except KeyringError:
            continue
    assert opening == [(RIVER if moment < 4 else RAIN, "k1")]
    says(RIVER)
    rekey_database(*sealed)
    says(RAIN)
    assert opens_with_the_passphrase(*sealed).current == "k1"
    assert len(json.loads(sealed[1].read_text())["sealed"]) == 1
    says(RIVER)
    with pytest.raises(KeyringError, match="does not open with this passphrase"):
        Keyring.load(sealed[1])


def of_the_former_form(database, key_file):
    """The key of the database is what Argon2id gives, and the key file lies in plain."""
    how = replace(quick(), own_keys=False)
    with opened(database, how.secret(RIVER)) as connection:
        connection.execute("CREATE TABLE person AS SELECT 'Khamla' AS name")
    write_stretching(database, [how])
    assert "keys" not in stretching_file(database).read_text()
    return Keyring.create(key_file)


def test_p17_a_key_file_of_the_former_form_opens_and_is_sealed_with_the_next_passphrase(
    tmp_path, says, monkeypatch
):
    database, key_file = tmp_path / "moei.sqlite3", tmp_path / "keys" / "moei.key"
    former = of_the_former_form(database, key_file)
    says(RIVER)
    assert opens_with_the_passphrase(database, key_file).keys == former.keys
    monkeypatch.setattr(rekey, "other_passphrase", lambda _present: RAIN)
    rekey_database(database, key_file)
    assert is_sealed(key_file)
    says(RAIN)
    assert opens_with_the_passphrase(database, key_file).keys == former.keys


@pytest.mark.django_db
def test_p17_a_key_file_of_the_former_form_is_sealed_at_the_next_rotation(
    tmp_path, settings, says, monkeypatch
):
    settings.DATA_DIR, settings.MOEI_KEY_FILE = tmp_path / "data", tmp_path / "keys" / "moei.key"
    settings.DATA_DIR.mkdir()
    monkeypatch.setattr(rotation, "connection", SimpleNamespace(vendor="sqlite"))
    of_the_former_form(settings.DATA_DIR / "moei.sqlite3", settings.MOEI_KEY_FILE)
    says(RIVER)
    rotate(lambda *_: None, now=datetime.now(UTC))
    assert is_sealed(settings.MOEI_KEY_FILE)
    says(RIVER)
    assert (
        opens_with_the_passphrase(settings.DATA_DIR / "moei.sqlite3", settings.MOEI_KEY_FILE).current == "k2"
    )


def test_p17_what_was_sealed_cannot_be_put_under_another_stretching(sealed, says):
    """Nor does a key file open that somebody changed."""
    raw = json.loads(sealed[1].read_text())
    data = bytearray(base64.b64decode(raw["sealed"][0]["keys"]))
    data[-1] ^= 1
    raw["sealed"][0]["keys"] = base64.b64encode(data).decode()
    sealed[1].write_text(json.dumps(raw))
    with pytest.raises(KeyringError, match="does not open"):
        Keyring.load(sealed[1])
    for nonsense in ([], [{}], "x", [{"stretching": raw["sealed"][0]["stretching"], "keys": 3}]):
        sealed[1].write_text(json.dumps({"sealed": nonsense}))
        with pytest.raises(KeyringError, match="cannot be read"):
            Keyring.check(sealed[1])
        with pytest.raises(KeyringError, match="cannot be read"):
            Keyring.load(sealed[1])


def test_p17_a_sealed_key_file_takes_no_key_of_a_database_that_opens_without(sealed, tmp_path):
    plain = tmp_path / "plain.sqlite3"
    with opened(plain, None) as connection:
        connection.execute("CREATE TABLE person (name text)")
    before = sealed[1].read_bytes()
    with pytest.raises(KeyringError, match="--passphrase"):
        encrypt_database(plain, sealed[1])
    assert sealed[1].read_bytes() == before


def test_p17_what_is_handed_over_lies_in_memory_only_and_is_no_other_processs(monkeypatch):
    monkeypatch.delenv("MOEI_PASSPHRASE_FILE", raising=False)
    assert unlocked.hand_over() == ()
    way, secret = quick(), new_key()
    unlocked.remember(way, secret)
    monkeypatch.setenv(unlocked.HANDED, "")
    (descriptor,) = unlocked.hand_over()
    place = os.environ[unlocked.HANDED]
    assert os.path.realpath(place).startswith("/memfd:")
    unlocked.forget()
    assert unlocked.stretched([way], "") == [(way, secret)]
    os.close(descriptor)
    unlocked.forget()
    with pytest.raises(KeyringError, match="nobody to ask"):
        unlocked.stretched([way], "")


def test_p17_the_commands_work_with_a_passphrase(tmp_path):
    """Made, exported, imported, rotated, backed up, restored and given another passphrase, with the real commands."""
    secret, following = tmp_path / "present", tmp_path / "following"
    secret.write_text(RIVER)
    following.write_text(RAIN)
    instance = Instance(tmp_path / "i", {"MOEI_PASSPHRASE_FILE": str(secret)})
    assert "same disk as the data" not in instance.done(*INIT, "--passphrase")
    identity = tmp_path / "identity"
    recipient = instance.moei("keys", "new-identity", "--to", identity).stdout.strip()
    without = {"MOEI_PASSPHRASE_FILE": ""}
    instance.done("keys", "export", "--recipient", recipient, "--to", tmp_path / "keys.age", **without)
    assert "nobody to ask" in instance.refused("keys", "rotate", **without)
    instance.done("keys", "rotate")
    instance.done("keys", "retire", "k1", "--stopped")
    assert '"k2"' not in instance.key_file.read_text()
    instance.done("backup", "--recipient", recipient, "--to", tmp_path / "backup.age")
    instance.done("keys", "export", "--recipient", recipient, "--to", tmp_path / "newer.age")
    other = Instance(tmp_path / "other", {"MOEI_PASSPHRASE_FILE": str(secret)})
    other.done("keys", "import", tmp_path / "newer.age", "--identity", identity, **without)
    said = other.done("restore", tmp_path / "backup.age", "--identity", identity, "--to", other.data)
    assert "whole." in said
    instance.done("keys", "rekey-database", MOEI_NEW_PASSPHRASE_FILE=str(following))
    assert "does not open with this passphrase" in instance.refused("serve")
    assert "sound" in instance.done("check", MOEI_PASSPHRASE_FILE=str(following))
