"""Where everyone is: counts by place and by vehicle, what became of somebody, health holds, notes between shifts.

Tables of the second part of the desk; `models` imports them, so that Django finds them.
"""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from moei.access.models import Release, Staff
from moei.casefile.models import Case
from moei.journal.ids import new_id


class HeadCount(models.Model):
    """Everybody is counted, in a place or in a vehicle. A later count of a vehicle asks for who was in it before."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    release = models.ForeignKey(Release, on_delete=models.PROTECT, related_name="+")
    place = models.ForeignKey("shelter.Place", on_delete=models.PROTECT, null=True, related_name="counts")
    vehicle = models.CharField(max_length=40, blank=True, help_text=_("As “Bus 2”"))
    follows = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="+")
    began_at = models.DateTimeField()
    began_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                name="a_count_is_of_one_thing",
                condition=Q(place__isnull=False, vehicle="") | (Q(place__isnull=True) & ~Q(vehicle="")),
            )
        ]

    def __str__(self) -> str:
        return self.vehicle or str(self.place)


class Counted(models.Model):
    """Somebody who should be there, or was seen though nobody expected them."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    count = models.ForeignKey(HeadCount, on_delete=models.PROTECT, related_name="people")
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="+")
    expected = models.BooleanField()
    seen_at = models.DateTimeField(null=True)
    seen_by = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["count", "case"], name="counted_once")]

    def __str__(self) -> str:
        return str(self.case_id)


class UnknownBand(models.Model):
    """A wristband that nobody has: what was scanned lies as a keyed digest, to count it once."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    count = models.ForeignKey(HeadCount, on_delete=models.PROTECT, related_name="unknown")
    digest = models.CharField(max_length=64)
    seen_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["count", "digest"], name="an_unknown_band_counts_once")
        ]

    def __str__(self) -> str:
        return "wristband"


class Outcome(models.Model):
    """Somebody is not where they slept. `steps` maps the code of each next step that was done to [when, by whom]."""

    class Kind(models.TextChoices):
        HOSPITAL = "hospital", _("In hospital")
        MISSING = "missing", _("Gone, nobody knows where")
        DIED = "died", _("Died")

    class Basis(models.TextChoices):
        """On which basis a consulate is told of a death; without one it is not told."""

        LAW = "law", _("A law or treaty demands it")
        CONSENT = "consent", _("The person had agreed to be named to this mission")
        FAMILY = "family", _("The family asked for it, and was told what it means")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="whereabouts")
    kind = models.CharField(max_length=8, choices=Kind.choices)
    happened_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    child = models.BooleanField()
    basis = models.CharField(max_length=7, blank=True, choices=Basis.choices)
    steps = models.JSONField(default=dict)
    ended_at = models.DateTimeField(null=True, help_text=_("Came back, or was found"))

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["case"], condition=Q(ended_at__isnull=True), name="one_outcome_at_a_time"
            )
        ]

    def __str__(self) -> str:
        return self.kind


class HealthScreening(models.Model):
    """A health worker looked at the person before the interview: a code, and no medical detail."""

    class Result(models.TextChoices):
        CLEAR = "clear", _("Nothing is in the way")
        WAIT = "wait", _("The interview waits")
        APART = "apart", _("Sleeps apart, and the interview waits")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="health_screenings")
    result = models.CharField(max_length=5, choices=Result.choices)
    looked_at = models.DateTimeField()
    looked_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    until = models.DateField(null=True, help_text=_("Looked at again on this day at the latest"))
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["case"], condition=Q(ended_at__isnull=True), name="the_last_screening_counts"
            )
        ]

    def __str__(self) -> str:
        return self.result


class PlaceHold(models.Model):
    """For reasons of health nobody moves in or out of a place, and interviews there wait."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    place = models.ForeignKey("shelter.Place", on_delete=models.PROTECT, related_name="holds")
    began_at = models.DateTimeField()
    began_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    until = models.DateField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["place"], condition=Q(ended_at__isnull=True), name="a_place_is_held_once"
            )
        ]

    def __str__(self) -> str:
        return str(self.place)


class ShiftNote(models.Model):
    """What one shift hands over to the next, sealed under the key of the place; the next one says that it was read."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    place = models.ForeignKey("shelter.Place", on_delete=models.PROTECT, related_name="notes")
    sealed_words = models.BinaryField()
    written_at = models.DateTimeField()
    written_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    taken_at = models.DateTimeField(null=True)
    taken_by = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        indexes: ClassVar = [models.Index(fields=["place", "written_at"])]

    def __str__(self) -> str:
        return str(self.written_at)

    def overdue(self, now: datetime) -> bool:
        """Twelve hours have passed, and nobody of the next shift has read it."""
        return self.taken_at is None and (now - self.written_at).total_seconds() > 12 * 3600
