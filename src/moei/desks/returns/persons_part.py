"""The person's own journeys, for the file that they get (P05)."""

from __future__ import annotations

from django.utils.translation import gettext

from moei.casefile.persons_file import Part
from moei.casefile.selectors.cases import CaseFile
from moei.desks.returns.models import Seat


def journeys(file: CaseFile) -> Part | None:
    """Where to, when, and what came of it; nobody else who travelled."""
    seats = Seat.objects.filter(case__person__in=file.people).select_related("journey").order_by("held_at")
    zone = file.case.site.zone
    lines = tuple(
        (
            f"{seat.journey.from_place} – {seat.journey.to_place}",
            f"{seat.journey.departs_at.astimezone(zone):%Y-%m-%d %H:%M}, {seat.journey}: {_state(seat)}",
        )
        for seat in seats
    )
    return Part(gettext("Your journeys"), lines) if lines else None


def _state(seat: Seat) -> str:
    if seat.ended_at:
        return str(seat.get_ended_as_display())
    return gettext("Arrived") if seat.arrived_at else str(seat.journey.get_status_display())
