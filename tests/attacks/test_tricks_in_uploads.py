"""The militia's clerk sends more than a list: names that climb out of folders, archives that unpack onto the disk."""

from __future__ import annotations

import io
import stat
import zipfile
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from moei.casefile.models import Attachment
from moei.desks.arrivals.models import ListImport
from moei.desks.arrivals.tests.workbooks import workbook
from moei.journal.models import Entry

pytestmark = pytest.mark.django_db
NAMES = (
    "../../../../etc/cron.d/moei",
    "..\\..\\..\\Windows\\win.ini",
    "/etc/passwd",
    "C:\\data\\moei.sqlite3",
    "file:///etc/passwd",
    "....//....//moei.key",
    "%2e%2e%2fmoei.key",
    "a\x00.xlsx",
    "moei.sqlite3",
    ".sealed",
    "~root/x.xlsx",
    "con.xlsx",
    "x" * 400 + ".xlsx",
    "a\r\nSet-Cookie: sessionid=stolen.xlsx",
    "\u202excod.xlsx",
    "",
    ".",
    "..",
)
PNG = b"\x89PNG\r\n\x1a\n" + b"\x00" * 64


@pytest.fixture
def house(settings, tmp_path):
    """The data directory alone in a folder, so that anything written beside it is seen."""
    settings.DATA_DIR = tmp_path / "outer" / "data"
    settings.ATTACHMENTS_DIR = settings.DATA_DIR / "attachments"
    settings.DATA_DIR.mkdir(parents=True)
    return tmp_path


def files(house: Path) -> set[Path]:
    return {path for path in house.rglob("*") if path.is_file()}


def outside(house: Path) -> list[Path]:
    """Files that stand where no upload belongs, or whose name the sender chose."""
    data = house / "outer" / "data"
    homes = (data / "lists", data / "attachments")
    return [
        path
        for path in files(house)
        if not any(path.is_relative_to(home) for home in homes)
        or path.suffix != ".sealed"
        or len(path.stem) != 36
    ]


def raw_upload(client: Client, url: str, name: str, data: bytes, **fields: str):
    """A multipart body written by hand: Django's own client would clean the name."""
    boundary = "attack"
    body = b""
    for key, value in fields.items():
        body += f'--{boundary}\r\nContent-Disposition: form-data; name="{key}"\r\n\r\n{value}\r\n'.encode()
    head = f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n'
    body += head.encode() + b"Content-Type: application/octet-stream\r\n\r\n" + data
    body += f"\r\n--{boundary}--\r\n".encode()
    return client.post(url, body, content_type=f"multipart/form-data; boundary={boundary}")


@pytest.mark.parametrize("name", NAMES, ids=range(len(NAMES)))
def test_no_name_of_a_list_leads_out_of_its_folder(name, house, anong, sign_in):
    response = raw_upload(
        sign_in(anong), reverse("arrivals:upload"), name, workbook(), sender="Somebody (invented)"
    )
    assert response.status_code in (200, 302, 400, 422)
    assert "Set-Cookie" not in str(response.headers.get("Set-Cookie", ""))
    assert outside(house) == []
    for imp in ListImport.objects.all():
        assert "/" not in imp.filename and "\\" not in imp.filename and "\x00" not in imp.filename
        assert imp.filename.isprintable() or "\u202e" in imp.filename
        assert imp.filename not in ("", ".", "..")


@pytest.mark.parametrize("name", NAMES, ids=range(len(NAMES)))
def test_no_name_of_an_attachment_leads_out_or_splits_a_header(name, house, add_case, anong, sign_in):
    case, client = add_case("Somebody"), sign_in(anong)
    response = raw_upload(client, reverse("cases:attach", args=[case.pk]), name, PNG, kind="photo")
    assert response.status_code in (200, 302, 400, 422)
    assert outside(house) == []
    for attachment in Attachment.objects.all():
        page = client.get(reverse("cases:attachment", args=[case.pk, attachment.pk]))
        assert page.status_code == 200
        assert "sessionid" not in page.headers.get("Set-Cookie", "")
        disposition = page.headers.get("Content-Disposition", "")
        assert (
            "\r" not in disposition and "\n" not in disposition and ".." not in disposition.replace("...", "")
        )


def with_part(name: str, content: bytes = b"stolen", *, link: bool = False) -> bytes:
    """A good list with one part more, which an unpacking program would write where its name says."""
    file = io.BytesIO(workbook())
    with zipfile.ZipFile(file, "a") as archive:
        part = zipfile.ZipInfo(name)
        if link:
            part.create_system = 3
            part.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(part, content)
    return file.getvalue()


