"""P14: who holds roles in an exercise only decides nothing about those who work in the release."""

from __future__ import annotations

import pytest

from moei.access.acting import Acting, Invalid, Refused
from moei.access.actions.approve import approve, collect, decline
from moei.access.actions.grant_role import end_role
from moei.access.actions.issue_token import revoke_token
from moei.access.actions.manage_staff import close_account
from moei.access.actions.propose import propose
from moei.access.cast import Member, create_member
from moei.access.models import ApiToken, Proposal, Release, RoleGrant, Staff
from moei.signin.actions.sessions import end_sessions_of

pytestmark = pytest.mark.django_db
Kind = Proposal.Kind
REASON = "as the work needs"


@pytest.fixture
def exercise(site, now) -> Release:
    return Release.objects.create(code="exercise", name="Exercise", began_at=now, site=site, invented=True)


@pytest.fixture
def train(exercise, agencies, now, cast):
    """`train("tia", "Baan Dao", "administrator")`: somebody whose only role is in the exercise."""

    def make(username: str, agency: str, *roles: str) -> Acting:
        member = Member(username, f"{username} of the exercise", agency, "", roles)
        return Acting(create_member(member, exercise, agencies, now=now), exercise, now)

    return make


@pytest.fixture
def tia(train) -> Acting:
    return train("tia", "Baan Dao", "administrator")


@pytest.fixture
def tom(train) -> Acting:
    return train("tom", "DSI", "auditor")


ABOUT_ANONG = (
    (Kind.PASSWORD, {}),
    (Kind.SECOND_FACTOR, {}),
    (Kind.PERSON, {"agency": "", "profession": "", "languages": []}),
)


@pytest.mark.parametrize(("kind", "what"), ABOUT_ANONG)
def test_p14_who_administers_an_exercise_proposes_nothing_about_who_works_in_the_release(
    tia, anong, kind, what
):
    with pytest.raises(Refused, match="beyond the release"):
        propose(tia, kind, staff=anong, what=what, reason=REASON)


@pytest.mark.parametrize(("kind", "what"), ABOUT_ANONG)
def test_p14_who_audits_an_exercise_approves_and_declines_nothing_about_who_works_in_the_release(
    acting, admin, tom, anong, kind, what
):
    made = propose(acting(admin), kind, staff=anong, what=what, reason=REASON)
    for decide in (approve, lambda by, found: decline(by, found, note="no")):
        with pytest.raises(Refused, match="beyond the release"):
            decide(tom, made)
    made.refresh_from_db()
    assert made.decided_at is None


def test_p14_a_role_in_the_release_is_not_approved_from_an_exercise(acting, admin, tom, dao, site):
    what = {"role": "registrar", "site": str(site.pk), "all_releases": False}
    made = propose(acting(admin), Kind.ROLE, staff=dao, what=what, reason=REASON)
    with pytest.raises(Refused, match="beyond the release"):
        approve(tom, made)
    assert not RoleGrant.objects.filter(staff=dao, role="registrar").exists()


@pytest.mark.parametrize("role", ["administrator", "auditor", "director"])
def test_p14_nobody_gives_a_duty_in_all_releases_from_an_exercise(tia, train, role):
    friend = train("friend", "Baan Dao").staff
    what = {"role": role, "site": "", "all_releases": True}
    with pytest.raises(Refused, match="beyond the release"):
        propose(tia, Kind.ROLE, staff=friend, what=what, reason=REASON)


def test_p14_the_policy_and_the_release_are_not_changed_from_an_exercise(
    tia, release, agencies, site, monkeypatch
):
    monkeypatch.setattr("moei.access.changes.policy_in_force", lambda: False)
    monkeypatch.setattr("moei.access.changes.policy_digest", lambda: "f" * 64)
    with pytest.raises(Refused, match="beyond the release"):
        propose(tia, Kind.POLICY, what={"digest": "f" * 64}, reason=REASON)
    for model, row in (("release", release), ("agency", agencies["MSDHS Tak"]), ("site", site)):
        what = {"model": model, "pk": str(row.pk), "from": {}, "to": {"name": "Renamed"}}
        with pytest.raises(Refused, match="beyond the release"):
            propose(tia, Kind.CONFIGURATION, what=what, reason=REASON)


def test_p14_nobody_is_shut_out_of_the_release_from_an_exercise(
    tia, anong, somsak, add_account, add_token, agencies, give_role
):
    service, _none = add_account("api", "Service", agency=agencies["Safe Return"], is_service=True)
    give_role(service, "statistician")
    add_token(service)
    for take in (
        lambda: close_account(tia, anong),
        lambda: end_role(tia, RoleGrant.objects.get(staff=somsak)),
        lambda: end_sessions_of(tia, anong),
        lambda: revoke_token(tia, ApiToken.objects.get()),
    ):
        with pytest.raises(Refused, match="beyond the release"):
            take()
    assert Staff.objects.get(pk=anong.pk).is_active
    assert RoleGrant.objects.get(staff=somsak).ended_at is None


def test_what_stays_in_the_exercise_is_decided_there(tia, tom, train):
    learner = train("learner", "Baan Dao", "statistician").staff
    made = approve(tom, propose(tia, Kind.PASSWORD, staff=learner, reason=REASON))
    assert collect(tia, made)
    close_account(tia, learner)
    assert not Staff.objects.get(pk=learner.pk).is_active


def test_p14_whose_person_got_a_role_in_the_release_meanwhile_is_not_collected_for_in_the_exercise(
    tia, tom, train, release, now
):
    learner = train("learner", "Baan Dao", "statistician").staff
    made = approve(tom, propose(tia, Kind.PASSWORD, staff=learner, reason=REASON))
    RoleGrant.objects.create(staff=learner, role="statistician", release=release, granted_at=now)
    with pytest.raises(Refused, match="beyond the release"):
        collect(tia, made)


def test_p14_whoever_proposed_it_must_reach_as_far_when_it_is_approved(
    acting, admin, somsak, anong, exercise, now
):
    made = propose(acting(admin), Kind.PASSWORD, staff=anong, reason=REASON)
    RoleGrant.objects.filter(staff=admin).update(release=exercise)
    with pytest.raises(Invalid, match="no longer"):
        approve(acting(somsak), made)


def test_who_administers_all_releases_does_all_of_it(acting, admin, somsak, anong, exercise):
    RoleGrant.objects.filter(staff__in=[admin, somsak]).update(release=None)
    made = approve(acting(somsak), propose(acting(admin), Kind.PASSWORD, staff=anong, reason=REASON))
    assert collect(acting(admin), made)
