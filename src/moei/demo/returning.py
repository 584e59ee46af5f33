"""Journeys home in the play: what has to be settled, too few seats, who stayed behind, contacts afterwards."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from math import ceil
from uuid import UUID

from django.db import transaction

from moei.access.acting import Acting
from moei.casefile.actions.contact_plan import make_contact_plan, never_contact
from moei.casefile.models import Case, ContactPlan, TravelCheck
from moei.demo.play import Play
from moei.demo.sheltering import leaves_for_home
from moei.desks.embassies.actions.on_the_way import record_check as record_clearance
from moei.desks.returns.actions.board import board, confirm_arrival, confirm_departure, leave_behind
from moei.desks.returns.actions.follow_up import (
    close_case,
    open_things,
    plan_follow_up,
    reach,
    record_outcome,
)
from moei.desks.returns.actions.hold_seat import confirm_seat, hold_seat
from moei.desks.returns.actions.plan_journey import Plan, change_journey, plan_journey, start_boarding
from moei.desks.returns.actions.record_check import record_check
from moei.desks.returns.models import FollowUp, Journey, Seat
from moei.desks.returns.readiness import readiness, readiness_of
from moei.desks.screening.models import Determination
from moei.engines.protocol.model import BeforeReturn

Code, Answer = TravelCheck.Code, TravelCheck.Answer
Outcome, Risk = FollowUp.Outcome, FollowUp.Risk
FLIGHT, BUS = Journey.Mode.FLIGHT, Journey.Mode.BUS
CHECKED_FROM = 14  # the day on which the conversations about the way home begin
A_DAY = 50
CHANGED = "PHL"  # the journey that a storm puts off
MANY = 5  # where more travel, now and then one of them falls ill at the gate


@dataclass(frozen=True)
class Going:
    """A journey of the play: its day, where to, and for which share of those who are ready there are seats."""

    day: int
    state: str
    to: str
    number: str
    share: float = 1.0
    mode: Journey.Mode = FLIGHT


JOURNEYS = (
    Going(22, "PHL", "Manila", "IA 201"),
    Going(23, "CHN", "Kunming", "IA 305"),
    Going(23, "IDN", "Jakarta", "IA 417"),
    Going(24, "MYS", "Padang Besar", "Bus 4", mode=BUS),
    Going(24, "TWN", "Taipei", "IA 309"),
    Going(25, "LAO", "Vientiane", "Bus 6", mode=BUS),
    Going(26, "ETH", "Addis Ababa", "IA 619", share=0.6),
    Going(27, "KEN", "Nairobi", "IA 627", share=0.6),
    Going(28, "UGA", "Entebbe", "IA 633"),
    Going(29, "IND", "Kolkata", "IA 511"),
    Going(29, "BRA", "Sao Paulo", "IA 702"),
    Going(30, "KHM", "Phnom Penh", "Bus 8", mode=BUS),
    Going(31, "LKA", "Colombo", "IA 515"),
    Going(31, "GHA", "Accra", "IA 671"),
    Going(32, "NPL", "Kathmandu", "IA 521"),
    Going(33, "BGD", "Dhaka", "IA 525"),
    Going(34, "KEN", "Nairobi", "IA 627"),
    Going(35, "BDI", "Bujumbura", "IA 641"),
    Going(36, "TZA", "Dar es Salaam", "IA 643"),
    Going(36, "NGA", "Lagos", "IA 675"),
    Going(37, "PHL", "Manila", "IA 201"),
    Going(38, "MYS", "Padang Besar", "Bus 4", mode=BUS),
    Going(38, "IDN", "Jakarta", "IA 417"),
    Going(39, "PAK", "Islamabad", "IA 533"),
    Going(40, "CHN", "Kunming", "IA 305"),
    Going(41, "UGA", "Entebbe", "IA 633"),
    Going(42, "ETH", "Addis Ababa", "IA 619", share=0.7),
    Going(48, "ETH", "Addis Ababa", "IA 619"),
)
RECEIVED_BY = (
    "Her sister at the airport (invented)",
    "The national reintegration office (invented)",
    "His brother at the airport (invented)",
    "A partner of Safe Return (invented)",
)


def play_returns(play: Play) -> None:
    """Checks from the fourteenth day, contact plans, journeys, contacts afterwards; one journey is still to come."""
    ways = _Ways(play)
    ways.settle()
    for place, going in enumerate(JOURNEYS):
        play.tick("Journeys", place, len(JOURNEYS))
        with transaction.atomic():
            ways.go(going)
    play.tick("Journeys", len(JOURNEYS), len(JOURNEYS))
    ways.afterwards()


class _Ways:
    """The ways home of one release. `since` says from when on somebody has all that they need, as far as it is known."""

    def __init__(self, play: Play) -> None:
        self.play = play
        mine = {case.id for case in play.assigned_to_kanya()}
        made = dict(
            Determination.objects.filter(case__release=play.release)
            .order_by("made_at")
            .values_list("case_id", "made_at")
        )
        # Who is under temporary protection stays until more is known.
        self.cases = [
            case for case in play.arrived() if case.outcome and not case.outcome.startswith("unclear")
        ]
        self.made = {case.id: made[case.id] for case in self.cases}
        self.asks = {case.id: play.team.cast["kanya" if case.id in mine else "ploy"] for case in self.cases}
        self.since: dict[UUID, datetime] = {}
        self.gone: set[UUID] = set()
        self.home: list[tuple[Case, datetime]] = []

    def ploy(self, at: datetime) -> Acting:
        return self.play.acting(self.play.team.cast["ploy"], at)

    # -- what has to be settled -----------------------------------------------------------------------

    def settle(self) -> None:
        """From the fourteenth day, or the day after the determination."""
        total = len(self.cases)
        for place, case in enumerate(self.cases):
            self.play.tick("Ready to go", place, total)
            day = self.play.calendar.at(CHECKED_FROM + place // A_DAY, 8)
            at = max(day + timedelta(minutes=9) * (place % A_DAY), self.made[case.id] + timedelta(days=1))
            with transaction.atomic():
                self.since[case.id] = self._checks(case, at)
                self._contact_plan(case, at + timedelta(minutes=5))
        self.play.tick("Ready to go", total, total)

    def _checks(self, case: Case, at: datetime) -> datetime:
        """Ploy settles fines and clearance and writes down what the health service says; the caseworker who knows the
        person asks about danger on return, and whether they wish to go. Returns when the last was answered: half of
        those whom Immigration does not let go yet are let go a fortnight later, and who was ill is well again."""
        draw, ploy = self.play.dice.of("way home", self.play.keys[case.id]), self.ploy(at)
        fines = Answer.NOT_NEEDED if draw.random() < 0.7 else Answer.YES
        record_clearance(ploy, case, Code.FINES, fines)
        cleared = Answer.YES if draw.random() < 0.95 else Answer.NO
        record_clearance(ploy, case, Code.EXIT_CLEARANCE, cleared)
        fit = Answer.YES if draw.random() < 0.96 else Answer.NO
        record_check(ploy, case, Code.FIT_TO_TRAVEL, fit, note="The nurse of the centre. (invented)")
        if case.person.is_child(self._day(at)):
            record_check(ploy, case, Code.ESCORT, Answer.YES, note="A social worker goes along. (invented)")
        asks = self.play.acting(self.asks[case.id], at)
        risk = "My family is told to pay a debt. (invented)" if draw.random() < 0.1 else "None. (invented)"
        record_check(asks, case, Code.RISK_ASKED, Answer.YES, note=risk)
        wishes = Answer.YES if draw.random() < 0.93 else Answer.NO
        record_check(asks, case, Code.WISHES_TO_GO, wishes)
        later = at
        if cleared == Answer.NO and draw.random() < 0.5:
            later = at + timedelta(days=14)
            record_clearance(self.ploy(later), case, Code.EXIT_CLEARANCE, Answer.YES)
        if fit == Answer.NO:
            later = at + timedelta(days=14, hours=1)
            self._well_again(case, later)
        return later

    def _contact_plan(self, case: Case, at: datetime) -> None:
        """Seven of ten wish to hear from somebody afterwards, in their way; nobody is asked who said never."""
        wishes = self.play.dice.of("contact", self.play.keys[case.id]).random() < 0.7
        if wishes and not never_contact(case):
            make_contact_plan(
                self.play.acting(self.asks[case.id], at),
                case,
                channel=ContactPlan.Channel.MESSAGE,
                address="invented, no number",
                code_word="invented word",
                safe_hours="After six in the evening (invented)",
                expires_on=self.play.calendar.date(180),
            )

    # -- journeys -------------------------------------------------------------------------------------

    def go(self, going: Going) -> None:
        """Planned five days before, seats given three days before. Where seats are too few, the others wait on."""
        calendar = self.play.calendar
        departs = calendar.at(going.day, 13)
        ready, hopeful = self._ready(going.state, departs, held=departs - timedelta(days=3))
        if not ready:
            return
        seats = ceil(len(ready) * going.share)
        plan = Plan(
            mode=going.mode,
            from_place="Mae Sot" if going.mode == BUS else "Bangkok",
            to_place=f"{going.to} (invented)",
            state=going.state,
            departs_at=departs,
            carrier="Invented Coaches" if going.mode == BUS else "Invented Air",
            seats=seats + 1 if going.share == 1 and hopeful else seats,
            number=going.number,
        )
        journey = plan_journey(self.ploy(departs - timedelta(days=5)), plan)
        held = self.ploy(departs - timedelta(days=3))
        places = [hold_seat(held, journey, case) for case in ready[:seats]]
        if plan.seats > seats:
            # Something is missing that may still be settled until boarding.
            places.append(hold_seat(held, journey, hopeful[0]))
        if going.state == CHANGED:
            places = self._changed(journey, replace(plan, departs_at=departs + timedelta(hours=5)), places)
            journey.refresh_from_db()
            departs = journey.departs_at
        if departs < calendar.ends:
            self._leaves(journey, places, departs)

    def _ready(self, state: str, departs: datetime, *, held: datetime) -> tuple[list[Case], list[Case]]:
        """Who has all by the day on which seats are given, longest waiting first; and who misses one thing only."""
        here = [case for case in self.cases if case.person.nationality == state and case.id not in self.gone]
        found = readiness_of(here, state=state, on=self._day(departs))
        since = {}
        for case in here:
            paper = found[case.id].document
            if paper is not None and paper.issued_at is not None:
                since[case.id] = max(self.since[case.id], paper.issued_at)
        on_time = [case for case in here if since.get(case.id, departs) < held]
        ready = [case for case in on_time if found[case.id].ready]
        almost = [
            case
            for case in on_time
            if not found[case.id].stopped
            and [line.code for line in found[case.id].missing] == [BeforeReturn.EXIT_CLEARANCE]
        ]
        return sorted(ready, key=lambda case: (since[case.id], self.play.place(case.id))), almost

    def _changed(self, journey: Journey, plan: Plan, places: list[Seat]) -> list[Seat]:
        """A storm: everybody is told anew, and asked whether they still wish to go."""
        at = plan.departs_at - timedelta(hours=20)
        change_journey(self.ploy(at), journey, plan, reason="Storm over the sea (invented)")
        for place, seat in enumerate(places):
            confirm_seat(self.ploy(at + timedelta(minutes=10 + place)), seat)
        return places

    def _leaves(self, journey: Journey, places: list[Seat], departs: datetime) -> None:
        boarding = departs - timedelta(hours=2)
        start_boarding(self.ploy(boarding), journey)
        travelling = []
        fever_at = (
            MANY if self.play.dice.of("fever", f"{journey.number} {len(places)}").random() < 0.5 else -1
        )
        for place, seat in enumerate(places):
            acting = self.ploy(boarding + timedelta(minutes=5, seconds=20 * place))
            if place == fever_at:
                # Fever at the gate: the nurse says no, and the seat stays empty.
                fever = record_check(
                    acting, seat.case, Code.FIT_TO_TRAVEL, Answer.NO, note="Fever. (invented)"
                )
                leave_behind(acting, seat, why=Seat.Ended.ILL)
                self._well_again(seat.case, fever.answered_at + timedelta(days=3))
            elif readiness(seat.case, state=journey.state, on=self._day(departs)).ready:
                board(acting, seat)
                travelling.append(seat)
            else:
                leave_behind(acting, seat, why=Seat.Ended.NOT_READY)
        left = self.ploy(departs + timedelta(minutes=20))
        for seat in travelling:
            leaves_for_home(self.play, seat.case, departs)
        confirm_departure(left, journey, at=departs + timedelta(minutes=15))
        there = departs + timedelta(hours=9)
        for place, seat in enumerate(travelling):
            at = there + timedelta(minutes=place)
            by = self.play.dice.of("received", self.play.keys[seat.case_id]).choice(RECEIVED_BY)
            confirm_arrival(self.ploy(at), seat, at=at, received_by=by)
            self.gone.add(seat.case_id)
            self.home.append((seat.case, at))

    def _well_again(self, case: Case, at: datetime) -> None:
        record_check(self.ploy(at), case, Code.FIT_TO_TRAVEL, Answer.YES, note="The nurse again. (invented)")
        self.since[case.id] = at

    # -- afterwards -----------------------------------------------------------------------------------

    def afterwards(self) -> None:
        """Who wished it is contacted a week after they came home; who is well, or wished nothing more, is closed."""
        for place, (case, arrived) in enumerate(self.home):
            self.play.tick("Contacts afterwards", place, len(self.home))
            with transaction.atomic():
                self._follow(case, arrived + timedelta(days=1))
        self.play.tick("Contacts afterwards", len(self.home), len(self.home))

    def _follow(self, case: Case, at: datetime) -> None:
        if not ContactPlan.objects.filter(case=case, ended_at__isnull=True).exists():
            self._close(case, at + timedelta(days=6), "no_more_contact")
            return
        contact = plan_follow_up(self.ploy(at), case, due_on=self._day(at + timedelta(days=6)))
        called = at + timedelta(days=6, hours=1)
        if called > self.play.calendar.ends:
            return
        draw = self.play.dice.of("afterwards", self.play.keys[case.id])
        reach(self.ploy(called), contact)
        came_of = draw.random()
        later = self._day(called + timedelta(days=30))
        if came_of < 0.12:
            record_outcome(self.ploy(called), contact, Outcome.NOT_REACHED, next_on=later)
        elif came_of < 0.15:
            record_outcome(self.ploy(called), contact, Outcome.CODE_WORD_WRONG, next_on=later)
        elif came_of < 0.2:
            record_outcome(self.ploy(called), contact, Outcome.NO_MORE, risk=Risk.NOT_ASKED)
            self._close(case, called + timedelta(hours=1), "no_more_contact")
        elif came_of < 0.24:
            record_outcome(
                self.ploy(called),
                contact,
                Outcome.REACHED,
                risk=Risk.HIGH,
                note="Recruiters called. A partner visits tomorrow. (invented)",
                next_on=self._day(called + timedelta(days=7)),
            )
        elif came_of < 0.6:
            record_outcome(self.ploy(called), contact, Outcome.REACHED, risk=Risk.SOME, next_on=later)
        else:
            record_outcome(self.ploy(called), contact, Outcome.REACHED, risk=Risk.NONE)
            self._close(case, called + timedelta(hours=1), "home_and_well")

    def _close(self, case: Case, at: datetime, reason: str) -> None:
        """Unless something is open still, as a passport that an office keeps."""
        if at < self.play.calendar.ends and not open_things([case.person_id]):
            close_case(self.ploy(at), case, reason=reason)

    def _day(self, at: datetime) -> date:
        return at.astimezone(self.play.calendar.zone).date()
