"""P17, the drill: back up while eight officers register people, restore elsewhere, lose nobody who was confirmed.

Runs on whichever database the tests run on: SQLite, SQLCipher, PostgreSQL.
"""

import os
import subprocess
import sys
import threading
import time
from datetime import UTC, date, datetime, timedelta
from urllib.parse import urlsplit, urlunsplit
from uuid import uuid4

import pytest
from django.conf import settings
from django.db import OperationalError, connection, transaction

from moei.access.decide import can
from moei.access.models import Staff
from moei.access.tokens import digest_token
from moei.casefile.actions.assign_case import assign_case
from moei.casefile.actions.attachments import add_attachment, path_of
from moei.casefile.actions.consent import record_consent, withdraw_consent
from moei.casefile.actions.load_wordings import current_wording, load_wordings
from moei.casefile.models import Attachment, Purpose
from moei.crypto.envelope import new_identity
from moei.desks.arrivals.actions.register_person import register_person
from moei.desks.arrivals.actions.upload_list import upload_list
from moei.desks.arrivals.registration import Registration
from moei.desks.arrivals.tests.workbooks import workbook
from moei.journal.anchors import sign_head
from moei.safekeeping.backup import NotBackedUp, back_up
from moei.safekeeping.pack import Contents
from moei.safekeeping.tests.commands import Instance
from moei.signin.models import KnownDevice

pytestmark = pytest.mark.django_db(transaction=True)
OFFICERS = 8


def quietly(_what, _done, _total):
    pass


@pytest.fixture(autouse=True)
def files(tmp_path, settings):
    settings.DATA_DIR = tmp_path / "files"
    settings.ATTACHMENTS_DIR = tmp_path / "files" / "attachments"


@pytest.fixture
def elsewhere(tmp_path):
    """Where the backup is restored: an empty directory, and an empty database on the same PostgreSQL."""
    instance = Instance(tmp_path / "elsewhere", {"MOEI_KEY_FILE": str(settings.MOEI_KEY_FILE)})
    url = os.environ.get("MOEI_DATABASE_URL")
    if not url:
        yield instance
        return
    name = f"restored_{uuid4().hex}"
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE DATABASE {name}")
    instance.more["MOEI_DATABASE_URL"] = urlunsplit(urlsplit(url)._replace(path=f"/{name}"))
    yield instance
    with connection.cursor() as cursor:
        cursor.execute(f"DROP DATABASE {name} WITH (FORCE)")


def test_p17_nobody_who_was_confirmed_before_the_backup_is_missing_after_restoring(
    tmp_path, elsewhere, anong, acting, add_case
):
    case = add_case("Khamla Vongphachanh", nationality="LAO")
    add_attachment(acting(anong), case, Attachment.Kind.DOCUMENT, "a.pdf", b"%PDF-1.4 paper")
    upload_list(acting(anong), "list.xlsx", workbook(), "Somebody")
    confirmed: list[str] = []
    enough, stop = threading.Event(), threading.Event()
    failed: list[BaseException] = []

    def officer() -> None:
        try:
            while not stop.is_set():
                given = Registration(
                    name=f"Person {uuid4().hex[:8]}", birth_from=date(1998, 3, 14), birth_to=date(1998, 3, 14)
                )
                done = register_person(acting(anong), given, None, operation=uuid4())
                confirmed.append(str(done.case.number))
                if len(confirmed) >= 3 * OFFICERS:
                    enough.set()
                stop.wait(0.01)  # as between two clicks of one person, only shorter
        except BaseException as error:
            failed.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=officer) for _ in range(OFFICERS)]
    for thread in threads:
        thread.start()
    assert enough.wait(timeout=120)
    before = list(confirmed)
    meanwhile: list[int] = []

    def wait_for_the_officers(what: str, done: int, _total: int) -> None:
        """The moment is taken and being written: whoever comes now must not have to wait for the end."""
        if (what, done) == ("Database", 0):
            already = len(confirmed)
            until = time.monotonic() + 60
            while len(confirmed) <= already and not failed and time.monotonic() < until:
                time.sleep(0.01)
            meanwhile.append(len(confirmed) - already)

    secret, recipient = new_identity()
    try:
        contents, _registered = back_up(
            tmp_path / "moei.age", [recipient], wait_for_the_officers, now=datetime.now(UTC)
        )
    finally:
        stop.set()
        for thread in threads:
            thread.join(timeout=60)
    assert not failed
    assert meanwhile and meanwhile[0] > 0, "nobody could be registered while the backup was made"
    (tmp_path / "identity").write_text(secret)

    restoring = (
        "restore",
        tmp_path / "moei.age",
        "--identity",
        tmp_path / "identity",
        "--to",
        elsewhere.data,
    )
    said = elsewhere.done(*restoring)
    assert f"{contents.rows['casefile_case']} cases" in said
    assert "1 attachments" in said
    assert "whole." in said
    assert "intact" in elsewhere.done("journal", "verify", MOEI_ENCRYPTED=encrypted())
    assert set(before) <= case_numbers(elsewhere)
    if "MOEI_DATABASE_URL" in elsewhere.more:
        again = (*restoring[:-1], tmp_path / "third")
        assert "is not empty" in elsewhere.refused(*again)


