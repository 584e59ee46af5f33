"""P14: nobody gets a way in as somebody else behind the back of that somebody's own agency."""

from __future__ import annotations

import pytest
from allauth.mfa.models import Authenticator
from django.urls import reverse

from moei.access.acting import Refused
from moei.access.actions.approve import approve, collect
from moei.access.actions.propose import propose
from moei.access.cast import Member, create_member
from moei.access.models import Notice, Proposal, Staff
from moei.journal.models import Entry
from moei.signin.models import GivenPassword

pytestmark = pytest.mark.django_db
Kind = Proposal.Kind
REASON = "as the work needs"


@pytest.fixture
def chai(release, agencies, now, cast) -> Staff:
    """An administrator of the police, the agency of Prasert."""
    return create_member(
        Member("chai", "Chai Administrator", "ATPD", "", ("administrator",)), release, agencies, now=now
    )


@pytest.mark.parametrize("kind", [Kind.PASSWORD, Kind.SECOND_FACTOR])
def test_p14_admin_and_an_auditor_do_not_become_prasert_without_the_police(
    acting, admin, somsak, prasert, chai, kind
):
    Authenticator.objects.create(user=prasert, type=Authenticator.Type.TOTP, data={})
    made = propose(acting(admin), kind, staff=prasert, reason=REASON)
    with pytest.raises(Refused, match="agency of whom"):
        approve(acting(somsak), made)
    assert Authenticator.objects.filter(user=prasert).exists()
    assert approve(acting(chai), made).approved
    assert approve(acting(somsak), propose(acting(chai), kind, staff=prasert, reason=REASON)).approved


@pytest.mark.parametrize("kind", [Kind.PASSWORD, Kind.SECOND_FACTOR])
def test_p14_where_the_agency_has_nobody_else_the_journal_says_so(acting, admin, somsak, prasert, kind):
    approve(acting(somsak), propose(acting(admin), kind, staff=prasert, reason=REASON))
    assert Entry.objects.get(action="change.approved").data["nobody_of_their_agency"] == "yes"


def test_the_person_concerned_is_not_the_one_who_vouches(acting, admin, somsak, chai):
    """Chai is the only one of the police who could; about Chai others decide, and the journal says so."""
    assert approve(acting(somsak), propose(acting(admin), Kind.PASSWORD, staff=chai, reason=REASON)).approved
    assert Entry.objects.get(action="change.approved").data["nobody_of_their_agency"] == "yes"


def test_p14_an_account_in_another_agency_is_approved_there(acting, admin, somsak, chai, agencies):
    what = {"username": "new", "name": "New Person", "profession": "", "languages": [], "is_service": False}
    made = propose(
        acting(admin), Kind.ACCOUNT, what={**what, "agency": str(agencies["ATPD"].pk)}, reason=REASON
    )
    with pytest.raises(Refused, match="will belong to"):
        approve(acting(somsak), made)
    assert not Staff.objects.filter(username="new").exists()
    assert approve(acting(chai), made).approved
    own = what | {"username": "own", "agency": str(admin.agency_id)}
    assert approve(acting(somsak), propose(acting(admin), Kind.ACCOUNT, what=own, reason=REASON)).approved


def test_p14_the_person_and_who_watches_in_their_agency_are_told_of_a_new_password(
    acting, admin, prasert, chai, sign_in
):
    made = approve(acting(chai), propose(acting(admin), Kind.PASSWORD, staff=prasert, reason=REASON))
    assert not Notice.objects.exists()
    collect(acting(admin), made)
    [notice] = Notice.objects.filter(kind="secret")
    assert (notice.agency, notice.about, notice.who) == (prasert.agency, prasert, admin)
    assert prasert.name in sign_in(chai).get(reverse("web:notices")).content.decode()
    said = "If you did not ask for this"
    told = sign_in(Staff.objects.get(pk=prasert.pk))
    first_page = told.get(reverse("web:sign_in"), follow=True)
    assert first_page.redirect_chain == [(reverse("account_change_password"), 302)]
    assert said in first_page.content.decode()
    GivenPassword.objects.get(staff=prasert).delete()  # as choosing another does
    told = sign_in(Staff.objects.get(pk=prasert.pk))
    assert said in told.get(reverse("web:sign_in")).content.decode(), "and it stays in My sign-in"
    assert said not in sign_in(chai).get(reverse("web:sign_in")).content.decode()


def test_p14_a_removed_second_factor_is_told_to_the_person_and_their_agency(acting, admin, anong, agree):
    agree("second_factor", anong)
    [notice] = Notice.objects.filter(kind="secret")
    assert (notice.agency, notice.about, notice.action) == (
        anong.agency,
        anong,
        "staff.second_factor_removed",
    )
