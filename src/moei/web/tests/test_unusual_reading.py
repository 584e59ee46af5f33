"""P11: plain rules find the officer who reads all of one nationality, at night, only searching, others' cases, closed
cases, far more than colleagues; and leave ordinary work alone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from urllib.parse import unquote

import pytest
from django.urls import reverse

from moei.access.journalled import was_listed
from moei.access.models import CaseGrant
from moei.casefile.actions.assign_case import assign_case
from moei.casefile.actions.correct_identity import correct_identity
from moei.casefile.models import Case, CaseEvent
from moei.casefile.selectors.cases import open_case
from moei.journal.models import Entry
from moei.web.journal_selectors import ranges
from moei.web.journal_unusual import RULES, unusual

pytestmark = pytest.mark.django_db
# Seven in the evening at the site: no night, and an hour is left before one.
DAY = datetime(2026, 3, 3, 12, 0, tzinfo=UTC)
PERIOD = (datetime(2026, 3, 2, tzinfo=UTC), datetime(2026, 3, 6, tzinfo=UTC))
MINUTE = timedelta(minutes=1)


@pytest.fixture
def cases_of(add_case):
    def add(nationality: str, count: int) -> list[Case]:
        return [add_case(f"{nationality} {number}", nationality=nationality) for number in range(count)]

    return add


@pytest.fixture
def reads(acting):
    """`reads(anong, cases, at=..., every=...)`: opens them one after the other."""

    def read(staff, cases, *, at=DAY, every=MINUTE) -> None:
        for number, case in enumerate(cases):
            open_case(acting(staff, at=at + number * every), case)

    return read


def found(rule: str) -> list[tuple[object, int]]:
    return [
        (finding.actor, finding.cases)
        for finding in unusual(Entry.objects.all(), *PERIOD, rule=rule).findings
    ]


def test_p11_the_officer_who_reads_all_ethiopians(cases_of, reads, prasert, somsak, sign_in):
    ethiopians = cases_of("ETH", 11)
    cases_of("CHN", 20)
    reads(prasert, ethiopians)
    assert found("one_nationality") == [(prasert.id, 11)]
    page = sign_in(somsak).get(reverse("web:unusual"), {"first": "2026-03-02", "last": "2026-03-05"})
    text = page.content.decode()
    assert "Many people of one nationality" in text and "Prasert Chaiyo" in text
    assert "ETH" not in text and "Ethiopia" not in text, "which one it is stands in the case files"
    numbers = unquote(text.split("?numbers=")[1].split('"')[0])
    entries = sign_in(somsak).get(reverse("web:journal"), {"numbers": numbers}).content.decode()
    assert entries.count("Opened the case file</td>") == 11


def test_who_reads_all_as_they_come_is_left_alone(cases_of, reads, prasert):
    mixed = [case for pair in zip(cases_of("ETH", 12), cases_of("CHN", 12), strict=True) for case in pair]
    reads(prasert, mixed)
    assert found("one_nationality") == []


def test_one_case_read_many_times_is_no_nationality(cases_of, reads, prasert):
    reads(prasert, cases_of("ETH", 1) * 30)
    assert found("one_nationality") == []


def test_ten_of_one_nationality_over_a_day_are_ordinary_work(cases_of, reads, prasert):
    reads(prasert, cases_of("ETH", 11), every=timedelta(minutes=20))
    assert found("one_nationality") == []


@pytest.mark.parametrize("hour,night", [(14, False), (15, True), (21, True), (22, False)])
def test_p11_reading_at_night_is_told_by_the_clock_of_the_site(cases_of, reads, anong, hour, night):
    """15:00 UTC is 22:00 at the site; 22:00 UTC is 05:00."""
    reads(anong, cases_of("CHN", 3), at=datetime(2026, 3, 3, hour, 5, tzinfo=UTC))
    assert found("at_night") == ([(anong.id, 3)] if night else [])


def test_a_night_is_one_over_midnight(cases_of, reads, anong):
    reads(anong, cases_of("CHN", 3), at=datetime(2026, 3, 3, 16, 0, tzinfo=UTC), every=timedelta(hours=1))
    assert found("at_night") == [(anong.id, 3)]


def search(acting, staff, minute: int) -> None:
    was_listed(acting(staff, at=DAY + minute * MINUTE), "cases:list", words="tadesse")


def test_p11_searching_without_opening(acting, anong, cast):
    for minute in range(10):
        search(acting, anong, minute)
    [finding] = unusual(Entry.objects.all(), *PERIOD, rule="searching_only").findings
    assert (finding.actor, len(finding.readings)) == (anong.id, 10)


def test_searching_and_then_opening_is_ordinary_work(acting, anong, cases_of, reads):
    [case] = cases_of("CHN", 1)
    for minute in range(0, 40, 2):
        search(acting, anong, minute)
        reads(anong, [case], at=DAY + minute * MINUTE + MINUTE)
    assert found("searching_only") == []


@pytest.fixture
def assigned_to_kanya(cases_of, acting, anong, kanya) -> list[Case]:
    cases = cases_of("CHN", 6)
    for case in cases:
        assign_case(acting(anong), case, kanya)
    return cases


def test_p11_reading_cases_of_another_agencys_people(assigned_to_kanya, reads, prasert, kanya):
    reads(prasert, assigned_to_kanya)
    reads(kanya, assigned_to_kanya)
    assert found("cases_of_others") == [(prasert.id, 6)]


def test_who_works_on_them_or_is_assigned_too_is_left_alone(assigned_to_kanya, reads, acting, anong, prasert):
    reads(anong, assigned_to_kanya)
    for case in assigned_to_kanya:
        correct_identity(acting(anong, at=DAY), case, {"name": "Another Spelling"})
    for case in assigned_to_kanya:
        CaseGrant.objects.create(
            case_id=case.id, staff=prasert, basis=CaseGrant.Basis.ASSIGNED, granted_at=PERIOD[0]
        )
    reads(prasert, assigned_to_kanya)
    assert found("cases_of_others") == []


def test_p11_reading_after_the_case_was_closed(cases_of, reads, anong, prasert):
    cases = cases_of("CHN", 4)
    for case in cases:
        CaseEvent.objects.create(case=case, kind="closed", happened_at=DAY, recorded_at=DAY)
    Case.objects.within_program("a test closes cases").update(stage="closed")
    reads(prasert, cases, at=DAY - timedelta(hours=1))
    reads(anong, cases, at=DAY + MINUTE)
    assert found("after_closing") == [(anong.id, 4)]


def test_p11_far_more_than_colleagues(cases_of, reads, anong, prasert, mali):
    cases = cases_of("CHN", 21)
    reads(anong, cases)
    reads(prasert, cases[:6])
    reads(mali, cases[:6])
    assert found("above_median") == [(anong.id, 21)]


def test_on_a_day_of_much_work_for_all_nobody_is_far_above(cases_of, reads, anong, prasert, mali):
    cases = cases_of("CHN", 21)
    for staff in (anong, prasert, mali):
        reads(staff, cases)
    assert found("above_median") == []


def test_the_page_shows_each_rule_with_its_threshold(somsak, sign_in):
    text = sign_in(somsak).get(reverse("web:unusual")).content.decode()
    for rule in RULES:
        assert str(rule.title) in text and str(rule.words).replace("’", "’") in text
    assert "10 or more cases of one nationality within an hour" in text
    assert "No rule points at anything" in text


def test_numbers_are_written_as_the_filter_reads_them():
    assert ranges([7, 3, 1, 2, 9]) == "1-3 7 9"
    assert ranges([]) == ""


def test_thousands_of_readings_take_the_same_queries(
    cases_of, acting, prasert, django_assert_max_num_queries
):
    [case] = cases_of("CHN", 1)
    open_case(acting(prasert, at=DAY), case)
    with django_assert_max_num_queries(8) as few:
        unusual(Entry.objects.all(), *PERIOD)
    model = Entry.objects.get(action="case.opened_for_reading")
    last = Entry.objects.order_by("-seq").first().seq
    rows = []
    for number in range(1, 3001):
        rows.append(
            Entry(seq=last + number, recorded_at=DAY + number * MINUTE / 10, happened_at=DAY, previous="")
        )
        for name in ("kind", "action", "actor", "agency", "release", "case", "subject"):
            setattr(rows[-1], name, getattr(model, name))
    Entry.objects.bulk_create(rows)
    with django_assert_max_num_queries(len(few)):
        assert unusual(Entry.objects.all(), *PERIOD).readings == 3001
