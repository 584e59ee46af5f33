"""`make test`: the linters, then all tests on SQLite, then what touches a database on SQLCipher and on PostgreSQL.

SQLCipher runs what asks a database the most; PostgreSQL is a throwaway one.
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
BIN = Path(sys.executable).parent

LINT = (
    ("ruff", "check", "."),
    ("ruff", "format", "--check", "."),
    ("lint-imports",),
    ("mypy",),
)
# Where a difference between SQLite and SQLCipher could show: everything that reads and writes case files.
ON_SQLCIPHER = tuple(
    f"src/moei/{app}" for app in ("access", "casefile", "desks", "journal", "overview", "safekeeping")
)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only-lint", action="store_true")
    parser.add_argument("--only", choices=("sqlite", "sqlcipher", "postgresql"))
    parser.add_argument("rest", nargs="*", help="passed on to pytest")
    options = parser.parse_args()
    failed: list[str] = []
    if not options.only:
        failed += [" ".join(command) for command in LINT if run(command)]
    if options.only_lint:
        return report(failed)
    workers = ("-n", str(min(4, os.cpu_count() or 1)), "--dist", "loadscope")
    if options.only in (None, "sqlite") and run(("pytest", *workers, *options.rest)):
        failed.append("pytest on SQLite")
    if options.only in (None, "sqlcipher"):
        selected = options.rest or (*ON_SQLCIPHER, "-m", "not browser and not slow")
        if run(("pytest", *workers, *selected), MOEI_ENCRYPTED="1"):
            failed.append("pytest on SQLCipher")
    if options.only in (None, "postgresql"):
        with postgresql() as url:
            if run(("pytest", *workers, "-m", "not browser", *options.rest), MOEI_DATABASE_URL=url):
                failed.append("pytest on PostgreSQL")
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
def postgresql() -> Iterator[str]:
    """A cluster of its own in a temporary directory, gone afterwards."""
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
    options = f"-p {port} -c listen_addresses=localhost -k {home} -c fsync=off -c max_connections=60"
    control = [*prefix, bin_dir / "pg_ctl", "-D", data, "-w"]
    subprocess.run([*control, "-o", options, "-l", home / "log", "start"], check=True, **quiet)
    try:
        yield f"postgresql://moei@localhost:{port}/postgres"
    finally:
        subprocess.run([*control, "-m", "immediate", "stop"], check=False, **quiet)
        shutil.rmtree(home, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
