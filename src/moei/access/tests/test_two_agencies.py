"""P14 as the administrator sees it who wants in: what one person, or one agency, cannot do alone."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from django.db import IntegrityError, connection, transaction

from moei.access.acting import Invalid, Refused
from moei.access.actions.approve import approve, collect, decline
from moei.access.actions.grant_role import end_role, grant_role
from moei.access.actions.issue_token import issue_token
from moei.access.actions.manage_staff import close_account, give_password, open_account
from moei.access.actions.propose import propose
from moei.access.cast import Member, create_member
from moei.access.decide import has_duty
from moei.access.models import Agency, Proposal, RoleGrant, Staff
from moei.access.policy import Duty
from moei.journal.models import Entry

Kind = Proposal.Kind
REASON = "as the work needs"


@pytest.fixture
def wants(acting, admin, site):
    """`wants(mallory)`: Admin proposes that Mallory becomes a social worker."""

    def make(staff: Staff, *, by: Staff | None = None) -> Proposal:
        what = {"role": "social_worker", "site": str(site.pk), "all_releases": False}
        return propose(acting(by or admin), Kind.ROLE, staff=staff, what=what, reason=REASON)

    return make


def roles_of(staff: Staff) -> set[str]:
    return set(RoleGrant.objects.filter(staff=staff, ended_at=None).values_list("role", flat=True))


@pytest.mark.django_db
def test_p14_proposing_gives_nothing(wants, mallory, now):
    wants(mallory)
    assert roles_of(mallory) == set()


@pytest.mark.django_db
def test_p14_the_administrator_who_wants_in_cannot_approve_alone(wants, acting, admin, second, mallory):
    proposal = wants(mallory)
    for own in (admin, second):
        with pytest.raises(Refused):
            approve(acting(own), proposal)
    assert roles_of(mallory) == set()


@pytest.mark.django_db
def test_p14_a_second_account_that_moves_to_no_agency_is_no_second_agency(wants, acting, second, mallory):
    proposal = wants(mallory)
    Staff.objects.filter(pk=second.pk).update(agency=None)
    with pytest.raises(Refused):
        approve(acting(Staff.objects.get(pk=second.pk)), proposal)


@pytest.mark.django_db
def test_p14_moving_the_proposer_afterwards_makes_no_second_agency(
    wants, acting, admin, second, mallory, agencies
):
    """Admin proposes, and is then written into another agency: neither the old one nor the new one may approve."""
    proposal = wants(mallory)
    Staff.objects.filter(pk=admin.pk).update(agency=agencies["Audit"])
    with pytest.raises(Refused):
        approve(acting(second), proposal)
    auditor = Staff.objects.get(username="somsak")
    with pytest.raises(Refused):
        approve(acting(auditor), proposal)


@pytest.mark.django_db
def test_p14_a_stale_account_in_memory_does_not_count(wants, acting, somsak, admin, mallory, agencies):
    """What the database says of the approver's agency decides, not what the object says."""
    proposal = wants(mallory)
    Staff.objects.filter(pk=somsak.pk).update(agency=admin.agency)
    with pytest.raises(Refused):
        approve(acting(somsak), proposal)


@pytest.mark.django_db
def test_p14_nobody_proposes_or_approves_something_for_themselves(
    wants, acting, admin, somsak, second, give_role, agree, mallory
):
    with pytest.raises(Refused):
        wants(admin)
    about_somsak = propose(acting(admin), Kind.PASSWORD, staff=somsak, reason=REASON)
    with pytest.raises(Refused):
        approve(acting(somsak), about_somsak)
    with pytest.raises(Refused):
        decline(acting(somsak), about_somsak, note="mine")


@pytest.mark.django_db
def test_p14_with_another_agency_it_is_done_once_and_both_names_are_kept(
    wants, acting, admin, somsak, mallory
):
    proposal = wants(mallory)
    approve(acting(somsak), proposal)
    assert roles_of(mallory) == {"social_worker"}
    with pytest.raises(Invalid, match="already"):
        approve(acting(somsak), proposal)
    proposed, approved = (
        Entry.objects.get(action="change.proposed"),
        Entry.objects.get(action="change.approved"),
    )
    assert (proposed.actor, approved.actor) == (admin.pk, somsak.pk)
    assert Entry.objects.get(action="role.granted").data["proposal"] == str(proposal.pk)


@pytest.mark.django_db
@pytest.mark.parametrize("who", ["anong", "kanya", "vera", "niran", "mallory", "tesfa"])
def test_p14_only_who_has_the_duty_approves(wants, acting, cast, dao, who):
    with pytest.raises(Refused):
        approve(acting(cast[who]), wants(dao))


@pytest.mark.django_db
def test_p14_it_lapses_after_seventy_two_hours(wants, acting, somsak, mallory):
    proposal = wants(mallory)
    with pytest.raises(Invalid, match="lapsed"):
        approve(acting(somsak, later=timedelta(hours=72)), proposal)
    assert approve(acting(somsak, later=timedelta(hours=71)), proposal).approved


