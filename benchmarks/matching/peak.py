"""The most memory a process held. Imports nothing, so that peers' environments can use it."""

from __future__ import annotations

import contextlib
import threading
from pathlib import Path


def peak_megabytes() -> int:
    """Of this process since it began. `ru_maxrss` is never below what the starting process held, so it is not used."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) // 1024


class PeakOfAll(threading.Thread):
    """Of this process and those it starts, asked twice a second; what several share counts once (PSS)."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.kilobytes = 0
        self._done = threading.Event()

    def run(self) -> None:
        while not self._done.wait(0.5):
            self.kilobytes = max(self.kilobytes, sum(map(_share, _family(Path("/proc/self")))))

    def megabytes(self) -> int:
        """Stops asking. The peak of this process alone is known exactly."""
        self._done.set()
        self.join()
        return max(self.kilobytes // 1024, peak_megabytes())


def _family(process: Path) -> list[Path]:
    found = [process]
    with contextlib.suppress(OSError):
        for task in (process / "task").iterdir():
            for child in (task / "children").read_text().split():
                found += _family(Path("/proc") / child)
    return found


def _share(process: Path) -> int:
    with contextlib.suppress(OSError, StopIteration):
        lines = (process / "smaps_rollup").read_text().splitlines()
        return next(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
    return 0
