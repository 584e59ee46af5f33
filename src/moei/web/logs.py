"""What is written to the log of the program: where it failed, never with which values.

The words of an exception often quote what was typed ("Abebe is not a date"); a log is copied, kept and sent around.
"""

from __future__ import annotations

import logging
import traceback
from types import TracebackType
from typing import Any


class WithoutValues(logging.Formatter):
    """A traceback by files, lines and kinds of exception; and of other messages, the pattern before it was filled in.

    The filled in message is kept for our own loggers and for those whose arguments are paths, ids and counts.
    """

    trusted = ("django.request", "django.server", "django_tasks", "moei", "granian")

    def format(self, record: logging.LogRecord) -> str:
        if record.name.startswith(self.trusted):
            return super().format(record)
        bare = logging.makeLogRecord({**record.__dict__, "msg": str(record.msg), "args": ()})
        return super().format(bare)

    def formatException(self, ei: Any) -> str:
        _kind, error, where = ei
        return "\n".join(self._chain(error, where))

    def _chain(self, error: BaseException | None, where: TracebackType | None) -> list[str]:
        if error is None:
            return []
        cause = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
        before = self._chain(cause, cause.__traceback__ if cause else None)
        kind = type(error)
        frames = [line.rstrip("\n") for line in traceback.format_tb(where)]
        return [*before, *frames, f"{kind.__module__}.{kind.__qualname__}"]
