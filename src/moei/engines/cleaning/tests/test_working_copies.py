"""A working copy shows what the original shows, and says nothing of who made it, with what, when and where."""

import io
import json
import struct
import subprocess
import sys
import zipfile
import zlib

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.comments import Comment
from PIL import Image
from PIL.PngImagePlugin import PngInfo
from pypdf import PdfReader, PdfWriter
from pypdf.generic import DictionaryObject, NameObject, StreamObject, TextStringObject

from moei.engines.cleaning import CannotClean, Family, clean, family_of, type_of

SECRET = "Khamla-of-the-camera"
# 16.70 N, 98.52 E: the river at Mae Sot.
GPS = {1: "N", 2: (16.0, 42.0, 0.0), 3: "E", 4: (98.0, 31.0, 12.0)}


def picture(form: str = "JPEG", *, mode: str = "RGB", size=(40, 30), **save) -> bytes:
    image = Image.new(mode, size, "white")
    if mode != "P":
        image.putpixel((0, 0), (200, 10, 10) if mode == "RGB" else (200, 10, 10, 255))
    exif = Image.Exif()
    exif[0x010F], exif[0x0132], exif[0x9286] = SECRET, "2025:02:05 09:00:00", SECRET
    exif._ifds[0x8825] = GPS
    exif[0x8825] = 0
    out = io.BytesIO()
    image.save(out, form, exif=exif.tobytes() if form != "TIFF" else exif, **save)
    return out.getvalue()


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP", "TIFF"])
def test_p13_a_picture_loses_place_camera_and_moment_and_shows_the_same(form):
    data = picture(form, **({"quality": 100} if form in ("JPEG", "WEBP") else {}))
    assert SECRET.encode() in data
    copy = clean(data)
    assert SECRET.encode() not in copy.data
    assert {"gps", "camera", "exif", "moment"} <= set(copy.removed)
    shown = Image.open(io.BytesIO(copy.data))
    assert (shown.format, shown.size) == (form, (40, 30))
    assert not [tag for tag in shown.getexif() if tag in (0x010F, 0x0132, 0x8825)]
    assert clean(copy.data).removed == (), "nothing is left to remove"


def test_p13_a_picture_is_turned_as_the_camera_said():
    image, exif, out = Image.new("RGB", (40, 30), "white"), Image.Exif(), io.BytesIO()
    exif[0x0112] = 6
    image.save(out, "JPEG", exif=exif)
    assert Image.open(io.BytesIO(clean(out.getvalue()).data)).size == (30, 40)


def test_p13_text_in_a_png_and_a_comment_in_a_gif_go():
    about, out = PngInfo(), io.BytesIO()
    about.add_text("Author", SECRET)
    Image.new("RGBA", (5, 5)).save(out, "PNG", pnginfo=about)
    copy = clean(out.getvalue())
    assert SECRET.encode() not in copy.data and "comment" in copy.removed
    out = io.BytesIO()
    frames = [Image.new("P", (5, 5), n) for n in range(3)]
    frames[0].save(out, "GIF", save_all=True, append_images=frames[1:], comment=SECRET.encode())
    copy = clean(out.getvalue())
    assert SECRET.encode() not in copy.data and "comment" in copy.removed


