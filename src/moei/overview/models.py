"""Bulletins: what was published, exactly as it was."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

from django.conf import settings
from django.db import models

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
