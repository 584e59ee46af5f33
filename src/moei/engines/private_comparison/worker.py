"""The library's C++, in a process of its own: what it computes with are bytes from outside.

Private set intersection by Diffie-Hellman on P-256 (``openmined-psi``). Points come and go as 33 bytes each: no message
of the library's own form is ever read from a file. Of its ways to send a set, the raw points: the two filters are
shorter, but now and then say that somebody is shared who is not.
"""

from __future__ import annotations

import base64
import json
import resource
import sys
from typing import Any

# Bytes of memory, seconds of work, seconds on the clock of a busy machine. The most that can be agreed, 100,000 numbers,
# takes a tenth of each; nothing in a file can make it more.
MEMORY = 1024**3
SECONDS = 600
PATIENCE = 1800
_POINT = 33


class NoPoints(Exception):
    """What was given are no points of the curve."""


def work(task: dict[str, Any]) -> dict[str, object]:
    """One step. ``ask``: items → secret, points. ``answer``: items, points → points. ``read``: secret, theirs, ours →
    shared (places in the question). Bytes as base64. Raises ``NoPoints``."""
    import private_set_intersection.python as library

    steps = {"ask": _ask, "answer": _answer, "read": _read}
    return steps[task["do"]](library, task)


def _ask(library: Any, task: dict[str, Any]) -> dict[str, object]:
    client = library.client.CreateWithNewKey(True)
    points = client.CreateRequest(task["items"]).encrypted_elements
    return {"secret": _text(client.GetPrivateKeyBytes()), "points": _text(b"".join(points))}


def _answer(library: Any, task: dict[str, Any]) -> dict[str, object]:
    # A secret for this answer alone: under one that stays, two answers could be laid side by side.
    server = library.server.CreateWithNewKey(True)
    request = library.Request(reveal_intersection=True, encrypted_elements=_points(task["points"]))
    try:
        again = server.ProcessRequest(request).encrypted_elements
    except (RuntimeError, ValueError) as error:
        raise NoPoints from error
    # The rate of errors and the number of the asker's items matter to the filters only.
    raw = library.DataStructure.RAW
    own = server.CreateSetupMessage(0.5, len(again), task["items"], raw).raw.encrypted_elements
    return {"points": _text(b"".join([*own, *again]))}


def _read(library: Any, task: dict[str, Any]) -> dict[str, object]:
    client = library.client.CreateFromKey(base64.b64decode(task["secret"]), True)
    theirs, again = library.ServerSetup(), library.Response(encrypted_elements=_points(task["ours"]))
    theirs.raw.encrypted_elements.extend(_points(task["theirs"]))
    try:
        return {"shared": sorted(client.GetIntersection(theirs, again))}
    except (RuntimeError, ValueError) as error:
        raise NoPoints from error


def _points(text: str) -> list[bytes]:
    data = base64.b64decode(text)
    return [data[at : at + _POINT] for at in range(0, len(data), _POINT)]


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode()


def main() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    try:
        said = work(json.loads(sys.stdin.buffer.read()))
    except NoPoints:
        said = {"cannot": "points"}
    sys.stdout.buffer.write(json.dumps(said).encode())
    sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()
