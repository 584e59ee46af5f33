"""Read and validate a national protocol from TOML."""

import hashlib
import json
import tomllib
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from moei import protocols
from moei.engines.protocol.checks import check
from moei.engines.protocol.model import (
    Action,
    BeforeReturn,
    Clock,
    ClockKind,
    Conclusion,
    DayEnds,
    Office,
    Outcome,
    OutcomeKind,
    Panel,
    Precondition,
    Profession,
    Protocol,
    ProtocolError,
    ReturnOf,
    Stage,
    Words,
)
from moei.engines.protocol.tables import Table, codes, flag, labels, length, member, text, whole

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


def load_protocol(name_or_path: str | Path) -> Protocol:
    """The protocol that comes with Moei under that name (`thailand`), or the one in that `.toml` file.

    Raises ProtocolError (file, key, problem, remedy) when there is none or it cannot be used.
    """
    if isinstance(name_or_path, str) and not name_or_path.endswith(".toml"):
        return _shipped(name_or_path)
    path = Path(name_or_path)
    try:
        return parse_protocol(path.read_text(encoding="utf-8"), str(path))
    except OSError as problem:
        raise ProtocolError(
            str(path), "file", f"cannot be read ({problem.strerror})", "Check the path."
        ) from None
    except UnicodeDecodeError:
        raise ProtocolError(str(path), "file", "is not UTF-8 text", "Save it as UTF-8.") from None


@cache
def _shipped(name: str) -> Protocol:
    try:
        content = protocols.read(name)
    except KeyError:
        known = ", ".join(protocols.names())
        raise ProtocolError(
            name, "name", "there is no protocol of this name", f"Use one of: {known}."
        ) from None
    return parse_protocol(content, f"{name}.toml")


def parse_protocol(content: str, file: str) -> Protocol:
    """The protocol in that TOML text; `file` only names it in errors. Raises ProtocolError."""
    try:
        raw = tomllib.loads(content)
    except tomllib.TOMLDecodeError as problem:
        raise ProtocolError(file, "file", f"is not valid TOML ({problem})", "Correct the syntax.") from None
    sources = raw.get("sources")
    if not isinstance(sources, dict) or not all(
        isinstance(cited, str) and cited for cited in sources.values()
    ):
        raise ProtocolError(
            file,
            "sources",
            "is missing or holds something else than texts",
            "Add [sources] with one text each.",
        )
    top = Table(file, "", raw, sources)
    top.used.add("sources")
    calendar = top.table("calendar")
    deferral = top.table("deferral")
    protocol = Protocol(
        code=top.plain("code", text),
        number=top.plain("number", whole),
        content_hash=_content_hash(raw),
        labels=top.plain("labels", labels),
        time_zone=calendar.sourced("time_zone", _time_zone),
        weekend=calendar.sourced("weekend", _weekend),
        day_ends=calendar.sourced("day_ends", member(DayEnds)),
        professions=tuple(_profession(code, table) for code, table in top.children("professions").items()),
        offices=tuple(_office(code, table) for code, table in top.children("offices").items()),
        stages=tuple(_stage(table) for table in top.tables("stages")),
        clocks=tuple(_clock(table) for table in top.tables("clocks")),
        panel=_panel(top.table("panel")),
        outcomes=tuple(_outcome(table) for table in top.tables("outcomes")),
        actions={kind: _action(kind, table) for kind, table in top.children("actions").items()},
        deferral_lifted_by=deferral.sourced("lifted_by", codes),
        standard_of_proof=_words("standard_of_proof", top.table("standard_of_proof")).text,
        rights=_all_words(top.tables("rights")),
        child_duties=_all_words(top.tables("child_duties")),
        before_return=tuple(_precondition(table) for table in _optional(top, "before_return")),
    )
    for table in (calendar, deferral, top):
        table.done()
    check(protocol, file)
    return protocol


