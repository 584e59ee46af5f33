"""Numbers to points of the curve and back, by the library, in another process."""

from __future__ import annotations

import base64
import importlib.util
import json
import os
import subprocess
import sys
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from moei.engines.private_comparison import worker
from moei.engines.private_comparison.messages import POINT
from moei.engines.private_comparison.refusal import Refused


def refuse_without_library() -> None:
    """Raises ``Refused`` where the extra package is not installed."""
    if importlib.util.find_spec("private_set_intersection") is None:
        raise Refused("Comparing needs one more package: pip install 'moei[private]'")


def question_of(items: Sequence[str]) -> tuple[bytes, bytes]:
    """The secret of this question, and a point for each item in their order."""
    said = _work({"do": "ask", "items": list(items)})
    return _bytes(said["secret"]), _bytes(said["points"])


def answer_to(points: bytes, items: Sequence[str], name: str) -> bytes:
    """A point for each of our items, sorted, then the asker's points again, in their order, both under a secret of ours
    that is forgotten. Raises ``Refused`` where what came in a file called ``name`` are no points."""
    _refuse_twice(points, name)
    return _bytes(_work({"do": "answer", "items": list(items), "points": _text(points)}, name)["points"])


def shared(secret: bytes, points: bytes, name: str) -> list[int]:
    """Which of our items, by their place in the question, the other holds too."""
    half = len(points) // 2
    theirs, ours = points[:half], points[half:]
    _refuse_twice(ours, name)
    if any(left >= right for left, right in pairwise(each(theirs))):
        raise Refused(
            f"{name} is not written as Moei writes an answer: numbers stand in it twice or unsorted."
        )
    said = _work({"do": "read", "secret": _text(secret), "theirs": _text(theirs), "ours": _text(ours)}, name)
    return [int(place) for place in said["shared"]]


def each(points: bytes) -> list[bytes]:
    return [points[at : at + POINT] for at in range(0, len(points), POINT)]


def _refuse_twice(points: bytes, name: str) -> None:
    found = each(points)
    if len(set(found)) != len(found):
        raise Refused(f"{name} is not written as Moei writes it: numbers stand in it twice.")


def _work(task: dict[str, object], name: str = "What was asked") -> dict[str, Any]:
    """Another process does it, which is not told where keys are, for a limited time and in limited memory."""
    refuse_without_library()
    environment = {name: os.environ[name] for name in ("PATH", "PYTHONPATH", "LANG") if name in os.environ}
    # -P: or Python would first look for modules in the folder where somebody stands, which may be a stick of others.
    command = [sys.executable, "-P", "-m", worker.__name__]
    try:
        ran = subprocess.run(  # noqa: S603  (no word of a file is part of the command)
            command,
            input=json.dumps(task).encode(),
            capture_output=True,
            env=environment,
            timeout=worker.PATIENCE,
            check=True,
        )
        said = json.loads(ran.stdout)
    except (subprocess.SubprocessError, OSError, ValueError):
        raise Refused(
            f"{name} could not be worked on: the process for it was stopped, or took more than {worker.PATIENCE} s. "
            "Try again when the machine is idle; agree on fewer numbers if it stays so."
        ) from None
    if "cannot" in said:
        raise Refused(f"{name} does not hold points of the curve: it was not made by Moei. Ask for it again.")
    return dict(said)


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode()


def _bytes(text: str) -> bytes:
    return base64.b64decode(text)
