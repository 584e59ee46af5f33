"""P14: who audits or directs an exercise sees, clears, reviews and changes nothing of the release, though of one agency
with those who audit the release; what is of the whole instance is for those who reach all of it."""

from __future__ import annotations

import csv
import importlib
from datetime import UTC, datetime, timedelta

import pytest
from django.apps import apps
from django.test import Client
from django.urls import reverse

from moei.access.acting import Acting, Refused
from moei.access.actions.approve import collect
from moei.access.actions.break_glass import break_glass, review_break_glass
from moei.access.actions.grant_role import join_in_emergency, review_emergency_role
from moei.access.actions.say_why import say_why
from moei.access.actions.see_notices import see_notices
from moei.access.cast import Member, create_member
from moei.access.models import ApiToken, BreakGlass, LookupReason, Notice, Release, RoleGrant, Staff
from moei.access.policy import DUTIES, Duty
from moei.access.watching import notices_for, secrets_given
from moei.casefile.selectors.cases import open_case
from moei.crypto import SigningKey, digest_token
from moei.desks.arrivals.actions.add_canary import add_canary
from moei.journal.anchors import signing_key_path
from moei.journal.models import Anchor, Entry, Recipient
from moei.retention.actions.register_backup import confirm_destroyed, register_backup
from moei.signin.actions.notices import journal_sign_in
from moei.web.actions.keep_anchors import add_recipient, end_recipient, sign_now
from moei.web.api import api

pytestmark = pytest.mark.django_db
WHY = {"why": "review", "reference": "AUD-7"}
DAYS = {"first": "2026-03-01", "last": "2026-03-04"}
BEYOND = "beyond the release"
# Ten in the evening at the site: three cases opened then are unusual.
AT_NIGHT = datetime(2026, 3, 3, 15, 5, tzinfo=UTC)
WORDS = "the clinic asks who is whose sister"


@pytest.fixture(autouse=True)
def _own_signing_key(tmp_path, settings):
    settings.MOEI_SIGNING_KEY_FILE = tmp_path / "keys" / "moei.signing"
    SigningKey.create(signing_key_path())


@pytest.fixture
def exercise(site, now, cast) -> Release:
    """Begun after the release, with a site and people of the same agencies."""
    return Release.objects.create(code="exercise", name="Exercise", began_at=now, site=site, invented=True)


@pytest.fixture
def train(exercise, agencies, now):
    """`train("tor", "Baan Dao", "director")`: somebody whose only roles are in the exercise."""

    def make(username: str, agency: str, *roles: str) -> Acting:
        member = Member(username, f"{username} of the exercise", agency, "", roles)
        return Acting(create_member(member, exercise, agencies, now=now), exercise, now)

    return make


@pytest.fixture
def tom(train, somsak) -> Acting:
    """An auditor of the exercise, of Somsak's agency."""
    return train("tom", somsak.agency.short_name, "auditor")


@pytest.fixture
def read(add_case, acting, anong):
    """Three cases of the release that Anong opened in one night, after she said why she looks people up."""
    say_why(acting(anong), "family", WORDS)
    cases = [add_case(f"Person {number}") for number in range(3)]
    for number, case in enumerate(cases):
        open_case(acting(anong, at=AT_NIGHT + timedelta(minutes=number)), case)
    return cases


@pytest.fixture
def opened(add_case, acting, kanya) -> BreakGlass:
    """An opening in an emergency, in the release."""
    return break_glass(acting(kanya), add_case("Khamla").id, "She fainted and nobody can be reached")


@pytest.fixture
def joined(acting, admin, vera, site) -> RoleGrant:
    """A role that Admin gave alone, in the release."""
    reason = "Two buses came at night"
    return join_in_emergency(acting(admin), vera, "registrar", site=site, hours=3, reason=reason)


@pytest.fixture
def recipient(agencies, now) -> Recipient:
    agency = agencies["Law Aid"].pk
    return Recipient.objects.create(agency=agency, channel="email", address="a@keeper.example", added_at=now)


def everywhere(staff: Staff) -> Staff:
    """With the role in each release there is, one by one, as when each was given there."""
    for grant in list(RoleGrant.objects.filter(staff=staff)):
        for release in Release.objects.exclude(pk=grant.release_id):
            RoleGrant.objects.create(
                staff=staff, role=grant.role, release=release, granted_at=grant.granted_at
            )
    return Staff.objects.get(pk=staff.pk)


