"""Pages and API of bulletins: who prepares, who reads, what is journalled."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.urls import reverse

from moei.access.acting import Acting
from moei.access.cast import Member, create_agencies, create_member
from moei.access.models import RoleGrant, Staff
from moei.journal.models import Entry
from moei.overview.actions.publish_bulletin import publish_bulletin
from moei.overview.models import Bulletin
from moei.overview.tests.people import add_people, fill

pytestmark = pytest.mark.django_db

LIST, PREPARE = reverse("overview:bulletins"), reverse("overview:prepare")
ALL = [
    "anong",
    "prasert",
    "mali",
    "kanya",
    "selam",
    "tesfa",
    "dao",
    "niran",
    "somsak",
    "admin",
    "lawan",
    "mallory",
]


@pytest.fixture(autouse=True)
def _scratch(settings, tmp_path):
    settings.BULLETINS_DIR = tmp_path
    settings.MFA_REQUIRED = False


@pytest.fixture
def director(release, now):
    member = Member("orawan", "Orawan Phet", "MSDHS Tak", "", ("director",))
    return create_member(member, release, create_agencies(), now=now)


@pytest.fixture
def filled(acting, anong):
    return fill(acting(anong), 120)


@pytest.fixture
def published(vera, release, filled):
    return publish_bulletin(Acting.at_once(vera, release))


def test_a_statistician_looks_then_publishes_what_she_saw(sign_in, vera, filled):
    client = sign_in(vera)
    page = client.get(PREPARE)
    assert "not published yet" in page.content.decode()
    assert "What an attacker can compute" in page.content.decode()
    assert not Bulletin.objects.exists()
    answer = client.post(PREPARE, {"seen": page.context["draft"].digest})
    bulletin = Bulletin.objects.get()
    assert answer.url == reverse("overview:bulletin", args=[bulletin.pk])
    assert b"Bulletin 1 is published" in client.get(answer.url).content


def test_counts_that_changed_in_between_are_shown_again_and_not_published(
    sign_in, vera, acting, anong, filled
):
    client = sign_in(vera)
    seen = client.get(PREPARE).context["draft"].digest
    add_people(acting(anong), 25, seed=8)
    answer = client.post(PREPARE, {"seen": seen})
    assert answer.status_code == 422
    assert "have changed since you looked" in answer.content.decode()
    assert answer.context["draft"].digest != seen
    assert not Bulletin.objects.exists()


def test_publishing_without_having_looked_is_refused(sign_in, vera, filled):
    assert sign_in(vera).post(PREPARE, {}).status_code == 422
    assert not Bulletin.objects.exists()


def test_a_second_bulletin_on_one_day_is_refused_in_words(sign_in, vera, published):
    page = sign_in(vera).get(PREPARE)
    assert "There is one for each date" in page.content.decode()
    assert "Publish this bulletin" not in page.content.decode()


def test_a_director_reads_bulletins_and_cannot_publish(sign_in, director, published):
    client = sign_in(director)
    assert client.get(LIST).status_code == 200
    page = client.get(reverse("overview:bulletin", args=[published.pk]))
    assert page.status_code == 200
    assert "stays in the house" not in page.content.decode()
    assert client.get(PREPARE).status_code == 403
    assert client.post(PREPARE, {"seen": "x"}).status_code == 403


@pytest.mark.parametrize("name", ALL)
def test_others_reach_no_bulletin_page(sign_in, cast, published, name):
    client = sign_in(cast[name])
    own = [reverse(f"overview:{page}", args=[published.pk]) for page in ("bulletin", "bulletin_pdf")]
    assert {client.get(url).status_code for url in (LIST, PREPARE, *own)} == {403}


def test_a_bulletin_of_another_release_is_not_found(sign_in, vera, release, published):
    Bulletin.objects.update(
        release=type(release).objects.create(
            code="other", name="Other", began_at=release.began_at, site=release.site
        )
    )
    assert sign_in(vera).get(reverse("overview:bulletin", args=[published.pk])).status_code == 404


def test_a_download_is_journalled(sign_in, vera, published):
    page = sign_in(vera).get(reverse("overview:bulletin_pdf", args=[published.pk]))
    assert page.content.startswith(b"%PDF")
    assert "attachment" in page["Content-Disposition"]
    entry = Entry.objects.get(action="bulletin.exported")
    assert (entry.kind, entry.actor, entry.data["bulletin"]) == ("read", vera.id, str(published.id))


def test_p20_true_counts_of_protected_cells_are_not_on_the_page_for_readers(sign_in, director, published):
    page = sign_in(director).get(reverse("overview:bulletin", args=[published.pk]))
    assert "audit" not in page.context
    for table in page.context["tables"]:
        if not table.known_to_press:
            counts = [cell.count for row in table.rows for cell in row.cells]
            assert all(count is None or not 1 <= count <= 9 for count in counts)


def test_p22_pages_of_an_invented_release_say_so(sign_in, vera, published):
    page = sign_in(vera).get(reverse("overview:bulletin", args=[published.pk]))
    assert "invented" in page.content.decode()


def test_the_list_of_bulletins_takes_a_constant_number_of_queries(
    sign_in, vera, published, django_assert_max_num_queries
):
    client = sign_in(vera)
    client.get(LIST)
    with django_assert_max_num_queries(12) as few:
        client.get(LIST)
    for number in range(2, 31):
        published.pk = None
        published.id = type(published)._meta.pk.get_default()
        published.number, published.as_of = number, datetime(2020, 1, number, tzinfo=UTC).date()
        published.save(force_insert=True)
    with django_assert_max_num_queries(len(few)):
        client.get(LIST)


@pytest.fixture
def call(client, release, add_token, vera):
    account = Staff.objects.create(
        username="stat-api", name="Statistics API", agency=vera.agency, is_service=True
    )
    RoleGrant.objects.create(staff=account, role="statistician", release=release, granted_at=release.began_at)
    token = add_token(account, days=1, at=datetime.now(UTC))
    return lambda path: client.get(path, headers={"Authorization": f"Bearer {token}"})


def test_the_api_gives_counts_and_published_bulletins(call, published):
    counts = call("/api/board").json()
    assert counts["people"] == 120
    assert counts["reached"]["arrived"] == 120
    [bulletin] = call("/api/bulletins").json()
    assert bulletin["number"] == 1
    protected = [cell for table in bulletin["tables"] for cell in table["cells"] if cell["count"] is None]
    assert protected and "audit" not in bulletin
