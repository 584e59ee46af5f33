"""The program's pages with the locks of the panel off, to show that a race is true: for tests, and never installed.

Two signatures are both read before either is written: what the lock and its transaction are there to prevent.
"""

from __future__ import annotations

import threading
from typing import Any

from moei.web.wsgi import application

# Only now is Django ready for these.
from moei.desks.screening import recording  # isort: skip
from moei.desks.screening.actions import sign_determination as module  # isort: skip
from moei.desks.screening.views import determination as page  # isort: skip
from moei.engines.protocol import EventKind  # isort: skip

__all__ = ["application"]
_both = threading.Barrier(2, timeout=20)
_concluded = module._concluded


def _after_both_have_read(*args: Any) -> Any:
    made = _concluded(*args)
    if any(event.kind == EventKind.DETERMINATION_SIGNED for event in args[1].events):
        _both.wait()  # the first of the panel races with nobody
    return made


module._concluded = _after_both_have_read
recording.lock_case = lambda case: case
page.sign_determination = module.sign_determination.__wrapped__
