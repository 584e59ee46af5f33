"""What was done against the compounds in the play: cuts, a raid, a sanction, and harm to others; all of it invented."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction

from moei.demo.play import Play
from moei.desks.evidence.actions.interventions import (
    AboutHarm,
    AboutIntervention,
    record_harm,
    record_intervention,
)
from moei.desks.evidence.actions.places import AboutPlace, keep_place
from moei.desks.evidence.models import Harm, Intervention, Place, Precision

SOURCE = "Invented for the demonstration"


def play_interventions(play: Play) -> None:
    """Power, fuel and internet cut a week before the handover; a raid, a sanction, and harm to others."""
    niran = play.acting(play.team.cast["niran"], play.calendar.at(14, 9))
    with transaction.atomic():
        places = [
            keep_place(niran, AboutPlace(name, kind, latitude, longitude, SOURCE, aliases))
            for name, kind, latitude, longitude, aliases in (
                ("Blue Garden", Place.Kind.COMPOUND, "16.6420", "98.5230", ("Blu Garden",)),
                ("Golden River Park", Place.Kind.COMPOUND, "16.7410", "98.4790", ()),
                ("Bridge at the river", Place.Kind.CROSSING, "16.6990", "98.5160", ()),
            )
        ]
        before = play.calendar.began - timedelta(days=7)
        cuts = [
            record_intervention(niran, about)
            for about in (
                _cut(Intervention.Kind.POWER, before, places[:2], "The power company"),
                _cut(Intervention.Kind.INTERNET, before, places[:2], "The telecommunication office"),
                _cut(Intervention.Kind.FUEL, before + timedelta(days=1), places[:2], "The customs office"),
                _cut(Intervention.Kind.RAID, before + timedelta(days=5), places[:1], "An armed group"),
                _cut(
                    Intervention.Kind.SANCTION, before + timedelta(days=18), places[1:2], "A foreign treasury"
                ),
            )
        ]
        record_harm(
            niran,
            AboutHarm(
                Harm.Kind.HEALTH,
                before + timedelta(days=2),
                Precision.DAY,
                "The clinic of the town had no power for two nights. (invented)",
                SOURCE,
                place=places[2],
                intervention=cuts[0],
                least=30,
                most=60,
            ),
        )


def _cut(kind: Intervention.Kind, at: datetime, places: Sequence[Place], by_whom: str) -> AboutIntervention:
    return AboutIntervention(kind, at, Precision.DAY, f"{by_whom} (invented)", SOURCE, places)
