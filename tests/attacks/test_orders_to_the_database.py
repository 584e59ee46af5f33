"""The trafficker's programmer writes orders to the database where words are looked up (SQL injection)."""

from __future__ import annotations

import time

import pytest
from django.urls import reverse
from tests.attacks.rows import changed_tables, contents

from moei.access.web import LOOKING
from moei.casefile.actions.assign_case import assign_case

pytestmark = pytest.mark.django_db
SECRET = "Seblewengel"
ORDERS = (
    "' OR '1'='1",
    "' OR 1=1 --",
    '" OR ""="',
    "%' OR name LIKE '%",
    "') UNION SELECT name FROM casefile_person --",
    "'; UPDATE access_staff SET is_superuser = 1; --",
    "x' AND (SELECT pg_sleep(3)) IS NOT NULL --",
    "x' AND randomblob(300000000) --",
    "%",
    "_",
    "%%%",
    "*",
    "\\",
    "$where",
    "{{7*7}}",
    "ก' OR '1'='1",
    "' OR name GLOB '*",
    "٪' OR 1=1 --",
    "\u2019 OR \u20191\u2019=\u20191",
    "a" * 3000,
    "(" * 500,
    "\x00' OR 1=1 --",
)


@pytest.fixture
def somebody_elses(add_case, acting, anong, kanya):
    """Kanya has one case; the person who is looked for is not hers."""
    hers = add_case("Mulugeta Yared", nationality="ETH")
    assign_case(acting(anong), hers, kanya)
    return add_case(f"{SECRET} Worku", nationality="ETH")


def lookups(text: str) -> list[tuple[str, str, dict[str, str]]]:
    """Every place of a page that looks something up by words."""
    return [
        ("kanya", "cases:list", {"s": text}),
        ("kanya", "cases:list", {"stage": text}),
        ("kanya", "cases:list", {"need": text}),
        ("kanya", "cases:list", {"nationality": text}),
        ("kanya", "cases:list", {"page": text}),
        ("kanya", "screening:worklist", {"for": text}),
        ("kanya", "cases:emergency", {"number": text, "reason": text}),
        ("somsak", "web:journal", {"case": text, "action": text, "first": text}),
        ("somsak", "web:export_journal", {"case": text, "action": text, "last": text}),
        ("admin", "web:staff", {"s": text}),
    ]


def enter(client, staff) -> None:
    """Signed in, and with a reason for looking people up."""
    client.force_login(staff)
    session = client.session
    session[LOOKING] = "my_cases"
    session.save()


@pytest.mark.parametrize("text", ORDERS, ids=range(len(ORDERS)))
def test_an_order_is_looked_up_as_words(text, somebody_elses, cast, client):
    before = contents()
    for who, name, query in lookups(text):
        enter(client, cast[who])
        started = time.perf_counter()
        response = client.get(reverse(name), query)
        content = b"".join(response) if response.streaming else response.content
        assert response.status_code in (200, 302, 400, 404), (name, query)
        assert SECRET not in content.decode(), (name, query)
        assert time.perf_counter() - started < 10, (name, query)
    enter(client, cast["kanya"])
    found = client.post(reverse("cases:search"), {"q": text}, follow=True)
    assert found.resolver_match.view_name == "cases:list"
    assert found.status_code == 200 and f"{SECRET} Worku" not in found.content.decode()
    # Words of a reconciliation come by POST; who may reconcile sees the whole site, so only nobody may break it.
    enter(client, cast["anong"])
    for name, data in (
        ("arrivals:reconciliation", {"q": text}),
        ("arrivals:register", {"q": text, "find": "1"}),
        ("arrivals:register", {"mrz": text, "read": "1"}),
    ):
        assert client.post(reverse(name), data).status_code in (200, 204, 422), (name, data)
    enter(client, cast["admin"])
    listed = client.post(reverse("web:staff"), {"q": text}, follow=True)
    assert listed.status_code == 200 and listed.context["q"] == text.replace("\x00", "").strip()[:120]
    assert changed_tables(before) == []


def test_a_true_name_is_found(somebody_elses, anong, sign_in):
    """So that the tries above fail because of the rule, not because nothing is ever found."""
    assert SECRET in sign_in(anong).post(reverse("cases:search"), {"q": SECRET}, follow=True).content.decode()


@pytest.mark.parametrize("jolly", ["%", "_", "*", "%%", "%lewengel", "*wengel"])
def test_a_wild_card_finds_no_more_than_its_letters(jolly, somebody_elses, anong, sign_in):
    """A wild card would list everybody at once (P12)."""
    text = sign_in(anong).post(reverse("cases:search"), {"q": jolly}, follow=True).content.decode()
    assert f"{SECRET} Worku" not in text
