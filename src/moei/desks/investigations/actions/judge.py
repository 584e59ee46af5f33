"""Whether two names are of one: somebody judges, says why, and can take it back. Only "the same" joins."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from moei.access.acting import Acting, Invalid
from moei.access.journalled import changed
from moei.desks.investigations.models import Fact, Judgement
from moei.desks.investigations.regrouping import regroup
from moei.desks.investigations.words import Verdict
from moei.desks.investigations.working import begin, facts, lock_desk
from moei.engines.networks import NAMED

MOST = 200


@transaction.atomic
def judge(
    acting: Acting, fact: Fact, others: Sequence[UUID], verdict: Verdict | str, *, reason: str
) -> list[Judgement]:
    """Of the entity of `fact`, and of those of the facts `others`, one judgement each. Returns those that are new.

    Raises `Invalid` for what is not two names of one kind, for identifiers, without a reason, and when "the same"
    would join what was judged not to be the same: that one is undone first.
    """
    begin(acting, "network.work")
    wanted = list(dict.fromkeys(others))
    if not wanted:
        raise Invalid({"others": "Choose at least one name."})
    if len(wanted) > MOST:
        raise Invalid({"others": "These are too many at once."})
    if verdict not in Verdict.values:
        raise Invalid({"verdict": "Choose what you judge."})
    if not reason.strip():
        raise Invalid({"reason": "Say why: others will rest on it, or undo it."})
    # Whoever withdraws or judges at the same moment waits: groups are written by one at a time. A chain of judgements
    # reaches further than the facts that are named here.
    lock_desk(_agency(acting))
    locked = {
        one.pk: one
        for one in facts(acting)
        .filter(pk__in=[fact.pk, *wanted])
        .order_by("pk")
        .select_for_update(no_key=True)
    }
    if fact.pk not in locked or any(other not in locked for other in wanted):
        raise Invalid("One of these names is not there any more. Look again.")
    centre = locked[fact.pk]
    pairs = [locked[other] for other in wanted if locked[other].entity != centre.entity]
    if centre.kind not in NAMED or any(other.kind != centre.kind for other in pairs):
        raise Invalid("Only names of one kind are judged. Numbers join by themselves, when they are equal.")
    if verdict == Verdict.SAME and _told_apart([centre.entity, *(other.entity for other in pairs)]):
        raise Invalid("Some of these were judged not to be the same. Undo that first, if it was wrong.")
    made = Judgement.objects.bulk_create(
        Judgement(
            one=centre,
            other=other,
            verdict=verdict,
            reason=reason.strip()[:300],
            judged_at=acting.now,
            judged_by=acting.staff,
        )
        for other in pairs
    )
    if verdict == Verdict.SAME:
        regroup([centre.pk, *(other.pk for other in pairs)])
    if made:
        changed(
            acting,
            "names.judged",
            data={"verdict": str(verdict), "judgements": [str(one.pk) for one in made[:50]]},
        )
    return made


@transaction.atomic
def undo_judgement(acting: Acting, judgement: Judgement, *, why: str) -> None:
    """It stands no more; what was joined by it alone falls apart again."""
    begin(acting, "network.work")
    if not why.strip():
        raise Invalid({"why": "Say why it is undone."})
    lock_desk(_agency(acting))
    locked = Judgement.objects.select_for_update(no_key=True).filter(pk=judgement.pk, undone_at__isnull=True)
    found = locked.filter(one__in=facts(acting), other__in=facts(acting)).first()
    if found is None:
        raise Invalid("This was undone already.")
    found.undone_at, found.undone_by, found.undone_why = acting.now, acting.staff, why.strip()[:300]
    found.save(update_fields=["undone_at", "undone_by", "undone_why"])
    if found.verdict == Verdict.SAME:
        regroup([found.one_id, found.other_id])
    changed(acting, "names.judgement_undone", data={"judgement": str(found.pk)})


def _agency(acting: Acting) -> list[UUID]:
    return [acting.staff.agency_id] if acting.staff.agency_id else []


def _told_apart(entities: Sequence[str]) -> bool:
    """Whether two of these were judged not to be the same."""
    rows = Judgement.objects.filter(
        Q(one__entity__in=entities) & Q(other__entity__in=entities),
        verdict=Verdict.DIFFERENT,
        undone_at__isnull=True,
    )
    return rows.exists()
