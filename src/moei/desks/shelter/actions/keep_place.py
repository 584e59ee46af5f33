"""A place is opened under a code name, gets rooms, an address that lies sealed, and is closed once nobody is in it."""

from __future__ import annotations

import re

from django.db import IntegrityError, transaction
from django.db.models import Max

from moei.access.acting import Acting, Invalid
from moei.access.decide import require
from moei.access.journalled import changed
from moei.crypto import open_sealed, seal
from moei.desks.shelter.actions.ending import end_lapsed
from moei.desks.shelter.locking import lock_places, standing
from moei.desks.shelter.models import Bed, Place, Room, Stay
from moei.journal.keys import existing_key_of, key_of

MOST_BEDS = 200
# A shorter word of an address is part of any name.
_TELLING = 4
PLACE_CLOSED = "This place is closed."


@transaction.atomic
def open_place(acting: Acting, code_name: str, *, address: str = "") -> Place:
    """`code_name` is what everybody sees: it must say nothing of where the place is. Raises `Invalid` if it does,
    or if another place of the release bears it."""
    require(acting, "place.keep")
    name = " ".join(code_name.split())
    if not name:
        raise Invalid({"code_name": "Give the place a neutral name, as “Teak” or “Lotus”."})
    _says_nothing(name, address)
    try:
        with transaction.atomic():
            place = Place.objects.create(
                release=acting.release, code_name=name, opened_at=acting.now, opened_by=acting.staff
            )
    except IntegrityError:
        raise Invalid({"code_name": "Another place has this name. Choose another one."}) from None
    changed(acting, "place.opened", data={"place": str(place.id)})
    if address.strip():
        _seal(acting, place, address)
    return place


@transaction.atomic
def set_address(acting: Acting, place: Place, address: str) -> None:
    """Takes the place of what was there. It is sealed at once and shown to nobody, also not to whoever typed it."""
    require(acting, "place.keep")
    if not address.strip():
        raise Invalid({"address": "Write the address; it is sealed as soon as it is saved."})
    locked = lock_places([place.pk])[place.pk]
    _open(locked)
    _says_nothing(locked.code_name, address)
    _seal(acting, locked, address)


@transaction.atomic
def add_room(acting: Acting, place: Place, number: str, kept_for: Room.For, beds: int) -> Room:
    """A room with `beds` beds, numbered on from the last of the place. A room for one has one bed."""
    require(acting, "place.keep")
    name = number.strip()
    if not name:
        raise Invalid({"number": "Give the room a number or a letter."})
    if not 1 <= beds <= MOST_BEDS:
        raise Invalid({"beds": "A number between 1 and 200: the beds in this room."})
    if kept_for == Room.For.ONE and beds != 1:
        raise Invalid({"beds": "A room for one person has one bed."})
    locked = lock_places([place.pk])[place.pk]
    _open(locked)
    try:
        with transaction.atomic():
            room = Room.objects.create(place=locked, number=name, kept_for=kept_for)
    except IntegrityError:
        raise Invalid({"number": "This place has a room of this number already."}) from None
    _add_beds(locked, room, beds)
    changed(
        acting,
        "place.room_added",
        data={"place": str(locked.id), "room": str(room.id), "for": str(kept_for), "beds": beds},
    )
    return room


@transaction.atomic
def change_beds(acting: Acting, room: Room, beds: int) -> None:
    """How many beds there are now: one broke, one came, or the number was mistyped. With 0 the room is out of use.

    Beds that are free are put away, the last ones first; those that were put away come back before new ones. Raises
    `Invalid` when more people sleep in the room or are expected there.
    """
    require(acting, "place.keep")
    if not 0 <= beds <= MOST_BEDS:
        raise Invalid({"beds": "A number between 0 and 200: the beds in this room."})
    if room.kept_for == Room.For.ONE and beds > 1:
        raise Invalid({"beds": "A room for one person has one bed."})
    place = lock_places([room.place_id])[room.place_id]
    _open(place)
    stays = Stay.objects.filter(standing(acting.now), place=place, bed__room=room)
    taken = set(stays.values_list("bed_id", flat=True))
    if beds < len(taken):
        raise Invalid(
            {"beds": "%(count)s people sleep in this room or are expected. Move them first."},
            count=len(taken),
        )
    rows = list(Bed.objects.filter(room=room).order_by("number"))
    there = [bed for bed in rows if bed.put_away_at is None]
    away = [bed for bed in rows if bed.put_away_at is not None]
    free = [bed for bed in reversed(there) if bed.pk not in taken]
    for bed in free[: max(0, len(there) - beds)]:
        bed.put_away_at = acting.now
        bed.save(update_fields=["put_away_at"])
    back = away[: max(0, beds - len(there))]
    for bed in back:
        bed.put_away_at = None
        bed.save(update_fields=["put_away_at"])
    _add_beds(place, room, max(0, beds - len(there) - len(back)))
    changed(
        acting,
        "place.beds_changed",
        data={"place": str(place.id), "room": str(room.id), "before": len(there), "beds": beds},
    )


@transaction.atomic
def close_place(acting: Acting, place: Place, *, why: str) -> None:
    """Nobody may be in it or expected there. Raises `Invalid` with how many still are."""
    require(acting, "place.keep")
    if not why.strip():
        raise Invalid({"why": "Say why it is closed."})
    locked = lock_places([place.pk])[place.pk]
    _open(locked)
    still = Stay.objects.filter(standing(acting.now), place=locked).count()
    if still:
        raise Invalid(
            "%(count)s people sleep here or are expected. Move each of them first; then close the place.",
            count=still,
        )
    end_lapsed(acting, locked)
    locked.closed_at, locked.closed_by, locked.closed_why = acting.now, acting.staff, why.strip()
    locked.save(update_fields=["closed_at", "closed_by", "closed_why"])
    changed(acting, "place.closed", data={"place": str(locked.id)})


def opened_address(place: Place) -> str:
    """For `open_address` alone, after two agencies agreed. Empty where none was given."""
    if place.sealed_address is None:
        return ""
    key = existing_key_of(place.id)
    return open_sealed(key, bytes(place.sealed_address), _context(place)).decode()


def _add_beds(place: Place, room: Room, count: int) -> None:
    last = Bed.objects.filter(place=place).aggregate(last=Max("number"))["last"] or 0
    Bed.objects.bulk_create(
        [Bed(place=place, room=room, number=last + number) for number in range(1, count + 1)]
    )


def _seal(acting: Acting, place: Place, address: str) -> None:
    # No commitment to it goes to the journal: whoever holds the instance's key could try out addresses.
    place.sealed_address = seal(key_of(place.id), address.strip().encode(), _context(place))
    place.save(update_fields=["sealed_address"])
    changed(acting, "place.address_sealed", data={"place": str(place.id)})


def _context(place: Place) -> str:
    return f"place:{place.id}:address"


def _open(place: Place) -> None:
    if place.closed_at is not None:
        raise Invalid(PLACE_CLOSED)


def _says_nothing(name: str, address: str) -> None:
    telling = {word for word in re.findall(r"\w+", address.casefold()) if len(word) >= _TELLING}
    if telling & set(re.findall(r"\w+", name.casefold())):
        raise Invalid({"code_name": "This name says where the place is. Choose one that does not."})