def test_a_picture_made_to_fill_the_memory_is_refused():
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">L", len(data)) + kind + data + struct.pack(">L", zlib.crc32(kind + data))

    head = chunk(b"IHDR", struct.pack(">LLBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0))
    bomb = b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", zlib.compress(b"\0" * 100_000)) + chunk(b"IEND", b"")
    with pytest.raises(CannotClean) as refused:
        clean(bomb)
    assert refused.value.code == "large"


@pytest.mark.parametrize("data", [picture()[:200], b"\x89PNG\r\n\x1a\n" + b"x" * 50, b"%PDF-1.7 nothing"])
def test_a_broken_file_has_no_copy(data):
    with pytest.raises(CannotClean) as refused:
        clean(data)
    assert refused.value.code == "damaged"


def document(*, author: bool = True) -> PdfWriter:
    writer = PdfWriter()
    page = writer.add_blank_page(200, 200)
    if author:
        writer.add_metadata({"/Author": SECRET, "/Creator": SECRET})
    xmp = StreamObject()
    xmp._data = f"<x:xmpmeta>{SECRET}</x:xmpmeta>".encode()
    xmp[NameObject("/Type")] = NameObject("/Metadata")
    writer._root_object[NameObject("/Metadata")] = writer._add_object(xmp)
    photo = StreamObject()
    photo._data = picture()
    photo.update(
        {
            NameObject("/Type"): NameObject("/XObject"),
            NameObject("/Subtype"): NameObject("/Image"),
            NameObject("/Filter"): NameObject("/DCTDecode"),
        }
    )
    page[NameObject("/Resources")] = DictionaryObject(
        {NameObject("/XObject"): DictionaryObject({NameObject("/P"): writer._add_object(photo)})}
    )
    return writer


def written(writer: PdfWriter) -> bytes:
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def test_p13_a_pdf_loses_its_author_its_xmp_and_what_its_pictures_say():
    copy = clean(written(document()))
    assert SECRET.encode() not in copy.data
    assert {"author", "xmp", "pictures"} <= set(copy.removed)
    read = PdfReader(io.BytesIO(copy.data))
    assert len(read.pages) == 1 and not read.metadata and read.xmp_metadata is None
    photo = read.pages[0]["/Resources"]["/XObject"]["/P"]._data
    assert Image.open(io.BytesIO(photo)).size == (40, 30)


def test_p13_what_would_run_in_a_pdf_and_what_hides_in_it_goes():
    writer = document()
    script = DictionaryObject(
        {NameObject("/S"): NameObject("/JavaScript"), NameObject("/JS"): TextStringObject("app.alert(1)")}
    )
    writer.pages[0][NameObject("/AA")] = DictionaryObject({NameObject("/O"): writer._add_object(script)})
    writer.add_attachment(f"{SECRET}.txt", SECRET.encode())
    writer._root_object[NameObject("/OpenAction")] = DictionaryObject(
        {
            NameObject("/S"): NameObject("/URI"),
            NameObject("/URI"): TextStringObject("https://example.org/" + SECRET),
        }
    )
    copy = clean(written(writer))
    assert SECRET.encode() not in copy.data and b"app.alert" not in copy.data
    assert {"actions", "embedded"} <= set(copy.removed)


def test_p13_an_earlier_version_of_a_pdf_is_not_in_the_copy():
    first = written(document())
    again = PdfWriter(io.BytesIO(first), incremental=True)
    again.add_metadata({"/Author": "another"})
    copy = clean(written(again))
    assert b"another" not in copy.data and copy.data.count(b"%%EOF") == 1 and "versions" in copy.removed


def test_a_locked_pdf_has_no_copy():
    writer = document()
    writer.encrypt("secret")
    with pytest.raises(CannotClean) as refused:
        clean(written(writer))
    assert refused.value.code == "encrypted"


def test_p13_a_spreadsheet_loses_its_properties_and_who_commented():
    book, out = Workbook(), io.BytesIO()
    book.active["A1"] = "wages"
    book.active["A1"].comment = Comment("look", SECRET)
    book.properties.creator = book.properties.lastModifiedBy = SECRET
    book.save(out)
    copy = clean(out.getvalue())
    inside = b"".join(zipfile.ZipFile(io.BytesIO(copy.data)).read(n) for n in names(copy.data))
    assert SECRET.encode() not in inside and "author" in copy.removed and "comments" in copy.removed
    assert load_workbook(io.BytesIO(copy.data)).active["A1"].value == "wages"
    assert copy.ending == ".xlsx"


def names(data: bytes) -> list[str]:
    return zipfile.ZipFile(io.BytesIO(data)).namelist()


def office(parts: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return out.getvalue()


def test_p13_a_letter_loses_authors_of_changes_sittings_and_what_its_pictures_say():
    change = (
        f'<w:p w:rsidR="00A1"><w:ins w:author="{SECRET}" w:date="2025-02-05T00:00:00Z">quota</w:ins></w:p>'
    )
    letter = office(
        {
            "word/document.xml": change.encode(),
            "word/settings.xml": b'<w:rsids><w:rsid w:val="00A1"/></w:rsids>',
            "word/media/image1.jpg": picture(),
            "docProps/core.xml": f"<dc:creator>{SECRET}</dc:creator>".encode(),
            "docProps/thumbnail.jpeg": picture(),
        }
    )
    copy = clean(letter)
    archive = zipfile.ZipFile(io.BytesIO(copy.data))
    assert all(SECRET.encode() not in archive.read(name) for name in archive.namelist())
    assert b"quota" in archive.read("word/document.xml") and b"rsid" not in archive.read("word/document.xml")
    assert {"author", "comments", "moment", "sittings", "pictures", "thumbnail"} == set(copy.removed)
    assert {info.date_time for info in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_p13_an_open_document_loses_its_author():
    text = office(
        {
            "mimetype": b"application/vnd.oasis.opendocument.text",
            "content.xml": f"<office:annotation><dc:creator>{SECRET}</dc:creator>see</office:annotation>".encode(),
            "meta.xml": f"<meta:initial-creator>{SECRET}</meta:initial-creator>".encode(),
        }
    )
    copy = clean(text)
    archive = zipfile.ZipFile(io.BytesIO(copy.data))
    assert all(SECRET.encode() not in archive.read(name) for name in archive.namelist())
    assert archive.infolist()[0].filename == "mimetype" and archive.infolist()[0].compress_type == 0


@pytest.mark.parametrize(
    ("parts", "code"),
    [
        ({"word/document.xml": b"", "word/vbaProject.bin": b""}, "macros"),
        ({"chats.txt": b"any zip"}, "kind"),
        ({"word/document.xml": b"", "../x": b""}, "damaged"),
    ],
)
def test_what_would_run_or_is_no_document_has_no_copy(parts, code):
    with pytest.raises(CannotClean) as refused:
        clean(office(parts))
    assert refused.value.code == code


@pytest.mark.parametrize("data", [b"RIFF\0\0\0\0WAVE" + b"x" * 90, b"MZ\x90\0\x03\0", b"SQLite format 3\0"])
def test_sound_programs_and_databases_have_no_copy(data):
    with pytest.raises(CannotClean) as refused:
        clean(data)
    assert refused.value.code == "kind"


def test_a_text_is_its_own_copy():
    assert clean("ค่าจ้าง 300\n".encode()).data == "ค่าจ้าง 300\n".encode()


@pytest.mark.parametrize(
    ("head", "family"),
    [
        (picture(), Family.IMAGE),
        (b"%PDF-1.4", Family.DOCUMENT),
        (b"\0\0\0\x18ftypmp42", Family.VIDEO),
        (b"PK\x03\x04", Family.ARCHIVE),
        (b"SQLite format 3\0", Family.DATABASE),
        (b"<html><script>alert(1)</script>", Family.TEXT),
        (b"MZ\x90\0", Family.OTHER),
        (b"", Family.OTHER),
    ],
)
def test_a_file_is_what_its_first_bytes_say(head, family):
    assert family_of(type_of(head[:4096])) is family


def test_text_that_is_cut_inside_a_letter_is_text():
    assert type_of(("x" + "ก" * 2000).encode()[:4096]) == "text/plain"


def test_the_process_of_its_own_answers_with_the_copy_or_why_not():
    def run(data: bytes) -> tuple[dict, bytes]:
        done = subprocess.run(
            [sys.executable, "-m", "moei.engines.cleaning"], input=data, capture_output=True
        )
        assert done.returncode == 0, done.stderr
        said, _line, content = done.stdout.partition(b"\n")
        return json.loads(said), content

    said, content = run(picture())
    assert said["media"] == "image/jpeg" and "gps" in said["removed"] and content[:2] == b"\xff\xd8"
    assert run(b"RIFF\0\0\0\0WAVE") == ({"cannot": "kind"}, b"")
