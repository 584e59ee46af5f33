"""Pages, files and API of statistics: who sees them, what they say, what is journalled."""

from __future__ import annotations

import csv
import io
import json
import re
from datetime import UTC, datetime, timedelta

import openpyxl
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from moei.access.acting import Acting
from moei.access.cast import Member, create_agencies, create_member
from moei.access.models import Release, RoleGrant, Staff
from moei.journal.models import Entry
from moei.leaving.models import Departure, Kind
from moei.leaving.web import GIVEN
from moei.overview.actions.count_statistics import count_statistics
from moei.overview.models import Statistics
from moei.overview.tests.people import add_people, go_on
from moei.overview.tests.test_bulletin_pages import ALL

pytestmark = pytest.mark.django_db
PAGE, COUNT = reverse("overview:statistics"), reverse("overview:count")


@pytest.fixture(autouse=True)
def _scratch(settings, tmp_path):
    settings.BULLETINS_DIR = tmp_path
    settings.MFA_REQUIRED = False


@pytest.fixture
def filled(acting, anong):
    cases = add_people(acting(anong), 60)
    go_on(acting(anong), cases[:45], 2)
    return cases


@pytest.fixture
def counted(vera, release, filled):
    return count_statistics(Acting.at_once(vera, release))


@pytest.fixture
def director(release, now):
    member = Member("orawan", "Orawan Phet", "MSDHS Tak", "", ("director",))
    return create_member(member, release, create_agencies(), now=now)


def address(counted, extension="csv"):
    return reverse("overview:statistics_file", args=[counted.pk, extension])


def test_p21_without_a_reason_no_file_leaves(sign_in, vera, counted):
    client = sign_in(vera)
    session = client.session
    del session[GIVEN]
    session.save()
    assert client.get(address(counted)).url.startswith(reverse("leaving:why"))
    assert not Departure.objects.exists()


def test_a_statistician_counts_and_the_page_stands(sign_in, vera, filled):
    client = sign_in(vera)
    assert "Nothing is counted yet" in client.get(PAGE).content.decode()
    assert client.post(COUNT).url == PAGE
    page = client.get(PAGE).content.decode()
    assert Statistics.objects.count() == 1 and "Statistics as of" in page
    assert "Count as of today" not in page and "The next can be counted on" in page


def test_counting_again_too_early_is_refused_in_words(sign_in, vera, counted):
    client = sign_in(vera)
    page = client.post(COUNT, follow=True).content.decode()
    assert "can point to a person" in page and Statistics.objects.count() == 1


def test_a_director_sees_them_and_does_not_count(sign_in, director, counted):
    client = sign_in(director)
    page = client.get(PAGE)
    assert page.status_code == 200 and b"Count as of today" not in page.content
    assert client.post(COUNT).status_code == 403


@pytest.mark.parametrize("name", ALL)
def test_others_reach_no_page_of_statistics(sign_in, cast, counted, name):
    client = sign_in(cast[name])
    pages = (PAGE, reverse("overview:statistics_as_of", args=[counted.pk]), address(counted))
    assert {client.get(url).status_code for url in pages} == {403}
    assert client.post(COUNT).status_code == 403


def test_all_stands_last_in_every_table(sign_in, vera, counted):
    tables = sign_in(vera).get(PAGE).context["tables"]
    named = {table.title: table for table in tables}
    for title in ("By sex", "By age", "By nationality"):
        for table in (named[title], named[title].twin):
            labels = [row.label for row in table.rows]
            assert labels[-1] == "All" and labels.count("All") == 1
    assert "All" not in [row.label for row in named["By need"].rows]


def test_the_note_speaks_of_the_tables_of_this_page(sign_in, vera, counted):
    page = sign_in(vera).get(PAGE)
    titles = {table.title for table in [page.context["way"], *page.context["tables"]]}
    told = [re.match(r"(.+): \d+ of (\d+) counts are protected", line) for line in page.context["notes"]]
    lines = {found[1]: int(found[2]) for found in told if found}
    assert lines and set(lines) <= titles
    for table in page.context["tables"]:
        if table.title in lines:
            cells = [*table.counts(), *(table.twin.counts() if table.twin else [])]
            assert lines[table.title] == len(cells)


def test_every_cell_says_which_column_it_is_of_on_a_telephone(sign_in, vera, counted):
    page = sign_in(vera).get(PAGE).content.decode()
    cells = re.findall(r'<td class="moei-num"([^>]*)>', page)
    assert len(cells) > 100 and all('data-label="' in cell for cell in cells)


