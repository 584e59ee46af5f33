"""P10 and P12 as the officer sees them who reads all Ethiopians, and the one who asks Moei who is in it."""

from __future__ import annotations

import re
import threading
import uuid
from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from moei.access import limits
from moei.access.acting import Invalid, Refused
from moei.access.actions.allow_more import ask_for_more, decide_allowance
from moei.access.actions.break_glass import break_glass
from moei.access.actions.say_why import say_why
from moei.access.limits import ReasonNeeded, Slowed
from moei.access.models import Allowance, ApiToken, LookupReason, Notice, OpenedCase, Release, Site, Staff
from moei.access.policy import ROLES
from moei.casefile.actions.open_in_emergency import open_in_emergency
from moei.casefile.models import Case
from moei.casefile.selectors.cases import open_case, search
from moei.crypto import digest_token
from moei.journal.models import Entry


@pytest.fixture
def small(monkeypatch):
    """Limits of a size that a test can reach."""
    monkeypatch.setattr(limits, "quota", lambda acting: 3)
    monkeypatch.setattr(limits, "NAMES_AN_HOUR", 10)
    monkeypatch.setattr(limits, "LOOKUPS_AN_HOUR", 5)
    monkeypatch.setattr(limits, "LOOKUPS_IN_FIVE_MINUTES", 3)
    monkeypatch.setattr(limits, "AGENCY_LOOKUPS_AN_HOUR", 4)


@pytest.fixture
def five(add_case) -> list[Case]:
    return [add_case(f"Bekele Number{letter}", nationality="ETH") for letter in "abcde"]


def look_up(page, words: str):
    """The answer to a search by a form, after the redirect that keeps its words out of the address."""
    return page.get(page.post(reverse("cases:search"), {"q": words}).headers["Location"])


def allow(acting, who, by, kind=Allowance.Kind.CASES, number=2):
    asked = ask_for_more(acting(who), kind, "two buses came and all need a bed tonight")
    return decide_allowance(acting(by), asked, number)


# Quotas (P10) ----------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_p10_every_role_that_opens_cases_has_a_quota():
    assert all(0 < role.cases_an_hour <= 200 for role in ROLES.values())
    assert (
        ROLES["registrar"].cases_an_hour
        > ROLES["social_worker"].cases_an_hour
        > ROLES["embassy"].cases_an_hour
    )


@pytest.mark.django_db
def test_p10_the_officer_who_reads_all_ethiopians_is_stopped_and_the_attempt_is_kept(
    small, five, anong, sign_in
):
    page = sign_in(anong)
    answers = [page.get(reverse("cases:file", args=[case.pk])) for case in five]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429, 429]
    text = answers[3].content.decode()
    assert "Number" not in text and "a second person" in text and answers[3].headers["Retry-After"] == "3600"
    assert Entry.objects.filter(action="case.opened_for_reading").count() == 3
    assert Entry.objects.filter(action="limit.reached", actor=anong.pk).count() == 2


@pytest.mark.django_db
def test_p10_a_case_that_was_opened_stays_open_and_an_hour_later_others_open(small, five, acting, anong):
    for case in five[:3]:
        open_case(acting(anong), case)
    open_case(acting(anong, later=timedelta(minutes=30)), five[0])
    with pytest.raises(Slowed):
        open_case(acting(anong, later=timedelta(minutes=59)), five[3])
    open_case(acting(anong, later=timedelta(minutes=61)), five[3])


@pytest.mark.django_db
def test_p10_other_pages_of_a_case_and_the_api_count_alike(small, five, anong, sign_in, now):
    page = sign_in(anong)
    names = ("screening:interview", "screening:determination", "cases:needs")
    for name, case in zip(names, five, strict=False):
        assert page.get(reverse(name, args=[case.pk])).status_code == 200
    assert page.get(reverse("screening:interview", args=[five[3].pk])).status_code == 429
    ApiToken.objects.create(
        agency=anong.agency,
        staff=anong,
        label="t",
        digest=digest_token("tok"),
        created_at=now,
        expires_at=now + timedelta(days=3000),
    )
    answer = page.get(f"/api/cases/{five[4].pk}", headers={"Authorization": "Bearer tok"})
    assert answer.status_code == 429 and answer.headers["Retry-After"] == "3600"
    assert answer.json()["status"] == 429


@pytest.mark.django_db
def test_p10_a_second_person_allows_more_for_an_hour(small, five, acting, anong, somsak):
    for case in five[:3]:
        open_case(acting(anong), case)
    allow(acting, anong, somsak, number=1)
    open_case(acting(anong), five[3])
    with pytest.raises(Slowed):
        open_case(acting(anong), five[4])
    with pytest.raises(Slowed):
        later = acting(anong, later=timedelta(minutes=59))
        open_case(later, five[4])


