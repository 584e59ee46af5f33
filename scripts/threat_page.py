"""Writes docs/reference/threat-model.md from threats.toml. A named test that does not exist stops it."""

from __future__ import annotations

import re
import sys
import tomllib
from pathlib import Path
from typing import Any

from scripts.protection_page import ROOT, files_of_tests

SOURCE = ROOT / "docs" / "reference" / "threats.toml"
PAGE = ROOT / "docs" / "reference" / "threat-model.md"

KEYS = {"adversary", "asset", "rule", "tries", "control", "tests", "left"}


class WrongThreats(Exception):
    """The file names something that does not exist. One line for each mistake."""


def named_tests() -> dict[str, Path]:
    found: dict[str, Path] = {}
    for path in files_of_tests():
        for name in re.findall(r"^\s*(?:async )?def (test_\w+)", path.read_text(), re.MULTILINE):
            found[name] = path.relative_to(ROOT)
    return found


def load(text: str, tests: dict[str, Path]) -> dict[str, Any]:
    """The threats, checked against the tests there are. Raises `WrongThreats`."""
    threats = tomllib.loads(text)
    mistakes = []
    for attack in threats["attacks"]:
        where = f"“{attack.get('tries', '?')}”"
        mistakes += [f"{where}: {key} is missing" for key in sorted(KEYS - set(attack))]
        mistakes += [f"{where}: {key} is not known" for key in sorted(set(attack) - KEYS)]
        mistakes += [
            f"{where}: no test is called {name}" for name in attack.get("tests", []) if name not in tests
        ]
        for key, table in (("adversary", "adversaries"), ("asset", "assets")):
            if attack.get(key) not in threats[table]:
                mistakes.append(f"{where}: {key} {attack.get(key)!r} is not described")
        if not attack.get("tests") and not attack.get("left"):
            mistakes.append(f"{where}: neither a test nor a word on what is left open")
    for key, table in (("adversary", "adversaries"), ("asset", "assets")):
        used = {attack.get(key) for attack in threats["attacks"]}
        mistakes += [
            f"{table}: nobody attacks by or for {code!r}" for code in threats[table] if code not in used
        ]
    if mistakes:
        raise WrongThreats("\n".join(mistakes))
    return threats


def page() -> str:
    tests = named_tests()
    threats = load(SOURCE.read_text(), tests)
    shown = sum(1 for attack in threats["attacks"] if attack["tests"])
    lines = [
        "# Threat model",
        "",
        "Written by `make docs` from `docs/reference/threats.toml`; a named test that does not exist stops the build.",
        f"{len(threats['attacks'])} attacks, {shown} of them with a test that shows how they fail.",
        "",
        "## What is worth stealing",
        "",
        *(f"- {words}." for words in threats["assets"].values()),
        "",
        "## Who tries, and what",
        "",
    ]
    for code, words in threats["adversaries"].items():
        lines += [
            f"### {words}",
            "",
            "| tries | for | what stops it | test | what is left |",
            "|---|---|---|---|---|",
        ]
        for attack in threats["attacks"]:
            if attack["adversary"] == code:
                lines.append(_row(attack, threats["assets"], tests))
        lines.append("")
    return "\n".join(lines)


def _row(attack: dict[str, Any], assets: dict[str, str], tests: dict[str, Path]) -> str:
    rule = f" ([{attack['rule']}](protection.md#{attack['rule'].lower()}))" if attack["rule"] else ""
    shown = "<br>".join(
        f"{re.sub(r'^test_(p[0-9]{2}_)*', '', name).replace('_', ' ')} (`{tests[name].name}`)"
        for name in attack["tests"]
    )
    return (
        f"| {attack['tries']} | {assets[attack['asset']]} | {attack['control']}{rule} "
        f"| {shown or '**none yet**'} | {attack['left'] or '–'} |"
    )


if __name__ == "__main__":
    try:
        PAGE.write_text(page())
    except WrongThreats as wrong:
        sys.exit(f"{SOURCE.relative_to(ROOT)} is wrong:\n{wrong}")
