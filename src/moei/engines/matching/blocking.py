"""Which pairs of rows are worth comparing: those that share a telling key."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from itertools import combinations

from moei.engines.identity.names import skeleton
from moei.engines.matching.weights import YEAR, Comparison, Prepared

WIDEST = {"doc": 60, "near": 60, "date": 150, "any": 60, "pair": 1500, "year": 300, "all": 150} | {
    "place": 60,
    "far": 30,
}
"""Largest block of each sort that is compared; larger ones say too little, and other keys find the same pairs."""


CROWDED = 25
"""In a block this large, two names that share one part must share the first letter of another."""


_FIRST_LETTER = ord("a")


def candidates(comparison: Comparison) -> list[tuple[int, int]]:
    """Pairs of rows (places in order, lower first), sorted. Rows of one source only if they look like one row twice."""
    rows = comparison.rows
    initials = [_initials(row, comparison) for row in rows]
    blocks: dict[tuple[str, ...], list[int]] = defaultdict(list)
    asks: list[tuple[tuple[str, ...], ...]] = []
    for place, row in enumerate(rows):
        keys = set(_keys(row, comparison))
        for key in keys:
            blocks[key].append(place)
        asks.append((*keys, *_nearby_years(row, comparison)))
    found: set[tuple[int, int]] = set()
    for place, keys_asked in enumerate(asks):
        row = rows[place]
        for key in keys_asked:
            block = blocks.get(key)
            if block is None or len(block) > WIDEST[key[0]]:
                continue
            held_back = initials[place] if len(block) > CROWDED and key[0] in ("year", "all") else 0
            for other in block[bisect_right(block, place) :]:
                if held_back and initials[other] and (held_back & initials[other]).bit_count() < 2:
                    continue
                if (place, other) not in found and _comparable(row, rows[other], key[0]):
                    found.add((place, other))
    return sorted(found)


def _initials(row: Prepared, comparison: Comparison) -> int:
    """The first letters of a row's names as bits; 0 for a row with a lone name, which is never held back."""
    letters = 0
    for form in row.names:
        tokens = comparison.name_forms[form]
        if len({token[0] for token in tokens}) < 2:
            return 0
        for token in tokens:
            letters |= 1 << ord(token[0]) - _FIRST_LETTER
    return letters


def _comparable(row: Prepared, other: Prepared, sort: str) -> bool:
    if row.source == other.source:
        return sort == "doc" or (
            sort in ("pair", "date")
            and (row.first, row.last, row.sex) == (other.first, other.last, other.sex)
            and sorted(row.names) == sorted(other.names)
        )
    if sort in ("doc", "near"):
        return True
    if row.sex and other.sex and row.sex != other.sex:
        return False
    # Births far apart are a slip only where name and place, or a small place, speak for one person.
    if sort in ("place", "far"):
        return True
    return not row.first or not other.first or max(row.first - other.last, other.first - row.last) <= 2 * YEAR


def _keys(row: Prepared, comparison: Comparison) -> Iterator[tuple[str, ...]]:
    if row.document:
        yield ("doc", row.document)
        if len(row.document) >= 6:
            for at in range(len(row.document)):
                yield ("near", row.document[:at] + row.document[at + 1 :])
    if row.exact:
        yield ("date", str(row.exact), row.nationality)
    if row.nationality:
        yield ("all", row.nationality)
    places = [skeleton("".join(level)) for level in row.place]
    for place in places:
        yield ("place", place)
    for form in row.names:
        tokens = comparison.name_forms[form]
        bones = sorted({skeleton(token) for token in tokens})
        pairs = [f"{a} {b}" for a, b in combinations(bones, 2)]
        pairs += {skeleton("".join(tokens)), skeleton("".join(reversed(tokens)))}
        for pair in pairs:
            yield ("pair", row.nationality, pair)
            yield ("any", pair)
            if row.place:
                yield ("far", pair)
        for place in places:
            for bone in bones:
                yield ("place", place, bone)
        for year in _years(row):
            for bone in bones:
                yield ("year", row.nationality, bone, str(year))


def _years(row: Prepared) -> range:
    if not row.first:
        return range(0)
    return range(date.fromordinal(row.first).year, min(date.fromordinal(row.last).year, 9000) + 1)


def _nearby_years(row: Prepared, comparison: Comparison) -> Iterator[tuple[str, ...]]:
    """Ages are told wrongly by a year: look one year further on both sides."""
    years = _years(row)
    if not years:
        return
    for form in row.names:
        for bone in {skeleton(token) for token in comparison.name_forms[form]}:
            for year in (years[0] - 1, years[-1] + 1):
                yield ("year", row.nationality, bone, str(year))
