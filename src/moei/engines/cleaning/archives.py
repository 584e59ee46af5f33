"""A zip is looked through before it is kept: whoever unpacks it one day must not be harmed by it."""

from __future__ import annotations

import os
import re
import stat
import struct
import zipfile
from typing import IO

# More than these is no archive of evidence but a trap for whoever unpacks it.
MOST_MEMBERS = 100_000
MOST_CONTENTS = 32 * 1024 * 1024  # bytes of the list of contents itself
MOST_UNPACKED = 200 * 1024**3
MOST_TIMES = 200  # how many times larger than packed; deflate reaches 1,032
SMALL = 64 * 1024 * 1024  # unpacked: what stays below harms nobody, however well it was packed

_DRIVE = re.compile(r"[A-Za-z]:")


class BadArchive(Exception):
    """The archive is a trap or broken. `words` say why, with `%(member)s`; `member` names the entry, or is empty."""

    def __init__(self, words: str, member: str = "") -> None:
        self.words, self.member = words, member
        super().__init__(words % {"member": member})


def check_archive(file: IO[bytes]) -> list[str]:
    """The names in a zip, in their order. Nothing is unpacked. Raises `BadArchive`."""
    _refuse_long_contents(file)
    try:
        with zipfile.ZipFile(file) as archive:
            members = archive.infolist()
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OverflowError, struct.error) as error:
        raise BadArchive(
            "This zip cannot be read: it is damaged, or more than one part. Send it as one whole file."
        ) from error
    if len(members) > MOST_MEMBERS:
        raise BadArchive("This zip holds more files than any evidence does. Send it in several parts.")
    for member in members:
        _refuse_member(member)
    _refuse_overlaps(members)
    if sum(member.file_size for member in members) > MOST_UNPACKED:
        raise BadArchive("This zip would fill the disk of whoever unpacks it. Send it in several parts.")
    return [member.filename for member in members]


def _refuse_member(member: zipfile.ZipInfo) -> None:
    # The name as it stands in the file: the library's own may have been cut at a zero byte.
    name = member.orig_filename.replace("\\", "/")
    shown = "".join(letter if letter.isprintable() else "·" for letter in member.orig_filename)[:200]
    if ".." in name.split("/"):
        raise BadArchive("“%(member)s” in this zip leads out of its folder. It is not taken.", shown)
    if name.startswith("/") or _DRIVE.match(name):
        raise BadArchive(
            "“%(member)s” in this zip names a place on the disk of whoever unpacks it. It is not taken.",
            shown,
        )
    if not name.strip() or any(not letter.isprintable() for letter in name):
        raise BadArchive("“%(member)s” in this zip is no name of a file. It is not taken.", shown)
    kind = stat.S_IFMT(member.external_attr >> 16)
    if kind and kind not in (stat.S_IFREG, stat.S_IFDIR):
        raise BadArchive("“%(member)s” in this zip is a link, not a file. It is not taken.", shown)
    if member.file_size > SMALL and member.file_size > MOST_TIMES * max(1, member.compress_size):
        raise BadArchive(
            "“%(member)s” in this zip swells to many times its size: it is made to fill a disk. It is not taken.",
            shown,
        )


def _refuse_overlaps(members: list[zipfile.ZipInfo]) -> None:
    """Entries that share their bytes unpack to far more than the archive holds."""
    end, before = 0, ""
    for member in sorted(members, key=lambda one: one.header_offset):
        if member.header_offset < end and before:
            raise BadArchive(
                "“%(member)s” in this zip lies inside another entry: it is made to fill a disk. It is not taken.",
                member.filename[:200],
            )
        end, before = member.header_offset + 30 + member.compress_size, member.filename


def _refuse_long_contents(file: IO[bytes]) -> None:
    """The list of contents is read into memory as a whole: its size is looked at before."""
    size = file.seek(0, os.SEEK_END)
    tail = min(size, 22 + 65_535)
    file.seek(size - tail)
    end = file.read(tail)
    file.seek(0)
    at = end.rfind(b"PK\x05\x06")
    if at < 0 or len(end) - at < 22:
        raise BadArchive(
            "This zip cannot be read: it is damaged, or more than one part. Send it as one whole file."
        )
    length = struct.unpack_from("<L", end, at + 12)[0]
    if length == 0xFFFFFFFF:
        big = end.rfind(b"PK\x06\x06", 0, at)
        length = struct.unpack_from("<Q", end, big + 40)[0] if big >= 0 and big + 48 <= len(end) else length
    if length > MOST_CONTENTS:
        raise BadArchive("This zip holds more files than any evidence does. Send it in several parts.")
