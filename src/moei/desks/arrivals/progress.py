"""How far long work has come, for a page that asks. It lies in a small file, because what a transaction writes
to the database is seen by nobody until the work is done. The file holds counts only."""

from __future__ import annotations

import contextlib
import json
import time
from collections.abc import Callable
from pathlib import Path
from uuid import UUID

from django.conf import settings

EVERY = 0.5  # seconds between two writings


def reporter(work: UUID, label: str) -> Callable[[int, int], None]:
    """A progress callback (done, total) that writes at most every half second."""
    written = 0.0

    def report(done: int, total: int) -> None:
        nonlocal written
        now = time.monotonic()
        if now - written >= EVERY or done >= total:
            written = now
            _write(work, {"label": label, "done": done, "total": total})

    return report


def progress_of(work: UUID) -> dict[str, object]:
    """`label`, `done`, `total` as last written; empty before the work began."""
    try:
        found = json.loads(_path(work).read_text())
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def forget(work: UUID) -> None:
    with contextlib.suppress(OSError):
        _path(work).unlink()


def _write(work: UUID, value: dict[str, object]) -> None:
    path = _path(work)
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    fresh = path.with_suffix(".new")
    fresh.write_text(json.dumps(value))
    fresh.replace(path)


def _path(work: UUID) -> Path:
    return Path(settings.DATA_DIR) / "progress" / f"{work}.json"
