"""Work in parts, by as many processes as there are cores, where the system can fork; in order, a few parts ahead."""

from __future__ import annotations

import gc
import multiprocessing
import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from typing import Any, TypeVar

Part = TypeVar("Part")
Done = TypeVar("Done")

AHEAD = 2
"""Parts for each process that wait to be taken: enough to keep it busy, too few to fill memory."""

# What the processes work with: set before they begin, so that they inherit it and nothing is copied.
_work: Callable[[Any], Any] | None = None


def by_many_hands(
    work: Callable[[Part], Done], parts: Iterable[Part], *, alone: bool = False
) -> Iterator[Done]:
    """What `work` makes of each part, in order. What is large belongs into `work`: the processes inherit it.

    Args:
        alone: everything in this process, for little work.
    """
    global _work
    hands = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else 1
    if alone or hands < 2 or "fork" not in multiprocessing.get_all_start_methods():
        yield from map(work, parts)
        return
    waiting: deque[Any] = deque()
    gc.freeze()  # or the first look for circles in each process would copy all that it inherits
    _work = work
    try:
        with multiprocessing.get_context("fork").Pool(hands) as pool:
            for part in parts:
                waiting.append(pool.apply_async(_do, (part,)))
                if len(waiting) > AHEAD * hands:
                    yield waiting.popleft().get()
            while waiting:
                yield waiting.popleft().get()
    finally:
        _work = None
        gc.unfreeze()


def _do(part: Any) -> Any:
    assert _work is not None
    return _work(part)
