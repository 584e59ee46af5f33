"""Why two rows were joined, or why they may or may not be one person, in plain English for an officer."""

from __future__ import annotations

from babel import Locale

from moei.engines.identity.countries import alpha2
from moei.engines.identity.names import name_similarity
from moei.engines.matching.around import kin_names
from moei.engines.matching.model import Evidence, MatchRow
from moei.engines.matching.weights import DOCUMENT_NEAR, Weights

_DAYS_OF_YEAR = 366


def explain(one: MatchRow, other: MatchRow, weights: Weights) -> tuple[Evidence, ...]:
    """Evidence field by field, strongest first whichever way it speaks. Fields that a row leaves empty say nothing."""
    found = [
        _document(one, other, weights.document),
        _birth(one, other, weights.birth),
        _name(one, other, weights.name),
        _plain("sex", one.sex, other.sex, weights.sex),
        _plain("nationality", one.nationality, other.nationality, weights.nationality),
        _plain("phone", one.phone, other.phone, weights.phone),
        _place(one.place, other.place, weights.place),
        *_kin(one.kin, other.kin, weights.kin),
    ]
    return tuple(sorted((e for e in found if e), key=lambda e: (-abs(e.weight), e.field)))


def _document(one: MatchRow, other: MatchRow, weight: float) -> Evidence | None:
    a, b = one.document_number, other.document_number
    if not a or not b:
        return None
    kind = (one.document_kind or other.document_kind or "document").replace("_", " ")
    if a == b:
        words = f"Same {kind} number: {a}"
    elif one.document_kind != other.document_kind and weight == 0:
        return None
    elif weight >= DOCUMENT_NEAR:
        words = f"{kind.capitalize()} numbers differ in one sign: {a} and {b}"
    else:
        words = f"{kind.capitalize()} numbers differ: {a} and {b}"
    return Evidence("document", words, a, b, round(weight, 2))


def _birth(one: MatchRow, other: MatchRow, weight: float) -> Evidence | None:
    a, b = _birth_words(one), _birth_words(other)
    if not a or not b:
        return None
    if one.birth_date and other.birth_date:
        if one.birth_date == other.birth_date:
            words = f"Same date of birth: {one.birth_date}"
        else:
            words = f"Dates of birth differ: {one.birth_date} and {other.birth_date}"
    elif weight == 0:
        return None
    elif _overlap(one, other):
        words = f"Born {a} fits born {b}"
    elif weight > -2:
        words = f"Born {a} is about a year off born {b}"
    else:
        words = f"Born {a} does not fit born {b}"
    return Evidence("birth", words, a, b, round(weight, 2))


def _birth_words(row: MatchRow) -> str:
    if row.birth_date:
        return row.birth_date
    if not row.birth_from or not row.birth_to:
        return ""
    if row.birth_from.endswith("-01-01") and row.birth_to == f"{row.birth_from[:4]}-12-31":
        return f"in {row.birth_from[:4]}"
    return f"between {row.birth_from} and {row.birth_to}"


def _overlap(one: MatchRow, other: MatchRow) -> bool:
    return one.birth_from <= other.birth_to and other.birth_from <= one.birth_to


def _name(one: MatchRow, other: MatchRow, weight: float) -> Evidence | None:
    ways = [
        (name_similarity(a, b), a, b)
        for a in (one.name, one.name_native)
        for b in (other.name, other.name_native)
        if a and b
    ]
    if not ways:
        return None
    likeness, a, b = max(ways)
    if a.casefold() == b.casefold():
        words = f"Same name: {a}"
    elif likeness >= 0.995:
        words = f"Same name, written otherwise: {a} and {b}"
    elif weight > 0:
        words = f"Names sound alike: {a} and {b}"
    else:
        words = f"Names differ: {a} and {b}"
    if is_common(a, b, weight):
        words += COMMON_NAME
    return Evidence("name", words, a, b, round(weight, 2))


def is_common(one: str, other: str, weight: float) -> bool:
    """Whether two names are alike and yet say little, because many bear them."""
    return 0 < weight < _COMMON and name_similarity(one, other) >= 0.9


COMMON_NAME = ". The name is common here."
_COMMON = 3.0


_SEXES = {"F": "female", "M": "male", "X": "unspecified"}


def _in_words(field: str, code: str) -> str:
    if field == "sex":
        return _SEXES.get(code, code)
    return str(Locale("en").territories.get(alpha2(code), code)) if field == "nationality" else code


def _plain(field: str, a: str, b: str, weight: float) -> Evidence | None:
    if not a or not b or (field == "phone" and a != b):
        return None
    called = "telephone number" if field == "phone" else field
    left, right = (_in_words(field, code) for code in (a, b))
    words = f"Same {called}: {left}" if a == b else f"{called.capitalize()} differs: {left} and {right}"
    return Evidence(field, words, a, b, round(weight, 2))


def _place(a: str, b: str, weight: float) -> Evidence | None:
    if not a or not b:
        return None
    if a.casefold() == b.casefold():
        words = f"Same place: {a}"
    elif weight > 0:
        words = f"Places are alike: {a} and {b}"
    else:
        words = f"Places differ: {a} and {b}"
    return Evidence("place", words, a, b, round(weight, 2))


_RELATIONS = {"father": "father", "mother": "mother", "kin": "next of kin"}


def _kin(a: str, b: str, weight: float) -> list[Evidence]:
    """One piece of evidence about all kin that both rows name; none where it says nothing."""
    if not weight:
        return []
    named = dict(kin_names(b))
    both = [(relation, name, named[relation]) for relation, name in kin_names(a) if relation in named]
    if weight > 0 and not any(name_similarity(x, y) >= _SAME_KIN for _, x, y in both):
        return [Evidence("kin", f"A relative's name is the same: {a} and {b}", a, b, round(weight, 2))]
    told = []
    for relation, x, y in both:
        if x.casefold() == y.casefold():
            told.append(f"same name of {_RELATIONS[relation]}: {x}")
        else:
            verb = "sound alike" if name_similarity(x, y) >= _SAME_KIN else "differ"
            told.append(f"names of {_RELATIONS[relation]} {verb}: {x} and {y}")
    words = "; ".join(told)
    return [Evidence("kin", words[:1].upper() + words[1:], a, b, round(weight, 2))]


_SAME_KIN = 0.8
