"""P14: somebody without an account is needed tonight, and what one administrator alone makes of that."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from django.db import connection
from django.urls import reverse

from moei.access.acting import Invalid, Refused
from moei.access.actions.add_in_emergency import add_in_emergency, close_lapsed
from moei.access.actions.approve import approve, collect, decline
from moei.access.actions.grant_role import end_role, join_in_emergency, review_emergency_role
from moei.access.actions.manage_staff import close_account
from moei.access.actions.propose import propose
from moei.access.cast import Member, create_member
from moei.access.decide import can, may
from moei.access.journalled import was_read
from moei.access.limits import Slowed, quota
from moei.access.models import Canary, Notice, Proposal, RoleGrant, Staff
from moei.access.policy import EMERGENCY_ROLES, ROLES
from moei.journal.models import Entry
from moei.signin.models import GivenPassword

Kind = Proposal.Kind
REASON = "Two buses came at night and nobody of the police answers"
DAY = timedelta(hours=24)


@pytest.fixture
def adds(acting, admin, site):
    """`adds("fah")`: Admin adds Fah, a volunteer, in an emergency."""

    def make(username: str = "fah", role: str = "registrar", *, by: Staff | None = None, later=timedelta(0)):
        return add_in_emergency(
            acting(by or admin, later=later),
            username,
            f"{username.title()} Volunteer",
            role,
            site=site,
            languages=["th", "am"],
            reason=REASON,
        )[0]

    return make


@pytest.fixture
def second(release, agencies, now, cast) -> Staff:
    return create_member(
        Member("admin2", "Second account", "MSDHS Tak", "", ("administrator",)), release, agencies, now=now
    )


def again(staff: Staff) -> Staff:
    return Staff.objects.get(pk=staff.pk)


def proposal_of(staff: Staff) -> Proposal:
    return Proposal.objects.get(staff=staff, kind=Kind.ACCOUNT)


@pytest.mark.django_db
def test_p14_she_works_at_once_for_a_day_and_no_longer(adds, admin, add_case, now):
    case, fah = add_case("Somebody"), adds()
    assert (fah.agency, fah.profession, fah.languages) == (admin.agency, "", ["th", "am"])
    for hours, works in ((0, True), (23, True), (24, False)):
        then = now + timedelta(hours=hours)
        assert (can(fah, "case.open", case, now=then), may(fah, "person.register", now=then)) == (
            works,
            works,
        )


@pytest.mark.django_db
def test_p14_the_account_ends_by_itself_unless_another_agency_approved_it(adds, now):
    fah = adds()
    assert not close_lapsed(fah, now=now + timedelta(hours=23))
    assert close_lapsed(fah, now=now + DAY)
    assert not again(fah).is_active
    assert Entry.objects.get(action="staff.lapsed").data == {"staff": str(fah.pk)}


@pytest.mark.django_db
def test_p14_when_her_day_is_over_the_next_click_signs_her_out(adds, sign_in, acting, now):
    fah = adds(later=-DAY * 365)  # long before the clock of this machine
    GivenPassword.objects.all().delete()
    page = sign_in(fah)
    assert page.get("/").status_code == 302
    assert "_auth_user_id" not in page.session and not again(fah).is_active


@pytest.mark.django_db
def test_p14_another_agency_keeps_her_with_the_role_that_was_asked_for(adds, acting, somsak, now):
    fah = adds()
    approve(acting(somsak, later=timedelta(hours=20)), proposal_of(fah))
    fah = again(fah)
    assert may(fah, "person.register", now=now + 2 * DAY)
    assert not close_lapsed(fah, now=now + 2 * DAY) and fah.is_active


@pytest.mark.django_db
def test_p14_neither_she_nor_the_agency_that_added_her_approves_her(adds, acting, admin, second, somsak):
    fah = adds()
    for who in (admin, second, fah):
        with pytest.raises(Refused):
            approve(acting(who), proposal_of(fah))
    with pytest.raises(Invalid, match="lapsed"):
        approve(acting(somsak, later=DAY), proposal_of(fah))


@pytest.mark.django_db
def test_p14_declining_closes_her_account_at_once(adds, acting, somsak, admin):
    fah = adds()
    decline(acting(somsak), proposal_of(fah), note="nobody there knows her")
    assert not again(fah).is_active
    with pytest.raises(Invalid):
        approve(acting(somsak), proposal_of(fah))


@pytest.mark.django_db
def test_p14_closing_her_account_takes_one_and_approving_does_not_open_it(adds, acting, second, somsak):
    fah = adds()
    close_account(acting(second), fah)
    assert not again(fah).is_active
    with pytest.raises(Invalid, match="closed meanwhile"):
        approve(acting(somsak), proposal_of(fah))
    assert not RoleGrant.objects.filter(staff=fah, ended_at=None).exists()


@pytest.mark.django_db
def test_p14_an_account_that_two_agencies_opened_again_stays_open(adds, acting, admin, somsak, now):
    fah = adds()
    close_lapsed(fah, now=now + DAY)
    later = timedelta(hours=25)
    approve(
        acting(somsak, later=later), propose(acting(admin, later=later), Kind.OPEN, staff=fah, reason=REASON)
    )
    assert not close_lapsed(again(fah), now=now + later) and again(fah).is_active


@pytest.mark.django_db
def test_p14_her_agency_and_another_are_told_whom_and_the_journal_has_it(adds, admin, somsak, sign_in):
    fah = adds()
    notices = Notice.objects.filter(action="staff.added_in_emergency")
    assert {(notice.agency, notice.about, notice.who) for notice in notices} == {
        (admin.agency, fah, admin),
        (somsak.agency, fah, admin),
    }
    page = sign_in(somsak).get(reverse("web:notices")).content.decode()
    assert fah.name in page and "alone, in an emergency" in page
    entry = Entry.objects.get(action="staff.added_in_emergency")
    assert (entry.actor, entry.data["staff"], entry.data["role"]) == (admin.pk, str(fah.pk), "registrar")
    assert Entry.objects.filter(action="role.given_in_emergency").exists()
    assert Entry.objects.filter(action="change.proposed").exists()


@pytest.mark.django_db
def test_p14_where_no_other_agency_could_be_told_nobody_is_added(adds, somsak, no_guards):
    with pytest.raises(Invalid, match="no other agency"):
        adds()
    assert not Staff.objects.filter(username="fah").exists() and not Proposal.objects.exists()


@pytest.fixture
def no_guards(cast) -> None:
    """Nobody outside Admin's agency watches, reviews or manages."""
    RoleGrant.objects.exclude(staff=cast["admin"]).filter(role__in=["auditor", "administrator"]).delete()


