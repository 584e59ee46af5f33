"""The most memory a process held. Imports nothing, so that peers' environments can use it."""

from __future__ import annotations

from pathlib import Path


def peak_megabytes() -> int:
    """Of this process since it began. `ru_maxrss` is never below what the starting process held, so it is not used."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) // 1024
