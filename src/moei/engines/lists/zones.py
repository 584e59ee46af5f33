"""Text files of machine readable zones, one document after the other."""

from __future__ import annotations

import re
from datetime import date

from moei.engines.identity.countries import is_code
from moei.engines.identity.mrz import Mrz, clean_lines, parse_mrz
from moei.engines.lists.rows import ListRow

_ZONE_LINE = re.compile(r"(?=[A-Z0-9<]*<)[A-Z0-9<]{26,46}$|(?=[A-Z0-9<]*<<)[A-Z0-9<]{88,90}$")
_START = re.compile(r"(?:P[A-Z<]|V[A-Z<]|[IAC][A-Z<])[A-Z<]")
_FIELD_WORDS = {"document_number": "document number", "birth_date": "date of birth", "expiry": "date of expiry",
                "optional": "personal number", "composite": "the whole zone"}  # fmt: skip


def is_zones(text: str) -> bool:
    """Whether most lines of a text are lines of machine readable zones."""
    lines = [line for line in text.splitlines()[:400] if line.strip()]
    return bool(lines) and sum(_is_line(line) for line in lines) > len(lines) / 2


def _is_line(line: str) -> bool:
    cleaned = clean_lines(line)
    return bool(cleaned) and bool(_ZONE_LINE.match(cleaned[0])) and line.count(",") < 3


def read_zones(text: str, list_name: str, today: date | None) -> tuple[list[ListRow], list[str]]:
    """The documents in order (row = the n-th document), and the lines set aside."""
    rows: list[ListRow] = []
    aside: list[str] = []
    for start, block in _blocks(text, aside):
        number = len(rows) + 1
        try:
            rows.append(_row(parse_mrz("\n".join(block), today=today), list_name, number))
        except ValueError:
            note = " / ".join(block)
            rows.append(
                ListRow(
                    list=list_name, row=number, note=note,
                    problems=(f"mrz: the zone from line {start} on is incomplete, not read", "no_name: no name is given"),
                )
            )  # fmt: skip
    return rows, aside


def _blocks(text: str, aside: list[str]) -> list[tuple[int, list[str]]]:
    """Lines that belong to one document: parted by empty lines or by the start of the next."""
    blocks: list[tuple[int, list[str]]] = []
    current: list[str] = []
    start = 0
    for at, line in enumerate([*text.splitlines(), ""], 1):
        cleaned = clean_lines(line)
        begins = (
            bool(current)
            and bool(cleaned)
            and bool(_START.match(cleaned[0]))
            and len(current) >= _expected(current)
        )
        if current and (not line.strip() or begins):
            blocks.append((start, current))
            current = []
        if line.strip():
            if _is_line(line) or (current and cleaned and len(cleaned[0]) >= 20):
                start = start if current else at
                current.append(cleaned[0])
            else:
                aside.append(f"{at}: no line of a zone, “{line.strip()[:80]}”")
    return blocks


def _expected(current: list[str]) -> int:
    if len(current[0]) >= 72:
        return 1
    return 3 if len(current[0]) <= 31 else 2


def _row(zone: Mrz, list_name: str, number: int) -> ListRow:
    problems = [
        f"mrz: the check digit of {_FIELD_WORDS[f]} is wrong" for f, holds in zone.checks.items() if not holds
    ]
    problems += [
        f"mrz_repaired: {_FIELD_WORDS[f]} had misread characters, its check digit proves {_said(zone, f)}"
        for f in zone.repaired
    ]
    problems += [f"mrz: {remark}" for remark in zone.remarks]
    nationality = zone.nationality if is_code(zone.nationality) else ""
    notes = []
    if zone.nationality and not nationality:
        problems.append(f"nationality: “{zone.nationality}” is no country's code")
        notes.append(f"nationality: {zone.nationality}")
    if zone.issuer and zone.issuer != zone.nationality:
        notes.append(f"issued by: {zone.issuer}")
    if zone.expiry:
        notes.append(f"expires: {zone.expiry}")
    if zone.optional:
        notes.append(f"personal number: {zone.optional}")
    if not zone.family and not zone.given:
        problems.append("no_name: no name is given")
    kind = (
        "passport"
        if zone.document_code.startswith("P")
        else {"V": "visa"}.get(zone.document_code[:1], "national_id")
    )
    return ListRow(
        list=list_name, row=number, name=f"{zone.given} {zone.family}".strip(), given=zone.given, family=zone.family,
        sex=zone.sex, birth_date=zone.birth_date, birth_from=zone.birth_from, birth_to=zone.birth_to,
        nationality=nationality, document_number=zone.document_number, document_kind=kind,
        note="; ".join(notes), problems=tuple(problems),
    )  # fmt: skip


def _said(zone: Mrz, name: str) -> str:
    return str(getattr(zone, name))
