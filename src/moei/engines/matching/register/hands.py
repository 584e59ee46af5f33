"""Work in parts, by as many processes as there are cores, where the system can fork; in order, a few parts ahead."""

from __future__ import annotations

import gc
import multiprocessing
import os
import signal
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from typing import Any, TypeVar

from moei.engines.matching.register.no_engine import NoEngine

Part = TypeVar("Part")
Done = TypeVar("Done")

AHEAD = 2
"""Parts for each process that wait to be taken: enough to keep it busy, too few to fill memory."""

# What a process works with: set in it when it begins, inherited and not copied.
_work: Callable[[Any], Any] | None = None


class HandLost(NoEngine):
    """A process was ended from outside, as a rule because memory ran out."""


def by_many_hands(
    work: Callable[[Part], Done], parts: Iterable[Part], *, alone: bool = False
) -> Iterator[Done]:
    """What `work` makes of each part, in order. What is large belongs into `work`: the processes inherit it.

    Args:
        alone: everything in this process, for little work.
    """
    hands = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else 1
    if alone or hands < 2 or "fork" not in multiprocessing.get_all_start_methods():
        yield from map(work, parts)
        return
    waiting: deque[Future[Done]] = deque()
    gc.freeze()  # or the first look for circles in each process would copy all that it inherits
    pool = ProcessPoolExecutor(hands, multiprocessing.get_context("fork"), _begin, (work,))
    try:
        for part in parts:
            waiting.append(pool.submit(_do, part))
            if len(waiting) > AHEAD * hands:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
    except BrokenProcessPool:
        raise HandLost("A process of the matching was ended from outside: memory may have run out.") from None
    finally:
        pool.shutdown(cancel_futures=True)
        gc.unfreeze()


def _begin(work: Callable[[Any], Any]) -> None:
    global _work
    _work = work
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # who interrupts ends the whole, which ends this


def _do(part: Any) -> Any:
    assert _work is not None
    return _work(part)
