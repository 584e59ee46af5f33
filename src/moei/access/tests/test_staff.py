"""Accounts, tokens and the first run."""

from __future__ import annotations

from datetime import timedelta

import pytest

from moei.access.acting import Invalid, Refused
from moei.access.actions.issue_token import issue_token, revoke_token
from moei.access.actions.manage_staff import add_staff, reset_password, set_active
from moei.access.first_run import create_administrator, create_agency, create_release, create_site
from moei.access.models import ApiToken, Staff
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


def test_only_an_administrator_makes_accounts(acting, anong, agencies):
    with pytest.raises(Refused):
        add_staff(acting(anong), "new", "New", agency=agencies["ATPD"])


def test_a_new_account_has_a_password_shown_once_and_no_rights(acting, admin, agencies):
    staff, password = add_staff(acting(admin), "New.Person", "New Person", agency=agencies["ATPD"])
    assert staff.username == "new.person" and staff.check_password(password)
    assert not staff.role_grants.exists() and not staff.is_staff and not staff.is_superuser
    with pytest.raises(Invalid):
        add_staff(acting(admin), "NEW.person", "Another", agency=None)


def test_a_new_password_replaces_the_old_one(acting, admin, anong):
    password = reset_password(acting(admin), anong)
    anong.refresh_from_db()
    assert anong.check_password(password)


@pytest.fixture
def service(acting, admin, agencies):
    return add_staff(
        acting(admin),
        "safe-return-api",
        "Safe Return's system",
        agency=agencies["Safe Return"],
        is_service=True,
    )[0]


def test_a_token_is_shown_once_and_stored_as_a_digest(acting, admin, service, now):
    row, token = issue_token(acting(admin), service, "their database", expires_at=now + timedelta(days=30))
    assert staff_of_token(token, now=now) == service
    assert token not in str(ApiToken.objects.filter(pk=row.pk).values())
    assert not service.has_usable_password()


def test_a_token_ends_by_time_by_hand_and_with_its_account(acting, admin, service, now):
    row, token = issue_token(acting(admin), service, "their database", expires_at=now + timedelta(days=1))
    assert staff_of_token(token, now=now + timedelta(days=1)) is None
    revoke_token(acting(admin), row)
    assert staff_of_token(token, now=now) is None
    _row, other = issue_token(acting(admin), service, "again", expires_at=now + timedelta(days=1))
    set_active(acting(admin), service, active=False)
    assert staff_of_token(other, now=now) is None
    set_active(acting(admin), service, active=True)
    assert staff_of_token(other, now=now) is None


def test_a_token_lives_at_most_ninety_days_and_needs_a_service_account(acting, admin, service, anong, now):
    with pytest.raises(Invalid):
        issue_token(acting(admin), service, "for ever", expires_at=now + timedelta(days=91))
    with pytest.raises(Invalid):
        issue_token(acting(admin), anong, "a person", expires_at=now + timedelta(days=1))


def test_nobody_closes_their_own_account(acting, admin):
    with pytest.raises(Invalid):
        set_active(acting(admin), admin, active=False)
