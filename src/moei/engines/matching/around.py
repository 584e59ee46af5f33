"""What a list says around a person: where they were held or lived, and who their kin are.

Both are weaker evidence than what is said of the person: people are moved between compounds, suburbs change, and of
kin one list names the father and another the mother.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable
from functools import lru_cache
from math import log
from typing import Protocol

from moei.engines.identity.digits import ascii_digits
from moei.engines.identity.names import align_tokens, joined_similarity, name_tokens, romanise

PLACE_DIFFERS = -1.0
PLACE_ALIKE = 1.0
"""What a slip in the name of a place, or a part of it left out, takes off."""
MOST_OF_PLACE = 6.0
KIN_DIFFERS = -2.0
KIN_SHARE = 0.5
"""A relative's name counts half of what one's own would: brothers share it, and it is written from memory."""
MOST_OF_KIN = 5.0
LONGEST, MOST_LEVELS = 600, 8
"""Signs of a note, and places or relatives in it, that are looked at: a cell may hold a story, and all are compared."""
BORROWED = 8.0
"""As for names: so many people of all nationalities are counted with each nationality."""
ANY = "*"

Level = tuple[str, ...]
Place = tuple[Level, ...]
Kin = tuple[tuple[str, tuple[str, ...]], ...]

_LEVELS = re.compile(r"[,;/()，；、،]")
_WORDS = re.compile(r"[a-z]+|\d+")


class Stated(Protocol):
    """What is needed of a row."""

    @property
    def source(self) -> int: ...
    @property
    def nationality(self) -> str: ...
    @property
    def place(self) -> Place: ...
    @property
    def kin(self) -> Kin: ...


@lru_cache(maxsize=65536)
def read_place(text: str) -> Place:
    """The levels of a place, each as romanised words and numbers: ``KK Park 2, Myawaddy``."""
    levels = (
        tuple(_WORDS.findall(romanise(ascii_digits(part)))) for part in _LEVELS.split(text[:LONGEST]) if part
    )
    return tuple(dict.fromkeys(level for level in levels if level))[:MOST_LEVELS]


def kin_names(text: str) -> list[tuple[str, str]]:
    """(``father``, ``mother`` or ``kin``; the name as written) for each relative a row names."""
    found = []
    for part in text.split("; ") if text else ():
        relation, _, name = part.partition(": ")
        found.append((relation, name) if relation in ("father", "mother", "kin") and name else ("kin", part))
    return found


@lru_cache(maxsize=65536)
def read_kin(text: str) -> Kin:
    """The relatives a row names, each name as romanised parts."""
    named = ((relation, name_tokens(name)) for relation, name in kin_names(text[:LONGEST]))
    return tuple((relation, tokens) for relation, tokens in named if tokens)[:MOST_LEVELS]


class Around:
    """Weights of places and kin; how common each is among the given rows is counted once, at the start."""

    def __init__(self, rows: Iterable[Stated]) -> None:
        places: Counter[tuple[int, str, Level]] = Counter()
        stated: Counter[tuple[int, str]] = Counter()
        kin: Counter[tuple[int, str]] = Counter()
        with_kin: Counter[int] = Counter()
        for row in rows:
            for nationality in {row.nationality, ANY} if row.place else ():
                stated[row.source, nationality] += 1
                places.update((row.source, nationality, level) for level in row.place)
            if row.kin:
                with_kin[row.source] += 1
                kin.update((row.source, token) for token in {t for _, tokens in row.kin for t in tokens})
        self._places, self._stated = places, stated
        self._kin: dict[str, float] = {}
        for (source, token), count in kin.items():
            share = max(count - 0.5, 0.5) / (with_kin[source] + 1)
            self._kin[token] = min(-log(share), self._kin.get(token, MOST_OF_KIN / KIN_SHARE))

    def place(self, a: Stated, b: Stated) -> float:
        """The rarest level that both name; against, if either names another place beside it or instead."""
        best, one, other = 0.0, set(a.place), set(b.place)
        for level in a.place:
            for another in b.place:
                slip = _slip(level, another)
                if slip is not None:
                    one.discard(level)
                    other.discard(another)
                    rarity = min(self._rarity(a, level), self._rarity(b, another))
                    best = max(best, rarity - slip)
        return best + (PLACE_DIFFERS if one and other else 0.0)

    def _rarity(self, row: Stated, level: Level) -> float:
        """-log of the share of its list and nationality: people of one nationality are often held together."""
        source, nationality = row.source, row.nationality or ANY
        overall = self._places[source, ANY, level] / (self._stated[source, ANY] + 1)
        others = self._places[source, nationality, level] - 1
        share = (others + BORROWED * overall) / (self._stated[source, nationality] - 1 + BORROWED)
        return min(-log(share), MOST_OF_PLACE)

    def kin(self, a: Kin, b: Kin, own: set[str], rarity: Callable[[str], float]) -> float:
        """The relative whose names are likest. Of two relations nothing speaks against: nobody said they are one person.

        Args:
            a, b: as `read_kin`.
            own: parts of names that both people bear themselves; they are not counted a second time.
            rarity: how telling a part of a name is.
        """
        weights = [
            self._relative(one, other, own, rarity, comparable=relation == another)
            for relation, one in a
            for another, other in b
        ]
        best = max(weights)
        return best if best > 0 else min(weights)

    def _relative(
        self,
        one: tuple[str, ...],
        other: tuple[str, ...],
        own: set[str],
        rarity: Callable[[str], float],
        *,
        comparable: bool,
    ) -> float:
        pairs = align_tokens(one, other)
        # One name in common and others that differ: a cousin's father as well as one's own.
        if len(pairs) < min(len(one), len(other)) and joined_similarity(one, other) < 0.93:
            return KIN_DIFFERS * (1 - len(pairs) / min(len(one), len(other))) if comparable else 0.0
        weight = sum(
            max(min(self._telling(x, rarity), self._telling(y, rarity)) - 10.0 * (1.0 - likeness), 0.0)
            for x, y, likeness in pairs
            if x not in own and y not in own
        )
        return min(KIN_SHARE * weight, MOST_OF_KIN)

    def _telling(self, token: str, rarity: Callable[[str], float]) -> float:
        return min(rarity(token), self._kin.get(token, MOST_OF_KIN / KIN_SHARE))


@lru_cache(maxsize=1 << 18)
def _slip(one: Level, other: Level) -> float | None:
    """What it costs to take two written places for one; None where they are two."""
    if one == other:
        return 0.2
    a, b = set(one), set(other)
    if {w for w in a if w.isdigit()} != {w for w in b if w.isdigit()}:
        return None
    if a <= b or b <= a:
        return PLACE_ALIKE
    pairs = align_tokens(one, other)
    alike = len(pairs) == max(len(one), len(other)) and sum(p[2] for p in pairs) >= 0.9 * len(pairs)
    return PLACE_ALIKE if alike or joined_similarity(one, other) >= 0.93 else None
