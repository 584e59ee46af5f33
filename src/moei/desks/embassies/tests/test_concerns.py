"""Somebody fears a state, seeks asylum or may have no nationality: what was asked there is taken back, and unseen."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse

from moei.access.acting import Invalid, Refused
from moei.access.models import CaseGrant
from moei.casefile.actions.merge_people import merge_people, unmerge_people
from moei.casefile.models import ProtectionConcern, TravelDocument
from moei.casefile.selectors.cases import visible_cases
from moei.desks.embassies.actions.agree_state import agree_on_state
from moei.desks.embassies.actions.keep_states import add_state
from moei.desks.embassies.actions.papers import ask_paper
from moei.desks.embassies.actions.record_concern import choose_path, end_concern, record_concern
from moei.desks.embassies.models import AgreedState, VerificationRequest
from moei.desks.embassies.readiness import Not, why_not

pytestmark = pytest.mark.django_db
Kind, Path = ProtectionConcern.Kind, ProtectionConcern.Path


def seen_by(staff, release, now):
    return set(visible_cases(staff, release.id, now=now))


def test_p01_a_fear_takes_back_what_was_asked_and_the_embassy_sees_the_person_no_more(
    agreed, ask, acting, kanya, tesfa, ethiopia, release, now
):
    case, other = agreed(), agreed("Another Invented")
    request = ask(case)
    paper = ask_paper(acting(kanya), case, ethiopia, "laissez_passer")
    assert seen_by(tesfa, release, now) == {case, other}
    record_concern(acting(kanya), case, Kind.FEAR, state="ETH", path=Path.UNHCR)
    request.refresh_from_db()
    paper.refresh_from_db()
    assert (request.status, request.taken_back_why) == ("taken_back", "concern")
    assert paper.voided_at is not None
    assert seen_by(tesfa, release, now) == {other}
    assert why_not([case], ethiopia, "ETH")[case.pk] == [Not.FEARED]


@pytest.mark.parametrize("kind", Kind.values)
def test_p12_to_the_embassy_a_case_that_fears_it_is_a_case_that_never_was(
    agreed, ask, acting, kanya, tesfa, sign_in, kind
):
    case = agreed("Seblewengel Gone")
    request = ask(case)
    page = sign_in(tesfa)
    assert page.get(reverse("embassies:national", args=[case.pk])).status_code == 200
    record_concern(acting(kanya), case, Kind(kind), state="" if kind == "stateless" else "ETH")
    unknown = "00000000-0000-0000-0000-000000000001"
    for name, pk in (
        ("embassies:national", case.pk),
        ("cases:file", case.pk),
        ("embassies:case", case.pk),
    ):
        gone = page.get(reverse(name, args=[pk]))
        never = page.get(reverse(name, args=[unknown]))
        assert (gone.status_code, never.status_code) == (404, 404), name
        assert len(gone.content) == len(never.content), name
    posted = page.post(reverse("embassies:answer", args=[request.pk]), {"answer": "confirmed"})
    assert posted.status_code == 404
    assert "Seblewengel" not in page.get(reverse("embassies:nationals")).content.decode()
    assert "Seblewengel" not in page.get(reverse("cases:list")).content.decode()


def test_p12_no_page_of_the_embassy_speaks_of_fear_asylum_or_another_mission(
    agreed, ask, acting, kanya, tesfa, sign_in, kenya
):
    """Somebody who fears Kenya stays a national for Ethiopia, which reads nothing of that."""
    case = agreed()
    ask(case)
    record_concern(acting(kanya), case, Kind.FEAR, state="KEN", path=Path.THIRD_COUNTRY)
    page = sign_in(tesfa)
    for name, args in (
        ("embassies:nationals", []),
        ("embassies:national", [case.pk]),
        ("cases:file", [case.pk]),
    ):
        body = page.get(reverse(name, args=args)).content.decode().casefold()
        assert "abebe" in body
        for word in ("fear", "asylum", "unhcr", "third country", "kenya", "stateless"):
            assert word not in body, (name, word)
    assert page.get(reverse("embassies:case", args=[case.pk])).status_code == 403


def test_it_is_seen_by_those_who_work_on_the_way_home(agreed, ask, acting, kanya, ploy, sign_in):
    case = agreed()
    ask(case)
    record_concern(acting(kanya), case, Kind.FEAR, state="ETH", path=Path.UNHCR)
    for staff in (kanya, ploy):
        body = sign_in(staff).get(reverse("embassies:case", args=[case.pk])).content.decode()
        assert "Fears this state" in body and "Referred to UNHCR" in body and "Taken back" in body


def test_nothing_is_asked_and_no_yes_is_recorded_while_it_stands(
    agreed, ask, agree_to, acting, kanya, ethiopia
):
    case = agreed()
    record_concern(acting(kanya), case, Kind.ASYLUM, state="ETH")
    with pytest.raises(Invalid, match="Nobody of these"):
        ask(case)
    with pytest.raises(Invalid):
        ask_paper(acting(kanya), case, ethiopia, "laissez_passer")
    with pytest.raises(Invalid, match="fears a state"):
        agree_to(case, ethiopia)
    assert agree_to(case, ethiopia, given=False).given is False


def test_p02_when_it_ends_nothing_opens_until_the_person_is_asked_again(
    agreed, ask, agree_to, acting, kanya, tesfa, ethiopia, release, now
):
    case = agreed()
    concern = record_concern(acting(kanya), case, Kind.FEAR, state="ETH")
    with pytest.raises(Invalid):
        end_concern(acting(kanya), concern, reason=" ")
    end_concern(acting(kanya), concern, reason="The person said so, alone with the interpreter.")
    assert seen_by(tesfa, release, now) == set()
    assert why_not([case], ethiopia, "ETH")[case.pk] == [Not.ASK_AGAIN]
    with pytest.raises(Invalid, match="Nobody of these"):
        ask(case)
    with pytest.raises(Invalid, match="asked again"):
        ask_paper(acting(kanya), case, ethiopia, "laissez_passer")
    agree_to(case, ethiopia, later=timedelta(minutes=5))
    assert ask(case, later=timedelta(minutes=6)).status == "asked"


def test_a_feared_state_closes_every_mission_that_acts_for_it(
    person, agree_to, acting, kanya, ploy, ethiopia, kenya, ask
):
    """Kenya's mission also acts for Ethiopia: what it learns, Ethiopia may learn."""
    case = person()
    add_state(acting(ploy), kenya, "ETH")
    agree_to(case, kenya)
    request = ask(case, mission=kenya, state="KEN")
    record_concern(acting(kanya), case, Kind.FEAR, state="ETH")
    request.refresh_from_db()
    assert request.status == "taken_back"
    assert not CaseGrant.objects.filter(case_id=case.pk, agency=kenya, ended_at__isnull=True).exists()


