"""The main job, as a newcomer gives it: lists in, a bulletin out. Alone in its file: it has a worker to itself."""

import json
import subprocess
import sys

import pytest
from pypdf import PdfReader

pytestmark = pytest.mark.slow(seconds=200)


def test_the_main_job_from_the_command_line(tmp_path):
    """`moei demo --no-serve --json` on the shipped lists, in an instance of its own."""
    done = subprocess.run(
        [sys.executable, "-m", "moei.cli", "demo", "--no-serve", "--json"],
        env={"PATH": "/usr/bin:/bin", "HOME": str(tmp_path), "MOEI_DATA_DIR": str(tmp_path / "data")},
        capture_output=True,
        text=True,
        timeout=900,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    assert "invented" in done.stderr
    figures = json.loads(done.stdout.splitlines()[-1])
    assert (figures["release"], figures["rows_read"], figures["people"]) == ("2025-02-12", 841, 260)
    assert figures["match"]["precision"] >= 0.97
    assert figures["match"]["recall"] >= 0.75
    assert abs(figures["listed_not_arrived"] - 3) <= 3
    assert abs(figures["arrived_not_listed"] - 8) <= 3
    assert figures["clocks"]["missed"] < figures["clocks"]["met"]
    # The first week, as the README tells it; the play that goes on after it moves none of these.
    assert figures["interviewed"] == 214
    assert figures["determinations"] == {
        "victim_consents": 182,
        "victim_declines": 17,
        "unclear_temporary_protection": 4,
        "not_victim_to_immigration": 4,
    }
    assert figures["clocks"] == {"met": 446, "missed": 28, "running": 44}
    # What came of the people: in the real release 258 of 260 were identified.
    assert 240 <= figures["identified"] <= 258
    assert figures["returned"] > 100
    assert figures["returned"] + figures["waiting"] == figures["people"]
    text = "".join(page.extract_text() for page in PdfReader(figures["bulletin"]).pages)
    assert "invented" in text
    assert "260" in text
