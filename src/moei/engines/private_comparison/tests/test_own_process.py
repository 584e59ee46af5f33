"""What came from outside is computed with in a process of its own, that holds little and is told little."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from moei.engines.private_comparison import points, worker
from moei.engines.private_comparison.refusal import Refused

ITEMS = [f"{number:064x}" for number in range(3)]


def test_the_library_is_not_loaded_where_lists_are_read(two, ours):
    code = (
        "import sys; from typer.testing import CliRunner; from moei.engines.cli_compare import app; "
        f"ran = CliRunner().invoke(app, ['ask', {str(ours)!r}, '--agreement', {str(two / 'agreement.toml')!r}, "
        f"'--key', {str(two / 'kanya.key')!r}, '--out', {str(two / 'question')!r}]); "
        "assert ran.exit_code == 0, ran.output; assert 'private_set_intersection' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_it_is_not_told_where_keys_are(monkeypatch):
    seen = {}

    def run(command, **more):
        seen.update(more, command=command)
        raise subprocess.CalledProcessError(1, command)

    monkeypatch.setenv("MOEI_KEY_FILE", "/keys")
    monkeypatch.setattr(subprocess, "run", run)
    with pytest.raises(Refused, match="could not be worked on"):
        points.question_of(ITEMS)
    assert set(seen["env"]) <= {"PATH", "PYTHONPATH", "LANG"}
    assert seen["command"] == [sys.executable, "-P", "-m", "moei.engines.private_comparison.worker"]
    assert seen["timeout"] == worker.PATIENCE


def test_its_memory_and_time_are_limited():
    code = (
        "import resource, json, sys, io; from moei.engines.private_comparison import worker; "
        'sys.stdin = io.TextIOWrapper(io.BytesIO(b\'{"do": "ask", "items": ["a"]}\')); worker.main(); '
        "print(json.dumps([resource.getrlimit(r)[0] for r in (resource.RLIMIT_AS, resource.RLIMIT_CPU, "
        "resource.RLIMIT_CORE, resource.RLIMIT_FSIZE)]), file=sys.stderr)"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True)
    assert json.loads(ran.stderr) == [worker.MEMORY, worker.SECONDS, 0, 0]
    assert set(json.loads(ran.stdout)) == {"secret", "points"}


def test_a_process_that_takes_too_long_is_said(monkeypatch):
    monkeypatch.setattr(worker, "PATIENCE", 0.001)
    with pytest.raises(Refused, match="took more than"):
        points.question_of(ITEMS)


def test_each_question_has_a_secret_of_its_own():
    assert points.question_of(ITEMS)[0] != points.question_of(ITEMS)[0]