@pytest.mark.django_db
@pytest.mark.parametrize("gone", ["closed", "ended"])
def test_p14_what_somebody_proposed_who_is_gone_by_then_is_not_done(
    wants, acting, admin, second, somsak, mallory, gone
):
    proposal = wants(mallory)
    if gone == "closed":
        close_account(acting(second), admin)
    else:
        end_role(acting(second), RoleGrant.objects.get(staff=admin))
    with pytest.raises(Invalid, match="no longer"):
        approve(acting(somsak), proposal)
    assert roles_of(mallory) == set()


@pytest.mark.django_db
def test_p14_declining_says_why_and_the_proposer_takes_back_without(
    wants, acting, admin, somsak, mallory, dao
):
    proposal = wants(mallory)
    with pytest.raises(Invalid):
        decline(acting(somsak), proposal)
    decline(acting(somsak), proposal, note="nobody there knows this person")
    with pytest.raises(Invalid, match="already"):
        approve(acting(somsak), proposal)
    assert not decline(acting(admin), wants(mallory)).approved


@pytest.mark.django_db
def test_p14_each_thing_that_gives_access_refuses_without_an_agreement(
    wants, acting, admin, somsak, mallory, dao, site
):
    """Whoever calls the actions past the pages, with a proposal that nobody or somebody else's approved."""
    waiting = wants(mallory)
    forged = Proposal(kind=Kind.ROLE, staff=mallory, approved=True)
    of_dao = wants(dao)
    approve(acting(somsak), of_dao)
    of_dao.staff = mallory
    for proposal in (waiting, forged, of_dao):
        with pytest.raises(Refused):
            grant_role(acting(admin), mallory, "registrar", site=site, proposal=proposal)
        with pytest.raises(Refused):
            give_password(acting(admin), mallory, proposal=proposal)
        with pytest.raises(Refused):
            open_account(acting(admin), mallory, proposal=proposal)
        with pytest.raises(Refused):
            issue_token(acting(admin), mallory, "x", days=1, proposal=proposal)
    assert roles_of(mallory) == set()


@pytest.mark.django_db
def test_p14_the_database_itself_refuses_an_approval_by_one_agency(wants, admin, second, mallory, now):
    proposal = wants(mallory)
    for who in (admin, second):
        with pytest.raises(IntegrityError), transaction.atomic():
            Proposal.objects.filter(pk=proposal.pk).update(
                approved=True, decided_by=who, deciding_agency=who.agency, decided_at=now
            )


@pytest.mark.django_db
def test_p14_a_password_is_collected_by_the_proposer_once_and_in_time(
    acting, admin, second, somsak, anong, agree
):
    made = agree("password", anong)
    for other in (second, somsak):
        with pytest.raises(Refused):
            collect(acting(other), made)
    with pytest.raises(Invalid, match="nothing to collect"):
        collect(acting(admin, later=timedelta(hours=73)), made)
    assert collect(acting(admin), made)
    with pytest.raises(Invalid, match="nothing to collect"):
        collect(acting(admin), made)


@pytest.mark.django_db
def test_p14_a_lost_second_factor_is_removed_by_two_agencies(agree, anong):
    Authenticator.objects.create(user=anong, type=Authenticator.Type.TOTP, data={})
    agree("second_factor", anong)
    assert not Authenticator.objects.filter(user=anong).exists()
    assert Entry.objects.get(action="staff.second_factor_removed").data["staff"] == str(anong.pk)


@pytest.mark.django_db
def test_p14_an_agency_opens_cases_so_moving_somebody_takes_two(agree, niran, agencies):
    embassy: Agency = agencies["Embassy of Ethiopia"]
    agree("person", niran, agency=str(embassy.pk), profession="", languages=["en"])
    niran.refresh_from_db()
    assert niran.agency == embassy


@pytest.mark.django_db
def test_p14_taking_away_takes_one_and_works_at_once(acting, second, anong, now):
    end_role(acting(second), RoleGrant.objects.get(staff=anong))
    assert not has_duty(anong, Duty.LISTS)
    close_account(acting(second), anong)
    anong.refresh_from_db()
    assert not anong.is_active


@pytest.mark.django_db(transaction=True)
def test_p14_two_approvals_at_the_same_moment_do_it_once(
    wants, acting, somsak, agencies, release, mallory, now
):
    other = create_member(
        Member("aud2", "Auditor", "Labour Tak", "", ("auditor",)), release, agencies, now=now
    )
    proposal, got = wants(mallory), []

    def run(who: Staff) -> None:
        try:
            got.append(approve(acting(who), proposal))
        except Exception as refused:
            got.append(refused)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(who,)) for who in (somsak, other)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert sorted(type(answer).__name__ for answer in got) == ["Invalid", "Proposal"], got
    assert RoleGrant.objects.filter(staff=mallory).count() == 1
    assert Entry.objects.filter(action="change.approved").count() == 1


# In an emergency -------------------------------------------------------------------------------------------
