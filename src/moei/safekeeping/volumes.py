"""Whether a directory, a file or a device is on an encrypted volume, as far as Linux shows it."""

from __future__ import annotations

import os
from pathlib import Path

SYS_BLOCK = Path("/sys/dev/block")


def looks_encrypted(directory: Path, sys_block: Path = SYS_BLOCK) -> bool | None:
    """True when a layer below is dm-crypt; False when a real device without one is; None when it cannot be seen.

    `sys_block` holds a folder for each device, named major:minor, as the kernel shows them.
    """
    number = directory.stat().st_dev
    device = sys_block / f"{os.major(number)}:{os.minor(number)}"
    if not device.exists():
        return None  # a network or a stacked file system: no device of its own
    return _any_layer_encrypts(device)


def device_looks_encrypted(device: Path, sys_block: Path = SYS_BLOCK) -> bool:
    """Of a device itself, not of what lies on it."""
    number = device.stat().st_rdev
    shown = sys_block / f"{os.major(number)}:{os.minor(number)}"
    return shown.exists() and _any_layer_encrypts(shown)


def _any_layer_encrypts(device: Path) -> bool:
    uuid = device / "dm" / "uuid"
    if uuid.exists() and uuid.read_text().startswith("CRYPT-"):
        return True
    if (device / "partition").exists():
        return _any_layer_encrypts(device.resolve().parent)  # the disk that this is a part of
    below = device / "slaves"
    layers = list(below.iterdir()) if below.is_dir() else []
    # Of a mirror or a striped volume, every part must be encrypted.
    return bool(layers) and all(_any_layer_encrypts(layer) for layer in layers)
