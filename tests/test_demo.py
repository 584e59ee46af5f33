"""The demo: its figures follow from the lists and the invented answers, and from nothing else."""

import functools
import random
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.db import transaction
from openpyxl import load_workbook
from rich.progress import Progress

from moei.casefile.models import Case, Consent
from moei.demo.folder import SENDERS, ListsFolder, sender_of
from moei.demo.instance import NotADemo
from moei.demo.invented import Dice
from moei.demo.run import run_demo
from moei.engines.matching import score
from moei.journal.verify import verify

SHIPPED = Path(__file__).parents[1] / "src" / "moei" / "demo" / "lists" / "2025-02-12"
NOW = datetime(2026, 3, 9, 3, 0, tzinfo=UTC)
PEOPLE = 16


@pytest.fixture(scope="module")
def few(tmp_path_factory) -> ListsFolder:
    """The shipped lists, cut to the first people of each sheet, so that a play takes seconds."""
    folder = tmp_path_factory.mktemp("few")
    for name in ("01-militia-list.xlsx", "02-handover-thai.xlsx"):
        book = load_workbook(SHIPPED / name)
        for sheet in book:
            sheet.delete_rows(5 + PEOPLE, sheet.max_row)
        book.save(folder / name)
    return ListsFolder.of(folder)


@dataclass(frozen=True)
class Played:
    """What one play came to; the database is as it was before."""

    figures: dict
    outcomes: dict[str, str]
    consents: list[bool]
    intact: bool


@functools.cache
def the_play(folder: ListsFolder) -> Played:
    """The ordinary one, which several tests compare with; a play gives the same each time, so once is enough."""
    return play(folder)


def play(folder: ListsFolder, *, seed: int = 1, now: datetime = NOW) -> Played:
    before = transaction.savepoint()
    with Progress(disable=True) as progress:
        figures = run_demo(folder, seed=seed, progress=progress, now=now).summary.as_json()
    figures.pop("bulletin")
    cases = Case.objects.within_program("a test compares outcomes").filter(arrived_at__isnull=False)
    # By what the handover list says of the person: nothing that a run draws at random.
    outcomes = {f"{c.person.name} {c.person.birth_from}": c.outcome for c in cases.select_related("person")}
    consents = list(Consent.objects.order_by("asked_at").values_list("given", flat=True))
    played = Played(figures, outcomes, consents, verify().intact)
    transaction.savepoint_rollback(before)
    return played


def test_a_play_of_few_people_reaches_determinations(db, few):
    played = the_play(few)
    assert played.figures["people"] == 2 * PEOPLE
    assert sum(played.figures["determinations"].values()) > PEOPLE
    assert played.figures["match"] is None
    assert played.intact


def test_the_play_goes_on_until_people_are_home(db, few):
    figures = the_play(few).figures
    assert figures["determinations"]["victim_consents"] <= figures["identified"] <= figures["people"]
    assert figures["returned"] > PEOPLE // 2
    # On the last evening nobody is on the way: whoever left has arrived.
    assert figures["returned"] + figures["waiting"] == figures["people"]


def test_what_people_told_makes_a_network(db, few):
    figures = the_play(few).figures
    assert 0 < figures["statements"] < figures["people"]
    assert 0 < figures["network"]["entities"] < 60
    assert figures["network"]["links"] >= figures["network"]["entities"] // 2


def test_no_figure_depends_on_the_day_it_is_watched(db, few):
    assert the_play(few).figures == play(few, now=NOW + timedelta(days=123, hours=7, minutes=13)).figures


def test_another_seed_gives_other_answers(db, few):
    first, second = the_play(few), play(few, seed=2)
    assert first.outcomes.keys() == second.outcomes.keys()
    assert first.outcomes != second.outcomes


def test_p03_outcomes_do_not_depend_on_what_was_answered_about_the_embassy(db, few, monkeypatch):
    first, draw = the_play(few), Dice.of

    class Opposite:
        """Answers the opposite of whatever would have been drawn."""

        def __init__(self, stream: random.Random) -> None:
            self.stream = stream

        def random(self) -> float:
            return 0.0 if self.stream.random() >= 0.7 else 0.99

    def of(self, purpose, key):
        return Opposite(draw(self, purpose, key)) if purpose == "consent" else draw(self, purpose, key)

    monkeypatch.setattr(Dice, "of", of)
    second = play(few)
    assert first.consents
    assert second.consents == [not given for given in first.consents]
    assert second.outcomes == first.outcomes


def test_a_folder_without_lists_is_refused_in_words(tmp_path):
    (tmp_path / "truth.csv").write_text("list,row,person\n")
    with pytest.raises(NotADemo, match="no lists"):
        ListsFolder.of(tmp_path)


def test_what_is_true_is_never_read_as_a_list():
    assert [path.name[:2] for path in ListsFolder.of(None).files] == ["01", "02", "03", "04", "05", "06"]
    assert not [path for path in SHIPPED.iterdir() if path.name in {"people.csv", "truth.csv", "reading.csv"}]


def test_pairs_are_counted_as_by_hand():
    # a1 a2 | a3 b1 | b2: linked pairs (a1,a2) right, (a3,b1) wrong; true pairs: three of a, one of b.
    found = score(
        [["a1", "a2"], ["a3", "b1"], ["b2"]], {"a1": "a", "a2": "a", "a3": "a", "b1": "b", "b2": "b"}
    )
    assert (found.linked, found.right, found.true) == (2, 1, 4)
    assert (found.precision, found.recall) == (0.5, 0.25)


def test_lists_are_sent_by_somebody_not_by_a_file():
    assert {path.stem for path in ListsFolder.of(None).files} == set(SENDERS)
    assert sender_of(Path("03-embassy-ethiopia.xlsx")) == "Embassy of Ethiopia"
    assert sender_of(Path("07-embassy-kenya.csv")) == "Embassy kenya"
    assert sender_of(Path("12.csv")) == "12.csv"
