"""Splink as its example of FEBRL's files has it, without what a list of people does not state. Imports no Moei.

`python plain_splink_two_files.py ROWS.csv PAIRS.csv`: rows are `id,list,person,given,surname,birth,suburb,state`.
"""

from __future__ import annotations

import json
import sys
import time

import duckdb
import splink.internals.comparison_library as cl
from peak import peak_megabytes
from splink import DuckDBAPI, Linker, SettingsCreator, block_on

COLUMNS = ("given", "surname", "birth", "suburb", "state")


def main(rows: str, pairs: str) -> None:
    start = time.perf_counter()
    connection = duckdb.connect()
    chosen = ", ".join(f"nullif({name}, '') AS {name}" for name in COLUMNS)
    for number in (0, 1):
        connection.execute(
            f"CREATE TABLE list_{number} AS SELECT id::INTEGER AS unique_id, {chosen} "
            f"FROM read_csv(?, all_varchar = true) WHERE list = '{number}'",
            [rows],
        ).fetchall()
    api = DuckDBAPI(connection)
    settings = SettingsCreator(
        link_type="link_only",
        comparisons=[
            cl.NameComparison("given"),
            cl.NameComparison("surname"),
            cl.DateOfBirthComparison(
                "birth", input_is_string=True, datetime_format="%Y%m%d", invalid_dates_as_null=True
            ),
            cl.JaroWinklerAtThresholds("suburb", [0.92, 0.8]).configure(term_frequency_adjustments=True),
            cl.ExactMatch("state").configure(term_frequency_adjustments=True),
        ],
        blocking_rules_to_generate_predictions=[
            block_on("given", "surname"),
            block_on("birth"),
            block_on("suburb"),
            block_on("given", "state"),
            block_on("surname", "state"),
        ],
        retain_matching_columns=False,
    )
    tables = [api.register(f"list_{number}") for number in (0, 1)]
    linker = Linker(tables, settings, log_level="ERROR")
    certain = [block_on("given", "surname", "birth"), block_on("surname", "birth", "suburb")]
    linker.training.estimate_probability_two_random_records_match(certain, recall=0.8)
    linker.training.estimate_u_using_random_sampling(max_pairs=1e6, seed=1)
    for rule in (block_on("birth"), block_on("suburb")):
        linker.training.estimate_parameters_using_expectation_maximisation(rule, max_pairs=1e6)
    found = linker.inference.predict(threshold_match_probability=1e-6)
    connection.execute(
        f"COPY (SELECT unique_id_l, unique_id_r, match_probability FROM {found.physical_name}) "
        f"TO '{pairs}' (HEADER false)"
    ).fetchall()
    print(
        json.dumps(
            {
                "seconds": round(time.perf_counter() - start, 1),
                "megabytes": peak_megabytes(),
            }
        )
    )


if __name__ == "__main__":
    main(*sys.argv[1:])
