"""Kanya's organisation asks, Dao's shelter answers. All people and numbers are invented."""

from __future__ import annotations

import csv
import importlib.util
import shutil
from pathlib import Path

import pytest
from click.testing import Result
from typer.testing import CliRunner

from moei.engines.cli_compare import app

# There are no wheels for every machine (pyproject.toml).
collect_ignore_glob = [] if importlib.util.find_spec("private_set_intersection") else ["test_*.py"]

HEAD = "NO,NAME,SEX,DATE OF BIRTH,NATIONALITY,PASSPORT NO,PHONE"
SELAM = "1,SELAM ABEBE,F,1990-03-04,Ethiopia,EP1234567,+251911234567"
BRIAN = "2,BRIAN MULI,M,1994-08-19,Kenya,A50319864,+254712345678"
JOAO = "3,JOAO PEREIRA,M,1971-02-25,Brazil,FX998877,+5511987654321"
ANAN = "4,ANAN SRISAI,F,1999-01-02,Thailand,AA7654321,+66812345678"

OURS = (SELAM, BRIAN, JOAO)
# Of Kanya's people the shelter has Selam, and Joao's phone under another passport.
THEIRS = (ANAN, SELAM, JOAO.replace("FX998877", "GA111222"))


def listed(path: Path, *rows: str) -> Path:
    path.write_text("\n".join([HEAD, *rows]) + "\n", encoding="utf-8")
    return path


class Two:
    """Two agencies with their keys, lists and one agreement, in one folder."""

    def __init__(self, folder: Path, like: Two | None = None) -> None:
        self.folder = folder
        if like is not None:
            shutil.copytree(like.folder, folder, dirs_exist_ok=True)
            self.public = like.public
            return
        self.public = {name: self.key(name) for name in ("kanya", "dao")}
        self.agree()

    def run(self, *words: object) -> Result:
        return CliRunner().invoke(app, [str(word) for word in words])

    def key(self, name: str) -> str:
        made = self.run("key", "--out", self.folder / f"{name}.key")
        assert made.exit_code == 0, made.output
        return made.output.strip()

    def agree(self, name: str = "agreement.toml", **changes: object) -> Path:
        said = {
            "id": '"bridge-2025-02"',
            "purpose": '"Find people whom both of us look after"',
            "valid_from": "2025-02-12",
            "valid_until": "2090-05-12",
            "most_items": 12,
            "most_questions": 2,
            "compared": '["documents", "phones"]',
            "kind": '"shelter"',
            "kanya": self.public["kanya"],
            "dao": self.public["dao"],
        } | changes
        lines = [f"{key} = {value}" for key, value in said.items() if key not in ("kind", "kanya", "dao")]
        lines += ["[[agencies]]", 'name = "Kanya"', 'kind = "ngo"', f'public_key = "{said["kanya"]}"']
        lines += ["[[agencies]]", 'name = "Dao"', f"kind = {said['kind']}", f'public_key = "{said["dao"]}"']
        path = self.folder / name
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
        return path

    def list(self, name: str, *rows: str) -> Path:
        return listed(self.folder / name, *rows)

    def _options(self, who: str, out: str, agreement: str) -> list[object]:
        return ["--agreement", self / agreement, "--key", self / f"{who}.key", "--out", self / out]

    def ask(
        self, *lists: Path, out: str = "question", who: str = "kanya", agreement: str = "agreement.toml"
    ) -> Result:
        return self.run("ask", *lists, *self._options(who, out, agreement))

    def answer(
        self,
        *lists: Path,
        question: str = "question",
        out: str = "answer",
        who: str = "dao",
        agreement: str = "agreement.toml",
    ) -> Result:
        return self.run("answer", self / question, *lists, *self._options(who, out, agreement))

    def read(
        self,
        answer: str = "answer",
        out: str = "shared.csv",
        who: str = "kanya",
        agreement: str = "agreement.toml",
    ) -> Result:
        return self.run("read", self / answer, *self._options(who, out, agreement))

    def shared(self, out: str = "shared.csv") -> list[tuple[str, str, str]]:
        with (self / out).open(encoding="utf-8", newline="") as file:
            rows = list(csv.reader(file))
        assert rows[0] == ["list", "row", "kind"]
        return [(name, row, kind) for name, row, kind in rows[1:]]

    def refused(self, result: Result, words: str, *, leaves: str) -> None:
        """Clear words, status 2, and no file of that name."""
        assert result.exit_code == 2, result.output
        assert isinstance(result.exception, SystemExit)
        assert words in result.output, result.output
        assert not (self / leaves).exists()
        assert [path.name for path in self.folder.iterdir() if path.name.endswith(".part")] == []

    def files(self) -> set[str]:
        return {path.name for path in self.folder.iterdir()}

    def __truediv__(self, name: str) -> Path:
        return self.folder / name


@pytest.fixture
def two(tmp_path: Path) -> Two:
    return Two(tmp_path)


@pytest.fixture
def ours(tmp_path: Path) -> Path:
    return listed(tmp_path / "ours.csv", *OURS)


@pytest.fixture
def theirs(tmp_path: Path) -> Path:
    return listed(tmp_path / "theirs.csv", *THEIRS)


@pytest.fixture(scope="session")
def once_asked(tmp_path_factory: pytest.TempPathFactory) -> Two:
    two = Two(tmp_path_factory.mktemp("asked"))
    assert two.ask(two.list("ours.csv", *OURS)).exit_code == 0
    return two


@pytest.fixture(scope="session")
def exchange(once_asked: Two, tmp_path_factory: pytest.TempPathFactory) -> Two:
    """A question with its answer, made once for all tests; they work on copies."""
    two = Two(tmp_path_factory.mktemp("answered"), once_asked)
    assert two.answer(two.list("theirs.csv", *THEIRS)).exit_code == 0
    return two


@pytest.fixture
def asked(tmp_path: Path, once_asked: Two) -> Two:
    return Two(tmp_path, once_asked)


@pytest.fixture
def answered(tmp_path: Path, exchange: Two) -> Two:
    return Two(tmp_path, exchange)
