"""Paper for when power fails: packs of blank sheets, and which sheet was entered as which registration."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from moei.access.models import Release, Staff
from moei.casefile.models import Case
from moei.journal.ids import new_id


class PaperPack(models.Model):
    """Numbered blank registration sheets that were printed together."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    release = models.ForeignKey(Release, on_delete=models.PROTECT, related_name="+")
    number = models.PositiveIntegerField()
    sheets = models.PositiveIntegerField()
    printed_at = models.DateTimeField()
    printed_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["release", "number"], name="one_pack_per_number")
        ]

    def __str__(self) -> str:
        return f"P{self.number}"

    def sheet(self, position: int) -> str:
        """The number printed on a sheet; `position` counts from 1."""
        return f"P{self.number}-{position:02d}"


class LaterEntry(models.Model):
    """A sheet that was entered, and the case it became."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    pack = models.ForeignKey(PaperPack, on_delete=models.PROTECT, related_name="entries")
    position = models.PositiveIntegerField()
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="+")
    entered_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["pack", "position"], name="a_sheet_is_entered_once")
        ]

    def __str__(self) -> str:
        return self.pack.sheet(self.position)
