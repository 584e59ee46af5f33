"""Documents of office programs: zips of XML. Their properties are left out, and who wrote a comment or a change."""

from __future__ import annotations

import io
import re
import zipfile

from moei.engines.cleaning.archives import BadArchive, check_archive
from moei.engines.cleaning.clean import CannotClean, Cleaned
from moei.engines.cleaning.images import strip_jpeg, strip_png
from moei.engines.cleaning.kinds import OFFICE

_OPEN = {
    b"application/vnd.oasis.opendocument.text": ".odt",
    b"application/vnd.oasis.opendocument.spreadsheet": ".ods",
    b"application/vnd.oasis.opendocument.presentation": ".odp",
}
MOST_UNPACKED = 300 * 1024 * 1024

_XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_SCHEMAS = "http://schemas.openxmlformats.org"
_EMPTY = {
    name: f"{_XML}{part}".encode()
    for name, part in (
        (
            "docProps/core.xml",
            f'<cp:coreProperties xmlns:cp="{_SCHEMAS}/package/2006/metadata/core-properties"/>',
        ),
        ("docProps/app.xml", f'<Properties xmlns="{_SCHEMAS}/officeDocument/2006/extended-properties"/>'),
        ("docProps/custom.xml", f'<Properties xmlns="{_SCHEMAS}/officeDocument/2006/custom-properties"/>'),
        (
            "meta.xml",
            '<office:document-meta xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
            'office:version="1.2"><office:meta/></office:document-meta>',
        ),
    )
}
# Who, and when, in changes and comments; ids of sittings in which a text was written.
_WORD_AUTHORS = re.compile(rb'(\s(?:w:author|w:initials|w15:author|w15:userId)=")[^"]*(")')
_AUTHORS = re.compile(rb'(\s(?:author|initials|name|displayName|userId|providerId)=")[^"]*(")')
_MOMENTS = re.compile(rb'\s(?:w:date|w16du:dateUtc|dt|dT|created|modified)="[^"]*"')
_SITTINGS = re.compile(rb'\sw:rsid\w*="[^"]*"')
_SITTING_LIST = re.compile(rb"<w:rsids>.*?</w:rsids>", re.S)
_OPEN_WHO = re.compile(rb"(<(?:dc:creator|dc:date|meta:creator-initials)>)[^<]*(</)")
_EXCEL_AUTHOR = re.compile(rb"(<author>)[^<]*(</author>)")
# Parts in which an author's name may stand; elsewhere `name` is the name of a style or a sheet.
_WITH_AUTHORS = re.compile(r"(comment|people|person|commentAuthors|authors)", re.I)
_PICTURE = (".jpg", ".jpeg", ".png")


def clean_office(data: bytes) -> Cleaned:
    """Raises `CannotClean`: `kind` for a zip that is no document, `macros` for one that would run."""
    try:
        names = check_archive(io.BytesIO(data))
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            media, ending = _document(archive, set(names))
            if sum(member.file_size for member in archive.infolist()) > MOST_UNPACKED:
                raise CannotClean("large")
            return _written(archive, media, ending)
    except (
        BadArchive,
        zipfile.BadZipFile,
        RuntimeError,
        ValueError,
        OSError,
        EOFError,
        NotImplementedError,
    ) as error:
        raise CannotClean("damaged") from error


def _document(archive: zipfile.ZipFile, names: set[str]) -> tuple[str, str]:
    if any(name.lower().endswith("vbaproject.bin") or name.startswith("Basic/") for name in names):
        raise CannotClean("macros")
    for part, (media, ending) in OFFICE.items():
        if part in names:
            return media, ending
    if "mimetype" in names and archive.getinfo("mimetype").file_size < 200:
        media_type = archive.read("mimetype").strip()
        if media_type in _OPEN:
            return media_type.decode(), _OPEN[media_type]
    raise CannotClean("kind")


def _written(archive: zipfile.ZipFile, media: str, ending: str) -> Cleaned:
    removed: set[str] = set()
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as copy:
        for member in archive.infolist():
            if member.is_dir():
                continue
            name = member.filename
            if name.startswith(("Thumbnails/", "docProps/thumbnail")):
                removed.add("thumbnail")
                # Other parts refer to it: an empty one keeps the document whole.
                part = b""
            else:
                part, found = _part(name, archive.read(member))
                removed |= found
            # No moment, no system: as if everything had been packed at once.
            info = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            info.compress_type = zipfile.ZIP_STORED if name == "mimetype" else zipfile.ZIP_DEFLATED
            copy.writestr(info, part)
    return Cleaned(out.getvalue(), media, ending, tuple(sorted(removed)))


def _part(name: str, part: bytes) -> tuple[bytes, set[str]]:
    if name in _EMPTY:
        return _EMPTY[name], {"author"}
    lower = name.lower()
    if lower.endswith(_PICTURE):
        stripped, cut = strip_png(part) if lower.endswith(".png") else strip_jpeg(part)
        return stripped, {"pictures"} if cut else set()
    if not lower.endswith(".xml"):
        return part, set()
    found: set[str] = set()
    word = name.startswith("word/")
    steps = [(_OPEN_WHO, rb"\1\2", "comments")]
    if word or _WITH_AUTHORS.search(name):
        steps += [(_WORD_AUTHORS if word else _AUTHORS, rb"\1\2", "comments"), (_MOMENTS, b"", "moment")]
        steps += [(_EXCEL_AUTHOR, rb"\1\2", "comments")]
    if word:
        steps += [(_SITTINGS, b"", "sittings"), (_SITTING_LIST, b"", "sittings")]
    for pattern, instead, code in steps:
        part, times = pattern.subn(instead, part)
        found |= {code} if times else set()
    return part, found
