"""What retention keeps: runs and who agreed to them, legal holds, tombstones, files that must go, backups."""

from __future__ import annotations

import uuid
from datetime import date, datetime
from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from moei.access.models import Agency, Release, Staff
from moei.journal.ids import new_id


class Run(models.Model):
    """One erasure by the rules: exactly what its items name, agreed to by two people of two agencies.

    `counts` says how many of each rule, `digest` which rules it was computed by. The agencies are those of that moment.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    release = models.ForeignKey(Release, on_delete=models.PROTECT, related_name="+")
    digest = models.CharField(max_length=64)
    counts = models.JSONField(default=dict, help_text=_("Code of a rule: how many"))
    proposed_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    proposing_agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()
    approved_by = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, related_name="+")
    approving_agency = models.ForeignKey(Agency, on_delete=models.PROTECT, null=True, related_name="+")
    approved_at = models.DateTimeField(null=True)
    starts_at = models.DateTimeField(null=True, help_text=_("Nothing is erased before"))
    lapses_at = models.DateTimeField(null=True)
    stopped_by = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, related_name="+")
    stopped_at = models.DateTimeField(null=True)
    stopped_reason = models.TextField(blank=True)
    done_at = models.DateTimeField(null=True)
    done = models.JSONField(default=dict, help_text=_("Code of a rule: how many were erased"))
    left = models.PositiveIntegerField(default=0, help_text=_("Held or no longer due when their turn came"))
    compacted_at = models.DateTimeField(
        null=True, help_text=_("The database's free pages were overwritten after the run")
    )

    class Meta:
        ordering: ClassVar = ["-proposed_at"]
        constraints: ClassVar = [
            # Also whoever writes past the actions leaves no approval by one person or one agency.
            models.CheckConstraint(
                name="a_run_has_two_agencies",
                condition=Q(approved_at__isnull=True, approved_by__isnull=True, approving_agency__isnull=True)
                | (
                    Q(approved_by__isnull=False, approving_agency__isnull=False, starts_at__isnull=False)
                    & ~Q(approved_by=F("proposed_by"))
                    & ~Q(approving_agency=F("proposing_agency"))
                ),
            ),
            models.UniqueConstraint(
                fields=["release"],
                condition=Q(done_at__isnull=True, stopped_at__isnull=True),
                name="one_open_run_per_release",
            ),
        ]

    def __str__(self) -> str:
        return f"run of {self.proposed_at:%Y-%m-%d}"

    @property
    def total(self) -> int:
        return sum(self.counts.values())

    def waits_for_approval(self) -> bool:
        return self.approved_at is None and self.stopped_at is None

    def may_start(self, now: datetime) -> bool:
        return bool(
            self.approved_at
            and self.stopped_at is None
            and self.done_at is None
            and self.starts_at
            and self.lapses_at
            and self.starts_at <= now < self.lapses_at
        )

    def lapsed(self, now: datetime) -> bool:
        return self.done_at is None and self.lapses_at is not None and now >= self.lapses_at


class RunItem(models.Model):
    """One thing that a run is to erase; the row goes with it, so that no id of it stays here."""

    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="items")
    rule = models.CharField(max_length=60)
    target = models.UUIDField(help_text=_("A person, a list, a row of a list, an attached file"))

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["run", "rule", "target"], name="one_item_per_target")
        ]

    def __str__(self) -> str:
        return self.rule


class Tombstone(models.Model):
    """Says that somebody was here and was erased, and by which rule: no name, no number, no id of theirs, no hour."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    run = models.ForeignKey(Run, on_delete=models.PROTECT, related_name="tombstones")
    rule = models.CharField(max_length=60)
    erased_on = models.DateField()

    def __str__(self) -> str:
        return f"erased on {self.erased_on}"


class DoomedFile(models.Model):
    """A file that must go: written in the transaction that erased what it belonged to, removed once the file is gone."""

    path = models.CharField(max_length=200, unique=True, help_text=_("Within the data directory"))
    since = models.DateTimeField()

    def __str__(self) -> str:
        return self.path


class Hold(models.Model):
    """A legal hold on one case, or on a whole release: nothing of it is erased until the day, or until two end it."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    release = models.ForeignKey(Release, on_delete=models.PROTECT, related_name="+")
    case_id = models.UUIDField(null=True, db_index=True, help_text=_("Empty: the whole release"))
    reason = models.TextField()
    until = models.DateField(help_text=_("The last day of the hold"))
    put_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    put_at = models.DateTimeField()
    ending_asked_by = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, related_name="+")
    ending_asked_at = models.DateTimeField(null=True)
    ending_agency = models.ForeignKey(Agency, on_delete=models.PROTECT, null=True, related_name="+")
    ending_reason = models.TextField(blank=True)
    ended_by = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, related_name="+")
    ended_agency = models.ForeignKey(Agency, on_delete=models.PROTECT, null=True, related_name="+")
    ended_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["ended_at", "until"]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="a_hold_is_ended_by_two_agencies",
                condition=Q(ended_at__isnull=True)
                | (
                    Q(ended_by__isnull=False, ending_asked_by__isnull=False)
                    & Q(ended_agency__isnull=False, ending_agency__isnull=False)
                    & ~Q(ended_by=F("ending_asked_by"))
                    & ~Q(ended_agency=F("ending_agency"))
                ),
            )
        ]

    def __str__(self) -> str:
        return f"hold until {self.until}"

    def in_force(self, today: date) -> bool:
        return self.ended_at is None and today <= self.until


class Backup(models.Model):
    """A backup that was made. What was erased since lives on in it until it is destroyed."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    number = models.PositiveIntegerField(unique=True)
    made_at = models.DateTimeField()
    place = models.CharField(max_length=300, help_text=_("Where it was put, as told"))
    size = models.PositiveBigIntegerField(null=True, help_text=_("Bytes"))
    sha256 = models.CharField(max_length=64, blank=True, help_text=_("By which its file is known again"))
    expires_at = models.DateTimeField(null=True, help_text=_("Empty: the rules keep backups"))
    destroyed_at = models.DateTimeField(null=True)
    destroyed_by = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, related_name="+")
    destroyed_how = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering: ClassVar = ["-number"]

    def __str__(self) -> str:
        return f"backup {self.number}"
