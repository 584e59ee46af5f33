"""Decide whether two records are about one person. The decision is remembered and stands above the program."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet
from django.db.models.functions import Coalesce
from django.utils.formats import date_format
from django.utils.timezone import localtime

from moei.access.acting import Acting, Invalid
from moei.access.decide import require
from moei.access.journalled import changed
from moei.access.models import Release
from moei.casefile.acted_on import people_acted_on
from moei.casefile.actions.merge_people import merge_people, unmerge_people
from moei.casefile.actions.record_event import lock_cases_of
from moei.casefile.folding import standing_for
from moei.casefile.models import Case, Judgement, Person, PersonMerge, RecordLink, SourceRecord
from moei.desks.arrivals.actions.match_people import match_people
from moei.desks.arrivals.actions.move_records import join_people, split_person
from moei.desks.arrivals.models import ReviewPair

Verdict = Judgement.Verdict


@dataclass(frozen=True)
class Judged:
    """What came of it: `merged` when two case files that people had worked on were joined; `moved` records
    changed their person."""

    judgement: Judgement
    moved: int = 0
    merged: bool = False


@transaction.atomic
def judge_pair(
    acting: Acting,
    left: SourceRecord,
    right: SourceRecord,
    verdict: Judgement.Verdict | str,
    reason: str = "",
) -> Judged:
    """`same` joins the two persons, `different` takes one person apart, `later` puts the question off.

    It takes effect at once for these two persons; what follows for others comes with the next matching. Joining
    two case files that people have worked on is a merge, which can be undone from the case file.
    Raises `Invalid` when an earlier decision says the opposite.
    """
    require(acting, "review.judge")
    chosen = _verdict(verdict)
    _check(acting, left, right)
    # One at a time, as in matching: two officers deciding at once must not undo each other.
    Release.objects.select_for_update(no_key=True).get(pk=acting.release.pk)
    links = {
        link.record_id: link
        for link in RecordLink.objects.filter(record__in=[left, right], ended_at__isnull=True)
    }
    people = [links[record.id].person_id for record in (left, right) if record.id in links]
    lock_cases_of({*people, *standing_for(people)})
    cases = list(Case.objects_unchecked.filter(person_id__in=people))
    for case in cases:
        require(acting, "person.merge", case)
    # Before the judgement is written: it would count as acting on both.
    acted = people_acted_on(set(people))
    judgement, before = _remember(acting, left, right, chosen, reason.strip())
    changed(
        acting,
        "pair.judged",
        case=cases[0].id if cases else None,
        subject=people[0] if people else None,
        changes={"verdict": (before, chosen.value), "reason": (None, judgement.reason)},
        data={"left": str(left.id), "right": str(right.id)},
    )
    moved, merged = 0, False
    if len(people) == 2:
        if chosen == Verdict.SAME:
            moved, merged = _join(acting, cases, people, acted, judgement.reason)
        elif chosen == Verdict.DIFFERENT:
            moved = split_person(acting, links[left.id], links[right.id])
    _settle(acting, left, right, chosen)
    return Judged(judgement, moved, merged)


def unjudge_pair(acting: Acting, judgement: Judgement, *, resolve: bool = True) -> bool:
    """Take a decision back; the program asks again. Two case files that it joined come apart, each with what is its own.

    Returns whether files came apart.
    """
    apart = _take_back(acting, judgement)
    if resolve:
        match_people(acting)
    return apart


@transaction.atomic
def _take_back(acting: Acting, judgement: Judgement) -> bool:
    require(acting, "review.judge")
    Release.objects.select_for_update(no_key=True).get(pk=acting.release.pk)
    links = RecordLink.objects.filter(
        record__in=[judgement.left_id, judgement.right_id], ended_at__isnull=True
    )
    for case in Case.objects_unchecked.filter(person_id__in=links.values("person_id")):
        require(acting, "person.merge", case)
    judgement.refresh_from_db()
    if judgement.ended_at is not None:
        raise Invalid("This decision has been taken back already.")
    judgement.ended_at = acting.now
    judgement.save(update_fields=["ended_at"])
    _pairs(judgement.left_id, judgement.right_id).delete()
    changed(
        acting,
        "pair.unjudged",
        changes={"verdict": (judgement.verdict, None)},
        data={"left": str(judgement.left_id), "right": str(judgement.right_id)},
    )
    merge = merge_of(judgement)
    if merge is None or _still_said_to_be_same(merge):
        return False
    unmerge_people(acting, merge, reason="The decision that joined them was taken back.")
    return True


def merge_of(judgement: Judgement) -> PersonMerge | None:
    """The merge that this decision made and that still stands; both were written at one moment by one person."""
    links = RecordLink.objects.filter(
        record__in=[judgement.left_id, judgement.right_id], ended_at__isnull=True
    )
    people = Coalesce("person__merged_into_id", "person_id")
    return (
        PersonMerge.objects.filter(
            Q(kept__in=links.values(who=people)) | Q(merged__in=links.values("person_id")),
            merged_by=judgement.judged_by,
            merged_at=judgement.judged_at,
            undone_at__isnull=True,
        )
        .select_related("kept__case")
        .first()
    )


def _still_said_to_be_same(merge: PersonMerge) -> bool:
    """Whether another decision says the same of the same two files."""
    return _between(merge.kept_id, merge.merged_id, Verdict.SAME).exists()


def _verdict(text: Judgement.Verdict | str) -> Judgement.Verdict:
    try:
        return Verdict(text)
    except ValueError:
        raise Invalid({"verdict": "Choose: the same person, different people, or later."}) from None


def _check(acting: Acting, left: SourceRecord, right: SourceRecord) -> None:
    if left.pk == right.pk:
        raise Invalid("A record cannot be compared with itself.")
    for record in (left, right):
        if record.release_id != acting.release.id:
            raise Invalid("These records belong to another release.")
        if record.voided_at is not None:
            raise Invalid("The list of one of these records was undone. Go on with the next pair.")


def _remember(
    acting: Acting, left: SourceRecord, right: SourceRecord, verdict: Judgement.Verdict, reason: str
) -> tuple[Judgement, str | None]:
    standing = Judgement.objects.filter(
        Q(left=left, right=right) | Q(left=right, right=left), ended_at__isnull=True
    )
    before = standing.values_list("verdict", flat=True).first()
    standing.update(ended_at=acting.now)
    judgement = Judgement.objects.create(
        left=left,
        right=right,
        verdict=verdict,
        reason=reason[:300],
        judged_at=acting.now,
        judged_by=acting.staff,
    )
    return judgement, before


def _join(
    acting: Acting, cases: list[Case], people: list[UUID], acted: set[UUID], reason: str
) -> tuple[int, bool]:
    """Returns how many records moved, and whether two case files were merged."""
    whole = dict(Person.objects.filter(id__in=people).values_list("id", "merged_into_id"))
    first, second = (whole[person] or person for person in people)
    if first == second:
        return 0, False
    _refuse_if_kept_apart(first, second)
    if acted == {first, second} or any(whole.values()):
        by_person = {
            case.person_id: case for case in Case.objects_unchecked.filter(person_id__in=[first, second])
        }
        kept, merged = sorted(by_person.values(), key=lambda case: (case.opened_at, case.number))
        merge_people(acting, kept, merged, reason=reason or "Decided in the review of pairs.")
        return 0, True
    # The one somebody worked on keeps its case file; else the older one.
    numbers = {case.person_id: (case.person_id not in acted, case.opened_at, case.number) for case in cases}
    kept_id, gone_id = sorted((first, second), key=lambda person: numbers[person])
    return join_people(acting, kept_id, gone_id), False


def _refuse_if_kept_apart(first: UUID, second: UUID) -> None:
    """A decision "different" between any records of the two stands until somebody takes it back."""
    apart = _between(first, second, Verdict.DIFFERENT).first()
    if apart is not None:
        raise Invalid(
            "%(who)s decided on %(when)s that other records of these two are of different people. "
            "Take that decision back first, or decide “different”.",
            who=apart.judged_by,
            when=date_format(localtime(apart.judged_at), "j M Y"),
        )


def _between(first: UUID, second: UUID, verdict: Judgement.Verdict) -> QuerySet[Judgement]:
    """Decisions that stand about a record of the one and a record of the other."""
    linked = RecordLink.objects.filter(ended_at__isnull=True)
    ours, theirs = (
        linked.filter(person_id=first).values("record_id"),
        linked.filter(person_id=second).values("record_id"),
    )
    return Judgement.objects.filter(
        Q(left__in=ours, right__in=theirs) | Q(left__in=theirs, right__in=ours),
        verdict=verdict,
        ended_at__isnull=True,
    )


def _settle(acting: Acting, left: SourceRecord, right: SourceRecord, verdict: Judgement.Verdict) -> None:
    """The question is answered, and so are others whose two records now belong to one person."""
    later = verdict == Verdict.LATER
    _pairs(left.id, right.id).update(state=ReviewPair.State.LATER if later else ReviewPair.State.DONE)
    if verdict != Verdict.SAME:
        return
    link = RecordLink.objects.filter(record=left, ended_at__isnull=True).first()
    if link is None:
        return
    records = RecordLink.objects.filter(person_id=link.person_id, ended_at__isnull=True).values("record_id")
    ReviewPair.objects.filter(release=acting.release, left__in=records, right__in=records).update(
        state=ReviewPair.State.DONE
    )


def _pairs(left: UUID, right: UUID) -> QuerySet[ReviewPair]:
    return ReviewPair.objects.filter(Q(left_id=left, right_id=right) | Q(left_id=right, right_id=left))
