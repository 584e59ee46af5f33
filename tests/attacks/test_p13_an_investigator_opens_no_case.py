"""P13: the investigator's role opens no case: by no page, operation, search, journal or emergency, and by no row that
somebody wrote for them. Their own desk shows what people told, under pseudonyms and generalised."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from tests.attacks.conftest import client_of
from tests.attacks.test_who_wants_more_than_is_theirs import everything, people, token_of
from tests.test_access_matrix import addresses, call, operations, url_of, world

from moei.access.acting import Invalid, Refused
from moei.access.actions.break_glass import break_glass
from moei.access.actions.grant_role import end_role
from moei.access.decide import can, forget_grants, may, sections_of
from moei.access.models import BreakGlass, CaseGrant, RoleGrant
from moei.access.policy import ACTIONS, DUTIES, ROLES, Cases, Duty
from moei.casefile.actions.assign_case import assign_case
from moei.casefile.actions.open_in_emergency import open_in_emergency
from moei.casefile.selectors.cases import search, visible_cases
from moei.journal.models import Entry

__all__ = ["people", "world"]
pytestmark = pytest.mark.django_db
REASON = "She fainted and the hospital asks who she is"


def opened_by(staff) -> list[str]:
    """What the journal says that they read of cases."""
    read = Entry.objects.filter(actor=staff.pk, kind=Entry.Kind.READ)
    return [entry.action for entry in read if entry.case or entry.data.get("cases")]


OWN_DUTIES = {Duty.NETWORK, Duty.EVIDENCE}


def test_p13_the_table_gives_the_investigator_no_case_no_section_and_only_their_own_desks(niran, world, now):
    role = ROLES["investigator"]
    assert (role.cases, dict(role.sections), set(role.duties)) == (Cases.NONE, {}, OWN_DUTIES)
    release = world.theirs.release_id
    assert {DUTIES[action] for action in DUTIES if may(niran, action, release, now=now)} == OWN_DUTIES
    others = {code for code, other in ROLES.items() if other.duties & OWN_DUTIES}
    assert others == {"investigator"}, "nobody who works on cases opens these desks (P10)"
    assert not any(can(niran, action, world.theirs, now=now) for action in ACTIONS)
    assert not visible_cases(niran, world.theirs.release_id, now=now).exists()


def test_p13_no_page_of_a_case_opens_and_none_names_anybody(world, people, niran):
    page, tried = client_of(niran), 0
    for address in addresses():
        if "case_id" not in address.parameters:
            continue
        for method in address.methods:
            tried += 1
            answer = page.generic(method, url_of(address, world, theirs=True))
            assert answer.status_code in (403, 404), address
    assert tried > 40
    numbers = [case.number for case in (*people, world.theirs)]
    told = [place for place, text in everything(world, "niran") if any(n in text for n in numbers)]
    assert told == [] and opened_by(niran) == []


def test_p13_no_operation_of_the_api_opens_one(world, niran):
    headers, tried = token_of(niran), 0
    for method, path, operation in operations():
        if "{case_id}" in path:
            tried += 1
            answer = call(Client(), world, method, path, operation, theirs=True, **headers)
            assert answer.status_code in (403, 404), path
    assert tried >= 5
    listed = Client().get("/api/cases/", headers=headers | {"Moei-Purpose": "authority"})
    assert listed.json() == {"count": 0, "cases": []} and opened_by(niran) == []


def test_p13_no_search_finds_anybody(world, people, niran, acting):
    page = client_of(niran)
    for words in ("Zufanwork", "EQ9998877", people[0].number):
        with pytest.raises(Refused):
            search(acting(niran), words)
        answers = (
            page.post(reverse("cases:search"), {"q": words}, follow=True),
            page.post(reverse("arrivals:register"), {"find": "1", "q": words}),
            page.get(reverse("arrivals:reconciliation"), {"q": words}),
        )
        for answer in answers:
            # The other half of the name: what they typed themselves may stand in the form again.
            assert "Abrehet" not in answer.content.decode()
    asked = Client().get(
        "/api/cases/", {"q": "Zufanwork"}, headers=token_of(niran) | {"Moei-Purpose": "authority"}
    )
    assert asked.status_code == 403 or asked.json()["count"] == 0


def test_p13_the_journal_and_the_registers_beside_it_are_shut(world, people, niran):
    page = client_of(niran)
    names = ("journal", "readings", "unusual", "export_journal", "files_left", "lookups", "emergencies")
    for name in names:
        assert page.get(reverse(f"web:{name}")).status_code in (403, 405), name
        assert page.post(reverse(f"web:{name}"), {"why": "review"}).status_code in (403, 405), name


def test_p13_no_emergency_opens_one(world, niran, acting, now):
    with pytest.raises(Refused):
        break_glass(acting(niran), world.theirs.id, REASON)
    for number in (world.theirs.number, world.foreign.number):
        with pytest.raises((Refused, Invalid)):
            open_in_emergency(acting(niran), number, REASON)
    page = client_of(niran)
    asked = page.post(reverse("cases:emergency"), {"number": world.theirs.number, "reason": REASON})
    assert asked.status_code == 403
    assert not BreakGlass.objects.filter(staff=niran).exists()
    assert sections_of(niran, world.theirs, now=now) == {}


def test_p13_what_was_opened_in_a_former_role_is_shut_as_soon_as_that_role_ends(
    world, kanya, acting, admin, agree, now
):
    """Opened as a caseworker in an emergency, read an hour later as an investigator."""
    break_glass(acting(kanya), world.foreign.id, REASON)
    assert sections_of(kanya, world.foreign, now=now)
    for grant in RoleGrant.objects.filter(staff=kanya, ended_at=None):
        end_role(acting(admin), grant)
    agree("role", kanya, role="investigator", site="", all_releases=False)
    forget_grants(kanya)
    soon = now + timedelta(hours=1)
    for case in (world.foreign, world.theirs):
        assert sections_of(kanya, case, now=soon) == {}
    assert not visible_cases(kanya, world.theirs.release_id, now=soon).exists()


@pytest.mark.parametrize("basis", CaseGrant.Basis)
def test_p13_no_row_that_opens_a_case_to_somebody_opens_it_to_them(world, niran, anong, acting, now, basis):
    """By mistake or in bad faith a case is assigned to them, or consent opens it to their agency."""
    with pytest.raises((Invalid, Refused)):
        assign_case(acting(anong), world.theirs, niran)
    CaseGrant.objects.create(
        case_id=world.theirs.id, staff=niran, agency=niran.agency, basis=basis, granted_at=now
    )
    assert sections_of(niran, world.theirs, now=now) == {}
    assert client_of(niran).get(reverse("cases:file", args=[world.theirs.pk])).status_code == 404
