"""Who reaches which case, and for how long."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.db.models import Count

import moei
from moei.access.acting import Invalid, Refused
from moei.access.actions.break_glass import break_glass, end_break_glass, review_break_glass
from moei.access.actions.grant_role import end_role
from moei.access.actions.propose import propose
from moei.access.decide import can, forget_grants, may, sections_of
from moei.access.models import BreakGlass, CaseGrant, Proposal, Release, RoleGrant, Site
from moei.access.policy import ACTIONS, DUTIES, ROLES, Cases, Section
from moei.casefile.actions.assign_case import assign_case, end_assignment
from moei.casefile.actions.consent import record_consent, withdraw_all, withdraw_consent
from moei.casefile.actions.load_wordings import current_wording, load_wordings
from moei.casefile.models import Case, Consent, Disclosure, Purpose
from moei.casefile.querysets import NoActingStaff
from moei.casefile.selectors.cases import visible_cases
from moei.journal.models import Entry

pytestmark = pytest.mark.django_db


@pytest.fixture
def sees(release, now):
    """`sees(tesfa, case)`: whether the case is among theirs, `later` on."""

    def look(staff, case, later=timedelta(0)) -> bool:
        forget_grants(staff)
        return visible_cases(staff, release.id, now=now + later).filter(pk=case.pk).exists()

    return look


@pytest.mark.parametrize(
    "ask",
    [
        lambda cases: list(cases.all()),
        lambda cases: cases.count(),
        lambda cases: cases.exists(),
        lambda cases: cases.first(),
        lambda cases: cases.last(),
        lambda cases: cases.get(),
        lambda cases: cases.filter(hidden=False)[:1][0],
        lambda cases: list(cases.values("id")),
        lambda cases: list(cases.values_list("number", flat=True)),
        lambda cases: list(cases.iterator()),
        lambda cases: cases.aggregate(n=Count("id")),
        lambda cases: cases.in_bulk(),
        lambda cases: cases.update(stage="x"),
        lambda cases: bool(cases.all()),
        lambda cases: len(cases.all()),
        lambda cases: cases.contains(Case(number="1")),
        lambda cases: cases.earliest("opened_at"),
        lambda cases: list(cases.dates("opened_at", "day")),
        lambda cases: list(cases.exclude(hidden=True).order_by("number").distinct()),
        lambda cases: list(cases.all() | cases.all()),
        lambda cases: list(cases.all().union(cases.all())),
    ],
)
def test_case_data_asked_for_with_nobody_acting_raises(add_case, ask):
    add_case("Somebody")
    with pytest.raises(NoActingStaff):
        ask(Case.objects)


def test_a_case_is_voided_never_deleted(add_case, anong, now):
    add_case("Somebody")
    with pytest.raises(NotImplementedError):
        Case.objects.visible_to(anong, now=now).delete()
    with pytest.raises(NotImplementedError):
        Case.objects.delete()


def test_within_the_program_a_reason_is_needed():
    with pytest.raises(ValueError, match="why"):
        Case.objects.within_program("")


def test_at_a_site_one_sees_the_cases_of_that_site_only(add_case, sees, anong, prasert, site):
    here, there = add_case("Here"), add_case("There", site=Site.objects.create(name="Another crossing"))
    assert sees(anong, here) and sees(prasert, here)
    assert not sees(anong, there) and not sees(prasert, there)


def test_a_role_in_one_release_opens_nothing_in_another(add_case, anong, release, site, now):
    case = add_case("Here")
    other = Release.objects.create(code="other", name="Other", began_at=now, site=site)
    Case.objects_unchecked.filter(pk=case.pk).update(release=other)
    assert not visible_cases(anong, other.id, now=now).exists()
    assert sections_of(anong, Case.objects_unchecked.get(pk=case.pk), now=now) == {}


def test_an_assigned_case_opens_and_closes_at_once(add_case, sees, acting, anong, kanya):
    case = add_case("Somebody")
    assert not sees(kanya, case)
    assign_case(acting(anong), case, kanya)
    assert sees(kanya, case)
    end_assignment(acting(anong), case, kanya)
    assert not sees(kanya, case)


def test_p05_a_lawyer_named_by_the_person_reaches_that_case_only(
    add_case, sees, acting, kanya, anong, lawan, now
):
    case, other = add_case("Somebody"), add_case("Somebody else")
    assign_case(acting(anong), case, kanya)
    assign_case(acting(kanya), case, lawan, CaseGrant.Basis.SUPPORT)
    assert sees(lawan, case) and not sees(lawan, other)
    assert can(lawan, "determination.read", case, now=now)
    assert not can(lawan, "determination.sign", case, now=now)
    assert not can(lawan, "needs.record", case, now=now)
    end_assignment(acting(kanya), case, lawan, CaseGrant.Basis.SUPPORT)
    assert not sees(lawan, case)


def test_somebody_without_such_a_role_cannot_be_named(add_case, acting, anong, vera):
    with pytest.raises(Invalid):
        assign_case(acting(anong), add_case("Somebody"), vera, CaseGrant.Basis.SUPPORT)


@pytest.fixture
def asked(add_case, acting, anong, kanya, selam, agencies, now):
    """A case, and `ask(purpose, given)` by Kanya with Selam translating."""
    load_wordings(now=now)
    case = add_case("Somebody", nationality="ETH")
    assign_case(acting(anong), case, kanya)

    def ask(given, purpose=Purpose.EMBASSY, recipient="Embassy of Ethiopia"):
        return record_consent(
            acting(kanya),
            case,
            purpose,
            given=given,
            wording=current_wording(purpose, "am"),
            recipient=agencies[recipient] if recipient else None,
            translated_by=selam,
        )

    return case, ask


def test_p02_an_embassy_sees_nobody_without_consent(asked, sees, tesfa):
    case, ask = asked
    assert not sees(tesfa, case)
    ask(False)
    assert not sees(tesfa, case)


def test_p04_consent_opens_identity_and_travel_and_withdrawing_closes_them_at_once(
    asked, sees, acting, kanya, tesfa, now
):
    case, ask = asked
    consent = ask(True)
    assert sees(tesfa, case)
    assert set(sections_of(tesfa, case, now=now)) == {Section.IDENTITY, Section.TRAVEL}
    withdraw_consent(acting(kanya), consent)
    assert not sees(tesfa, case)
    assert sections_of(tesfa, case, now=now) == {}


def test_p04_a_no_after_a_yes_closes_the_case_to_the_embassy(asked, sees, tesfa):
    case, ask = asked
    ask(True)
    ask(False)
    assert not sees(tesfa, case)


def test_p04_anybody_who_cares_for_the_person_may_take_all_consents_back(asked, sees, acting, anong, tesfa):
    case, ask = asked
    ask(True)
    withdraw_all(acting(anong), case)
    assert not sees(tesfa, case)
    assert not Consent.objects.filter(case=case, given=True, withdrawn_at__isnull=True).exists()


def test_p04_withdrawing_says_what_cannot_be_recalled(asked, acting, kanya, agencies, now):
    case, ask = asked
    consent = ask(True)
    embassy = agencies["Embassy of Ethiopia"].name
    Disclosure.objects.create(
        case=case, what="letter with photograph", to_whom=embassy, happened_at=now, basis="consent"
    )
    assert [row.what for row in withdraw_consent(acting(kanya), consent)] == ["letter with photograph"]


def test_p04_on_a_draft_a_yes_needs_an_interpreter_of_that_language(asked, acting, kanya, dao, agencies):
    case, _ask = asked
    wording = current_wording(Purpose.EMBASSY, "am")
    recipient = agencies["Embassy of Ethiopia"]
    for translator in (None, dao):
        with pytest.raises(Invalid):
            record_consent(
                acting(kanya),
                case,
                Purpose.EMBASSY,
                given=True,
                wording=wording,
                recipient=recipient,
                translated_by=translator,
            )
    record_consent(acting(kanya), case, Purpose.EMBASSY, given=False, wording=wording, recipient=recipient)


def test_p03_who_may_sign_does_not_ask_about_embassy_investigation_or_media(asked, acting, anong, agencies):
    case, _ask = asked
    recipients = {Purpose.EMBASSY: "Embassy of Ethiopia", Purpose.INVESTIGATION: "DSI", Purpose.MEDIA: None}
    for purpose, recipient in recipients.items():
        with pytest.raises(Invalid, match="sign the determination"):
            record_consent(
                acting(anong),
                case,
                purpose,
                given=False,
                wording=current_wording(purpose, "th"),
                recipient=agencies[recipient] if recipient else None,
            )


def test_p10_nobody_works_on_both_sides_of_one_release(give_role, kanya, niran, site):
    with pytest.raises(Invalid, match="other side"):
        give_role(kanya, "investigator")
    with pytest.raises(Invalid, match="other side"):
        give_role(niran, "panel_police", site=site)


def test_p10_after_a_role_has_ended_the_other_side_is_open(acting, admin, give_role, niran, site):
    end_role(acting(admin), RoleGrant.objects.get(staff=niran))
    assert give_role(niran, "panel_police", site=site).role == "panel_police"


def test_p10_an_administrator_has_no_rights_in_cases(add_case, acting, admin, sees, now):
    case = add_case("Somebody")
    admin.is_superuser = True
    admin.save()
    assert not sees(admin, case)
    assert sections_of(admin, case, now=now) == {}
    assert not any(can(admin, action, case, now=now) for action in ACTIONS)
    assert {action for action in DUTIES if may(admin, action)} == {
        "staff.manage",
        "changes.approve",
        "notices.read",
    }
    with pytest.raises(Refused):
        break_glass(acting(admin), case.id, "There is a fire in the building")


def test_p10_no_role_of_the_table_joins_administration_or_investigation_to_cases():
    assert ROLES["administrator"].cases is Cases.NONE and not ROLES["administrator"].sections
    assert ROLES["investigator"].cases is Cases.NONE and not ROLES["investigator"].sections


def test_a_role_takes_effect_at_once_and_ends_at_once(
    add_case, acting, admin, give_role, mallory, sees, site
):
    case = add_case("Somebody")
    grant = give_role(mallory, "registrar", site=site)
    assert sees(mallory, case)
    end_role(acting(admin), grant)
    assert not sees(mallory, case)


def test_only_an_administrator_proposes_roles(acting, anong, mallory, site):
    with pytest.raises(Refused):
        propose(
            acting(anong),
            Proposal.Kind.ROLE,
            staff=mallory,
            what={"role": "registrar", "site": str(site.pk), "all_releases": False},
            reason="as the work needs",
        )


def test_p14_break_glass_opens_one_case_for_three_hours(add_case, acting, kanya, sees, now):
    case, other = add_case("Somebody"), add_case("Somebody else")
    break_glass(acting(kanya), case.id, "She fainted and nobody can be reached")
    assert sees(kanya, case) and not sees(kanya, other)
    assert sections_of(kanya, case, now=now) == dict.fromkeys(
        (Section.IDENTITY, Section.CONTACT, Section.NEEDS, Section.MEDICAL), "r"
    )
    assert sees(kanya, case, timedelta(hours=3) - timedelta(seconds=1))
    assert not sees(kanya, case, timedelta(hours=3))
    assert sections_of(kanya, case, now=now + timedelta(hours=3)) == {}


def test_p14_break_glass_can_be_ended_before(add_case, acting, kanya, sees):
    case = add_case("Somebody")
    break_glass(acting(kanya), case.id, "She fainted and nobody can be reached")
    assert end_break_glass(acting(kanya, later=timedelta(minutes=5))) == 1
    assert not sees(kanya, case, timedelta(minutes=6))
    assert Entry.objects.filter(action="break_glass.ended", case=case.id).exists()


def test_p14_break_glass_needs_a_reason_and_is_journalled(add_case, acting, kanya):
    case = add_case("Somebody")
    with pytest.raises(Invalid):
        break_glass(acting(kanya), case.id, "urgent")
    assert not BreakGlass.objects.exists()
    break_glass(acting(kanya), case.id, "She fainted and nobody can be reached")
    assert Entry.objects.get(action="break_glass.opened").case == case.id


def test_p14_break_glass_is_reviewed_by_an_auditor_once(add_case, acting, kanya, somsak):
    opened = break_glass(acting(kanya), add_case("Somebody").id, "She fainted and nobody can be reached")
    with pytest.raises(Refused):
        review_break_glass(acting(kanya), opened, justified=True, note="it was me")
    review_break_glass(acting(somsak), opened, justified=True, note="The clinic confirms it.")
    with pytest.raises(Invalid):
        review_break_glass(acting(somsak), opened, justified=False, note="on second thought")


@pytest.mark.parametrize("who", ["selam", "tesfa", "niran", "vera", "somsak", "lawan", "dao", "mallory"])
def test_p14_not_everybody_may_break_the_glass(add_case, acting, cast, who):
    with pytest.raises(Refused):
        break_glass(acting(cast[who]), add_case("Somebody").id, "There is a fire in the building")


def test_an_action_that_the_table_does_not_name_is_refused_to_everybody(add_case, cast, now):
    case = add_case("Somebody")
    assert not any(can(staff, "case.sell", case, now=now) for staff in cast.values())
    assert not any(may(staff, "everything") for staff in cast.values())


def test_a_closed_account_decides_nothing(add_case, anong, now):
    case = add_case("Somebody")
    anong.is_active = False
    forget_grants(anong)
    assert sections_of(anong, case, now=now) == {}
    assert not may(anong, "lists.read")


def test_every_action_that_the_program_asks_for_is_in_the_policy():
    """`require(acting, "…")`, views and the API name actions as literals; a mistyped one would be refused to all."""
    asked = set()
    for path in Path(moei.__file__).parent.rglob("*.py"):
        if "tests" in path.parts:
            continue
        text = path.read_text(encoding="utf-8")
        asked |= set(re.findall(r'\brequire\(\s*\w+(?:\.\w+)*,\s*"([^"]+)"', text))
        asked |= set(re.findall(r'@(?:case|desk)_view\(\s*"([^"]*)"', text))
        asked |= set(re.findall(r'\b(?:can|may|allows)\(\s*(?:[\w.]+,\s*)?"([^"]+)"', text))
        asked |= set(re.findall(r'"x-moei-rule": "\w+ ([^"]*)"', text))
    actions = ACTIONS.keys() | DUTIES.keys()
    # `state.may("registered")` asks the protocol, which has words of its own.
    from moei.engines.protocol import EventKind

    assert asked - actions - {kind.value for kind in EventKind} - {""} == set()
