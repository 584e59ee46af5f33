"""What statistics give away, read from what is stored: alone, with bulletins, and date after date."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from moei.access.acting import Invalid, Refused
from moei.casefile.models import Case
from moei.engines.disclosure import TOTAL, attacker_intervals, from_json
from moei.engines.protocol import EventKind as E
from moei.journal.models import Entry
from moei.overview.actions.count_statistics import count_statistics
from moei.overview.actions.publish_bulletin import draft_bulletin, publish_bulletin
from moei.overview.contents import NATIONALITY, REACHED, SEX
from moei.overview.models import Statistics
from moei.overview.tests.people import add_people, fill, further, go_on
from moei.overview.way_tables import (
    ASSISTED,
    BY_AGE,
    BY_NATIONALITY,
    BY_SEX,
    OTHER,
    WAY,
    change,
    changes_of,
    not_yet,
    rows_of_nationalities,
)

pytestmark = pytest.mark.django_db
DAY, WEEK = timedelta(days=1), timedelta(days=7)


@pytest.fixture(autouse=True)
def _scratch(settings, tmp_path):
    settings.BULLETINS_DIR = tmp_path


@pytest.fixture
def filled(acting, anong):
    cases = fill(acting(anong), 160)
    further(acting(anong), cases[80:150], E.SHELTERED, after=timedelta(hours=4))
    further(acting(anong), cases[90:120], E.REFERRED, E.DEPARTED, after=timedelta(hours=4))
    further(acting(anong), cases[90:104], E.ARRIVED_HOME, after=timedelta(hours=5, minutes=30))
    return cases


def cells(statistics):
    return {(t["name"], tuple(key)): count for t in statistics.shown for key, count, *_range in t["cells"]}


def not_assisted(one):
    """(agency, people who arrived and whom it did not assist): what subtracting tells, whatever tables say so."""
    for table, key, count in getattr(one, "true_counts", ()):
        if table == ASSISTED:
            yield tuple(key), cells(one)[NATIONALITY, (TOTAL,)] - count


def narrow(series):
    """Small true counts that everything told together leaves fewer than five values of."""
    published = [from_json(one.published) for one in series]
    intervals = attacker_intervals(published[-1], published[:-1])
    found, tried = [], 0
    for one in series:
        for cell in one.audit:
            if not 1 <= cell["count"] <= 9:
                continue
            tried += 1
            interval = next(
                found
                for name, found in intervals.items()
                if (name.on, name.table, name.key) == (one.as_of, cell["table"], tuple(cell["key"]))
            )
            assert interval.lower <= cell["count"]
            assert interval.upper is None or cell["count"] <= interval.upper
            if interval.width < 5:
                found.append((one.as_of, cell, interval))
        for agency, count in not_assisted(one):
            told = [
                interval
                for name, interval in intervals.items()
                if (name.on, name.table, name.key) == (one.as_of, ASSISTED, agency)
            ]
            if 1 <= count <= 9 and (cells(one)[ASSISTED, agency] is not None or told[0].width < 5):
                found.append((one.as_of, not_yet(ASSISTED), agency, count))
    return found, tried


def test_p20_every_small_count_keeps_an_interval_at_least_five_wide(acting, vera, filled):
    found, tried = narrow([count_statistics(acting(vera))])
    assert found == [] and tried >= 20


def test_p20_small_counts_are_printed_nowhere(acting, vera, filled):
    statistics = count_statistics(acting(vera))
    for (table, _key), count in cells(statistics).items():
        if table not in (NATIONALITY, SEX):
            assert count is None or not 1 <= count <= 9, table
    assert [(None if n is None else n) for n in cells(statistics).values()] == [
        value for table in json.loads(statistics.published)["tables"] for _key, value in table["cells"]
    ]


def test_p20_the_few_whom_an_agency_did_not_assist_are_not_what_is_left_of_all(acting, anong, vera, filled):
    statistics = count_statistics(acting(vera))
    agency = (str(anong.agency_id),)
    assert [left for key, left in not_assisted(statistics) if key == agency] == [3]
    shown = cells(statistics)
    assert shown[NATIONALITY, (TOTAL,)] == 160
    assert shown[ASSISTED, agency] is None and shown[not_yet(ASSISTED), agency] is None
    assert narrow([statistics])[0] == []


def test_p20_nothing_that_follows_a_decision_is_told_by_nationality(acting, vera, filled):
    statistics = count_statistics(acting(vera))
    steps = {key[1] for (table, key) in cells(statistics) if table.endswith(BY_NATIONALITY)}
    assert steps == {"registered", "screened", "interviewed", "departed", "arrived_home"}
    for table in statistics.shown:
        assert not {"nationality", "outcome"} <= set(table["dims"])


def test_p20_statistics_of_a_date_are_never_counted_anew(acting, anong, vera, filled):
    first = count_statistics(acting(vera))
    go_on(acting(anong), add_people(acting(anong), 40, seed=7), 4)
    for hours in (0, 5, 24, 24 * 6):
        with pytest.raises(Invalid, match="next can be counted"):
            count_statistics(acting(vera, later=timedelta(hours=hours)))
    assert Statistics.objects.get().shown == first.shown


def test_p20_the_bulletin_of_the_date_prints_what_the_statistics_say(acting, anong, vera, filled):
    statistics = count_statistics(acting(vera))
    go_on(acting(anong), filled[4:30], 3, after=timedelta(hours=2))
    bulletin = publish_bulletin(acting(vera, later=timedelta(hours=3)))
    assert bulletin.counted_at == bulletin.moment == statistics.counted_at
    of_statistics = cells(statistics)
    of_bulletin = {(t["name"], tuple(key)): n for t in bulletin.shown for key, n, *_range in t["cells"]}
    assert len(of_bulletin) > 30
    assert all(of_statistics[ref] == count for ref, count in of_bulletin.items())


def test_p20_after_the_bulletin_of_a_day_nothing_else_is_counted_on_it(acting, vera, filled):
    publish_bulletin(acting(vera))
    with pytest.raises(Invalid, match="second count on one day"):
        count_statistics(acting(vera, later=timedelta(hours=2)))
    assert count_statistics(acting(vera, later=DAY)).as_of.isoformat() == "2026-03-03"


def test_p20_bulletins_are_protected_against_statistics_and_the_other_way_round(acting, anong, vera, filled):
    first = count_statistics(acting(vera))
    go_on(acting(anong, later=DAY), filled[:6], 3, after=timedelta(hours=20))
    between = publish_bulletin(acting(vera, later=DAY))
    further(acting(anong, later=2 * DAY), filled[120:123], E.REFERRED, E.DEPARTED, after=timedelta(hours=40))
    second = count_statistics(acting(vera, later=WEEK))
    found, tried = narrow([first, between, second])
    assert found == [] and tried >= 30


def added(series):
    """(table, key) -> what an outsider subtracts from two dates, where both print the count."""
    one, other = (cells(statistics) for statistics in series)
    return {
        ref: other[ref] - one[ref]
        for ref in one
        if one[ref] is not None
        and other.get(ref) is not None
        and ref[0] in (WAY, BY_SEX, BY_AGE, BY_NATIONALITY, ASSISTED)
    }


def test_p20_what_one_or_a_few_people_did_in_a_week_is_not_the_difference_of_two_dates(
    acting, anong, vera, filled
):
    first = count_statistics(acting(vera))
    further(acting(anong, later=2 * DAY), filled[121:124], E.REFERRED, E.DEPARTED, after=timedelta(hours=30))
    further(acting(anong, later=2 * DAY), filled[60:61], E.SHELTERED, after=timedelta(hours=30))
    second = count_statistics(acting(vera, later=WEEK))
    differences = added([first, second])
    assert differences and not [ref for ref, n in differences.items() if 1 <= abs(n) <= 9]
    hidden = [cell for cell in second.audit if changes_of(cell["table"])]
    assert any(cell["count"] == 3 and cell["table"] == change(WAY) for cell in hidden)


def test_p20_where_too_few_were_added_for_any_range_the_column_is_held_back_and_said(acting, anong, vera):
    """Everybody may read that two more were screened; by sex there would be nothing left to guess."""
    cases = add_people(acting(anong), 200)
    go_on(acting(anong), cases[:100], 1)
    go_on(acting(anong), cases[100:], 2)
    first = count_statistics(acting(vera))
    go_on(acting(anong, later=2 * DAY), cases[:2], 2, after=timedelta(hours=30))
    second = count_statistics(acting(vera, later=WEEK))
    assert cells(first)[BY_SEX, ("F", "screened")] is not None
    assert (cells(first)[REACHED, ("screened",)], cells(second)[REACHED, ("screened",)]) == (100, 102)
    assert [BY_SEX, "screened"] in second.held
    assert all(cells(second)[BY_SEX, (sex, "screened")] is None for sex in ("F", "not_female"))
    assert not [ref for ref, n in added([first, second]).items() if 1 <= abs(n) <= 9]
    assert narrow([first, second])[0] == []


def test_p20_many_people_in_a_week_are_counted(acting, anong, vera, filled):
    count_statistics(acting(vera))
    further(acting(anong, later=2 * DAY), filled[120:150], E.REFERRED, E.DEPARTED, after=timedelta(hours=30))
    second = count_statistics(acting(vera, later=WEEK))
    assert cells(second)[WAY, ("departed",)] == 60


def test_a_correction_that_takes_people_back_is_kept_and_said(acting, anong, vera, filled):
    count_statistics(acting(vera))
    Case.objects_unchecked.filter(pk__in=[case.pk for case in filled[-40:]]).update(hidden=True)
    second = count_statistics(acting(vera, later=WEEK))
    assert second.corrected


def test_p20_a_row_of_a_nationality_begins_with_its_first_arrivals_or_never():
    class Printed:
        def __init__(self, rows, arrived):
            self.tables = (
                _Table(BY_NATIONALITY, {(row, "registered"): 1 for row in rows}),
                _Table(NATIONALITY, {**{(code,): n for code, n in arrived.items()}, (TOTAL,): 1}),
            )

    class _Table:
        def __init__(self, name, cells):
            self.name, self.cells = name, cells

    assert rows_of_nationalities({"ETH": 90, "KEN": 30, "NPL": 6, "PHL": 15}, []) == ["ETH", "KEN"]
    # Those who are left are too few to stand together, so that the smallest row joins them.
    assert rows_of_nationalities({"ETH": 90, "KEN": 30, "NPL": 6}, []) == ["ETH"]
    before = Printed(["ETH", OTHER], {"ETH": 90, "NPL": 30})
    assert rows_of_nationalities({"ETH": 90, "NPL": 200, "CHN": 50}, [before]) == ["ETH", "CHN"]


def test_nobody_but_a_statistician_counts(acting, anong, somsak, filled):
    for somebody in (anong, somsak):
        with pytest.raises(Refused):
            count_statistics(acting(somebody))


def test_nothing_is_counted_where_nobody_arrived(acting, vera):
    with pytest.raises(Invalid, match="Nobody has arrived"):
        count_statistics(acting(vera))


def test_counting_is_journalled(acting, vera, filled):
    statistics = count_statistics(acting(vera))
    entry = Entry.objects.get(action="statistics.counted")
    assert (entry.actor, entry.data["statistics"]) == (vera.id, str(statistics.id))


def test_days_stand_beside_printed_counts_only(acting, vera, filled):
    statistics = count_statistics(acting(vera, later=2 * DAY))
    told = [part for row in statistics.days for part in (row["left"], row["waits"])]
    assert any(part["median"] is not None for part in told)
    for part in told:
        if part["count"] is None:
            assert part["median"] is part["tenth"] is None
        if part["median"] is not None:
            assert part["count"] >= 20 and isinstance(part["median"], int)
        if part["tenth"] is not None:
            assert part["count"] >= 100


def test_the_draft_of_a_bulletin_is_that_of_the_statistics(acting, vera, filled):
    count_statistics(acting(vera))
    draft = draft_bulletin(acting(vera, later=timedelta(hours=1)))
    assert draft.digest == draft_bulletin(acting(vera, later=timedelta(hours=2))).digest