@pytest.mark.django_db
def test_p10_nobody_allows_themselves_more_nor_does_a_colleague(acting, anong, prasert, somsak):
    asked = ask_for_more(acting(anong), Allowance.Kind.CASES, "two buses came and all need a bed")
    for other in (anong, prasert):
        with pytest.raises(Refused):
            decide_allowance(acting(other), asked, 5)
    own = ask_for_more(acting(somsak), Allowance.Kind.CASES, "I would like to see more of them")
    with pytest.raises(Refused, match="Somebody else"):
        decide_allowance(acting(somsak), own, 5)
    with pytest.raises(Invalid):
        decide_allowance(acting(somsak), asked, 100_000)
    decide_allowance(acting(somsak), asked, 0)
    with pytest.raises(Invalid, match="already"):
        decide_allowance(acting(somsak), asked, 5)


@pytest.mark.django_db
def test_p10_asking_again_and_again_adds_nothing_up(small, acting, anong, somsak):
    """Three times two more are two more, not six."""
    for _ in range(3):
        allow(acting, anong, somsak, Allowance.Kind.LOOKUPS, number=2)
    for _ in range(5):
        limits.count_lookup(acting(anong))
    with pytest.raises(Slowed):
        limits.count_lookup(acting(anong))


@pytest.mark.django_db
def test_p10_what_was_allowed_in_an_exercise_is_of_no_use_in_the_release(small, acting, anong, now, site):
    exercise = Release.objects.create(
        code="exercise", name="Exercise", began_at=now, site=site, invented=True
    )
    given = {"reason": "an exercise", "asked_at": now, "decided_at": now, "until": now + timedelta(hours=1)}
    Allowance.objects.create(staff=anong, release=exercise, kind=Allowance.Kind.LOOKUPS, number=500, **given)
    for _ in range(3):
        limits.count_lookup(acting(anong))
    with pytest.raises(Slowed):
        limits.count_lookup(acting(anong))


@pytest.mark.django_db
def test_p10_what_waits_in_an_exercise_is_not_in_the_way_of_asking_in_the_release(acting, anong, now, site):
    """Whoever decides in the release would never have read of it."""
    exercise = Release.objects.create(
        code="exercise", name="Exercise", began_at=now, site=site, invented=True
    )
    words = "two buses came and all need a bed"
    there = ask_for_more(replace(acting(anong), release=exercise), Allowance.Kind.CASES, words)
    here = ask_for_more(acting(anong), Allowance.Kind.CASES, words)
    assert (there.release, here.release) == (exercise, acting(anong).release)
    assert ask_for_more(acting(anong), Allowance.Kind.CASES, words) == here


@pytest.mark.django_db
def test_p10_an_emergency_is_never_blocked_and_counts_and_is_told(small, five, acting, anong, somsak):
    for case in five[:3]:
        open_case(acting(anong), case)
    break_glass(acting(anong), five[3].id, "She fainted and nobody can be reached")
    open_case(acting(anong), five[3])
    assert OpenedCase.objects.filter(staff=anong).count() == 4
    assert Notice.objects.filter(kind="many_cases", agency=somsak.agency, who=anong).exists()
    with pytest.raises(Slowed):
        open_case(acting(anong), five[4])


@pytest.mark.django_db(transaction=True)
def test_p10_ten_cases_opened_at_the_same_moment_are_no_more_than_the_quota(small, add_case, acting, anong):
    cases = [add_case(f"Person {letter}") for letter in "abcdefghij"]
    got: list[object] = []

    def run(case: Case) -> None:
        try:
            open_case(acting(anong), case)
            got.append(case)
        except Slowed as slowed:
            got.append(slowed)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(case,)) for case in cases]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert len(got) == 10 and sum(isinstance(answer, Case) for answer in got) == 3
    assert Entry.objects.filter(action="case.opened_for_reading").count() == 3


# Searching is no oracle (P12) --------------------------------------------------------------------------------


@pytest.mark.django_db
def test_p12_nobody_looks_anybody_up_without_a_reason(add_case, acting, anong, sign_in):
    add_case("Khamla Vongphachanh")
    with pytest.raises(ReasonNeeded):
        search(acting(anong, looking=""), "khamla")
    page = sign_in(anong, looking="")
    searches = {
        "cases:list": lambda: look_up(page, "khamla"),
        "reconciliation": lambda: page.post(
            reverse("arrivals:reconciliation") + "?show=arrived", {"q": "khamla"}
        ),
        "register": lambda: page.post(reverse("arrivals:register"), {"find": "1", "q": "khamla"}),
    }
    for name, ask in searches.items():
        answer = ask()
        assert answer.status_code == 302 and reverse("web:say_why") in answer.headers["Location"], name
    assert not Entry.objects.filter(action="people.searched").exists()