def exported(page: Client, what: str, **chosen: str) -> list[dict[str, str]]:
    answer = page.post(reverse("web:export_journal"), WHY, query_params={"what": what, **chosen})
    return list(csv.DictReader(answer.getvalue().decode("utf-8-sig").splitlines()))


def test_p14_who_audits_an_exercise_neither_sees_nor_clears_the_notices_of_the_release(
    opened, tom, somsak, acting, sign_in
):
    page = sign_in(tom.staff)
    assert "nobody has looked at" not in page.get("/", follow=True).content.decode()
    assert "opened in an emergency" not in page.get(reverse("web:notices")).content.decode()
    every = list(Notice.objects.values_list("pk", flat=True))
    page.post(reverse("web:notices"), {"shown": every})
    assert see_notices(tom, every) == 0
    assert not Notice.objects.filter(seen_at__isnull=False).exists()
    assert "opened in an emergency" in sign_in(somsak).get(reverse("web:notices")).content.decode()
    assert see_notices(acting(somsak), every) == 1


def test_p14_a_notice_of_the_exercise_is_not_for_who_audits_the_release(
    train, tom, somsak, acting, opened, sign_in
):
    tai = train("tai", "Safe Return", "caseworker")
    break_glass(tai, opened.case_id, "Playing that she fainted and nobody comes")
    assert {notice.release.code for notice in notices_for(tom.staff, now=tom.now)} == {"exercise"}
    assert {notice.release.code for notice in notices_for(somsak, now=tom.now)} == {"test-release"}
    both = everywhere(somsak)
    page = sign_in(both).get(reverse("web:notices")).content.decode()
    assert "Test release (invented people)" in page and "Exercise" in page


def test_p14_what_concerns_the_whole_instance_is_for_those_who_watch_all_of_it(tom, somsak, now):
    Notice.objects.create(kind="guard_gone", agency=somsak.agency, who=somsak, at=now)
    assert not notices_for(tom.staff, now=now).exists() and not notices_for(somsak, now=now).exists()
    assert notices_for(everywhere(somsak), now=now).exists()


def test_p12_who_keeps_canaries_in_an_exercise_hears_of_none_of_the_release(
    acting, admin, anong, somsak, exercise, families, now
):
    """Admin watches the release and keeps canaries in the exercise only."""
    RoleGrant.objects.create(staff=admin, role="auditor", release=exercise, granted_at=now)
    canary = add_canary(acting(somsak), "Makeda Wolde", "ETH", sex="F", born=1999)
    open_case(acting(anong), canary)
    told = Notice.objects.filter(kind="canary")
    assert {notice.agency for notice in told} == {somsak.agency}
    told.update(agency=admin.agency)
    assert not notices_for(admin, now=now).filter(kind="canary").exists()


def test_p14_who_audits_an_exercise_reviews_no_emergency_of_the_release(opened, tom, somsak, acting, sign_in):
    with pytest.raises(Refused, match=BEYOND):
        review_break_glass(tom, opened, justified=True, note="fine by me")
    page, there = sign_in(tom.staff), reverse("web:review_emergency", args=[opened.pk])
    assert there not in page.get(reverse("web:emergencies")).content.decode()
    assert page.get(there).status_code == 404
    assert page.post(there, {"justified": "yes", "note": "fine by me"}).status_code == 404
    page = sign_in(somsak)
    assert there in page.get(reverse("web:emergencies")).content.decode()
    page.post(there, {"justified": "yes", "note": "The clinic confirms it."})
    opened.refresh_from_db()
    assert opened.reviewed_by == somsak


def test_p14_who_audits_an_exercise_reviews_no_role_given_alone_in_the_release(joined, tom, somsak, sign_in):
    with pytest.raises(Refused, match=BEYOND):
        review_emergency_role(tom, joined, "fine by me")
    page, there = sign_in(tom.staff), reverse("web:review_role", args=[joined.pk])
    assert there not in page.get(reverse("web:proposals")).content.decode()
    assert page.post(there, {"note": "fine by me"}).status_code == 404
    joined.refresh_from_db()
    assert joined.reviewed_at is None
    sign_in(somsak).post(there, {"note": "two buses did come"})
    joined.refresh_from_db()
    assert joined.reviewed_by == somsak


