"""What a file is, by its first bytes. Its name is not believed."""

from __future__ import annotations

from enum import StrEnum

# Bytes from the beginning that are enough to tell.
HEAD = 4096
UNKNOWN = "application/octet-stream"

# First bytes, from which byte on, what it is. More particular ones first.
_SIGNATURES: tuple[tuple[bytes, int, str], ...] = (
    (b"%PDF-", 0, "application/pdf"),
    (b"\x89PNG\r\n\x1a\n", 0, "image/png"),
    (b"\xff\xd8\xff", 0, "image/jpeg"),
    (b"GIF87a", 0, "image/gif"),
    (b"GIF89a", 0, "image/gif"),
    (b"WEBP", 8, "image/webp"),
    (b"II*\x00", 0, "image/tiff"),
    (b"MM\x00*", 0, "image/tiff"),
    (b"ftyphei", 4, "image/heic"),
    (b"ftypmif1", 4, "image/heic"),
    (b"ftypM4A", 4, "audio/mp4"),
    (b"ftypqt", 4, "video/quicktime"),
    (b"ftyp", 4, "video/mp4"),
    (b"\x1aE\xdf\xa3", 0, "video/webm"),
    (b"WAVE", 8, "audio/wav"),
    (b"AVI ", 8, "video/x-msvideo"),
    (b"OggS", 0, "audio/ogg"),
    (b"ID3", 0, "audio/mpeg"),
    (b"\xff\xfb", 0, "audio/mpeg"),
    (b"#!AMR", 0, "audio/amr"),
    (b"PK\x03\x04", 0, "application/zip"),
    (b"PK\x05\x06", 0, "application/zip"),
    (b"7z\xbc\xaf'\x1c", 0, "application/x-7z-compressed"),
    (b"Rar!\x1a\x07", 0, "application/vnd.rar"),
    (b"\x1f\x8b", 0, "application/gzip"),
    (b"ustar", 257, "application/x-tar"),
    (b"SQLite format 3\x00", 0, "application/vnd.sqlite3"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", 0, "application/x-ole-storage"),
)


# By a part that only such a document has: its media type and ending.
OFFICE = {
    "word/document.xml": ("application/vnd.openxmlformats-officedocument.wordprocessingml.document", ".docx"),
    "xl/workbook.xml": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", ".xlsx"),
    "ppt/presentation.xml": (
        "application/vnd.openxmlformats-officedocument.presentationml.presentation",
        ".pptx",
    ),
}


class Family(StrEnum):
    """What people call it."""

    IMAGE = "image"
    VIDEO = "video"
    AUDIO = "audio"
    DOCUMENT = "document"
    ARCHIVE = "archive"
    DATABASE = "database"
    TEXT = "text"
    OTHER = "other"


_FAMILIES = {
    "application/pdf": Family.DOCUMENT,
    "application/x-ole-storage": Family.DOCUMENT,
    "application/vnd.sqlite3": Family.DATABASE,
    "text/plain": Family.TEXT,
    UNKNOWN: Family.OTHER,
}
_ARCHIVES = {
    "application/zip",
    "application/x-7z-compressed",
    "application/vnd.rar",
    "application/gzip",
    "application/x-tar",
}


def type_of(head: bytes) -> str:
    """A media type from the first `HEAD` bytes of a file; `application/octet-stream` when nothing is known."""
    for signature, offset, media in _SIGNATURES:
        if head[offset : offset + len(signature)] == signature:
            return media
    return "text/plain" if _is_text(head) else UNKNOWN


def family_of(media: str) -> Family:
    if media in _ARCHIVES:
        return Family.ARCHIVE
    if media in _FAMILIES:
        return _FAMILIES[media]
    if media.startswith(("application/vnd.openxmlformats", "application/vnd.oasis")):
        return Family.DOCUMENT
    kind = media.partition("/")[0]
    return Family(kind) if kind in ("image", "video", "audio", "text") else Family.OTHER


def type_of_zip(names: list[str]) -> str:
    """A media type from the names inside a zip: documents of office programs are zips."""
    there = set(names)
    if {"mimetype", "content.xml", "meta.xml"} <= there:
        return "application/vnd.oasis.opendocument"
    return next((media for part, (media, _ending) in OFFICE.items() if part in there), "application/zip")


def _is_text(head: bytes) -> bool:
    """Text in UTF-8 without control characters; a character that the head cuts in two is no fault."""
    if not head or any(byte < 32 and byte not in (9, 10, 12, 13) for byte in head):
        return False
    try:
        head.decode("utf-8")
    except UnicodeDecodeError as error:
        return len(head) == HEAD and error.start >= HEAD - 3
    return True
