"""Machine readable zones of travel documents: reading with check digits, proven repair, writing.

Source: ICAO Doc 9303, parts 3 to 6 (TD1: three lines of 30, TD2: two of 36, TD3: two of 44).
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from itertools import combinations

_WEIGHTS = (7, 3, 1)
_DIGIT_FOR = {"O": "0", "Q": "0", "D": "0", "I": "1", "L": "1", "Z": "2",
              "A": "4", "S": "5", "G": "6", "T": "7", "B": "8"}  # fmt: skip
# Codes of the zone that are not ISO 3166 alpha-3, brought to it. Refugees (XXB, XXC) state no nationality.
_STATES = {"D": "DEU", "GBD": "GBR", "GBN": "GBR", "GBO": "GBR", "GBP": "GBR",
           "GBS": "GBR", "RKS": "XKX", "XXB": "XXX", "XXC": "XXX"}  # fmt: skip
_CLEAN = re.compile(r"[^A-Z0-9<]")


@dataclass(frozen=True, slots=True)
class Mrz:
    """One zone. Dates are ISO or empty; ``birth_from`` and ``birth_to`` are filled when a year is known.

    ``checks`` says of each check digit whether it holds after repair; ``repaired`` names the fields in which misread
    characters were put right because exactly one reading satisfies the check digit. ``nationality`` is
    alpha-3 (``XXA`` stateless, ``XXX`` unspecified) or empty.
    """

    format: str
    document_code: str
    issuer: str
    family: str
    given: str
    document_number: str
    nationality: str
    birth_date: str
    birth_from: str
    birth_to: str
    sex: str
    expiry: str
    optional: str
    checks: dict[str, bool] = field(default_factory=dict)
    repaired: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()

    @property
    def valid(self) -> bool:
        """Every check digit holds."""
        return all(self.checks.values())


def check_digit(text: str) -> str:
    """The check digit of a field of the zone (``<`` counts 0, letters 10 to 35, weights 7, 3, 1)."""
    return str(sum(_value(c) * _WEIGHTS[i % 3] for i, c in enumerate(text)) % 10)


def _value(char: str) -> int:
    if char == "<":
        return 0
    return ord(char) - 48 if char <= "9" else ord(char) - 55


def clean_lines(text: str) -> list[str]:
    """Lines of a zone in its own alphabet; empty lines are left out."""
    upper = text.upper().replace("«", "<<").replace("‹", "<").replace("〈", "<").replace("＜", "<")
    return [line for line in (_CLEAN.sub("", part) for part in upper.splitlines()) if line]


def parse_mrz(text: str, *, today: date | None = None) -> Mrz:
    """Read a zone typed, pasted or scanned; birth years of two digits resolve to the past.

    Raises ``ValueError`` if the text has not the shape of a TD1, TD2 or TD3 zone. Wrong check digits do not
    raise: see ``Mrz.checks``.
    """
    lines = clean_lines(text)
    if len(lines) == 1:
        whole = lines[0]
        size = {88: 44, 72: 36, 90: 30}.get(len(whole))
        if size:
            lines = [whole[i : i + size] for i in range(0, len(whole), size)]
    now = today or datetime.now(UTC).date()
    if len(lines) == 3 and all(26 <= len(line) <= 34 for line in lines):
        return _read_td1([_fit(line, 30) for line in lines], now)
    if len(lines) == 2 and all(39 <= len(line) <= 46 for line in lines):
        return _read_two_lines(lines, 44, now)
    if len(lines) == 2 and all(33 <= len(line) <= 38 for line in lines):
        return _read_two_lines(lines, 36, now)
    raise ValueError(
        "not a machine readable zone: two lines of 44 or 36 characters, or three of 30, are expected"
    )


def _fit(line: str, width: int) -> str:
    """Fillers lost or doubled by a scanner are put back in the last run of fillers."""
    if len(line) < width:
        at = line.rfind("<<")
        return line[:at] + "<" * (width - len(line)) + line[at:] if at >= 0 else line.ljust(width, "<")
    while len(line) > width and "<<" in line:
        at = line.rfind("<<")
        line = line[:at] + line[at + 1 :]
    return line[:width]


def _read_two_lines(lines: list[str], width: int, today: date) -> Mrz:
    upper, lower = _fit(lines[0], width), _fit(lines[1], width)
    remarks: list[str] = []
    stateless = lines[1][:10] + "<<<" + lines[1][10:]
    if len(lines[1]) == width - 3 and _fields_hold(stateless):
        # Three check digits prove it: the state was left out of this line, so also of the line above.
        lower, upper = stateless, upper[:2] + "<<<" + upper[2 : width - 3]
        remarks.append("no state is written in the zone")
    parts = {
        "document_number": (lower[:9], lower[9]),
        "birth_date": (lower[13:19], lower[19]),
        "expiry": (lower[21:27], lower[27]),
    }
    reader = _Fields(parts)
    optional = lower[28:42] if width == 44 else lower[28:35]
    if width == 44:
        reader.optional_check(optional, lower[42])
    composite = reader.text("document_number") + reader.text("birth_date") + reader.text("expiry")
    tail = optional + reader.personal_check if width == 44 else optional
    reader.composite(composite + tail, lower[-1])
    family, given = _names(upper[5:])
    return _finish(
        reader, f"TD{3 if width == 44 else 2}", upper[:2], upper[2:5], lower[10:13], lower[20], family, given,
        optional, today, remarks,
    )  # fmt: skip


def _read_td1(lines: list[str], today: date) -> Mrz:
    top, middle, bottom = lines
    number, check, optional = top[5:14], top[14], top[15:30]
    if check == "<" and (long := re.match(r"([A-Z0-9]+)([0-9])<", optional)):  # numbers over nine characters
        number, check, optional = number + long.group(1), long.group(2), optional[long.end() - 1 :]
    parts = {
        "document_number": (number, check),
        "birth_date": (middle[0:6], middle[6]),
        "expiry": (middle[8:14], middle[14]),
    }
    reader = _Fields(parts)
    if len(number) == 9:
        first = reader.text("document_number") + top[15:30]
    else:
        first = top[5:30]
    reader.composite(first + reader.text("birth_date") + reader.text("expiry") + middle[18:29], middle[29])
    family, given = _names(bottom)
    return _finish(
        reader, "TD1", top[:2], top[2:5], middle[15:18], middle[7], family, given,
        (optional + middle[18:29]).strip("<"), today, [],
    )  # fmt: skip


def _fields_hold(lower: str) -> bool:
    fields = ((lower[:9], lower[9]), (lower[13:19], lower[19]), (lower[21:27], lower[27]))
    return all(check_digit(text) == check for text, check in fields)


class _Fields:
    """Fields with their check digits, each repaired where its check digit proves one reading."""

    def __init__(self, parts: dict[str, tuple[str, str]]) -> None:
        self.values: dict[str, tuple[str, str]] = {}
        self.checks: dict[str, bool] = {}
        self.repaired: list[str] = []
        self.personal_check = "<"
        for name, (text, check) in parts.items():
            mended = _mend(text, check, digits_only=name != "document_number")
            self.checks[name] = mended is not None
            if mended is not None and mended != (text, check):
                self.repaired.append(name)
            self.values[name] = mended or (text, check)

    def text(self, name: str) -> str:
        """The field and its check digit, as they enter the composite."""
        return "".join(self.values[name])

    def optional_check(self, optional: str, check: str) -> None:
        """The personal number's check digit, which may be a filler when the field is empty."""
        if check == "<" and not optional.strip("<"):
            return
        check = _DIGIT_FOR.get(check, check)
        self.personal_check = check
        self.checks["optional"] = check_digit(optional) == check

    def composite(self, text: str, check: str) -> None:
        self.checks["composite"] = check_digit(text) == _DIGIT_FOR.get(check, check)


