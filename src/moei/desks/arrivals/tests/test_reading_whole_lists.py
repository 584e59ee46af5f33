"""P12: names that stand on a list, in a comparison or in a pair count as names do that have a case file."""

from __future__ import annotations

import pytest
from django.urls import reverse

from moei.access import limits
from moei.access.models import Tally
from moei.casefile.models import SourceRecord
from moei.desks.arrivals.actions.commit_import import commit_import
from moei.desks.arrivals.actions.judge_pair import judge_pair
from moei.desks.arrivals.actions.upload_list import upload_list
from moei.desks.arrivals.models import ReviewPair
from moei.desks.arrivals.tests.workbooks import workbook
from moei.journal.models import Entry

pytestmark = pytest.mark.django_db
OTHERS = [(n, f"INVENTED OTHER{'ABCDE'[n]}", "M", "31.31.2000", "Ethiopia", "") for n in range(5)]


@pytest.fixture
def lists(acting, anong):
    """A list that was taken in and one that waits, five people on each, none of them on both."""
    old = upload_list(acting(anong), "old.xlsx", workbook(), "Immigration")
    commit_import(acting(anong), old)
    return old, upload_list(acting(anong), "new.xlsx", workbook(OTHERS), "Immigration")


@pytest.fixture
def pair(add_case, release) -> ReviewPair:
    for letter in "ab":
        add_case(f"Likely Twin{letter}")
    left, right = SourceRecord.objects.order_by("row")
    return ReviewPair.objects.create(release=release, left=left, right=right, rank=1, score=0.5)


def names() -> int:
    return sum(Tally.objects.filter(kind="names").values_list("n", flat=True))


def test_p12_two_whole_lists_side_by_side_count_as_all_their_names(lists, anong, sign_in, monkeypatch):
    old, new = lists
    monkeypatch.setattr(limits, "NAMES_AN_HOUR", 15)
    page, address = sign_in(anong), reverse("arrivals:changes", args=[new.pk, old.pk])
    assert page.get(address).status_code == 200 and names() == 10
    answer = page.get(address)
    assert answer.status_code == 429 and "MULUGETA" not in answer.content.decode()
    assert names() == 10 and Entry.objects.filter(action="limit.reached", actor=anong.pk).count() == 1


def test_p12_rows_that_leave_with_their_problems_count(lists, anong, sign_in, monkeypatch):
    _old, new = lists
    monkeypatch.setattr(limits, "NAMES_AN_HOUR", 9)
    page, address = sign_in(anong), reverse("arrivals:problems", args=[new.pk])
    assert page.get(address).status_code == 200 and names() == 5
    answer = page.get(address)
    assert answer.status_code == 429 and b"INVENTED" not in answer.content


def test_p12_a_pair_counts_as_two_names(pair, anong, sign_in, monkeypatch):
    monkeypatch.setattr(limits, "NAMES_AN_HOUR", 5)
    page, address = sign_in(anong), reverse("arrivals:review")
    assert [page.get(address).status_code for _look in range(3)] == [200, 200, 429]
    assert names() == 4


def test_p12_decisions_read_again_count_as_the_names_in_them(pair, acting, anong, sign_in, monkeypatch):
    judge_pair(acting(anong), pair.left, pair.right, "different", "they stood side by side")
    monkeypatch.setattr(limits, "NAMES_AN_HOUR", 3)
    page, address = sign_in(anong), reverse("arrivals:decisions")
    assert [page.get(address).status_code for _look in range(2)] == [200, 429]
