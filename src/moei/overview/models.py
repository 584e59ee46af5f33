"""Bulletins and statistics: what was counted and published, exactly as it was."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from moei.access.models import Release, Staff
from moei.journal.ids import new_id


class Bulletin(models.Model):
    """One bulletin of a release. Never changed: a correction is a later bulletin.

    `published` is what the world sees and what the ledger keeps (`moei.engines.disclosure.to_json`); `shown` adds
    the range that arithmetic leaves for each protected count; `audit` (true counts, why each was protected, the
    attacker's intervals) stays in the house.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    release = models.ForeignKey(Release, on_delete=models.PROTECT, related_name="bulletins")
    number = models.PositiveIntegerField()
    as_of = models.DateField()
    published_at = models.DateTimeField()
    published_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    published = models.TextField()
    shown = models.JSONField(default=list)
    note = models.JSONField(default=list)
    audit = models.JSONField(default=list)
    counted_at = models.DateTimeField(null=True, help_text=_("Where the statistics of the date came first"))
    pdf = models.CharField(max_length=120)
    pdf_sha256 = models.CharField(max_length=64)

    class Meta:
        ordering: ClassVar = ["-as_of"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["release", "as_of"], name="one_bulletin_a_date"),
            models.UniqueConstraint(fields=["release", "number"], name="one_bulletin_a_number"),
        ]

    def __str__(self) -> str:
        return f"{self.release}: bulletin {self.number}"

    @property
    def pdf_path(self) -> Path:
        return Path(settings.BULLETINS_DIR) / self.pdf

    @property
    def moment(self) -> datetime:
        """When people were counted."""
        return self.counted_at or self.published_at


class Statistics(models.Model):
    """The statistics of a release on one date. Never changed, never counted anew: whoever looks later, or elsewhere,
    or takes a file, gets the same counts with the same ones protected.

    `published` has the tables of the bulletin of that date and all others, as `Bulletin.published` has: the ledger
    keeps it, and a bulletin of the date prints what it says. `bulletin` is what such a bulletin needs besides. `days`
    are medians and 90th percentiles. `audit` (true counts) and `true_counts` stay in the house.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    release = models.ForeignKey(Release, on_delete=models.PROTECT, related_name="statistics")
    as_of = models.DateField()
    counted_at = models.DateTimeField()
    counted_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    published = models.TextField()
    shown = models.JSONField(default=list)
    days = models.JSONField(default=list)
    held = models.JSONField(default=list, help_text=_("Columns in which too little had changed"))
    left_out = models.JSONField(default=list, help_text=_("Tables that could not be protected"))
    corrected = models.BooleanField(default=False)
    bulletin = models.JSONField(default=dict)
    audit = models.JSONField(default=list)
    true_counts = models.JSONField(default=list)

    class Meta:
        ordering: ClassVar = ["-as_of"]
        verbose_name_plural = "statistics"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["release", "as_of"], name="one_statistics_a_date"),
        ]

    def __str__(self) -> str:
        return f"{self.release}: statistics of {self.as_of}"
