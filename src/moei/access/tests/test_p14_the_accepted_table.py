"""P14: a policy table that two agencies have not accepted opens nothing."""

from __future__ import annotations

from datetime import timedelta

import pytest

from moei.access import agreed_policy
from moei.access.acting import Invalid, Refused
from moei.access.actions.approve import approve
from moei.access.actions.propose import propose
from moei.access.decide import may, sections_of, visible_to
from moei.access.models import ApprovedPolicy, Proposal, Staff
from moei.access.policy import DUTIES
from moei.casefile.models import Case

Kind = Proposal.Kind
REASON = "as the work needs"


@pytest.fixture
def changed_table(cast, monkeypatch):
    """The program starts with another policy table than the one that was accepted."""
    monkeypatch.setattr(agreed_policy, "policy_digest", lambda: "f" * 64)
    monkeypatch.setattr(agreed_policy, "_in_force", set())
    monkeypatch.setattr("moei.access.changes.policy_digest", lambda: "f" * 64)


@pytest.mark.django_db
def test_p14_a_table_that_nobody_accepted_opens_nothing(add_case, cast, changed_table, release, now):
    case = add_case("Somebody")
    for staff in Staff.objects.all():
        assert sections_of(staff, case, now=now) == {}, staff
        assert not Case.objects_unchecked.filter(visible_to(staff, now=now)).exists(), staff
        assert {action for action in DUTIES if may(staff, action)} <= {"staff.manage", "changes.approve"}, (
            staff
        )


@pytest.mark.django_db
def test_p14_two_agencies_accept_a_changed_table(changed_table, acting, admin, second, somsak, anong):
    what = {"digest": "f" * 64}
    with pytest.raises(Invalid):
        propose(acting(admin), Kind.POLICY, what={"digest": "0" * 64}, reason=REASON)
    proposal = propose(acting(admin), Kind.POLICY, what=what, reason=REASON)
    with pytest.raises(Refused):
        approve(acting(second), proposal)
    assert not may(Staff.objects.get(pk=anong.pk), "lists.read")
    approve(acting(Staff.objects.get(pk=somsak.pk)), proposal)
    assert ApprovedPolicy.objects.first().digest == "f" * 64
    assert may(Staff.objects.get(pk=anong.pk), "lists.read")


@pytest.mark.django_db
def test_p14_everybody_is_told_while_the_table_is_not_accepted(changed_table, sign_in, anong, somsak):
    for who in (anong, somsak):
        page = sign_in(Staff.objects.get(pk=who.pk)).get("/", follow=True)
        assert "two agencies have not accepted" in page.content.decode()


@pytest.mark.django_db
def test_p14_going_back_to_an_older_table_needs_two_agencies_again(cast, now, monkeypatch):
    monkeypatch.setattr(agreed_policy, "_in_force", set())
    assert agreed_policy.policy_in_force()
    ApprovedPolicy.objects.create(digest="e" * 64, approved_at=now + timedelta(days=1))
    monkeypatch.setattr(agreed_policy, "_in_force", set())
    assert not agreed_policy.policy_in_force()
