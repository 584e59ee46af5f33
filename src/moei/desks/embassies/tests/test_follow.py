"""What follows an answer, and what is settled before somebody leaves."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse

from moei.access.acting import Invalid, Refused
from moei.casefile.actions.record_event import lock_case
from moei.casefile.models import Disclosure, ProtectionConcern, TravelCheck
from moei.casefile.persons_file import _parts
from moei.casefile.selectors.cases import open_case
from moei.desks.embassies.actions.answer import Answer, answer_requests
from moei.desks.embassies.actions.follow import follow_refuted, give_more
from moei.desks.embassies.actions.on_the_way import note_travel_needs, record_check
from moei.desks.embassies.actions.papers import ask_paper
from moei.desks.embassies.models import TravelNeed
from moei.desks.embassies.persons_part import asked_of_missions
from moei.desks.embassies.readiness import candidates

pytestmark = pytest.mark.django_db


@pytest.fixture
def refuted(agreed, ask, acting, tesfa):
    """Ethiopia says: not our national."""
    request = ask(agreed())
    answer_requests(acting(tesfa), [Answer(request.pk, "refuted", "No such family in the kebele")])
    request.refresh_from_db()
    return request


def test_who_is_no_national_waits_visibly_for_a_decision(refuted, sign_in, ploy):
    page = sign_in(ploy)
    assert "1 person is not taken for a national" in page.get(reverse("embassies:missions")).content.decode()
    assert "Abebe Invented" in page.get(reverse("embassies:undecided")).content.decode()


def test_another_mission_is_asked_only_after_the_person_agrees(
    refuted, agree_to, acting, kanya, ploy, kenya, ask, sign_in
):
    case = refuted.case
    follow_refuted(acting(kanya), refuted, "another", mission=kenya)
    assert case in candidates(acting(ploy), kenya, "KEN")
    with pytest.raises(Invalid, match="Nobody of these"):
        ask(case, mission=kenya, state="KEN")
    agree_to(case, kenya)
    assert ask(case, mission=kenya, state="KEN").status == "asked"
    body = sign_in(ploy).get(reverse("embassies:case", args=[case.pk])).content.decode()
    assert "Another mission is asked" in body
    assert (
        "Nobody waits for this decision" in sign_in(ploy).get(reverse("embassies:undecided")).content.decode()
    )


def test_the_path_of_the_stateless_closes_every_mission(
    refuted, agree_to, acting, kanya, kenya, tesfa, sign_in
):
    case = refuted.case
    agree_to(case, kenya)
    follow_refuted(acting(kanya), refuted, "stateless", path="unhcr")
    concern = ProtectionConcern.objects.get()
    assert (concern.kind, concern.state, concern.path) == ("stateless", "", "unhcr")
    assert sign_in(tesfa).get(reverse("embassies:national", args=[case.pk])).status_code == 404
    with pytest.raises(Invalid, match="decided already"):
        follow_refuted(acting(kanya), refuted, "another", mission=kenya)


def test_what_cannot_follow(refuted, acting, kanya, anong, ethiopia, kenya, agreed, ask, agencies):
    for wrong in (
        {"following": "nothing"},
        {"following": "another"},
        {"following": "another", "mission": ethiopia},
        {"following": "another", "mission": kenya, "state": "RWA"},
        {"following": "another", "mission": agencies["DSI"]},
    ):
        following = wrong.pop("following")
        with pytest.raises(Invalid):
            follow_refuted(acting(kanya), refuted, following, **wrong)
    with pytest.raises(Refused):
        follow_refuted(acting(anong), refuted, "stateless")
    open_one = ask(agreed("Still Waits"))
    with pytest.raises(Invalid, match="has not said"):
        follow_refuted(acting(kanya), open_one, "stateless")


def test_more_is_given_and_stands_in_the_register(agreed, ask, acting, kanya, tesfa, sign_in):
    case = agreed()
    request = ask(case)
    with pytest.raises(Invalid):
        give_more(acting(kanya), request, "From Jimma")
    answer_requests(acting(tesfa), [Answer(request.pk, "more", "Which town?")])
    page, url = sign_in(kanya), reverse("embassies:more", args=[case.pk, request.pk])
    assert "Which town?" in page.get(url).content.decode()
    before = Disclosure.objects.count()
    assert page.post(url, {"words": " "}).status_code == 422
    assert page.post(url, {"words": "From Jimma"}).status_code == 302
    request.refresh_from_db()
    assert (request.status, request.more) == ("asked", "From Jimma")
    assert Disclosure.objects.count() == before + 1
    body = sign_in(tesfa).get(reverse("embassies:national", args=[case.pk])).content.decode()
    assert "From Jimma" in body


def test_fines_and_exit_clearance_are_recorded_here_and_the_rest_elsewhere(
    agreed, acting, kanya, anong, sign_in
):
    case = agreed()
    page, url = sign_in(kanya), reverse("embassies:check", args=[case.pk])
    assert page.post(url, {"code": "fines", "answer": "no", "note": "12,000 baht"}).status_code == 302
    assert page.post(url, {"code": "fines", "answer": "yes", "note": "waived"}).status_code == 302
    assert page.post(url, {"code": "wishes_to_go", "answer": "yes"}).status_code == 422
    body = page.get(reverse("embassies:case", args=[case.pk])).content.decode()
    assert "waived" in body and "12,000 baht" not in body
    with pytest.raises(Invalid):
        record_check(acting(kanya), case, "fit_to_travel", "yes")
    with pytest.raises(Refused):
        record_check(acting(anong), case, "fines", "yes")
    assert TravelCheck.objects.count() == 2


def test_needs_on_the_way_are_as_they_stand(agreed, acting, kanya):
    case = agreed()
    note_travel_needs(acting(kanya), case, ["companion", "step_free"])
    note_travel_needs(acting(kanya), case, ["step_free"])
    standing = TravelNeed.objects.filter(ended_at__isnull=True)
    assert list(standing.values_list("code", flat=True)) == ["step_free"]
    with pytest.raises(Invalid):
        note_travel_needs(acting(kanya), case, ["tuberculosis"])


def test_p05_the_persons_file_says_what_was_asked_of_which_mission(refuted, acting, kanya, ethiopia):
    ask_paper(acting(kanya, later=timedelta(minutes=1)), refuted.case, ethiopia, "laissez_passer")
    file = open_case(acting(kanya), lock_case(refuted.case))
    part = asked_of_missions(file)
    assert part is not None and asked_of_missions in _parts
    assert ethiopia.name in part.lines[0][0] and "not a national" in part.lines[0][1]
    assert "Laissez-passer" in part.lines[1][0]
    assert "Tesfa" not in str(part)
