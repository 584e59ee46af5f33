"""Writes the pages for those who decide: impact assessment, sharing protocol, and what to do when data may have leaked.

What the program knows (who receives what, which data there are, what is kept how long, which commands exist) comes
from the program; what only people can say comes from impact.toml and papers/, and what a lawyer says is left open.
"""

from __future__ import annotations

import os
import sys
import tomllib
from pathlib import Path
from typing import Any

import django
from scripts.protection_page import ROOT
from scripts.threat_page import SOURCE, load, named_tests

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "moei.web.settings")
django.setup()

from django.apps import apps  # noqa: E402
from django.conf import settings  # noqa: E402
from typer.main import get_command  # noqa: E402

from moei.access.policy import BREAK_GLASS_HOURS, BREAK_GLASS_SECTIONS, ROLES, Section  # noqa: E402
from moei.cli import app as cli  # noqa: E402
from moei.signin.throttling import PAIR  # noqa: E402

PAPERS = ROOT / "scripts" / "papers"
RETENTION = ROOT / "src" / "moei" / "retention" / "rules.toml"
OPEN = "**to be completed by a lawyer**"
# Columns that say nothing about anybody.
_TECHNICAL = {"id", "operation"}


def pages() -> dict[Path, str]:
    """Each page by its place. Raises `LookupError` for an unfilled slot and for a table that is not placed."""
    about = tomllib.loads((ROOT / "scripts" / "impact.toml").read_text())
    slots = {
        "open": OPEN,
        "purposes": _purposes(about),
        "data": _data(about),
        "recipients": _recipients(),
        "retention": _retention(),
        "risks": _risks(),
        "measures": _measures(),
        "steps": _steps(about),
    }
    written = {}
    for paper in sorted(PAPERS.glob("*.md")):
        pieces = paper.read_text().split("{{")
        text = pieces[0] + "".join(
            slots[slot] + rest for slot, rest in (piece.split("}}", 1) for piece in pieces[1:])
        )
        written[ROOT / "docs" / "reference" / paper.name] = text
    return written


def command_exists(words: str) -> bool:
    """Whether `moei WORDS` is a command of this program."""
    command: Any = get_command(cli)
    for word in words.split():
        command = getattr(command, "commands", {}).get(word)
        if command is None:
            return False
    return True


def _purposes(about: dict[str, Any]) -> str:
    rows = [
        (
            purpose["what"],
            purpose["pdpa"],
            purpose["gdpr"],
            purpose["consent"],
            ", ".join(map(_words, purpose["sections"])) or "–",
        )
        for purpose in about["purposes"]
    ]
    return _table(("purpose", "Thailand (PDPA)", "EU (GDPR), where it applies", "consent", "sections"), rows)


def _data(about: dict[str, Any]) -> str:
    models = {model._meta.label: model for model in apps.get_models() if model.__module__.startswith("moei.")}
    sections = [str(section) for section in Section]
    sections += [section for section in about["tables"] if section not in sections]
    titles = {"staff": "*about staff*", "journal": "*the journal*", "nobody": "*about nobody*"}
    placed: set[str] = set()
    rows = []
    for section in sections:
        labels = about["tables"].get(section, [])
        placed.update(labels)
        held = "<br>".join(_columns(models[label]) for label in labels) or "nothing is recorded yet"
        rows.append((titles.get(section, _words(section)), held, about["special"].get(section, "–")))
    if missing := sorted(set(models) - placed):
        raise LookupError(f"place these tables in a section of impact.toml: {', '.join(missing)}")
    return _table(("section", "tables and what they hold", "special category"), rows)


def _columns(model: Any) -> str:
    names = [field.name for field in model._meta.fields if field.name not in _TECHNICAL]
    return f"`{model._meta.label}`: {', '.join(map(_words, names))}"


def _recipients() -> str:
    rows = []
    for role in ROLES.values():
        if role.sections:
            reads = ", ".join(_words(section) for section, mode in role.sections.items() if mode == "r")
            writes = ", ".join(_words(section) for section, mode in role.sections.items() if mode == "rw")
            rows.append((role.label, str(role.cases), reads or "–", writes or "–"))
    others = ", ".join(role.label for role in ROLES.values() if not role.sections)
    opened = ", ".join(sorted(map(_words, BREAK_GLASS_SECTIONS)))
    return (
        "From the [policy table](access-matrix.md).\n\n"
        + _table(("recipient", "of which cases", "reads", "reads and writes"), rows)
        + f"\n\nNo case file opens to: {others}.\n\n"
        + f"In an emergency {opened} of one case open for {BREAK_GLASS_HOURS} hours, for reading, and that is reviewed."
    )


def _retention() -> str:
    if not RETENTION.is_file():
        return f"No rule of retention is built yet: {OPEN}."
    rules = tomllib.loads(RETENTION.read_text())["rules"]
    rows = [
        (
            rule.get("labels", {}).get("en", _words(code)),
            rule.get("after", "–"),
            _words(rule.get("from", "–")),
            rule.get("basis", "–"),
            "yes" if rule.get("verified") else "no",
        )
        for code, rule in rules.items()
    ]
    return _table(("what", "kept for", "counted from", "why", "verified by a lawyer"), rows)


def _risks() -> str:
    threats = load(SOURCE.read_text(), named_tests())
    rows = []
    for attack in threats["attacks"]:
        number = len(attack["tests"])
        shown = f"{number} test{'s' if number > 1 else ''}" if number else "**nothing yet**"
        who = threats["adversaries"][attack["adversary"]].split(":")[0]
        rows.append((who, attack["tries"], attack["control"], shown, attack["left"] or "–", "to be judged"))
    return (
        "From the [threat model](threat-model.md), which names the tests. "
        "Likelihood and harm are for the holder to judge.\n\n"
        + _table(("who", "tries", "control", "shown by", "left", "likelihood, harm"), rows)
    )


def _measures() -> str:
    return "\n".join(
        (
            f"- A session is locked after {settings.IDLE_SECONDS // 60} minutes without use, and ends after "
            f"{settings.LOCKED_SECONDS // 3600} hours locked, {settings.LONGEST_SESSION // 3600} hours in all, or at "
            "its next request when its owner or an administrator ended it elsewhere.",
            f"- {PAIR.tries} failed passwords for a name from an address within "
            f"{PAIR.within.total_seconds() / 60:.0f} minutes lock sign-in by password there, not by passkey and not "
            "from devices that the person used before; outside the demo everybody has a second factor.",
            f"- Signing asks again who it is after {settings.ACCOUNT_REAUTHENTICATION_TIMEOUT // 60} minutes.",
            "- Scripts, styles and fonts come from the program alone; a page asks nothing of other servers.",
        )
    )


def _steps(about: dict[str, Any]) -> str:
    rows = []
    for step in about["breach"]:
        command = step.get("command", "")
        exists = f"`moei {command}`" if command_exists(command) else "*not built yet*"
        rows.append((step["when"], step["who"], step["do"], exists if command else "–", ""))
    return _table(("when", "who", "what", "command", "done, time"), rows)


def _table(heads: tuple[str, ...], rows: list[tuple[str, ...]]) -> str:
    lines = [f"| {' | '.join(row)} |" for row in (heads, *rows)]
    return "\n".join([lines[0], "|---" * len(heads) + "|", *lines[1:]])


def _words(code: object) -> str:
    return str(code).replace("_", " ")


if __name__ == "__main__":
    for path, text in pages().items():
        path.write_text(text)
        sys.stdout.write(f"{path.relative_to(ROOT)}\n")
