"""Two case files turn out to be one person's: join them, and take them apart again with nothing lost."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from moei.access.acting import Acting, Invalid
from moei.access.decide import require
from moei.access.journalled import changed
from moei.casefile.actions.consent import let_later_refusals_win
from moei.casefile.actions.record_event import lock_together
from moei.casefile.ages import refresh_ages
from moei.casefile.feared_states import close_to_feared_states
from moei.casefile.folding import joined_into, refold
from moei.casefile.models import Case, Person, PersonMerge, RecordLink


@transaction.atomic
def merge_people(acting: Acting, kept: Case, merged: Case, *, reason: str) -> PersonMerge:
    """`merged` is shown as part of `kept` from now on. No row of either changes its owner.

    What opened `merged` to somebody opens `kept` to nobody; a yes that the other file refused or withdrew later ends,
    and a state that is feared in one file learns nothing more of the other.
    """
    require(acting, "person.merge", kept)
    require(acting, "person.merge", merged)
    if not reason.strip():
        raise Invalid({"reason": "Say what shows that the two are one person."})
    if kept.pk == merged.pk:
        raise Invalid("A case file cannot be joined with itself.")
    lock_together([kept.person_id, merged.person_id])
    people = {
        person.id: person for person in Person.objects.filter(id__in=[kept.person_id, merged.person_id])
    }
    if any(person.merged_into_id for person in people.values()):
        raise Invalid("One of the two has been joined already. Open the case file it was joined into.")
    merge = PersonMerge.objects.create(
        kept_id=kept.person_id,
        merged_id=merged.person_id,
        reason=reason.strip(),
        merged_at=acting.now,
        merged_by=acting.staff,
    )
    refresh_merged(kept.person_id, merged.person_id)
    together = joined_into([kept.person_id])[kept.person_id]
    let_later_refusals_win(acting, together)
    close_to_feared_states(acting, together)
    refresh_ages([kept.person_id])
    refold([kept.id], now=acting.now)
    for case, role in ((kept, "kept"), (merged, "merged")):
        changed(
            acting,
            "person.merged",
            case=case.id,
            subject=case.person_id,
            changes={"reason": (None, reason)},
            data={"merge": str(merge.id), "as": role},
        )
    return merge


@transaction.atomic
def unmerge_people(acting: Acting, merge: PersonMerge, *, reason: str) -> PersonMerge:
    """The two stand again as they were, each with everything that was ever its own."""
    cases = {
        case.person_id: case
        for case in Case.objects_unchecked.filter(person_id__in=[merge.kept_id, merge.merged_id])
    }
    for case in cases.values():
        require(acting, "person.unmerge", case)
    if not reason.strip():
        raise Invalid({"reason": "Say what shows that the two are different people."})
    lock_together(list(cases))
    merge.refresh_from_db()
    if merge.undone_at is not None:
        raise Invalid("These two have been taken apart already.")
    merge.undone_at, merge.undone_by, merge.undone_reason = acting.now, acting.staff, reason.strip()
    merge.save(update_fields=["undone_at", "undone_by", "undone_reason"])
    refresh_merged(merge.merged_id, merge.kept_id)
    refresh_ages([merge.merged_id, merge.kept_id])
    refold([case.id for case in cases.values()], now=acting.now)
    for case in cases.values():
        changed(
            acting,
            "person.unmerged",
            case=case.id,
            subject=case.person_id,
            changes={"reason": (None, reason)},
            data={"merge": str(merge.id)},
        )
    return merge


def refresh_merged(*people: UUID) -> None:
    """Write the caches that follow from the active merges, for these people and all who were joined into them.

    `merged_into` names the person who stands for all of them, so that nobody has to follow a chain. That person's
    file is shown while any of them has a record.
    """
    for person, group in joined_into(people).items():
        stands_for_all = person
        while merge := PersonMerge.objects.filter(merged_id=stands_for_all, undone_at__isnull=True).first():
            stands_for_all = merge.kept_id
        rest = group - {stands_for_all}
        Person.objects.filter(pk__in=rest).update(merged_into=stands_for_all)
        Case.objects_unchecked.filter(person_id__in=rest).update(hidden=True)
        if stands_for_all == person:
            holds = RecordLink.objects.filter(person__in=group, ended_at__isnull=True).exists()
            Person.objects.filter(pk=person).update(merged_into=None)
            Case.objects_unchecked.filter(person_id=person).update(hidden=not holds)
