"""Support plans with goals, contacts and notes, rights that were told, and how much each caseworker carries."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from moei.access.acting import Invalid, Refused
from moei.access.cast import Member, create_member
from moei.casefile.actions.merge_people import merge_people
from moei.casefile.actions.needs import assess_needs
from moei.casefile.folding import protocol
from moei.casefile.selectors.cases import open_case
from moei.desks.care.actions.answer_referral import accept_referral
from moei.desks.care.actions.plan_support import end_plan, make_plan, review_plan, set_goal, settle_goal
from moei.desks.care.actions.tell_rights import tell_rights
from moei.desks.care.actions.write_note import write_note
from moei.desks.care.models import CareNote, Goal, RightTold, SupportPlan
from moei.desks.care.persons_part import support
from moei.desks.care.support_selectors import caseload, rights_of
from moei.journal.models import Entry

pytestmark = pytest.mark.django_db


@pytest.fixture
def planned(person, acting, kanya, now):
    def make(case=None, type="Legal", **values) -> SupportPlan:
        about = {"objectives": "To see a judge.", "review_on": (now + timedelta(days=14)).date(), **values}
        return make_plan(acting(kanya), case or person(), type, **about)

    return make


def test_a_plan_has_goals_is_reviewed_and_ends(planned, acting, kanya, now):
    plan = planned()
    goal = set_goal(acting(kanya), plan, "Find a lawyer", due_on=now.date())
    other = set_goal(acting(kanya), plan, "Write down what happened")
    assert settle_goal(acting(kanya), goal, reached=True).reached
    with pytest.raises(Invalid, match="settled already"):
        settle_goal(acting(kanya), goal, reached=False)
    later = (now + timedelta(days=40)).date()
    review_plan(acting(kanya), plan, words="Going well.", next_on=later)
    plan.refresh_from_db()
    assert plan.review_on == later and CareNote.objects.get().kind == "review"
    end_plan(acting(kanya), plan, ended_as="reached")
    other.refresh_from_db()
    assert (other.reached, other.settled_at) == (False, now)
    for act in (
        lambda: set_goal(acting(kanya), plan, "More"),
        lambda: review_plan(acting(kanya), plan, words="x", next_on=later),
        lambda: end_plan(acting(kanya), plan, ended_as="reached"),
    ):
        with pytest.raises(Invalid, match="ended"):
            act()
    for entry in Entry.objects.filter(action__startswith="plan."):
        assert "judge" not in str([entry.data, entry.fields])


@pytest.mark.parametrize(
    "wrong", [{"type": "Gold"}, {"objectives": " "}, {"review_on": 400}, {"review_on": -1}]
)
def test_a_plan_says_what_and_when_it_is_looked_at(planned, now, wrong):
    if isinstance(wrong.get("review_on"), int):
        wrong = {"review_on": (now + timedelta(days=wrong["review_on"])).date()}
    with pytest.raises(Invalid):
        planned(**wrong)


def test_one_plan_of_a_kind_also_in_joined_files(planned, person, acting, anong):
    kept, other = person("Henok Desta"), person("Henok D.")
    planned(other)
    merge_people(acting(anong), kept, other, reason="the same scar")
    with pytest.raises(Invalid, match="stands already"):
        planned(kept)
    assert planned(kept, type="Health").type == "Health"


def test_notes_are_dated_and_say_something(person, acting, kanya, now):
    case = person()
    assert write_note(acting(kanya), case, "met", words="Slept well.", at=now).happened_at == now
    for wrong in ({"words": " "}, {"at": now + timedelta(hours=1)}, {"kind": "gold"}):
        given = {"kind": "met", "words": "x", "at": now, **wrong}
        with pytest.raises(Invalid):
            write_note(acting(kanya), case, given["kind"], words=given["words"], at=given["at"])
    entry = Entry.objects.get(action="care_note.written")
    assert "Slept" not in str([entry.data, entry.fields])


def test_rights_of_the_protocol_are_told_in_a_language_with_an_interpreter(person, acting, kanya, selam):
    case = person()
    codes = [right.code for right in protocol(case.protocol).rights]
    assert "legal_aid" in codes and all(right.told is None for right in rights_of(case, {case.person_id}))
    with pytest.raises(Invalid, match="name who interpreted"):
        tell_rights(acting(kanya), case, codes, language="am")
    with pytest.raises(Invalid, match="does not interpret"):
        tell_rights(acting(kanya), case, codes, language="sw", interpreter=selam)
    for wrong in ([], ["gold"]):
        with pytest.raises(Invalid, match="Tick"):
            tell_rights(acting(kanya), case, wrong, language="am", interpreter=selam)
    tell_rights(acting(kanya), case, ["legal_aid"], language="am", interpreter=selam)
    told = {right.code: right.told for right in rights_of(case, {case.person_id})}
    assert told["legal_aid"].interpreter == selam and told["return"] is None
    tell_rights(acting(kanya, later=timedelta(days=1)), case, ["legal_aid"], language="en")
    assert RightTold.objects.count() == 2, "told again, both stay"


@pytest.mark.parametrize("who", ["prasert", "selam", "tesfa", "ploy", "hom", "somsak"])
def test_nobody_else_plans(person, acting, cast, hom, who, now):
    case, staff = person(), {**cast, "hom": hom}[who]
    with pytest.raises(Refused):
        make_plan(acting(staff), case, "Legal", objectives="x", review_on=now.date())
    with pytest.raises(Refused):
        write_note(acting(staff), case, "note", words="x", at=now)
    with pytest.raises(Refused):
        tell_rights(acting(staff), case, ["legal_aid"], language="en")


def test_the_pages_make_settle_and_show(person, sign_in, kanya, selam, now):
    case, page = person(), sign_in(kanya)

    def url(name, *ids):
        return reverse(f"care:{name}", args=[case.pk, *ids])

    day = case.site.day_of(datetime.now(UTC))  # the server's own clock is later than the test's
    good = {
        "type": "Legal",
        "objectives": "To see a judge.",
        "review_on": (day + timedelta(days=9)).isoformat(),
    }
    assert page.post(url("make_plan"), {**good, "objectives": ""}).status_code == 422
    assert page.post(url("make_plan"), good).status_code == 302
    plan = SupportPlan.objects.get()
    assert page.post(url("set_goal", plan.pk), {"words": ""}).status_code == 422
    assert page.post(url("set_goal", plan.pk), {"words": "Find a lawyer"}).status_code == 302
    assert page.post(url("settle_goal", Goal.objects.get().pk), {"reached": "yes"}).status_code == 302
    assert (
        page.post(url("note"), {"kind": "met", "on": day.isoformat(), "words": "Slept well."}).status_code
        == 302
    )
    told = {"codes": ["legal_aid"], "language": "Amharic", "interpreter": str(selam.pk)}
    assert page.post(url("rights"), {**told, "interpreter": ""}).status_code == 422
    assert page.post(url("rights"), told).status_code == 302
    review = {"words": "Going well.", "next_on": (day + timedelta(days=30)).isoformat()}
    assert page.post(url("review_plan", plan.pk), review).status_code == 302
    body = page.get(url("case")).content.decode()
    for words in ("To see a judge.", "Find a lawyer", "Reached", "Slept well.", "Amharic", "Selam Haile"):
        assert words in body, words
    assert page.post(url("end_plan", plan.pk), {"ended_as": "reached"}).status_code == 302
    assert page.get(url("end_plan", plan.pk)).status_code == 404


def test_who_reads_care_by_a_referral_sees_the_plan_and_no_other_organisation(
    offered, planned, acting, dao2, sign_in, kanya, agree_to, clinic, service
):
    from moei.desks.care.actions.offer_referral import offer_referral

    referral = offered(more=["care"])
    planned(referral.case)
    agree_to(referral.case, clinic)
    offer_referral(acting(kanya), referral.case, service(), needs=[])
    accept_referral(acting(dao2), referral)
    body = sign_in(dao2).get(reverse("care:case", args=[referral.case_id])).content.decode()
    assert "To see a judge." in body and referral.reference in body
    for word in ("River clinic", "Doctor on call", "Compensation", "Make a support plan"):
        assert word not in body, word


def test_the_file_that_the_person_gets_says_what_was_planned_and_told(planned, acting, kanya, selam):
    plan = planned()
    tell_rights(acting(kanya), plan.case, ["legal_aid"], language="am", interpreter=selam)
    said = str(support(open_case(acting(kanya), plan.case)))
    assert "To see a judge." in said and "Legal aid." in said and "Selam" not in said


@pytest.fixture
def dej(release, agencies, now):
    return create_member(
        Member("dej", "Dej (director)", "MSDHS Tak", "", ("director",)), release, agencies, now=now
    )


def test_p20_the_caseload_counts_work_and_names_nobody_in_care(
    person, acting, kanya, dej, sign_in, now, planned
):
    for number in range(6):
        case = person(f"Invented {number}")
        assess_needs(acting(kanya), case, {"food": 1})
    planned(case)
    (load,) = caseload(acting(dej))
    assert (load.staff, load.cases, load.urgent, load.reviews) == (kanya, 6, "6", "<5")
    body = sign_in(dej).get(reverse("care:caseload")).content.decode()
    assert (
        "Kanya Boonmee" in body and "&lt;5" in body and "Invented 1" not in body and case.number not in body
    )


@pytest.mark.parametrize("who", ["anong", "kanya", "dao", "somsak", "vera", "tesfa"])
def test_only_whoever_supervises_reads_the_caseload(sign_in, cast, who):
    assert sign_in(cast[who]).get(reverse("care:caseload")).status_code == 403


def test_caseload_and_case_ask_the_database_the_same_number_of_questions(
    person, planned, acting, kanya, dej, sign_in
):
    def counted(url) -> int:
        with CaptureQueriesContext(connection) as queries:
            assert page.get(url).status_code == 200
        return len(queries)

    plan = planned()
    page, url = sign_in(kanya), reverse("care:case", args=[plan.case_id])
    counted(url)
    before = counted(url)
    for type in ("Health", "Education"):
        more = planned(plan.case, type=type)
        set_goal(acting(kanya), more, "Something")
        write_note(acting(kanya), plan.case, "note", words="x", at=acting(kanya).now)
    assert counted(url) == before
    page, url = sign_in(dej), reverse("care:caseload")
    counted(url)
    before = counted(url)
    for number in range(4):
        assess_needs(acting(kanya), person(f"More {number}"), {"food": 1})
    assert counted(url) == before
