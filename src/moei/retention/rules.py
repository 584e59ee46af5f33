"""The rules of retention, read from TOML: each mistake is told with its line and its field."""

from __future__ import annotations

import re
import tomllib
from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings

from moei.crypto import text_digest

SHIPPED = Path(__file__).with_name("rules.toml")

# What a rule can be about -> the events it can count from.
WHAT: Mapping[str, tuple[str, ...]] = {
    "case": ("closed", "last_entry"),
    "list_file": ("uploaded",),
    "staged_list": ("uploaded",),
    "voided_row": ("voided",),
    "attachment": ("added",),
    "evidence": ("received",),
    "sign_in": ("happened",),
    "session": ("ended",),
    "task": ("ended",),
    "backup": ("made",),
    "journal": (),
    "bulletin": (),
}
# Whose case file -> the events it can count from: who is still in the procedure has no closing.
WHO: Mapping[str, tuple[str, ...]] = {
    "identified": ("closed", "last_entry"),
    "not_identified": ("closed", "last_entry"),
    "open": ("last_entry",),
    "never_arrived": ("last_entry",),
    "reported_only": ("last_entry",),
    "list_taken_out": ("last_entry",),
}
KINDS = ("document", "photo", "audio", "paper")
# The journal's chain breaks without its entries; a published count cannot be called back.
ALWAYS_KEPT = ("journal", "bulletin")
FIELDS = {"what", "who", "kind", "after", "from", "keep", "basis", "source", "verified", "note", "labels"}
_LENGTH = re.compile(r"([1-9]\d{0,3}) (day|month|year)s?")


@dataclass(frozen=True)
class Mistake:
    """One thing that is wrong; `line` counts from 1."""

    line: int
    field: str
    words: str

    def __str__(self) -> str:
        return f"line {self.line}, {self.field}: {self.words}"


class RulesError(Exception):
    """The file cannot be used. `mistakes` says where and why."""

    def __init__(self, file: str, mistakes: list[Mistake]) -> None:
        self.file, self.mistakes = file, mistakes
        super().__init__("\n".join(f"{file}, {mistake}" for mistake in mistakes))


@dataclass(frozen=True)
class Length:
    amount: int
    unit: str  # "day", "month" or "year"

    def before(self, moment: datetime) -> datetime:
        """The moment so long before another; the 31st becomes the last day of a shorter month."""
        if self.unit == "day":
            return moment - timedelta(days=self.amount)
        months = moment.year * 12 + moment.month - 1 - self.amount * (12 if self.unit == "year" else 1)
        year, month = divmod(months, 12)
        return moment.replace(year=year, month=month + 1, day=min(moment.day, monthrange(year, month + 1)[1]))

    def __str__(self) -> str:
        return f"{self.amount} {self.unit}{'s' if self.amount > 1 else ''}"


@dataclass(frozen=True)
class Rule:
    """One rule. `after` is None when the thing stays."""

    code: str
    what: str
    who: str
    kind: str
    after: Length | None
    start: str
    basis: str
    sources: tuple[str, ...]
    verified: bool
    note: str
    labels: Mapping[str, str]


@dataclass(frozen=True)
class Rules:
    rules: tuple[Rule, ...]
    sources: Mapping[str, str]
    waiting_days: int
    approval_lapses_days: int
    digest: str

    def about(self, what: str) -> tuple[Rule, ...]:
        return tuple(rule for rule in self.rules if rule.what == what)

    def rule(self, code: str) -> Rule | None:
        return next((rule for rule in self.rules if rule.code == code), None)


def current_rules() -> Rules:
    """The rules of this instance. Raises `RulesError`."""
    return _read(Path(settings.RETENTION_RULES or SHIPPED))


@lru_cache(maxsize=4)
def _read(path: Path) -> Rules:
    return load_rules(path)


def load_rules(path: Path) -> Rules:
    """Read a file of rules. Raises `RulesError` with every mistake."""
    try:
        return parse_rules(path.read_text(encoding="utf-8"), path.name)
    except OSError as error:
        raise RulesError(path.name, [Mistake(1, "file", f"cannot be read ({error.strerror})")]) from None
    except UnicodeDecodeError:
        raise RulesError(path.name, [Mistake(1, "file", "is not UTF-8 text")]) from None


def parse_rules(text: str, file: str) -> Rules:
    try:
        raw = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        line = re.search(r"line (\d+)", str(error))
        number = int(line[1]) if line else len(text.splitlines())
        raise RulesError(file, [Mistake(number, "file", f"is not valid TOML ({error})")]) from None
    reader = _Reader(text, raw)
    rules = reader.read()
    if reader.mistakes:
        raise RulesError(file, sorted(reader.mistakes, key=lambda mistake: mistake.line))
    return rules


