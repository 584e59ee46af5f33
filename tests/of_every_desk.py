"""One of what each desk keeps, about one person, for tests that walk every address or look at every page."""

from __future__ import annotations

from datetime import UTC, datetime

from moei.access.models import Agency
from moei.casefile.actions.consent import record_consent
from moei.casefile.actions.load_wordings import current_wording
from moei.casefile.actions.needs import assess_needs
from moei.casefile.models import Need, ProtectionConcern, Purpose
from moei.desks.care.actions.keep_services import Offer, add_service
from moei.desks.care.actions.offer_referral import offer_referral
from moei.desks.care.actions.plan_support import make_plan, set_goal
from moei.desks.care.models import Service
from moei.desks.embassies.actions.keep_states import add_state
from moei.desks.embassies.actions.papers import ask_paper
from moei.desks.embassies.actions.record_concern import record_concern
from moei.desks.embassies.actions.send_batch import send_batch
from moei.desks.embassies.models import VerificationRequest
from moei.desks.returns.actions.hold_seat import hold_seat
from moei.desks.returns.actions.plan_journey import Plan, plan_journey
from moei.desks.returns.models import FollowUp, Journey
from moei.desks.shelter.actions.address import ask_address
from moei.desks.shelter.actions.count import begin_count
from moei.desks.shelter.actions.keep_place import add_room, open_place
from moei.desks.shelter.actions.outcome import record_outcome
from moei.desks.shelter.actions.safety import record_flag
from moei.desks.shelter.actions.shift import write_note
from moei.desks.shelter.actions.stay import check_in
from moei.desks.shelter.models import Outcome, Room, SafetyFlag


def way_home(acting, case):
    """A journey, the seat that this person holds on it, and a contact that is planned with them."""
    plan = Plan(
        Journey.Mode.FLIGHT, "Bangkok", "Nairobi", "KEN", datetime(2031, 1, 1, tzinfo=UTC), "Invented Air", 2
    )
    journey = plan_journey(acting, plan)
    seat = hold_seat(acting, journey, case)
    day = acting.today
    follow_up = FollowUp.objects.create(case=case, due_on=day, planned_at=acting.now, planned_by=acting.staff)
    return journey, seat, follow_up


def in_a_place(acting, case):
    """A place whose address somebody asked for; a bed is kept there for them, and they are looked after."""
    place = open_place(acting, "Teak", address="1 Invented Road")
    room = add_room(acting, place, "1", Room.For.ONE, 1)
    check_in(acting, case, place)
    count = begin_count(acting, place=place)
    return {
        "place_id": place.pk,
        "room_id": room.pk,
        "opening_id": ask_address(acting, place, why="an ambulance has to find it").pk,
        "count_id": count.pk,
        "counted_id": count.people.get().pk,
        "outcome_id": record_outcome(acting, case, Outcome.Kind.HOSPITAL).pk,
        "note_id": write_note(acting, place, "Bed 1 sleeps badly.").pk,
        "flag_id": record_flag(acting, case, SafetyFlag.Kind.WATCH).pk,
    }


def at_missions(acting, case, mission):
    """A mission is asked about them and for a paper; they fear a state for which it does not act."""
    batch = send_batch(acting, mission, "ETH", [case.pk]).batch
    return {
        "mission_id": mission.pk,
        "served_id": add_state(acting, mission, "DJI").pk,
        "batch_id": batch.pk,
        "verification_id": VerificationRequest.objects.get(batch=batch).pk,
        "paper_id": ask_paper(acting, case, mission, "laissez_passer").pk,
        "concern_id": record_concern(acting, case, ProtectionConcern.Kind.FEAR, state="ERI").pk,
    }


def in_care(acting, case, shelter, interpreter):
    """Something they need, a service of a clinic of which nobody works here, and a referral to a shelter."""
    clinic = Agency.objects.create(
        name="River clinic (invented)", short_name="Clinic", kind="health", country="THA"
    )
    assess_needs(acting, case, {"food": 1})
    record_consent(
        acting,
        case,
        Purpose.REFERRAL,
        given=True,
        wording=current_wording(Purpose.REFERRAL, "am"),
        recipient=shelter,
        translated_by=interpreter,
    )
    given = {"added_at": acting.now, "added_by": acting.staff}
    meals = Service.objects.create(agency=shelter, name="Meals", kind=Service.Kind.BASICS, **given)
    plan = make_plan(acting, case, "Legal", objectives="To see a judge.", review_on=acting.today)
    return {
        "service_id": add_service(acting, clinic, Offer("Doctor on call", Service.Kind.HEALTH)).pk,
        "need_id": Need.objects.get(person=case.person_id, code="food").pk,
        "agency_id": shelter.pk,
        "referral_id": offer_referral(acting, case, meals, needs=["food"], sections=["needs"]).pk,
        "plan_id": plan.pk,
        "goal_id": set_goal(acting, plan, "Find a lawyer").pk,
    }