def test_p19_who_gets_anchors_is_not_changed_from_an_exercise(
    read, tom, agencies, recipient, somsak, sign_in
):
    for do in (
        lambda: add_recipient(tom, agencies["Audit"], "email", "b@keeper.example"),
        lambda: end_recipient(tom, recipient),
        lambda: sign_now(tom),
    ):
        with pytest.raises(Refused, match=BEYOND):
            do()
    anchor = sign_now(Acting(everywhere(somsak), tom.release, tom.now))
    page = sign_in(tom.staff)
    assert page.post(reverse("web:end_recipient", args=[recipient.pk])).status_code == 403
    assert page.post(reverse("web:sign_anchor")).status_code == 403
    shown = page.get(reverse("web:anchors"))
    assert shown.status_code == 403 and recipient.address not in shown.content.decode()
    for name in ("anchor_paper", "anchor_file"):
        assert page.get(reverse(f"web:{name}", args=[anchor.pk])).status_code == 403
    recipient.refresh_from_db()
    assert recipient.ended_at is None and Anchor.objects.count() == 1


def test_p19_who_audits_one_of_two_releases_changes_no_recipient_and_who_audits_both_does(
    exercise, acting, recipient, somsak
):
    with pytest.raises(Refused, match=BEYOND):
        end_recipient(acting(somsak), recipient)
    end_recipient(acting(everywhere(somsak)), recipient)
    assert recipient.ended_at is not None


def test_p18_no_backup_is_called_destroyed_from_an_exercise(train, tom, somsak, now, sign_in):
    backup = register_backup("the safe in Mae Sot", now=now)
    for who in (tom, train("tor", "MSDHS Tak", "director")):
        with pytest.raises(Refused, match=BEYOND):
            confirm_destroyed(who, backup.pk, "Shredded")
        page, there = sign_in(who.staff), reverse("retention:destroyed", args=[backup.pk])
        assert page.post(there, {"how": "Shredded"}).status_code == 403
        listed = page.get(reverse("retention:backups"))
        assert listed.status_code == 403 and "Mae Sot" not in listed.content.decode()
    backup.refresh_from_db()
    assert backup.destroyed_at is None
    page = sign_in(everywhere(somsak))
    assert "Mae Sot" in page.get(reverse("retention:backups")).content.decode()


def test_p11_who_audits_an_exercise_reads_no_entry_of_the_release(read, tom, somsak, anong, sign_in):
    number, case = read[0].number, str(read[0].pk)
    page, there = sign_in(tom.staff), reverse("web:journal")
    for chosen in ({}, {"numbers": "1-9999"}, {"case": case}, {"staff": str(anong.pk)}):
        text = page.get(there, chosen).content.decode()
        assert "Opened the case file</td>" not in text and number not in text
    assert "No case has this number" in page.post(there, {"case": number}).content.decode()
    text = sign_in(somsak).get(there, {"case": case}).content.decode()
    assert "Opened the case file</td>" in text and number in text


def test_p11_sums_and_findings_hold_nothing_of_the_release(read, tom, somsak, anong, sign_in):
    # What leads from a sum, and from a finding, to its entries.
    linked = {"readings": f"staff={anong.pk}", "unusual": "?numbers="}
    page = sign_in(tom.staff)
    for name, link in linked.items():
        assert link not in page.get(reverse(f"web:{name}"), DAYS).content.decode()
    assert exported(page, "readings", by="case", **DAYS) == []
    page = sign_in(somsak)
    for name, link in linked.items():
        assert link in page.get(reverse(f"web:{name}"), DAYS).content.decode()
    assert [row["rule"] for row in exported(page, "unusual", **DAYS)] == ["at_night"]


def test_p11_what_leaves_for_an_exercises_auditor_holds_nothing_of_the_release(read, tom, somsak, sign_in):
    page = sign_in(tom.staff)
    page.get(reverse("web:lookups"))
    taken = exported(page, "entries")
    assert taken and {row["who"] for row in taken} == {tom.staff.name}
    assert exported(page, "unusual", **DAYS) == []
    numbers = {case.number for case in read}
    assert numbers <= {row["case"] for row in exported(sign_in(somsak), "entries")}


