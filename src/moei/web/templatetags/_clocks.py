"""How a protocol's clock is said: words first, colour second."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext, ngettext

# A ceiling is "running out" in its last quarter.
RUNNING_OUT = 0.25


@dataclass(frozen=True)
class ClockView:
    """`status` is the word on the tag, `tone` its colour, `words` what is left or how late it is."""

    label: str
    status: str
    tone: str
    words: str
    due_word: str
    due_at: datetime | None
    unverified: bool


def _of(state: Any, name: str, default: Any = None) -> Any:
    return state.get(name, default) if isinstance(state, Mapping) else getattr(state, name, default)


def duration(span: timedelta) -> str:
    """A span in its two largest units: "2 days 4 hours", "35 minutes"."""
    minutes = int(abs(span).total_seconds()) // 60
    days, hours, minutes = minutes // 1440, minutes // 60 % 24, minutes % 60
    words = []
    if days:
        words.append(ngettext("%(n)d day", "%(n)d days", days) % {"n": days})
    if hours:
        words.append(ngettext("%(n)d hour", "%(n)d hours", hours) % {"n": hours})
    if minutes and not days:
        words.append(ngettext("%(n)d minute", "%(n)d minutes", minutes) % {"n": minutes})
    return " ".join(words) or gettext("less than a minute")


def clock_view(state: Any, label: str = "") -> ClockView:
    """What a page says of one clock.

    `state` is the protocol engine's `ClockState` (attributes or keys `kind` ceiling|floor|entitlement,
    `status` not_started|running|met|missed|ended|deferred, `started_at`, `due_at`, `stopped_at`,
    `remaining` timedelta or None; optionally `label` and `verified`). The person's own time is never
    shown as late, whatever the state says.
    """
    kind = str(_of(state, "kind", "ceiling"))
    status = str(_of(state, "status", "not_started"))
    remaining: timedelta | None = _of(state, "remaining")
    tag, tone, words = _say(state, kind, status, remaining)
    return ClockView(
        label=label or str(_of(state, "label", "") or ""),
        status=tag,
        tone=tone,
        words=words,
        due_word=_due_word(kind, status),
        due_at=_of(state, "due_at") if status in ("running", "missed") else None,
        unverified=_of(state, "verified") is False,
    )


def _due_word(kind: str, status: str) -> str:
    if kind == "ceiling":
        return gettext("was due") if status == "missed" else gettext("due")
    return gettext("not before") if kind == "floor" else gettext("until")


def _say(state: Any, kind: str, status: str, remaining: timedelta | None) -> tuple[str, str, str]:
    """(word on the tag, tone, words beside it)"""
    left = remaining is not None and remaining > timedelta()
    if status == "not_started":
        return gettext("Not started"), "muted", ""
    if status == "deferred":
        return gettext("Deferred"), "active", gettext("waits with the person's own time")
    if status == "met":
        return gettext("Met"), "done", ""
    if kind == "entitlement":
        if status == "running" and left and remaining is not None:
            return gettext("The person's time"), "active", gettext("%s left") % duration(remaining)
        return gettext("The person's time has ended"), "muted", ""
    if kind == "floor":
        if status == "running" and left and remaining is not None:
            return gettext("Not yet"), "active", gettext("in %s") % duration(remaining)
        return gettext("May begin"), "done", ""
    if status == "missed":
        stopped, due = _of(state, "stopped_at"), _of(state, "due_at")
        late = gettext("done %s late") % duration(stopped - due) if stopped and due else ""
        return gettext("Missed"), "missed", late
    if status == "running" and remaining is not None:
        words = gettext("%s left") % duration(remaining)
        started, due = _of(state, "started_at"), _of(state, "due_at")
        if started and due and remaining <= (due - started) * RUNNING_OUT:
            return gettext("Running out"), "soon", words
        return gettext("Running"), "active", words
    return gettext("Ended"), "muted", ""