def _content_hash(raw: dict[str, Any]) -> str:
    """SHA-256 of the values, so that a comment or the order of keys does not make a new version."""
    canonical = json.dumps(raw, sort_keys=True, ensure_ascii=False, default=str)
    return hashlib.sha256(canonical.encode()).hexdigest()


def _time_zone(raw: object) -> str:
    name = text(raw)
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        raise ValueError(f"is {name!r}, not a time zone such as Asia/Bangkok") from None
    return name


def _weekend(raw: object) -> tuple[int, ...]:
    days = codes(raw)
    if not set(days) <= set(WEEKDAYS) or len(days) > 6:
        raise ValueError("is not a list of at most six weekdays in English, lower case")
    return tuple(WEEKDAYS.index(day) for day in days)


def _profession(code: str, table: Table) -> Profession:
    profession = Profession(code, table.plain("labels", labels), table.sourced("counts", flag, True))
    table.done()
    return profession


def _office(code: str, table: Table) -> Office:
    office = Office(code, table.plain("labels", labels), table.sourced("role", text))
    table.done()
    return office


def _stage(table: Table) -> Stage:
    stage = Stage(
        code=table.plain("code", text),
        labels=table.plain("labels", labels),
        reached_by=table.sourced("reached_by", codes),
        after=table.plain("after", str, ""),
    )
    table.done()
    return stage


def _clock(table: Table) -> Clock:
    clock = Clock(
        code=table.plain("code", text),
        labels=table.plain("labels", labels),
        kind=table.sourced("kind", member(ClockKind)),
        length=table.sourced("length", length),
        start=table.sourced("start", codes),
        stop=table.sourced("stop", codes, []),
        ends=table.sourced("ends", codes, []),
        guards=table.sourced("guards", codes, []),
        deferrable=table.sourced("deferrable", flag, False),
        extended_by=table.sourced("extended_by", codes, []),
        extended_at_most=(
            table.sourced("extended_at_most", length) if "extended_at_most" in table.raw else None
        ),
    )
    table.done()
    return clock


def _panel(table: Table) -> Panel:
    panel = Panel(
        quorum=table.sourced("quorum", whole),
        professions=table.sourced("professions", codes),
        must_include=table.sourced("must_include", codes, []),
        concludes=table.sourced("concludes", member(Conclusion)),
        reasons_required=table.sourced("reasons_required", flag),
        gap_required=table.sourced("gap_required", flag),
    )
    table.done()
    return panel


def _outcome(table: Table) -> Outcome:
    outcome = Outcome(
        code=table.plain("code", text),
        labels=table.plain("labels", labels),
        kind=table.sourced("kind", member(OutcomeKind)),
        expects=table.sourced("expects", codes, []),
        duty=table.sourced("duty", text),
    )
    table.done()
    return outcome


def _action(kind: str, table: Table) -> Action:
    action = Action(
        kind=kind,
        who=table.sourced("who", codes),
        needs=table.sourced("needs", codes, []),
        needs_of_adults=table.sourced("needs_of_adults", codes, []),
        not_after=table.sourced("not_after", codes, []),
        once=table.sourced("once", flag, False),
    )
    table.done()
    return action


def _optional(top: Table, key: str) -> list[Table]:
    """The list of tables under a key that a protocol may do without."""
    return top.tables(key) if key in top.raw else []


def _precondition(table: Table) -> Precondition:
    precondition = Precondition(
        code=table.plain("code", member(BeforeReturn)),
        labels=table.plain("labels", labels),
        asked_of=table.sourced("for", member(ReturnOf), ReturnOf.ALL),
        may_be_waived=table.sourced("may_be_waived", flag, False),
    )
    table.done()
    return precondition


def _words(code: str, table: Table) -> Words:
    words = Words(code, table.sourced("text", labels))
    table.done()
    return words


def _all_words(tables: Iterable[Table]) -> tuple[Words, ...]:
    return tuple(_words(table.plain("code", text), table) for table in tables)
