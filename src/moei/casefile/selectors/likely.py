"""Who may be the person who stands here and says a name: among a million people, quickly, and also when misspelt.

Every step is a range of the index `who_is_called_so`: nothing is read from one end to the other.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from django.db import models
from django.db.models import Q, Value, When

from moei.access.acting import Acting
from moei.access.decide import require
from moei.access.limits import ask_why_first
from moei.casefile.models import Case, NameToken, Person
from moei.casefile.selectors.cases import visible_cases
from moei.engines.identity.names import name_tokens, skeleton

WIDE = 2_000
"""A word that more people are called by does not find them: it only chooses among those whom another word finds."""
LONG = 3
"""Letters of a word from which one of several may be wrong."""


class Fits(StrEnum):
    """How somebody's names fit what was said."""

    NAMES = "names"  # each word begins one of their names
    SOUND = "sound"  # each word sounds like one
    PART = "part"  # all words but one


@dataclass(frozen=True)
class Likely:
    """Cases of people whose names fit, the best first; `many` says that a word fits more people than were looked at."""

    cases: list[tuple[Case, Fits]]
    many: bool


def likely(acting: Acting, text: str, *, most: int) -> Likely:
    """Up to `most` people whose names fit words in any script. Needs the duty to search, as `search` does.

    Whoever shows what was found writes `was_listed` with the words (P11).
    """
    require(acting, "people.search")
    ask_why_first(acting)
    words = [tokens for word in text.split() if (tokens := name_tokens(word))]
    found: dict[UUID, tuple[Case, Fits]] = {}
    many = False
    for fits, ways in _ways(words):
        for way in ways:
            if len(found) >= most:
                break
            people, too_many = _called(way)
            if too_many and fits is not Fits.NAMES:
                continue  # some of thousands who are called nearly so: nobody in particular
            many = many or too_many
            for case in _cases(acting, people, most):
                found.setdefault(case.id, (case, fits))
    return Likely(list(found.values())[:most], many)


def _ways(words: Sequence[tuple[str, ...]]) -> Iterable[tuple[Fits, list[list[Q]]]]:
    if not words:
        return
    begins = [_any(Q(kind=NameToken.Kind.NAME, token__begins=token) for token in tokens) for tokens in words]
    sounds = [
        _any(Q(kind=NameToken.Kind.BONE, token=skeleton(token)) for token in tokens) | begin
        for tokens, begin in zip(words, begins, strict=True)
    ]
    yield Fits.NAMES, [begins]
    yield Fits.SOUND, [sounds]
    if len(words) > 1 and all(len("".join(tokens)) >= LONG for tokens in words):
        yield Fits.PART, [sounds[:at] + sounds[at + 1 :] for at in range(len(words))]


def _any(conditions: Iterable[Q]) -> Q:
    found = Q(pk__in=[])
    for condition in conditions:
        found |= condition
    return found


def _called(words: Sequence[Q]) -> tuple[set[UUID], bool]:
    """People whose tokens fit every word, and whether there are more than were looked at."""
    narrow: list[set[UUID]] = []
    wide: list[Q] = []
    for word in words:
        people = NameToken.objects.filter(word).values_list("person_id", flat=True)[: WIDE + 1]
        if len(people) > WIDE:
            wide.append(word)
        else:
            narrow.append(set(people))
    if not narrow:
        # Two words that thousands are called by: the database puts the shorter way through both together.
        rows = NameToken.objects.filter(wide[0])
        for word in wide[1:]:
            rows = rows.filter(person_id__in=NameToken.objects.filter(word).values("person_id"))
        some = set(rows.values_list("person_id", flat=True)[: WIDE + 1])
        return some, len(some) > WIDE
    found = set.intersection(*narrow)
    for word in wide:
        rows = NameToken.objects.filter(word, person_id__in=found)
        found = set(rows.values_list("person_id", flat=True)) if found else found
    return found, False


def _cases(acting: Acting, people: set[UUID], most: int) -> list[Case]:
    """Those of the people, or into whom they were joined, whose case may be seen; who is still to be registered first."""
    if not people:
        return []
    joined = dict(
        Person.objects.filter(pk__in=people, merged_into__isnull=False).values_list("pk", "merged_into_id")
    )
    standing = {joined.get(person, person) for person in people}
    cases = visible_cases(acting.staff, acting.release.id, now=acting.now)
    chosen = cases.filter(person_id__in=standing).select_related("person")
    return list(chosen.order_by(TURN, "person__name", "number")[:most])


BEFORE = ("", "reported", "listed", "arrived")
"""Stages before anybody registered the person; later ones imply it."""
TURN = models.Case(
    When(stage="arrived", then=Value(0)), When(stage__in=BEFORE, then=Value(1)), default=Value(2)
)
"""Who is here and still to be registered comes first, who was registered last."""
