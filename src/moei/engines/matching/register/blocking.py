"""Which pairs of rows of a register are worth weighing: those that share a telling key. DuckDB joins the keys.

A key is 64 bits mixed from what it is made of. Should two keys ever mix to the same, a pair more is weighed.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from hashlib import blake2b
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from moei.engines.identity.names import skeleton
from moei.engines.matching.register.columns import Columns, Ints

WIDEST = 40
"""More rows than this with one key: it says too little, and other keys find the same pairs.

But for keys that say nearly all (`CHAIN`): someone may stand on a list each day. Of their rows, each is paired with the
next.
"""
CHAIN = np.uint64(1)
"""Set in keys of rows that state one document, one telephone, or all the same; in other keys it is not."""
MEMORY = "500MB"
MISREAD_FROM = 6
"""Numbers of so many signs are also found by all their signs but one."""
LONGEST_SPAN = 3 * 366

_JOIN = """
    WITH counted AS (
        SELECT row, key, count(*) OVER (PARTITION BY key) AS many FROM (SELECT DISTINCT row, key FROM keys)
        QUALIFY many BETWEEN 2 AND $1 OR (many > $1 AND key % 2 = 1)),
    telling AS (FROM counted WHERE many <= $1)
    SELECT a.row AS l, b.row AS r FROM telling a JOIN telling b ON a.key = b.key AND a.row < b.row
    UNION
    SELECT l, r FROM (
        SELECT lag(row) OVER (PARTITION BY key ORDER BY row) AS l, row AS r FROM counted WHERE many > $1)
    WHERE l IS NOT NULL
    ORDER BY l, r