@pytest.mark.django_db
def test_p12_the_reason_is_said_once_in_a_session_and_kept(add_case, anong, sign_in):
    add_case("Khamla Vongphachanh")
    page = sign_in(anong, looking="")
    why = reverse("web:say_why")
    asked = look_up(page, "khamla").headers["Location"]
    assert asked.startswith(why) and "khamla" not in asked
    back = page.get(asked).context["back"]
    assert page.post(why, {"code": "family", "text": ""}).context["form"].errors
    answer = page.post(why, {"code": "family", "text": "a sister asks for him", "next": back})
    assert answer.headers["Location"] == back
    found = page.get(answer.headers["Location"])
    assert len(found.context["rows"]) == 1
    assert Entry.objects.get(action="people.searched").data["reason"] == "family"
    assert LookupReason.objects.get().text == "a sister asks for him"
    outside = page.post(why, {"code": "family", "text": "another", "next": "https://evil.example/"})
    assert outside.headers["Location"] == "/"
    page.logout()
    assert look_up(sign_in(anong, looking=""), "khamla").status_code == 302


@pytest.mark.django_db
def test_p12_the_reason_needs_the_duty_to_search(acting, dao):
    with pytest.raises(Refused):
        say_why(acting(dao), "family", "a sister asks")


@pytest.mark.django_db
def test_p12_look_ups_are_slowed_for_a_person(small, add_case, anong, sign_in):
    add_case("Khamla Vongphachanh")
    page = sign_in(anong)
    answers = [look_up(page, word) for word in ("khamla", "nobody", "x", "khamla")]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    assert "Vongphachanh" not in answers[3].content.decode() and answers[3].headers["Retry-After"]
    assert page.get(reverse("cases:list")).status_code == 200, "the list itself stays"


@pytest.mark.django_db
def test_p12_look_ups_are_slowed_for_an_agency_whoever_asks(small, add_case, anong, give_role, acting, site):
    colleague = Staff.objects.create(username="colleague", name="Colleague", agency=anong.agency)
    give_role(colleague, "registrar", site=site)
    add_case("Khamla Vongphachanh")
    for who, times in ((anong, 3), (colleague, 1)):
        for _ in range(times):
            limits.count_lookup(acting(who))
    with pytest.raises(Slowed, match="agency"):
        limits.count_lookup(acting(colleague))
    limits.count_lookup(acting(colleague, later=timedelta(hours=1, minutes=6)))


@pytest.mark.django_db
def test_p12_names_in_lists_are_counted_apart_from_look_ups(small, five, anong, sign_in):
    page = sign_in(anong)
    answers = [page.get(reverse("cases:list")) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert "Bekele" not in answers[2].content.decode()


@pytest.mark.django_db
def test_p12_more_look_ups_are_allowed_by_a_second_person(small, acting, anong, somsak):
    for _ in range(3):
        limits.count_lookup(acting(anong))
    allow(acting, anong, somsak, Allowance.Kind.LOOKUPS, number=1)
    limits.count_lookup(acting(anong))
    with pytest.raises(Slowed):
        limits.count_lookup(acting(anong))


@pytest.mark.django_db
def test_p12_no_such_case_and_not_yours_are_one_answer(add_case, anong, sign_in):
    foreign = add_case("Foreign Person", site=Site.objects.create(name="Another crossing"))
    page = sign_in(anong)
    page.get("/", follow=True)  # the first request of a session writes when it was
    names = ("cases:file", "cases:identity", "cases:needs", "screening:interview", "screening:determination")
    for name in names:
        answers, counts = [], []
        for pk in (foreign.pk, uuid.uuid4()):
            with CaptureQueriesContext(connection) as queries:
                answers.append(page.get(reverse(name, args=[pk])))
            counts.append(len(queries))
        assert [answer.status_code for answer in answers] == [404, 404]
        assert _plain(answers[0]) == _plain(answers[1])
        assert counts[0] == counts[1], name


def _plain(response) -> str:
    """A page without what differs at each request: the form tokens, and its own address."""
    tokens = r'csrfmiddlewaretoken" value="[^"]*"|X-CSRFToken[^}]*}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}'
    return re.sub(tokens, "", response.content.decode())


@pytest.mark.django_db
def test_p12_guessing_case_numbers_in_emergencies_is_told_and_blocks_no_emergency(
    add_case, acting, kanya, somsak
):
    case = add_case("Somebody")
    for _ in range(5):
        with pytest.raises(Invalid, match="No case"):
            open_in_emergency(acting(kanya), "0000-0000-0", "She fainted and nobody answers")
    assert Notice.objects.filter(kind="guesses", agency=somsak.agency, who=kanya).count() == 1
    assert open_in_emergency(acting(kanya), case.number, "She fainted and nobody answers") == case
