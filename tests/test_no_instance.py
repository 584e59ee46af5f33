"""A command that is started in the wrong place says so in words, and makes nothing there."""

import os
import subprocess
import sys

import pytest


@pytest.mark.parametrize(
    "command",
    ["journal verify", "journal sign", "journal key", "retention run", "cases refold", "check"],
)
def test_a_command_without_an_instance_says_so(command, tmp_path):
    place = tmp_path / "data"
    environment = {
        **os.environ,
        "MOEI_DATA_DIR": str(place),
        "MOEI_KEY_FILE": str(tmp_path / "keys" / "moei.key"),
    }
    for name in ("MOEI_DATABASE_URL", "DJANGO_SETTINGS_MODULE"):
        environment.pop(name, None)
    done = subprocess.run(
        [sys.executable, "-m", "moei.cli", *command.split()], env=environment, capture_output=True, text=True
    )
    assert done.returncode == 2, done.stderr
    assert f"There is no instance of Moei in {place}" in done.stderr
    assert "Traceback" not in done.stderr
    assert not place.exists()
