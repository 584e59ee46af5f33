"""A register as columns: a million rows as numbers and a few texts, not as a million objects."""

from __future__ import annotations

import datetime as dt
from array import array
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import chain, islice, tee

import numpy as np
from numpy.typing import NDArray

from moei.engines.identity.names import name_tokens
from moei.engines.matching.model import MatchRow
from moei.engines.matching.register.hands import by_many_hands
from moei.engines.matching.register.texts import Texts
from moei.engines.matching.weights import BORROWED, RAREST

PARTS = 4
"""So many parts of a name are compared one by one; a longer name is compared as a whole too."""
UNKNOWN = 0
BATCH = 20_000
FACTS = ("list", "row", "sex", "state", "kind", "exact", "first", "last", "told_age")
_SEXES = {"M": 1, "F": 2}

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
    every_part: Ints  # of all names one after the other, as written
    ends: NDArray[np.int64]  # where each name ends among them; rows + 1, from 0 on
    sex: NDArray[np.int8]  # 0 unknown, 1 M, 2 F
    nationality: Ints  # 0 unknown
    nationalities: list[str]
    documents: Texts  # their numbers, by the places in `document`; 0 is none
    document: Ints
    document_kind: Ints  # 0 unknown
    phones: Texts
    phone: Ints  # 0 none
    exact: Ints
    first: Ints
    last: Ints
    told_age: NDArray[np.bool_]

    def comparable_documents(self, left: Ints | int, right: Ints | int) -> NDArray[np.bool_]:
        """Of one pair or many: whether both rows state a document, and none of two kinds.

        A passport says nothing against a visa.
        """
        kind, another = self.document_kind[left], self.document_kind[right]
        stated = (self.document[left] > 0) & (self.document[right] > 0)
        return np.asarray(stated & ((kind == 0) | (another == 0) | (kind == another)))

    def __len__(self) -> int:
        return len(self.list_of)

    def joined(self, places: NDArray[np.integer]) -> list[str]:
        """Names as written, without blanks."""
        parts, every = self.parts, self.every_part
        starts, ends = self.ends[places].tolist(), self.ends[places + 1].tolist()
        return [
            "".join([parts[part] for part in every[start:end].tolist()])
            for start, end in zip(starts, ends, strict=True)
        ]


class Numbers:
    """Numbers for the few different texts that many rows state, given as they come."""

    def __init__(self) -> None:
        self.lists: dict[str, int] = {}
        self.states: dict[str, int] = {"": UNKNOWN}
        self.kinds: dict[str, int] = {"": UNKNOWN}
        self._days: dict[str, int] = {}

    def of(self, row: MatchRow) -> tuple[int, ...]:
        """In the order of ``FACTS``."""
        state = "" if row.nationality == "XXX" else row.nationality
        return (
            self.lists.setdefault(row.list, len(self.lists)),
            row.row,
            _SEXES.get(row.sex, UNKNOWN),
            self.states.setdefault(state, len(self.states)),
            self.kinds.setdefault(row.document_kind, len(self.kinds)),
            *_birth(row, self._days),
        )


