"""What a heading means, by the lexicon: exactly, as part of a longer heading, or nearly (misspelt)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache, lru_cache

from rapidfuzz import fuzz, process

from moei.engines.identity.digits import ascii_digits, folded, main_script
from moei.engines.lists.lexicon import HEADINGS, NOTED, PERSONS, TOTALS

_SPLIT = re.compile(r"[\n/|()（）\[\]【】:：,;，；]+")
# Scripts whose words are not set apart by blanks: a phrase may stand anywhere inside a heading.
_JOINED = frozenset({"CJK", "THAI", "LAO", "KHMER", "MYANMAR", "HIRAGANA", "KATAKANA"})
_SCRIPT_RUNS = re.compile(r"[A-Za-zÀ-ɏ][A-Za-zÀ-ɏ .'’/-]*")
# Meanings that win over a longer phrase of another meaning in one heading ("Family phone no").
_STRONG = ("phone", "passport", "national_id", "other")


@dataclass(frozen=True, slots=True)
class Heading:
    """``score`` is 1 for a known heading, less for a part or a near spelling; ``phrase`` is what was recognised."""

    meaning: str
    score: float
    phrase: str


NOT_UNDERSTOOD = Heading("", 0.0, "")


@cache
def _phrases() -> dict[str, str]:
    return {folded(p): meaning for meaning, phrases in HEADINGS.items() for p in phrases.split("|")}


@cache
def _by_script() -> dict[str, list[str]]:
    table: dict[str, list[str]] = {}
    for phrase in _phrases():
        table.setdefault(main_script(phrase), []).append(phrase)
    return {script: sorted(phrases, key=len, reverse=True) for script, phrases in table.items()}


@lru_cache(maxsize=4096)
def read_heading(text: str) -> Heading:
    """The meaning of a heading in any of the languages, alone or doubled in two languages."""
    if len(text) > 120:
        return NOT_UNDERSTOOD
    whole = folded(text)
    if exact := _phrases().get(whole):
        return Heading(exact, 1.0, whole)
    parts = [folded(part) for part in _SPLIT.split(text)]
    parts += [folded(m.group()) for m in _SCRIPT_RUNS.finditer(text)] + [folded(_SCRIPT_RUNS.sub(" ", text))]
    known = [Heading(_phrases()[p], 0.95, p) for p in parts if p in _phrases()]
    if known:
        named = [h for h in known if h.meaning not in ("seq", "other")] or known
        return named[0]
    if len(whole) > 80:
        return NOT_UNDERSTOOD
    return _inside(whole) or _near(whole)


@cache
def _noted_phrases() -> dict[str, str]:
    return {folded(p): meaning for meaning, phrases in NOTED.items() for p in phrases.split("|")}


@lru_cache(maxsize=4096)
def read_noted_heading(text: str) -> str:
    """``place``, ``father``, ``mother`` or ``kin`` for a heading that says so as a whole, alone or doubled; else ''."""
    known = _noted_phrases()
    if exact := known.get(folded(text)):
        return exact
    parts = [folded(part) for part in _SPLIT.split(text)]
    parts += [folded(m.group()) for m in _SCRIPT_RUNS.finditer(text)] + [folded(_SCRIPT_RUNS.sub(" ", text))]
    named = {known[part] for part in parts if part in known}
    return named.pop() if len(named) == 1 else ""


def _inside(whole: str) -> Heading | None:
    script = main_script(whole)
    found: list[Heading] = []
    for phrase in _by_script().get(script, ()):
        if script in _JOINED:
            if len(phrase) >= (2 if script == "CJK" else 3) and phrase in whole:
                found.append(Heading(_phrases()[phrase], 0.8, phrase))
        elif len(phrase) >= 3 and f" {phrase} " in f" {whole} ":
            found.append(Heading(_phrases()[phrase], 0.8, phrase))
    found = [h for h in found if h.meaning not in ("seq", "remark")] or found
    # A phrase within a longer one that was found says nothing of its own ("name" in "name of father").
    whole_ones = [h for h in found if not any(h.phrase != o.phrase and h.phrase in o.phrase for o in found)]
    if not whole_ones:
        return None
    for meaning in _STRONG:
        for heading in whole_ones:
            if heading.meaning == meaning and len(heading.phrase) >= (2 if script == "CJK" else 3):
                return heading
    best = whole_ones[0]
    # A few words inside a long sentence are no heading.
    return best if len(best.phrase) * 4 >= len(whole) or len(whole) <= 40 else None


def _near(whole: str) -> Heading:
    choices = [p for p in _by_script().get(main_script(whole), ()) if len(p) >= 4]
    best = process.extractOne(whole, choices, scorer=fuzz.ratio, score_cutoff=82) if len(whole) >= 4 else None
    return Heading(_phrases()[best[0]], 0.7, best[0]) if best else NOT_UNDERSTOOD


@cache
def _pattern(words: str) -> re.Pattern[str]:
    parts = []
    for word in sorted((folded(w) for w in words.split("|")), key=len, reverse=True):
        joined = main_script(word) in _JOINED
        parts.append(re.escape(word) if joined else rf"(?<!\w){re.escape(word)}(?!\w)")
    return re.compile("|".join(parts))


# Words for a total that are also names of people; alone or with a number only, they are a total.
_PLAIN_TOTALS = ("total", "grand total", "sub total", "subtotal")


def says_total(text: str) -> bool:
    """Whether a cell is a word for a total, alone or with a number of persons."""
    plain = folded(text)
    found = _pattern(TOTALS).match(plain)
    if found is None:
        return False
    rest = _pattern(PERSONS).sub(" ", plain[found.end() :])
    return found.group() in _PLAIN_TOTALS or not any(c.isalpha() for c in rest)


def persons_stated(text: str) -> int | None:
    """The number of persons a title states (``"260 persons"``, ``"จำนวน ๒๖๐ คน"``), if it does."""
    plain = folded(ascii_digits(text))
    numbers = re.findall(rf"(\d+) ?(?:{_pattern(PERSONS).pattern})", plain)
    return int(numbers[0]) if len(numbers) == 1 else None


def says_subtotal(text: str) -> bool:
    """Whether a total is of a part only."""
    return bool(re.search(r"sub ?total|小计|小計", folded(text)))


def without_counts(text: str) -> tuple[str, int | None]:
    """A section's name without a count of persons: ``"ETHIOPIA - 138 persons"`` → ``("ETHIOPIA", 138)``."""
    numbers = re.findall(r"\d+", text)
    if len(numbers) != 1:
        return text, None
    rest = re.sub(r"[\d()（）:=\-–]+", " ", text)
    rest = _pattern(PERSONS).sub(" ", rest.casefold()) if _pattern(PERSONS).search(folded(rest)) else rest
    rest = " ".join(w for w in rest.split() if not says_total(w) or len(rest.split()) == 1)
    return rest.strip(" .,"), int(numbers[0])