def test_a_state_that_is_added_to_a_mission_closes_it_to_who_fears_it(
    person, agree_to, acting, kanya, ploy, kenya
):
    case = person()
    agree_to(case, kenya)
    record_concern(acting(kanya), case, Kind.FEAR, state="ETH")
    assert CaseGrant.objects.filter(case_id=case.pk, agency=kenya, ended_at__isnull=True).exists()
    add_state(acting(ploy), kenya, "ETH")
    assert not CaseGrant.objects.filter(case_id=case.pk, agency=kenya, ended_at__isnull=True).exists()


def test_another_mission_is_left_as_it_was(agreed, agree_to, acting, kanya, kenya, ask):
    case = agreed()
    agree_to(case, kenya)
    request = ask(case, mission=kenya, state="KEN")
    record_concern(acting(kanya), case, Kind.FEAR, state="ETH")
    request.refresh_from_db()
    assert request.status == "asked"


def test_a_fear_in_a_file_that_is_joined_closes_the_other_file_too(
    agreed, person, ask, acting, anong, kanya, tesfa, release, now
):
    kept, joined = agreed("Henok Desta"), person("Henok D.")
    request = ask(kept)
    record_concern(acting(kanya), joined, Kind.FEAR, state="ETH")
    assert seen_by(tesfa, release, now) == {kept}
    merge = merge_people(acting(anong), kept, joined, reason="the same scar")
    request.refresh_from_db()
    assert request.status == "taken_back"
    assert seen_by(tesfa, release, now) == set()
    unmerge_people(acting(anong), merge, reason="different scars")
    assert seen_by(tesfa, release, now) == set()


def test_agreements_to_other_states_end_with_it(person, agree_to, acting, kanya, ploy, kenya):
    case = person()
    add_state(acting(ploy), kenya, "ETH")
    agree_to(case, kenya)
    agree_on_state(acting(kanya), case, kenya, "ETH")
    record_concern(acting(kanya), case, Kind.FEAR, state="KEN")
    assert not AgreedState.objects.filter(ended_at__isnull=True).exists()


def test_issued_papers_stay(agreed, acting, kanya, ethiopia, now):
    case = agreed()
    paper = ask_paper(acting(kanya), case, ethiopia, "passport")
    TravelDocument.objects.filter(pk=paper.pk).update(issued_at=now, number="EP1")
    record_concern(acting(kanya), case, Kind.FEAR, state="ETH")
    paper.refresh_from_db()
    assert paper.voided_at is None


def test_the_same_is_recorded_once_and_its_path_can_change(agreed, acting, kanya):
    case = agreed()
    concern = record_concern(acting(kanya), case, Kind.FEAR, state="ETH")
    with pytest.raises(Invalid, match="stands already"):
        record_concern(acting(kanya), case, Kind.FEAR, state="ETH")
    choose_path(acting(kanya), concern, Path.STAY)
    concern.refresh_from_db()
    assert concern.path == "stay"
    with pytest.raises(Invalid):
        record_concern(acting(kanya), case, Kind.FEAR, state="QQQ")


@pytest.mark.parametrize("who", ["anong", "tesfa", "dao", "niran", "vera", "mallory"])
def test_who_does_not_work_on_the_way_home_records_none(agreed, acting, cast, who):
    with pytest.raises(Refused):
        record_concern(acting(cast[who]), agreed(), Kind.FEAR, state="ETH")


def test_the_form(agreed, sign_in, kanya):
    case = agreed()
    page, url = sign_in(kanya), reverse("embassies:concern", args=[case.pk])
    assert page.post(url, {"kind": "fear", "state": "Nowhereland", "path": "open"}).status_code == 422
    assert page.post(url, {"kind": "fear", "state": "Ethiopia", "path": "unhcr"}).status_code == 302
    concern = ProtectionConcern.objects.get()
    assert (concern.state, concern.path) == ("ETH", "unhcr")
    assert page.get(reverse("embassies:concern_path", args=[case.pk, concern.pk])).status_code == 200
    assert page.get(reverse("embassies:end_concern", args=[case.pk, concern.pk])).status_code == 200
    assert VerificationRequest.objects.count() == 0
