"""The clock is put back or forward while things are open for a time: a session, a token, an emergency.

Nobody gains more than the jump itself gives. What somebody closed by hand stays closed whatever the clock says, the
journal still verifies, and nothing crashes.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client, RequestFactory
from django.urls import reverse
from tests.attacks.conftest import client_of
from tests.browser.world import PASSWORD

from moei.access.acting import Acting
from moei.access.actions.break_glass import break_glass, end_break_glass
from moei.access.actions.grant_role import end_role, join_in_emergency
from moei.access.actions.issue_token import revoke_token
from moei.access.decide import emergency_until, forget_grants, grants_of, visible_to
from moei.access.models import ApiToken, Release, Staff
from moei.casefile.models import Case
from moei.desks.screening.views.determination import signs_now
from moei.journal.verify import verify

pytestmark = pytest.mark.django_db
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
NOW = timedelta(0)
WHY = "She fainted and nobody can be reached"


@pytest.fixture(autouse=True)
def _journal_verifies_afterwards(db):
    yield
    assert verify().intact


@pytest.fixture
def here(release) -> Release:
    """The release as of today: these tests have a clock of their own."""
    release.began_at = datetime.now(UTC) - 3 * DAY
    release.save()
    return release


def by_the_clock(staff: Staff, release: Release, by: timedelta = NOW) -> Acting:
    return Acting(staff, release, datetime.now(UTC) + by)


def where(client: Client) -> str:
    """What somebody gets who opens the list of cases."""
    answer = client.get(reverse("cases:list"))
    if answer.status_code == 200:
        return "open"
    assert answer.status_code == 302
    return "locked" if answer.headers["Location"].startswith(reverse("unlock")) else "ended"


# Sessions --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("by", [DAY, -DAY])
def test_a_session_ends_when_the_clock_jumps_a_day_and_stays_ended_when_it_is_put_right(
    by, anong, here, clock
):
    client = client_of(anong)
    assert where(client) == "open"
    clock(by)
    assert where(client) == "ended"
    clock(NOW)
    assert where(client) == "ended"
    assert where(client_of(anong)) == "open"


@pytest.mark.parametrize("by", [HOUR, -HOUR])
def test_it_is_locked_when_the_clock_jumps_an_hour_and_its_owner_opens_it_again(by, anong, here, clock):
    client = client_of(anong)
    clock(by)
    assert where(client) == "locked"
    client.post(reverse("unlock"), {"password": PASSWORD})
    assert where(client) == "open"
    clock(by + 21 * MINUTE)
    assert where(client) == "locked", "the minutes are counted from the clock of now"


def test_a_clock_that_is_put_back_a_little_makes_nobodys_minutes_longer(anong, here, clock):
    client = client_of(anong)
    clock(-10 * MINUTE)
    assert where(client) == "open"
    clock(-10 * MINUTE + 21 * MINUTE)
    assert where(client) == "locked"


@pytest.mark.parametrize("by", [-DAY, -HOUR, -6 * MINUTE, 6 * MINUTE, DAY])
def test_nobody_signs_by_a_confirmation_from_before_the_jump(by, anong, here, clock):
    client = client_of(anong)
    request = RequestFactory().get("/")
    request.session, request.user, request.acting = client.session, anong, by_the_clock(anong, here)
    assert signs_now(request)
    clock(by)
    assert not signs_now(request)


# Emergencies -----------------------------------------------------------------------------------------------


def sees(staff: Staff, case: Case, by: timedelta) -> bool:
    forget_grants(staff)
    seen = visible_to(staff, now=datetime.now(UTC) + by)
    return Case.objects_unchecked.filter(seen, pk=case.pk).exists()


def test_p14_a_case_opened_in_an_emergency_lasts_no_longer_by_a_jump(add_case, kanya, here, clock):
    case = add_case("Somebody")
    break_glass(by_the_clock(kanya, here), case.pk, WHY)
    client = client_of(kanya)
    page = reverse("cases:file", args=[case.pk])
    assert client.get(page).status_code == 200
    for by in (DAY, -DAY, 3 * HOUR + MINUTE, -MINUTE):
        clock(by)
        assert not sees(kanya, case, by)
        assert client_of(kanya).get(page).status_code in (403, 404), by
    clock(NOW)
    assert sees(kanya, case, NOW) and not sees(kanya, case, 3 * HOUR)


@pytest.mark.parametrize("by", [-DAY, -MINUTE, HOUR, DAY])
def test_p14_a_case_that_was_closed_again_stays_closed_at_every_hour(by, add_case, kanya, here):
    case = add_case("Somebody")
    break_glass(by_the_clock(kanya, here), case.pk, WHY)
    end_break_glass(by_the_clock(kanya, here, HOUR))
    assert not sees(kanya, case, by)
    assert emergency_until(kanya, now=datetime.now(UTC) + by) is None


@pytest.fixture
def joined(admin, dao, here, site):
    return join_in_emergency(
        by_the_clock(admin, here), dao, "registrar", site=site, hours=3, reason="Two buses came at night"
    )


def holds(staff: Staff, by: timedelta) -> bool:
    forget_grants(staff)
    return any(grant.emergency for _role, grant in grants_of(staff, now=datetime.now(UTC) + by))


def test_p14_a_role_of_an_emergency_gains_by_a_jump_back_what_the_jump_gives_and_no_more(joined, dao):
    assert holds(dao, NOW) and not holds(dao, 3 * HOUR) and not holds(dao, DAY)
    # After its end the clock is put back a day: until the end comes again, and no longer.
    assert holds(dao, 4 * HOUR - DAY)
    assert not holds(dao, 4 * HOUR)


@pytest.mark.parametrize("by", [-DAY, -HOUR, NOW, HOUR, DAY])
def test_p14_a_role_of_an_emergency_that_was_taken_back_stays_taken_at_every_hour(
    by, joined, admin, dao, here, clock
):
    end_role(by_the_clock(admin, here, 2 * HOUR), joined)
    assert not holds(dao, by)
    clock(by)
    assert not [grant for _role, grant in grants_of(Staff.objects.get(pk=dao.pk)) if grant.emergency]


# Tokens ----------------------------------------------------------------------------------------------------


def asked(token: str) -> int:
    return (
        Client()
        .get("/api/cases/", headers={"Authorization": f"Bearer {token}", "Moei-Purpose": "care"})
        .status_code
    )


def test_a_token_ends_on_its_day_by_the_clock_and_one_that_was_revoked_stays_so(
    add_account, add_token, agencies, give_role, admin, here, site, clock
):
    at = datetime.now(UTC)
    service, _nothing = add_account(
        "service", "Their database (invented)", agency=agencies["ATPD"], is_service=True, at=at
    )
    give_role(service, "registrar", site=site, at=at)
    token = add_token(service, days=1, at=at)
    told = {}
    for by in (NOW, DAY + MINUTE, -DAY, NOW):
        clock(by)
        told.setdefault(by, set()).add(asked(token))
    assert told == {NOW: {200}, DAY + MINUTE: {401}, -DAY: {200}}
    revoke_token(by_the_clock(admin, here), ApiToken.objects.get(staff=service))
    for by in (NOW, DAY, -DAY, -HOUR):
        clock(by)
        assert asked(token) == 401
