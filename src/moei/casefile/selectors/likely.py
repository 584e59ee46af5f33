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
from django.db.models import Exists, OuterRef, Q, QuerySet, Value, When
from django.db.models.functions import Coalesce

from moei.access.acting import Acting
from moei.access.decide import require
from moei.access.limits import ask_why_first
from moei.casefile.models import Case, NameToken, Person
from moei.casefile.searching import TOKEN_LENGTH, pair_key
from moei.casefile.selectors.cases import visible_cases
from moei.engines.identity.names import TOKENS_ALIKE, name_tokens, skeleton, token_similarity

WIDE = 250
"""A key that more people have finds only some of them: the page says so, and another word is needed."""
MOST_WORDS = 6
UNSAID, BEGINS = 0.1, 0.95
"""What a name costs that was not said, and what one is worth that only begins as the word."""
Kind = NameToken.Kind


class Fits(StrEnum):
    """How somebody's names fit what was said."""

    NAMES = "names"  # each word begins one of their names
    SOUND = "sound"  # each word sounds like one, or each of theirs like a word
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
    standing = visible_cases(acting.staff, acting.release.id, now=acting.now)
    # Whom they may not see is left out before anything is counted or chosen: nobody elsewhere hides somebody here, or
    # shows that they exist (P12).
    who = Coalesce(OuterRef("person__merged_into_id"), OuterRef("person_id"))
    tokens = NameToken.objects.filter(Exists(standing.filter(person_id=who)))
    people, many = _called(tokens, words)
    names = _names_of(people)
    theirs = standing.filter(person_id__in=names)
    turns = dict(theirs.annotate(turn=TURN).values_list("person_id", "turn"))
    ranked = sorted(turns, key=lambda person: (-_likeness(words, names[person]), turns[person]))[:most]
    cases = {case.person_id: case for case in theirs.filter(person_id__in=ranked).select_related("person")}
    return Likely([(cases[person], _fits(words, names[person])) for person in ranked], many)


def _called(tokens: QuerySet[NameToken], words: Sequence[str]) -> tuple[set[UUID], bool]:
    """People who may be called so, and whether there are more than were looked at."""
    if len(words) == 1:
        return _of_one_word(tokens, words[0])
    pairs = [_first(tokens, Q(kind=Kind.PAIR, token=pair_key(*two))) for two in combinations(words, 2)]
    narrow = [people for people in pairs if len(people) <= WIDE]
    found = set().union(*narrow)
    many = len(narrow) < len(pairs)
    if many and not any(narrow):
        # Each two of the words fit hundreds: who fits all of them?
        first, *others = [Q(kind=Kind.PAIR, token=pair_key(words[0], word)) for word in words[1:]]
        rows = tokens.filter(first)
        for other in others:
            rows = rows.filter(person_id__in=NameToken.objects.filter(other).values("person_id"))
        all_of_them = set(rows.values_list("person_id", flat=True)[: WIDE + 1])
        return all_of_them or set().union(*pairs), len(all_of_them) > WIDE or not all_of_them
    if not found:
        # Words that are not finished, or of which one is quite another.
        beginnings = [_first(tokens, Q(kind=Kind.NAME, token__begins=word)) for word in words]
        telling = [people for people in beginnings if 0 < len(people) <= WIDE]
        many = any(len(people) > WIDE for people in beginnings)
        found = (set.intersection(*telling) if telling else set()) or set().union(*telling)
    return found, many


def _of_one_word(tokens: QuerySet[NameToken], word: str) -> tuple[set[UUID], bool]:
    found: set[UUID] = set()
    for key in (
        Q(kind=Kind.NAME, token=word[:TOKEN_LENGTH]),
        Q(kind=Kind.NAME, token__begins=word[:TOKEN_LENGTH]),
        Q(kind=Kind.BONE, token=skeleton(word)[:TOKEN_LENGTH]),
    ):
        found |= _first(tokens, key)
        if len(found) > WIDE:
            return found, True
    return found, False


def _first(tokens: QuerySet[NameToken], key: Q) -> set[UUID]:
    """As many as are looked at, and one more where there are."""
    return set(tokens.filter(key).values_list("person_id", flat=True)[: WIDE + 1])


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
    said = {skeleton(word) for word in words}
    if len(bones) > 1 and bones <= said:
        return Fits.SOUND  # a list leaves a grandfather's name out
    sound = all(skeleton(word) in bones or any(name.startswith(word) for name in names) for word in words)
    return Fits.SOUND if sound else Fits.PART


BEFORE = ("", "reported", "listed", "arrived")
"""Stages before anybody registered the person; later ones imply it."""
TURN = models.Case(
    When(stage="arrived", then=Value(0)), When(stage__in=BEFORE, then=Value(1)), default=Value(2)
)
"""Who is here and still to be registered comes first, who was registered last."""