def nested(depth: int) -> bytes:
    content = b"0" * 1_000_000
    for _level in range(depth):
        file = io.BytesIO()
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
            for n in range(8):
                archive.writestr(f"{n}.zip", content)
        content = file.getvalue()
    return content


ARCHIVES = {
    "a part that climbs out": with_part("../../../../tmp/moei-slip"),
    "an absolute part": with_part("/tmp/moei-slip"),
    "a part of Windows": with_part("..\\..\\moei-slip"),
    "a symbolic link": with_part("xl/worksheets/sheet9.xml", b"/etc/passwd", link=True),
    "a link in place of the rows": None,  # made below
    "an archive in an archive": with_part("xl/embeddings/inner.zip", nested(3)),
    "archives only": nested(3),
    "an archive that is only a name": b"PK\x05\x06" + b"\x00" * 18,
    "a part that says it is another size": None,
}


def _link_for_rows() -> bytes:
    good, made = zipfile.ZipFile(io.BytesIO(workbook())), io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for part in good.infolist():
            if part.filename == "xl/worksheets/sheet1.xml":
                link = zipfile.ZipInfo(part.filename)
                link.create_system = 3
                link.external_attr = (stat.S_IFLNK | 0o777) << 16
                archive.writestr(link, b"/etc/passwd")
            else:
                archive.writestr(part, good.read(part))
    return made.getvalue()


def _lies_about_size() -> bytes:
    data = workbook()
    at = data.rindex(b"PK\x01\x02")
    return data[: at + 24] + (5).to_bytes(4, "little") + data[at + 28 :]


@pytest.mark.parametrize("what", ARCHIVES)
def test_no_archive_writes_anything_or_reads_what_it_points_at(what, house, anong, sign_in):
    data = ARCHIVES[what]
    if data is None:
        data = _link_for_rows() if "link" in what else _lies_about_size()
    response = sign_in(anong).post(
        reverse("arrivals:upload"), {"file": SimpleUploadedFile("list.xlsx", data), "sender": "Somebody"}
    )
    assert response.status_code in (302, 422)
    assert outside(house) == []
    assert not Path("/tmp/moei-slip").exists()
    assert b"root:" not in response.content
    for imp in ListImport.objects.all():
        assert "root:" not in str(imp.reading)


ENTITIES = b"""<?xml version="1.0"?>
<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd"><!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]>
<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData><row r="1">
<c r="A1" t="inlineStr"><is><t>&f;&b;</t></is></c></row></sheetData></worksheet>"""


def test_a_list_cannot_have_a_file_of_the_server_read_into_it(house, anong, sign_in):
    good, made = zipfile.ZipFile(io.BytesIO(workbook())), io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for part in good.infolist():
            content = ENTITIES if part.filename == "xl/worksheets/sheet1.xml" else good.read(part)
            archive.writestr(part.filename, content)
    response = sign_in(anong).post(
        reverse("arrivals:upload"),
        {"file": SimpleUploadedFile("list.xlsx", made.getvalue()), "sender": "Somebody"},
    )
    assert response.status_code == 422
    assert b"root:" not in response.content
    assert not ListImport.objects.exists()


@pytest.mark.parametrize(
    "disguise",
    [
        b"<html><script>alert(1)</script>",
        b"<svg onload=alert(1)>",
        b"MZ\x90\x00",
        b"#!/bin/sh\nid",
        b"GIF89a<script>",
    ],
    ids=range(5),
)
def test_a_page_or_a_program_in_the_clothes_of_a_photo_is_refused(disguise, house, add_case, anong, sign_in):
    case = add_case("Somebody")
    response = sign_in(anong).post(
        reverse("cases:attach", args=[case.pk]),
        {"kind": "photo", "file": SimpleUploadedFile("face.png", disguise, content_type="image/png")},
    )
    assert response.status_code in (200, 422)
    assert not Attachment.objects.exists()
    assert not Entry.objects.filter(action="attachment.added").exists()


def test_a_photo_that_is_also_a_page_is_never_shown_as_one(house, add_case, anong, sign_in):
    """A polyglot: its first bytes are a picture's, the rest is a page."""
    case, client = add_case("Somebody"), sign_in(anong)
    data = PNG + b"<html><script>alert(document.cookie)</script></html>"
    client.post(
        reverse("cases:attach", args=[case.pk]), {"kind": "photo", "file": SimpleUploadedFile("x.html", data)}
    )
    attachment = Attachment.objects.get()
    page = client.get(reverse("cases:attachment", args=[case.pk, attachment.pk]))
    assert page.headers["Content-Type"] == "image/png"
    assert page.headers["X-Content-Type-Options"] == "nosniff"
    assert "script-src 'self'" in page.headers["Content-Security-Policy"]
