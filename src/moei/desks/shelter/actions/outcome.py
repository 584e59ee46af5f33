"""Somebody is in hospital, gone or died: each has its own next steps; a missing child alarms whoever watches."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from moei.access.acting import Acting, Invalid
from moei.access.decide import require
from moei.access.journalled import changed
from moei.access.models import Notice
from moei.access.policy import Duty
from moei.access.watching import agencies_with, tell
from moei.casefile.actions.record_event import TOLERANCE, lock_together
from moei.casefile.folding import joined_into, standing_case
from moei.casefile.holds import somebody_died
from moei.casefile.models import Case
from moei.desks.shelter.actions.ending import stand_no_more
from moei.desks.shelter.actions.stay import end_stays
from moei.desks.shelter.locking import lock_places
from moei.desks.shelter.models import Outcome, Stay

Kind = Outcome.Kind
CONSULAR = "consular"
# What is done next, in this order; each is written down when it is done.
STEPS: Mapping[str, Mapping[str, str | Promise]] = {
    Kind.HOSPITAL: {
        "companion": _("Somebody goes along, with an interpreter by telephone"),
        "papers": _("The hospital gets no more than it needs to treat; no word of the case"),
        "family": _("Family in the shelter is told, and may visit"),
        "back": _("A bed is found before the person comes back"),
    },
    Kind.MISSING: {
        "search": _("Look through the place, and ask the others once and calmly"),
        "lead": _("The one who leads the shift is told"),
        "safety": _("Ask whether somebody threatened or fetched the person"),
        "no_blame": _("Everybody is told: whoever comes back is not punished"),
        "contact": _("Try the channel that the person chose, with the code word"),
    },
    Kind.DIED: {
        "doctor": _("A doctor confirms it; nobody says why before"),
        "family": _("Family is told in person, by somebody they know, in their language"),
        "others": _("Those who lived with the person are told and looked after"),
        "belongings": _("Belongings are listed with two witnesses, and kept for the family"),
        CONSULAR: _("The consulate is told, only on a basis that is written down"),
        "no_journey": _("Seats, interviews and contacts are called off"),
    },
}
CHILD_STEP = {"guardian": _("The guardian and the child protection service are told at once")}
_LEFT_AS = {
    Kind.HOSPITAL: Stay.Ended.HOSPITAL,
    Kind.MISSING: Stay.Ended.ABSCONDED,
    Kind.DIED: Stay.Ended.DIED,
}


def steps_of(outcome: Outcome) -> Mapping[str, str | Promise]:
    """The next steps of this outcome by code; for a child, the guardian comes first."""
    steps = STEPS[outcome.kind]
    return {**CHILD_STEP, **steps} if outcome.child and outcome.kind != Kind.DIED else steps


@transaction.atomic
def record_outcome(acting: Acting, case: Case, kind: Outcome.Kind, *, at: datetime | None = None) -> Outcome:
    """The bed is given up as what happened says. Raises `Invalid` for a time to come, and while another one stands."""
    require(acting, "stay.record", case)
    at = at or acting.now
    if at > acting.now + TOLERANCE:
        raise Invalid({"at": "This time is in the future. Check the date and the clock of this device."})
    people = lock_together([case.person_id])
    if standing_case(case).pk != case.pk:
        raise Invalid("This case file was joined into another one. Open that one.")
    standing = Outcome.objects.filter(case__person__in=people, ended_at__isnull=True).first()
    if standing is not None and standing.kind in (kind, Kind.DIED):
        raise Invalid("This is written down already.")
    if standing is not None:
        stand_no_more(acting, standing)
    own = Stay.objects.filter(case__person__in=people, ended_at__isnull=True)
    lock_places(own.values_list("place_id", flat=True))
    stays = list(own.select_related("case"))
    if any(stay.checked_in_at and at < stay.checked_in_at for stay in stays):
        raise Invalid({"at": "This is before they came. Check the day and the hour."})
    child = case.person.is_child(case.site.day_of(at))
    outcome = Outcome.objects.create(
        case=case, kind=kind, happened_at=at, recorded_at=acting.now, recorded_by=acting.staff, child=child
    )
    changed(
        acting,
        "outcome.recorded",
        case=case.id,
        subject=case.person_id,
        changes={"kind": (None, str(kind))},
        data={"outcome": str(outcome.id)},
        happened_at=at,
    )
    end_stays(acting, case, stays, _LEFT_AS[kind], at=at)
    if kind == Kind.DIED:
        somebody_died(acting, people)
    if kind == Kind.MISSING and child:
        tell(
            acting,
            Notice.Kind.MISSING_CHILD,
            agencies_with(Duty.WATCH, {acting.release.pk}),
            release=acting.release.pk,
            case_id=case.id,
        )
    return outcome


@transaction.atomic
def do_step(acting: Acting, outcome: Outcome, code: str, *, basis: Outcome.Basis | None = None) -> Outcome:
    """A next step was done. A consulate is told of a death only with a basis."""
    case = standing_case(outcome.case)
    require(acting, "stay.record", case)
    lock_together([outcome.case.person_id])
    rows: QuerySet[Outcome] = Outcome.objects.select_for_update(no_key=True)
    row = rows.get(pk=outcome.pk)
    if code not in steps_of(row):
        raise Invalid("This step does not belong to what happened.")
    if code in row.steps:
        raise Invalid("This step is written down already.")
    if code == CONSULAR:
        if basis is None:
            raise Invalid({"basis": "Say on which basis the consulate is told. Without one it is not told."})
        row.basis = basis
    row.steps = {**row.steps, code: [acting.now.isoformat(timespec="minutes"), str(acting.staff.pk)]}
    row.save(update_fields=["steps", "basis"])
    changed(
        acting,
        "outcome.step_done",
        case=row.case_id,
        subject=outcome.case.person_id,
        data={"outcome": str(row.id), "step": code, "basis": row.basis},
    )
    return row


@transaction.atomic
def end_outcome(acting: Acting, outcome: Outcome) -> None:
    """The person came back or was found: a bed is given as to anybody. Nobody comes back from a death."""
    case = standing_case(outcome.case)
    require(acting, "stay.record", case)
    lock_together([outcome.case.person_id])
    outcome.refresh_from_db()
    if outcome.ended_at is not None:
        raise Invalid("This was ended already.")
    if outcome.kind == Kind.DIED:
        raise Invalid("A death is not ended. If it was recorded by mistake, ask whoever reviews the journal.")
    stand_no_more(acting, outcome)


def no_journey(case: Case, now: datetime) -> list[str]:
    """For the desk that holds seats: nobody travels who died, is in hospital or is missing."""
    people = joined_into([case.person_id])[case.person_id]
    kinds = Outcome.objects.filter(case__person__in=people, ended_at__isnull=True)
    return [gettext("No journey now: ask the shelter desk first.")] if kinds.exists() else []
