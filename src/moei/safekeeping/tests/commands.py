"""Running `moei` as a person would: a process of its own, an instance of its own."""

import os
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from unittest import mock

from typer.testing import CliRunner

import moei
from moei.cli import app
from moei.crypto import Keyring
from moei.safekeeping.sqlcipher.keyed import opened

# The program that is tested is the one these tests lie in, also where another is installed.
SOURCES = str(Path(moei.__file__).parents[1])
INIT = (
    *("init", "--agency", "Test authority", "--second-agency", "Oversight"),
    *("--site", "Test crossing", "--release", "2026-01-01"),
)


@dataclass
class Instance:
    """An instance below a temporary folder: the data in one directory, the key file in another."""

    root: Path
    more: dict[str, str] = field(default_factory=dict)

    @property
    def data(self) -> Path:
        return self.root / "data"

    @property
    def database(self) -> Path:
        return self.data / "moei.sqlite3"

    @property
    def key_file(self) -> Path:
        return self.root / "keys" / "moei.key"

    def environment(self, **more: str) -> dict[str, str]:
        return {
            **{name: value for name, value in os.environ.items() if not name.startswith("MOEI_")},
            "DJANGO_SETTINGS_MODULE": "moei.web.settings",
            "MOEI_DATA_DIR": str(self.data),
            "MOEI_KEY_FILE": str(self.key_file),
            "PYTHONPATH": os.pathsep.join((SOURCES, os.environ.get("PYTHONPATH", ""))),
            "COLUMNS": "500",
            **self.more,
            **more,
        }

    def moei(self, *arguments: object, **more: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "moei.cli", *map(str, arguments)],
            env=self.environment(**more),
            capture_output=True,
            stdin=subprocess.DEVNULL,
            text=True,
            timeout=180,
        )

    def here(self, *arguments: object) -> tuple[int, str]:
        """Exit code and words of a command that needs no Django, without a process of its own; blanks made equal."""
        with mock.patch.dict(os.environ, self.environment(), clear=True):
            finished = CliRunner().invoke(app, list(map(str, arguments)))
        return finished.exit_code, " ".join(finished.output.split())

    def rows(self, query: str) -> list[tuple[object, ...]]:
        """Read past the program, with the key of the key file."""
        with opened(self.database, Keyring.load(self.key_file).database) as connection:
            return list(connection.execute(query))

    def done(self, *arguments: object, **more: str) -> str:
        """What a command says that must succeed."""
        finished = self.moei(*arguments, **more)
        assert finished.returncode == 0, finished.stderr[-3000:]
        return finished.stdout + finished.stderr

    def refused(self, *arguments: object, **more: str) -> str:
        """What a command says that must refuse, with exit 2 and in words."""
        finished = self.moei(*arguments, **more)
        assert finished.returncode == 2, (finished.returncode, finished.stdout, finished.stderr[-3000:])
        assert "Traceback" not in finished.stderr
        return finished.stderr
