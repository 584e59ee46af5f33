"""Accounts, tokens and the first run."""

from __future__ import annotations

from datetime import timedelta

import pytest

from moei.access.acting import Invalid, Refused
from moei.access.actions.approve import collect
from moei.access.actions.issue_token import revoke_token
from moei.access.actions.manage_staff import close_account
from moei.access.actions.propose import propose
from moei.access.first_run import (
    create_administrator,
    create_agency,
    create_release,
    create_site,
    create_two_administrators,
)
from moei.access.models import ApiToken, Proposal, Staff
from moei.access.tokens import staff_of_token
from moei.journal.models import Entry

pytestmark = pytest.mark.django_db


def test_the_first_run_makes_one_administrator_with_a_password_nobody_else_knows(now):
    staff, password = create_administrator("Root", "First administrator", now=now)
    assert staff.username == "root"
    assert len(password) > 20 and staff.check_password(password)
    assert password not in Entry.objects.get(action="administrator.created").data.values()
    with pytest.raises(Invalid, match="already"):
        create_administrator("second", "Second", now=now)


def test_two_installations_have_two_passwords(now):
    _staff, first = create_administrator("one", "One", now=now)
    Staff.objects.filter(username="one").update(is_active=False)
    _staff, second = create_administrator("two", "Two", now=now)
    assert first != second


@pytest.mark.parametrize("password", ["short", "password1234", "administrator"])
def test_a_weak_password_is_refused(now, password):
    with pytest.raises(Invalid):
        create_administrator("administrator", "Administrator", password, now=now)
    assert not Staff.objects.exists()


def test_agencies_sites_and_releases_are_made_with_words_for_what_is_wrong(now):
    site = create_site("Ban Chong Khaep", now=now)
    assert create_site("Ban Chong Khaep", now=now) == site
    with pytest.raises(Invalid, match="time zone"):
        create_site("Nowhere", "Asia/Nowhere", now=now)
    agency = create_agency("Helpers", "H", "ngo", "tha", now=now)
    assert agency.country == "THA"
    with pytest.raises(Invalid):
        create_agency("Helpers too", "H", "gang", "THA", now=now)
    create_release("first", "First", began_at=now, site=site, now=now)
    with pytest.raises(Invalid, match="already"):
        create_release("first", "First again", began_at=now, site=site, now=now)


def test_the_first_run_makes_two_administrators_of_two_agencies(now):
    one = create_agency("Holder", "Holder", "government", "THA", now=now)
    two = create_agency("Oversight", "Oversight", "oversight", "THA", now=now)
    made = create_two_administrators(("first", one), ("second", two), now=now)
    assert [staff.agency for staff, _password in made] == [one, two]
    assert made[0][1] != made[1][1]
    with pytest.raises(Invalid, match="already"):
        create_two_administrators(("third", one), ("fourth", two), now=now)


@pytest.mark.parametrize("names,same", [(("first", "second"), True), (("first", "First"), False)])
def test_the_first_two_are_two_people_of_two_agencies(now, names, same):
    one = create_agency("Holder", "Holder", "government", "THA", now=now)
    two = one if same else create_agency("Oversight", "Oversight", "oversight", "THA", now=now)
    with pytest.raises(Invalid, match="two"):
        create_two_administrators((names[0], one), (names[1], two), now=now)
    assert not Staff.objects.exists()


def test_only_an_administrator_proposes_accounts(acting, anong, agencies):
    with pytest.raises(Refused):
        propose(acting(anong), Proposal.Kind.ACCOUNT, what={}, reason="as the work needs")


def test_a_new_account_has_a_password_shown_once_and_no_rights(add_account, acting, admin, agencies):
    staff, password = add_account("New.Person", "New Person", agency=agencies["ATPD"])
    assert staff.username == "new.person" and staff.check_password(password)
    assert not staff.role_grants.exists() and not staff.is_staff and not staff.is_superuser
    with pytest.raises(Invalid):
        collect(acting(admin), Proposal.objects.get(kind="account"))
    with pytest.raises(Invalid, match="taken"):
        add_account("NEW.person", "Another", agency=agencies["ATPD"])


def test_a_new_password_replaces_the_old_one(agree, acting, admin, anong):
    before = anong.password
    made = agree("password", anong)
    anong.refresh_from_db()
    assert anong.password == before, "approving alone changes nothing: nobody would know the new one"
    password = collect(acting(admin), made)
    anong.refresh_from_db()
    assert anong.check_password(password)


@pytest.fixture
def service(add_account, agencies):
    return add_account("safe-return-api", "Safe Return", agency=agencies["Safe Return"], is_service=True)[0]


def test_a_token_is_shown_once_and_stored_as_a_digest(add_token, service, now):
    token = add_token(service)
    assert staff_of_token(token, now=now) == service
    assert token not in str(ApiToken.objects.values()) + str(Proposal.objects.values())
    assert not service.has_usable_password()


def test_a_token_ends_by_time_by_hand_and_with_its_account(agree, add_token, acting, admin, service, now):
    token = add_token(service, days=1)
    assert staff_of_token(token, now=now + timedelta(days=1)) is None
    revoke_token(acting(admin), ApiToken.objects.get())
    assert staff_of_token(token, now=now) is None
    other = add_token(service, days=1)
    close_account(acting(admin), service)
    assert staff_of_token(other, now=now) is None
    agree("open", service)
    assert staff_of_token(other, now=now) is None


def test_a_token_lives_at_most_ninety_days_and_needs_a_service_account(add_token, service, anong):
    with pytest.raises(Invalid):
        add_token(service, days=91)
    with pytest.raises(Invalid):
        add_token(anong, days=1)


def test_nobody_closes_their_own_account(acting, admin):
    with pytest.raises(Invalid):
        close_account(acting(admin), admin)
