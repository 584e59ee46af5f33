"""Writes docs/reference/protection.md: each rule, how it is kept, and the tests that carry its number."""

from __future__ import annotations

import re
import sys
import tomllib
from collections import defaultdict
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "reference" / "protection.md"


def _rules() -> dict[int, dict[str, Any]]:
    table = tomllib.loads((ROOT / "scripts" / "rules.toml").read_text())
    return {int(number[1:]): rule for number, rule in table.items()}


RULES = _rules()


def files_of_tests() -> list[Path]:
    return sorted([*ROOT.glob("src/**/test_*.py"), *ROOT.glob("tests/**/test_*.py")])


def rules_tested() -> dict[int, list[str]]:
    found: defaultdict[int, list[str]] = defaultdict(list)
    for path in files_of_tests():
        # A test may carry several numbers: test_p16_p22_...
        for numbers, name in re.findall(r"^def test((?:_p\d\d)+)_(\w+)", path.read_text(), re.MULTILINE):
            for number in re.findall(r"\d\d", numbers):
                found[int(number)].append(f"{name.replace('_', ' ')} (`{path.relative_to(ROOT)}`)")
    return found


def page() -> str:
    tests = rules_tested()
    lines = [
        "# Rules of protection",
        "",
        "Written by `make docs` from `scripts/rules.toml` and the names of the tests. A rule without a test is not kept",
        "yet: read it as missing. What waits for a desk that is not built is said as such.",
        "",
        "| rule | how it is kept | tests | to come |",
        "|---|---|---|---|",
    ]
    for number, rule in RULES.items():
        control = rule["control"] or "*nothing yet*"
        lines.append(
            f"| [P{number:02}](#p{number:02}) {rule['rule']} | {control} | {len(tests[number]) or '**none**'} "
            f"| {rule.get('to_come', '')} |"
        )
    lines.append("")
    for number, rule in RULES.items():
        lines += [f"## P{number:02}", "", f"**{rule['rule']}**", ""]
        lines += [f"Kept by: {rule['control'] or 'nothing yet.'}", ""]
        if "to_come" in rule:
            lines += [f"To come: {rule['to_come']}", ""]
        lines += [f"- {test}" for test in tests[number]] or ["*No test yet.*"]
        lines.append("")
    return "\n".join(lines)


if __name__ == "__main__":
    PAGE.write_text(page())
    sys.stdout.write(f"{sum(map(len, rules_tested().values()))} tests carry the number of a rule.\n")
