"""The engine for Spark beside the one for one machine, on the same rows, each in a process of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

from benchmarks.matching.ours import rows_of
from benchmarks.matching.register import write
from moei.engines.matching.register import match_register


def on_spark() -> str:
    """Two processes, one after the other; `BENCH_REGISTER` rows (the first, if several)."""
    count = int(os.environ.get("BENCH_REGISTER", "100000").split(",")[0])
    with tempfile.TemporaryDirectory(prefix="moei-bench-") as scratch:
        rows = Path(scratch) / "rows.csv"
        write(rows, count)
        duckdb, spark = (measured(engine, rows) for engine in ("duckdb", "spark"))
        same = (np.load(f"{rows}.duckdb.npy") == np.load(f"{rows}.spark.npy")).all()
    return (
        "## A register on Spark\n\n"
        f"{count:,} rows as above, on `local[2]`, Spark's own starting included: {spark['seconds']:.0f} s, where "
        f"`--engine duckdb` takes {duckdb['seconds']:.0f} s; "
        f"{'the same' if same else '**other**'} {duckdb['people']:,} people.\n\n"
    )


def measured(engine: str, rows: Path) -> dict[str, float]:
    """Seconds and people, by `python -m benchmarks.matching.on_spark ENGINE ROWS.csv`."""
    command = [sys.executable, "-m", "benchmarks.matching.on_spark", engine, str(rows)]
    environment = {**os.environ, "SPARK_MASTER": "local[2]"}
    finished = subprocess.run(command, env=environment, stdout=subprocess.PIPE, check=True, text=True)
    return dict(json.loads(finished.stdout.strip().splitlines()[-1]))


def main(engine: str, rows: str) -> None:
    if engine == "spark":
        from moei.engines.matching.register.spark import match_on_spark as work
    else:
        work = match_register
    start = time.perf_counter()
    person = work(rows_of(rows)).person
    np.save(f"{rows}.{engine}.npy", person)
    print(json.dumps({"seconds": round(time.perf_counter() - start, 1), "people": int(person.max()) + 1}))


if __name__ == "__main__":
    main(*sys.argv[1:])
