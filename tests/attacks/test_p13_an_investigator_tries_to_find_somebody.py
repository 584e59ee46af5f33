"""P13, P11: an investigator in bad faith, with everything that their own desk gives, looks for who told something.

They know the people of the release by name, whom they want to find, and the hour at which each was heard. They try pages,
searches, files, the order and moment of statements, the journal, and counting.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections import Counter
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse
from tests.attacks.conftest import client_of
from tests.attacks.test_who_wants_more_than_is_theirs import token_of

from moei.casefile.models import Case
from moei.desks.investigations.actions.give_statement import give_statement
from moei.desks.investigations.facts import Draft, Said
from moei.desks.investigations.generalising import Period, Shown, enough
from moei.desks.investigations.models import Statement
from moei.desks.investigations.selectors.statements import listed
from moei.desks.investigations.tests.conftest import (  # noqa: F401 - fixtures
    agree_to,
    crowd,
    dej,
    draft,
    dsi,
    interviewed,
    link_keys,
    tell,
)
from moei.desks.investigations.words import What

pytestmark = pytest.mark.django_db
ASKED = {"to_agency": "A friend (invented)", "to_country": "KEN", "purpose": "to find somebody"}


@pytest.fixture
def told(crowd, interviewed, agree_to, acting, kanya, dsi, link_keys, now):  # noqa: F811
    """Twelve people of three countries, heard over nine days; seven of them told something, in this order."""
    others = [
        interviewed(name, nationality=state, born=born, at=now + timedelta(days=days, hours=hour))
        for name, state, born, days, hour in (
            ("Wanjiru Kamau", "KEN", 1999, 0, 1),
            ("Chidi Okafor", "NGA", 1987, 1, 2),
            ("Bishnu Rai", "NPL", 2001, 8, 0),
            ("Sita Thapa", "NPL", 1975, 8, 2),
            ("Moses Otieno", "KEN", 1997, 8, 3),
            ("Grace Akinyi", "KEN", 1996, 8, 4),
            ("Ama Mensah", "GHA", 1970, 9, 1),
        )
    ]
    later = now + timedelta(days=9)
    by = []
    for number, case in enumerate(
        [crowd[0], others[0], crowd[1], others[1], others[2], others[3], others[4]]
    ):
        agree_to(case, later=timedelta(days=9))
        heard = case.events.get(kind="interview_started").happened_at.date()
        facts = (Said(What.BOSS, "Lao Wang"), Said(What.PHONE, "+66 81 234 5678"))
        by.append(
            (case, give_statement(acting(kanya, at=later), case, dsi, Draft(heard, f"Told {number}.", facts)))
        )
    return by


def everything(page: Client) -> str:
    """All that the desk's own pages say, links followed."""
    names = ("statements", "entities", "names", "timeline", "exports", "export", "take_in")
    todo = [reverse(f"investigations:{name}") for name in names]
    todo.append(reverse("investigations:entities") + "?several=0")
    seen: set[str] = set()
    said: list[str] = []
    while todo:
        address = todo.pop()
        if address in seen:
            continue
        seen.add(address)
        answer = page.get(address)
        text = answer.content.decode(errors="replace")
        if answer.status_code == 200:
            said.append(text)
            todo += [one for one in re.findall(r'href="(/investigations/[^"#]*)"', text) if "{" not in one]
    assert len(seen) > 15
    return "\n".join(said)


def names_and_numbers(cases) -> list[str]:
    found = []
    for case in cases:
        found += [case.number, str(case.pk), str(case.person_id), *case.person.name.split()]
    return found


def test_p13_by_page_every_page_of_the_desk_read_through_names_nobody(told, crowd, niran):  # noqa: F811
    said = everything(client_of(niran))
    assert "Told 0." in said and "Lao Wang" in said
    cases = Case.objects.within_program("a test looks for their names")
    assert [word for word in names_and_numbers(cases) if word in said] == []
    # Nor who handed it over: a caseworker has few cases.
    assert "Kanya" not in said and "Safe Return" not in said


def test_p13_by_search_a_name_finds_nothing_that_nonsense_does_not(told, niran):
    page = client_of(niran)
    answers = set()
    for words in ("Almaz", "Wanjiru", "Tekle", "Nobodyatall"):
        answer = page.post(reverse("investigations:entities"), {"q": words}).content.decode()
        shown = answer[answer.index("<main") : answer.index("</main>")].replace(words, "")
        # Each form has a token of its own.
        answers.add(re.sub(r'value="[A-Za-z0-9]{40,}"', "", shown))
    assert len(answers) == 1


