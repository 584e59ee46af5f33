"""What was asked, answered and read with a key: lines of JSON in a file beside it, which only grows.

It is how a question is never answered twice, nor more questions than agreed; and the record of what left, when, and to
whom. It holds digests of files and no number. Made with the key: where it is missing, nothing is done without it.
"""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from io import TextIOWrapper
from pathlib import Path

from moei.engines.private_comparison.agreement import Agency, Agreement
from moei.engines.private_comparison.refusal import Refused

ASKED, ANSWERED, READ = "asked", "answered", "read"


def path_beside(key: Path) -> Path:
    return key.with_name(f"{key.name}.ledger")


def create(key: Path) -> Path:
    path = path_beside(key)
    os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    return path


@dataclass(slots=True)
class Ledger:
    """A ledger that nobody else writes to at this moment."""

    lines: list[dict[str, str]]
    _file: TextIOWrapper

    def answered(self, agreement: Agreement) -> int:
        """How many questions were answered under an agreement."""
        return sum(line["did"] == ANSWERED and line["agreement"] == agreement.digest for line in self.lines)

    def has_answered(self, nonce: str) -> bool:
        return any(line["did"] == ANSWERED and line["nonce"] == nonce for line in self.lines)

    def add(
        self,
        did: str,
        agreement: Agreement,
        partner: Agency,
        *,
        nonce: str,
        file: str,
        now: datetime,
        shared: int | None = None,
    ) -> None:
        """One line more, on the disk before this returns. ``nonce`` is the question's, ``file`` the digest of a file."""
        line = {
            "at": now.astimezone(UTC).isoformat(timespec="seconds"),
            "did": did,
            "agreement": agreement.digest,
            "agreement_id": agreement.id,
            "purpose": agreement.purpose,
            "partner": partner.name,
            "nonce": nonce,
            "file": file,
        }
        if shared is not None:
            line["shared"] = str(shared)
        self._file.write(json.dumps(line, ensure_ascii=False) + "\n")
        self._file.flush()
        os.fsync(self._file.fileno())
        self.lines.append(line)


@contextmanager
def opened(key: Path) -> Iterator[Ledger]:
    """The ledger beside a key, locked. Raises ``Refused`` where it is missing or was damaged."""
    path = path_beside(key)
    if not path.is_file():
        raise Refused(
            f"The ledger {path} is missing: it knows what was answered already. Restore it from where you keep it."
        )
    with path.open("a+", encoding="utf-8") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        file.seek(0)
        try:
            text = file.read()
            lines = [json.loads(line) for line in text.splitlines()]
            if (text and not text.endswith("\n")) or any(
                not {"did", "agreement", "nonce"} <= set(line) for line in lines
            ):
                raise ValueError
        except (ValueError, TypeError, RecursionError):
            raise Refused(
                f"The ledger {path} is damaged. Restore it, or look at its last line with whoever answers for it."
            ) from None
        yield Ledger(lines, file)
