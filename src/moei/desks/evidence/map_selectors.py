"""What the map, the timeline and the table show: one list of things with a moment, and where they are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, time
from typing import Any
from uuid import UUID

from django.db.models import F, QuerySet
from django.http import Http404
from django.utils.translation import gettext

from moei.access.acting import Acting
from moei.access.decide import grants_of, require
from moei.access.models import Release
from moei.access.reach import releases_there
from moei.desks.evidence.models import Harm, Intervention, Place
from moei.desks.evidence.moments import moment_words
from moei.standards.map_layers import map_layers

# Of each kind, the latest: what lies further back is in the list of interventions.
MOST = 500
# Letters on the map; the page says beside each layer which is its own. The same in every language.
MARKS: dict[str, str] = {
    Intervention.Kind.POWER: "P",
    Intervention.Kind.FUEL: "F",
    Intervention.Kind.INTERNET: "I",
    Intervention.Kind.RAID: "R",
    Intervention.Kind.SANCTION: "S",
}


@dataclass(frozen=True)
class Thing:
    """One line of the timeline. `mark` is the letter on the map, `points` (latitude, longitude) in degrees."""

    layer: str
    label: str
    at: datetime | None
    when: str
    where: str = ""
    words: str = ""
    points: Sequence[tuple[float, float]] = ()
    mark: str = ""
    line: bool = False


@dataclass(frozen=True)
class Layer:
    code: str
    label: str
    things: list[Thing] = field(default_factory=list)


def places(acting: Acting) -> QuerySet[Place]:
    require(acting, "evidence.view")
    return Place.objects.filter(release=acting.release).order_by("name")


def find_place(acting: Acting, place_id: UUID) -> Place:
    found = places(acting).filter(pk=place_id).first()
    if found is None:
        raise Http404
    return found


def interventions(acting: Acting) -> QuerySet[Intervention]:
    """Of the release, the latest first; those that were taken back last."""
    require(acting, "evidence.view")
    rows = Intervention.objects.filter(release=acting.release).prefetch_related("places")
    return rows.order_by(F("voided_at").asc(nulls_first=True), "-began_at")


def find_intervention(acting: Acting, intervention_id: UUID) -> Intervention:
    found = interventions(acting).filter(pk=intervention_id).first()
    if found is None:
        raise Http404
    return found


def harms(acting: Acting) -> QuerySet[Harm]:
    require(acting, "evidence.view")
    return (
        Harm.objects.filter(release=acting.release)
        .select_related("place")
        .order_by(F("voided_at").asc(nulls_first=True), "-began_at")
    )


def find_harm(acting: Acting, harm_id: UUID) -> Harm:
    found = harms(acting).filter(pk=harm_id).first()
    if found is None:
        raise Http404
    return found


def layers(acting: Acting) -> list[Layer]:
    """Interventions by kind, harm, releases, places, and what other desks add: each once, for whoever acts."""
    zone = acting.release.site.zone
    standing = interventions(acting).filter(voided_at__isnull=True)[:MOST]
    found = {str(kind): Layer(str(kind), str(kind.label)) for kind in Intervention.Kind}
    for row in standing:
        when = moment_words(row.began_at, row.precision, zone)
        if row.ended_at:
            when = f"{when} – {moment_words(row.ended_at, row.ended_precision or row.precision, zone)}"
        there = list(row.places.all())
        where = ", ".join([place.name for place in there] + ([row.area] if row.area else []))
        words = f"{row.by_whom}. {row.effects}".strip()
        found[row.kind].things.append(
            Thing(
                row.kind,
                str(row.get_kind_display()),
                row.began_at,
                when,
                where,
                words,
                [_point(place) for place in there],
                mark=MARKS[row.kind],
            )
        )
    harm = Layer("harm", gettext("Harm to civilians"))
    for one in harms(acting).filter(voided_at__isnull=True)[:MOST]:
        harm.things.append(
            Thing(
                "harm",
                str(one.get_kind_display()),
                one.began_at,
                moment_words(one.began_at, one.precision, zone),
                one.place.name if one.place else "",
                " ".join(part for part in (people_words(one), one.what) if part),
                [_point(one.place)] if one.place else [],
                mark="!",
            )
        )
    released = Layer("releases", gettext("Releases"))
    for release in _releases(acting):
        at = release.began_at
        released.things.append(
            Thing("releases", release.name, at, moment_words(at, "day", release.site.zone), release.site.name)
        )
    named = Layer("places", gettext("Places"))
    for place in places(acting)[:MOST]:
        aliases = ", ".join(place.aliases)
        named.things.append(
            Thing("places", place.name, None, "", str(place.get_kind_display()), aliases, [_point(place)])
        )
    return [*found.values(), harm, released, *_of_others(acting), named]


def timeline(found: Sequence[Layer]) -> list[Thing]:
    """All that has a moment, the earliest first."""
    dated = [thing for layer in found for thing in layer.things if thing.at is not None]
    return sorted(dated, key=lambda thing: (thing.at, thing.layer, thing.label))


def for_the_map(found: Sequence[Layer]) -> list[dict[str, Any]]:
    """As the script reads it: plain values."""
    return [
        {
            "code": layer.code,
            "label": layer.label,
            "things": [
                {
                    "label": thing.label,
                    "when": thing.when,
                    "where": thing.where,
                    "words": thing.words,
                    "mark": thing.mark,
                    "line": thing.line,
                    "points": [list(point) for point in thing.points],
                }
                for thing in layer.things
                if thing.points
            ],
        }
        for layer in found
        if any(thing.points for thing in layer.things)
    ]


def people_words(harm: Harm) -> str:
    """How many, as the source says."""
    least, most = harm.least, harm.most
    if least is None and most is None:
        return ""
    if least == most:
        return gettext("%(number)s people.") % {"number": least}
    if most is None:
        return gettext("At least %(number)s people.") % {"number": least}
    if least is None:
        return gettext("At most %(number)s people.") % {"number": most}
    return gettext("%(least)s to %(most)s people.") % {"least": least, "most": most}


def _of_others(acting: Acting) -> list[Layer]:
    found = []
    for source in map_layers():
        layer = Layer(source.code, str(source.label))
        for line in source.shown(acting):
            at = datetime.combine(line.on, time(), acting.release.site.zone) if line.on else None
            when = (
                moment_words(at, "day" if line.day_known else "month", acting.release.site.zone) if at else ""
            )
            points = list(line.points)
            layer.things.append(
                Thing(source.code, line.label, at, when, "", line.words, points, line=len(points) > 1)
            )
        found.append(layer)
    return found


def _releases(acting: Acting) -> list[Release]:
    """Those in which they have a role."""
    held = {grant.release_id for _role, grant in grants_of(acting.staff, now=acting.now)}
    return [one for one in releases_there(acting.staff) if None in held or one.pk in held]


def _point(place: Place) -> tuple[float, float]:
    return float(place.latitude), float(place.longitude)
