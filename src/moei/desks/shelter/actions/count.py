"""Roll-call: bands are scanned or typed, in a place or a vehicle; who is missing, too many or unknown is said at once."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from moei.access.acting import Acting, Invalid
from moei.access.decide import require
from moei.access.journalled import changed
from moei.casefile.folding import standing_case
from moei.casefile.models import Case, Person, Wristband
from moei.crypto import digest_token
from moei.desks.shelter.models import Counted, HeadCount, Place, Stay, UnknownBand

OVER = "This count is over. Begin another one."


class Answer(StrEnum):
    """What a scanned band says."""

    HERE = "here"
    AGAIN = "again"
    TOO_MANY = "too_many"
    BOARDED = "boarded"  # in the first count of a vehicle nobody is too many
    RENEWED = "renewed"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Seen:
    answer: Answer
    row: Counted | None = None


@transaction.atomic
def begin_count(
    acting: Acting, *, place: Place | None = None, vehicle: str = "", follows: HeadCount | None = None
) -> HeadCount:
    """Of a place: whoever sleeps there is expected. Of a vehicle: nobody, or who was in it at the count it `follows`."""
    require(acting, "shelter.view")
    name = " ".join(vehicle.split())
    if (place is None) == (not name):
        raise Invalid({"vehicle": "Count one place, or one vehicle: give its name, as “Bus 2”."})
    count = HeadCount.objects.create(
        release=acting.release,
        place=place,
        vehicle=name,
        follows=follows,
        began_at=acting.now,
        began_by=acting.staff,
    )
    if place is not None:
        stays = Stay.objects.filter(place=place, ended_at__isnull=True, checked_in_at__isnull=False)
        people = set(stays.values_list("case__person_id", flat=True))
    elif follows is not None:
        people = set(follows.people.filter(seen_at__isnull=False).values_list("case__person_id", flat=True))
    else:
        people = set()
    merged = Person.objects.filter(pk__in=people, merged_into__isnull=False)
    stands = dict(merged.values_list("pk", "merged_into_id"))
    cases = Case.objects_unchecked.filter(person_id__in={stands.get(one, one) for one in people})
    Counted.objects.bulk_create(
        [Counted(count=count, case_id=pk, expected=True) for pk in cases.values_list("pk", flat=True)],
        batch_size=500,
    )
    changed(acting, "count.began", data={"count": str(count.id), "expected": len(people)})
    return count


@transaction.atomic
def scan(acting: Acting, count: HeadCount, token: str) -> Seen:
    """A band, as a scanner types it. It needs no right to the person's file: whoever holds the band has the person
    before them. A band that was renewed counts nobody: the new one does."""
    require(acting, "shelter.view")
    text = token.strip()
    if not text:
        raise Invalid({"token": "Scan a wristband, or type its code."})
    _lock(count)
    band = Wristband.objects.filter(token=text, case__release=acting.release).select_related("case").first()
    if band is None:
        UnknownBand.objects.get_or_create(
            count=count, digest=digest_token(text), defaults={"seen_at": acting.now}
        )
        changed(acting, "count.unknown_band", data={"count": str(count.id)})
        return Seen(Answer.UNKNOWN)
    if band.ended_at is not None:
        return Seen(Answer.RENEWED)
    return _see(acting, count, standing_case(band.case))


@transaction.atomic
def see_by_hand(acting: Acting, count: HeadCount, counted_id: UUID) -> Seen:
    """Somebody without a band, whom the officer knows and whose file is theirs to read."""
    require(acting, "shelter.view")
    _lock(count)
    row = Counted.objects.filter(count=count, pk=counted_id).select_related("case").first()
    if row is None:
        raise Invalid("This person is not in this count.")
    require(acting, "stay.read", row.case)
    return _see(acting, count, row.case)


@transaction.atomic
def end_count(acting: Acting, count: HeadCount) -> list[Counted]:
    """Returns who is missing. What became of each is recorded from their page: nobody is declared gone by a count."""
    require(acting, "shelter.view")
    locked = _lock(count)
    missing = list(
        locked.people.filter(expected=True, seen_at__isnull=True).select_related("case__person", "case__site")
    )
    locked.ended_at = acting.now
    locked.save(update_fields=["ended_at"])
    changed(acting, "count.ended", data={"count": str(locked.id), "missing": len(missing)})
    return missing


def _see(acting: Acting, count: HeadCount, case: Case) -> Seen:
    row, made = Counted.objects.get_or_create(
        count=count,
        case=case,
        defaults={"expected": False, "seen_at": acting.now, "seen_by": acting.staff},
    )
    if not made and row.seen_at is not None:
        return Seen(Answer.AGAIN, row)
    row.seen_at, row.seen_by = acting.now, acting.staff
    row.save(update_fields=["seen_at", "seen_by"])
    changed(acting, "count.seen", case=case.id, subject=case.person_id, data={"count": str(count.id)})
    if row.expected:
        return Seen(Answer.HERE, row)
    first_of_vehicle = count.vehicle and count.follows_id is None
    return Seen(Answer.BOARDED if first_of_vehicle else Answer.TOO_MANY, row)


def _lock(count: HeadCount) -> HeadCount:
    rows: QuerySet[HeadCount] = HeadCount.objects.select_for_update(no_key=True)
    locked = rows.get(pk=count.pk)
    if locked.ended_at is not None:
        raise Invalid(OVER)
    return locked