def _mend(text: str, check: str, *, digits_only: bool) -> tuple[str, str] | None:
    """The field and check digit as they must have been, or ``None`` if no single reading is proven."""
    check = _DIGIT_FOR.get(check, check)
    if digits_only:
        text = "".join(_DIGIT_FOR.get(c, c) for c in text)
        legal = all(c.isdigit() or c == "<" for c in text)
        return (text, check) if legal and check_digit(text) == check else None
    if check_digit(text) == check:
        return text, check
    # Only letters read for digits: a digit turned into a letter could "prove" nearly any mistake. A letter before
    # the first digit is the series; it counts against a proof but is not changed.
    series = next((i for i, c in enumerate(text) if c.isdigit()), len(text))
    letters = [i for i, c in enumerate(text) if c in _DIGIT_FOR]
    for size in (1, 2):
        found = [
            places
            for places in combinations(letters, size)
            if check_digit(_replace(text, places, tuple(_DIGIT_FOR[text[i]] for i in places))) == check
        ]
        if found:
            proven = len(found) == 1 and found[0][0] > series
            digits = tuple(_DIGIT_FOR[text[i]] for i in found[0])
            return (_replace(text, found[0], digits), check) if proven else None
    return None


def _replace(text: str, places: tuple[int, ...], chars: tuple[str, ...]) -> str:
    out = list(text)
    for place, char in zip(places, chars, strict=True):
        out[place] = char
    return "".join(out)


