"""P11 over every address and every operation of the API: what names somebody leaves an entry of its reading.

The addresses are those of the program, not a list kept here: a new page that names people and journals nothing fails.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from moei.access.models import ApiToken
from moei.access.web import LOOKING
from moei.casefile.actions.record_event import Happening, record_events
from moei.casefile.models import SourceRecord
from moei.crypto import digest_token
from moei.desks.arrivals.actions.commit_import import commit_import
from moei.desks.arrivals.actions.judge_pair import judge_pair
from moei.desks.arrivals.actions.upload_list import upload_list
from moei.desks.arrivals.models import ReviewPair, ReviewWarning
from moei.desks.arrivals.tests.workbooks import PEOPLE, workbook
from moei.engines.protocol import EventKind
from moei.journal.models import Entry
from tests.test_access_matrix import (
    EVERYBODY,
    Address,
    World,
    addresses,
    call,
    operations,
    url_of,
    world,  # noqa: F401
)

pytestmark = pytest.mark.django_db
BEARER = {"authorization": "Bearer a token of a test", "x-moei-reason": "my_cases", "moei-purpose": "care"}

# Pages that must have named somebody on the way, so that the test looks at what it is about.
NAME_SOMEBODY = {
    "cases:list",
    "cases:file",
    "cases:identity",
    "arrivals:import",
    "arrivals:changes",
    "arrivals:reconciliation",
    "arrivals:review",
    "arrivals:decisions",
    "arrivals:register",
    "screening:worklist",
    "screening:interview",
    "screening:determination",
}


@pytest.fixture
def peopled(request, add_case, acting, anong, release, now) -> World:
    """The world of the access matrix, with somebody on every list."""
    there = request.getfixturevalue("world")
    add_case("Awaited Lonely", kind="transferring")
    waits = add_case("Waits Forscreening", birth_from=date(1998, 3, 14), birth_to=date(1998, 3, 14))
    record_events(acting(anong), [Happening(waits, EventKind.REGISTERED, now, {"child": False})])
    one, two, three, four = (add_case(f"Likely Twin{letter}") for letter in "abcd")
    records = {
        case.id: SourceRecord.objects.get(links__person_id=case.person_id) for case in (one, two, three, four)
    }
    judge_pair(acting(anong), records[one.id], records[two.id], "different", "they stood side by side")
    old = upload_list(acting(anong), "old.xlsx", workbook(), "Immigration")
    commit_import(acting(anong), old)
    # Matching makes pairs and warnings anew, so these come after it.
    pair = ReviewPair.objects.create(
        release=release, left=records[three.id], right=records[four.id], rank=1, score=0.5
    )
    ReviewWarning.objects.create(
        release=release,
        code="one_list_twice",
        words="Likely Twinc stands twice",
        records=[str(records[three.id].id)],
    )
    new = upload_list(
        acting(anong),
        "new.xlsx",
        workbook([*PEOPLE, (6, "ADDED LATER", "M", "", "Ethiopia", "")]),
        "Immigration",
    )
    there.values |= {"import_id": new.pk, "old_id": old.pk, "pair_id": pair.pk}
    return there


def named(content: str) -> set[str]:
    """Whom an answer names."""
    names = {"ADDED LATER", *SourceRecord.objects.values_list("name", flat=True)}
    text = re.sub(r"\s+", " ", content).casefold()
    return {name for name in names if name and name.casefold() in text}


def reads(staff) -> int:
    return Entry.objects.filter(kind=Entry.Kind.READ, actor=staff.id).count()


def signed_in(staff) -> Client:
    client = Client()
    client.force_login(staff)
    session = client.session
    session[LOOKING] = "my_cases"
    session.save()
    return client


def posts_of(address: Address, there: World) -> list[dict[str, str]]:
    """What a form is sent with: nothing, and what makes some pages name people without saving anything."""
    case = str(there.theirs.pk)
    about = {
        "arrivals:register": [{"find": "1", "q": "theirs"}, {"choose": case}, {"save": "1", "case": case}],
        "arrivals:reconciliation": [{"q": "theirs"}],
    }
    return [{}, *about.get(address.name, [])] if "POST" in address.methods else []


@pytest.mark.parametrize("who", [who for who, roles in EVERYBODY.items() if roles])
def test_p11_every_page_that_names_somebody_journals_its_reading_once(peopled, who):
    staff, client = peopled.staff[who], signed_in(peopled.staff[who])
    silent, twice, naming = [], [], set()
    for address in addresses():
        if address.rule is None:
            continue
        url = url_of(address, peopled, theirs=True)
        asked = [("GET", {})] if "GET" in address.methods else []
        for method, data in [*asked, *(("POST", data) for data in posts_of(address, peopled))]:
            with transaction.atomic():
                before = reads(staff)
                response = client.get(url) if method == "GET" else client.post(url, data)
                content = b"".join(response) if response.streaming else response.content
                found = named(content.decode(errors="replace"))
                written = reads(staff) - before
                transaction.set_rollback(True)
            if found:
                naming.add(address.name)
            if found and not written:
                silent.append((method, address.name, data, found))
            if written > 1:
                twice.append((method, address.name, data, written))
    assert silent == []
    assert twice == []
    if who == "anong":
        assert naming >= NAME_SOMEBODY


def test_p11_every_operation_that_names_somebody_journals_its_reading(peopled):
    staff = peopled.staff["anong"]
    ApiToken.objects.create(
        agency=staff.agency,
        staff=staff,
        label="test",
        digest=digest_token("a token of a test"),
        created_at=datetime.now(UTC),
        expires_at=datetime.now(UTC) + timedelta(hours=1),
    )
    client, silent, naming = Client(), [], set()
    for method, path, operation in operations():
        with transaction.atomic():
            before = reads(staff)
            response = call(client, peopled, method, path, operation, theirs=True, **BEARER)
            found = named(response.content.decode())
            written = reads(staff) - before
            transaction.set_rollback(True)
        if found:
            naming.add(operation["operationId"])
        if found and not written:
            silent.append((method, path, found))
    assert silent == []
    assert naming >= {"list_cases", "open_case"}


SEARCHES = {
    "cases:list": lambda page, q: page.post(reverse("cases:search"), {"q": q}, follow=True),
    "arrivals:reconciliation": lambda page, q: page.post(
        reverse("arrivals:reconciliation") + "?show=arrived", {"q": q}
    ),
    "arrivals:register": lambda page, q: page.post(reverse("arrivals:register"), {"find": "1", "q": q}),
}


@pytest.mark.parametrize("name", SEARCHES)
def test_p11_a_search_is_one_entry_that_says_whom_it_showed_and_not_what_was_looked_for(
    add_case, anong, sign_in, name
):
    case = add_case("Khamla Vongphachanh")
    add_case("Somebody Else")
    page = sign_in(anong)
    SEARCHES[name](page, "vongphachanh khamla")
    SEARCHES[name](page, "nobodybythisname")
    hit, miss = Entry.objects.filter(kind=Entry.Kind.READ, actor=anong.id).order_by("seq")
    assert (hit.action, miss.action) == ("people.searched", "people.searched")
    assert (hit.data["page"], hit.data["words"], hit.data["cases"]) == (name, 2, [str(case.id)])
    assert (miss.data["people"], "cases" in miss.data) == (0, False)
    assert "vongph" not in str([hit.data, hit.fields]).casefold()
    assert hit.fields["words"][1] and hit.fields["words"] != miss.fields["words"]


def test_p11_a_search_over_the_api_is_one_entry(add_case, anong, client):
    ApiToken.objects.create(
        agency=anong.agency,
        staff=anong,
        label="test",
        digest=digest_token("a token of a test"),
        created_at=datetime.now(UTC),
        expires_at=datetime.now(UTC) + timedelta(hours=1),
    )
    case = add_case("Khamla Vongphachanh", nationality="LAO")
    client.get("/api/cases/", {"q": "khamla", "nationality": "LAO"}, headers=BEARER)
    entry = Entry.objects.get(kind=Entry.Kind.READ)
    assert (entry.action, entry.data["page"]) == ("people.searched", "api:list_cases")
    assert (entry.data["cases"], entry.data["filters"]) == ([str(case.id)], ["nationality"])


def test_p11_a_list_says_which_filters_were_set(add_case, anong, sign_in):
    add_case("Khamla Vongphachanh", nationality="LAO")
    sign_in(anong).get(reverse("cases:list"), {"nationality": "LAO"})
    entry = Entry.objects.get(kind=Entry.Kind.READ)
    assert (entry.action, entry.data["filters"], entry.data["people"]) == (
        "people.listed",
        ["nationality"],
        1,
    )


def test_a_list_that_shows_nobody_is_no_reading(anong, sign_in):
    for name in ("cases:list", "arrivals:reconciliation", "screening:worklist", "arrivals:review"):
        sign_in(anong).get(reverse(name))
    assert not Entry.objects.filter(kind=Entry.Kind.READ).exists()
