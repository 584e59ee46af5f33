"""What a bulletin counts: the tables, before protection, and what anyone knows about them.

Totals by nationality and by sex are what the press has, so an attacker has them too. Everything else is
protected. An outcome by nationality is in none of them (P20), and the engine refuses it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import date

from moei.casefile.models import Need
from moei.engines.disclosure import (
    TOTAL,
    Cell,
    CellRef,
    Publication,
    Relation,
    Table,
    adds_up,
    at_most,
    equal,
    with_totals,
)
from moei.overview.selectors.counting import AFTER_ARRIVAL, ReleaseCounts, Step

NATIONALITY = "Arrived, by nationality"
SEX = "Arrived, by sex"
AGE = "Age"
SEX_AND_AGE = "Sex and age"
REACHED = "How far people have come"
NOW = "Where people are now"
OUTCOMES = "Determinations"
NEEDS = "Needs"
PUBLIC = frozenset({NATIONALITY, SEX})

# The press knows how few people are of another or no stated sex, so a row of their own could never be protected.
FEMALE, NOT_FEMALE = "F", "not_female"

# Counted in the table of ages already; the same people twice would let one table be taken from the other.
# What an assessment asks later is of few people each, and is counted in nothing that is published.
COUNTED_NEEDS = frozenset(map(str, Need.AT_CROSSING)) - {str(Need.Code.AGE_UNSURE)}


def publication(counts: ReleaseCounts, as_of: date, *, monotone: bool = True) -> Publication:
    """The true counts of one bulletin. `monotone` says that nobody's way was corrected backwards since the last."""
    needs = {need: n for need, n in counts.needs.items() if need in COUNTED_NEEDS}
    ages: Counter[tuple[str, ...]] = Counter()
    for (sex, age), n in counts.by_sex_and_age.items():
        ages[FEMALE if sex == FEMALE else NOT_FEMALE, age] += n
    tables = (
        Table(NATIONALITY, ("nationality",), _press(counts.by_nationality.items()), "people"),
        Table(SEX, ("sex",), _press(counts.by_sex.items()), "people"),
        Table(AGE, ("age",), with_totals({(band,): n for band, n in counts.by_age.items()}), "people"),
        Table(SEX_AND_AGE, ("group", "age"), with_totals(ages), "people"),
        Table(NOW, ("step",), with_totals({(step,): n for step, n in counts.now_at.items()}), "people"),
        Table(
            REACHED,
            ("step",),
            {(step,): Cell(counts.reached[step], step is Step.ARRIVED) for step in AFTER_ARRIVAL},
            monotone=monotone,
        ),
        Table(
            OUTCOMES,
            ("outcome",),
            with_totals({(outcome,): n for outcome, n in counts.outcomes.items()}),
            "determinations",
        ),
        Table(NEEDS, ("need",), {(need,): Cell(n) for need, n in needs.items()}),
    )
    return Publication(counts.release, as_of, tables, tuple(_known(needs)))


def _press(items: Iterable[tuple[str, int]]) -> dict[tuple[str, ...], Cell]:
    return with_totals({(code,): n for code, n in items}, public=True)


def _known(needs: Iterable[str]) -> Iterable[Relation]:
    """Whoever reads two tables can put these together."""
    for place, step in enumerate(AFTER_ARRIVAL):
        later = [CellRef(NOW, (other,)) for other in AFTER_ARRIVAL[place:]]
        yield adds_up(CellRef(REACHED, (step,)), later)
    yield equal(CellRef(SEX, (FEMALE,)), CellRef(SEX_AND_AGE, (FEMALE, TOTAL)))
    yield equal(CellRef(OUTCOMES, (TOTAL,)), CellRef(REACHED, (Step.DETERMINED,)))
    for need in needs:
        yield at_most(CellRef(NEEDS, (need,)), CellRef(NATIONALITY, (TOTAL,)))