def test_a_whole_backup_is_not_thrown_away_because_others_write_without_a_pause(tmp_path, cast, monkeypatch):
    """SQLite lets the writer who has just finished go first again; others ask in vain, and are told it is locked."""
    from moei.safekeeping import backup

    asked, registers = [], backup.register_backup

    def locked_twice(place, **about):
        asked.append(busy_timeout())
        if len(asked) < 3:
            raise OperationalError("database is locked")
        return registers(place, **about)

    usual = busy_timeout()
    monkeypatch.setattr(backup, "register_backup", locked_twice)
    _contents, registered = back_up(tmp_path / "a.age", [new_identity()[1]], quietly, now=datetime.now(UTC))
    assert registered.number == 1
    assert (tmp_path / "a.age").exists()
    assert busy_timeout() == usual
    if usual is not None:
        assert all(each < usual for each in asked), "who asks more often is sooner between two others"

    asked.clear()
    monkeypatch.setattr(backup, "REGISTERS_WITHIN", 0)
    with pytest.raises(NotBackedUp, match="quieter moment"):
        back_up(tmp_path / "b.age", [new_identity()[1]], quietly, now=datetime.now(UTC))
    assert [path.name for path in tmp_path.glob("*.age*")] == ["a.age"], "nothing that nobody must destroy"


@pytest.mark.skipif(connection.vendor == "postgresql", reason="about the locks of a file")
def test_a_copy_takes_no_lock_away_from_who_writes_in_the_same_program(tmp_path, cast):
    """Closing a file drops every lock that the process has on it: two libraries on one file would do that."""
    from moei.safekeeping import backup

    trying = (
        "import sys; from pathlib import Path; from moei.safekeeping.sqlcipher.keyed import opened\n"
        "with opened(Path(sys.argv[1]), bytes.fromhex(sys.argv[2]) or None) as other:\n"
        "    other.execute('PRAGMA busy_timeout = 0')\n"
        "    other.execute('BEGIN IMMEDIATE')\n"
    )
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE journal_head SET seq = seq")
        contents = Contents(id="b1", made_at="", database=backup._kind())
        with backup._snapshot(contents, tmp_path):
            pass
        options = connection.settings_dict["OPTIONS"]
        key = options["key"].candidates()[0].hex() if "key" in options else ""
        other = subprocess.run(
            [sys.executable, "-c", trying, str(connection.settings_dict["NAME"]), key],
            env=Instance(tmp_path).environment(),
            capture_output=True,
            text=True,
        )
    assert "database is locked" in other.stderr
    assert contents.rows["access_staff"] > 0


def test_a_file_that_is_there_is_left_as_it_is(tmp_path, cast):
    (tmp_path / "moei.age").write_text("mine")
    with pytest.raises(NotBackedUp, match="exists already"):
        back_up(tmp_path / "moei.age", [new_identity()[1]], quietly, now=datetime.now(UTC))
    assert (tmp_path / "moei.age").read_text() == "mine"


def busy_timeout() -> int | None:
    """How long this connection asks for its turn, in milliseconds; None where writers wait in a row."""
    if connection.vendor != "sqlite":
        return None
    with connection.cursor() as cursor:
        return int(cursor.execute("PRAGMA busy_timeout").fetchone()[0])


