"""The policy table as data and as a page: what `moei access matrix` prints."""

from __future__ import annotations

from typing import Any

from moei.access.policy import (
    ACTIONS,
    AGENCY_LOOKUPS_AN_HOUR,
    BREAK_GLASS_HOURS,
    BREAK_GLASS_SECTIONS,
    DUTIES,
    EMERGENCY_ROLE_HOURS,
    EMERGENCY_ROLES,
    GUARDS,
    GUESSES_AN_HOUR,
    LOOKUPS_AN_HOUR,
    LOOKUPS_IN_FIVE_MINUTES,
    NAMES_AN_HOUR,
    REFERRAL_ACCESS_ENDS_DAYS,
    REFERRAL_DUTY,
    REFERRAL_SECTIONS,
    ROLES,
    UNACCEPTED_DUTIES,
    Cases,
    Duty,
    Section,
)


def matrix() -> dict[str, Any]:
    """Roles with their cases, sections ("r", "rw" or "") and duties; what each action needs; what break-glass opens."""
    return {
        "roles": [
            {
                "code": role.code,
                "label": role.label,
                "cases": str(role.cases),
                "side": role.side,
                "cases_an_hour": role.cases_an_hour,
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
        "referral": {
            "sections": sorted(map(str, REFERRAL_SECTIONS)),
            "mode": "r",
            "duty": str(REFERRAL_DUTY),
            "access_ends_days": dict(REFERRAL_ACCESS_ENDS_DAYS),
        },
        "limits": {
            "names_an_hour": NAMES_AN_HOUR,
            "lookups_an_hour": LOOKUPS_AN_HOUR,
            "lookups_in_five_minutes": LOOKUPS_IN_FIVE_MINUTES,
            "agency_lookups_an_hour": AGENCY_LOOKUPS_AN_HOUR,
            "guesses_an_hour": GUESSES_AN_HOUR,
        },
        "emergency_role_hours": EMERGENCY_ROLE_HOURS,
        "emergency_roles": sorted(EMERGENCY_ROLES),
        "guards": sorted(map(str, GUARDS)),
        "while_not_accepted": sorted(map(str, UNACCEPTED_DUTIES)),
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
    lines += [
        "",
        "## Duties outside a case file",
        "",
        "| role | duties | side | cases an hour |",
        "|---|---|---|---|",
    ]
    for role in table["roles"]:
        lines.append(
            f"| {role['label']} | {', '.join(map(_words, role['duties'])) or '–'} | {role['side'] or '–'} "
            f"| {'–' if role['cases'] == str(Cases.NONE) else role['cases_an_hour']} |"
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
        "## Two agencies",
        "",
        "Roles, accounts, passwords and second factors of others, tokens, changes of agencies, sites and releases, and "
        "this table itself are proposed by somebody with the duty staff and approved by somebody with the duty approve "
        "in another agency. Taking away is done by one; of a role or an account with one of the duties "
        f"{', '.join(map(_words, table['guards']))} every agency that watches is told, and the last one outside the "
        "agency of whoever acts stays. While two agencies have not accepted this table, only these "
        f"duties work: {', '.join(map(_words, table['while_not_accepted']))}. Nobody holds the duty staff together with "
        "a role that opens cases. One administrator alone gives one of these roles in an emergency: "
        f"{', '.join(map(_words, table['emergency_roles']))}; for {table['emergency_role_hours']} hours at most, also "
        "with a new account that then ends unless another agency approves it. Another agency is told, and reviews it "
        "before the same administrator gives another one or the same person gets one.",
        "",
        "## How much in an hour",
        "",
        "Above the cases of the table, somebody with the duty allow gives more for an hour, with a reason; an emergency "
        f"is never blocked. Lists show at most {NAMES_AN_HOUR} names to a person in an hour. Looking people up needs a "
        f"reason, said once in a session: at most {LOOKUPS_AN_HOUR} in an hour and {LOOKUPS_IN_FIVE_MINUTES} in five "
        f"minutes for a person, {AGENCY_LOOKUPS_AN_HOUR} in an hour for an agency. After {GUESSES_AN_HOUR} case numbers "
        "in an hour that no case has, auditors are told.",
        "",
        "## Who was referred",
        "",
        "With the person's consent for that one organisation, its staff with the duty "
        f"{_words(table['referral']['duty'])} read of the case the sections that the person agreed to, of "
        f"{', '.join(map(_words, table['referral']['sections']))}: never more than their own role reads, and nothing to "
        "write. It opens when the organisation accepts. What happens when the referral ends:",
        "",
        "| the referral is | the organisation still reads for |",
        "|---|---|",
        *(
            f"| {_words(ending)} | {f'{days} days' if days else 'nothing more, at once'} |"
            for ending, days in table["referral"]["access_ends_days"].items()
        ),
        "",
        "## In an emergency",
        "",
        f"Break-glass opens {', '.join(map(_words, table['break_glass']['sections']))} of one case for reading, "
        f"for {BREAK_GLASS_HOURS} hours, with a reason that an auditor reviews. Two agencies are told at once: that of "
        "whoever opened, and one that reviews.",
        "",
    ]
    return "\n".join(lines)


def _words(code: str) -> str:
    return str(code).replace("_", " ")
