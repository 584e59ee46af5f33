"""Many people are asked about at once: who is ready, who is not and why, and what stays in the register."""

from __future__ import annotations

import time
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from moei.access.acting import Invalid, Refused
from moei.access.models import CaseGrant, Site
from moei.casefile.actions.consent import withdraw_consent
from moei.casefile.actions.load_wordings import current_wording, load_wordings
from moei.casefile.models import Consent, Disclosure, Purpose
from moei.desks.embassies.actions.agree_state import agree_on_state, withdraw_state
from moei.desks.embassies.actions.keep_states import add_state, end_state
from moei.desks.embassies.actions.send_batch import MAX_BATCH, send_batch
from moei.desks.embassies.models import Batch, ServedState, VerificationRequest
from moei.desks.embassies.readiness import Not, candidates, ready_among, why_not
from moei.journal.models import Entry

pytestmark = pytest.mark.django_db


def test_p02_only_who_agreed_to_this_mission_is_asked_about(person, agreed, acting, ploy, ethiopia, kenya):
    yes, no = agreed("Said Yes"), person("Asked Nothing")
    sent = send_batch(acting(ploy), ethiopia, "ETH", [yes.pk, no.pk])
    assert (sent.requests, sent.left_out) == (1, 1)
    assert VerificationRequest.objects.get().case == yes
    with pytest.raises(Invalid, match="Nobody of these"):
        send_batch(acting(ploy), kenya, "KEN", [yes.pk])


def test_each_person_has_a_line_in_the_register_of_disclosures(agreed, ask, ethiopia):
    case = agreed()
    before = Disclosure.objects.filter(case=case).count()
    ask(case)
    told = Disclosure.objects.filter(case=case).latest("id")
    assert Disclosure.objects.filter(case=case).count() == before + 1
    assert told.to_whom == ethiopia.name and not told.recallable
    entry = Entry.objects.get(action="verification.asked")
    assert entry.case == case.pk and "Abebe" not in str(entry.data)


def test_sent_twice_asks_once(agreed, ask):
    case = agreed()
    ask(case)
    with pytest.raises(Invalid, match="Nobody of these"):
        ask(case)
    assert Batch.objects.count() == 1


def test_p01_a_mission_is_asked_for_its_own_state_unless_the_person_agreed_to_another(
    person, agree_to, acting, kanya, ploy, kenya
):
    """A Rwandan has no mission here; Kenya's acts for Rwanda."""
    case = person("Gasana Invented", nationality="RWA")
    served = add_state(acting(ploy), kenya, "RWA")
    agree_to(case, kenya)
    assert why_not([case], kenya, "RWA")[case.pk] == [Not.NOT_THIS_STATE]
    with pytest.raises(Invalid, match="Nobody of these"):
        send_batch(acting(ploy), kenya, "RWA", [case.pk])
    agreed = agree_on_state(acting(kanya), case, kenya, "RWA")
    send_batch(acting(ploy), kenya, "RWA", [case.pk])
    withdraw_state(acting(kanya), agreed)
    request = VerificationRequest.objects.get()
    assert (request.status, request.taken_back_why) == ("taken_back", "state")
    assert why_not([case], kenya, "KEN")[case.pk] == []
    agree_on_state(acting(kanya), case, kenya, "RWA")
    send_batch(acting(ploy), kenya, "RWA", [case.pk])
    assert end_state(acting(ploy), served) == 1
    with pytest.raises(Invalid, match="does not act"):
        send_batch(acting(ploy), kenya, "RWA", [case.pk])


def test_who_asks_for_another_state(person, agree_to, acting, kanya, ploy, anong, kenya, ethiopia):
    case = person()
    add_state(acting(ploy), kenya, "RWA")
    with pytest.raises(Invalid, match="agrees that this mission"):
        agree_on_state(acting(kanya), case, kenya, "RWA")
    agree_to(case, kenya)
    with pytest.raises(Invalid):
        agree_on_state(acting(kanya), case, kenya, "UGA")
    with pytest.raises(Refused):
        agree_on_state(acting(ploy), case, kenya, "RWA")
    with pytest.raises(Invalid, match="sign the determination"):
        agree_on_state(acting(anong), case, kenya, "RWA")


