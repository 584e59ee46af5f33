"""Splink set up with care for such lists: names in any order, years beside whole dates. Imports no Moei.

`python splink_for_lists.py ROWS.csv PAIRS.csv`: rows as `plain_splink.py`, names romanised already. Prints JSON.
"""

from __future__ import annotations

import json
import sys
import time

import duckdb
import splink.internals.comparison_level_library as cll
import splink.internals.comparison_library as cl
from peak import peak_megabytes
from splink import DuckDBAPI, Linker, SettingsCreator, block_on


def main(rows: str, pairs: str) -> None:
    start = time.perf_counter()
    connection = duckdb.connect()
    connection.execute(
        """
        CREATE TABLE register AS SELECT id::INTEGER AS unique_id,
            nullif(least(given, surname) || ' ' || greatest(given, surname), ' ') AS name,
            nullif(least(given, surname), '') AS one, nullif(greatest(given, surname), '') AS other,
            CASE WHEN length(birth) = 10 THEN birth END AS birth,
            TRY_CAST(birth[:4] AS INTEGER) AS year,
            nullif(sex, '') AS sex, nullif(nationality, '') AS nationality, nullif(doc, '') AS doc
        FROM (SELECT id, coalesce(given, '') AS given, coalesce(surname, '') AS surname, coalesce(birth, '') AS birth,
            sex, nationality, doc FROM read_csv(?, all_varchar = true))
        """,
        [rows],
    ).fetchall()
    api = DuckDBAPI(connection)
    born = cl.CustomComparison(
        output_column_name="born",
        comparison_levels=[
            cll.CustomLevel("year_l IS NULL OR year_r IS NULL", "nothing stated").configure(
                is_null_level=True
            ),
            cll.CustomLevel("birth_l = birth_r", "one date"),
            cll.CustomLevel(
                "birth_l IS NOT NULL AND birth_r IS NOT NULL AND year_l = year_r", "one year, two dates"
            ),
            cll.CustomLevel("year_l = year_r", "one year"),
            cll.CustomLevel("abs(year_l - year_r) = 1", "a year apart"),
            cll.ElseLevel(),
        ],
    )
    settings = SettingsCreator(
        link_type="dedupe_only",
        comparisons=[
            cl.JaroWinklerAtThresholds("name", [0.96, 0.9, 0.82]).configure(term_frequency_adjustments=True),
            born,
            cl.ExactMatch("sex"),
            cl.ExactMatch("nationality").configure(term_frequency_adjustments=True),
            cl.LevenshteinAtThresholds("doc", [1]),
        ],
        blocking_rules_to_generate_predictions=[
            block_on("doc"),
            block_on("name"),
            block_on("birth"),
            block_on("nationality", "year"),
            block_on("nationality", "one"),
            block_on("nationality", "other"),
        ],
        retain_matching_columns=False,
    )
    linker = Linker(api.register("register"), settings, log_level="ERROR")
    certain = [block_on("doc"), block_on("name", "birth")]
    linker.training.estimate_probability_two_random_records_match(certain, recall=0.6)
    linker.training.estimate_u_using_random_sampling(max_pairs=1e6, seed=1)
    for rule in (block_on("name"), block_on("birth", "sex")):
        linker.training.estimate_parameters_using_expectation_maximisation(rule, max_pairs=1e6)
    found = linker.inference.predict(threshold_match_probability=1e-3)
    connection.execute(
        f"COPY (SELECT unique_id_l, unique_id_r, match_probability FROM {found.physical_name}) "
        f"TO '{pairs}' (HEADER false)"
    ).fetchall()
    print(json.dumps({"seconds": round(time.perf_counter() - start, 1), "megabytes": peak_megabytes()}))


if __name__ == "__main__":
    main(*sys.argv[1:])
