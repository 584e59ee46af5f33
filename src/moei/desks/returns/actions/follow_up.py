"""Contacts after the return: only as the person agreed to them, and never after they said no (P05)."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from uuid import UUID

from django.db import transaction

from moei.access.acting import Acting, Invalid
from moei.access.decide import require
from moei.access.journalled import changed
from moei.casefile.actions.contact_plan import Reach, end_contact_plan, never_contact, open_contact_plan
from moei.casefile.actions.record_event import Happening, lock_together, record_events
from moei.casefile.folding import joined_into, standing_case
from moei.casefile.models import Case, ContactPlan, PropertyItem, TravelDocument
from moei.desks.returns.models import FollowUp, Seat
from moei.engines.protocol import EventKind

REASONS = frozenset({"home_and_well", "no_more_contact", "plan_over", "not_reached", "stays_here"})


@transaction.atomic
def plan_follow_up(acting: Acting, case: Case, *, due_on: date) -> FollowUp:
    """Raises `Invalid` without a contact plan of the person that still holds on that day, and against their word."""
    require(acting, "return.record", case)
    people = lock_together([case.person_id])
    _still_open(case)
    if due_on < _today(acting, case):
        raise Invalid({"due_on": "This day is over."})
    plan = _plan(case)
    if not plan.holds_on(due_on):
        raise Invalid(
            {"due_on": "The person agreed to be contacted until %(day)s only."},
            day=plan.expires_on.isoformat(),
        )
    if FollowUp.objects.filter(case__person__in=people, done_at__isnull=True).exists():
        raise Invalid("A contact is planned already. Write down what came of it first.")
    planned = FollowUp.objects.create(
        case=case, due_on=due_on, planned_at=acting.now, planned_by=acting.staff
    )
    changed(
        acting,
        "follow_up.planned",
        case=case.id,
        subject=case.person_id,
        data={"due_on": due_on.isoformat()},
    )
    return planned


@transaction.atomic
def reach(acting: Acting, follow_up: FollowUp) -> Reach:
    """Address and code word, for the contact that is made now; journalled. Raises `Invalid` where nobody contacts."""
    case = standing_case(follow_up.case)
    require(acting, "return.record", case)
    if follow_up.done_at is not None:
        raise Invalid("This contact was made already.")
    if follow_up.due_on > _today(acting, case):
        raise Invalid("This contact is planned for a later day.")
    return open_contact_plan(acting, _plan(case))


@transaction.atomic
def record_outcome(
    acting: Acting,
    follow_up: FollowUp,
    outcome: FollowUp.Outcome,
    *,
    risk: FollowUp.Risk = FollowUp.Risk.NOT_ASKED,
    note: str = "",
    next_on: date | None = None,
) -> FollowUp | None:
    """What came of the contact; returns the next one, if one is planned. "No more" ends the person's contact plan."""
    case = standing_case(follow_up.case)
    require(acting, "return.record", case)
    lock_together([case.person_id])
    follow_up.refresh_from_db()
    made = outcome != FollowUp.Outcome.NOT_MADE
    spoke = outcome in (FollowUp.Outcome.REACHED, FollowUp.Outcome.NO_MORE)
    if follow_up.done_at is not None:
        raise Invalid("What came of this contact is written down already.")
    if made and not _plan(case).holds_on(_today(acting, case)):
        raise Invalid("The time for which the person agreed to be contacted is over. Nobody contacts them.")
    if not spoke and (risk != FollowUp.Risk.NOT_ASKED):
        raise Invalid({"risk": "Nobody spoke with the person: the risk was not asked."})
    if risk == FollowUp.Risk.HIGH and not note.strip():
        raise Invalid({"note": "Say what is needed now, and who helps."})
    if outcome == FollowUp.Outcome.NO_MORE and next_on is not None:
        raise Invalid({"next_on": "The person wishes no more contacts."})
    follow_up.done_at, follow_up.done_by = acting.now, acting.staff
    follow_up.outcome, follow_up.risk, follow_up.note = outcome, risk, note.strip()
    follow_up.save(update_fields=["done_at", "done_by", "outcome", "risk", "note"])
    changed(
        acting,
        "follow_up.done",
        case=case.id,
        subject=case.person_id,
        changes={"note": (None, follow_up.note)} if follow_up.note else {},
        data={"outcome": str(outcome), "risk": str(risk)},
    )
    if outcome == FollowUp.Outcome.NO_MORE:
        end_contact_plan(acting, case)
    return plan_follow_up(acting, case, due_on=next_on) if next_on else None


@transaction.atomic
def close_case(acting: Acting, case: Case, *, reason: str) -> None:
    """Nothing more is done. Raises `Invalid` with all that is open still: it is settled first."""
    require(acting, "return.record", case)
    if reason not in REASONS:
        raise Invalid({"reason": "Choose why the case is closed."})
    people = lock_together([case.person_id])
    _still_open(case)
    if still := open_things(people):
        raise Invalid("Open still: %(things)s.", things="; ".join(still))
    record_events(acting, [Happening(case, EventKind.CLOSED, acting.now, {"reason": reason})])


def open_things(people: Collection[UUID]) -> list[str]:
    """What keeps a case open, in words."""
    checks = (
        (
            FollowUp.objects.filter(case__person__in=people, done_at__isnull=True),
            "a contact is planned",
        ),
        (
            Seat.objects.filter(case__person__in=people, ended_at__isnull=True, arrived_at__isnull=True),
            "a seat is held, or the arrival is not confirmed",
        ),
        (
            TravelDocument.objects.filter(
                case__person__in=people,
                asked_at__isnull=False,
                issued_at__isnull=True,
                refused_at__isnull=True,
                voided_at__isnull=True,
            ),
            "a travel document was asked for and not answered",
        ),
        (
            PropertyItem.objects.filter(case__person__in=people, returned_at__isnull=True),
            "something that was taken from the person was not given back",
        ),
    )
    return [words for rows, words in checks if rows.exists()]


def _plan(case: Case) -> ContactPlan:
    """The plan that the person made; `Invalid` where there is none or they said never."""
    if never_contact(case):
        raise Invalid("The person said: never contact me.")
    people = joined_into([case.person_id])[case.person_id]
    plans = ContactPlan.objects.filter(case__person__in=people, ended_at__isnull=True).select_related(
        "case__person", "case__site"
    )
    plan = plans.order_by("-made_at").first()
    if plan is None:
        raise Invalid(
            "The person has no contact plan. Without a channel, safe hours and a code word nobody contacts."
        )
    return plan


def _still_open(case: Case) -> None:
    if Case.objects_unchecked.filter(pk=case.pk, stage="closed").exists():
        raise Invalid("This case is closed.")


def _today(acting: Acting, case: Case) -> date:
    return case.site.day_of(acting.now)
