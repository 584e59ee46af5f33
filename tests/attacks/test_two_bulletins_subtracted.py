"""A journalist of the syndicate keeps every bulletin, subtracts, and solves for the counts that are hidden (P20).

The attacker here reads only what the pages and the papers print, and has a linear programme of their own: nothing is
shared with the program's own audit.
"""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise

import highspy
import pytest
from pypdf import PdfReader

from moei.access.models import Release
from moei.engines.disclosure import TOTAL
from moei.overview.actions.publish_bulletin import publish_bulletin
from moei.overview.contents import REACHED
from moei.overview.models import Bulletin
from moei.overview.tests.people import add_people, fill, go_on

pytestmark = pytest.mark.django_db
NARROW = 5


class Unknowns:
    """Everything an outsider can write down: totals are sums, and what was reached is never unreached."""

    def __init__(self) -> None:
        self.highs = highspy.Highs()
        self.highs.setOptionValue("output_flag", False)
        self.columns: dict[tuple, int] = {}

    def column(self, name: tuple, lower: float, upper: float) -> int:
        if name not in self.columns:
            self.columns[name] = len(self.columns)
            self.highs.addVar(lower, upper)
        return self.columns[name]

    def add(self, bulletin: Bulletin) -> None:
        for table in bulletin.shown:
            cells = {tuple(key): count for key, count, *_told in table["cells"]}
            for key, count in cells.items():
                known = count is not None
                self.column(
                    (bulletin.number, table["name"], key),
                    float(count) if known else 0.0,
                    float(count) if known else 1e6,
                )
            self._margins(bulletin, table["name"], cells)

    def _margins(self, bulletin: Bulletin, name: str, cells: dict) -> None:
        for key in cells:
            for place, part in enumerate(key):
                if part == TOTAL:
                    parts = [
                        other
                        for other in cells
                        if other[place] != TOTAL
                        and other[:place] == key[:place]
                        and other[place + 1 :] == key[place + 1 :]
                    ]
                    if parts:
                        columns = [self.columns[bulletin.number, name, each] for each in (key, *parts)]
                        self.highs.addRow(0.0, 0.0, len(columns), columns, [1.0, *[-1.0] * len(parts)])

    def grows(self, earlier: Bulletin, later: Bulletin, name: str) -> None:
        """What people reached by yesterday they have reached today."""
        for (number, table, key), column in list(self.columns.items()):
            if table == name and number == earlier.number and (later.number, name, key) in self.columns:
                columns = [self.columns[later.number, name, key], column]
                self.highs.addRow(0.0, 1e6, 2, columns, [1.0, -1.0])

    def interval(self, name: tuple) -> tuple[float, float]:
        bounds, column = [], self.columns[name]
        for direction in (1.0, -1.0):
            self.highs.changeColCost(column, direction)
            self.highs.run()
            assert self.highs.getModelStatus() == highspy.HighsModelStatus.kOptimal
            bounds.append(self.highs.getSolution().col_value[column])
            self.highs.changeColCost(column, 0.0)
        return round(bounds[0], 6), round(bounds[1], 6)


@pytest.fixture
def published(acting, anong, vera, settings, tmp_path):
    """Three bulletins on three days; between two of them a single person takes one step."""
    settings.BULLETINS_DIR = tmp_path
    people = fill(acting(anong))
    made = [publish_bulletin(acting(vera))]
    tomorrow = acting(anong, later=timedelta(days=1))
    go_on(tomorrow, people[:1], 2, after=timedelta(hours=20))
    made.append(publish_bulletin(acting(vera, later=timedelta(days=1))))
    after = acting(anong, later=timedelta(days=2))
    go_on(after, add_people(after, 1, seed=9), 1, after=timedelta(hours=45))
    made.append(publish_bulletin(acting(vera, later=timedelta(days=2))))
    return made


def test_p20_no_small_count_is_solved_for_from_all_bulletins(published):
    attacker = Unknowns()
    for bulletin in published:
        attacker.add(bulletin)
    for earlier, later in pairwise(published):
        attacker.grows(earlier, later, REACHED)
    hidden = tried = 0
    for bulletin in published:
        for cell in bulletin.audit:
            name = (bulletin.number, cell["table"], tuple(cell["key"]))
            if not 1 <= cell["count"] <= 9 or name not in attacker.columns:
                continue
            tried += 1
            lower, upper = attacker.interval(name)
            assert lower - 1e-6 <= cell["count"] <= upper + 1e-6
            assert upper - lower >= NARROW - 1e-6, (name, cell["count"], lower, upper)
            hidden += 1
    assert tried >= 6 and hidden == tried


def test_p20_the_paper_prints_no_more_than_the_page(published, vera, sign_in):
    """No file hangs on it and no program hides in it."""
    for bulletin in published:
        reader = PdfReader(bulletin.pdf_path)
        assert not reader.attachments
        raw = bulletin.pdf_path.read_bytes()
        assert b"/JavaScript" not in raw and b"/EmbeddedFile" not in raw


def test_p20_whoever_only_reads_bulletins_is_not_shown_the_true_counts(published, release, cast, client, now):
    """The director reads what the press reads: the audit with the true counts is for whoever publishes."""
    from tests.test_access_matrix import EXTRA

    from moei.access.cast import create_agencies, create_member

    director = create_member(
        next(member for member in EXTRA if "director" in member.roles), release, create_agencies(), now=now
    )
    client.force_login(director)
    for bulletin in published:
        page = client.get(f"/bulletins/{bulletin.pk}/")
        assert page.status_code == 200
        assert "audit" not in page.context
    assert Release.objects.count() == 1
