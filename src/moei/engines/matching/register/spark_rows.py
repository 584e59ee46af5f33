"""Rows of a register as Arrow has them, and what each worker of Spark does with some of them: the same as one machine."""

from __future__ import annotations

import pickle
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from moei.engines.identity.names import name_tokens
from moei.engines.matching.model import MatchRow
from moei.engines.matching.register.blocking import keys_of
from moei.engines.matching.register.columns import FACTS, Columns, Ints, Numbers, placed, telling
from moei.engines.matching.register.commonness import Commonness
from moei.engines.matching.register.scoring import FIELDS, Scoring
from moei.engines.matching.register.texts import Texts

AT_ONCE = 100_000
"""Rows of one file."""
TEXTS = ("document", "phone")
ARRIVED = pa.schema(
    [
        ("place", pa.int64()),
        *((fact, pa.int32()) for fact in FACTS),
        *((text, pa.string()) for text in TEXTS),
        ("name", pa.string()),
    ]
)
_SCALARS = ", ".join(
    ("place long", *(f"{fact} int" for fact in FACTS), *(f"{text} string" for text in TEXTS))
)
NAMED = f"{_SCALARS}, tokens array<string>"
RARITY = "state int, part string, rarity double"
KEYED = "place long, key long"
WEIGHED = ", ".join(("l long", "r long", *(f"{field} float" for field in FIELDS)))

Batches = Iterable[pa.RecordBatch]


class Common(NamedTuple):
    """What every worker knows of the whole register: it is small."""

    lists: list[str]
    states: list[str]
    people: NDArray[np.int64]  # of each state, in the list that has most of them
    longest: int  # rows of the longest list
    births_and_states: Commonness
    rows: int

    def sent(self) -> bytes:
        """For a broadcast: PySpark cannot encrypt one of arrays."""
        return pickle.dumps(self)

    @staticmethod
    def received(broadcast: Any) -> Common:
        known = pickle.loads(broadcast.value)  # noqa: S301  (from our own driver)
        assert isinstance(known, Common)
        return known


def write_arrived(
    rows: Iterable[MatchRow], numbers: Numbers, own: Path, take: Callable[[Path], None]
) -> tuple[Ints, Ints]:
    """Writes Parquet files one after the other and hands on each; gives the list and row number of each place."""
    rows, where = iter(rows), []
    at = 0
    while batch := list(islice(rows, AT_ONCE)):
        facts = np.array([numbers.of(row) for row in batch], np.int32)
        columns = [
            np.arange(at, at + len(batch)),
            *facts.T,
            [row.document_number for row in batch],
            [row.phone for row in batch],
            [row.name or row.name_native for row in batch],
        ]
        file = own / f"{at:012d}.parquet"
        arrays = [pa.array(column, field.type) for column, field in zip(columns, ARRIVED, strict=True)]
        pq.write_table(pa.table(arrays, schema=ARRIVED), file)
        take(file)
        where.append(facts[:, :2].copy())
        at += len(batch)
    all_of_them = np.concatenate(where) if where else np.zeros((0, 2), np.int32)
    return np.ascontiguousarray(all_of_them[:, 0]), np.ascontiguousarray(all_of_them[:, 1])


def named(batches: Batches) -> Iterator[pa.RecordBatch]:
    """The romanised parts of each name instead of the name."""
    for batch in batches:
        tokens = [name_tokens(name) for name in batch["name"].to_pylist()]
        yield batch.drop_columns("name").append_column("tokens", pa.array(tokens, pa.list_(pa.string())))


def rarities(people: NDArray[np.int64], longest: int, batches: Batches) -> Iterator[pa.RecordBatch]:
    """How telling each part of a name is among people of a state."""
    for batch in batches:
        among, everywhere = _numbers(batch["among"]), _numbers(batch["everywhere"])
        value = telling(among, everywhere, people[_numbers(batch["state"])], longest)
        yield pa.record_batch({"state": batch["state"], "part": batch["part"], "rarity": value})


