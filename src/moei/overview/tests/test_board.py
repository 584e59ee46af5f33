"""The operations board: who sees what, and what it costs."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse

from moei.access.cast import Member, create_agencies, create_member
from moei.overview.selectors import board as selector
from moei.overview.selectors.board import board, duration, next_step, recent_counts
from moei.overview.tests.people import add_people, fill, go_on

pytestmark = pytest.mark.django_db

BOARD = reverse("overview:board")


@pytest.fixture(autouse=True)
def _no_second_factor(settings, monkeypatch):
    settings.MFA_REQUIRED = False
    monkeypatch.setattr(selector, "_FRESH", timedelta(0))


@pytest.fixture
def work(acting, anong):
    return acting(anong)


@pytest.fixture
def director(release, now):
    member = Member("orawan", "Orawan Phet", "MSDHS Tak", "", ("director",))
    return create_member(member, release, create_agencies(), now=now)


@pytest.fixture
def numbers(work):
    return [case.number for case in fill(work, 40)]


def text_of(page) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", page.content.decode()).split())


def test_the_board_shows_how_far_people_have_come(sign_in, anong, numbers):
    text = text_of(sign_in(anong).get(BOARD))
    assert "40 people arrived" in text
    assert "3 on a list are not here" in text
    assert "2 more people are known from families only" in text
    assert "Handover list 1 40" in text


def test_a_director_sees_counts_and_no_case(sign_in, director, numbers):
    page = sign_in(director).get(BOARD)
    assert page.status_code == 200
    text = text_of(page)
    assert "40 people arrived" in text
    assert not any(number in text for number in numbers)
    assert "Your role sees counts" in text


def test_a_statistician_sees_counts_and_no_case(sign_in, vera, numbers):
    text = text_of(sign_in(vera).get(BOARD))
    assert "40 people arrived" in text and not any(number in text for number in numbers)


def test_who_waits_is_shown_by_case_number_and_never_by_name(sign_in, anong, numbers):
    text = text_of(sign_in(anong).get(BOARD))
    assert sum(number in text for number in numbers) >= 10
    assert "Invented " not in text


def test_a_caseworker_sees_only_the_cases_assigned_to_her(sign_in, kanya, numbers):
    page = sign_in(kanya).get(BOARD)
    assert "40 people arrived" in text_of(page)
    assert not any(number in text_of(page) for number in numbers)


@pytest.mark.parametrize("name", ["selam", "tesfa", "dao", "niran", "somsak", "admin", "lawan", "mallory"])
def test_nobody_else_sees_the_board(sign_in, cast, numbers, name):
    assert sign_in(cast[name]).get(BOARD).status_code == 403


def test_nobody_sees_it_without_signing_in(client, numbers):
    page = client.get(BOARD)
    assert page.status_code == 302 and "login" in page.url


def test_the_board_of_an_empty_release_says_what_to_do_first(sign_in, anong, mali):
    assert "Begin with the list of those who are to be handed over" in text_of(sign_in(anong).get(BOARD))
    assert "once somebody with that duty has loaded" in text_of(sign_in(mali).get(BOARD))


def test_the_part_that_renews_itself_is_the_same_without_the_layout(sign_in, anong, numbers):
    part = sign_in(anong).get(BOARD, {"part": 1}, headers={"HX-Request": "true", "HX-Polling": "true"})
    assert "<html" not in part.content.decode()
    assert "40 people arrived" in text_of(part)


def test_polling_does_not_keep_a_session_alive(sign_in, anong, numbers, monkeypatch):
    client = sign_in(anong)
    client.get(BOARD)
    began = client.session["seen_at"]
    from moei.web import middleware

    monkeypatch.setattr(middleware.time, "time", lambda: began + 600)
    client.get(BOARD, {"part": 1}, headers={"HX-Polling": "true"})
    assert client.session["seen_at"] == began
    monkeypatch.setattr(middleware.time, "time", lambda: began + 1300)
    page = client.get(BOARD, {"part": 1}, headers={"HX-Polling": "true"})
    assert page.status_code == 302


def test_who_came_first_and_is_least_far_waits_first(work):
    early = add_people(work, 2, began=work.release.began_at - timedelta(hours=3))
    late = add_people(work, 2, seed=4)
    go_on(work, early[:1], 4)
    go_on(work, late[:1], 6)
    rows = board(work).waiting
    assert [row.number for row in rows] == [early[1].number, early[0].number, late[1].number]
    assert rows[0].words == "9 h 0 min"


def test_a_clock_that_runs_out_within_six_hours_is_listed_with_the_time_left(work, acting, anong):
    [case] = add_people(work, 1)
    assert board(work).due == []
    [row] = board(acting(anong, later=timedelta(hours=13))).due
    assert (row.number, row.words) == (case.number, "5 h 0 min")


def test_the_first_sentence_says_what_to_see_to(work, acting, anong):
    assert next_step(board(work)).startswith("Nobody has arrived")
    add_people(work, 3)
    assert next_step(board(work)) == "3 people wait for registration."
    assert next_step(board(acting(anong, later=timedelta(hours=13)))).startswith("3 clocks run out within 6")
    assert next_step(board(acting(anong, later=timedelta(hours=20)))).startswith("3 clocks have run out")


@pytest.mark.parametrize(
    ("span", "words"),
    [
        (timedelta(0), "0 h 0 min"),
        (timedelta(hours=5, minutes=7), "5 h 7 min"),
        (timedelta(days=3, hours=25), "4 d 1 h"),
    ],
)
def test_time_spans_are_told_in_two_units(span, words):
    assert duration(span) == words


@pytest.mark.parametrize("name", ["anong", "kanya", "vera"])
def test_the_page_takes_as_many_queries_for_many_people_as_for_few(
    sign_in, cast, work, name, django_assert_max_num_queries
):
    client = sign_in(cast[name])
    add_people(work, 3)
    client.get(BOARD)
    with django_assert_max_num_queries(20) as few:
        client.get(BOARD)
    fill(work, 60)
    with django_assert_max_num_queries(len(few)):
        client.get(BOARD)


def test_the_board_is_told_at_the_time_of_the_site(sign_in, anong, numbers, site):
    here = datetime.now(UTC).astimezone(site.zone)
    assert here.strftime("%-d %B %Y") in text_of(sign_in(anong).get(BOARD))


def test_people_who_look_within_one_second_share_a_count(work, monkeypatch, django_assert_num_queries):
    monkeypatch.setattr(selector, "_FRESH", timedelta(seconds=1))
    first = recent_counts(work.release, work.now)
    add_people(work, 1)
    with django_assert_num_queries(0):
        assert recent_counts(work.release, work.now + timedelta(milliseconds=900)) is first
    assert recent_counts(work.release, work.now + timedelta(seconds=1)).people == 1
    assert recent_counts(work.release, work.now).at == work.now  # a clock moved back counts anew
