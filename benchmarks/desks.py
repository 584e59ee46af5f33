"""The desks on the way home with the large release: an embassy asked about 500 people at once, a journey of 300 seats,
the statistics of a date, people who need something, a place where they sleep. What it leaves behind is what the pages of
these desks are clicked through with."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from moei.access.acting import Acting, Invalid
from moei.access.actions.open_case_to import open_case_to
from moei.access.cast import Member, create_agencies, create_member
from moei.access.models import Agency, CaseGrant, Release, Staff

BATCH, SEATS, SLEEPING = 500, 300, 100
Pages = Mapping[str, tuple[str, str]]


def work_at_desks(cast: dict[str, Staff], release: Release) -> tuple[dict[str, float], Pages]:
    """Figures in seconds, and the pages to click through: what -> (as whom, address)."""
    from moei.casefile.actions.consent import record_consent
    from moei.casefile.actions.load_wordings import current_wording, load_wordings
    from moei.casefile.actions.needs import assess_needs
    from moei.casefile.models import Case, Purpose
    from moei.desks.embassies.actions.send_batch import send_batch
    from moei.desks.returns.actions.hold_seat import hold_seat
    from moei.desks.returns.actions.plan_journey import Plan, plan_journey
    from moei.desks.returns.models import Journey
    from moei.desks.shelter.actions.keep_place import add_room, open_place
    from moei.desks.shelter.actions.stay import check_in
    from moei.desks.shelter.models import Room
    from moei.overview.actions.count_statistics import count_statistics

    def acting(name: str) -> Acting:
        return Acting(cast[name], release, datetime.now(UTC))

    mission = cast["tesfa"].agency
    assert mission is not None and mission.kind == Agency.Kind.EMBASSY
    load_wordings(now=datetime.now(UTC))
    wording = current_wording(Purpose.EMBASSY, "am")
    files = Case.objects.within_program("the benchmark asks people").filter(release=release, hidden=False)
    state = mission.country
    mine = list(files.filter(person__nationality=state).exclude(person__name="").order_by("number")[:BATCH])
    assert len(mine) == BATCH
    # Who signs determinations does not ask this: a caseworker does, of those who are hers.
    asks = create_member(
        Member("tida", "Tida (invented)", "Safe Return", "", ("caseworker",)),
        release,
        create_agencies(),
        now=datetime.now(UTC),
    )
    cast["dej"] = create_member(
        Member("dej", "Dej (invented)", "MSDHS Tak", "", ("director",)),
        release,
        create_agencies(),
        now=datetime.now(UTC),
    )
    for case in mine:
        open_case_to(acting("anong"), case.pk, CaseGrant.Basis.ASSIGNED, staff=asks)
    agreed = time.perf_counter()
    for case in mine:
        record_consent(
            Acting(asks, release, datetime.now(UTC)),
            case,
            Purpose.EMBASSY,
            given=True,
            wording=wording,
            recipient=mission,
            translated_by=cast["selam"],
        )
    asking = time.perf_counter()
    sent = send_batch(acting("ploy"), mission, state, [case.pk for case in mine])
    asked = time.perf_counter()
    assert sent.requests == BATCH, sent
    plan = Plan(
        mode=Journey.Mode.FLIGHT,
        from_place="Bangkok",
        to_place="Addis Ababa",
        state=state,
        departs_at=datetime.now(UTC) + timedelta(days=3),
        carrier="Invented Air",
        number="IA 619",
        seats=SEATS,
    )
    journey = plan_journey(acting("ploy"), plan)
    for case in mine[:SEATS]:
        hold_seat(acting("ploy"), journey, case)
    seated = time.perf_counter()
    count_statistics(acting("vera"))
    counted = time.perf_counter()
    # What makes the pages of care and shelter full: what people need, and where they sleep.
    for case in {*mine, *files.order_by("number")[:BATCH]}:
        assess_needs(acting("anong"), case, {"food": 2, "clothing": 3})
    place = open_place(acting("anong"), "Teak", address="1 Invented Road")
    add_room(acting("anong"), place, "1", Room.For.MEN, SLEEPING)
    sleeping, sheltering = 0, time.perf_counter()
    for case in files.filter(person__sex="M").order_by("number"):
        with contextlib.suppress(Invalid):  # a child, somebody of unsure age: not among men
            check_in(acting("anong"), case, place)
            sleeping += 1
        if sleeping == SLEEPING:
            break
    sheltered = time.perf_counter()
    assert sleeping == SLEEPING
    figures = {
        "consent_seconds": round((asking - agreed) / BATCH, 4),
        "batch_seconds": round(asked - asking, 2),
        "seat_seconds": round((seated - asked) / SEATS, 4),
        "statistics_seconds": round(counted - seated, 1),
        "bed_seconds": round((sheltered - sheltering) / SLEEPING, 4),
    }
    return figures, {
        "own nationals, embassy": ("tesfa", "/nationals/"),
        "missions, returns officer": ("ploy", "/embassies/"),
        "journey of 300 seats, returns officer": ("ploy", f"/returns/{journey.pk}/"),
        "journeys, returns officer": ("ploy", "/returns/"),
        "screening worklist, labour inspector": ("mali", "/screening/"),
        "statistics, statistician": ("vera", "/statistics/"),
        "people in care, caseworker with 200 assigned cases": ("kanya", "/care/"),
        "people in care, social worker": ("anong", "/care/"),
        "caseload, director": ("dej", "/care/caseload/"),
        "places, social worker": ("anong", "/shelter/"),
        f"a place where {SLEEPING} sleep, social worker": ("anong", f"/shelter/{place.pk}/"),
    }
