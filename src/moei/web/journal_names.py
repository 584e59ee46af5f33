"""An auditor knows people by the numbers of their cases: names that somebody typed into a reason are covered (P11)."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from uuid import UUID

from moei.casefile.models import Case, PersonName

COVER = "▇▇▇"
# Shorter words ("an", "de") stand in sentences too often, and say too little, to be covered.
_SHORTEST = 3


def covered(reasons: Sequence[tuple[UUID, str]]) -> list[str]:
    """Each (case, text) as text without the names of that case's person, in every spelling known. Two queries."""
    cases = Case.objects.within_program("names of a case's person are covered for the auditor")
    people = {
        case: (person, name, native)
        for case, person, name, native in cases.filter(id__in={case for case, _text in reasons}).values_list(
            "id", "person_id", "person__name", "person__name_native"
        )
    }
    spelled: dict[UUID, list[str]] = defaultdict(list)
    known = PersonName.objects.filter(person__in={person for person, _name, _native in people.values()})
    for person, text in known.values_list("person_id", "text"):
        spelled[person].append(text)
    found = []
    for case, text in reasons:
        names = []
        if case in people:
            person, name, native = people[case]
            names = [name, native, *spelled[person]]
        found.append(_cover(text, names))
    return found


def _cover(text: str, names: Iterable[str]) -> str:
    words = {word for name in names for word in re.split(r"[\s,.]+", name) if _tells(word)}
    for word in sorted(words, key=len, reverse=True):
        # Latin words only whole; scripts that write no blanks between words anywhere.
        pattern = rf"\b{re.escape(word)}\b" if word.isascii() else re.escape(word)
        text = re.sub(pattern, COVER, text, flags=re.IGNORECASE)
    return text


def _tells(word: str) -> bool:
    return len(word) >= (_SHORTEST if word.isascii() else 2)
