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


# Moving somebody, opening an account again, tokens ------------------------------------------------------------


@pytest.fixture
def moves(acting, agencies):
    """`moves(admin, prasert, "Audit")`: Admin proposes that Prasert works there."""

    def make(by: Staff, staff: Staff, to: str) -> Proposal:
        agency = str(agencies[to].pk) if to else ""
        what = {"agency": agency, "profession": staff.profession, "languages": []}
        return propose(acting(by), Kind.PERSON, staff=staff, what=what, reason=REASON)

    return make


@pytest.fixture
def pim(release, agencies, now, cast) -> Staff:
    """An auditor of the labour office: approves, and proposes nothing."""
    return create_member(
        Member("pim", "Pim Auditor", "Labour Tak", "", ("auditor",)), release, agencies, now=now
    )


@pytest.fixture
def machine(agencies, release, now, give_role) -> Staff:
    """A service account of the police."""
    made = Staff.objects.create(
        username="machine", name="Machine", agency=agencies["ATPD"], is_service=True, is_active=True
    )
    give_role(made, "embassy")
    return made


@pytest.mark.parametrize("to", ["MSDHS Tak", "Labour Tak", ""])
def test_p14_nobody_moves_prasert_away_from_the_police_without_them(
    acting, admin, somsak, prasert, chai, moves, to
):
    """As admin's own colleague, or as one of an agency without anybody who could say no, he would be theirs to become."""
    home = prasert.agency
    made = moves(admin, prasert, to)
    with pytest.raises(Refused, match="agency of whom"):
        approve(acting(somsak), made)
    prasert.refresh_from_db()
    assert prasert.agency == home
    assert approve(acting(chai), made).approved


def test_p14_nobody_changes_what_prasert_signs_as_without_the_police(acting, admin, somsak, prasert, chai):
    what = {"agency": str(prasert.agency_id), "profession": "ngo_observer", "languages": []}
    made = propose(acting(admin), Kind.PERSON, staff=prasert, what=what, reason=REASON)
    with pytest.raises(Refused, match="agency of whom"):
        approve(acting(somsak), made)


def test_p14_nobody_moves_an_account_of_theirs_to_the_police_without_them(
    acting, admin, somsak, anong, chai, moves
):
    """An account made in one's own agency, and moved, would be one that the police never vouched for."""
    made = moves(admin, anong, "ATPD")
    with pytest.raises(Refused, match="would come to"):
        approve(acting(somsak), made)
    assert approve(acting(chai), made).approved


def test_p14_from_one_agency_to_another_both_agree_and_no_third_one(
    acting, admin, somsak, prasert, chai, pim, moves
):
    with pytest.raises(Refused, match="agency of whom"):
        approve(acting(pim), moves(admin, prasert, "Labour Tak"))
    with pytest.raises(Refused, match="would come to"):
        approve(acting(chai), moves(admin, prasert, "Labour Tak"))
    assert approve(acting(pim), moves(chai, prasert, "Labour Tak")).approved


def test_where_neither_agency_can_propose_the_one_they_leave_approves(
    acting, admin, somsak, mali, pim, moves
):
    with pytest.raises(Refused, match="agency of whom"):
        approve(acting(somsak), moves(admin, mali, "Audit"))
    assert approve(acting(pim), moves(admin, mali, "Audit")).approved


def test_p14_the_agency_that_somebody_leaves_is_told(acting, admin, prasert, somsak, moves, sign_in, chai):
    left = prasert.agency
    approve(acting(chai), moves(admin, prasert, "MSDHS Tak"))
    [notice] = Notice.objects.all()
    assert (notice.kind, notice.agency, notice.about) == ("moved", left, prasert)
    assert prasert.name in sign_in(chai).get(reverse("web:notices")).content.decode()


def test_whoever_stays_where_they_work_is_told_to_nobody(acting, admin, somsak, anong, moves):
    approve(acting(somsak), moves(admin, anong, "MSDHS Tak"))
    assert not Notice.objects.exists()


def test_p14_where_the_police_have_nobody_the_move_is_in_the_journal_and_they_are_told(
    acting, admin, somsak, prasert, moves
):
    left = prasert.agency
    approve(acting(somsak), moves(admin, prasert, "MSDHS Tak"))
    assert Entry.objects.get(action="change.approved").data["nobody_of_their_agency"] == "yes"
    assert Notice.objects.get().agency == left


def test_p14_a_token_of_the_polices_service_account_is_agreed_on_there_and_told(
    acting, admin, somsak, chai, machine, sign_in
):
    what = {"label": "by hand", "days": 30}
    made = propose(acting(admin), Kind.TOKEN, staff=machine, what=what, reason=REASON)
    with pytest.raises(Refused, match="agency of whom"):
        approve(acting(somsak), made)
    assert approve(acting(chai), made).approved and not Notice.objects.exists()
    collect(acting(admin), made)
    [notice] = Notice.objects.all()
    assert (notice.kind, notice.agency, notice.about) == ("token", machine.agency, machine)
    assert machine.name in sign_in(chai).get(reverse("web:notices")).content.decode()


def test_p14_a_closed_account_is_opened_again_by_its_own_agency(acting, admin, somsak, prasert, chai):
    Staff.objects.filter(pk=prasert.pk).update(is_active=False)
    made = propose(acting(admin), Kind.OPEN, staff=Staff.objects.get(pk=prasert.pk), reason=REASON)
    with pytest.raises(Refused, match="agency of whom"):
        approve(acting(somsak), made)
    assert approve(acting(chai), made).approved


def test_moving_somebody_says_nothing_of_their_sign_in(acting, admin, prasert, chai, moves, sign_in):
    approve(acting(chai), moves(admin, prasert, "MSDHS Tak"))
    page = sign_in(Staff.objects.get(pk=prasert.pk)).get(reverse("web:sign_in")).content.decode()
    assert "If you did not ask for this" not in page