"""
Keys = NDArray[np.uint64]
_ODD = np.uint64(0x9E3779B97F4A7C15)
_INVERSE = np.uint64(pow(int(_ODD), -1, 2**64))


def candidates(columns: Columns) -> tuple[Ints, Ints]:
    """Pairs of rows by their places, the lower first, in order."""
    import duckdb

    rows, of_rows = zip(*((rows.astype(np.int32), keys) for rows, keys in keys_of(columns)), strict=True)
    keys = {"row": np.concatenate(rows), "key": np.concatenate(of_rows)}
    del rows, of_rows
    with tempfile.TemporaryDirectory(prefix="moei-match-") as folder, duckdb.connect() as connection:
        connection.execute(f"SET temp_directory = '{folder}'")
        connection.execute(f"SET memory_limit = '{MEMORY}'")
        connection.register("keys", keys)
        found = connection.execute(_JOIN, [WIDEST]).fetchnumpy()
    return np.asarray(found["l"], np.int32), np.asarray(found["r"], np.int32)


def keys_of(columns: Columns) -> Iterator[tuple[NDArray[np.int64], Keys]]:
    """Rows by their places, and a key of each: a pair of arrays for each kind of key.

    Keys are made of what rows state, not of how a register numbers it: those of two registers fit each other.
    """
    yield from _of_documents(columns)
    at = np.nonzero(columns.phone)[0]
    yield at, _mixed("phone", _hashes(columns.phones.take(columns.phone[at])))
    bones = _hashes([skeleton(part) if part else "" for part in columns.parts])
    states = _hashes(columns.nationalities)[columns.nationality]
    # The rarest parts first: a key of two common ones is too wide anyhow.
    by_rarity = np.take_along_axis(columns.names, np.argsort(-columns.rarity, axis=1, kind="stable"), axis=1)
    parts = bones[by_rarity]
    for one, other in combinations(range(3), 2):
        a, b = parts[:, one], parts[:, other]
        both = np.nonzero((a > 0) & (b > 0) & (a != b))[0]
        low, high = np.minimum(a[both], b[both]), np.maximum(a[both], b[both])
        yield both, _mixed("parts", low, high, states[both])
    run_together = np.array([state in _WITHOUT_BLANKS for state in columns.nationalities])
    alike = ((parts == 0) | (parts == parts[:, :1])).all(axis=1)  # one part, or parts that sound the same
    lone = np.nonzero((parts[:, 0] > 0) & (alike | run_together[columns.nationality]))[0]
    whole = _hashes([skeleton(name) for name in columns.joined(lone)])
    yield lone, _mixed("whole", whole, states[lone])
    dated = columns.exact > 0
    for place in range(2):
        at = np.nonzero(dated & (parts[:, place] > 0))[0]
        yield at, _mixed("date", columns.exact[at], parts[at, place])
    at = np.nonzero(dated)[0]
    yield at, _mixed("born", columns.exact[at], states[at], columns.sex[at])
    yield from _of_years(columns, by_rarity, parts, states)
    yield from _of_chains(columns, states)


def _of_years(
    columns: Columns, by_rarity: Ints, parts: Keys, states: Keys
) -> Iterator[tuple[NDArray[np.int64], Keys]]:
    """One part that is the same, and another one that begins alike (it may be mistyped further on), in each year."""
    begins = np.array([ord(part[0]) if part else 0 for part in columns.parts])
    narrow = (columns.first > 0) & (columns.last - columns.first < LONGEST_SPAN)
    first, last = _year(columns.first), _year(columns.last)
    for place in range(2):
        other = begins[by_rarity[:, 1 - place]]
        for later in range(LONGEST_SPAN // 365 + 2):
            at = np.nonzero(narrow & (first + later <= last) & (parts[:, place] > 0))[0]
            yield at, _mixed("year", first[at] + later, parts[at, place], other[at], states[at])


def _of_chains(columns: Columns, states: Keys) -> Iterator[tuple[NDArray[np.int64], Keys]]:
    document = _hashes(columns.documents.take(np.arange(len(columns.documents))))[columns.document]
    phone = _hashes(columns.phones.take(np.arange(len(columns.phones))))[columns.phone]
    whole = _hashes(columns.joined(np.arange(len(columns))))
    for stated in (document, phone):
        at = np.nonzero(stated)[0]
        yield at, _mixed("chain", stated[at]) | CHAIN
    at = np.nonzero(whole)[0]
    facts = (whole, states, document, phone, columns.sex, columns.first, columns.last)
    yield at, _mixed("all the same", *(fact[at] for fact in facts)) | CHAIN


def _of_documents(columns: Columns) -> Iterator[tuple[NDArray[np.int64], Keys]]:
    """The number, and the number without each of its signs in turn: a sign misread or lost leaves a key that fits.

    A number is a sum of its signs times powers of an odd number, so that leaving one out is quickly counted.
    """
    lengths = columns.documents.lengths
    for length in np.unique(lengths[lengths > 0]).tolist():
        numbers = np.nonzero(lengths == length)[0]
        texts = np.array(columns.documents.take(numbers))
        signs = texts.view(np.uint32).reshape(len(numbers), length).astype(np.uint64)
        before = np.cumsum(signs * np.cumprod(np.full(length, _ODD)), axis=1)
        place = np.full(len(columns.documents), -1)
        place[numbers] = np.arange(len(numbers))
        rows = np.nonzero(place[columns.document] >= 0)[0]
        of_row = place[columns.document[rows]]
        yield rows, _mixed("document", before[of_row, -1])
        if length >= MISREAD_FROM:
            for sign in range(length):
                behind = (before[:, -1] - before[:, sign]) * _INVERSE  # moves forward by one
                without = behind + before[:, sign - 1] if sign else behind
                yield rows, _mixed("document", without[of_row])


def _year(ordinals: Ints) -> NDArray[np.int64]:
    days = (ordinals.astype(np.int64) - _EPOCH).astype("datetime64[D]")
    return days.astype("datetime64[Y]").astype(np.int64)


def _hashes(texts: list[str]) -> Keys:
    """The same everywhere and always; 0 for no text."""
    written = (text.encode(errors="surrogatepass") for text in texts)
    digests = b"".join(blake2b(text, digest_size=8).digest() if text else _NONE for text in written)
    return np.frombuffer(digests, np.uint64)


def _mixed(kind: str, *values: NDArray[np.generic]) -> Keys:
    """Splitmix64 over what a key is made of."""
    key = np.full(len(values[0]), sum(map(ord, kind)), np.uint64)
    for value in values:
        key = (key ^ value.astype(np.uint64)) * _ODD
        key = (key ^ (key >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        key = (key ^ (key >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        key ^= key >> np.uint64(31)
    return np.asarray(key & ~CHAIN, np.uint64)


_EPOCH = 719_163  # ordinal of 1 January 1970
_NONE = bytes(8)
_WITHOUT_BLANKS = frozenset(
    {"CHN", "TWN", "MMR", "THA", "VNM", "LAO", "KHM"}
)  # names are written with blanks or without
