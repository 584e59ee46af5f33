"""Which lists are played, and the truth about them where there is one."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

from moei.demo.instance import NotADemo
from moei.demo.scoring import Truth, read_truth

# They say what is true, or how cells are read; they are never read as lists.
NOT_LISTS = frozenset({"people.csv", "truth.csv", "reading.csv"})
SHIPPED = "2025-02-12"


@dataclass(frozen=True, eq=False)
class ListsFolder:
    """A folder of lists. `truth` is None where nobody knows it."""

    name: str
    files: tuple[Path, ...]
    truth: Truth | None

    @classmethod
    def of(cls, directory: Path | None) -> ListsFolder:
        """The folder given, or the lists that ship with Moei."""
        shipped = directory is None
        root = Path(str(files("moei.demo"))) / "lists" / SHIPPED if directory is None else directory
        if not root.is_dir():
            raise NotADemo(f"{root} is no folder. Give the folder that holds the lists.")
        lists = tuple(
            path
            for path in sorted(root.iterdir())
            if path.is_file()
            and path.name not in NOT_LISTS
            and not path.name.startswith(".")
            and path.suffix.lower() not in {".md", ".py"}
        )
        if not lists:
            raise NotADemo(f"{root} holds no lists.")
        # The truth about the shipped lists belongs to the tests of the source tree, not to the package.
        beside = Path(__file__).parents[3] / "tests" / "data" / "manifests" / SHIPPED if shipped else root
        truth = beside / "truth.csv"
        return cls(root.name, lists, read_truth(truth) if truth.is_file() else None)
