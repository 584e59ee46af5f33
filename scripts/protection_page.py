"""Writes docs/reference/protection.md: each rule, and the tests that carry its number."""

from __future__ import annotations

import re
import sys
from collections import defaultdict
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "reference" / "protection.md"

# The rules in short; what each means in full stands in the tests and in the code that names it.
RULES = {
    1: "A card never promises what the world breaks; every disclosure is in a register.",
    2: "Each purpose has a legal basis of its own; consent is asked per purpose and recipient, default no.",
    3: "Who decides cannot see the answers about investigation, embassy or media.",
    4: "No consent on an unreviewed text without a named interpreter; withdrawing takes effect at once.",
    5: "The person sees, corrects, names a support person, complains, may say never contact me.",
    6: "Software proposes no outcome or score; “not yet” is an answer and never missed.",
    7: "Few questions suffice; a negative determination names the gap; statements are read back.",
    8: "Known facts are confirmed, not asked again; an interpreter is never alone with the person.",
    9: "Under 18 or of unsure age is a child until shown otherwise.",
    10: "Nobody holds investigation and determination roles in one release; administrators have no case rights.",
    11: "Reads are journalled.",
    12: "Searching is not an oracle: a sender of a list learns of format mistakes, never of matches.",
    13: "Investigators see a person generalised.",
    14: "Roles and policy change with two people of two agencies; break-glass ends in 3 hours and is reviewed.",
    15: "Wristbands carry a random token that can be renewed.",
    16: "Letters use neutral words; the risk on return is asked before boarding.",
    17: "Outside the demo, the database is encrypted and keys lie elsewhere.",
    18: "The journal holds names of fields and commitments; destroying a person's key erases former values.",
    19: "The journal's head is signed and sent to others.",
    20: "No outcome by nationality; every release is checked against the ledger of earlier ones.",
    21: "A register of files that left; spreadsheets neutralised and stamped.",
    22: "Invented people and answers say so on every page and paper.",
}


def rules_tested() -> dict[int, list[str]]:
    found: defaultdict[int, list[str]] = defaultdict(list)
    for path in sorted([*ROOT.glob("src/**/test_*.py"), *ROOT.glob("tests/**/test_*.py")]):
        for number, name in re.findall(r"^def test_p(\d\d)_(\w+)", path.read_text(), re.MULTILINE):
            found[int(number)].append(f"{name.replace('_', ' ')} (`{path.relative_to(ROOT)}`)")
    return found


def page() -> str:
    tests = rules_tested()
    lines = [
        "# Rules of protection",
        "",
        "Written by `make docs` from the names of the tests. A rule without a test belongs to a desk that is not built",
        "yet, or is not kept yet: read it as missing.",
        "",
    ]
    for number, rule in RULES.items():
        lines += [f"## P{number:02} {rule}", ""]
        lines += [f"- {test}" for test in tests[number]] or ["*No test yet.*"]
        lines.append("")
    return "\n".join(lines)


if __name__ == "__main__":
    PAGE.write_text(page())
    sys.stdout.write(f"{sum(map(len, rules_tested().values()))} tests carry the number of a rule.\n")