@pytest.mark.parametrize("lost", [False, True], ids=["whole", "without the key that signs"])
def test_p02_p17_a_restore_lets_nobody_back_in_whom_somebody_sent_away(
    tmp_path, elsewhere, release, agencies, cast, anong, kanya, selam, tesfa, acting, add_case, now, lost
):
    """Bekele says yes to his embassy, a backup is made, he takes it back, the disk breaks: the embassy stays out.

    Also where the restore is not proved to be whole: it may be all that is left, and be served for that reason.
    """
    load_wordings(now=now)
    case = add_case("Bekele Tadesse", nationality="ETH")
    embassy = agencies["Embassy of Ethiopia"]
    assign_case(acting(anong), case, kanya)
    yes = record_consent(
        acting(kanya),
        case,
        Purpose.EMBASSY,
        given=True,
        wording=current_wording(Purpose.EMBASSY, "am"),
        recipient=embassy,
        translated_by=selam,
    )
    assert can(tesfa, "case.open", case, now=now)
    service = Staff.objects.create(username="service", name="Service", is_service=True, agency=embassy)
    token = service.tokens.create(
        agency=embassy,
        label="test",
        digest=digest_token("stolen"),
        created_at=now,
        expires_at=datetime.now(UTC) + timedelta(days=30),
    )
    KnownDevice.objects.create(staff=tesfa, device="d", since=now, last_used_at=now)
    sign_head(now)
    secret, recipient = new_identity()
    contents, _registered = back_up(tmp_path / "moei.age", [recipient], quietly, now=datetime.now(UTC))
    withdraw_consent(acting(kanya), yes)
    token.revoked_at = now
    token.save()
    (tmp_path / "identity").write_text(secret)
    if lost:
        elsewhere.more["MOEI_SIGNING_KEY_FILE"] = str(tmp_path / "lost.signing")
    restored = elsewhere.moei(
        "restore", tmp_path / "moei.age", "--identity", tmp_path / "identity", "--to", elsewhere.data
    )
    said = restored.stderr
    assert restored.returncode == lost, said
    assert ("This restore is not proved to be whole" in said, "To serve it:" in said) == (lost, not lost)
    assert "1 tokens of the API, 1 known devices, 1 openings of a case by consent" in said
    assert f"decided after {contents.made_at} is not in this backup" in said
    asking = (
        "import django; django.setup()\n"
        "from datetime import UTC, datetime\n"
        "from moei.access.decide import can\n"
        "from moei.access.models import ApiToken, Staff\n"
        "from moei.casefile.models import Case\n"
        "from moei.journal.models import Entry\n"
        "from moei.retention.models import Backup\n"
        "from moei.signin.models import KnownDevice\n"
        "case = Case.objects_unchecked.get()\n"
        "print(can(Staff.objects.get(username='tesfa'), 'case.open', case, now=datetime.now(UTC)))\n"
        "print(can(Staff.objects.get(username='anong'), 'case.open', case, now=datetime.now(UTC)))\n"
        "print(ApiToken.objects.filter(revoked_at=None).count(), KnownDevice.objects.count())\n"
        "closed, restored = (Entry.objects.filter(action=a).get() for a in ('case.closed_to', 'backup.restored'))\n"
        "print(closed.case == case.pk, closed.data['basis'], restored.data['consents'], restored.data['since'])\n"
        "print(restored.data['findings'], Backup.objects.filter(place__contains='restored from it').count())\n"
    )
    found = asked(elsewhere, asking).splitlines()
    assert found == ["False", "True", "0 0", f"True consent 1 {contents.made_at}", f"{int(lost)} 1"]
    if not lost:
        assert "intact" in elsewhere.done("journal", "verify", MOEI_ENCRYPTED=encrypted())


def test_a_file_that_was_lost_before_the_backup_is_named_after_restoring(
    tmp_path, elsewhere, anong, acting, add_case
):
    attachment = add_attachment(
        acting(anong), add_case("Khamla"), Attachment.Kind.DOCUMENT, "a.pdf", b"%PDF-1.4 paper"
    )
    path_of(attachment).unlink()
    secret, recipient = new_identity()
    back_up(tmp_path / "moei.age", [recipient], quietly, now=datetime.now(UTC))
    (tmp_path / "identity").write_text(secret)
    said = elsewhere.done(
        "restore", tmp_path / "moei.age", "--identity", tmp_path / "identity", "--to", elsewhere.data
    )
    assert f"Already gone when the backup was made: {attachment.id}.sealed" in said


def test_p17_no_copy_of_the_database_is_left_behind(tmp_path, anong, acting, add_case, monkeypatch):
    """Also when the backup fails half-way; and the copy of a plain database never lies on a disk."""
    from moei.safekeeping import backup

    add_case("Khamla")
    ram = tmp_path / "ram"
    ram.mkdir()
    monkeypatch.setattr(backup, "RAM", ram)

    def fail(*_anything):
        raise NotBackedUp("the disk is gone")

    with monkeypatch.context() as patch:
        patch.setattr(backup, "_add_files", fail)
        with pytest.raises(NotBackedUp):
            back_up(tmp_path / "out" / ".." / "moei.age", [new_identity()[1]], quietly, now=datetime.now(UTC))
    assert not any(ram.iterdir())
    assert not list(tmp_path.glob("*moei*"))
    if not encrypted_or_server():
        monkeypatch.setattr(backup, "RAM", tmp_path / "nowhere")
        with pytest.raises(NotBackedUp, match="must not lie on a disk"):
            back_up(tmp_path / "moei.age", [new_identity()[1]], quietly, now=datetime.now(UTC))


def encrypted() -> str:
    return os.environ.get("MOEI_ENCRYPTED", "0")


def encrypted_or_server() -> bool:
    return encrypted() == "1" or connection.vendor == "postgresql"


def case_numbers(instance: Instance) -> set[str]:
    """Asked of the restored instance by a program of its own."""
    asking = (
        "import django; django.setup()\n"
        "from moei.casefile.models import Case\n"
        "print('\\n'.join(Case.objects_unchecked.values_list('number', flat=True)))"
    )
    return set(asked(instance, asking).split())


def asked(instance: Instance, asking: str) -> str:
    """What a program of its own prints about the instance."""
    done = subprocess.run(
        [sys.executable, "-c", asking],
        env=instance.environment(MOEI_ENCRYPTED=encrypted()),
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout
