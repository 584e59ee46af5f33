"""A long answer goes out as fast as its reader reads, and no faster.

What is handed to granian piece by piece it keeps in memory until it is read: two gigabytes of evidence for a slow
reader would be two gigabytes of memory. A file it reads only as it sends. So it is given a pipe with a name, which holds
64 KiB and never touches the disk; whoever writes into it waits for whoever reads.
"""

from __future__ import annotations

import os
import select
import tempfile
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any

# Seconds: for granian to open the pipe, and for the reader to take what the pipe holds.
OPENS_WITHIN, READS_WITHIN = 20.0, 30.0
# Bytes a second. A reader who takes less than that, all in all, is not waited for.
SLOWEST = 16 * 1024


class NotRead(Exception):
    """The reader is gone, or too slow."""


def pour(protocol: Any, status: int, headers: list[tuple[str, str]], pieces: Iterable[bytes]) -> None:
    """Sends the pieces in the thread that calls; raises `NotRead`, after which the answer ends where it is."""
    with tempfile.TemporaryDirectory(prefix="moei-pipe-") as place:
        pipe = Path(place) / "answer"
        os.mkfifo(pipe, 0o600)
        protocol.response_file(status, headers, str(pipe))
        end = _opened(pipe)
    try:
        began, written = time.monotonic(), 0
        for piece in pieces:
            left = memoryview(piece)
            while left:
                if time.monotonic() - began > READS_WITHIN + written / SLOWEST:
                    raise NotRead
                _read, ready, _failed = select.select((), (end,), (), READS_WITHIN)
                if not ready:
                    raise NotRead
                taken = os.write(end, left)
                left, written = left[taken:], written + taken
    except BrokenPipeError:
        raise NotRead from None
    finally:
        os.close(end)


def _opened(pipe: Path) -> int:
    """The end to write into, once there is somebody at the other."""
    until = time.monotonic() + OPENS_WITHIN
    while time.monotonic() < until:
        try:
            return os.open(pipe, os.O_WRONLY | os.O_NONBLOCK)
        except OSError:  # nobody reads yet
            time.sleep(0.002)
    # Whoever opens it after all finds its end, and does not wait for ever.
    os.close(os.open(pipe, os.O_RDWR | os.O_NONBLOCK))
    raise NotRead