def test_p13_by_export_no_file_names_anybody_or_says_a_day(told, niran):
    page, said = client_of(niran), ""
    for kind in ("package", "ftm", "gexf"):
        answer = page.post(reverse("investigations:export"), {"kind": kind, **ASKED})
        content = b"".join(answer)
        if kind == "package":
            with zipfile.ZipFile(io.BytesIO(content)) as package:
                said += "".join(
                    package.read(name).decode("utf-8-sig")
                    for name in package.namelist()
                    if not name.endswith("pdf")
                )
        else:
            said += content.decode()
    cases = Case.objects.within_program("a test looks for their names")
    assert [word for word in names_and_numbers(cases) if word in said] == []
    heard = {f"{case.events.get(kind='interview_started').happened_at.date()}" for case, _s in told}
    edges = {str(day) for _c, one in told for day in (one.heard_from, one.heard_to)}
    assert [day for day in heard - edges if day in said] == []


def test_p13_by_timing_they_come_in_no_order_and_at_no_moment_that_says_who(told, acting, niran, now):
    """They look every day. Whoever was heard in a period appears on one day, with all the others of it."""
    appeared: dict[str, date] = {}
    for days in range(60):
        for one in listed(acting(niran, later=timedelta(days=days))):
            appeared.setdefault(one.code, (now + timedelta(days=days)).date())
    assert len(appeared) == len(told)
    for _case, one in told:
        assert appeared[one.code] == max(one.visible_from, now.date())
    shown = [one.code for one in listed(acting(niran, later=timedelta(days=60)))]
    same_period = Counter((one.heard_from, one.heard_to) for _c, one in told).most_common(1)[0][0]
    within = [code for code in shown if Statement.objects.get(code=code).heard_from == same_period[0]]
    assert within == sorted(within)  # by a random code
    # Ids are of version 4: no clock in them.
    assert {one.pk.version for _c, one in told} | {one.teller_id.version for _c, one in told} == {4}


def test_p13_by_the_journal_and_the_registers_they_see_nothing(told, niran):
    page = client_of(niran)
    for name in ("journal", "readings", "export_journal", "files_left", "lookups", "unusual"):
        assert page.get(reverse(f"web:{name}")).status_code in (403, 405), name


def test_p13_by_counting_at_least_five_people_fit_whatever_they_put_together(told, release):
    """All periods of a pseudonym together with what is said of the person."""
    for _case, one in told:
        periods = [
            Period(first, last) for first, last in one.teller.statements.values_list("heard_from", "heard_to")
        ]
        who = Shown(one.teller.origin, one.teller.band)
        assert enough(release, who, periods, on=datetime.now(UTC).date().replace(year=2026, month=3, day=11))


def test_p13_by_the_link_they_get_the_word_of_two_agencies_and_never_the_file(told, niran):
    page = client_of(niran)
    _case, one = told[0]
    page.post(
        reverse("investigations:ask_link", args=[one.teller_id]), {"reason": "I want to find this person."}
    )
    request = one.teller.requests.get()
    for name in ("answer_link", "sealed_link"):
        assert page.get(reverse(f"investigations:{name}", args=[request.pk])).status_code == 403
    assert page.get(reverse("investigations:links")).status_code == 403


def test_p13_by_the_case_side_they_get_nothing(told, niran):
    page = client_of(niran)
    for case, _one in told:
        for name in ("case", "give"):
            address = reverse(f"investigations:{name}", args=[case.pk])
            for method in ("GET", "POST"):
                with transaction.atomic():
                    assert page.generic(method, address).status_code in (404, 405)


def test_p13_by_the_api_they_get_what_the_pages_say_and_no_more(told, niran):
    headers = token_of(niran) | {"Moei-Purpose": "authority"}
    said = ""
    for path in ("statements", "entities"):
        answer = Client().get(f"/api/network/{path}", headers=headers)
        assert answer.status_code == 200, answer.content
        said += answer.content.decode()
    assert "Told 0." in said and "+66812345678" in said
    cases = Case.objects.within_program("a test looks for their names")
    assert [word for word in names_and_numbers(cases) if word in said] == []
