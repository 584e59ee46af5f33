"""A register that one machine cannot hold, matched on Spark: the same keys, weights and people as on one machine.

Workers read names, join keys and weigh pairs, each a part of them. Only pairs above the floor, with what keeps rows of
two people apart, come back to the driver, which sets rivals against one another: see ``match_on_spark`` for its memory.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial

import numpy as np
from pyspark.sql import DataFrame, SparkSession, Window
from pyspark.sql import functions as F

from moei.engines.matching.model import MatchRow
from moei.engines.matching.register import spark_rows as do
from moei.engines.matching.register.blocking import CHAIN, WIDEST
from moei.engines.matching.register.columns import Floats, Ints, Numbers
from moei.engines.matching.register.commonness import Commonness
from moei.engines.matching.register.match import (
    Matched,
    Pair,
    Progress,
    floor_of,
    probabilities,
    settled,
)
from moei.engines.matching.register.scoring import FIELDS
from moei.engines.matching.register.spark_session import Folder, session

STEPS = 5
ROWS_OF_PARTITION = 50_000
_NO_NAMES = ("cast(array() as array<string>) as tokens", "cast(array() as array<double>) as rarity")


def match_on_spark(rows: Iterable[MatchRow], *, progress: Progress | None = None) -> Matched:
    """What ``match_register`` finds of the same rows. By reckoning, the driver holds some 30 bytes of each row and 200 of
    each pair above the floor (0.6 for a row in generated registers); everything else is on the workers.

    Args:
        rows: read once, by the driver.
        progress: called with steps done and steps in all.

    Raises:
        NoEngine: Spark cannot be started as it is set up.
    """
    say = progress or (lambda done, total: None)
    with session() as (spark, folder):
        numbers = Numbers()
        list_of, row_of = do.write_arrived(
            rows, numbers, folder.own, lambda file: folder.take(file, "arrived")
        )
        lists = list(numbers.lists)
        if not len(list_of):
            return Matched(lists, list_of, row_of, np.zeros(0, np.int32), np.zeros(0, np.float32), [], 0)
        _partitions(spark, len(list_of))
        say(1, STEPS)
        common = _common(spark, folder, numbers, len(list_of))
        _with_rarity(spark, folder, common)
        say(2, STEPS)
        found = _weigh(spark, folder, common)
        say(3, STEPS)
        person, surest, review = _settled(spark, folder, common, lambda: say(4, STEPS))
        say(5, STEPS)
        return Matched(lists, list_of, row_of, person, surest, review, found)


def _partitions(spark: SparkSession, rows: int) -> None:
    """A step's parts so small that a worker holds one at ease, and enough for all of them."""
    name = "spark.sql.shuffle.partitions"
    if not spark.sparkContext.getConf().contains(name):
        parts = max(2 * spark.sparkContext.defaultParallelism, rows // ROWS_OF_PARTITION)
        spark.conf.set(name, str(parts))


def _common(spark: SparkSession, folder: Folder, numbers: Numbers, rows: int) -> do.Common:
    arrived = spark.read.parquet(folder / "arrived")
    lists, states = list(numbers.lists), list(numbers.states)
    counted = np.zeros((len(lists), len(states)), np.int64)
    for line in arrived.groupBy("list", "state").count().collect():
        counted[line["list"], line["state"]] = line["count"]
    born = arrived.where("first > 0").groupBy("exact", "first", "last").count().toArrow()
    exact, first, last, many = (born[name].to_numpy() for name in ("exact", "first", "last", "count"))
    return do.Common(
        lists=lists,
        states=states,
        people=counted.max(axis=0),
        longest=int(counted.sum(axis=1).max()),
        births_and_states=Commonness.counted(counted.sum(axis=0), exact, first, last, many),
        rows=rows,
    )


def _with_rarity(spark: SparkSession, folder: Folder, common: do.Common) -> None:
    """Writes `rows`: with the parts of their names, and how telling each is (as `columns.columns_of` counts it)."""
    arrived = spark.read.parquet(folder / "arrived")
    arrived.mapInArrow(do.named, do.NAMED).write.parquet(folder / "named")
    named = spark.read.parquet(folder / "named")
    once = named.select("list", "state", F.explode(F.array_distinct("tokens")).alias("part"))
    counted = once.groupBy("list", "state", "part").agg(F.count(F.lit(1)).alias("rows"))
    among = counted.groupBy("state", "part").agg(F.max("rows").alias("among"))
    in_list = counted.groupBy("list", "part").agg(F.sum("rows").alias("rows"))
    everywhere = in_list.groupBy("part").agg(F.max("rows").alias("everywhere"))
    rarities = partial(do.rarities, common.people, common.longest)
    rarity = among.join(everywhere, "part").mapInArrow(rarities, do.RARITY)
    parts = named.select("place", "state", F.posexplode("tokens").alias("at", "part"))
    in_order = F.sort_array(F.collect_list(F.struct("at", "rarity"))).getField("rarity")
    of_rows = parts.join(rarity, ["state", "part"]).groupBy("place").agg(in_order.alias("rarity"))
    none = F.array().cast("array<double>")
    rows = named.join(of_rows, "place", "left").withColumn("rarity", F.coalesce("rarity", none))
    rows.write.parquet(folder / "rows")


def _pairs(keys: DataFrame) -> DataFrame:
    """Pairs (l, r) of rows by their places that share a key which is not too common, as `blocking.candidates`."""
    many = F.count(F.lit(1)).over(Window.partitionBy("key"))
    # The common keys go first: a list of the rows of one of them would fit into no memory.
    counted = keys.withColumn("many", many)
    telling = counted.where(F.col("many").between(2, WIDEST))
    groups = telling.groupBy("key").agg(F.collect_list("place").alias("places"))
    lower = groups.select(F.explode("places").alias("l"), "places")
    higher = F.filter("places", lambda place: place > F.col("l"))
    pairs = lower.select("l", F.explode(higher).alias("r"))
    chained = counted.where((F.col("many") > WIDEST) & (F.col("key").bitwiseAND(int(CHAIN)) == 1))
    before = F.lag("place").over(Window.partitionBy("key").orderBy("place"))
    links = chained.select(before.alias("l"), F.col("place").alias("r")).where("l IS NOT NULL")
    return pairs.union(links).distinct()


def _weigh(spark: SparkSession, folder: Folder, common: do.Common) -> int:
    """Writes `kept`, pairs above the floor with their weights. How many pairs were weighed (some of
    them twice, where a worker failed)."""
    rows = spark.read.parquet(folder / "rows")
    known = spark.sparkContext.broadcast(common.sent())
    seen = spark.sparkContext.accumulator(0)
    keys = rows.mapInArrow(partial(do.keyed, known), do.KEYED)
    one, other = (
        rows.select(F.col("place").alias(side), F.struct("*").alias(name))
        for side, name in (("l", "one"), ("r", "other"))
    )
    both = _pairs(keys).join(one, "l").join(other, "r")
    both.mapInArrow(partial(do.weighed, known, seen, floor_of(common.rows)), do.WEIGHED).write.parquet(
        folder / "kept"
    )
    known.destroy()
    return int(seen.value)


def _settled(
    spark: SparkSession, folder: Folder, common: do.Common, say: Callable[[], None]
) -> tuple[Ints, Floats, list[Pair]]:
    """(person of each row of the register, its surest link, pairs to look at), by the rows that stand in a pair."""
    kept = spark.read.parquet(folder / "kept")
    places = kept.select(F.col("l").alias("place")).union(kept.select("r")).distinct()
    rows = spark.read.parquet(folder / "rows").drop("tokens", "rarity").selectExpr("*", *_NO_NAMES)
    rows.join(places, "place", "left_semi").write.parquet(folder / "linked")
    linked = folder.table("linked").sort_by("place")
    columns, place = do.columns_of(linked, common), linked["place"].to_numpy()
    pairs = folder.table("kept").sort_by([("l", "ascending"), ("r", "ascending")])
    left, right = (np.searchsorted(place, pairs[side].to_numpy()).astype(np.int32) for side in ("l", "r"))
    weights = np.column_stack([pairs[field].to_numpy() for field in FIELDS])
    del linked, pairs
    total = weights.sum(1).astype(np.float64)
    probability = probabilities(columns, left, right, total, rows=common.rows)
    say()
    person, surest, review = settled(columns, left, right, weights, probability)
    everybody, sure = np.arange(common.rows, dtype=np.int32), np.ones(common.rows, np.float32)
    _numbers, firsts = np.unique(person, return_index=True)
    everybody[place], sure[place] = place[firsts[person]], surest  # the first row of each person
    review = [
        Pair(int(place[pair.left]), int(place[pair.right]), pair.probability, pair.weights) for pair in review
    ]
    return _counted(everybody), sure, review


def _counted(first_rows: Ints) -> Ints:
    """Numbers of people from 0 on, in the order of their first rows."""
    begins = first_rows == np.arange(len(first_rows), dtype=np.int32)
    return np.asarray((np.cumsum(begins, dtype=np.int32) - 1)[first_rows])
