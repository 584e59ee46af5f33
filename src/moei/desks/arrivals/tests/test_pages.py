"""The pages of the desk: each answers for those who may, says no to the others, and asks a constant number of queries."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from moei.access.models import Release
from moei.desks.arrivals.actions.commit_import import commit_import
from moei.desks.arrivals.actions.upload_list import upload_list
from moei.desks.arrivals.models import ListImport
from moei.desks.arrivals.tests.workbooks import PEOPLE, TRANSFER, workbook
from moei.engines.identity import make_td3

pytestmark = pytest.mark.django_db

PAGES = ("lists", "upload", "reconciliation", "review", "decisions", "register", "paper")


def invented(count: int, *, first: int = 0) -> list[tuple[object, ...]]:
    """Rows of people who are unlike each other; none exists."""
    syllables = ("ba", "ke", "li", "mo", "nu", "ra", "si", "to", "wu", "za")
    rows: list[tuple[object, ...]] = []
    for n in range(first, first + count):
        word = "".join(syllables[int(digit)] for digit in f"{n * 7919 % 100_000:05d}")
        family = "".join(syllables[int(digit)] for digit in f"{n * 104_729 % 100_000:05d}")
        born = f"{n % 27 + 1:02d}.{n % 12 + 1:02d}.{1980 + n % 25}"
        rows.append(
            (n + 1, f"{word} {family}".upper(), "MF"[n % 2], born, "Ethiopia", f"EP{3_000_000 + n * 37}")
        )
    return rows


@pytest.fixture
def taken_in(anong, acting):
    def take(
        rows=PEOPLE, *, title: str | None = None, name: str = "received.xlsx", sender: str = "Police"
    ) -> ListImport:
        data = workbook(rows) if title is None else workbook(rows, title=title)
        imp = upload_list(acting(anong), name, data, sender)
        return commit_import(acting(anong), imp).list_import

    return take


@pytest.mark.parametrize("name", PAGES)
def test_the_pages_open_for_a_social_worker_even_with_nothing_there(name, sign_in, anong):
    assert sign_in(anong).get(reverse(f"arrivals:{name}")).status_code == 200


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize(
    "who", ["prasert", "kanya", "selam", "tesfa", "dao", "niran", "vera", "somsak", "lawan", "admin"]
)
def test_the_pages_are_closed_to_others(name, who, sign_in, cast):
    assert sign_in(cast[who]).get(reverse(f"arrivals:{name}")).status_code == 403


@pytest.mark.parametrize("name", PAGES)
def test_nobody_is_sent_to_sign_in(name, client, db):
    response = client.get(reverse(f"arrivals:{name}"))
    assert response.status_code == 302
    assert "/login/" in response.url


def test_uploading_leads_to_the_preview_and_the_preview_to_the_lists(sign_in, anong):
    page = sign_in(anong)
    file = SimpleUploadedFile("received.xlsx", workbook())
    response = page.post(reverse("arrivals:upload"), {"file": file, "sender": "Immigration"}, follow=True)
    content = response.content.decode()
    assert "because <bdi>it says “persons received”" in content
    assert "Gregorian dates, day first" in content
    imp = ListImport.objects.get()
    moment = {"happened_at_day": "02.03.2569", "happened_at_hour": "10:00"}
    response = page.post(reverse("arrivals:commit", args=[imp.pk]), moment, follow=True)
    imp.refresh_from_db()
    assert imp.state == "committed"
    assert "5 rows were taken in" in response.content.decode()


def test_an_unreadable_file_is_refused_on_the_page(sign_in, anong):
    file = SimpleUploadedFile("photo.png", b"\x89PNG\r\n\x1a\n" + b"0" * 100)
    response = sign_in(anong).post(reverse("arrivals:upload"), {"file": file, "sender": "Immigration"})
    assert response.status_code == 422
    assert "photo.png is no list but a picture" in response.content.decode()
    assert not ListImport.objects.exists()


def test_a_name_in_a_search_never_stands_in_an_address(sign_in, anong, taken_in):
    taken_in(title=TRANSFER)
    response = sign_in(anong).post(reverse("arrivals:reconciliation") + "?show=not-arrived", {"q": "tigist"})
    content = response.content.decode()
    assert "TIGIST ALEMU" in content
    assert "SOLOMON BEKELE" not in content
    assert "q=" not in content


@pytest.mark.parametrize("count", [3, 30])
@pytest.mark.parametrize("name", ["lists", "reconciliation", "review", "register"])
def test_the_number_of_queries_does_not_grow(
    count, name, sign_in, anong, taken_in, django_assert_max_num_queries
):
    taken_in(invented(count), title=TRANSFER)
    page = sign_in(anong)
    page.get(reverse("arrivals:lists"))
    with django_assert_max_num_queries(26):
        assert page.get(reverse(f"arrivals:{name}")).status_code == 200


def test_searching_asks_the_same_number_of_queries_for_3_and_30_people(
    sign_in, anong, taken_in, django_assert_max_num_queries
):
    taken_in(invented(30), title=TRANSFER)
    page = sign_in(anong)
    page.get(reverse("arrivals:lists"))
    with django_assert_max_num_queries(42):
        response = page.post(reverse("arrivals:register"), {"find": "1", "q": "EP3000037"})
    assert response.content.decode().count('name="choose" value=') == 1


def test_a_number_finds_its_bearer_and_not_everybody_whose_name_begins_with_its_letters(
    add_case, sign_in, anong
):
    add_case("PETROS ALEMU", document_number="EP1111111", document_kind="passport")
    add_case("ESTIFANOS PAULOS", document_number="EP2222222", document_kind="passport")
    page = sign_in(anong)
    content = page.post(reverse("arrivals:register"), {"find": "1", "q": "EP2222222"}).content.decode()
    assert "ESTIFANOS PAULOS" in content
    assert "PETROS ALEMU" not in content
    content = page.post(reverse("arrivals:register"), {"find": "1", "q": "EP3333333"}).content.decode()
    assert "Nobody is expected" in content


ZONE = make_td3(
    family="ALEMU",
    given="PETROS",
    nationality="ETH",
    document_number="EP1111111",
    birth_date=date(1998, 3, 14),
    sex="M",
    expiry=date(2031, 5, 6),
)


def test_registering_by_the_machine_readable_zone_without_javascript(add_case, sign_in, anong, release):
    """Read the zone, choose the person, save; then the wristband, and the next form is there."""
    Release.objects.filter(pk=release.pk).update(began_at=datetime.now(UTC) - timedelta(hours=1))
    case = add_case("PETROS A.", document_number="EP1111111", document_kind="passport")
    page, address = sign_in(anong), reverse("arrivals:register")
    read = page.post(address, {"read": "1", "mrz": ZONE})
    assert "All check digits fit" in read.content.decode()
    values = shown_values(read)
    assert (values["name"], values["nationality"]) == ("PETROS ALEMU", "ETH")
    chosen = page.post(address, {**values, "choose": str(case.pk)})
    values = shown_values(chosen)
    assert (values["name"], values["case"]) == ("PETROS ALEMU", str(case.pk))
    saved = page.post(address, {**values, "needs": ["injured"], "language_1": "am"}, follow=True)
    assert saved.status_code == 200
    assert f"Registered: case {case.number}" in saved.content.decode()
    case.refresh_from_db()
    assert case.stage == "registered"
    again = page.post(address, {"read": "1", "mrz": ZONE}).content.decode()
    assert "Registered already" in again


def shown_values(response) -> dict[str, str]:
    """What stands in the form, as a browser would send it."""
    form = response.context["form"]
    values = {bound.html_name: bound.value() for bound in form if bound.name not in ("needs", "happened_at")}
    return {name: str(value) for name, value in values.items() if value not in (None, False, "")}


def test_a_zone_with_a_wrong_check_digit_is_shown_field_by_field(sign_in, anong):
    content = (
        sign_in(anong)
        .post(reverse("arrivals:register"), {"read": "1", "mrz": ZONE[:-1] + "0"})
        .content.decode()
    )
    assert "Check digits do not fit" in content or ZONE[-1] == "0"
    content = (
        sign_in(anong).post(reverse("arrivals:register"), {"read": "1", "mrz": "NONSENSE"}).content.decode()
    )
    assert "This is no machine readable zone" in content


def test_a_zone_that_is_still_being_typed_does_not_replace_the_form(sign_in, anong):
    page = sign_in(anong)
    half = ZONE.replace("\n", "")[:72]
    answer = page.post(
        reverse("arrivals:register") + "?read=1", {"mrz": half}, headers={"HX-Request": "true"}
    )
    assert answer.status_code == 204


def test_a_form_that_does_not_say_who_it_is_saves_nothing(sign_in, anong):
    response = sign_in(anong).post(
        reverse("arrivals:register"), {"operation": str(uuid4()), "name": "A", "born": "24"}
    )
    assert response.status_code == 422
    assert "Choose who this is" in response.content.decode()