class _Reader:
    """Collects every mistake instead of stopping at the first."""

    def __init__(self, text: str, raw: dict[str, Any]) -> None:
        self.text, self.raw = text, raw
        self.mistakes: list[Mistake] = []

    def read(self) -> Rules:
        for name in sorted(set(self.raw) - {"sources", "settings", "rules"}):
            self.wrong(name, "", "is not known; a file has [sources], [settings] and [rules.…]")
        sources = self.table("sources")
        for name, cited in sources.items():
            if not isinstance(cited, str) or not cited.strip():
                self.wrong("sources", name, "is not a text")
        rules = self.table("rules")
        found = tuple(self.rule(code, table, sources) for code, table in rules.items())
        if not rules:
            self.wrong("rules", "", "there is no rule")
        for one in {(rule.what, rule.who, rule.kind) for rule in found if rule}:
            same = [rule for rule in found if rule and (rule.what, rule.who, rule.kind) == one]
            for rule in same[1:]:
                self.wrong(f"rules.{rule.code}", "what", f"says again what “{same[0].code}” is about")
        return Rules(
            tuple(rule for rule in found if rule),
            sources,
            self.days("waiting_days"),
            self.days("approval_lapses_days"),
            text_digest(self.text),
        )

    def rule(self, code: str, table: object, sources: Mapping[str, str]) -> Rule | None:
        path = f"rules.{code}"
        if not isinstance(table, dict):
            self.wrong(path, "", "is not a table")
            return None
        before = len(self.mistakes)
        for name in sorted(set(table) - FIELDS):
            self.wrong(path, name, f"is not known; a rule has {', '.join(sorted(FIELDS))}")
        what, who, kind, start = (str(table.get(name, "")) for name in ("what", "who", "kind", "from"))
        if what not in WHAT:
            self.wrong(path, "what", f"is {what!r}, not one of {', '.join(WHAT)}")
            return None
        if what == "case" and who not in WHO:
            self.wrong(path, "who", f"is {who!r}, not one of {', '.join(WHO)}")
        elif what != "case" and who:
            self.wrong(path, "who", "belongs to rules about case files")
        if what == "attachment" and kind not in KINDS:
            self.wrong(path, "kind", f"is {kind!r}, not one of {', '.join(KINDS)}")
        elif what != "attachment" and kind:
            self.wrong(path, "kind", "belongs to rules about attached files")
        after = self.period(path, table, what, WHO.get(who, WHAT[what]), start)
        cited = table.get("source", [])
        cited = (cited,) if isinstance(cited, str) else tuple(cited) if isinstance(cited, list) else ()
        if not cited:
            self.wrong(path, "source", "is missing; without one write own")
        for name in cited:
            if name not in sources:
                self.wrong(path, "source", f"{name!r} does not stand in [sources]")
        for name in ("basis",):
            if not isinstance(table.get(name), str) or not table[name].strip():
                self.wrong(path, name, "is missing: say why it is kept so long")
        if not isinstance(table.get("verified"), bool):
            self.wrong(path, "verified", "is neither true nor false")
        elif table["verified"] and not str(table.get("note", "")).strip():
            self.wrong(path, "verified", "needs a note: who verified it, and when")
        labels = table.get("labels")
        if not isinstance(labels, dict) or not labels.get("en"):
            self.wrong(path, "labels", "has no English text (en)")
        if len(self.mistakes) > before:
            return None
        assert isinstance(labels, dict)
        return Rule(
            code,
            what,
            who,
            kind,
            after,
            start,
            table["basis"],
            cited,
            table["verified"],
            str(table.get("note", "")),
            labels,
        )

    def period(
        self, path: str, table: dict[str, Any], what: str, starts: tuple[str, ...], start: str
    ) -> Length | None:
        if table.get("keep") is True:
            for name in {"after", "from"} & set(table):
                self.wrong(path, name, "contradicts keep = true")
            return None
        if what in ALWAYS_KEPT:
            self.wrong(path, "keep", "must be true: this is never erased")
            return None
        if start not in starts:
            self.wrong(path, "from", f"is {start!r}, not one of {', '.join(starts)}")
        found = _LENGTH.fullmatch(str(table.get("after", "")))
        if not found:
            self.wrong(path, "after", 'is not of the form "5 years", "18 months" or "90 days"')
            return None
        return Length(int(found[1]), found[2])

    def days(self, name: str) -> int:
        value = self.table("settings").get(name)
        if isinstance(value, bool) or not isinstance(value, int) or value < 1:
            self.wrong("settings", name, "is not a whole number of at least 1")
            return 1
        return value

    def table(self, name: str) -> dict[str, Any]:
        found = self.raw.get(name)
        if isinstance(found, dict):
            return found
        if not any(mistake.field == name for mistake in self.mistakes):
            self.wrong(name, "", f"is missing: write [{name}]")
        return {}

    def wrong(self, path: str, name: str, words: str) -> None:
        self.mistakes.append(Mistake(self.line_of(path, name), f"{path}.{name}" if name else path, words))

    def line_of(self, path: str, name: str) -> int:
        """The line of a field; of its table when the field is not there; the first line for neither."""
        inside, head = False, 1
        for number, line in enumerate(self.text.splitlines(), 1):
            table = re.match(r"\s*\[\s*([^\[\]]+?)\s*\]", line)
            if table:
                inside = table[1].replace('"', "") == path
                head = number if inside else head
            elif inside and name and re.match(rf'\s*"?{re.escape(name)}"?\s*=', line):
                return number
        return head


def as_markdown(rules: Rules) -> str:
    """The reference page of the docs."""
    unverified = sum(not rule.verified for rule in rules.rules)
    lines = [
        "# What is kept, and how long",
        "",
        "Written by `moei retention rules --markdown` from the rules in force "
        f"(`moei/retention/rules.toml`). {unverified} of {len(rules.rules)} rules are not verified by a lawyer.",
        "",
        f"A run waits {rules.waiting_days} days after two agencies agreed to it, and lapses after "
        f"{rules.approval_lapses_days} more.",
        "",
        "| rule | about | kept | from | why | source | verified |",
        "|---|---|---|---|---|---|---|",
    ]
    for rule in rules.rules:
        about = " ".join(filter(None, (rule.what, rule.who, rule.kind))).replace("_", " ")
        kept = str(rule.after) if rule.after else "stays"
        lines.append(
            f"| {rule.labels['en']} | {about} | {kept} | {rule.start.replace('_', ' ') or '–'} | {rule.basis} | "
            f"{', '.join(rule.sources)} | {'yes' if rule.verified else 'no'} |"
        )
    lines += ["", "## Sources", ""]
    lines += [f"- **{name}**: {words}" for name, words in rules.sources.items()]
    return "\n".join(lines) + "\n"
