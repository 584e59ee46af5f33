"""Insiders with a true sign-in who want more: the administrator, the auditor, the officer, the investigator, the embassy.

Each walks every page and every operation that opens to them, and reads all that comes back.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from tests.attacks.conftest import client_of
from tests.attacks.rows import changed_tables, contents
from tests.test_access_matrix import addresses, call, operations, url_of, world

from moei.access.models import ApiToken, Proposal, RoleGrant, Site, Staff
from moei.crypto import digest_token
from moei.journal.models import Entry

__all__ = ["world"]
pytestmark = pytest.mark.django_db
# Nobody else of the tests is called so; the parts are looked for apart.
PEOPLE = ("Zufanwork Abrehet", "Yordanos Tsegaye", "Weyzero Qelemua")
PASSPORT = "EQ9998877"


def token_of(staff) -> dict[str, str]:
    token, now = f"token of {staff.username}", datetime.now(UTC)
    ApiToken.objects.create(
        agency=staff.agency,
        staff=staff,
        label="test",
        digest=digest_token(token),
        created_at=now,
        expires_at=now + timedelta(hours=1),
    )
    return {"authorization": f"Bearer {token}", "x-moei-reason": "other"}


@pytest.fixture
def people(world, add_case, acting, anong, sign_in):
    """Three people on whom somebody worked, so that lists, journal and emergencies tell of them."""
    cases = [
        add_case(name, nationality="ETH", document_number=PASSPORT if not n else "")
        for n, name in enumerate(PEOPLE)
    ]
    page = client_of(anong)
    for case in cases:
        page.get(reverse("cases:file", args=[case.pk]))
        page.post(reverse("cases:needs", args=[case.pk]), {"needs": "medical"})
        page.post(
            reverse("cases:identity", args=[case.pk]),
            {"name": f"{case.person.name} Corrected", "nationality": "Ethiopia"},
        )
    page.post(reverse("cases:search"), {"q": "Zufanwork"}, follow=True)
    return cases


def everything(world, who: str):
    """(place, text) of every page and operation that answers this one, exports among them."""
    staff = world.staff[who]
    client, headers = client_of(staff), token_of(staff)
    for address in addresses():
        for method in address.methods:
            if address.name in ("account_logout", "web:close_account", "web:end_role"):
                continue
            response = client.generic(method, url_of(address, world, theirs=True))
            content = b"".join(response) if response.streaming else response.content
            yield f"{method} {address.name}", content.decode(errors="replace")
    for method, path, operation in operations():
        yield path, call(Client(), world, method, path, operation, theirs=True, **headers).content.decode()


def seen(world, who: str, *secrets: str) -> list[tuple[str, str]]:
    return [(place, secret) for place, text in everything(world, who) for secret in secrets if secret in text]


SECRETS = (*(part for name in PEOPLE for part in name.split()), PASSPORT)


@pytest.mark.parametrize("who", ["admin", "niran", "vera", "dej"])
def test_p10_whoever_has_no_cases_meets_no_name_anywhere(world, people, who):
    """The administrator who wants in, the investigator who wants to link, the statistician, the director."""
    assert seen(world, who, *SECRETS) == []


def test_p11_the_auditor_who_wants_names_gets_numbers(world, people):
    found = list(everything(world, "somsak"))
    assert [(place, s) for place, text in found for s in SECRETS if s in text] == []
    assert any(people[0].number in text for _place, text in found), "the auditor knows cases by number"


def test_p11_what_the_auditor_takes_away_names_nobody(world, people):
    page, taken = client_of(world.staff["somsak"]), ""
    for what in ("entries", "readings", "unusual"):
        answer = page.post(reverse("web:export_journal"), {"why": "review"}, query_params={"what": what})
        assert "attachment" in answer.headers["Content-Disposition"]
        taken += answer.getvalue().decode()
    assert [secret for secret in SECRETS if secret in taken] == []
    assert people[0].number in taken


def test_the_one_whose_case_it_is_does_see_it(world, people, anong):
    """So that the silence above means something."""
    text = client_of(anong).get(reverse("cases:file", args=[people[0].pk])).content.decode()
    assert "Zufanwork" in text and PASSPORT in text


def test_p10_an_administrator_has_no_case_rights_even_as_a_superuser_of_django(world, people):
    staff = world.staff["admin"]
    staff.is_superuser = staff.is_staff = True
    staff.save()
    assert seen(world, "admin", *SECRETS) == []


CASE_ROLES = ("social_worker", "panel_police", "caseworker", "auditor", "investigator", "registrar")


def test_p10_an_administrator_does_not_give_themselves_the_case_files(world, people):
    """The shortest way in: a role for oneself, by every form that gives one. Then every page that shows a name."""
    staff, site = world.staff["admin"], str(world.theirs.site_id)
    client, before = client_of(staff), contents()
    reason = "two buses came at night and nobody else is here"
    for role in CASE_ROLES:
        given = {"role": role, "site": site, "reason": reason, "hours": "24", "all_releases": "on"}
        for address in (
            reverse("web:propose", args=[staff.pk, "role"]),
            reverse("web:emergency_role", args=[staff.pk]),
        ):
            assert client.post(address, given).status_code in (200, 403, 422), (role, address)
    assert changed_tables(before) == []
    assert seen(world, "admin", *SECRETS) == []


def test_p10_an_administrator_opens_no_case_files_through_a_second_account(world, people):
    """An account of their own making waits for another agency; so do its role and its password."""
    client, site = client_of(world.staff["admin"]), str(world.theirs.site_id)
    given = {"username": "nobody-knows", "name": "A Colleague", "role": "social_worker", "site": site}
    made = client.post(
        reverse("web:add_staff"), given | {"reason": "a colleague who joins", "languages": "en"}
    )
    assert made.status_code == 302, "it can be proposed"
    proposal = Proposal.objects.latest("proposed_at")
    for _ in range(2):
        client.post(reverse("web:proposal", args=[proposal.pk]), {"decision": "approve"})
        client.post(reverse("web:collect", args=[proposal.pk]))
    assert not Staff.objects.filter(username="nobody-knows").exists()
    proposal.refresh_from_db()
    assert proposal.decided_at is None


def test_p02_an_embassy_walks_every_page_and_meets_only_whoever_consented(world, people):
    """The officer who wants all Ethiopians: one of them consented, three others did not."""
    found = list(everything(world, "tesfa"))
    assert [(place, s) for place, text in found for s in SECRETS if s in text] == []
    client = client_of(world.staff["tesfa"])
    assert "Theirs Person" in client.get(reverse("cases:list")).content.decode()
    for query in ({"nationality": "ETH"}, {"q": "Zufanwork"}, {"page": "2"}, {"need": "medical"}):
        text = client.get(reverse("cases:list"), query).content.decode()
        # The words that were looked for stand on the page again, and no others.
        assert not any(secret in text for secret in SECRETS[1:]), query
    headers = token_of_again(world)
    for query in ({"nationality": "ETH", "limit": 200}, {"q": "Zufanwork"}, {"offset": 1}):
        answer = Client().get("/api/cases/", query, headers=headers)
        assert not any(secret in json.dumps(answer.json()) for secret in SECRETS[1:])
        assert "count" not in answer.json() or answer.json()["count"] <= 1


def token_of_again(world) -> dict[str, str]:
    return {"Authorization": "Bearer token of tesfa", "X-Moei-Reason": "other", "Moei-Purpose": "care"}


def test_an_officer_of_another_site_meets_nobody_of_this_one(world, people, prasert, release, now):
    RoleGrant.objects.filter(staff=prasert).update(site=Site.objects.create(name="A far crossing"))
    assert seen(world, "prasert", *SECRETS) == []


def test_p11_reading_all_ethiopians_leaves_a_trace_of_each(world, people, prasert):
    """Who may read them all can; that they did stands in the journal, name by name, against them."""
    client, before = client_of(prasert), Entry.objects.count()
    client.get(reverse("cases:list"), {"nationality": "ETH"})
    for case in people:
        client.get(reverse("cases:file", args=[case.pk]))
    entries = Entry.objects.filter(seq__gt=before, kind="read", actor=prasert.pk)
    opened = set(entries.filter(action="case.opened_for_reading").values_list("case", flat=True))
    assert opened >= {case.pk for case in people}
    listed = json.dumps([entry.data for entry in entries])
    assert all(str(case.pk) in listed for case in people)


def test_p19_the_auditor_cannot_change_what_they_audit(world, people):
    before, entries = contents(), list(Entry.objects.order_by("seq").values("seq", "hash"))
    client = client_of(world.staff["somsak"])
    for address in addresses():
        # Saying that they saw what their agency is told of is theirs to say.
        if address.name in ("account_logout", "web:notices") or address.name.startswith("mfa_"):
            continue
        for method in ("PUT", "PATCH", "DELETE", *address.methods):
            client.generic(method, url_of(address, world, theirs=True))
    assert changed_tables(before) == []
    after = list(Entry.objects.order_by("seq").values("seq", "hash"))
    assert after[: len(entries)] == entries
