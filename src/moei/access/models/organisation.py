"""Agencies, sites and releases: what a case and a role are tied to."""

from __future__ import annotations

import zoneinfo
from datetime import date, datetime
from typing import ClassVar

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from moei.journal.ids import new_id


class Agency(models.Model):
    """An organisation that works inside this instance."""

    class Kind(models.TextChoices):
        """Organisation types of HTCDS 2.0, with the two that it lacks here (embassy, army)."""

        GOVERNMENT = "government", _("Government")
        LAW_ENFORCEMENT = "law_enforcement", _("Law enforcement")
        NGO = "ngo", _("Non-governmental organisation")
        INTERNATIONAL = "international", _("International organisation")
        HEALTH = "health", _("Health service")
        EMBASSY = "embassy", _("Embassy or consulate")
        SHELTER = "shelter", _("Shelter")
        ARMY = "army", _("Army or border force")
        OVERSIGHT = "oversight", _("Oversight body")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    name = models.CharField(max_length=120, unique=True)
    short_name = models.CharField(max_length=30)
    kind = models.CharField(max_length=20, choices=Kind.choices)
    country = models.CharField(
        max_length=3, help_text=_("ISO 3166 alpha-3, for an embassy the state it represents")
    )

    class Meta:
        verbose_name_plural = "agencies"
        ordering: ClassVar = ["name"]

    def __str__(self) -> str:
        return self.short_name or self.name


class Site(models.Model):
    """A place of work: a crossing, a screening centre. Its time zone is the one that clocks are told in."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    name = models.CharField(max_length=120, unique=True)
    time_zone = models.CharField(max_length=40, default="Asia/Bangkok")
    max_list_rows = models.PositiveIntegerField(default=20_000)

    def __str__(self) -> str:
        return self.name

    @property
    def zone(self) -> zoneinfo.ZoneInfo:
        return zoneinfo.ZoneInfo(self.time_zone)

    def day_of(self, moment: datetime) -> date:
        """The day that the calendar on the wall there shows: it differs from that of UTC for hours of each day."""
        return moment.astimezone(self.zone).date()


class Release(models.Model):
    """A mass release: the scope of cases, lists, roles and bulletins."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    code = models.SlugField(max_length=40, unique=True)
    name = models.CharField(max_length=120)
    began_at = models.DateTimeField()
    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="releases")
    protocol = models.CharField(max_length=40, default="thailand")
    invented = models.BooleanField(default=False, help_text=_("People and answers are invented"))

    class Meta:
        ordering: ClassVar = ["-began_at"]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        """A demo has weaker rules: nobody's data is encrypted and no second factor is asked for (P17)."""
        super().clean()
        if settings.DEMO and not self.invented:
            raise ValidationError(
                {
                    "invented": _(
                        "This is a demo: its rules are too weak for real people. Make an instance of their own for them: "
                        "moei init"
                    )
                }
            )
