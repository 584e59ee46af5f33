"""The thief with the disk looks into the folder for temporary files: what was uploaded never lay there, however large.

The folder for temporary files does not exist here, so that a handler that wanted to write there would fail.
"""

from __future__ import annotations

import tempfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import RequestFactory
from django.urls import reverse

from moei.desks.arrivals.models import ListImport
from moei.web import settings as product

MIB = 1024 * 1024


@pytest.fixture(autouse=True)
def nowhere(settings, tmp_path, monkeypatch):
    """Neither Django nor the library below has a folder for temporary files."""
    settings.FILE_UPLOAD_TEMP_DIR = str(tmp_path / "nowhere")
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "nowhere"))
    settings.DATA_DIR = tmp_path / "data"
    settings.ATTACHMENTS_DIR = settings.DATA_DIR / "attachments"


@pytest.mark.parametrize("most", [product.MAX_LIST_BYTES, *product.MAX_ATTACHMENT_BYTES.values()])
def test_p17_no_upload_of_any_size_that_is_taken_becomes_a_file_in_plain(most):
    """Whichever form it comes from: the parser of all of them is the same."""
    file = SimpleUploadedFile("Khamla.bin", b"x" * most)
    taken = RequestFactory().post(reverse("arrivals:upload"), {"file": file}).FILES["file"]
    assert taken.size == most
    assert not hasattr(taken, "temporary_file_path")


@pytest.mark.django_db
def test_p17_a_recording_is_sealed_without_having_lain_anywhere_in_plain(
    add_case, anong, sign_in, settings, tmp_path
):
    case = add_case("Khamla Vongphachanh", nationality="LAO")
    sound = b"RIFF\x00\x00\x00\x00WAVE" + b"what Khamla said " * (MIB // 4)
    page = sign_in(anong)
    answer = page.post(
        reverse("cases:attach", args=[case.pk]),
        {"kind": "audio", "file": SimpleUploadedFile("Khamla.wav", sound)},
    )
    assert answer.status_code == 302, answer.content
    kept = case.attachments.get()
    assert page.get(reverse("cases:attachment", args=[case.pk, kept.pk])).content == sound
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert files and all(path.suffix == ".sealed" for path in files)
    assert all(b"Khamla" not in path.read_bytes() for path in files)


@pytest.mark.django_db
def test_p17_nor_does_a_list_that_is_refused(anong, sign_in, tmp_path):
    list_of_names = SimpleUploadedFile("list.pdf", b"%PDF-1.4" + b"Khamla Vongphachanh " * (MIB // 4))
    answer = sign_in(anong).post(reverse("arrivals:upload"), {"file": list_of_names, "sender": "Militia"})
    assert answer.status_code == 422
    assert not ListImport.objects.exists()
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]
