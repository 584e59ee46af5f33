"""Compounds and other places: named, placed on the map, known by their other names."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from django.db import transaction

from moei.access.acting import Acting, Invalid
from moei.access.decide import require
from moei.access.journalled import changed
from moei.desks.evidence.actions.receive import lock_numbers
from moei.desks.evidence.custody import refuse_cases
from moei.desks.evidence.models import Place

MOST_ALIASES = 30


@dataclass(frozen=True)
class AboutPlace:
    """`latitude`, `longitude` in degrees, WGS 84; `source` says where the position is from."""

    name: str
    kind: Place.Kind
    latitude: str | float | Decimal
    longitude: str | float | Decimal
    source: str
    aliases: Sequence[str] = ()


@transaction.atomic
def keep_place(acting: Acting, about: AboutPlace, *, place: Place | None = None) -> Place:
    """Add a place, or change `place`. Raises `Invalid` for a position off the globe, and for a name that is taken."""
    require(acting, "evidence.keep")
    errors: dict[str, str] = {}
    name, source = about.name.strip(), about.source.strip()
    latitude = _degrees(about.latitude, 90)
    longitude = _degrees(about.longitude, 180)
    aliases = list(dict.fromkeys(alias.strip()[:80] for alias in about.aliases if alias.strip()))
    if not 0 < len(name) <= 80:
        errors["name"] = "Give the name by which most people call it."
    if about.kind not in Place.Kind.values:
        errors["kind"] = "Choose what it is."
    if latitude is None:
        errors["latitude"] = "Write degrees north as a number between -90 and 90, as 16.70312."
    if longitude is None:
        errors["longitude"] = "Write degrees east as a number between -180 and 180, as 98.50791."
    if not 0 < len(source) <= 200:
        errors["source"] = "Say where the position is from, so that others can check it."
    if len(aliases) > MOST_ALIASES:
        errors["aliases"] = "A place has thirty other names at most."
    if errors:
        raise Invalid(errors)
    refuse_cases(name=name, source=source)
    lock_numbers(acting.release)
    there = Place.objects.filter(release=acting.release)
    known = names_of(there.exclude(pk=place.pk) if place else there)
    if taken := next((known[key] for one in (name, *aliases) if (key := folded(one)) in known), None):
        raise Invalid(
            {"name": "This name is already that of %(place)s. Change that place."}, place=taken.name
        )
    values = {
        "name": name,
        "kind": about.kind,
        "latitude": latitude,
        "longitude": longitude,
        "aliases": aliases,
        "source": source,
    }
    if place is None:
        place = Place.objects.create(
            release=acting.release, added_at=acting.now, added_by=acting.staff, **values
        )
        changed(acting, "place.added", data={"place": str(place.id), "kind": str(place.kind)})
        return place
    before = {field: getattr(place, field) for field in values}
    changes = {field: (before[field], value) for field, value in values.items() if before[field] != value}
    if changes:
        for field, value in values.items():
            setattr(place, field, value)
        place.save(update_fields=list(values))
        said = {field: (str(old), str(new)) for field, (old, new) in changes.items()}
        changed(
            acting, "place.changed", changes=said, data={"place": str(place.id), "fields": sorted(changes)}
        )
    return place


def folded(name: str) -> str:
    """A name as it is compared: without case, accents of width, or blanks and hyphens."""
    plain = unicodedata.normalize("NFKC", name).casefold()
    return "".join(sign for sign in plain if sign.isalnum() or unicodedata.category(sign).startswith("M"))


def names_of(places: Iterable[Place]) -> dict[str, Place]:
    """Each place by its name and its other names, as they are compared."""
    return {folded(name): place for place in places for name in (*place.aliases, place.name)}


def _degrees(value: str | float | Decimal, most: int) -> Decimal | None:
    try:
        number = Decimal(str(value).strip().replace(",", ".")).quantize(Decimal("0.00001"))
    except InvalidOperation:
        return None
    return number if number.is_finite() and abs(number) <= most else None
