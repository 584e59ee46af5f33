"""Names and numbers of people of the release, recognised in what somebody is about to hand over.

A statement may name another survivor. Whoever gives it is told which of their own words may do so, and says it in other
words; investigators never learn that anything was there. Being told is a look-up: it is journalled and
counted as one, so that nobody asks by it who is in the release (P12).
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import F, QuerySet
from django.db.models.functions import Coalesce

from moei.access.models import Release
from moei.casefile.case_numbers import case_numbers_in
from moei.casefile.models import Case, NameToken
from moei.casefile.searching import TOKEN_LENGTH, key_of
from moei.engines.identity.names import name_tokens

_WORD = re.compile(r"[^\W_]+(?:[’'`´.-][^\W_]+)*")
_SHORTEST = 3
_LONGEST_NUMBER = re.compile(r"[\w/-]*\d[\w /().+-]*\d[\w/-]*")
_CHUNK = 800


@dataclass(frozen=True)
class Held:
    """`words` as they were typed; `cases` whose names or numbers these may be, for the journal alone. `cleared`: words
    that pass because the giver says that they name nobody who was freed, and would not have."""

    words: tuple[str, ...]
    cases: tuple[UUID, ...]
    cleared: tuple[str, ...] = ()
    cleared_cases: tuple[UUID, ...] = ()


def held_back(
    release: Release, texts: Sequence[str], names: Sequence[str], cleared: Collection[str] = ()
) -> Held:
    """What must be said in other words.

    In free `texts` one part of a name is enough, if it is written as names are. In `names` of entities (a recruiter may
    share a first name with a survivor) two parts of one person's name are. Numbers are compared whole, and a number
    is one person's whoever says what of it.
    `cleared`: words of which the giver says that they name nobody who was freed.
    """
    known = {word.casefold() for word in cleared}
    words: dict[str, set[str]] = {}  # a word as typed -> its tokens
    in_text: set[str] = set()
    for number, text in enumerate([*texts, *names]):
        for word in _WORD.findall(text):
            tokens = {token[:TOKEN_LENGTH] for token in name_tokens(word) if len(token) >= _SHORTEST}
            if tokens:
                words.setdefault(word, set()).update(tokens)
                if number < len(texts) and _as_a_name(word):
                    in_text.add(word)
    by_person = _people_with(release, {token for tokens in words.values() for token in tokens})
    everything = [*texts, *names]
    said = {word: tokens for word, tokens in words.items() if word.casefold() not in known}
    found = _named(by_person, said, in_text, everything)
    waved = {
        word: whose
        for word, whose in _named(by_person, words, in_text, everything).items()
        if word not in found
    }
    for typed, whose in _numbers(release, everything).items():
        found.setdefault(typed, set()).update(whose)
    return Held(
        tuple(sorted(found)),
        tuple(_cases_of({person for whose in found.values() for person in whose})),
        tuple(sorted(waved)),
        tuple(_cases_of({person for whose in waved.values() for person in whose})),
    )


def _named(
    by_person: dict[UUID, set[str]], words: dict[str, set[str]], in_text: set[str], texts: Sequence[str]
) -> dict[str, set[UUID]]:
    """Which of these words may name whom."""
    found: dict[str, set[UUID]] = {}
    for person, tokens in by_person.items():
        fits = {word: parts & tokens for word, parts in words.items() if parts & tokens}
        whole = len({token for parts in fits.values() for token in parts}) >= 2
        for word in fits:
            if word in in_text or (whole and _together(fits, texts)):
                found.setdefault(word, set()).add(person)
    return found


def _as_a_name(word: str) -> bool:
    """A capital letter, or a script that has none."""
    return not word[0].islower()


def _together(fits: dict[str, set[str]], texts: Iterable[str]) -> bool:
    """Whether two parts of one name stand in one text."""
    return any(
        len({token for word in set(_WORD.findall(text)) & fits.keys() for token in fits[word]}) >= 2
        for text in texts
    )


def _people_with(release: Release, tokens: Collection[str]) -> dict[UUID, set[str]]:
    found: defaultdict[UUID, set[str]] = defaultdict(set)
    for part in _parts(sorted(tokens)):
        rows = NameToken.objects.filter(token__in=part, kind=NameToken.Kind.NAME, person__release=release)
        for person, token in rows.values_list("person_id", "token"):
            found[person].add(token)
    return found


def _numbers(release: Release, texts: Iterable[str]) -> dict[str, set[UUID]]:
    """Numbers of documents and telephones of people of the release, and of cases of any, as they were typed."""
    typed = {match.strip(): key_of(match) for text in texts for match in _LONGEST_NUMBER.findall(text)}
    typed |= {word: key_of(word) for text in texts for word in text.split() if any(map(str.isdigit, word))}
    typed |= {number: key_of(number) for text in texts for number in case_numbers_in(text)}
    typed = {word: key for word, key in typed.items() if len(key) >= 5}
    found: defaultdict[str, set[UUID]] = defaultdict(set)
    for part in _parts(sorted(set(typed.values()))):
        rows = NameToken.objects.filter(token__in=part, kind=NameToken.Kind.KEY, person__release=release)
        of_key = defaultdict(set)
        for person, token in rows.values_list("person_id", "token"):
            of_key[token].add(person)
        numbered = Case.objects.within_program("a number in a statement may be that of a case")
        cases = numbered.filter(number__in=[_as_case(key) for key in part if len(key) == 9])
        for person, number in cases.values_list("person_id", "number"):
            of_key[key_of(number)].add(person)
        for word, key in typed.items():
            if key in of_key:
                found[word] |= of_key[key]
    return found


def _as_case(key: str) -> str:
    return f"{key[:4]}-{key[4:8]}-{key[8:]}"


def _cases_of(people: Collection[UUID]) -> QuerySet[Case, UUID]:
    """Of these persons, or of those into whom they were joined."""
    stands = NameToken.objects.filter(person__in=list(people)[:_CHUNK]).annotate(
        who=Coalesce(F("person__merged_into_id"), F("person_id"))
    )
    cases = Case.objects.within_program("whose names a look-up touched, for the journal")
    return cases.filter(person_id__in=stands.values("who")).values_list("pk", flat=True)


def _parts(values: Sequence[str]) -> Iterable[Sequence[str]]:
    for start in range(0, len(values), _CHUNK):
        yield values[start : start + _CHUNK]