def test_p04_withdrawing_takes_back_what_waits(agreed, ask, acting, kanya):
    case = agreed()
    request = ask(case)
    gone = withdraw_consent(acting(kanya, later=timedelta(minutes=1)), Consent.objects.get(case=case))
    request.refresh_from_db()
    assert (request.status, request.taken_back_why) == ("taken_back", "consent")
    assert len(gone) == 1, "what was told when the mission was asked cannot be recalled, and that is said"


def test_p04_a_yes_that_is_said_again_stops_nothing(agreed, ask, agree_to, ethiopia):
    case = agreed()
    request = ask(case)
    agree_to(case, ethiopia, later=timedelta(minutes=1))
    request.refresh_from_db()
    assert request.status == "asked"


def test_people_of_another_site_are_not_asked_about(agreed, acting, ploy, ethiopia):
    case = agreed()
    case.site = Site.objects.create(name="Another crossing")
    case.save(update_fields=["site"])
    with pytest.raises(Invalid, match="Nobody of these"):
        send_batch(acting(ploy), ethiopia, "ETH", [case.pk])


def test_p03_who_decides_sees_nothing_of_embassies_even_with_a_second_role(
    agreed, ask, give_role, anong, site, sign_in, acting
):
    case = agreed()
    ask(case)
    give_role(anong, "returns_officer", site=site)
    page = sign_in(anong)
    assert page.get(reverse("embassies:case", args=[case.pk])).status_code == 403
    for name in ("embassies:missions", "embassies:undecided"):
        assert "Abebe" not in page.get(reverse(name)).content.decode()
    batch = Batch.objects.get()
    assert page.get(reverse("embassies:batch", args=[batch.pk])).status_code == 404
    mission = page.get(reverse("embassies:mission", args=[batch.mission_id])).content.decode()
    assert "Abebe" not in mission and batch.reference not in mission


@pytest.mark.parametrize("who", ["anong", "kanya", "tesfa", "dao", "niran", "vera", "mallory"])
def test_who_has_not_the_duty_sends_nothing(agreed, acting, cast, ethiopia, who):
    with pytest.raises(Refused):
        send_batch(acting(cast[who]), ethiopia, "ETH", [agreed().pk])


def test_what_a_batch_may_hold(acting, ploy, ethiopia, agencies):
    with pytest.raises(Invalid, match="at least one"):
        send_batch(acting(ploy), ethiopia, "ETH", [])
    with pytest.raises(Invalid, match="at most"):
        send_batch(acting(ploy), ethiopia, "ETH", [uuid4() for _ in range(MAX_BATCH + 1)])
    with pytest.raises(Invalid, match="does not act"):
        send_batch(acting(ploy), agencies["DSI"], "THA", [uuid4()])


def test_states_of_a_mission(acting, ploy, kenya, agencies, sign_in):
    for wrong in ("KEN", "XXA", "QQQ"):
        with pytest.raises(Invalid):
            add_state(acting(ploy), kenya, wrong)
    with pytest.raises(Invalid):
        add_state(acting(ploy), agencies["DSI"], "RWA")
    page, url = sign_in(ploy), reverse("embassies:states", args=[kenya.pk])
    assert page.post(url, {"state": "Rwanda"}).status_code == 302
    assert page.post(url, {"state": "Rwanda"}).status_code == 422
    served = ServedState.objects.get()
    ends = reverse("embassies:end_state", args=[kenya.pk, served.pk])
    assert page.post(ends).status_code == 302
    served.refresh_from_db()
    assert served.ended_at is not None


def test_the_pages_from_choosing_to_the_batch(person, agreed, sign_in, ploy, ethiopia):
    yes, no = agreed("Said Yes"), person("Asked Nothing")
    page, url = sign_in(ploy), reverse("embassies:mission", args=[ethiopia.pk])
    ready = page.get(url).content.decode()
    assert "Said Yes" in ready and "Asked Nothing" not in ready
    rest = page.get(url, {"show": "not_ready"}).content.decode()
    assert "Asked Nothing" in rest and "Has not agreed" in rest and "Said Yes" not in rest
    send = reverse("embassies:send", args=[ethiopia.pk])
    assert page.post(send, {"state": "ETH"}).status_code == 422
    gone = page.post(send, {"state": "ETH", "cases": [str(yes.pk), str(no.pk)]}, follow=True)
    body = gone.content.decode()
    assert "Said Yes" in body and "1 person was left out" in body
    assert page.post(send, {"state": "ETH", "cases": [str(yes.pk)]}).status_code == 422
    overview = page.get(reverse("embassies:missions")).content.decode()
    assert "Embassy of Ethiopia" in overview


