"""Compounds and other places, what was done against them, and harm to people around them."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from moei.access.models import Release, Staff
from moei.journal.ids import new_id


class Precision(models.TextChoices):
    """How exactly a moment is known: the rest of it says nothing."""

    MINUTE = "minute", _("To the minute")
    DAY = "day", _("The day")
    MONTH = "month", _("The month")
    YEAR = "year", _("The year")


class Place(models.Model):
    """A compound, a town, a crossing. `latitude` and `longitude` in degrees (WGS 84), north and east positive."""

    class Kind(models.TextChoices):
        COMPOUND = "compound", _("Compound")
        TOWN = "town", _("Town or village")
        CROSSING = "crossing", _("Crossing")
        SUPPLY = "supply", _("Power line, cable or fuel point")
        OTHER = "other", _("Another place")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    release = models.ForeignKey(Release, on_delete=models.PROTECT, related_name="evidence_places")
    name = models.CharField(max_length=80)
    kind = models.CharField(max_length=8, choices=Kind.choices)
    latitude = models.DecimalField(max_digits=8, decimal_places=5)
    longitude = models.DecimalField(max_digits=8, decimal_places=5)
    aliases = models.JSONField(default=list, help_text=_("Other names, in any script"))
    source = models.CharField(max_length=200, help_text=_("Where the position is from"))
    added_at = models.DateTimeField()
    added_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["release", "name"], name="a_place_is_named_once"),
            models.CheckConstraint(
                condition=models.Q(latitude__range=(-90, 90), longitude__range=(-180, 180)),
                name="a_place_is_on_the_globe",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class _Dated(models.Model):
    """Something that happened at a moment that is known as exactly as `precision` says."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    began_at = models.DateTimeField()
    precision = models.CharField(max_length=6, choices=Precision.choices)
    source = models.CharField(max_length=300, help_text=_("Source of the information"))
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    voided_at = models.DateTimeField(null=True)
    voided_reason = models.CharField(max_length=200, blank=True)

    class Meta:
        abstract = True


class Intervention(_Dated):
    """What was done against the compounds, by whom. An end that is empty is not known, or has not come."""

    class Kind(models.TextChoices):
        POWER = "power", _("Power cut")
        FUEL = "fuel", _("Fuel cut")
        INTERNET = "internet", _("Internet cut")
        RAID = "raid", _("Raid")
        SANCTION = "sanction", _("Sanction")

    release = models.ForeignKey(Release, on_delete=models.PROTECT, related_name="interventions")
    kind = models.CharField(max_length=8, choices=Kind.choices)
    ended_at = models.DateTimeField(null=True)
    ended_precision = models.CharField(max_length=6, blank=True, choices=Precision.choices)
    by_whom = models.CharField(max_length=120)
    area = models.CharField(max_length=200, blank=True, help_text=_("Where, in words"))
    effects = models.TextField(blank=True)
    places = models.ManyToManyField(Place, related_name="interventions")

    class Meta:
        indexes: ClassVar = [models.Index(fields=["release", "began_at"])]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.began_at:%Y-%m-%d}"


class InterventionChange(models.Model):
    """What was corrected of an intervention, and why: `fields` maps a field to [before, after] as text."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    intervention = models.ForeignKey(Intervention, on_delete=models.PROTECT, related_name="changes")
    fields = models.JSONField(default=dict)
    reason = models.CharField(max_length=200)
    changed_at = models.DateTimeField()
    changed_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")

    def __str__(self) -> str:
        return ", ".join(self.fields)


class Harm(_Dated):
    """Harm to people who live there, or are held there. Counts only, never names. `least` and `most` people."""

    class Kind(models.TextChoices):
        HEALTH = "health", _("Hospital or clinic without power")
        WATER = "water", _("No water, food or cooking fuel")
        INJURED = "injured", _("Injured")
        KILLED = "killed", _("Killed")
        DISPLACED = "displaced", _("Had to leave their homes")
        PUNISHED = "punished", _("People held there were punished")
        OTHER = "other", _("Other harm")

    release = models.ForeignKey(Release, on_delete=models.PROTECT, related_name="harms")
    kind = models.CharField(max_length=9, choices=Kind.choices)
    place = models.ForeignKey(Place, on_delete=models.PROTECT, null=True, related_name="harms")
    intervention = models.ForeignKey(
        Intervention, on_delete=models.PROTECT, null=True, related_name="harms",
        help_text=_("What it followed, as the source says"),
    )  # fmt: skip
    least = models.PositiveIntegerField(null=True)
    most = models.PositiveIntegerField(null=True)
    what = models.TextField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["release", "began_at"])]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.began_at:%Y-%m-%d}"