def _names(text: str) -> tuple[str, str]:
    family, _, given = text.strip("<").partition("<<")
    return " ".join(family.replace("<", " ").split()), " ".join(given.replace("<", " ").split())


def _finish(
    reader: _Fields, form: str, code: str, issuer: str, state: str, sex: str, family: str, given: str,
    optional: str, today: date, remarks: list[str],
) -> Mrz:  # fmt: skip
    birth, birth_from, birth_to = _birth(reader.values["birth_date"][0], today)
    if not reader.checks["birth_date"]:
        birth = birth_from = birth_to = ""
    return Mrz(
        format=form,
        document_code=code.strip("<"),
        issuer=_state(issuer),
        family=family,
        given=given,
        document_number=reader.values["document_number"][0].strip("<"),
        nationality=_state(state),
        birth_date=birth,
        birth_from=birth_from,
        birth_to=birth_to,
        sex=sex if sex in "MF" else "",
        expiry=_expiry(reader.values["expiry"][0]) if reader.checks["expiry"] else "",
        optional=optional.strip("<"),
        checks=reader.checks,
        repaired=tuple(reader.repaired),
        remarks=tuple(remarks),
    )


def _state(code: str) -> str:
    code = code.strip("<")
    return _STATES.get(code, code if len(code) == 3 and code.isalpha() else "")


def _birth(text: str, today: date) -> tuple[str, str, str]:
    """Birth date and the days it lies between; unknown parts are fillers."""
    if not text[:2].isdigit():
        return "", "", ""
    year = today.year // 100 * 100 + int(text[:2])
    try:
        if text[2:].isdigit():
            month, day = int(text[2:4]), int(text[4:])
            if (year, month, day) > (today.year, today.month, today.day):
                year -= 100
            whole = date(year, month, day).isoformat()
            return whole, whole, whole
    except ValueError:
        return "", "", ""
    if year > today.year:
        year -= 100
    return "", f"{year}-01-01", f"{year}-12-31"


def _expiry(text: str) -> str:
    try:
        return date(2000 + int(text[:2]), int(text[2:4]), int(text[4:])).isoformat()
    except ValueError:
        return ""


def make_td3(
    *,
    family: str,
    given: str,
    nationality: str,
    document_number: str,
    birth_date: date,
    sex: str,
    expiry: date,
    issuer: str = "",
    optional: str = "",
) -> str:
    """Write a passport's zone (two lines of 44), for demonstrations and tests. Names must be in Latin letters."""
    name = f"{_transliterated(family)}<<{_transliterated(given)}"
    upper = f"P<{(issuer or nationality):<<3}{name}"[:44].ljust(44, "<")
    number = _CLEAN.sub("", document_number.upper())[:9].ljust(9, "<")
    born, ends = f"{birth_date:%y%m%d}", f"{expiry:%y%m%d}"
    extra = optional[:14].ljust(14, "<")
    start, middle = number + check_digit(number), born + check_digit(born)
    end = ends + check_digit(ends) + extra + (check_digit(extra) if optional else "<")
    return f"{upper}\n{start}{nationality:<<3}{middle}{sex or '<'}{end}{check_digit(start + middle + end)}"


def _transliterated(name: str) -> str:
    plain = unicodedata.normalize("NFKD", name.upper()).replace("'", "").replace("’", "")
    plain = "".join(c for c in plain if not unicodedata.combining(c))
    return re.sub(r"[^A-Z]+", "<", plain).strip("<")
