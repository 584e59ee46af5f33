"""A support plan is made with the person, reviewed by a day, and ends; its goals are reached or dropped."""

from __future__ import annotations

from datetime import date, timedelta

from django.db import transaction

from moei.access.acting import Acting, Invalid
from moei.access.journalled import changed
from moei.casefile.folding import standing_case
from moei.casefile.models import Case
from moei.desks.care.actions.write_note import write_note
from moei.desks.care.models import CareNote, Goal, SupportPlan
from moei.desks.care.working import begin

# Nobody waits longer for a look at their plan.
LONGEST = timedelta(days=366)


@transaction.atomic
def make_plan(
    acting: Acting,
    case: Case,
    type: str,
    *,
    objectives: str,
    review_on: date,
    planned_end: date | None = None,
) -> SupportPlan:
    """`type` is one of HTCDS; `objectives` what the person wants to reach. One plan of a type is open at a time.

    Raises `Invalid` without objectives, and for a review that is over, or more than a year away.
    """
    together = begin(acting, case)
    if type not in SupportPlan.Type.values:
        raise Invalid({"type": "Choose the kind of plan."})
    if not objectives.strip():
        raise Invalid({"objectives": "Say what the person wants to reach."})
    _refuse_day(acting, case, review_on)
    if planned_end is not None and planned_end < _today(acting, case):
        raise Invalid({"planned_end": "This day is over."})
    if SupportPlan.objects.filter(case__person__in=together, type=type, ended_at__isnull=True).exists():
        raise Invalid({"type": "A plan of this kind stands already. Review it, or end it first."})
    plan = SupportPlan.objects.create(
        case=case,
        type=type,
        objectives=objectives.strip(),
        review_on=review_on,
        planned_end=planned_end,
        made_at=acting.now,
        made_by=acting.staff,
    )
    _journal(
        acting, "plan.made", plan, {"objectives": (None, plan.objectives)}, type=type, review=str(review_on)
    )
    return plan


@transaction.atomic
def review_plan(acting: Acting, plan: SupportPlan, *, words: str, next_on: date) -> SupportPlan:
    """It was looked at with the person; `words` say what they found, and `next_on` when it is looked at again."""
    case = standing_case(plan.case)
    begin(acting, case)
    plan = _still_open(plan)
    _refuse_day(acting, case, next_on, "next_on")
    write_note(acting, case, CareNote.Kind.REVIEW, words=words, at=acting.now)
    before, plan.review_on = plan.review_on, next_on
    plan.save(update_fields=["review_on"])
    _journal(acting, "plan.reviewed", plan, {}, was=str(before), review=str(next_on))
    return plan


@transaction.atomic
def end_plan(acting: Acting, plan: SupportPlan, *, ended_as: str) -> SupportPlan:
    """Its open goals are dropped with it."""
    begin(acting, standing_case(plan.case))
    plan = _still_open(plan)
    if ended_as not in SupportPlan.Ended.values:
        raise Invalid({"ended_as": "Choose how the plan ends."})
    plan.ended_at, plan.ended_as = acting.now, ended_as
    plan.save(update_fields=["ended_at", "ended_as"])
    plan.goals.filter(settled_at__isnull=True).update(settled_at=acting.now, reached=False)
    _journal(acting, "plan.ended", plan, {}, ended_as=ended_as)
    return plan


@transaction.atomic
def set_goal(acting: Acting, plan: SupportPlan, words: str, *, due_on: date | None = None) -> Goal:
    """A step of the plan: what is done, perhaps by a day."""
    begin(acting, standing_case(plan.case))
    plan = _still_open(plan)
    if not words.strip() or len(words) > 300:
        raise Invalid({"words": "Say in a line what is to be done."})
    goal = Goal.objects.create(
        plan=plan, words=words.strip(), due_on=due_on, set_at=acting.now, set_by=acting.staff
    )
    _journal(acting, "goal.set", plan, {"words": (None, goal.words)}, goal=str(goal.pk))
    return goal


@transaction.atomic
def settle_goal(acting: Acting, goal: Goal, *, reached: bool) -> Goal:
    """Reached, or not followed any more. Raises `Invalid` once it is settled."""
    begin(acting, standing_case(goal.plan.case))
    goal = (
        Goal.objects.select_for_update(no_key=True, of=("self",)).select_related("plan__case").get(pk=goal.pk)
    )
    if goal.settled_at is not None:
        raise Invalid("This goal is settled already.")
    goal.settled_at, goal.reached = acting.now, reached
    goal.save(update_fields=["settled_at", "reached"])
    _journal(acting, "goal.settled", goal.plan, {}, goal=str(goal.pk), reached=reached)
    return goal


def _still_open(plan: SupportPlan) -> SupportPlan:
    locked = SupportPlan.objects.select_for_update(no_key=True, of=("self",)).select_related("case")
    plan = locked.get(pk=plan.pk)
    if plan.ended_at is not None:
        raise Invalid("This plan has ended.")
    return plan


def _refuse_day(acting: Acting, case: Case, day: date, field: str = "review_on") -> None:
    today = _today(acting, case)
    if not today <= day <= today + LONGEST:
        raise Invalid({field: "Choose a day between today and a year from now."})


def _today(acting: Acting, case: Case) -> date:
    return case.site.day_of(acting.now)


def _journal(
    acting: Acting, action: str, plan: SupportPlan, changes: dict[str, tuple[object, object]], **data: object
) -> None:
    changed(
        acting,
        action,
        case=plan.case_id,
        subject=plan.case.person_id,
        changes=changes,
        data={"plan": str(plan.pk), **data},
    )
