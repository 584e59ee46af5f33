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

# Seconds: for granian to open the pipe, which it does within milliseconds unless the reader is gone already; and for the
# reader to take what the pipe holds.
OPENS_WITHIN, READS_WITHIN = 2.0, 30.0
# Bytes a second. A reader who takes less than that, all in all, is not waited for.
SLOWEST = 16 * 1024


class NotRead(Exception):
    """The reader is gone, or too slow."""


class NoPipe(Exception):
    """There is no room for one in the folder of temporary files; nothing was sent."""


def pour(protocol: Any, status: int, headers: list[tuple[str, str]], pieces: Iterable[bytes]) -> None:
    """Sends the pieces in the thread that calls; raises `NotRead`, after which the answer ends where it is."""
    try:
        place = tempfile.TemporaryDirectory(prefix="moei-pipe-")
        pipe = Path(place.name) / "answer"
        os.mkfifo(pipe, 0o600)
    except OSError as full:
        raise NoPipe from full
    with place:
        protocol.response_file(status, headers, str(pipe))
        end = _opened(pipe)
    try:
        began, written = time.monotonic(), 0
        room = select.poll()
        room.register(end, select.POLLOUT)
        for piece in pieces:
            left = memoryview(piece)
            while left:
                if time.monotonic() - began > READS_WITHIN + written / SLOWEST:
                    raise NotRead
                if not room.poll(READS_WITHIN * 1000):
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
    # Whoever opens it after all finds its end, and does not wait for ever; after that nobody finds it.
    end = os.open(pipe, os.O_RDWR | os.O_NONBLOCK)
    pipe.unlink()
    os.close(end)
    raise NotRead
