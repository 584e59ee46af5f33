"""P12: an invented person whom nobody has a reason to look for. Who touches one is told to the auditors alone."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse

from moei.access.acting import Invalid, Refused
from moei.access.actions.break_glass import break_glass
from moei.access.journalled import was_listed
from moei.access.models import ApiToken, Canary, Notice, Tally
from moei.casefile.actions.record_event import Happening, record_events
from moei.casefile.actions.resolve_people import resolve_people
from moei.casefile.models import Case, RecordLink, SourceRecord
from moei.casefile.selectors.cases import visible_cases
from moei.crypto import digest_token
from moei.desks.arrivals.actions.add_canary import add_canary
from moei.desks.arrivals.selectors.reconciliation import Group, counts, people_of
from moei.engines.protocol import EventKind
from moei.journal.models import Entry
from moei.overview.contents import publication
from moei.overview.selectors.board import board
from moei.overview.selectors.counting import release_counts

pytestmark = pytest.mark.django_db
NAME = "Makeda Wolde"


@pytest.fixture
def canary(acting, somsak, families) -> Case:
    return add_canary(acting(somsak), NAME, "ETH", sex="F", born=1999)


def alarms() -> list[str]:
    return list(Notice.objects.filter(kind="canary").values_list("action", flat=True))


def test_p12_opening_one_is_told_to_the_auditors_and_to_nobody_else(canary, anong, admin, somsak, sign_in):
    page = sign_in(anong).get(reverse("cases:file", args=[canary.pk]))
    assert page.status_code == 200 and NAME in page.content.decode()
    assert alarms() == ["case.opened_for_reading"]
    [notice] = Notice.objects.all()
    assert (notice.who, notice.agency, notice.case_id) == (anong, somsak.agency, canary.id)
    seen = sign_in(somsak).get(reverse("web:notices")).content.decode()
    assert "invented person" in seen and canary.number in seen and NAME not in seen
    assert "nobody has looked at" in seen
    for other in (admin, anong):
        text = sign_in(other).get("/", follow=True).content.decode()
        assert "nobody has looked at" not in text
    assert "invented person" not in sign_in(admin).get(reverse("web:notices")).content.decode()


@pytest.mark.parametrize("where", ["cases:list", "arrivals:register"])
def test_p12_finding_one_by_a_search_is_told(canary, anong, sign_in, where):
    page = sign_in(anong)
    if where == "cases:list":
        page.post(reverse("cases:search"), {"q": "makeda"}, follow=True)
    else:
        page.post(reverse(where), {"find": "1", "q": "makeda"})
    assert alarms() == ["people.searched"]


def test_p12_taking_one_away_over_the_api_is_told(canary, anong, client, now):
    ApiToken.objects.create(
        agency=anong.agency,
        staff=anong,
        label="t",
        digest=digest_token("tok"),
        created_at=now,
        expires_at=now + timedelta(days=3000),
    )
    client.get("/api/cases/", headers={"Authorization": "Bearer tok", "Moei-Purpose": "care"})
    assert alarms() == ["cases.exported"]


@pytest.mark.parametrize("asked", [{"offset": 1}, {"offset": 100, "limit": 1}])
def test_p12_a_count_of_a_search_over_the_api_tells_of_one_and_is_told(canary, anong, client, now, asked):
    """Nobody is on that page, and the count answers all the same whether somebody bears the name."""
    ApiToken.objects.create(
        agency=anong.agency,
        staff=anong,
        label="t",
        digest=digest_token("tok"),
        created_at=now,
        expires_at=now + timedelta(days=3000),
    )
    headers = {"Authorization": "Bearer tok", "X-Moei-Reason": "my_cases", "Moei-Purpose": "care"}
    answer = client.get("/api/cases/", {"q": "makeda", **asked}, headers=headers).json()
    assert (answer["count"], answer["cases"]) == (1, [])
    assert alarms() == ["people.searched"]
    entry = Entry.objects.get(action="people.searched")
    assert (entry.data["people"], entry.data["cases"]) == (1, [str(canary.pk)])
    assert Tally.objects.get(kind="names").n == 1


@pytest.mark.parametrize("where", ["cases:list", "arrivals:reconciliation"])
def test_p12_the_last_page_of_a_search_tells_of_those_before_it(
    canary, add_case, anong, sign_in, monkeypatch, where
):
    """Sorted by number or by name, the canary is on the first page; whoever asks for the last one reads its count."""
    for row in range(2):
        add_case(f"Makeda Zeleke{'ab'[row]}", kind="family", nationality="ETH")
    Case.objects_unchecked.filter(pk=canary.pk).update(number="0000-0000-0")
    page = sign_in(anong)
    if where == "cases:list":
        monkeypatch.setattr("moei.casefile.views.PAGE", 1)
        found = page.post(reverse("cases:search"), {"q": "makeda"})
        text = page.get(f"{found.url}&page=3").content.decode()
    else:
        monkeypatch.setattr("moei.desks.arrivals.views.reconciliation.PAGE", 1)
        address = reverse(where) + "?show=family-only&page=3"
        text = page.post(address, {"q": "makeda"}).content.decode()
    assert NAME not in text
    assert alarms() == ["people.searched"]


def test_p12_opening_one_in_an_emergency_is_told(canary, acting, kanya):
    break_glass(acting(kanya), canary.id, "She fainted and nobody can be reached")
    assert alarms() == ["break_glass.opened"]


def test_p12_reading_somebody_else_and_lists_raise_no_alarm(canary, add_case, anong, sign_in):
    page, other = sign_in(anong), add_case("Somebody Else")
    assert NAME in page.get(reverse("cases:list")).content.decode()
    page.post(reverse("cases:search"), {"q": "somebody"}, follow=True)
    page.get(reverse("cases:file", args=[other.pk]))
    assert alarms() == []


def test_p12_to_a_reader_it_is_like_anybody_whom_a_family_misses(canary, anong, sign_in):
    page = sign_in(anong)
    real = Case.objects_unchecked.get(person__name="REAL SISTER")
    mine, other = (
        page.get(reverse("cases:file", args=[case.pk])).content.decode() for case in (canary, real)
    )
    for case, text in ((canary, mine), (real, other)):
        assert "canary" not in text.casefold() and "Somsak" not in text
        assert case.number in text
    assert mine.count("<h2") == other.count("<h2")
    record = SourceRecord.objects.get(pk=Canary.objects.get().record_id)
    assert record.list_name == SourceRecord.objects.get(name="REAL SISTER").list_name
    assert "canary" not in page.get(reverse("cases:list")).content.decode().casefold()


def test_p12_no_list_and_no_count_inside_leaves_it_out(canary, acting, anong, somsak, sign_in):
    """An alarm protects people only while nobody can tell it apart. The case list must show it, to be one; so a group or
    a count that left it out would name it by subtraction, and whoever wants to read on unseen would step around it."""
    page = sign_in(anong)
    listed = page.get(reverse("cases:list")).content.decode()
    family = page.get(reverse("arrivals:reconciliation"), {"show": "family-only"}).content.decode()
    for text in (listed, family):
        assert NAME in text and "REAL SISTER" in text
    for invented in (0, 1):
        if invented:
            add_canary(acting(somsak), "Hirut Invented", "ETH")
        cases = set(visible_cases(anong, canary.release_id, now=acting(anong).now))
        group = set(people_of(acting(anong), Group.FAMILY_ONLY))
        shown = board(acting(anong)).counts
        assert canary in group and group == cases and len(cases) == 2 + invented
        assert counts(acting(anong)).reported_only == counts(acting(anong)).people == len(cases)
        assert (shown.reported_only, shown.files) == (len(cases), len(cases))


def test_p12_the_board_over_the_api_says_what_the_board_says(canary, anong, client, now):
    ApiToken.objects.create(
        agency=anong.agency,
        staff=anong,
        label="t",
        digest=digest_token("tok"),
        created_at=now,
        expires_at=now + timedelta(days=3000),
    )
    headers = {"Authorization": "Bearer tok"}
    assert client.get("/api/board", headers=headers).json()["reported_only"] == 2
    assert client.get("/api/reconciliation", headers=headers).json()["reported_only"] == 2


def test_p12_p20_it_is_in_nothing_that_is_published(canary, add_case, acting, anong, somsak, release, now):
    """What leaves the house is of true people only: an invented one must not grow a figure that the press prints."""
    add_case("Somebody Handedover", nationality="ETH")
    before = release_counts(release, now)
    add_canary(acting(somsak), "Hirut Invented", "ETH")
    came = Happening(canary, EventKind.ARRIVED, now)
    record_events(acting(anong), [came, Happening(canary, EventKind.REGISTERED, now, {"child": False})])
    assert release_counts(release, now) == before
    assert (before.files, before.reported_only, before.people) == (2, 1, 1)
    inside = board(acting(anong)).counts
    assert (inside.files, inside.people) == (4, 2)
    published = publication(release_counts(release, now), before.on).cells()
    assert published == publication(before, before.on).cells()


def test_p12_its_row_is_of_the_day_of_the_list_that_it_claims_to_be_on(acting, somsak, families):
    add_canary(acting(somsak, later=timedelta(days=2)), NAME, "ETH")
    days = SourceRecord.objects.values_list("happened_at", "recorded_at").distinct()
    assert list(days) == [(families.happened_at, families.committed_at)]


def test_p12_a_program_that_may_take_the_list_does_not_bury_the_true_alarm(canary, acting, anong, kanya):
    """The same again within an hour is one alarm; another doing, another person and another hour are alarms."""
    for minutes in (0, 1, 59):
        was_listed(acting(anong, later=timedelta(minutes=minutes)), "x", [canary.id], action="cases.exported")
    assert alarms() == ["cases.exported"]
    was_listed(acting(anong, later=timedelta(minutes=59)), "x", [canary.id], words="makeda")
    assert sorted(alarms()) == ["cases.exported", "people.searched"]
    was_listed(acting(kanya, later=timedelta(minutes=59)), "x", [canary.id], action="cases.exported")
    assert Notice.objects.filter(action="cases.exported", who=kanya).count() == 1
    was_listed(acting(anong, later=timedelta(minutes=60)), "x", [canary.id], action="cases.exported")
    assert Notice.objects.filter(action="cases.exported", who=anong).count() == 2
    assert Entry.objects.filter(action="cases.exported").count() == 5


def test_p12_it_is_not_published_either_once_somebody_registers_it(canary, acting, anong, release, now):
    before = release_counts(release, now)
    came = Happening(canary, EventKind.ARRIVED, now)
    record_events(acting(anong), [came, Happening(canary, EventKind.REGISTERED, now, {"child": False})])
    after = release_counts(release, now)
    assert (after.people, after.by_nationality, after.clocks, after.needs) == (
        before.people,
        before.by_nationality,
        before.clocks,
        before.needs,
    )


def test_p12_it_is_matched_with_nobody(canary, add_case, acting, anong):
    """Somebody of the same name and nationality is on another list: they stay two."""
    twin = add_case(NAME, nationality="ETH", sex="F")
    resolve_people(acting(anong))
    person = Canary.objects.get().person_id
    [link] = RecordLink.objects.filter(person=person, ended_at=None)
    assert link.record_id == Canary.objects.get().record_id
    twin.person.refresh_from_db()
    assert twin.person.merged_into_id is None
    canary.refresh_from_db()
    assert not canary.hidden


def test_p12_only_who_keeps_canaries_adds_and_sees_them(canary, acting, cast, sign_in):
    for who in ("anong", "admin", "vera", "kanya"):
        with pytest.raises(Refused):
            add_canary(acting(cast[who]), "X Y", "ETH")
        assert sign_in(cast[who]).get(reverse("web:canaries")).status_code == 403
    page = sign_in(cast["somsak"])
    assert NAME in page.get(reverse("web:canaries")).content.decode()
    page.post(
        reverse("web:canaries"),
        {"name": "Another Invented", "nationality": "lao", "sex": "M", "born": "2001"},
    )
    assert Canary.objects.count() == 2
    assert Entry.objects.filter(action="canary.added").count() == 2


@pytest.mark.parametrize(
    "about", [{"name": " "}, {"nationality": "XYZ1"}, {"sex": "Q"}, {"born": 99}, {"born": 3000}]
)
def test_a_canary_that_fits_nowhere_is_refused(acting, somsak, about):
    values = {"name": NAME, "nationality": "ETH"} | about
    with pytest.raises(Invalid):
        add_canary(acting(somsak), values.pop("name"), values.pop("nationality"), **values)
    assert not Canary.objects.exists()
