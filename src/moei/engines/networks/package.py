"""The referral package for an agency abroad: one zip whose manifest `sha256sum -c SHA256SUMS` checks.

What goes in has been chosen, pseudonymised and generalised by whoever calls; here it is written and nothing is added
of a teller. Evidence is streamed, so a file may be larger than the memory.
"""

from __future__ import annotations

import csv
import io
import json
import re
import stat
import zipfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import IO, Protocol

from moei.engines.networks.ftm import ftm_lines
from moei.engines.networks.gexf import to_gexf
from moei.engines.networks.graph import Network
from moei.engines.neutral import neutral

MANIFEST = "SHA256SUMS"
_PIECE = 1 << 20
_UNSAFE = re.compile(r"[^A-Za-z0-9._-]+")
_RATIO, _SMALL = 200, 10 << 20


class Digest(Protocol):
    """SHA-256 of bytes that come in pieces, as `moei.crypto.Digest`."""

    def update(self, piece: bytes, /) -> None: ...

    def hexdigest(self) -> str: ...


class PackageError(ValueError):
    """Why a package was not made or may not be opened, in words."""


@dataclass(frozen=True)
class StatementRow:
    """A statement as it leaves: `statement` and `teller` are pseudonyms, `teller_words` is generalised (P13)."""

    statement: str
    teller: str
    teller_words: str
    when: str
    text: str
    source_grade: str = ""
    information_grade: str = ""
    handling: str = ""


@dataclass(frozen=True)
class EvidenceFile:
    """A file of evidence: `sha256` is its digest on arrival, `opened` opens it anew for reading bytes."""

    name: str
    sha256: str
    opened: Callable[[], IO[bytes]]


def write_package(
    out: IO[bytes],
    *,
    summary_pdf: bytes,
    network: Network,
    statements: Sequence[StatementRow],
    evidence: Iterable[EvidenceFile],
    digest: Callable[[], Digest],
    made_at: datetime,
) -> dict[str, str]:
    """Write the zip to `out`; the digest of each member by its name.

    Raises PackageError if a file of evidence is no longer what arrived. What `out` holds then must be thrown away.
    """
    sums: dict[str, str] = {}
    when = made_at.timetuple()[:6]
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, allowZip64=True) as package:

        def add(name: str, pieces: Iterable[bytes]) -> str:
            member = zipfile.ZipInfo(name, when)
            member.compress_type = zipfile.ZIP_DEFLATED
            member.external_attr = (stat.S_IFREG | 0o644) << 16
            found = digest()
            with package.open(member, "w", force_zip64=True) as file:
                for piece in pieces:
                    found.update(piece)
                    file.write(piece)
            return found.hexdigest()

        def keep(name: str, pieces: Iterable[bytes]) -> None:
            sums[name] = add(name, pieces)

        keep("summary.pdf", [summary_pdf])
        keep("entities.ftm.json", (line.encode() for line in ftm_lines(network)))
        keep("entities.csv", [_entities(network)])
        keep("links.csv", [_links(network)])
        keep("network.gexf", [to_gexf(network, links=network.stated)])
        keep("statements.csv", [_statements(statements)])
        custody = []
        for number, item in enumerate(evidence, 1):
            name = f"evidence/{number:04d}-{safe_name(item.name)}"
            keep(name, _pieces(item))
            if sums[name] != item.sha256.lower():
                raise PackageError(f"{safe_name(item.name)} is not what arrived: its SHA-256 has changed")
            custody.append({"file": name, "sha256": item.sha256.lower()})
        keep("evidence.json", [json.dumps(custody, indent=2).encode() + b"\n"])
        add(MANIFEST, ["".join(f"{sha256}  {name}\n" for name, sha256 in sums.items()).encode()])
    return sums


def safe_name(name: str) -> str:
    """The last part of a file's name in signs that every system takes; never empty, hidden or a folder."""
    last = re.split(r"[/\\]", name)[-1]
    base, dot, ending = _UNSAFE.sub("_", last).strip("._-").rpartition(".")
    short = f"{base[:80]}{dot}{ending[:12]}" if dot else ending[:80]
    return short or "file"


def check_members(package: zipfile.ZipFile) -> None:
    """Raises PackageError unless each member of a zip that came in can be written below one folder and read whole.

    Refused: `../`, absolute and Windows names, links, two members of one name, members that unpack to very much.
    """
    seen: set[str] = set()
    for member in package.infolist():
        # `orig_filename` is as it stands in the file, before Python cut it at a zero.
        names = (member.filename, member.orig_filename)
        for name in names:
            parts = re.split(r"[/\\]", name)
            if name.startswith(("/", "\\")) or ".." in parts or ":" in name or "\0" in name:
                raise PackageError(f"a member would be written elsewhere: {name!r}")
        if stat.S_ISLNK(member.external_attr >> 16):
            raise PackageError(f"a member is a link: {member.filename!r}")
        if member.filename.casefold() in seen:
            raise PackageError(f"two members have one name: {member.filename!r}")
        if member.file_size > _SMALL and member.file_size > _RATIO * max(member.compress_size, 1):
            raise PackageError(f"a member unpacks to too much: {member.filename!r}")
        seen.add(member.filename.casefold())


def _pieces(item: EvidenceFile) -> Iterator[bytes]:
    with item.opened() as file:
        while piece := file.read(_PIECE):
            yield piece


def _table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    file = io.StringIO(newline="")
    writer = csv.writer(file)
    writer.writerow(head)
    writer.writerows(
        [value if isinstance(value, int) else neutral(str(value)) for value in row] for row in rows
    )
    # With the mark by which spreadsheet programs know UTF-8.
    return file.getvalue().encode("utf-8-sig")


def _entities(network: Network) -> bytes:
    rows = (
        (
            entity.id,
            entity.kind,
            entity.label,
            "; ".join(entity.names[1:]),
            "; ".join(entity.roles),
            entity.country,
            len(entity.statements),
            len(entity.tellers),
            entity.problem,
        )
        for entity in network.entities.values()
    )
    head = (
        "id",
        "kind",
        "label",
        "other spellings",
        "roles",
        "country",
        "statements",
        "people",
        "not read because",
    )
    return _table(head, rows)


def _links(network: Network) -> bytes:
    rows = ((link.one, link.role, link.other, "; ".join(sorted(link.statements))) for link in network.stated)
    return _table(("one", "role", "other", "statements"), rows)


def _statements(statements: Sequence[StatementRow]) -> bytes:
    head = ("statement", "teller", "who", "when", "text", "source", "information", "handling")
    rows = (
        (
            s.statement,
            s.teller,
            s.teller_words,
            s.when,
            s.text,
            s.source_grade,
            s.information_grade,
            s.handling,
        )
        for s in statements
    )
    return _table(head, rows)
