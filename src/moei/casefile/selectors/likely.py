"""Who may be the person who stands here and says a name: among a million people, quickly, and also when misspelt.

Every step asks the index `who_is_called_so` for one key or one beginning. Two parts of a name are one key (`PAIR`), so
that two names that thousands bear each find the few who bear both.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import combinations
from uuid import UUID

from django.db import models
from django.db.models import Q, Value, When

from moei.access.acting import Acting
from moei.access.decide import require
from moei.access.limits import ask_why_first
from moei.casefile.models import Case, NameToken, Person
from moei.casefile.searching import TOKEN_LENGTH, pair_key
from moei.casefile.selectors.cases import visible_cases
from moei.engines.identity.names import TOKENS_ALIKE, name_tokens, skeleton, token_similarity

WIDE = 400
"""A key that more people have finds only some of them: the page says so, and another word is needed."""
MOST_WORDS = 6
UNSAID, BEGINS = 0.1, 0.95
"""What a name costs that was not said, and what one is worth that only begins as the word."""
Kind = NameToken.Kind


class Fits(StrEnum):
    """How somebody's names fit what was said."""

    NAMES = "names"  # each word begins one of their names
    SOUND = "sound"  # each word sounds like one
    PART = "part"  # some words do


@dataclass(frozen=True)
class Likely:
    """Cases of people whose names fit, the likest first; `many` says that more fit than were looked at."""

    cases: list[tuple[Case, Fits]]
    many: bool


def likely(acting: Acting, text: str, *, most: int) -> Likely:
    """Up to `most` people whose names fit words in any script. Needs the duty to search, as `search` does.

    Whoever shows what was found writes `was_listed` with the words (P11).
    """
    require(acting, "people.search")
    ask_why_first(acting)
    words = list(dict.fromkeys(name_tokens(text)))[:MOST_WORDS]
    people, many = _called(words)
    names = _names_of(people)
    standing = visible_cases(acting.staff, acting.release.id, now=acting.now).filter(person_id__in=names)
    seen = dict(standing.annotate(turn=TURN).values_list("person_id", "turn"))
    ranked = sorted(seen, key=lambda person: (-_likeness(words, names[person]), seen[person]))[:most]
    cases = {case.person_id: case for case in standing.filter(person_id__in=ranked).select_related("person")}
    return Likely([(cases[person], _fits(words, names[person])) for person in ranked], many)


def _called(words: Sequence[str]) -> tuple[set[UUID], bool]:
    """People who may be called so, and whether there are more than were looked at."""
    if len(words) == 1:
        return _of_one_word(words[0])
    pairs = [_first(Q(kind=Kind.PAIR, token=pair_key(*two))) for two in combinations(words, 2)]
    narrow = [people for people in pairs if len(people) <= WIDE]
    found = set().union(*narrow)
    if not any(narrow) and len(pairs) > len(narrow):
        # Each two of the words fit hundreds: who fits all of them?
        keys = [pair_key(words[0], word) for word in words[1:]]
        rows = NameToken.objects.filter(kind=Kind.PAIR, token=keys[0])
        for key in keys[1:]:
            others = NameToken.objects.filter(kind=Kind.PAIR, token=key)
            rows = rows.filter(person_id__in=others.values("person_id"))
        found = set(rows.values_list("person_id", flat=True)[: WIDE + 1])
        return found or set().union(*pairs), len(found) > WIDE
    if not found:
        # Words that are not finished, or of which one is quite another.
        beginnings = [_first(Q(kind=Kind.NAME, token__begins=word)) for word in words]
        telling = [people for people in beginnings if 0 < len(people) <= WIDE]
        both = set.intersection(*telling) if telling else set()
        found = both or set().union(*telling)
    return found, False


def _of_one_word(word: str) -> tuple[set[UUID], bool]:
    named = _first(Q(kind=Kind.NAME, token=word[:TOKEN_LENGTH]))
    if len(named) > WIDE:
        return named, True
    begun = _first(Q(kind=Kind.NAME, token__begins=word[:TOKEN_LENGTH]))
    sounding = _first(Q(kind=Kind.BONE, token=skeleton(word)[:TOKEN_LENGTH]))
    return named | begun | sounding, len(begun) > WIDE


def _first(key: Q) -> set[UUID]:
    """As many as are looked at, and one more where there are."""
    return set(NameToken.objects.filter(key).values_list("person_id", flat=True)[: WIDE + 1])


def _names_of(people: Collection[UUID]) -> dict[UUID, set[str]]:
    """Parts of the names of whoever stands for these people: of all files that were joined into theirs."""
    joined = dict(
        Person.objects.filter(pk__in=people, merged_into__isnull=False).values_list("pk", "merged_into_id")
    )
    found: defaultdict[UUID, set[str]] = defaultdict(set)
    tokens = NameToken.objects.filter(person_id__in=people, kind=Kind.NAME)
    for person, token in tokens.values_list("person_id", "token"):
        found[joined.get(person) or person].add(token)
    return dict(found)


def _likeness(words: Sequence[str], names: Iterable[str]) -> float:
    """How well each word fits one of the names; a name that was not said costs little."""
    alike = [[_alike(word, name) for word in words] for name in names]
    said = sum(max(row[place] for row in alike) for place in range(len(words)))
    return said - UNSAID * sum(max(row) < TOKENS_ALIKE for row in alike)


def _alike(word: str, name: str) -> float:
    return max(token_similarity(word, name), BEGINS if name.startswith(word) else 0.0)


def _fits(words: Sequence[str], names: Collection[str]) -> Fits:
    if all(any(name.startswith(word) for name in names) for word in words):
        return Fits.NAMES
    bones = {skeleton(name) for name in names}
    sound = all(skeleton(word) in bones or any(name.startswith(word) for name in names) for word in words)
    return Fits.SOUND if sound else Fits.PART


BEFORE = ("", "reported", "listed", "arrived")
"""Stages before anybody registered the person; later ones imply it."""
TURN = models.Case(
    When(stage="arrived", then=Value(0)), When(stage__in=BEFORE, then=Value(1)), default=Value(2)
)
"""Who is here and still to be registered comes first, who was registered last."""