def test_a_page_takes_as_many_queries_for_many_dates_as_for_one(sign_in, vera, counted, release):
    client = sign_in(vera)
    client.get(PAGE)

    def queries() -> int:
        with CaptureQueriesContext(connection) as found:
            client.get(PAGE)
        return len(found)

    one = queries()
    for days in range(1, 9):
        other = Statistics.objects.get(pk=counted.pk)
        other.pk, other.as_of = None, counted.as_of.replace(year=2000 + days)
        other._state.adding = True
        other.save()
    assert queries() == one <= 14


def test_releases_stand_side_by_side_for_whoever_may_see_both(sign_in, vera, counted, release):
    elsewhere = Release.objects.create(
        code="elsewhere", name="Elsewhere", began_at=release.began_at - timedelta(days=1), site=release.site
    )
    other = Statistics.objects.get(pk=counted.pk)
    other.pk, other.release = None, elsewhere
    other._state.adding = True
    other.save()
    client = sign_in(vera)
    assert client.get(PAGE).context["releases"] is None
    RoleGrant.objects.filter(staff=vera).update(release=None)
    rows = client.get(PAGE).context["releases"].rows
    assert {row.label.split(",")[0] for row in rows} == {release.name, "Elsewhere"}
    assert client.get(reverse("overview:statistics_as_of", args=[other.pk])).status_code == 404


def test_p21_a_file_leaves_with_a_reason_and_a_number(sign_in, vera, counted):
    answer = sign_in(vera).get(address(counted, "xlsx"))
    assert answer.status_code == 200
    row = Departure.objects.get()
    assert (row.kind, row.people, row.staff) == (Kind.STATISTICS, 0, vera) and row.sha256
    assert Entry.objects.filter(action="statistics.exported").count() == 1
    book = openpyxl.load_workbook(io.BytesIO(answer.content))
    assert "About" in book.sheetnames and "By sex" in book.sheetnames
    values = [row[0] for row in book["By sex"].iter_rows(values_only=True)]
    assert values[-1] == "All"


def printed(counted):
    return [count for table in counted.shown for _key, count, *_range in table["cells"]]


def test_p20_a_file_says_what_the_page_says(sign_in, vera, counted):
    client = sign_in(vera)
    text = client.get(address(counted)).content.decode("utf-8-sig")
    lines = list(csv.DictReader(io.StringIO(text)))
    assert [line["count"] for line in lines][: len(printed(counted))] == [
        "" if count is None else str(count) for count in printed(counted)
    ]
    body = json.loads(client.get(address(counted, "json")).content)
    assert [cell["count"] for table in body["tables"] for cell in table["cells"]] == printed(counted)
    assert body["departure"].startswith("D")


def test_no_other_kind_of_file(sign_in, vera, counted):
    assert sign_in(vera).get(address(counted, "exe")).status_code == 404


def test_over_the_api_it_is_the_same(client, release, add_token, vera, counted):
    def ask(role):
        account = Staff.objects.create(
            username=f"api-{role}", name="Statistics API", agency=vera.agency, is_service=True
        )
        RoleGrant.objects.create(staff=account, role=role, release=release, granted_at=release.began_at)
        token = add_token(account, days=1, at=datetime.now(UTC))
        return client.get("/api/statistics", headers={"Authorization": f"Bearer {token}"})

    answer = ask("statistician")
    assert answer.status_code == 200
    (one,) = answer.json()
    assert [cell["count"] for table in one["tables"] for cell in table["cells"]] == printed(counted)
    assert not {"audit", "true_counts", "bulletin"} & set(one)
    assert ask("registrar").status_code == 403


def test_p20_true_counts_stay_in_the_house(sign_in, vera, director, counted):
    for somebody in (vera, director):
        page = sign_in(somebody).get(PAGE)
        assert "audit" not in page.context
        found = page.context["statistics"]
        assert {"audit", "true_counts", "bulletin"} <= found.get_deferred_fields()


def test_a_table_that_was_left_out_is_said(sign_in, vera, counted):
    Statistics.objects.update(
        left_out=["Along the whole way, by sex"],
        held=[["Along the whole way, by age", "screened"]],
        shown=[table for table in counted.shown if not table["name"].endswith("by sex")],
    )
    page = sign_in(vera).get(PAGE).content.decode()
    assert "could not be protected: By sex" in page
    assert "printed last: By age, Screened" in page


def test_counts_that_nobody_changed_are_not_counted_when_looked_at(sign_in, vera, anong, acting, counted):
    before = sign_in(vera).get(PAGE).context["way"]
    go_on(acting(anong), add_people(acting(anong), 30, seed=5), 1)
    assert sign_in(vera).get(PAGE).context["way"] == before
