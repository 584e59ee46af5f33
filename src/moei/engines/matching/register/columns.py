"""A register as columns: a million rows as numbers and a few texts, not as a million objects."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from moei.engines.identity.names import name_tokens
from moei.engines.matching.model import MatchRow
from moei.engines.matching.weights import BORROWED, RAREST

PARTS = 4
"""So many parts of a name are compared one by one; a longer name is compared as a whole too."""
UNKNOWN = 0

Ints = NDArray[np.int32]
Floats = NDArray[np.float32]


@dataclass(frozen=True)
class Columns:
    """By place of the row, from 0. Ordinals (days) of births are 0 where nothing is stated."""

    lists: list[str]  # names of the lists, by the numbers in `list_of`
    list_of: Ints
    row_of: Ints
    parts: list[str]  # romanised parts of names, by the numbers in `names`; 0 is no part
    names: Ints  # rows x PARTS
    rarity: Floats  # rows x PARTS: how telling each part is among people of the nationality
    rarity_of_all: Floats  # of the whole name, also of parts beyond PARTS
    joined: list[str]  # the parts as written, without blanks
    sex: NDArray[np.int8]  # 0 unknown, 1 M, 2 F
    nationality: Ints  # 0 unknown
    nationalities: list[str]
    document: list[str]
    document_kind: list[str]
    exact: Ints
    first: Ints
    last: Ints
    told_age: NDArray[np.bool_]

    def comparable_documents(self, one: int, other: int) -> bool:
        """Whether both rows state a document, and none of two kinds: a passport says nothing against a visa."""
        kind, another = self.document_kind[one], self.document_kind[other]
        return bool(
            self.document[one] and self.document[other] and (not kind or not another or kind == another)
        )

    def __len__(self) -> int:
        return len(self.joined)


def columns_of(rows: Iterable[MatchRow]) -> Columns:
    """Reads the rows once; of each nothing is kept but what tells people apart."""
    lists: dict[str, int] = {}
    part_numbers: dict[str, int] = {"": 0}
    states: dict[str, int] = {"": UNKNOWN}
    list_of: list[int] = []
    row_of: list[int] = []
    names: list[tuple[int, ...]] = []
    joined: list[str] = []
    sex: list[int] = []
    nationality: list[int] = []
    document: list[str] = []
    document_kind: list[str] = []
    births: list[tuple[int, int, int, bool]] = []
    seen: dict[str, int] = {}
    for row in rows:
        list_of.append(lists.setdefault(row.list, len(lists)))
        row_of.append(row.row)
        tokens = name_tokens(row.name or row.name_native)
        names.append(tuple(part_numbers.setdefault(token, len(part_numbers)) for token in tokens))
        joined.append("".join(tokens))
        sex.append({"M": 1, "F": 2}.get(row.sex, 0))
        state = "" if row.nationality == "XXX" else row.nationality
        nationality.append(states.setdefault(state, len(states)))
        document.append(row.document_number)
        document_kind.append(row.document_kind)
        births.append(_birth(row, seen))
    states_of = np.array(nationality, np.int32)
    numbers, rarity, of_all = _rarity(names, states_of, np.array(list_of, np.int32))
    born = np.array(births or [(0, 0, 0, False)], np.int32)[: len(births)]
    return Columns(
        lists=list(lists),
        list_of=np.array(list_of, np.int32),
        row_of=np.array(row_of, np.int32),
        parts=list(part_numbers),
        names=numbers,
        rarity=rarity,
        rarity_of_all=of_all,
        joined=joined,
        sex=np.array(sex, np.int8),
        nationality=states_of,
        nationalities=list(states),
        document=document,
        document_kind=document_kind,
        exact=born[:, 0],
        first=born[:, 1],
        last=born[:, 2],
        told_age=born[:, 3].astype(np.bool_),
    )


def _birth(row: MatchRow, seen: dict[str, int]) -> tuple[int, int, int, bool]:
    """(whole date, first day, last day, whether an age was told) as ordinals."""
    exact = _ordinal(row.birth_date, seen)
    first, last = _ordinal(row.birth_from, seen), _ordinal(row.birth_to, seen)
    if exact or not first or last < first:
        return exact, exact, exact, False
    calendar_year = row.birth_from.endswith("-01-01") and row.birth_to.endswith("-12-31")
    return 0, first, last, not calendar_year


def _ordinal(text: str, seen: dict[str, int]) -> int:
    if not text:
        return 0
    known = seen.get(text)
    if known is None:
        try:
            known = dt.date.fromisoformat(text).toordinal()
        except ValueError:
            known = 0
        seen[text] = known
    return known


def _rarity(names: list[tuple[int, ...]], states: Ints, lists: Ints) -> tuple[Ints, Floats, Floats]:
    """As `Comparison.rarity`: -log of the share of people of the nationality whose name has the part, too.

    Counted in the list that has most of them: a person stands in several lists but, as a rule, once in each.
    """
    rows = len(names)
    numbers, rarity = np.zeros((rows, PARTS), np.int32), np.zeros((rows, PARTS), np.float32)
    lengths = np.fromiter((len(parts) for parts in names), np.int64, rows)
    flat = np.fromiter((part for parts in names for part in parts), np.int64, int(lengths.sum()))
    if not len(flat):
        return numbers, rarity, np.zeros(rows, np.float32)
    of_row = np.repeat(np.arange(rows), lengths)
    many, kinds = int(flat.max()) + 1, int(states.max()) + 1
    once = np.unique(of_row * many + flat)  # a part that stands twice in a name counts once
    row, part = once // many, once % many
    among = _most((lists[row].astype(np.int64) * kinds + states[row]) * many + part, kinds * many)
    everywhere = _most(lists[row].astype(np.int64) * many + part, many)
    people = _most(lists.astype(np.int64) * kinds + states, kinds)
    longest = int(np.bincount(lists).max())
    overall = (everywhere(flat) - 0.5) / (longest + 1)
    state = states[of_row].astype(np.int64)
    others = np.maximum(among(state * many + flat) - 1, 0) + BORROWED * overall
    value = np.minimum(-np.log(others / (np.maximum(people(state) - 1, 0) + BORROWED)), RAREST)
    place = np.arange(len(flat)) - np.repeat(np.cumsum(lengths) - lengths, lengths)
    near = place < PARTS
    numbers[of_row[near], place[near]] = flat[near]
    rarity[of_row[near], place[near]] = value[near]
    return numbers, rarity, np.bincount(of_row, value, rows).astype(np.float32)


def _most(codes: NDArray[np.int64], size: int) -> Callable[[NDArray[np.int64]], NDArray[np.int64]]:
    """Of codes `list * size + what`: how often each `what` stands in the list that has most of it."""
    found, counts = np.unique(codes, return_counts=True)
    whats, place = np.unique(found % size, return_inverse=True)
    most = np.zeros(len(whats), np.int64)
    np.maximum.at(most, place, counts)
    return lambda asked: most[np.searchsorted(whats, asked)]
