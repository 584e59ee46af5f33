"""Who is placed apart, from whom, until when. A measure of safety, seen by few, and never a finding about anybody."""

from __future__ import annotations

from datetime import date, timedelta

from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from moei.access.acting import Acting, Invalid
from moei.access.decide import require
from moei.access.journalled import changed
from moei.casefile.actions.record_event import lock_together
from moei.casefile.folding import standing_case
from moei.casefile.models import Case
from moei.crypto import open_sealed, seal
from moei.desks.shelter.models import ApartGroup, GroupMember, SafetyFlag
from moei.journal.keys import existing_key_of, key_of

# Nobody stays apart because somebody forgot to look again.
REVIEW_AFTER = timedelta(days=14)
LONGEST = timedelta(days=60)
Kind, Reach = SafetyFlag.Kind, SafetyFlag.Reach


@transaction.atomic
def record_flag(
    acting: Acting,
    case: Case,
    kind: SafetyFlag.Kind,
    *,
    other: Case | None = None,
    group: ApartGroup | None = None,
    reach: SafetyFlag.Reach = SafetyFlag.Reach.PLACE,
    why: str = "",
    review_on: date | None = None,
) -> SafetyFlag:
    """`why` is sealed under the person's key. Whoever is in one place with them now is moved by a person, not by this.

    Raises `Invalid` without the one, or the group, from whom they are kept apart, and for a review that is too late.
    """
    require(acting, "safety.record", case)
    today = case.site.day_of(acting.now)
    review_on = review_on or today + REVIEW_AFTER
    if not today < review_on <= today + LONGEST:
        raise Invalid({"review_on": "Within 60 days somebody looks whether it is still needed."})
    if kind == Kind.PERSON:
        if other is None:
            raise Invalid({"number": "Give the case number of the other person."})
        require(acting, "safety.record", other)
        if standing_case(other).pk == case.pk:
            raise Invalid({"number": "This is the same person."})
    if kind == Kind.GROUP and group is None:
        raise Invalid({"group": "Choose the group."})
    people = lock_together([case.person_id])
    if standing_case(case).pk != case.pk:
        raise Invalid("This case file was joined into another one. Open that one.")
    flag = SafetyFlag(
        case=case,
        kind=kind,
        other=other if kind == Kind.PERSON else None,
        group=group if kind == Kind.GROUP else None,
        reach=reach if kind in (Kind.PERSON, Kind.GROUP) else "",
        recorded_at=acting.now,
        recorded_by=acting.staff,
        review_on=review_on,
    )
    same = SafetyFlag.objects.filter(
        case__person__in=people, kind=kind, other=flag.other, group=flag.group, ended_at__isnull=True
    )
    if same.exists():
        raise Invalid("This is written down already and still holds.")
    if why.strip():
        flag.sealed_why = seal(key_of(case.person_id), why.strip().encode(), _context(flag))
    flag.save(force_insert=True)
    changed(
        acting,
        "safety.recorded",
        case=case.id,
        subject=case.person_id,
        data={"flag": str(flag.id), "review_on": review_on.isoformat()},
    )
    return flag


@transaction.atomic
def end_flag(acting: Acting, flag: SafetyFlag, why: SafetyFlag.Ended) -> None:
    """It is no longer needed; it stays in the history for those who may read it."""
    case = standing_case(flag.case)
    require(acting, "safety.record", case)
    lock_together([flag.case.person_id])
    flag.refresh_from_db()
    if flag.ended_at is not None:
        raise Invalid("This was ended already.")
    flag.ended_at, flag.ended_as, flag.ended_by = acting.now, why, acting.staff
    flag.save(update_fields=["ended_at", "ended_as", "ended_by"])
    changed(
        acting, "safety.ended", case=flag.case_id, subject=flag.case.person_id, data={"flag": str(flag.id)}
    )


@transaction.atomic
def extend_flag(acting: Acting, flag: SafetyFlag, review_on: date) -> None:
    """Somebody looked, and it is still needed."""
    case = standing_case(flag.case)
    require(acting, "safety.record", case)
    today = case.site.day_of(acting.now)
    if not today < review_on <= today + LONGEST:
        raise Invalid({"review_on": "Within 60 days somebody looks whether it is still needed."})
    lock_together([flag.case.person_id])
    rows: QuerySet[SafetyFlag] = SafetyFlag.objects.filter(pk=flag.pk, ended_at__isnull=True)
    if not rows.update(review_on=review_on):
        raise Invalid("This was ended already.")
    changed(
        acting,
        "safety.reviewed",
        case=flag.case_id,
        subject=flag.case.person_id,
        data={"flag": str(flag.id), "review_on": review_on.isoformat()},
    )


@transaction.atomic
def add_to_group(acting: Acting, case: Case, name: str) -> GroupMember:
    """The group is made when the first one comes into it. Its name is neutral; letters and a number do."""
    require(acting, "safety.record", case)
    text = " ".join(name.split())
    if not text:
        raise Invalid({"group": "Give the group a neutral name, as “Group 3”."})
    people = lock_together([case.person_id])
    if standing_case(case).pk != case.pk:
        raise Invalid("This case file was joined into another one. Open that one.")
    group, _made = ApartGroup.objects.get_or_create(
        release=acting.release, name=text, defaults={"opened_at": acting.now, "opened_by": acting.staff}
    )
    if GroupMember.objects.filter(group=group, case__person__in=people, ended_at__isnull=True).exists():
        raise Invalid({"group": "This person is in this group already."})
    try:
        with transaction.atomic():
            member = GroupMember.objects.create(
                group=group, case=case, added_at=acting.now, added_by=acting.staff
            )
    except IntegrityError:
        raise Invalid({"group": "This person is in this group already."}) from None
    changed(acting, "safety.grouped", case=case.id, subject=case.person_id, data={"group": str(group.id)})
    return member


def opened_why(flag: SafetyFlag) -> str:
    """For who may read the section of safety of this case; the reading of the case is journalled by its page."""
    if flag.sealed_why is None:
        return ""
    key = existing_key_of(flag.case.person_id)
    return open_sealed(key, bytes(flag.sealed_why), _context(flag)).decode()


def _context(flag: SafetyFlag) -> str:
    return f"safety:{flag.id}:why"
