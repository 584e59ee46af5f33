"""What a person should look at besides the pairs: shared documents, large groups, one list naming a person twice."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence

from moei.engines.matching.entities import Entities
from moei.engines.matching.model import MatchRow, MatchWarning

LARGE = 3
"""A group with so many rows more than there are lists is unusual."""


def warnings_about(rows: Sequence[MatchRow], entities: Entities) -> Iterator[MatchWarning]:
    """Warnings about a finished grouping, in a fixed order."""
    yield from _shared_documents(rows, entities)
    sources = len({row.source for row in rows})
    for _, members in sorted(entities.members.items()):
        group = [rows[place] for place in members]
        keys = tuple(row.key for row in group)
        if len(group) >= sources + LARGE:
            words = f"{len(group)} rows of {sources} lists were joined to one person: look whether they are several"
            yield MatchWarning("large_cluster", words, keys)
        for source, count in sorted(Counter(row.source for row in group).items()):
            if count > 1:
                named = tuple(row.key for row in group if row.source == source)
                words = f"{_first_name(group, source)} stands {count} times on the list {source[1]}"
                yield MatchWarning("one_list_twice", words, named)


def _shared_documents(rows: Sequence[MatchRow], entities: Entities) -> Iterator[MatchWarning]:
    holders: dict[str, list[int]] = defaultdict(list)
    for place, row in enumerate(rows):
        if row.document_number:
            holders[row.document_number].append(place)
    for number, places in sorted(holders.items()):
        groups = sorted({entities.of(place) for place in places})
        if len(groups) > 1:
            names = ", ".join(rows[place].name or rows[place].name_native for place in places)
            words = f"Document number {number} is stated for {len(groups)} people: {names}"
            yield MatchWarning("shared_document", words, tuple(rows[place].key for place in places))


def _first_name(group: Sequence[MatchRow], source: tuple[str, str]) -> str:
    return next(row.name or row.name_native for row in group if row.source == source)
