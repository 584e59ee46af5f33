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
# Who made each list of the play, as somebody at the desk would write it.
SENDERS = {
    "01-militia-list": "Transferring side",
    "02-handover-thai": "Border officials at the crossing",
    "03-embassy-ethiopia": "Embassy of Ethiopia",
    "04-embassy-china": "Embassy of China",
    "05-family-reports": "Safe Return, reports of families",
    "06-passport-scans": "Document desk at the crossing",
}


def sender_of(path: Path) -> str:
    """Who made a list; for a folder of one's own the words of its file's name ("07-embassy-kenya": "Embassy kenya")."""
    words = path.stem.lstrip("0123456789-_ ").replace("-", " ").replace("_", " ").strip()
    return SENDERS.get(path.stem) or (words[:1].upper() + words[1:]) or path.name


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
