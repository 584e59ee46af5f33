"""Somebody with the statistics of two dates and every bulletin subtracts one from the other, and solves (P20).

As with bulletins, the attacker has nothing but what is printed and a linear programme of their own. They also know the
way: who is not interviewed so far and who is are together those who were screened, and nobody goes back on it.
"""

from __future__ import annotations

from datetime import timedelta

import pytest
from tests.attacks.test_two_bulletins_subtracted import NARROW, Unknowns

from moei.engines.protocol import EventKind as E
from moei.overview.actions.count_statistics import count_statistics
from moei.overview.actions.publish_bulletin import publish_bulletin
from moei.overview.contents import REACHED
from moei.overview.tests.people import fill, further, go_on
from moei.overview.way_tables import BY_GROUP, WAY

pytestmark = pytest.mark.django_db
BEFORE = {
    "screened": "registered",
    "interviewed": "screened",
    "determined": "interviewed",
    "arrived_home": "departed",
}
IN_BULLETIN = ("registered", "screened", "interviewed", "determined")


class Solver(Unknowns):
    def add(self, told) -> None:
        super().add(told)
        for table in told.shown:
            name = table["name"]
            if name not in BY_GROUP:
                continue
            keys = [tuple(key) for key, *_range in table["cells"]]
            for category, step in keys:
                if step in BEFORE:
                    self.sum(told, (name, (category, BEFORE[step])), (name, (category, step)),
                             (f"Not so far: {name}", (category, step)))  # fmt: skip
            if name.endswith("need"):
                continue
            for step in dict.fromkeys(step for _category, step in keys):
                whole = (REACHED, (step,)) if step in IN_BULLETIN else (WAY, (step,))
                self.sum(told, whole, *((name, key) for key in keys if key[1] == step))

    def sum(self, told, whole, *parts) -> None:
        columns = [self.columns[told.number, *cell] for cell in (whole, *parts)]
        self.highs.addRow(0.0, 0.0, len(columns), columns, [1.0, *[-1.0] * len(parts)])


def changed(series):
    """What came to a count between two of the series, where both print it."""
    printed = [
        {(t["name"], tuple(key)): n for t in told.shown for key, n, *_range in t["cells"] if n is not None}
        for told in series
    ]
    own = {WAY, *BY_GROUP}
    return {ref: printed[1][ref] - n for ref, n in printed[0].items() if ref in printed[1] and ref[0] in own}


@pytest.fixture
def told(acting, anong, vera, settings, tmp_path):
    """Statistics, the bulletin of the same day, a bulletin of the next, statistics a week later; a few people move."""
    settings.BULLETINS_DIR = tmp_path
    people = fill(acting(anong), 200)
    further(acting(anong), people[105:180], E.SHELTERED, after=timedelta(hours=4))
    first = count_statistics(acting(vera))
    of_the_day = publish_bulletin(acting(vera, later=timedelta(hours=1)))
    go_on(acting(anong, later=timedelta(days=1)), people[:1], 2, after=timedelta(hours=20))
    next_day = publish_bulletin(acting(vera, later=timedelta(days=1)))
    after = acting(anong, later=timedelta(days=3))
    further(after, people[181:184], E.SHELTERED, after=timedelta(days=2))
    further(after, people[110:140], E.DEPARTED, after=timedelta(days=2))
    second = count_statistics(acting(vera, later=timedelta(days=7)))
    for number, one in enumerate((first, of_the_day, next_day, second)):
        one.number = number
    return first, of_the_day, next_day, second


def test_p20_no_small_count_is_solved_for_from_statistics_and_bulletins(told):
    first, _of_the_day, next_day, second = told
    attacker = Solver()
    for one in told:
        attacker.add(one)
    for one, other in ((first, next_day), (next_day, second)):
        attacker.grows(one, other, REACHED)
    for name in (WAY, *BY_GROUP[:1], BY_GROUP[2]):
        attacker.grows(first, second, name)
    tried = 0
    for one in told:
        for cell in one.audit:
            if not 1 <= cell["count"] <= 9:
                continue
            tried += 1
            name = (one.number, cell["table"], tuple(cell["key"]))
            lower, upper = attacker.interval(name)
            assert lower - 1e-6 <= cell["count"] <= upper + 1e-6
            assert upper - lower >= NARROW - 1e-6, (name, cell["count"], lower, upper)
    assert tried >= 40


def test_p20_the_bulletin_subtracted_from_the_statistics_of_its_day_leaves_nothing(told):
    first, of_the_day, *_later = told
    printed = {(t["name"], tuple(key)): n for t in first.shown for key, n, *_range in t["cells"]}
    for table in of_the_day.shown:
        for key, count, *_range in table["cells"]:
            assert printed[table["name"], tuple(key)] == count


def test_p20_statistics_subtracted_from_those_of_another_date_do_not_tell_what_a_few_did(told):
    first, *_between, second = told
    came = changed([first, second])
    assert came and not {ref: n for ref, n in came.items() if 1 <= abs(n) <= 9}
