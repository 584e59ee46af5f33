"""Splink as its tutorial has it, on rows that were romanised already. Runs in the peers' environment, imports no Moei.

`python plain_splink.py ROWS.csv PAIRS.csv`: rows are `id,given,surname,birth,sex,nationality,doc`. Prints JSON.
"""

from __future__ import annotations

import json
import sys
import time

import duckdb
import splink.internals.comparison_library as cl
from peak import peak_megabytes
from splink import DuckDBAPI, Linker, SettingsCreator, block_on

COLUMNS = ("given", "surname", "birth", "sex", "nationality", "doc")


def main(rows: str, pairs: str) -> None:
    start = time.perf_counter()
    connection = duckdb.connect()
    chosen = ", ".join(f"nullif({name}, '') AS {name}" for name in COLUMNS)
    connection.execute(
        f"CREATE TABLE register AS SELECT id::INTEGER AS unique_id, {chosen} FROM read_csv(?, all_varchar = true)",
        [rows],
    ).fetchall()
    api = DuckDBAPI(connection)
    settings = SettingsCreator(
        link_type="dedupe_only",
        comparisons=[
            cl.JaroWinklerAtThresholds("given", [0.92, 0.8]).configure(term_frequency_adjustments=True),
            cl.JaroWinklerAtThresholds("surname", [0.92, 0.8]).configure(term_frequency_adjustments=True),
            cl.LevenshteinAtThresholds("birth", [1, 2]),
            cl.ExactMatch("sex"),
            cl.ExactMatch("nationality").configure(term_frequency_adjustments=True),
            cl.LevenshteinAtThresholds("doc", [1]),
        ],
        blocking_rules_to_generate_predictions=[
            block_on("doc"),
            block_on("given", "surname"),
            block_on("surname", "birth"),
            block_on("given", "birth"),
        ],
        retain_matching_columns=False,
    )
    linker = Linker(api.register("register"), settings, log_level="ERROR")
    certain = [block_on("doc"), block_on("given", "surname", "birth")]
    linker.training.estimate_probability_two_random_records_match(certain, recall=0.6)
    linker.training.estimate_u_using_random_sampling(max_pairs=1e6, seed=1)
    for rule in (block_on("given", "surname"), block_on("birth", "sex")):
        linker.training.estimate_parameters_using_expectation_maximisation(rule, max_pairs=1e6)
    found = linker.inference.predict(threshold_match_probability=0.01)
    table = found.physical_name
    connection.execute(
        f"COPY (SELECT unique_id_l, unique_id_r, match_probability FROM {table}) TO '{pairs}' (HEADER false)"
    ).fetchall()
    print(
        json.dumps(
            {
                "seconds": round(time.perf_counter() - start, 1),
                "megabytes": peak_megabytes(),
                "splink": __import__("splink").__version__,
            }
        )
    )


if __name__ == "__main__":
    main(*sys.argv[1:])
