"""The syndicate's man on the inside: a true account in one release, and the ids of everything in another.

Ids leak: by a photograph of a screen, a printed page, a colleague's message. Whoever has one and no right to what it
names gets the same answer as for an id that nobody ever gave out, and changes nothing.
"""

from __future__ import annotations

import json
import uuid
from datetime import UTC, datetime, timedelta

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse
from tests.attacks.conftest import SECRET, client_of
from tests.attacks.rows import changed_tables, contents
from tests.test_access_matrix import EVERYBODY, addresses, example, operations, world

from moei.access.models import ApiToken
from moei.casefile.models import Case
from moei.crypto import digest_token

__all__ = ["world"]
pytestmark = pytest.mark.django_db

# Accounts, what two agencies agree on, the journal's recipients and retention belong to the whole instance.
OF_THE_INSTANCE = {
    "staff.manage",
    "changes.approve",
    "journal.anchors",
    "retention.approve",
    "retention.propose",
    "hold.end",
    "backup.destroyed",
}
WITH_ROLES = [who for who, roles in EVERYBODY.items() if roles]


def reached():
    """Addresses with an id that belongs to a release."""
    for address in addresses():
        if address.rule and address.rule[1] not in OF_THE_INSTANCE and address.parameters:
            yield address


def refused(response) -> bool:
    """Not there, or no right: never a page about the thing, never a change, never a broken program."""
    return response.status_code in (403, 404)


@pytest.mark.parametrize("who", WITH_ROLES)
def test_ids_of_another_release_open_nothing_and_change_nothing(world, other, who):
    client, before, wrong = client_of(world.staff[who]), contents(), []
    for address in reached():
        url = reverse(address.name, kwargs={name: other.ids[name] for name in address.parameters})
        for method in address.methods:
            response = client.generic(method, url)
            if not refused(response) or SECRET in response.content.decode(errors="replace"):
                wrong.append((method, address.name, response.status_code))
    assert wrong == []
    assert changed_tables(before) == []


@pytest.mark.parametrize("who", WITH_ROLES)
def test_an_id_of_another_case_behind_the_address_of_ones_own_opens_nothing(world, other, who):
    """`/cases/<mine>/consents/<theirs>/withdraw/`: the first id is checked, and the second one as well."""
    client, wrong = client_of(world.staff[who]), []
    mixed = [
        address for address in reached() if len(address.parameters) > 1 and "case_id" in address.parameters
    ]
    assert len(mixed) >= 4
    before = contents()
    for address in mixed:
        kwargs = {name: other.ids[name] for name in address.parameters} | {"case_id": world.theirs.pk}
        for method in address.methods:
            response = client.generic(method, reverse(address.name, kwargs=kwargs))
            if not refused(response):
                wrong.append((method, address.name, response.status_code))
    assert wrong == []
    assert changed_tables(before) == []


@pytest.mark.parametrize("who", WITH_ROLES)
def test_operations_with_ids_of_another_release_open_nothing(world, other, who):
    staff, wrong = world.staff[who], []
    ApiToken.objects.create(
        agency=staff.agency,
        staff=staff,
        label="test",
        digest=digest_token("a token of a test"),
        created_at=datetime.now(UTC),
        expires_at=datetime.now(UTC) + timedelta(hours=1),
    )
    before, tried = contents(), 0
    for method, path, operation in operations():
        names = [p["name"] for p in operation.get("parameters", []) if p["in"] == "path"]
        if not names:
            continue
        for name in names:
            path = path.replace("{" + name + "}", str(other.ids[name]))
        body = operation.get("requestBody", {}).get("content", {}).get("application/json")
        for release in ({}, {"X-Moei-Release": other.release.code}):
            response = getattr(Client(), method)(
                path,
                data=json.dumps(example(body["schema"])) if body else None,
                content_type="application/json",
                headers={"Authorization": "Bearer a token of a test", **release},
            )
            tried += 1
            # 400: the token has no role in the release that it names.
            if not refused(response) and response.status_code != 400:
                wrong.append((method, path, response.status_code))
            assert SECRET not in response.content.decode()
    assert tried > 10
    assert wrong == []
    changed = changed_tables(before)
    assert changed == [] or changed == ["access.apitoken"], "only when the token was used last"


def test_a_release_in_which_one_has_no_role_cannot_be_chosen(world, other, anong):
    client = client_of(anong)
    client.post(reverse("web:release"), {"release": other.release.code})
    assert SECRET not in client.get(reverse("cases:list")).content.decode()
    session = client.session
    session["release"] = str(other.release.pk)  # also with a session that says so
    session.save()
    assert SECRET not in client.get(reverse("cases:list")).content.decode()


def test_ids_and_numbers_of_another_release_in_a_form_join_nothing(world, other, anong, acting):
    """What stands in a body is asked as strictly as what stands in an address."""
    client, mine = client_of(anong), world.theirs
    number, before = other.case.number, contents()
    tries = [
        ("cases:family", {"case_id": mine.pk}, {"number": number}),
        ("cases:merge", {"case_id": mine.pk}, {"number": number, "reason": "the same"}),
        ("cases:assign", {"case_id": mine.pk}, {"basis": "assigned", "assigned-staff": str(other.worker.pk)}),
        (
            "cases:name_support",
            {"case_id": mine.pk},
            {"basis": "support", "support-staff": str(other.worker.pk)},
        ),
        ("cases:end_assigned", {"case_id": mine.pk}, {"staff": str(other.worker.pk)}),
        ("screening:withdraw", {"case_id": mine.pk}, {"signature": str(uuid.uuid4()), "reason": "x"}),
        (
            "arrivals:register",
            {},
            {"operation": str(uuid.uuid4()), "case": str(other.case.pk), "name": "X Y", "save": "1"},
        ),
        ("arrivals:register", {}, {"choose": str(other.case.pk), "case": str(other.case.pk)}),
    ]
    for name, kwargs, data in tries:
        response = client.post(reverse(name, kwargs=kwargs), data)
        assert response.status_code in (200, 302, 404, 422), name
        assert SECRET not in response.content.decode(), name
    assert (
        SECRET not in client.get(reverse("arrivals:register"), {"last": str(other.case.pk)}).content.decode()
    )
    assert changed_tables(before) == []
    with transaction.atomic():
        assert Case.objects_unchecked.get(pk=mine.pk).release_id == mine.release_id


def test_a_list_of_another_release_is_not_replaced(world, other, anong, acting):
    from moei.desks.arrivals.actions.upload_list import upload_list
    from moei.desks.arrivals.tests.workbooks import TRANSFER, workbook

    mine = upload_list(acting(anong), "mine.xlsx", workbook(title=TRANSFER), "Bridge (invented)")
    before = contents()
    response = client_of(anong).post(
        reverse("arrivals:commit", kwargs={"import_id": mine.pk}),
        {"happened_at_day": "02.03.2026", "happened_at_hour": "03:00", "replaces": str(other.ids["old_id"])},
    )
    assert response.status_code == 422
    assert changed_tables(before) == []
