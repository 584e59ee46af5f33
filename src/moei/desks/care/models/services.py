"""Services that people are sent to, and what the health service writes down under seal."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from moei.access.models import Agency, Staff
from moei.casefile.models import Case
from moei.journal.ids import new_id

DAY = 24 * 60  # minutes
WEEKDAYS = (
    _("Monday"),
    _("Tuesday"),
    _("Wednesday"),
    _("Thursday"),
    _("Friday"),
    _("Saturday"),
    _("Sunday"),
)


class Service(models.Model):
    """Something an organisation does for people. Places to sleep are not here: where a shelter lies is told to few."""

    class Kind(models.TextChoices):
        """What is offered. `HTCDS_TYPES` says which support plan of the standard each belongs to."""

        HEALTH = "health", _("Health")
        MENTAL_HEALTH = "mental_health", _("Mental health")
        PREGNANCY = "pregnancy", _("Care in pregnancy")
        DISABILITY = "disability", _("Help with a disability")
        CHILD = "child", _("Protection of children")
        SAFETY = "safety", _("Protection and safety")
        BASICS = "basics", _("Food, clothing, things for every day")
        TELEPHONE = "telephone", _("Telephone and messages home")
        FAMILY = "family", _("Finding family")
        LEGAL = "legal", _("Legal aid")
        INTERPRETING = "interpreting", _("Interpreting")
        EDUCATION = "education", _("Education")
        TRAINING = "training", _("Training and work")
        MONEY = "money", _("Money")
        SOCIAL = "social", _("Social care")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="services")
    name = models.CharField(max_length=120)
    kind = models.CharField(max_length=14, choices=Kind.choices, db_index=True)
    place = models.CharField(max_length=160, blank=True, help_text=_("Where people go; empty: staff come"))
    contact = models.CharField(max_length=160, blank=True, help_text=_("How staff reach it"))
    capacity = models.PositiveSmallIntegerField(
        null=True, help_text=_("People at the same time; empty: not limited")
    )
    added_at = models.DateTimeField()
    added_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["agency", "name"],
                condition=models.Q(ended_at__isnull=True),
                name="a_service_once_at_an_agency",
            )
        ]

    def __str__(self) -> str:
        return self.name


class ServiceLanguage(models.Model):
    """A language in which somebody is served without an interpreter, ISO 639."""

    service = models.ForeignKey(Service, on_delete=models.PROTECT, related_name="languages")
    code = models.CharField(max_length=8)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["service", "code"], name="a_language_once_at_a_service")
        ]

    def __str__(self) -> str:
        return self.code


class OpeningHours(models.Model):
    """From a minute of a weekday (0 is Monday) on; `closes` above 1,440 is after midnight. In the time of the site."""

    service = models.ForeignKey(Service, on_delete=models.PROTECT, related_name="hours")
    weekday = models.PositiveSmallIntegerField()
    opens = models.PositiveSmallIntegerField(help_text=_("Minutes after midnight"))
    closes = models.PositiveSmallIntegerField(help_text=_("Minutes after midnight"))

    class Meta:
        verbose_name_plural = "opening hours"
        ordering: ClassVar = ["weekday", "opens"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(
                    weekday__lte=6, opens__lt=DAY, closes__gt=models.F("opens"), closes__lte=2 * DAY
                ),
                name="hours_of_a_week",
            )
        ]

    def __str__(self) -> str:
        return f"{clock(self.opens)}-{clock(self.closes)}"


class MedicalNote(models.Model):
    """What the health service found, sealed under the person's key; whoever is not of it reads that they were seen."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="medical_notes")
    sealed = models.BinaryField(null=True)
    seen_on = models.DateField()
    by_doctor = models.BooleanField()
    written_at = models.DateTimeField()
    written_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")

    class Meta:
        indexes: ClassVar = [models.Index(fields=["case", "by_doctor", "seen_on"])]

    def __str__(self) -> str:
        return f"seen on {self.seen_on}"


def clock(minutes: int) -> str:
    """Minutes after midnight as a clock shows them; the end of a day is 24:00."""
    shown = minutes if minutes <= DAY else minutes - DAY
    return f"{shown // 60:02d}:{shown % 60:02d}"
