"""What a passphrase gave in this process: asked and stretched once, for the database and for the key file.

`moei serve` hands it to the processes that it starts. It lies in memory only, and is gone when they are, however they
end.
"""

from __future__ import annotations

import base64
import contextlib
import json
import os
import threading
from pathlib import Path

from moei.crypto.passphrase import Stretched, Stretching, read_passphrase

HANDED = "MOEI_HANDED_KEYS"

_lock = threading.Lock()
_held: dict[Stretching, bytes] = {}


def stretched(ways: list[Stretching], prompt: str) -> list[Stretched]:
    """What is held of these ways; if nothing is, the passphrase is asked. Whether it is the right one is not known yet.

    Raises `KeyringError` where there is nobody to ask.
    """
    with _lock:
        if not any(way in _held for way in ways):
            _held.update(_handed())
        if not any(way in _held for way in ways):
            passphrase = read_passphrase(prompt)
            _held.update({way: way.secret(passphrase) for way in ways})
        return [(way, _held[way]) for way in ways if way in _held]


def remember(way: Stretching, secret: bytes) -> None:
    with _lock:
        _held[way] = secret


def forget() -> None:
    """It was the wrong passphrase: the next who needs one asks again."""
    with _lock:
        _held.clear()


def hand_over() -> tuple[int, ...]:
    """Descriptors that the processes started from here must inherit, to be asked for no passphrase again."""
    with _lock:
        if not _held:
            return ()
        raw = [
            {**way.as_json(), "secret": base64.b64encode(secret).decode()} for way, secret in _held.items()
        ]
    descriptor = os.memfd_create("moei")
    os.write(descriptor, json.dumps(raw).encode())
    # Of their own: where this process shows its memory to nobody, they could not read its descriptors.
    os.environ[HANDED] = f"/proc/self/fd/{descriptor}"
    return (descriptor,)


def _handed() -> dict[Stretching, bytes]:
    place = os.environ.get(HANDED)
    if place:
        with contextlib.suppress(OSError, ValueError):
            return {
                Stretching.of(one): base64.b64decode(one["secret"])
                for one in json.loads(Path(place).read_bytes())
            }
    return {}
