"""What each column means: by its heading, by what stands in it, or as a person has corrected it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import pairwise

from moei.engines.identity.calendars import Calendar
from moei.engines.identity.countries import read_country
from moei.engines.identity.dates import possible_calendars, read_age, written
from moei.engines.identity.digits import ascii_digits, main_script
from moei.engines.identity.documents import clean_document_number, read_chinese_id
from moei.engines.identity.phones import read_phone
from moei.engines.identity.sexes import read_sex
from moei.engines.lists.files import Cell
from moei.engines.lists.headings import Heading, read_heading
from moei.engines.lists.layout import Table, is_nothing, shown
from moei.engines.lists.lexicon import BIRTH_CALENDARS, MEANINGS

_SAMPLE = 300
_DOCUMENT = re.compile(r"(?=[A-Z0-9]*\d{4})(?:[A-Z]{1,3}\d{5,9}[A-Z]?|\d{2}[A-Z]{2}\d{5})$")
_SINGLE = ("sex", "age", "birth", "nationality", "passport", "national_id", "document", "phone", "given", "family",
           "title", "document_kind")  # fmt: skip


@dataclass(slots=True)
class Column:
    """One column; ``index`` from 0, ``calendar`` where a person named that of its dates."""

    index: int
    key: str
    header: str
    meaning: str
    how: str
    score: float = 0.0
    cells: list[Cell] = field(default_factory=list)
    examples: tuple[str, ...] = ()
    calendar: Calendar | None = None


def read_columns(table: Table, sheet_name: str, corrections: Mapping[str, str]) -> list[Column]:
    """The columns of a table that hold anything, with their meanings."""
    columns: list[Column] = []
    taken: dict[str, int] = {}
    for index in range(table.width):
        cells = [
            row[index] for row in table.sheet.rows[table.body :] if index < len(row) and row[index] != ""
        ]
        heading = table.headings[index]
        if not cells and not heading:
            continue
        label = heading or f"column {_letter(index)}"
        taken[label] = taken.get(label, 0) + 1
        if taken[label] > 1:
            label = f"{label} ({taken[label]})"
        column = Column(index, f"{sheet_name}!{label}", heading, "", "", cells=cells)
        column.examples = tuple(dict.fromkeys(shown(c) for c in cells if shown(c).strip()))[:3]
        corrected = corrections.get(column.key) or corrections.get(f"{sheet_name}!{_letter(index)}")
        if corrected in MEANINGS:
            column.calendar = BIRTH_CALENDARS.get(corrected)
            column.meaning = "birth" if column.calendar else corrected
            column.how, column.score = "as corrected by a person", 2.0
        else:
            _by_heading_and_content(column)
        columns.append(column)
    _one_of_each(columns)
    _names(columns)
    return columns


def _letter(index: int) -> str:
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def sample(cells: list[Cell]) -> list[str]:
    """Up to some hundred filled cells, evenly taken, as words."""
    texts = [t for t in (shown(c) for c in cells) if not is_nothing(t)]
    step = max(1, len(texts) // _SAMPLE)
    return texts[::step]


def profile(cells: list[Cell]) -> dict[str, float]:
    """The share of a column's cells that read as each thing (0 to 1)."""
    values = sample(cells)
    if not values:
        return {}
    counts = dict.fromkeys(
        ("sex", "birth", "age", "nationality", "passport", "national_id", "phone", "words"), 0
    )
    for value in values:
        plain = ascii_digits(value)
        document = clean_document_number(value)
        counts["sex"] += bool(read_sex(value))
        pieces = written(value)
        counts["birth"] += pieces is not None and bool(possible_calendars(pieces)) and pieces.year_digits >= 2
        age = read_age(value)
        counts["age"] += age is not None and 3 <= age[0] <= 95
        counts["national_id"] += len(document) in (15, 18) and read_chinese_id(document) is not None
        counts["passport"] += bool(_DOCUMENT.match(document))
        counts["phone"] += (bool(re.match(r"[+0]", plain)) and bool(read_phone(plain))) or bool(
            re.match(r"\+\d[\d\s-]{8,}$", plain)
        )
        lettered = sum(c.isalpha() for c in plain)
        counts["words"] += lettered >= 2 and not any(c.isdigit() for c in plain) and len(plain.split()) <= 7
        counts["nationality"] += (
            not any(c.isdigit() for c in plain) and len(value) >= 2 and bool(read_country(value).code)
        )
    shares = {kind: count / len(values) for kind, count in counts.items()}
    shares["distinct"] = len(set(values)) / len(values)
    shares["rising"] = float(_rising(values))
    return shares


def _rising(values: list[str]) -> bool:
    plain = [ascii_digits(v) for v in values]
    if len(plain) < 3 or not all(p.isdigit() and len(p) < 7 for p in plain):
        return False
    numbers = [int(p) for p in plain]
    return all(a < b for a, b in pairwise(numbers))


