"""What two agencies agreed before they compare: a TOML file that both hold, with the same content."""

from __future__ import annotations

import json
import tomllib
from dataclasses import asdict, dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from moei.crypto import SigningKeyError, public_key_text, read_public_key, text_digest
from moei.engines.private_comparison.refusal import Refused

KINDS = ("government", "health", "international", "ngo", "oversight", "shelter")
"""Kinds of agency that may compare, by the names that Moei has for them elsewhere."""

_STATE = "some people fear their own state: it learns of a person by that person's consent alone"
_ARMED = "who held people, or fights, must not learn who is free and where they are known"
_POLICE = "what people told in order to be protected must not lead to an investigation without their consent"
NEVER = {
    "embassy": _STATE,
    "consulate": _STATE,
    "armed_group": _ARMED,
    "militia": _ARMED,
    "military": _ARMED,
    "army": _ARMED,
    "law_enforcement": _POLICE,
}

DOCUMENTS, PHONES = "documents", "phones"
LARGEST_CAP = 100_000
MOST_QUESTIONS = 100
_LONGEST_FILE = 64 * 1024
_KEYS = {
    "id",
    "purpose",
    "valid_from",
    "valid_until",
    "most_items",
    "most_questions",
    "compared",
    "agencies",
}


@dataclass(frozen=True, slots=True)
class Agency:
    """One of the two. ``public_key`` is what ``moei compare key`` printed for it."""

    name: str
    kind: str
    public_key: str


@dataclass(frozen=True, slots=True)
class Agreement:
    """An agreement that was checked.

    Attributes:
        valid_from, valid_until: days of UTC, both included.
        most_items: so many numbers each side sends, made-up ones among them; nobody may hold more.
        most_questions: how many questions each side answers the other.
        compared: ``documents``, ``phones`` or both.
        digest: SHA-256 of the content, whatever the layout of the file; stands in every file that goes out.
    """

    id: str
    purpose: str
    valid_from: date
    valid_until: date
    most_items: int
    most_questions: int
    compared: tuple[str, ...]
    agencies: tuple[Agency, Agency]
    digest: str

    def partner(self, public_key: str) -> Agency:
        """The other agency than the one of this key. Raises ``Refused`` where the key is of neither."""
        first, second = self.agencies
        if public_key == first.public_key:
            return second
        if public_key == second.public_key:
            return first
        raise Refused(
            f"The key is of neither agency of the agreement {self.id}: give the key whose public half stands in it."
        )

    def refuse_outside(self, moment: datetime) -> None:
        """Raises ``Refused`` on days on which the agreement is not in force."""
        day = moment.astimezone(UTC).date()
        if day < self.valid_from:
            raise Refused(f"The agreement {self.id} begins on {self.valid_from}: wait, or look at the clock.")
        if day > self.valid_until:
            raise Refused(f"The agreement {self.id} ended on {self.valid_until}: make a new one first.")


def read_agreement(path: Path) -> Agreement:
    """The agreement in a file. Raises ``Refused`` with the first thing that is wrong in it."""
    try:
        with path.open("rb") as file:
            data = file.read(_LONGEST_FILE + 1)
        if len(data) > _LONGEST_FILE:
            raise Refused(f"{path.name} is too long to be an agreement. Give the right file.")
        raw = tomllib.loads(data.decode())
    except (ValueError, RecursionError) as error:
        raise Refused(f"{path.name} is no agreement that can be read ({error}). Correct it.") from None
    try:
        return _checked(raw)
    except Refused as error:
        raise Refused(f"{path.name}: {error}") from None


def _checked(raw: dict[str, Any]) -> Agreement:
    if unknown := sorted(set(raw) - _KEYS):
        raise Refused(f"“{unknown[0]}” is not known in an agreement. Take it out.")
    if missing := sorted(_KEYS - set(raw)):
        raise Refused(f"“{missing[0]}” is missing. Agree on it, and write it in.")
    start, end = _day(raw, "valid_from"), _day(raw, "valid_until")
    if end < start:
        raise Refused("valid_until lies before valid_from. Correct it.")
    agencies = raw["agencies"]
    if not isinstance(agencies, list) or len(agencies) != 2:
        raise Refused("an agreement is between two agencies: write [[agencies]] twice.")
    first, second = (_agency(one) for one in agencies)
    if first.public_key == second.public_key:
        raise Refused("both agencies have the same public key. Each makes its own with `moei compare key`.")
    agreed = Agreement(
        id=_text(raw, "id"),
        purpose=_text(raw, "purpose"),
        valid_from=start,
        valid_until=end,
        most_items=_number(raw, "most_items", LARGEST_CAP),
        most_questions=_number(raw, "most_questions", MOST_QUESTIONS),
        compared=_compared(raw),
        agencies=(first, second),
        digest="",
    )
    content = json.dumps(asdict(agreed), sort_keys=True, ensure_ascii=False, default=date.isoformat)
    return replace(agreed, digest=text_digest(content))


def _agency(raw: object) -> Agency:
    if not isinstance(raw, dict) or set(raw) != {"name", "kind", "public_key"}:
        raise Refused("an agency has a name, a kind and a public_key, and nothing else.")
    name, kind = _text(raw, "name"), _text(raw, "kind").casefold()
    if kind in NEVER:
        raise Refused(f"no list is compared with {name} ({kind}): {NEVER[kind]}.")
    if kind not in KINDS:
        raise Refused(
            f"“{kind}”, the kind of {name}, is not known, so nothing is compared with it. Known: {', '.join(KINDS)}."
        )
    try:
        # Written anew: one key has one text.
        return Agency(name, kind, public_key_text(read_public_key(_text(raw, "public_key"))))
    except (SigningKeyError, ValueError):
        raise Refused(
            f"the public key of {name} is none that `moei compare key` prints. Ask them for it again."
        ) from None


def _text(raw: dict[str, Any], name: str) -> str:
    text = raw[name]
    if not isinstance(text, str) or not text.strip() or len(text) > 1000:
        raise Refused(f"“{name}” must be a text of at most 1000 signs.")
    return " ".join(text.split())


def _day(raw: dict[str, Any], name: str) -> date:
    day = raw[name]
    if not isinstance(day, date) or isinstance(day, datetime):
        raise Refused(f"“{name}” must be a day, such as 2025-02-12 without quotation marks.")
    return day


def _number(raw: dict[str, Any], name: str, most: int) -> int:
    number = raw[name]
    if not isinstance(number, int) or isinstance(number, bool) or not 1 <= number <= most:
        raise Refused(f"“{name}” must be a number from 1 to {most}.")
    return number


def _compared(raw: dict[str, Any]) -> tuple[str, ...]:
    compared = raw["compared"]
    known = (DOCUMENTS, PHONES)
    if not isinstance(compared, list) or not compared or any(one not in known for one in compared):
        raise Refused(f"“compared” must be a list of {DOCUMENTS}, {PHONES} or both.")
    return tuple(sorted(set(compared)))
