"""The pages of journeys and of one person's way home, for who may and who may not."""

from datetime import timedelta

from django.urls import reverse

from moei.access.models import Site
from moei.casefile.actions.assign_case import assign_case
from moei.casefile.models import TravelCheck
from moei.desks.returns.actions.hold_seat import hold_seat
from moei.desks.returns.actions.plan_journey import cancel_journey, change_journey
from moei.desks.returns.models import Journey, Seat
from moei.journal.models import Entry

GIVEN = {
    "mode": "flight",
    "from_place": "Bangkok",
    "to_place": "Addis Ababa",
    "state": "Ethiopia",
    "departs_on": "2030-03-05",
    "departs_time": "21:40",
    "carrier": "Invented Air",
    "number": "IA 619",
    "seats": "2",
}


def test_a_journey_is_planned_changed_and_its_history_shown(sign_in, ploy):
    page = sign_in(ploy)
    assert page.post(reverse("returns:new"), {**GIVEN, "seats": "0"}).status_code == 422
    assert page.post(reverse("returns:new"), {**GIVEN, "state": "Atlantis"}).status_code == 422
    assert page.post(reverse("returns:new"), GIVEN).status_code == 302
    journey = Journey.objects.get()
    assert (journey.state, journey.departs_at.isoformat()) == ("ETH", "2030-03-05T14:40:00+00:00")
    change = reverse("returns:change", args=[journey.pk])
    assert page.get(change).status_code == 200
    assert page.post(change, {**GIVEN, "number": "IA 700", "reason": "strike"}).status_code == 302
    text = page.get(reverse("returns:journey", args=[journey.pk])).content.decode()
    assert "strike" in text and "IA 700" in text
    assert "IA 700" in page.get(reverse("returns:journeys")).content.decode()


def test_a_seat_is_held_from_the_page_and_sent_twice_is_held_once(sign_in, ploy, fly, ways):
    journey, case = fly(), ways.told()
    page = sign_in(ploy)
    there = reverse("returns:journey", args=[journey.pk])
    assert "Abebe" in page.get(there).content.decode()
    for _twice in range(2):
        page.post(reverse("returns:hold", args=[journey.pk]), {"case": str(case.pk)})
    seat = Seat.objects.get()
    assert page.post(reverse("returns:hold", args=[journey.pk]), {"case": "no"}).status_code == 302
    assert (
        page.post(reverse("returns:release", args=[journey.pk, seat.pk]), {"why": "ill"}).status_code == 302
    )
    assert "Ill" in page.get(there).content.decode()


def test_names_on_the_journey_are_journalled_and_those_of_another_site_only_counted(
    sign_in, ploy, fly, ways, acting
):
    journey, near = fly(), ways.told("Near Person")
    far = ways.told("Far Person")
    for case in (near, far):
        hold_seat(acting(ploy), journey, case)
    far.site = Site.objects.create(name="Another crossing")
    far.save(update_fields=["site"])
    text = sign_in(ploy).get(reverse("returns:journey", args=[journey.pk])).content.decode()
    assert "Near Person" in text and "Far Person" not in text and "not yours to read" in text
    listed = Entry.objects.filter(action="people.listed").latest("seq")
    assert listed.data["cases"] == [str(near.pk)]


def test_what_is_settled_stands_on_the_persons_page(sign_in, ploy, ways):
    case = ways.told()
    page = sign_in(ploy)
    check = reverse("returns:check", args=[case.pk])
    assert page.post(check, {"code": "risk_asked", "answer": "yes"}).status_code == 422
    sent = {"code": "risk_asked", "answer": "yes", "note": "Afraid of the broker at home."}
    assert page.post(check, sent).status_code == 302
    assert TravelCheck.objects.get().note == "Afraid of the broker at home."
    assert "Afraid of the broker" in page.get(reverse("returns:person", args=[case.pk])).content.decode()


def test_nobody_else_opens_the_desk(sign_in, cast, fly, ways):
    journey, case = fly(), ways.told()
    for who in ("anong", "tesfa", "niran", "mallory"):
        page = sign_in(cast[who])
        assert page.get(reverse("returns:journey", args=[journey.pk])).status_code == 403
        assert page.get(reverse("returns:person", args=[case.pk])).status_code in (403, 404)


def test_a_caseworker_finds_the_way_home_on_the_case_and_a_social_worker_does_not(
    sign_in, acting, anong, cast, ways
):
    case = ways.told()
    assign_case(acting(anong), case, cast["kanya"])
    there, file = reverse("returns:person", args=[case.pk]), reverse("cases:file", args=[case.pk])
    page = sign_in(cast["kanya"])
    assert there in page.get(file).content.decode()
    assert page.get(there).status_code == 200
    assert (
        page.post(reverse("returns:check", args=[case.pk]), {"code": "fines", "answer": "yes"}).status_code
        == 302
    )
    assert there not in sign_in(anong).get(file).content.decode()


def test_nobody_who_could_go_is_cut_off_and_who_is_ready_comes_first(sign_in, ploy, fly, ways):
    journey = fly(seats=60)
    for number in range(52):
        ways.told(f"Waiting {number:02}")
    ready = ways.ready("Ready Person")
    there, page, seen = reverse("returns:journey", args=[journey.pk]), sign_in(ploy), ""
    for number in (1, 2, 3):
        text = page.get(there, {"page": number}).content.decode()
        if str(ready.pk) in text:
            assert text.index("Ready Person") < text.index("Waiting ")
        seen += text
    assert all(f"Waiting {number:02}" in seen for number in range(52)) and "Ready Person" in seen


def test_what_changed_is_said_in_the_words_of_the_form_and_the_time_of_the_place(
    sign_in, ploy, fly, plan, acting
):
    journey = fly()
    before = journey.departs_at
    change_journey(
        acting(ploy),
        journey,
        plan(departs_at=before + timedelta(hours=5), carrier="Another Air"),
        reason="storm",
    )
    body = sign_in(ploy).get(reverse("returns:journey", args=[journey.pk])).content.decode()
    local = [(before + timedelta(hours=hours)).astimezone(journey.release.site.zone) for hours in (0, 5)]
    told = " → ".join(f"{at.day} {at:%b %Y, %H:%M}" for at in local)
    assert f"Departs: {told}" in body
    assert "Carrier: " in body and "→ Another Air" in body
    assert "departs_at" not in body and "+00:00" not in body
    cancel_journey(acting(ploy), journey, reason="no crew")
    body = sign_in(ploy).get(reverse("returns:journey", args=[journey.pk])).content.decode()
    assert f"State: – → {Journey.Status.CANCELLED.label}" in body
