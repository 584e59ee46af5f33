"""What lies in memory stays there: names and keys get neither into a core dump nor, unsaid, into swap in plain."""

from __future__ import annotations

import contextlib
import ctypes
import resource
import sys
from pathlib import Path

from moei.safekeeping.volumes import device_looks_encrypted, looks_encrypted

SWAPS = Path("/proc/swaps")
CGROUPS = Path("/sys/fs/cgroup")
_PR_SET_DUMPABLE = 4


def keep_to_itself() -> None:
    """No core dump of this process, and no other program of the same user reads its memory (on Linux).

    The first is inherited by the programs it starts, the second is not: each of them calls this itself.
    """
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform == "linux":
        # Where a sandbox forbids it, the program goes on as before.
        with contextlib.suppress(OSError, AttributeError):
            ctypes.CDLL(None).prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)


def swap_in_plain(swaps: Path = SWAPS, own_group: Path = Path("/proc/self/cgroup")) -> list[str]:
    """The swap in use that lies neither on an encrypted device nor in memory (zram), unless this process gets none."""
    try:
        lines = swaps.read_text().splitlines()[1:]
    except OSError:
        return []
    if _gets_none(own_group):
        return []
    return [name for name, kind in map(_named, lines) if not _is_safe(Path(name), kind)]


def _named(line: str) -> tuple[str, str]:
    """Name and kind; the kernel writes a blank in a name as \\040."""
    name, kind = line.split()[:2]
    return name.replace("\\040", " "), kind


def _is_safe(place: Path, kind: str) -> bool:
    try:
        if kind == "partition":
            return place.name.startswith("zram") or device_looks_encrypted(place)
        return looks_encrypted(place) is True
    except OSError:
        return False  # not there: it cannot be seen what it lies on


def _gets_none(own_group: Path) -> bool:
    """Whether the service manager keeps this process from swap (systemd's MemorySwapMax=0)."""
    try:
        group = own_group.read_text().partition("0::/")[2].splitlines()[0]
        return (CGROUPS / group / "memory.swap.max").read_text().strip() == "0"
    except (OSError, IndexError):
        return False
