"""The working copy: made on arrival, tied to the original by its hash, or said not to be there and why."""

import errno
import hashlib
import io
import time

import pytest
from PIL import Image

from moei.access.acting import Invalid
from moei.desks.evidence.actions import make_working_copy as making
from moei.desks.evidence.actions.make_working_copy import make_working_copy
from moei.desks.evidence.models import Custody, Evidence, WorkingCopy
from moei.desks.evidence.storage import Arriving, pieces
from moei.desks.evidence.tests.conftest import SECRET

WhyNone = WorkingCopy.WhyNone


def test_p13_a_photo_has_a_copy_without_place_and_camera_and_the_original_stays(receive, photo):
    piece = receive(photo, "IMG.jpg").evidence
    copy = piece.working
    data = b"".join(pieces(piece.id, copy.key, working=True))
    assert SECRET.encode() not in data and Image.open(io.BytesIO(data)).size == (40, 30)
    assert {"gps", "camera"} <= set(copy.removed)
    assert copy.original_sha256 == piece.sha256 == hashlib.sha256(photo).hexdigest()
    assert copy.sha256 == hashlib.sha256(data).hexdigest() and copy.size == len(data)
    assert b"".join(pieces(piece.id, piece.key)) == photo


def test_what_cannot_be_cleaned_says_so(receive, zipped):
    for data, why in (
        (b"RIFF\0\0\0\0WAVE" + b"x" * 100, WhyNone.KIND),
        (zipped({"chats.txt": b"x"}), WhyNone.KIND),
        (b"%PDF-1.7 broken", WhyNone.DAMAGED),
        (zipped({"word/document.xml": b"", "word/vbaProject.bin": b""}), WhyNone.MACROS),
    ):
        piece = receive(data, "file").evidence
        assert piece.working.why_none == why and piece.working.key is None
        assert piece.custody.filter(act=Custody.Act.NOT_CLEANED).exists()


def test_a_file_too_large_to_be_cleaned_says_so(receive, photo, monkeypatch):
    monkeypatch.setattr(making, "MOST", 10)
    assert receive(photo).evidence.working.why_none == WhyNone.LARGE


def test_a_cleaner_that_hangs_is_stopped(receive, photo, monkeypatch, tmp_path):
    """Also when what was sent breaks the library that reads it."""
    hangs = tmp_path / "moei" / "engines" / "cleaning"
    hangs.mkdir(parents=True)
    for package in (
        hangs,
        hangs.parent,
        hangs.parent.parent,
    ):  # so that it comes before the one that is installed
        (package / "__init__.py").touch()
    (hangs / "__main__.py").write_text("import sys, time\nsys.stdin.buffer.read()\ntime.sleep(60)\n")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    monkeypatch.setattr(making, "SECONDS", 2)
    began = time.monotonic()
    assert receive(photo).evidence.working.why_none == WhyNone.DAMAGED
    assert 1.5 < time.monotonic() - began < 30, "it hung, and was not waited for"


def test_it_is_made_once(receive, photo, acting, niran):
    piece = receive(photo).evidence
    first = piece.working
    assert make_working_copy(acting(niran), piece) == first
    assert piece.custody.filter(act=Custody.Act.CLEANED).count() == 1


def test_what_failed_is_made_when_the_same_bytes_come_again(receive, photo, monkeypatch):
    def full(evidence, copy):
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as failing:
        failing.setattr(making, "_cleaned", full)
        with pytest.raises(OSError, match="No space"):
            receive(photo)
    piece = Evidence.objects.get()
    assert not WorkingCopy.objects.exists()
    again = receive(photo)
    assert again.again and again.evidence == piece
    copy = WorkingCopy.objects.get(evidence=piece)
    assert copy.sha256 and b"".join(pieces(piece.id, copy.key, working=True))
    assert receive(photo).again and WorkingCopy.objects.get() == copy
    assert piece.custody.filter(act=Custody.Act.CLEANED).count() == 1


def test_a_copy_that_was_begun_and_left_is_in_nobodys_way(receive, photo, monkeypatch):
    with monkeypatch.context() as failing:
        failing.setattr(making, "_cleaned", lambda evidence, copy: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            receive(photo)
    piece = Evidence.objects.get()
    left = Arriving("", working=True, id=piece.id)  # killed, or somebody else makes it at this moment
    try:
        assert receive(photo).evidence.working.key
    finally:
        left.discard()


def test_p18_a_piece_destroyed_while_it_is_cleaned_gains_no_key(
    receive, photo, monkeypatch, now, files_on_disk
):
    cleaned = making._cleaned

    def meanwhile(evidence, copy):
        said = cleaned(evidence, copy)
        Evidence.objects.filter(pk=evidence.pk).update(destroyed_at=now, key=None)
        return said

    monkeypatch.setattr(making, "_cleaned", meanwhile)
    with pytest.raises(Invalid, match="destroyed"):
        receive(photo)
    assert not WorkingCopy.objects.exists()
    assert not [path for path in files_on_disk() if "working" in path.name]


def test_a_document_of_an_office_program_has_one(receive, zipped):
    letter = {"word/document.xml": b'<w:p w:rsidR="1"/>', "docProps/core.xml": SECRET.encode()}
    piece = receive(zipped(letter), "letter.docx").evidence
    assert piece.family_words == "Document" and piece.working.ending == ".docx"
    text = {"mimetype": b"application/vnd.oasis.opendocument.text", "content.xml": b"", "meta.xml": b""}
    assert receive(zipped(text), "letter.odt").evidence.working.ending == ".odt"