@pytest.mark.django_db
@pytest.mark.parametrize("role", sorted(set(ROLES) - EMERGENCY_ROLES))
def test_p14_nobody_is_added_for_more_than_work_at_the_crossing(adds, role):
    with pytest.raises(Invalid):
        adds(role=role)
    assert not Staff.objects.filter(username="fah").exists()


@pytest.mark.django_db
def test_p14_no_second_person_is_added_before_the_first_was_reviewed(
    adds, acting, admin, second, somsak, vera, site
):
    fah = adds()
    with pytest.raises(Invalid, match="that you gave"):
        adds("nok")
    with pytest.raises(Invalid, match="that you gave"):
        join_in_emergency(acting(admin), vera, "registrar", site=site, hours=3, reason=REASON)
    grant = RoleGrant.objects.get(staff=fah)
    with pytest.raises(Refused):
        review_emergency_role(acting(second), grant, "fine by me")
    review_emergency_role(acting(somsak), grant, "two buses did come")
    assert adds("nok")


@pytest.mark.django_db
def test_p14_after_a_role_given_alone_nobody_is_added_before_its_review(adds, acting, admin, vera, site):
    join_in_emergency(acting(admin), vera, "registrar", site=site, hours=3, reason=REASON)
    with pytest.raises(Invalid, match="that you gave"):
        adds()


@pytest.mark.django_db
def test_p14_her_day_is_not_made_longer_by_another_role(adds, acting, admin, second, somsak, site):
    fah = adds()
    grant = RoleGrant.objects.get(staff=fah)
    end_role(acting(admin), grant)
    review_emergency_role(acting(somsak), grant, "two buses did come")
    for by in (admin, second):
        with pytest.raises(Invalid, match="has not approved"):
            join_in_emergency(acting(by), fah, "caseworker", site=site, hours=24, reason=REASON)


