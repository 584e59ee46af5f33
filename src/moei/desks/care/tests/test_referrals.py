"""Somebody is referred to an organisation: with consent for it, and only what the person lets it read."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse

from moei.access.acting import Invalid, Refused
from moei.access.decide import sections_of
from moei.access.models import CaseGrant
from moei.access.policy import REFERRAL_ACCESS_ENDS_DAYS, REFERRAL_SECTIONS, ROLES, Cases, Section
from moei.casefile.actions.consent import record_consent, withdraw_consent
from moei.casefile.actions.load_wordings import current_wording
from moei.casefile.actions.merge_people import merge_people
from moei.casefile.actions.needs import assess_needs
from moei.casefile.models import CaseEvent, Consent, Disclosure, Need, Purpose
from moei.casefile.selectors.cases import visible_cases
from moei.desks.care.actions.agree_sections import agree_on_sections
from moei.desks.care.actions.answer_referral import accept_referral, decline_referral, finish_referral
from moei.desks.care.actions.end_referral import open_referrals, revoke_referral
from moei.desks.care.actions.keep_services import Offer, add_service
from moei.desks.care.actions.offer_referral import offer_referral
from moei.desks.care.actions.write_medical import read_medical_notes, write_medical_note
from moei.desks.care.models import AgreedSection, Referral, Service
from moei.journal.models import Entry

pytestmark = pytest.mark.django_db


def reads(staff, case, now) -> dict[Section, str]:
    return sections_of(staff, case, now=now)


def lists(staff, release, now, section=Section.IDENTITY) -> list:
    return list(visible_cases(staff, release.id, now=now, section=section))


def test_p02_nobody_is_referred_without_consent_for_that_very_organisation(
    person, service, agree_to, agencies, acting, kanya, clinic
):
    case = person()
    doctor = service()
    with pytest.raises(Invalid, match="has not agreed"):
        offer_referral(acting(kanya), case, doctor, needs=[])
    agree_to(case, agencies["Baan Dao"])
    with pytest.raises(Invalid, match="has not agreed"):
        offer_referral(acting(kanya), case, doctor, needs=[])
    agree_to(case, clinic, given=False)
    with pytest.raises(Invalid, match="has not agreed"):
        offer_referral(acting(kanya), case, doctor, needs=[])
    agree_to(case, clinic)
    assert offer_referral(acting(kanya), case, doctor, needs=["medical"]).status == "offered"


def test_only_sections_that_the_person_agreed_to(offered, acting, kanya, food, agree_to, baan_dao, person):
    case = person()
    agree_to(case, baan_dao)
    with pytest.raises(Invalid, match="all of this"):
        offer_referral(acting(kanya), case, food, needs=[], sections=["needs", "contact"])
    for never in ("determination", "statement", "screening", "shelter_place", "safety"):
        with pytest.raises(Invalid, match="never opened"):
            agree_on_sections(acting(kanya), case, baan_dao, [never])
        with pytest.raises(Invalid, match="all of this"):
            offer_referral(acting(kanya), case, food, needs=[], sections=[never])
    agree_on_sections(acting(kanya), case, baan_dao, ["contact"])
    made = offer_referral(acting(kanya), case, food, needs=[], sections=["needs", "contact"])
    assert made.sections == ["contact", "identity", "needs"]


def test_before_it_accepts_the_organisation_reads_no_name(offered, sign_in, dao2, release, now):
    referral = offered(words="Ask for the blue door.")
    assert lists(dao2, release, now) == []
    page = sign_in(dao2)
    for url in (reverse("care:referrals"), reverse("care:referral", args=[referral.pk])):
        body = page.get(url).content.decode()
        assert referral.reference in body and "Food" in body
        for word in ("Abebe", referral.case.number, "blue door", "ETH"):
            assert word not in body, word
    assert page.get(reverse("cases:file", args=[referral.case_id])).status_code == 404


def test_least_is_known_after_accepting_it_reads_exactly_what_was_agreed(
    offered, acting, dao2, release, now, sign_in, kanya, baan_dao
):
    referral = offered()
    accept_referral(acting(dao2), referral)
    case = referral.case
    assert reads(dao2, case, now) == {Section.IDENTITY: "r", Section.NEEDS: "r"}
    assert lists(dao2, release, now) == lists(dao2, release, now, Section.NEEDS) == [case]
    for closed in (
        Section.CONTACT,
        Section.CARE,
        Section.MEDICAL,
        Section.SHELTER_PLACE,
        Section.DETERMINATION,
    ):
        assert lists(dao2, release, now, closed) == [], closed
    page = sign_in(dao2)
    assert "Abebe" in page.get(reverse("care:referral", args=[referral.pk])).content.decode()
    body = page.get(reverse("cases:file", args=[case.pk])).content.decode()
    assert "Abebe" in body and "Numbers from lists" not in body and "Change the needs" not in body
    assert page.get(reverse("care:case", args=[case.pk])).status_code == 403
    assert page.get(reverse("care:assess", args=[case.pk])).status_code == 403, "it reads, and writes nothing"
    with pytest.raises(Refused):
        assess_needs(acting(dao2), case, {"food": 1})
    told = Disclosure.objects.filter(case=case).latest("id")
    assert told.to_whom == baan_dao.name and "needs" in told.what and not told.recallable
    assert CaseEvent.objects.filter(case=case, kind="referred").count() == 1


def test_never_more_than_the_roles_own_row(offered, acting, dao2, now):
    """A shelter worker reads no medical notes, whatever a referral covers; and neither does a role without the duty."""
    referral = offered(more=[str(section) for section in REFERRAL_SECTIONS])
    accept_referral(acting(dao2), referral)
    assert set(reads(dao2, referral.case, now)) == {
        Section.IDENTITY,
        Section.NEEDS,
        Section.CONTACT,
        Section.CARE,
    }
    with pytest.raises(Refused):
        read_medical_notes(acting(dao2), referral.case)


@pytest.mark.parametrize("role", sorted(ROLES))
def test_p10_whatever_role_a_referral_opens_no_determination_and_no_statement(
    offered, acting, dao2, role, now, release, baan_dao, agencies
):
    from moei.access.cast import Member, create_member

    other = create_member(Member("other", "Other", "Baan Dao", "", (role,)), release, agencies, now=now)
    referral = offered(more=[str(section) for section in REFERRAL_SECTIONS])
    accept_referral(acting(dao2), referral)
    CaseGrant.objects.filter(basis="referral").update(sections=[str(section) for section in Section])
    by_referral = set(reads(other, referral.case, now))
    # What the role reads without any referral: by its site, or by the consent itself.
    otherwise = ROLES[role].cases in (Cases.SITE, Cases.CONSENTED)
    own = set(ROLES[role].sections) if otherwise else set()
    assert by_referral - own <= REFERRAL_SECTIONS & set(ROLES[role].sections)
    if "care" not in map(str, ROLES[role].duties):
        assert by_referral == own


def test_a_health_service_reads_the_notes_that_the_person_lets_it_read(
    clinic, agree_to, acting, kanya, doctor, written_note, now, person
):
    case = person()
    written_note(case)
    agree_to(case, clinic)
    agree_on_sections(acting(kanya), case, clinic, ["medical"])
    made_by_doctor = add_service(acting(doctor), clinic, Offer("X-ray", Service.Kind.HEALTH))
    made = offer_referral(acting(kanya), case, made_by_doctor, needs=["medical"], sections=["medical"])
    with pytest.raises(Refused):
        read_medical_notes(acting(doctor), case)
    accept_referral(acting(doctor), made)
    assert read_medical_notes(acting(doctor), case)[0].words == "A broken rib."
    with pytest.raises(Refused):
        write_medical_note(acting(doctor), case, words="x", seen_on=now.date(), by_doctor=True)
    agree_on_sections(acting(kanya), case, clinic, [])
    with pytest.raises(Refused):
        read_medical_notes(acting(doctor), case)


@pytest.mark.parametrize("ending", ["revoked", "consent"])
def test_what_is_taken_back_is_closed_with_the_next_request(
    offered, acting, dao2, kanya, release, now, sign_in, ending
):
    referral = offered()
    accept_referral(acting(dao2), referral)
    page, url = sign_in(dao2), reverse("care:referral", args=[referral.pk])
    assert "Abebe" in page.get(url).content.decode()
    later = acting(kanya, later=timedelta(minutes=1))
    if ending == "revoked":
        revoke_referral(later, referral, why="elsewhere")
    else:
        withdraw_consent(later, Consent.objects.get(case=referral.case, withdrawn_at=None))
    body = page.get(url).content.decode()
    assert "This referral is over" in body and "Delete what you wrote down" in body
    for word in ("Abebe", "consent", "Somebody else helps"):
        assert word not in body, word
    assert page.get(reverse("cases:file", args=[referral.case_id])).status_code == 404
    assert lists(dao2, release, later.now) == []
    posted = page.post(reverse("care:done", args=[referral.pk]), {"met": ["food"]})
    assert posted.status_code == 422 and "not open to you any more" in posted.content.decode()
    referral.refresh_from_db()
    assert (referral.status, referral.ended_why) == (
        "revoked",
        ending if ending == "consent" else "elsewhere",
    )
    assert not Need.objects.filter(met_at__isnull=False).exists()


def test_p04_consent_withdrawn_before_the_answer_stores_no_answer(offered, acting, dao2, kanya):
    referral = offered()
    withdraw_consent(acting(kanya), Consent.objects.get(case=referral.case))
    for act in (
        lambda: accept_referral(acting(dao2), referral),
        lambda: decline_referral(acting(dao2), referral, why="full"),
    ):
        with pytest.raises(Invalid, match="over"):
            act()
    assert not CaseGrant.objects.filter(basis="referral").exists()


def test_a_yes_that_is_only_said_again_ends_nothing(offered, acting, dao2, agree_to, baan_dao, now):
    referral = offered(more=["contact"])
    accept_referral(acting(dao2), referral)
    agree_to(referral.case, baan_dao, later=timedelta(minutes=1))
    referral.refresh_from_db()
    assert referral.status == "accepted"
    assert Section.CONTACT in reads(dao2, referral.case, now + timedelta(minutes=2))


def test_after_it_is_done_it_is_read_for_the_days_of_the_table_and_consent_ends_that_too(
    offered, acting, dao2, kanya, release, now
):
    referral = offered()
    accept_referral(acting(dao2), referral)
    finish_referral(acting(dao2, later=timedelta(hours=1)), referral)
    days = timedelta(days=REFERRAL_ACCESS_ENDS_DAYS["done"])
    assert lists(dao2, release, now + days) == [referral.case]
    assert lists(dao2, release, now + days + timedelta(hours=2)) == []
    withdraw_consent(acting(kanya, later=timedelta(days=2)), Consent.objects.get(case=referral.case))
    assert lists(dao2, release, now + timedelta(days=2, minutes=1)) == []


@pytest.mark.parametrize("ending", sorted(REFERRAL_ACCESS_ENDS_DAYS))
def test_what_an_ending_means_for_access_stands_in_the_printed_table(ending):
    from moei.access.matrix import markdown

    assert f"| {ending.replace('_', ' ')} | " in markdown()


def test_needs_that_were_met_stand_in_the_file_as_met_by_the_organisation(offered, acting, dao2, baan_dao):
    referral = offered(needs={"food": 1, "clothing": 2})
    accept_referral(acting(dao2), referral)
    with pytest.raises(Invalid, match="only needs"):
        finish_referral(acting(dao2), referral, met=["gold"])
    finish_referral(acting(dao2), referral, met=["food"])
    need = Need.objects.get(code="food")
    assert (need.met_by, need.met_through) == (dao2, baan_dao)
    assert Need.objects.get(code="clothing").met_at is None
    with pytest.raises(Invalid, match="answered already"):
        finish_referral(acting(dao2), referral)


def test_a_declined_referral_says_why_and_opens_nothing(offered, acting, dao2, sign_in, kanya, release, now):
    referral = offered()
    with pytest.raises(Invalid, match="Choose why"):
        decline_referral(acting(dao2), referral, why="because")
    decline_referral(acting(dao2), referral, why="language")
    assert lists(dao2, release, now) == []
    body = sign_in(kanya).get(reverse("care:case", args=[referral.case_id])).content.decode()
    assert "Nobody there speaks the language" in body
    with pytest.raises(Invalid, match="answered already"):
        accept_referral(acting(dao2), referral)


def test_a_referral_is_open_once_to_a_service(offered, acting, kanya, food, dao2):
    referral = offered()
    with pytest.raises(Invalid, match="open already"):
        offer_referral(acting(kanya), referral.case, food, needs=[])
    decline_referral(acting(dao2), referral, why="full")
    assert offer_referral(acting(kanya), referral.case, food, needs=[]).pk != referral.pk


def test_a_full_service_takes_nobody_more(offered, acting, dao2, food):
    food.capacity = 1
    food.save()
    first, second = offered("One"), offered("Two")
    accept_referral(acting(dao2), first)
    with pytest.raises(Invalid, match="full: 1 of 1"):
        accept_referral(acting(dao2), second)
    finish_referral(acting(dao2), first)
    accept_referral(acting(dao2), second)


def test_who_signs_in_here_answers_itself_and_nobody_else_does(
    offered, acting, dao2, kanya, anong, hom, lawan
):
    referral = offered()
    with pytest.raises(Invalid, match="answers this itself"):
        accept_referral(acting(kanya), referral)
    for who in (hom, lawan):
        with pytest.raises(Invalid):
            accept_referral(acting(who), referral)


def test_whoever_refers_writes_down_what_an_organisation_outside_said(
    person, agree_to, clinic, service, acting, kanya, sign_in
):
    case = person()
    agree_to(case, clinic)
    assess_needs(acting(kanya), case, {"medical": 1})
    made = offer_referral(acting(kanya), case, service(), needs=["medical"], sections=["needs"])
    page, url = sign_in(kanya), reverse("care:answer", args=[case.pk, made.pk])
    assert page.post(url, {"answer": "decline"}).status_code == 422
    assert page.post(url, {"answer": "accept"}).status_code == 302
    assert page.post(url, {"answer": "accept"}).status_code == 422
    assert page.post(url, {"answer": "done"}).status_code == 302
    made.refresh_from_db()
    assert made.status == "done" and Need.objects.get().met_through == clinic


def test_a_file_that_was_joined_into_another_is_closed_until_the_person_is_asked_again(
    offered, person, acting, anong, dao2, release, now
):
    referral, kept = offered(), person("Henok Desta")
    accept_referral(acting(dao2), referral)
    merge_people(acting(anong), kept, referral.case, reason="the same scar")
    assert lists(dao2, release, now) == []
    other = offered("Second")
    merge_people(acting(anong), kept, other.case, reason="the same scar")
    with pytest.raises(Invalid, match="joined"):
        accept_referral(acting(dao2), other)


def test_what_was_agreed_ends_with_the_consent(offered, acting, kanya, baan_dao):
    referral = offered(more=["contact", "care"])
    assert AgreedSection.objects.filter(ended_at=None).count() == 2
    withdraw_consent(acting(kanya), Consent.objects.get(case=referral.case))
    assert not AgreedSection.objects.filter(ended_at=None).exists()
    with pytest.raises(Invalid, match="Ask that first"):
        agree_on_sections(acting(kanya), referral.case, baan_dao, ["contact"])


def test_police_ask_for_no_section(offered, acting, kanya, baan_dao):
    referral = offered()
    kanya.profession = "police"
    with pytest.raises(Invalid, match="not police"):
        agree_on_sections(acting(kanya), referral.case, baan_dao, ["contact"])


def test_open_referrals_are_counted_for_an_agency(offered, baan_dao, agencies, acting, dao2):
    referral = offered()
    assert (open_referrals(baan_dao), open_referrals(agencies["Safe Return"])) == (1, 1)
    decline_referral(acting(dao2), referral, why="full")
    assert (open_referrals(baan_dao), open_referrals(agencies["Safe Return"])) == (0, 0)


def test_the_journal_holds_codes_and_no_words(offered, acting, dao2):
    referral = offered(words="Ask for the blue door.")
    accept_referral(acting(dao2), referral)
    entries = Entry.objects.filter(action__startswith="referral.")
    assert set(entries.values_list("action", flat=True)) >= {"referral.offered", "referral.accepted"}
    for entry in entries:
        assert "blue door" not in str([entry.data, entry.fields]) and "Abebe" not in str(entry.data)


def test_the_pages_refer_somebody_from_the_case(
    person, agree_to, baan_dao, food, sign_in, kanya, dao2, acting
):
    case = person()
    assess_needs(acting(kanya), case, {"food": 1})
    page, url = sign_in(kanya), reverse("care:refer", args=[case.pk])
    assert "has not agreed to any organisation" in page.get(url).content.decode()
    agree_to(case, baan_dao)
    agreed = reverse("care:agree", args=[case.pk, baan_dao.pk])
    assert page.post(agreed, {"sections": ["determination"]}).status_code == 422
    assert page.post(agreed, {"sections": ["contact"]}).status_code == 302
    good = {
        "service": str(food.pk),
        "needs": ["food"],
        "urgency": "1",
        "reason": "AdditionalServicesRequired",
        "sections": ["needs", "contact"],
    }
    for wrong in ({"service": ""}, {"needs": ["gold"]}, {"urgency": "9"}, {"sections": ["medical"]}):
        assert page.post(url, {**good, **wrong}).status_code == 422, wrong
    assert page.post(url, good).status_code == 302
    referral = Referral.objects.get()
    assert page.get(reverse("care:referral", args=[referral.pk])).status_code == 302, (
        "to the person's own page"
    )
    page = sign_in(dao2)
    one = reverse("care:referral", args=[referral.pk])
    assert page.post(reverse("care:accept", args=[referral.pk])).status_code == 302
    assert "Abebe" in page.get(one).content.decode()
    assert "Abebe" in page.get(reverse("care:referrals") + "?show=accepted").content.decode()
    assert page.post(reverse("care:done", args=[referral.pk]), {"met": ["food"]}).status_code == 302
    assert "You read until" in page.get(one).content.decode()
    page = sign_in(kanya)
    revoke = reverse("care:revoke", args=[case.pk, referral.pk])
    assert page.post(revoke, {"why": "consent"}).status_code == 422
    assert page.post(revoke, {"why": "mistake"}).status_code == 422, "it is over already"


def test_the_file_that_the_person_gets_says_where_they_were_referred(offered, acting, kanya, dao2, baan_dao):
    from moei.casefile.selectors.cases import open_case
    from moei.desks.care.persons_part import referred_to

    referral = offered()
    accept_referral(acting(dao2), referral)
    said = str(referred_to(open_case(acting(kanya), referral.case)))
    assert baan_dao.name in said and "Accepted" in said and dao2.name not in said


@pytest.mark.parametrize("who", ["prasert", "selam", "tesfa", "ploy", "niran", "somsak", "mallory"])
def test_nobody_else_refers_or_reads_referrals(offered, acting, cast, who, food, sign_in):
    referral = offered()
    with pytest.raises(Refused):
        offer_referral(acting(cast[who]), referral.case, food, needs=[])
    assert sign_in(cast[who]).get(reverse("care:referral", args=[referral.pk])).status_code == 403


def test_pages_ask_the_database_the_same_number_of_questions(offered, acting, dao2, sign_in):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    def counted(url) -> int:
        with CaptureQueriesContext(connection) as queries:
            assert page.get(url).status_code == 200
        return len(queries)

    accept_referral(acting(dao2), offered("First"))
    page, url = sign_in(dao2), reverse("care:referrals") + "?show=accepted"
    counted(url)
    before = counted(url)
    for number in range(5):
        accept_referral(acting(dao2), offered(f"More {number}"))
    assert counted(url) == before


def test_consent_is_asked_in_the_words_of_a_referral(person, clinic, acting, kanya, selam, now):
    from moei.casefile.actions.load_wordings import load_wordings

    load_wordings(now=now)
    with pytest.raises(Invalid):
        record_consent(
            acting(kanya), person(), Purpose.REFERRAL, given=True, recipient=clinic,
            wording=current_wording(Purpose.FAMILY, "am"), translated_by=selam,
        )  # fmt: skip


def test_an_agency_with_open_referrals_is_not_removed_and_they_are_counted(offered, acting, admin, baan_dao):
    from moei.access.actions.remove_agency import remove_agency

    offered("One")
    offered("Two")
    with pytest.raises(Invalid, match="open referrals: 2"):
        remove_agency(acting(admin), baan_dao)
