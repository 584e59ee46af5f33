"""How much somebody reads: cases opened, names shown, look-ups; and what a second person allowed above that."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from moei.access.models.organisation import Agency, Release
from moei.access.models.staff import Staff
from moei.journal.ids import new_id


class OpenedCase(models.Model):
    """When somebody last opened a case. One row for each pair: how many in the last hour is one count."""

    staff = models.ForeignKey(Staff, on_delete=models.CASCADE, related_name="+")
    case_id = models.UUIDField()
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["staff", "case_id"], name="one_row_per_opened_case")
        ]
        indexes: ClassVar = [models.Index(fields=["staff", "at"])]

    def __str__(self) -> str:
        return f"{self.staff_id} {self.at}"


class Tally(models.Model):
    """How much of something somebody did in five minutes that begin at `slot`."""

    class Kind(models.TextChoices):
        NAMES = "names", _("Names shown in lists")
        LOOKUPS = "lookups", _("Look-ups")
        GUESSES = "guesses", _("Case numbers that no case has")

    staff = models.ForeignKey(Staff, on_delete=models.CASCADE, related_name="+")
    agency = models.ForeignKey(Agency, on_delete=models.CASCADE, null=True, related_name="+")
    kind = models.CharField(max_length=8, choices=Kind.choices)
    slot = models.DateTimeField()
    n = models.PositiveIntegerField(default=0)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["staff", "kind", "slot"], name="one_row_per_tally")
        ]
        indexes: ClassVar = [models.Index(fields=["agency", "kind", "slot"])]

    def __str__(self) -> str:
        return f"{self.kind}: {self.n}"


class LookupReason(models.Model):
    """Why somebody looks people up, said once in each session."""

    class Code(models.TextChoices):
        REGISTERING = "registering", _("Registering people who arrive")
        MY_CASES = "my_cases", _("Work on cases that are mine")
        FAMILY = "family", _("A family asks, and the caseworker has consent")
        WHO_IS_WHO = "who_is_who", _("Deciding who is who")
        OTHER = "other", _("Something else")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    staff = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    release = models.ForeignKey(Release, on_delete=models.PROTECT, null=True, related_name="+")
    code = models.CharField(max_length=12, choices=Code.choices)
    text = models.CharField(max_length=200)
    given_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["-given_at"]

    def __str__(self) -> str:
        return self.code


class Allowance(models.Model):
    """More than the policy table gives: asked for with a reason, allowed by a second person, for an hour (P10)."""

    class Kind(models.TextChoices):
        CASES = "cases", _("Cases opened in an hour")
        NAMES = "names", _("Names shown in lists")
        LOOKUPS = "lookups", _("Look-ups")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    staff = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    release = models.ForeignKey(Release, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=8, choices=Kind.choices)
    reason = models.CharField(max_length=300)
    asked_at = models.DateTimeField()
    decided_by = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    number = models.PositiveIntegerField(default=0, help_text=_("More than usual; 0 declines"))
    until = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["-asked_at"]
        indexes: ClassVar = [models.Index(fields=["staff", "kind", "until"])]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="allowed_by_a_second_person",
                condition=models.Q(decided_by__isnull=True) | ~models.Q(decided_by=models.F("staff")),
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} +{self.number}"
