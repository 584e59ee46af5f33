"""What was done against the compounds, and harm to people there: recorded, corrected, voided with a reason."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime

from django.db import transaction

from moei.access.acting import Acting, Invalid
from moei.access.decide import require
from moei.access.journalled import changed
from moei.desks.evidence.custody import refuse_cases
from moei.desks.evidence.models import Harm, Intervention, InterventionChange, Place, Precision
from moei.desks.evidence.moments import moment_text

MOST_WORDS = 4000


@dataclass(frozen=True)
class AboutIntervention:
    """`began_at`, `ended_at` aware, as exact as their precision says; `places` of the same release."""

    kind: Intervention.Kind
    began_at: datetime
    precision: Precision
    by_whom: str
    source: str
    places: Sequence[Place] = ()
    area: str = ""
    effects: str = ""
    ended_at: datetime | None = None
    ended_precision: str = ""


@dataclass(frozen=True)
class AboutHarm:
    """Counts only, never names. `least` and `most` people, as the source says; both empty when nobody counted."""

    kind: Harm.Kind
    began_at: datetime
    precision: Precision
    what: str
    source: str
    place: Place | None = None
    intervention: Intervention | None = None
    least: int | None = None
    most: int | None = None


@transaction.atomic
def record_intervention(acting: Acting, about: AboutIntervention) -> Intervention:
    """Raises `Invalid` without a source, a place or an area, for an end before the beginning, and for a second one of
    the same kind, moment and places."""
    require(acting, "evidence.keep")
    check_intervention(acting, about)
    row = Intervention.objects.create(
        release=acting.release, recorded_at=acting.now, recorded_by=acting.staff, **_values(about)
    )
    row.places.set(about.places)
    changed(
        acting,
        "intervention.recorded",
        data={"intervention": str(row.id), "kind": str(row.kind), "places": len(about.places)},
    )
    return row


@transaction.atomic
def correct_intervention(
    acting: Acting, row: Intervention, about: AboutIntervention, *, reason: str
) -> InterventionChange | None:
    """What stood there before stays to be read; None when nothing differs. Raises `Invalid` as recording does."""
    require(acting, "evidence.keep")
    if not reason.strip():
        raise Invalid({"reason": "Say why it is corrected."})
    locked = Intervention.objects.select_for_update(no_key=True).get(pk=row.pk)
    if locked.voided_at is not None:
        raise Invalid("This was taken back already.")
    check_intervention(acting, about, but=locked)
    zone = acting.release.site.zone
    before = {name: _text(getattr(locked, name), zone) for name in _values(about)}
    before["places"] = ", ".join(sorted(place.name for place in locked.places.all()))
    after = {name: _text(value, zone) for name, value in _values(about).items()}
    after["places"] = ", ".join(sorted(place.name for place in about.places))
    differing = {name: [before[name], after[name]] for name in after if before[name] != after[name]}
    if not differing:
        return None
    for name, value in _values(about).items():
        setattr(locked, name, value)
    locked.save()
    locked.places.set(about.places)
    change = InterventionChange.objects.create(
        intervention=locked,
        fields=differing,
        reason=reason.strip()[:200],
        changed_at=acting.now,
        changed_by=acting.staff,
    )
    data = {"intervention": str(locked.id), "fields": sorted(differing)}
    changed(acting, "intervention.corrected", data=data)
    return change


@transaction.atomic
def record_harm(acting: Acting, about: AboutHarm) -> Harm:
    """Raises `Invalid` without a source or words, and for more at least than at most."""
    require(acting, "evidence.keep")
    errors = _common(acting, about.began_at, about.precision, about.source)
    if about.kind not in Harm.Kind.values:
        errors["kind"] = "Choose what kind of harm it is."
    if not about.what.strip() or len(about.what) > MOST_WORDS:
        errors["what"] = "Say in a few words what happened, without names."
    if about.least is not None and about.most is not None and about.least > about.most:
        errors["most"] = "At most cannot be fewer than at least."
    for field, other in (("place", about.place), ("intervention", about.intervention)):
        if other is not None and other.release_id != acting.release.id:
            errors[field] = "Choose one that is listed here."
    if errors:
        raise Invalid(errors)
    refuse_cases(what=about.what, source=about.source)
    values = {field.name: getattr(about, field.name) for field in fields(about)}
    row = Harm.objects.create(
        release=acting.release,
        recorded_at=acting.now,
        recorded_by=acting.staff,
        **values | {"what": about.what.strip(), "source": about.source.strip()},
    )
    changed(acting, "harm.recorded", data={"harm": str(row.id), "kind": str(row.kind)})
    return row


@transaction.atomic
def void(acting: Acting, row: Intervention | Harm, *, reason: str) -> None:
    """It was recorded by mistake: it is on no map any more, and stays to be read with the reason."""
    require(acting, "evidence.keep")
    if not reason.strip():
        raise Invalid({"reason": "Say why it is taken back."})
    taken_back = {"voided_at": acting.now, "voided_reason": reason.strip()[:200]}
    # Whoever takes the same back at the same moment is told that it was done.
    if not type(row).objects.filter(pk=row.pk, voided_at__isnull=True).update(**taken_back):
        raise Invalid("This was taken back already.")
    if isinstance(row, Intervention):
        changed(acting, "intervention.voided", data={"intervention": str(row.pk)})
    else:
        changed(acting, "harm.voided", data={"harm": str(row.pk)})


def check_intervention(acting: Acting, about: AboutIntervention, *, but: Intervention | None = None) -> None:
    """Raises `Invalid` for what cannot stand in the record. `but` is the row that is corrected."""
    errors = _common(acting, about.began_at, about.precision, about.source)
    if about.kind not in Intervention.Kind.values:
        errors["kind"] = "Choose what was done."
    if not 0 < len(about.by_whom.strip()) <= 120:
        errors["by_whom"] = "Say who did it: an authority, a company, an armed group."
    if not about.places and not about.area.strip():
        errors["places"] = "Choose the places it was against, or say in words where."
    if len(about.area) > 200:
        errors["area"] = "Make it shorter than 200 letters."
    if len(about.effects) > MOST_WORDS:
        errors["effects"] = "Make it shorter than 4,000 letters."
    if any(place.release_id != acting.release.id for place in about.places):
        errors["places"] = "Choose one that is listed here."
    if about.ended_at is not None and about.ended_at < about.began_at:
        errors["until"] = "It cannot end before it begins."
    if errors:
        raise Invalid(errors)
    refuse_cases(by_whom=about.by_whom, source=about.source, area=about.area, effects=about.effects)
    same = Intervention.objects.filter(
        release=acting.release, kind=about.kind, began_at=about.began_at, voided_at__isnull=True
    ).prefetch_related("places")
    wanted = {place.pk for place in about.places}
    for other in same.exclude(pk=but.pk) if but else same:
        if {place.pk for place in other.places.all()} == wanted and other.area == about.area.strip():
            raise Invalid("This is recorded already: the same kind, moment and place.")


def _common(acting: Acting, began_at: datetime, precision: str, source: str) -> dict[str, str]:
    errors: dict[str, str] = {}
    if began_at > acting.now:
        errors["when"] = "This has not happened yet."
    if precision not in Precision.values:
        errors["when"] = "Say how exactly it is known."
    if not 0 < len(source.strip()) <= 300:
        errors["source"] = "Say where the information is from: others must be able to judge it."
    return errors


def _values(about: AboutIntervention) -> dict[str, object]:
    values = {field.name: getattr(about, field.name) for field in fields(about) if field.name != "places"}
    return {name: value.strip() if isinstance(value, str) else value for name, value in values.items()}


def _text(value: object, zone: object) -> str:
    if isinstance(value, datetime):
        return moment_text(value, "minute", zone)  # type: ignore[arg-type]
    return str(value or "")
