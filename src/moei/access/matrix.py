"""The policy table as data and as a page: what `moei access matrix` prints."""

from __future__ import annotations

from typing import Any

from moei.access.policy import ACTIONS, BREAK_GLASS_HOURS, BREAK_GLASS_SECTIONS, DUTIES, ROLES, Duty, Section


def matrix() -> dict[str, Any]:
    """Roles with their cases, sections ("r", "rw" or "") and duties; what each action needs; what break-glass opens."""
    return {
        "roles": [
            {
                "code": role.code,
                "label": role.label,
                "cases": str(role.cases),
                "side": role.side,
                "sections": {str(section): role.sections.get(section, "") for section in Section},
                "duties": [str(duty) for duty in Duty if duty in role.duties],
            }
            for role in ROLES.values()
        ],
        "case_actions": {action: [str(section), mode] for action, (section, mode) in ACTIONS.items()},
        "duty_actions": {action: str(duty) for action, duty in DUTIES.items()},
        "break_glass": {
            "sections": sorted(map(str, BREAK_GLASS_SECTIONS)),
            "mode": "r",
            "hours": BREAK_GLASS_HOURS,
        },
    }


def markdown() -> str:
    """The reference page `docs/reference/access-matrix.md`."""
    table = matrix()
    sections = [section for section in Section if any(role.sections.get(section) for role in ROLES.values())]
    unused = [str(section) for section in Section if section not in sections]
    lines = [
        "# Who may do what",
        "",
        "This page is printed from the policy table by `moei access matrix`; a test keeps the two alike.",
        "`r` reads, `rw` reads and writes, an empty cell sees nothing. Administrators have no rights in cases.",
        "",
        "## Roles and sections of the case file",
        "",
        "| role | cases | " + " | ".join(_words(section) for section in sections) + " |",
        "|---|---|" + "---|" * len(sections),
    ]
    for role in table["roles"]:
        cells = " | ".join(role["sections"][str(section)] for section in sections)
        lines.append(f"| {role['label']} | {role['cases']} | {cells} |")
    if unused:
        lines += ["", f"No role opens these sections yet: {', '.join(map(_words, unused))}."]
    lines += ["", "## Duties outside a case file", "", "| role | duties | side |", "|---|---|---|"]
    for role in table["roles"]:
        lines.append(
            f"| {role['label']} | {', '.join(map(_words, role['duties'])) or '–'} | {role['side'] or '–'} |"
        )
    lines += [
        "",
        "Nobody holds roles of the identification side and of the investigation side in one release.",
        "",
        "## What an action on a case needs",
        "",
        "| action | section | mode |",
        "|---|---|---|",
        *(
            f"| `{action}` | {_words(section)} | {mode} |"
            for action, (section, mode) in table["case_actions"].items()
        ),
        "",
        "## What an action outside a case needs",
        "",
        "| action | duty |",
        "|---|---|",
        *(f"| `{action}` | {_words(duty)} |" for action, duty in table["duty_actions"].items()),
        "",
        "## In an emergency",
        "",
        f"Break-glass opens {', '.join(map(_words, table['break_glass']['sections']))} of one case for reading, "
        f"for {BREAK_GLASS_HOURS} hours, with a reason that an auditor reviews.",
        "",
    ]
    return "\n".join(lines)


def _words(code: str) -> str:
    return str(code).replace("_", " ")
