"""Lists as they came in: what each file was read to be, and how far it has come."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from moei.access.models import Release, Staff
from moei.engines.lists import ListKind
from moei.journal.ids import new_id

KINDS = [
    (ListKind.TRANSFERRING.value, _("List of the side that hands people over")),
    (ListKind.HANDOVER.value, _("Handover list: who was received at the crossing")),
    (ListKind.EMBASSY.value, _("List of an embassy")),
    (ListKind.FAMILY.value, _("Reports by families")),
    (ListKind.DOCUMENTS.value, _("Passport scans")),
]


class ListImport(models.Model):
    """One file of one sender. The bytes lie sealed on disk; its rows are staged until somebody commits them."""

    class State(models.TextChoices):
        STAGED = "staged", _("To be checked")
        COMMITTED = "committed", _("Taken in")
        UNDONE = "undone", _("Undone")
        REPLACED = "replaced", _("Replaced by a newer version")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    release = models.ForeignKey(Release, on_delete=models.PROTECT, related_name="+")
    filename = models.CharField(max_length=200)
    sender = models.CharField(max_length=120, help_text=_("Who made or sent the list"))
    kind = models.CharField(max_length=14, choices=KINDS)
    kind_corrected = models.BooleanField(default=False)
    sha256 = models.CharField(max_length=64)
    size = models.PositiveIntegerField(help_text=_("Bytes"))
    rows = models.PositiveIntegerField(default=0)
    state = models.CharField(max_length=9, choices=State.choices, default=State.STAGED)
    reading = models.JSONField(default=dict, help_text=_("What was understood of the file; no rows"))
    as_of = models.DateField(
        null=True, help_text=_("Date that ages are counted from, where somebody stated it")
    )
    happened_at = models.DateTimeField(null=True, help_text=_("When the list was made, or the handover was"))
    replaces = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="newer")
    uploaded_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField()
    committed_by = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, related_name="+")
    committed_at = models.DateTimeField(null=True)
    undone_by = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, related_name="+")
    undone_at = models.DateTimeField(null=True)
    undone_reason = models.CharField(max_length=300, blank=True)
    # Long work runs in the background: since when, and in words why it failed.
    working_since = models.DateTimeField(null=True)
    failure = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["release", "sha256"],
                condition=Q(state__in=["staged", "committed"]),
                name="same_bytes_once_per_release",
            )
        ]
        indexes: ClassVar = [models.Index(fields=["release", "state"])]
        ordering: ClassVar = ["-uploaded_at"]

    def __str__(self) -> str:
        return self.filename


class StagedRows(models.Model):
    """The rows of a list that is not committed yet, in one piece; gone once they are source records."""

    list_import = models.OneToOneField(
        ListImport, on_delete=models.CASCADE, primary_key=True, related_name="staged"
    )
    rows = models.JSONField(default=list)

    def __str__(self) -> str:
        return f"rows of {self.list_import_id}"


class ColumnCorrection(models.Model):
    """What somebody said a sender's column means; remembered for the next list of that sender."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    sender = models.CharField(max_length=120, help_text=_("Lower case"))
    column = models.CharField(max_length=200, help_text=_("Sheet and heading"))
    meaning = models.CharField(max_length=20)
    corrected_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    corrected_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["sender", "column"], name="one_meaning_per_column")
        ]

    def __str__(self) -> str:
        return f"{self.column}: {self.meaning}"