@pytest.mark.django_db
def test_p14_the_administrator_gets_no_second_password_of_hers(adds, acting, admin, somsak):
    fah = adds()
    assert GivenPassword.objects.filter(staff=fah).exists(), "she chooses one of her own first of all"
    for _ in range(2):
        with pytest.raises(Invalid, match="nothing to collect"):
            collect(acting(admin), proposal_of(fah))
        if proposal_of(fah).approved is None:
            approve(acting(somsak), proposal_of(fah))


@pytest.mark.django_db
def test_p14_only_who_manages_staff_adds_anybody_and_says_why(adds, acting, somsak, anong, admin, site):
    for who in (somsak, anong):
        with pytest.raises(Refused):
            adds(by=who)
    with pytest.raises(Invalid, match="sentence"):
        add_in_emergency(acting(admin), "fah", "Fah", "registrar", site=site, reason="buses")
    with pytest.raises(Invalid, match="taken"):
        adds("Anong")
    assert not Staff.objects.filter(username="fah").exists()


@pytest.mark.django_db
def test_p10_she_has_the_quota_of_her_role_and_touching_a_canary_is_told(
    adds, acting, add_case, sign_in, monkeypatch, somsak
):
    fah, case = adds(role="social_worker"), add_case("Somebody")
    assert quota(acting(fah)) == ROLES["social_worker"].cases_an_hour
    Canary.objects.create(
        case_id=case.pk, person_id=case.person_id, record_id=case.pk, made_by=somsak, made_at=case.opened_at
    )
    was_read(acting(fah), "case.opened", case=case.pk)
    assert Notice.objects.filter(kind="canary", who=fah).exists()
    monkeypatch.setattr("moei.access.limits.quota", lambda acting: 1)
    with pytest.raises(Slowed):
        was_read(acting(fah), "case.opened", case=add_case("Another").pk)


@pytest.mark.django_db
def test_p14_on_the_page_the_password_is_shown_once_and_opens_a_choice_of_her_own(
    admin, somsak, site, sign_in, client, settings
):
    page = sign_in(admin)
    there = reverse("web:add_in_emergency")
    assert there in page.get(reverse("web:add_staff")).content.decode()
    form = page.get(there).content.decode()
    assert 'value="registrar"' in form and 'value="director"' not in form and 'name="profession"' not in form
    given = {"username": "fah", "name": "Fah Volunteer", "role": "registrar", "site": str(site.pk)}
    assert "role" in page.post(there, given | {"role": "auditor", "reason": REASON}).context["form"].errors
    shown = page.post(there, given | {"reason": REASON, "languages": "th"})
    secret, fah = shown.context["secret"], Staff.objects.get(username="fah")
    assert fah.check_password(secret) and secret in shown.content.decode()
    assert "reviewed" in page.post(there, given | {"username": "nok", "reason": REASON}).content.decode()
    decision = sign_in(somsak).get(reverse("web:proposal", args=[proposal_of(fah).pk])).content.decode()
    assert "works already" in decision
    client.logout()
    client.post(reverse("account_login"), {"login": "fah", "password": secret})
    assert client.get("/").headers["Location"] == reverse("account_change_password")


@pytest.mark.django_db
def test_p14_a_second_factor_is_asked_of_her_as_of_everybody(adds, sign_in, settings):
    settings.MFA_REQUIRED = True
    fah = adds()
    GivenPassword.objects.all().delete()
    assert sign_in(fah).get(reverse("arrivals:register")).headers["Location"].startswith("/second-factor/")


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("same", ["the administrator", "the name"])
def test_p14_of_two_added_at_the_same_moment_one_is(adds, admin, second, somsak, same):
    """By one administrator whose first nobody reviewed; or by two of the same name for signing in."""
    got: list[object] = []

    def run(username: str, by: Staff) -> None:
        try:
            got.append(adds(username, by=by))
        except Exception as refused:
            got.append(refused)
        finally:
            connection.close()

    pairs = (
        [("fah", admin), ("nok", admin)] if same == "the administrator" else [("fah", admin), ("fah", second)]
    )
    threads = [threading.Thread(target=run, args=pair) for pair in pairs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert sorted(type(answer).__name__ for answer in got) == ["Invalid", "Staff"], got
    assert Staff.objects.filter(username__in=["fah", "nok"]).count() == 1
    assert RoleGrant.objects.exclude(emergency="").count() == Proposal.objects.count() == 1
