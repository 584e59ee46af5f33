"""A machine readable zone checked field by field, in words for the officer who holds the document."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from moei.engines.identity import Mrz, parse_mrz
from moei.engines.identity.mrz import clean_lines

FIELDS = {
    "document_number": "Document number",
    "birth_date": "Date of birth",
    "expiry": "Date of expiry",
    "optional": "Personal number",
    "composite": "Whole zone",
}


@dataclass(frozen=True)
class Checked:
    """`mrz` is None when the text has not the shape of a zone; `refusal` says so then. `lines` are
    (field, what was read, holds, repaired)."""

    mrz: Mrz | None
    refusal: str = ""
    lines: tuple[tuple[str, str, bool, bool], ...] = ()

    @property
    def valid(self) -> bool:
        return self.mrz is not None and self.mrz.valid

    @property
    def wrong(self) -> list[str]:
        return [label for label, _text, holds, _repaired in self.lines if not holds]


def check_mrz(text: str, *, today: date) -> Checked:
    """Read a zone and say of each check digit whether it holds."""
    try:
        mrz = parse_mrz(text, today=today)
    except ValueError:
        return Checked(
            None,
            "This is no machine readable zone. Type both lines of 44 characters (on a card: two of 36, or three of 30) "
            "as they are printed, with < for each filler.",
        )
    lines = tuple(
        (FIELDS.get(name, name.replace("_", " ")), str(getattr(mrz, name, "")), holds, name in mrz.repaired)
        for name, holds in mrz.checks.items()
    )
    return Checked(mrz, "", lines)


def may_go_on(text: str) -> bool:
    """Whether 72 characters are a zone that is still being typed: of a passport (88), or of a card (90) whose
    check digits do not make it one of 72."""
    zone = "".join(clean_lines(text))
    if len(zone) != 72:
        return False
    if zone[0] in "PV":
        return True
    try:
        return not parse_mrz(zone).valid
    except ValueError:
        return True


def as_initial(mrz: Mrz) -> dict[str, object]:
    """What a zone fills into the registration form."""
    return {
        "name": f"{mrz.given} {mrz.family}".strip(),
        "sex": mrz.sex,
        "birth_date": mrz.birth_date,
        "nationality": mrz.nationality,
        "document_kind": "passport" if mrz.document_code.startswith("P") else "travel_document",
        "document_number": mrz.document_number,
        "document_issuer": mrz.issuer,
        "document_expires": mrz.expiry,
        "document_seen": True,
    }