def columns_of(rows: Iterable[MatchRow]) -> Columns:
    """Reads the rows once; of each nothing is kept but what tells people apart."""
    stated = Numbers()
    part_numbers: dict[str, int] = {"": 0}
    document_numbers: dict[str, int] = {"": UNKNOWN}
    phones: dict[str, int] = {"": UNKNOWN}
    parts, lengths = (
        array("i"),
        array("i"),
    )  # the parts of all names one after the other, and how many each name has
    facts = array("i")
    for batch, tokens_of_batch in _with_tokens(rows):
        for row, tokens in zip(batch, tokens_of_batch, strict=True):
            parts.extend([part_numbers.setdefault(token, len(part_numbers)) for token in tokens])
            lengths.append(len(tokens))
            facts.extend(stated.of(row))
            facts.append(document_numbers.setdefault(row.document_number, len(document_numbers)))
            facts.append(phones.setdefault(row.phone, len(phones)))
    table = np.array(facts, np.int32).reshape(-1, len(FACTS) + 2)
    list_of, row_of, sex, nationality, document_kind, exact, first, last, told_age, document, phone = (
        np.ascontiguousarray(column) for column in table.T
    )
    every_part, many = np.array(parts, np.int32), np.array(lengths, np.int64)
    numbers, rarity, of_all = _rarity(every_part, many, nationality, list_of)
    return Columns(
        lists=list(stated.lists),
        list_of=list_of,
        row_of=row_of,
        parts=list(part_numbers),
        names=numbers,
        rarity=rarity,
        rarity_of_all=of_all,
        every_part=every_part,
        ends=np.concatenate((np.zeros(1, np.int64), np.cumsum(many))),
        sex=sex.astype(np.int8),
        nationality=nationality,
        nationalities=list(stated.states),
        documents=Texts(document_numbers),
        document=document,
        document_kind=document_kind,
        phones=Texts(phones),
        phone=phone,
        exact=exact,
        first=first,
        last=last,
        told_age=told_age.astype(np.bool_),
    )


def _with_tokens(rows: Iterable[MatchRow]) -> Iterator[tuple[list[MatchRow], list[tuple[str, ...]]]]:
    """Rows in batches, with the romanised parts of their names: letter by letter, that is the longest work."""
    rows = iter(rows)
    first = list(islice(rows, BATCH))
    batches = chain([first], iter(lambda: list(islice(rows, BATCH)), []))
    ours, theirs = tee(batches)  # names go ahead by a few batches
    names = ([row.name or row.name_native for row in batch] for batch in theirs)
    yield from zip(ours, by_many_hands(_tokens, names, alone=len(first) < BATCH), strict=True)


def _tokens(names: list[str]) -> list[tuple[str, ...]]:
    return [name_tokens(name) for name in names]


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


def _rarity(flat: Ints, lengths: NDArray[np.int64], states: Ints, lists: Ints) -> tuple[Ints, Floats, Floats]:
    """As `Comparison.rarity`: -log of the share of people of the nationality whose name has the part, too.

    Counted in the list that has most of them: a person stands in several lists but, as a rule, once in each.
    """
    rows = len(lengths)
    if not len(flat):
        return placed(flat, lengths, np.zeros(0))
    of_row = np.repeat(np.arange(rows), lengths)
    many, kinds = int(flat.max()) + 1, int(states.max()) + 1
    once = np.unique(of_row * many + flat)  # a part that stands twice in a name counts once
    row, part = once // many, once % many
    among = _most((lists[row].astype(np.int64) * kinds + states[row]) * many + part, kinds * many)
    everywhere = _most(lists[row].astype(np.int64) * many + part, many)
    people = _most(lists.astype(np.int64) * kinds + states, kinds)
    longest = int(np.bincount(lists).max())
    state = states[of_row].astype(np.int64)
    value = telling(among(state * many + flat), everywhere(flat.astype(np.int64)), people(state), longest)
    return placed(flat, lengths, value)


def telling(
    among: NDArray[np.int64], everywhere: NDArray[np.int64], people: NDArray[np.int64], longest: int
) -> NDArray[np.float64]:
    """How telling parts of names are, each by how many rows have it: among people of the nationality, among all, beside
    how many rows are of the nationality (each in the list that has most of them), and how many rows the longest list has.
    """
    overall = (everywhere - 0.5) / (longest + 1)
    others = np.maximum(among - 1, 0) + BORROWED * overall
    value = np.minimum(-np.log(others / (np.maximum(people - 1, 0) + BORROWED)), RAREST)
    return np.asarray(value, np.float64)


def placed(flat: Ints, lengths: NDArray[np.int64], value: NDArray[np.float64]) -> tuple[Ints, Floats, Floats]:
    """``names``, ``rarity`` and ``rarity_of_all`` of ``Columns``, of the parts of all names one after the other."""
    rows = len(lengths)
    numbers, rarity = np.zeros((rows, PARTS), np.int32), np.zeros((rows, PARTS), np.float32)
    of_row = np.repeat(np.arange(rows), lengths)
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