def _by_heading_and_content(column: Column) -> None:
    heading = read_heading(column.header) if column.header else Heading("", 0.0, "")
    shares = profile(column.cells)
    meaning, how = heading.meaning, f"headed “{column.header}”"
    if heading.score < 1 and meaning:
        how += f", read as “{heading.phrase}”"
    corrected = _contradicted(meaning, shares)
    if corrected:
        how = f"headed “{column.header}”, but its cells read as {_WORDS[corrected]}"
        meaning = corrected
    elif not meaning:
        meaning = _by_content(shares)
        share = round(100 * shares.get(meaning, 1.0))
        how = f"by its cells: {share} in 100 read as {_WORDS[meaning]}" if meaning in _WORDS else ""
    column.meaning, column.how, column.score = meaning or "other", how, heading.score or 0.5
    if not meaning:
        column.how = "not understood; kept word for word"


_WORDS = {
    "sex": "male or female", "birth": "dates", "age": "ages", "nationality": "countries", "passport": "passport numbers",
    "national_id": "Chinese identity numbers", "phone": "telephone numbers", "seq": "running numbers",
}  # fmt: skip


def _contradicted(meaning: str, shares: dict[str, float]) -> str:
    """Another meaning if the cells clearly say so."""
    if not shares or not meaning:
        return ""
    if meaning in ("passport", "document", "seq", "national_id", "other") and shares["national_id"] >= 0.6:
        return "" if meaning == "national_id" else "national_id"
    if meaning == "birth" and shares["age"] >= 0.8 and shares["birth"] < 0.3:
        return "age"
    if meaning == "age" and shares["birth"] >= 0.6 and shares["age"] < 0.5:
        return "birth"
    if meaning in ("seq", "report") and shares["passport"] >= 0.6 and not shares["rising"]:
        return "passport"
    if meaning == "nationality" and shares["nationality"] < 0.2:
        return _by_content(shares)
    if meaning == "sex" and shares["sex"] < 0.3:
        return _by_content(shares)
    return ""


# The share of cells that must read as a thing, the surest first, for a column without a heading we know.
_ENOUGH = {
    "national_id": 0.6,
    "sex": 0.85,
    "birth": 0.8,
    "nationality": 0.8,
    "passport": 0.7,
    "phone": 0.7,
    "age": 0.9,
}


def _by_content(shares: dict[str, float]) -> str:
    if not shares:
        return ""
    if shares["rising"]:
        return "seq"
    for meaning, least in _ENOUGH.items():
        if shares[meaning] >= least:
            return meaning
    return ""


def _one_of_each(columns: list[Column]) -> None:
    """Of two columns with one meaning the better headed, then the fuller, keeps it; the other goes to the note."""
    for meaning in _SINGLE:
        rivals = [c for c in columns if c.meaning == meaning]
        if meaning in ("given", "family"):
            for script in {_script(c) for c in rivals}:
                _keep_best([c for c in rivals if _script(c) == script])
        else:
            _keep_best(rivals)
    if any(c.meaning == "passport" for c in columns):
        for column in columns:
            if column.meaning == "document":
                column.meaning = "national_id"
                column.how += "; taken as another document beside the passport"


def _keep_best(rivals: list[Column]) -> None:
    if len(rivals) < 2:
        return
    keep = max(rivals, key=lambda c: (c.score >= 2, bool(c.cells), c.score, len(c.cells), -c.index))
    for column in rivals:
        if column is not keep:
            column.how += f"; “{keep.header or keep.key}” already says this, so it goes to the note"
            column.meaning = "other"


def _script(column: Column) -> str:
    return main_script(" ".join(sample(column.cells)[:100]))


def _names(columns: list[Column]) -> None:
    """Which name column is the Latin one, which the native one; a list without any heading for names by content."""
    named = [c for c in columns if c.meaning in ("name", "given", "family", "name_native")]
    if not named:
        candidates = [
            (profile(c.cells), c) for c in columns if c.meaning == "other" and c.score < 0.7 and c.cells
        ]
        fit = [
            (s["words"] * (0.5 + s["distinct"]), c)
            for s, c in candidates
            if s and s["words"] >= 0.7 and s["distinct"] > 0.3
        ]
        if fit:
            best = max(fit, key=lambda item: item[0])[1]
            best.meaning, best.how = "name", "by its cells: words that differ from row to row, so names"
        named = [best] if fit else []
    if any(c.meaning == "family" for c in named) and not any(c.meaning == "given" for c in named):
        _take_as(named, "given", "beside a column of family names, so the given name")
    if any(c.meaning == "given" for c in named) and not any(c.meaning in ("family", "name") for c in named):
        _take_as(named, "name", "no family name beside it, so the whole name", of="given")
    whole = [c for c in named if c.meaning == "name"]
    latin = [c for c in whole if _script(c) in ("LATIN", "")]
    native = [c for c in whole if c not in latin]
    for column in native:
        column.meaning = "name_native"
        column.how += "; in its own script"
    for column in latin[1:]:
        column.meaning = "other"
        column.how += "; a name is already given, so it goes to the note"


def _take_as(named: list[Column], meaning: str, why: str, of: str = "name") -> None:
    candidates = [c for c in named if c.meaning == of and c.score < 2]
    if len(candidates) == 1:
        candidates[0].meaning = meaning
        candidates[0].how += f"; {why}"


def find(columns: list[Column], meaning: str) -> Column | None:
    """The column with a meaning, if any."""
    return next((c for c in columns if c.meaning == meaning), None)
