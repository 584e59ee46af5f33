"""The address of a place opens only when another agency agrees, for an hour, and each time is journalled (P11)."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.db.models import QuerySet

from moei.access.acting import Acting, Invalid, Refused
from moei.access.decide import require
from moei.access.journalled import changed, was_read
from moei.desks.shelter.actions.keep_place import opened_address
from moei.desks.shelter.models import AddressOpening, Place
from moei.journal.models import Entry

LAPSES_AFTER = timedelta(hours=24)
OPENS_FOR = timedelta(hours=1)
SHORTEST_REASON = 5


@transaction.atomic
def ask_address(acting: Acting, place: Place, *, why: str) -> AddressOpening:
    """Nothing opens by asking. It waits for a day for somebody of another agency who approves."""
    require(acting, "place.keep")
    if acting.staff.agency is None:
        raise Refused("Your account belongs to no agency, so there is no other one to agree with.")
    if len(why.strip()) < SHORTEST_REASON:
        raise Invalid({"why": "Say in a few words why: somebody of another agency decides by it."})
    if place.sealed_address is None:
        raise Invalid("No address was given for this place.")
    opening = AddressOpening.objects.create(
        place=place,
        why=why.strip(),
        asked_by=acting.staff,
        asking_agency=acting.staff.agency,
        asked_at=acting.now,
        lapses_at=acting.now + LAPSES_AFTER,
    )
    changed(acting, "address.asked", kind=Entry.Kind.ACCESS, data=_about(opening))
    return opening


@transaction.atomic
def decide_address(acting: Acting, opening: AddressOpening, *, agree: bool) -> None:
    """By somebody of another agency than the one that asked. Agreed, it opens for an hour, for whoever asked."""
    require(acting, "changes.approve")
    rows: QuerySet[AddressOpening] = AddressOpening.objects.select_for_update(no_key=True)
    row = rows.get(pk=opening.pk)
    if acting.staff.agency is None or acting.staff.agency.pk == row.asking_agency_id:
        raise Invalid("Somebody of another agency than the one that asked decides this.")
    if not row.waits(acting.now):
        raise Invalid("This was decided already, or a day has passed since it was asked.")
    row.decided_by, row.deciding_agency, row.decided_at = acting.staff, acting.staff.agency, acting.now
    row.agreed = agree
    row.opens_until = acting.now + OPENS_FOR if agree else None
    row.save()
    changed(
        acting,
        "address.agreed" if agree else "address.declined",
        kind=Entry.Kind.ACCESS,
        data=_about(row),
    )


@transaction.atomic
def open_address(acting: Acting, opening: AddressOpening) -> str:
    """The address, for whoever asked, while it is open. Each time is an entry of the journal."""
    require(acting, "place.keep")
    row = AddressOpening.objects.select_related("place").get(pk=opening.pk)
    if row.asked_by_id != acting.staff.pk or acting.staff.agency_id != row.asking_agency_id:
        raise Invalid("Only whoever asked may open it.")
    if row.deciding_agency_id == row.asking_agency_id or not row.opens(acting.now):
        raise Invalid(
            "It is not open: nobody of another agency agreed, or the hour is over. Ask for it again."
        )
    was_read(acting, "address.opened", data=_about(row))
    return opened_address(row.place)


def _about(opening: AddressOpening) -> dict[str, str]:
    return {"opening": str(opening.pk), "place": str(opening.place_id)}
