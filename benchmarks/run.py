"""`make bench`: load the large release on each database, click through the pages, back it up, write docs/benchmarks.md.

Every figure of the page comes from this command. Each database gets a data directory of its own and a real server.
`--only release network` measures those parts anew and leaves the others as they were, each with its day; `--only
matching` is all of matching beside its peers.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import re
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console
from scripts.run_tests import postgresql

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "benchmarks.md"
STATEMENTS = 5_000
HEAD = f"""# Benchmarks

Written by `make bench`, {platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}. Machines are
shared and noisy: compare columns of one part.

"""
console = Console(stderr=True)


def main() -> None:
    parts = {
        "release": release,
        "network": network,
        "bridge": bridge,
        "matching_names": matching_names,
        "matching_febrl": matching_febrl,
        "matching_lists": matching_lists,
        "matching_register": matching_register,
        "matching_spark": matching_spark,
        "journal": journal,
        "power": power_cuts,
    }
    parser = argparse.ArgumentParser(description=__doc__)
    named_only = ("matching_spark",)  # it needs Java: `scripts/setup.sh spark`
    usual = [part for part in parts if part not in named_only]
    whole = [part for part in usual if part.startswith("matching_")]
    parser.add_argument("--only", nargs="*", choices=[*parts, "matching"], default=usual)
    chosen = parser.parse_args().only
    if "matching" in chosen:
        chosen = [*chosen, *whole]
    written = dict(re.findall(r"<!-- (\w+) -->\n(.*?)(?=<!-- |\Z)", PAGE.read_text(), re.DOTALL))
    for name in parts:
        if name in chosen:
            day = f"*Measured on {datetime.now(UTC):%Y-%m-%d}.*"
            written[name] = parts[name]().replace("\n\n", f"\n\n{day}\n\n", 1)
            PAGE.write_text(HEAD + "".join(f"<!-- {part} -->\n{written.get(part, '')}" for part in parts))
    console.print(f"Written to {PAGE.relative_to(ROOT)}")
    sys.stdout.write(PAGE.read_text())


def release() -> str:
    seconds = int(os.environ.get("BENCH_SECONDS", "40"))
    large = ("benchmarks.large_release", seconds)
    results = {"SQLite": measure({}, *large), "SQLCipher": measure({"MOEI_ENCRYPTED": "1"}, *large)}
    with postgresql(durable=True) as url:
        results["PostgreSQL"] = measure({"MOEI_DATABASE_URL": url}, *large)
    return as_page(results, seconds)


def journal() -> str:
    entries = ("benchmarks.journal", int(os.environ.get("BENCH_ENTRIES", "1000000")))
    results = {"SQLite": measure({}, *entries)}
    with postgresql(durable=True) as url:
        results["PostgreSQL"] = measure({"MOEI_DATABASE_URL": url}, *entries)
    return journal_page(results)


def network() -> str:
    results = {"SQLite": measure({}, "benchmarks.network", STATEMENTS)}
    with postgresql(durable=True) as url:
        results["PostgreSQL"] = measure({"MOEI_DATABASE_URL": url}, "benchmarks.network", STATEMENTS)
    names = list(results)
    lines = [
        "## The network",
        "",
        f"Around the entity that half of {STATEMENTS:,} statements of 8 facts mention, asked for by one investigator "
        "after another, in the process that answers, once PostgreSQL has analysed its tables. Milliseconds.",
        "",
        "| | " + " | ".join(f"{name} p50 | {name} p95" for name in names) + " |",
        "|---|" + "---:|---:|" * len(names),
        *(
            f"| {label} | "
            + " | ".join(f"{results[n][f'{key}_p50']} | {results[n][f'{key}_p95']}" for n in names)
            + " |"
            for key, label in (
                ("page", "**page of the entity** (target 500)"),
                ("drawing", "what is drawn"),
                ("list", "what several people mention"),
                ("statements_page", "statements"),
            )
        ),
    ]
    return "\n".join(lines) + "\n\n"


def bridge() -> str:
    from benchmarks.bridge import as_page

    people = ("benchmarks.bridge", int(os.environ.get("BENCH_PEOPLE", "1000000")))
    # Both are filled at once, and asked one after the other once both are full.
    with (
        tempfile.TemporaryDirectory(prefix="moei-bench-turns-") as turns,
        postgresql(durable=True) as url,
        ThreadPoolExecutor() as both,
    ):
        chosen = {"SQLite": {}, "PostgreSQL": {"MOEI_DATABASE_URL": url}}
        begun = {
            name: both.submit(
                measure, {**environment, "BENCH_TURNS": turns, "BENCH_OF": str(len(chosen))}, *people
            )
            for name, environment in chosen.items()
        }
        return as_page({name: one.result() for name, one in begun.items()})


def matching_names() -> str:
    from benchmarks.matching.names import names

    return names()


def matching_febrl() -> str:
    from benchmarks.matching.febrl import febrl

    return febrl()


def matching_lists() -> str:
    from benchmarks.matching.lists import lists

    return lists()


def matching_register() -> str:
    from benchmarks.matching.compare import registers

    return registers()


def matching_spark() -> str:
    from benchmarks.matching.on_spark import on_spark

    return on_spark()


def measure(environment: dict[str, str], module: str, size: int) -> dict[str, object]:
    """One database: a process of its own, because Django is set up once per process."""
    with tempfile.TemporaryDirectory(prefix="moei-bench-") as scratch:
        command = [sys.executable, "-m", module, scratch, str(size)]
        finished = subprocess.run(
            command,
            cwd=ROOT,
            env={
                **os.environ,
                **environment,
                "MOEI_DATA_DIR": f"{scratch}/data",
                "MOEI_KEY_FILE": f"{scratch}/moei.key",
            },
            stdout=subprocess.PIPE,
            check=True,
            text=True,
        )
    return json.loads(finished.stdout.strip().splitlines()[-1])


def power_cuts(rounds: int = 100) -> str:
    """Plays power cuts; a loss, a half-done change, a broken journal or backup ends the benchmark with an error."""
    fails = ("tests/faults/test_the_power_fails.py", "tests/faults/test_the_backup_is_killed.py")
    command = [sys.executable, "-m", "pytest", "-q", *fails]
    subprocess.run(command, cwd=ROOT, env={**os.environ, "MOEI_FAULT_ROUNDS": str(rounds)}, check=True)
    return (
        "## Power cuts\n\n"
        f"`kill -9` on every process of the server, {rounds} times, while lists were taken in, people registered and "
        "panels signed: nothing stood half, nothing that a client was told of was lost, and the journal verified.\n\n"
        f"`kill -9` on `moei backup`, {rounds} times at any moment of its writing: no half backup had a backup's name, "
        "each one that had its name was whole, and so was the next, which took away what the killed one had left. The "
        "first was restored in full.\n"
    )


def as_page(results: dict[str, dict], seconds: int) -> str:
    names = list(results)
    first = results[names[0]]
    lines = [
        "## The large release",
        "",
        f"Six lists, {first['rows']:,} rows about 7,158 invented people, read, loaded and resolved to "
        "one case file each.",
        "",
        "| | " + " | ".join(names) + " |",
        "|---|" + "---:|" * len(names),
    ]
    for key, label in (
        ("read_seconds", "reading and staging the lists, s"),
        ("load_seconds", "writing source records, s"),
        ("resolve_seconds", "matching, case files, events, journal, s"),
        ("import_seconds", "**whole import, s** (target 90)"),
        ("people", "people"),
        ("precision", "precision of automatic links over pairs of rows"),
        ("recall", "recall"),
    ):
        lines.append(f"| {label} | " + " | ".join(f"{results[name][key]:,}" for name in names) + " |")
    lines += [
        "",
        "## Pages under load",
        "",
        f"16 people click once every 2 s for {seconds} s (open loop: time counts from the moment of the planned click, "
        "so waiting in a queue counts), after eight visits to each page. Server: granian, 2 workers, on the same 2 cores "
        "as the clients. Milliseconds.",
        "",
        "| page, as whom | " + " | ".join(f"{name} p50 | {name} p95" for name in names) + " |",
        "|---|" + "---:|---:|" * len(names),
    ]
    for page in first["pages"]:
        cells = " | ".join(
            f"{results[n]['pages'][page]['p50']:.0f} | {results[n]['pages'][page]['p95']:.0f}" for n in names
        )
        lines.append(f"| {page} | {cells} |")
    lines += [
        "",
        f"Of SQLite's time, pages on SQLCipher take at most {worst(results, 'p50'):.2f} times at the median and "
        f"{worst(results, 'p95'):.2f} times at p95 (target at most 2).",
        "",
        "## At the desks",
        "",
        f"With {first['people']:,} case files: a mission is asked about 500 people in one batch, people agree and take "
        "seats and beds one after the other, the statistics of a date are counted and protected.",
        "",
        "| | " + " | ".join(names) + " |",
        "|---|" + "---:|" * len(names),
        *(
            f"| {label} | " + " | ".join(f"{results[name]['desks'][key]:,}" for name in names) + " |"
            for key, label in (
                ("batch_seconds", "**500 questions to a mission in one batch, s** (target 5)"),
                ("consent_seconds", "one consent, s"),
                ("seat_seconds", "one seat of 300, s"),
                ("statistics_seconds", "counting the statistics, s"),
                ("bed_seconds", "one bed, in a place that fills, s"),
            )
        ),
        "",
        "## A backup while people are registered",
        "",
        f"`moei backup` of {first['people']:,} case files, the command's starting included, while 8 clients register "
        "people one after the other, 10 ms between two, on the same 2 cores.",
        "",
        "| | " + " | ".join(names) + " |",
        "|---|" + "---:|" * len(names),
    ]
    for key, label in (
        ("backup_seconds", "**backup, s** (target 10)"),
        ("backup_megabytes", "size, MB"),
        ("registered_meanwhile", "people registered meanwhile"),
        ("slowest_registration", "slowest registration, s"),
    ):
        lines.append(f"| {label} | " + " | ".join(f"{results[name][key]:,}" for name in names) + " |")
    return "\n".join(lines) + "\n\n"


def worst(results: dict[str, dict], quantile: str) -> float:
    """The page that encryption slows most: its time on SQLCipher over its time on SQLite."""
    plain, encrypted = results["SQLite"]["pages"], results["SQLCipher"]["pages"]
    return max(encrypted[page][quantile] / plain[page][quantile] for page in plain)


def journal_page(results: dict[str, dict]) -> str:
    names = list(results)
    first = results[names[0]]
    lines = [
        "## The journal",
        "",
        f"`moei journal verify` over {first['entries']:,} entries in one process, and what keeping the journal costs the "
        "people at the desks: each registration and each case page in turn with the journal and with nothing written, in "
        "one run. Medians.",
        "",
        "| | " + " | ".join(names) + " |",
        "|---|" + "---:|" * len(names),
    ]
    for key, label in (
        ("verify_seconds", "**verifying, s** (target 60)"),
        ("verify_memory_tenth", "peak memory after a tenth of them, MB"),
        ("verify_memory", "peak memory after all, MB"),
        ("registration_with", "registration with the journal, ms"),
        ("registration_without", "registration without, ms"),
        ("registration_ratio", "**times as long** (target at most 1.3)"),
        ("case_page_with", "case page with the journal, ms"),
        ("case_page_without", "case page without, ms"),
        ("case_page_ratio", "**times as long** (target at most 1.3)"),
    ):
        lines.append(f"| {label} | " + " | ".join(f"{results[name][key]:,}" for name in names) + " |")
    return "\n".join(lines) + "\n\n"


if __name__ == "__main__":
    main()
