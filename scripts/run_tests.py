"""`make test`: the linters, then every test once on the database that shows most, and what depends on it on each.

- Plain SQLite: browsers, attacks, the demo, engines.
- SQLCipher, as on a laptop: what keeps the file safe, races, and whatever needs no database.
- PostgreSQL, the strictest: every test of what keeps case files, and nonsense sent to it.

Faults that depend on how a database writes are played on each: all rounds on the first, two on the others.
`--everywhere` leaves nothing out on any of the three, which takes an hour; `--only` runs all, or the paths that are
given, on one of them.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import pwd
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
from tests.template import template_database  # noqa: E402

BIN = Path(sys.executable).parent

LINT = (
    ("ruff", "check", "."),
    ("ruff", "format", "--check", "."),
    ("lint-imports",),
    ("mypy",),
)
# The parts of the program that keep what people said.
KEEPING = (
    "access",
    "casefile",
    "desks",
    "journal",
    "leaving",
    "overview",
    "retention",
    "safekeeping",
    "signin",
    "web",
)
CASE_FILES = tuple(f"src/moei/{part}" for part in KEEPING)
# What a database takes for nonsense, and how it says so, differs: SQLite takes nearly everything.
NONSENSE = tuple(
    f"tests/attacks/test_{name}.py"
    for name in (
        "nonsense_in_every_form",
        "nonsense_to_every_operation",
        "orders_to_the_database",
        "fields_that_no_form_has",
    )
)
# What a database does when it is cut off, raced for or damaged: on plain SQLite too.
FAULTS = tuple(
    f"tests/faults/test_{name}.py"
    for name in (
        "the_power_fails",
        "two_servers_on_one_database",
        "race_for_the_last_signature",
        "the_backup_is_killed",
        "the_database_is_damaged",
    )
)
# On plain SQLite and on PostgreSQL: two at one moment are kept apart by what each database has for it.
TWICE = ("tests/attacks/test_guesses_at_the_same_moment.py", "tests/test_demo.py")
ELSEWHERE = tuple(f"--ignore={path}" for path in CASE_FILES + NONSENSE)
FEW_ROUNDS = {"MOEI_FAULT_ROUNDS": os.environ.get("MOEI_FAULT_ROUNDS", "2")}
# See conftest.py: of the paths given, what depends on the file, and what depends on no database.
FILE_ALONE = {"MOEI_TEST_PART": "file"}
# One more than there are cores: browsers and servers under test are waited for. In the order that conftest.py gives, not
# files of many tests first: those of few tests are the long ones, and the last of them would run alone.
WORKERS = (
    *("-n", str(min(4, (os.cpu_count() or 1) + 1))),
    *("--dist", "loadscope", "--no-loadscope-reorder", "--durations=15"),
)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only-lint", action="store_true")
    parser.add_argument("--only", choices=("sqlite", "sqlcipher", "postgresql"))
    parser.add_argument("--everywhere", action="store_true")
    parser.add_argument("rest", nargs="*", help="passed on to pytest")
    options = parser.parse_args()
    failed: list[str] = []
    if not options.only:
        failed += [" ".join(command) for command in LINT if run(command)]
    if options.only_lint:
        return report(failed)
    rest = tuple(options.rest)
    with contextlib.ExitStack() as stack:
        everything = bool(rest) or options.everywhere or bool(options.only)
        for name, selected, place in (
            ("SQLite", rest if everything else ELSEWHERE, {}),
            (
                "SQLCipher",
                rest if everything else CASE_FILES + FAULTS,
                {"MOEI_ENCRYPTED": "1", **FEW_ROUNDS, **({} if everything else FILE_ALONE)},
            ),
            (
                "PostgreSQL",
                ("-m", "not browser", *(rest if everything else CASE_FILES + NONSENSE + TWICE + FAULTS)),
                {**FEW_ROUNDS},
            ),
        ):
            if options.only not in (None, name.lower()):
                continue
            if name == "PostgreSQL":
                url = stack.enter_context(postgresql())
                place |= {"MOEI_DATABASE_URL": url, "MOEI_TEST_TEMPLATE": template_database(url)}
            if run(("pytest", *WORKERS, *selected), **place):
                failed.append(f"pytest on {name}")
    return report(failed)


def report(failed: list[str]) -> int:
    print("All passed." if not failed else "Failed: " + ", ".join(failed), flush=True)
    return 1 if failed else 0


def run(command: tuple[str, ...], **environment: str) -> int:
    print(f"\n== {' '.join(command)}", flush=True)
    started = time.monotonic()
    code = subprocess.run(
        [str(BIN / command[0]), *command[1:]], cwd=ROOT, env={**os.environ, **environment}
    ).returncode
    print(f"   {time.monotonic() - started:.0f} s", flush=True)
    return code


@contextlib.contextmanager
def postgresql(*, durable: bool = False) -> Iterator[str]:
    """A cluster of its own in a temporary directory, gone afterwards. `durable`: it guards against power cuts, as a
    true one does; without, it is quicker."""
    binaries = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if not binaries:
        sys.exit("PostgreSQL's initdb was not found below /usr/lib/postgresql: apt-get install postgresql")
    bin_dir = binaries[-1].parent
    home = Path(tempfile.mkdtemp(prefix="moei-pg-", dir="/tmp"))
    # PostgreSQL refuses to run as root.
    owner = "postgres" if os.geteuid() == 0 else pwd.getpwuid(os.geteuid()).pw_name
    prefix = ["runuser", "-u", owner, "--"] if os.geteuid() == 0 else []
    if prefix:
        shutil.chown(home, owner)
    with socket.socket() as probe:
        probe.bind(("localhost", 0))
        port = probe.getsockname()[1]
    data = home / "data"
    quiet = {"stdout": subprocess.DEVNULL, "cwd": home}
    subprocess.run(
        [
            *prefix,
            bin_dir / "initdb",
            "-D",
            data,
            "-U",
            "moei",
            "-A",
            "trust",
            "-E",
            "UTF8",
            "--locale=C.UTF-8",
        ],
        check=True,
        **quiet,
    )
    options = f"-p {port} -c listen_addresses=localhost -k {home} -c max_connections=60"
    if not durable:
        options += "".join(f" -c {name}=off" for name in ("fsync", "synchronous_commit", "full_page_writes"))
    control = [*prefix, bin_dir / "pg_ctl", "-D", data, "-w"]
    subprocess.run([*control, "-o", options, "-l", home / "log", "start"], check=True, **quiet)
    try:
        yield f"postgresql://moei@localhost:{port}/postgres"
    finally:
        subprocess.run([*control, "-m", "immediate", "stop"], check=False, **quiet)
        shutil.rmtree(home, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