def test_p12_why_people_are_looked_up_in_the_release_is_not_for_an_exercises_auditor(
    read, tom, somsak, sign_in
):
    assert WORDS not in sign_in(tom.staff).get(reverse("web:lookups")).content.decode()
    assert WORDS in sign_in(somsak).get(reverse("web:lookups")).content.decode()


def test_p11_who_signed_in_is_for_those_who_audit_every_release(tom, somsak, anong, now, sign_in):
    journal_sign_in(anong, "sign_in.signed_in", now=now)
    number = Entry.objects.get(action="sign_in.signed_in").seq

    def seen_by(staff: Staff) -> bool:
        return str(number) in {row["number"] for row in exported(sign_in(staff), "entries")}

    assert not seen_by(tom.staff) and not seen_by(somsak)
    assert seen_by(everywhere(somsak))
    RoleGrant.objects.filter(staff=tom.staff).update(release=None)
    assert seen_by(Staff.objects.get(pk=tom.staff.pk))


def test_who_audits_the_only_release_reads_all_and_keeps_the_anchors(
    acting, anong, somsak, recipient, now, sign_in
):
    journal_sign_in(anong, "sign_in.signed_in", now=now)
    assert "sign_in.signed_in" in {row["action"] for row in exported(sign_in(somsak), "entries")}
    end_recipient(acting(somsak), recipient)
    assert recipient.ended_at is not None


def test_who_audits_an_exercise_verifies_the_whole_chain(read, tom, sign_in):
    page = sign_in(tom.staff).post(reverse("web:verify_journal"))
    assert "The chain is whole" in page.content.decode()


def test_p14_a_token_of_an_exercises_auditor_reaches_nothing_of_the_release(read, tom, agencies, client):
    """Nothing that is watched is given by the API; a token works where its account has a role, and nowhere else."""
    Staff.objects.filter(pk=tom.staff.pk).update(is_service=True)
    now, token = datetime.now(UTC), "an invented token of a test"
    ApiToken.objects.create(
        agency=agencies["Audit"],
        staff=tom.staff,
        label="test",
        digest=digest_token(token),
        created_at=now,
        expires_at=now + timedelta(hours=1),
    )
    bearer = {"Authorization": f"Bearer {token}", "Moei-Purpose": "audit"}
    there = client.get("/api/cases/", headers={**bearer, "X-Moei-Release": "test-release"})
    assert there.status_code == 400
    here = client.get("/api/cases/", headers=bearer)
    assert here.status_code == 200 and here.json()["count"] == 0
    assert client.get(f"/api/cases/{read[0].pk}", headers=bearer).status_code == 404
    watching = {
        Duty.JOURNAL,
        Duty.WATCH,
        Duty.BREAK_GLASS_REVIEW,
        Duty.APPROVE,
        Duty.RETENTION,
        Duty.CANARIES,
    }
    rules = [
        operation["x-moei-rule"].split()
        for path in api.get_openapi_schema()["paths"].values()
        for operation in path.values()
    ]
    assert not [rule for rule in rules if rule[0] == "duty" and DUTIES.get(rule[-1]) in watching]


def test_p14_a_new_password_is_told_in_each_release_of_its_person_and_once_to_them(
    acting, admin, somsak, anong, exercise, agree, now
):
    for staff in (admin, somsak, anong):
        everywhere(staff)
    made = agree("password", Staff.objects.get(pk=anong.pk))
    collect(acting(Staff.objects.get(pk=admin.pk)), made)
    told = Notice.objects.filter(kind="secret", about=anong)
    assert {notice.release.code for notice in told} == {"test-release", "exercise"}
    assert len(secrets_given(anong)) == 1


def test_what_was_told_before_is_of_the_release_in_which_the_journal_has_it(opened, read, tom):
    for model in (BreakGlass, LookupReason, Notice):
        assert model.objects.update(release=None)
    moved = importlib.import_module("moei.access.migrations.0009_release_as_the_journal_has_it")
    moved.take_from_journal(apps, None)
    for model in (BreakGlass, LookupReason, Notice):
        assert {row.release.code for row in model.objects.all()} == {"test-release"}