def keyed(common: Any, batches: Batches) -> Iterator[pa.RecordBatch]:
    """The keys of each row, each once."""
    known = Common.received(common)
    for batch in batches:
        columns = columns_of(batch, known)
        rows, keys = map(np.concatenate, zip(*keys_of(columns), strict=True))
        order = np.lexsort((keys, rows))
        rows, keys = rows[order], keys[order].view(np.int64)
        new = np.ones(len(rows), bool)
        new[1:] = (rows[1:] != rows[:-1]) | (keys[1:] != keys[:-1])
        yield pa.record_batch({"place": _numbers(batch["place"])[rows[new]], "key": keys[new]})


def weighed(common: Any, seen: Any, floor: float, batches: Batches) -> Iterator[pa.RecordBatch]:
    """Of pairs with both rows (`one`, `other`), those above the floor, with the weights of ``FIELDS``."""
    known = Common.received(common)
    for batch in batches:
        seen.add(len(batch))
        both = pa.concat_arrays([batch["one"], batch["other"]])
        # A row stands in several pairs: it is taken once.
        _places, first, of_pair = np.unique(
            _numbers(both.field("place")), return_index=True, return_inverse=True
        )
        columns = columns_of(pa.RecordBatch.from_struct_array(both.take(pa.array(first))), known)
        left, right = np.split(of_pair.astype(np.int32), 2)
        weights = Scoring(columns, known.births_and_states).weights(left, right, floor=floor)
        kept = weights.sum(1) > floor
        pairs = {side: _numbers(batch[side])[kept] for side in ("l", "r")}
        yield pa.record_batch(pairs | dict(zip(FIELDS, weights[kept].T, strict=True)))


def columns_of(rows: pa.RecordBatch | pa.Table, common: Common) -> Columns:
    """``Columns`` of some rows of a register. Lists and nationalities have the numbers of the whole register; parts of
    names, documents and phones have their own, which nothing but likeness is asked of."""
    facts = {fact: _numbers(rows[fact]) for fact in FACTS}
    tokens = _whole(rows["tokens"])
    parts, flat = _numbered(tokens.flatten())
    lengths = tokens.value_lengths().to_numpy(zero_copy_only=False).astype(np.int64)
    names, rarity, of_all = placed(flat, lengths, _numbers(_whole(rows["rarity"]).flatten()))
    (documents, document), (phones, phone) = (_numbered(_whole(rows[text])) for text in TEXTS)
    return Columns(
        lists=common.lists,
        list_of=facts["list"],
        row_of=facts["row"],
        parts=parts,
        names=names,
        rarity=rarity,
        rarity_of_all=of_all,
        every_part=flat,
        ends=np.concatenate((np.zeros(1, np.int64), np.cumsum(lengths))),
        sex=facts["sex"].astype(np.int8),
        nationality=facts["state"],
        nationalities=common.states,
        documents=Texts(documents),
        document=document,
        document_kind=facts["kind"],
        phones=Texts(phones),
        phone=phone,
        exact=facts["exact"],
        first=facts["first"],
        last=facts["last"],
        told_age=facts["told_age"].astype(np.bool_),
    )


def _numbered(texts: pa.Array) -> tuple[list[str], Ints]:
    """(different texts, none being the first of them; the number of each text)."""
    encoded = texts.dictionary_encode()
    different = encoded.dictionary.to_pylist()
    number = np.array([at if text else 0 for at, text in enumerate(different, 1)], np.int32)
    return ["", *different], number[encoded.indices.to_numpy(zero_copy_only=False)]


def _whole(column: pa.Array | pa.ChunkedArray) -> pa.Array:
    return column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column


def _numbers(column: pa.Array | pa.ChunkedArray) -> NDArray[Any]:
    return np.asarray(_whole(column).to_numpy(zero_copy_only=False))