def test_states_without_a_mission_are_named(person, sign_in, ploy):
    person("Gasana Invented", nationality="RWA")
    assert "Rwanda" in sign_in(ploy).get(reverse("embassies:missions")).content.decode()


def test_p01_the_page_says_first_what_the_state_knows(agreed, acting, kanya, ploy, sign_in, ethiopia):
    from moei.casefile.actions.consent import record_disclosure

    case = agreed()
    record_disclosure(
        acting(kanya),
        case,
        what="photo and passport number",
        to_whom=ethiopia.name,
        basis="the army gave it",
        outside=True,
    )
    page, url = sign_in(ploy), reverse("embassies:ask", args=[case.pk, ethiopia.pk])
    body = page.get(url).content.decode()
    assert body.index("photo and passport number") < body.index("What it is told now")
    assert page.post(url, {"state": "ETH"}).status_code == 302
    assert VerificationRequest.objects.get().case == case
    assert page.post(url, {"state": "ETH"}).status_code == 422


def test_a_caseworker_prepares_and_a_returns_officer_sends(agreed, sign_in, kanya, ethiopia):
    case = agreed()
    page, url = sign_in(kanya), reverse("embassies:ask", args=[case.pk, ethiopia.pk])
    assert page.get(url).status_code == 200
    assert page.post(url, {"state": "ETH"}).status_code == 422
    assert not VerificationRequest.objects.exists()


def many(number, add_case, kanya, ethiopia, now):
    """People who all agreed, made below the actions so that the test takes no minute."""
    load_wordings(now=now)
    wording = current_wording(Purpose.EMBASSY, "am")
    cases = [add_case(f"Invented {place}", nationality="ETH") for place in range(number)]
    Consent.objects.bulk_create(
        Consent(
            case=case,
            purpose=Purpose.EMBASSY,
            recipient=ethiopia,
            given=True,
            wording=wording,
            wording_sha256=wording.sha256,
            language="am",
            asked_at=now,
            asked_by=kanya,
        )
        for case in cases
    )
    CaseGrant.objects.bulk_create(
        CaseGrant(case_id=case.pk, basis="consent", agency=ethiopia, granted_by=kanya, granted_at=now)
        for case in cases
    )
    return cases


@pytest.mark.slow(seconds=20)
def test_five_hundred_requests_go_in_one_batch_with_few_queries(add_case, acting, kanya, ploy, ethiopia, now):
    cases = many(500, add_case, kanya, ethiopia, now)
    ids = [case.pk for case in cases]
    assert ready_among(candidates(acting(ploy), ethiopia, "ETH"), ethiopia, "ETH").count() == 500
    began = time.perf_counter()
    with CaptureQueriesContext(connection) as queries:
        sent = send_batch(acting(ploy), ethiopia, "ETH", ids)
    took = time.perf_counter() - began
    assert (sent.requests, sent.left_out) == (500, 0)
    assert len(queries) < 45, [query["sql"][:90] for query in queries]
    assert took < 5
    assert Disclosure.objects.filter(case__in=cases).count() == 500


def test_pages_ask_the_database_the_same_number_of_questions(
    add_case, acting, kanya, ploy, tesfa, ethiopia, now, sign_in
):
    def counted(client, url):
        with CaptureQueriesContext(connection) as queries:
            assert client.get(url).status_code == 200
        return len(queries)

    first = many(3, add_case, kanya, ethiopia, now)
    batch = send_batch(acting(ploy), ethiopia, "ETH", [case.pk for case in first]).batch
    urls = {
        "ploy": [
            reverse("embassies:missions"),
            reverse("embassies:mission", args=[ethiopia.pk]),
            reverse("embassies:mission", args=[ethiopia.pk]) + "?show=not_ready",
        ],
        "tesfa": [reverse("embassies:nationals")],
    }
    for staff in (ploy, tesfa):
        page = sign_in(staff)
        for url in urls[staff.username]:
            page.get(url)
            few = counted(page, url)
            more = many(12, add_case, kanya, ethiopia, now)
            send_batch(acting(ploy), ethiopia, "ETH", [case.pk for case in more[:9]])
            assert counted(page, url) <= few + 3, url
    page = sign_in(ploy)
    assert counted(page, reverse("embassies:batch", args=[batch.pk])) < 40
