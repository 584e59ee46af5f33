"""Tables of the journal. Entries are never changed or removed: triggers in the database refuse it."""

from __future__ import annotations

from django.db import models

from moei.journal.ids import new_id


class Entry(models.Model):
    """One thing that was done or read.

    `fields` maps a field's name to `[commitment before, commitment after]`; `data` holds codes and counts only.
    """

    class Kind(models.TextChoices):
        CHANGE = "change"
        READ = "read"
        ACCESS = "access"  # sign-in, break-glass, roles

    seq = models.BigIntegerField(primary_key=True)
    id = models.UUIDField(default=new_id, unique=True, editable=False)
    recorded_at = models.DateTimeField()
    happened_at = models.DateTimeField()
    kind = models.CharField(max_length=8, choices=Kind.choices)
    action = models.CharField(max_length=60, db_index=True)
    actor = models.UUIDField(null=True, db_index=True)
    agency = models.UUIDField(null=True)
    release = models.UUIDField(null=True)
    case = models.UUIDField(null=True, db_index=True)
    subject = models.UUIDField(null=True, db_index=True)
    fields = models.JSONField(default=dict)
    data = models.JSONField(default=dict)
    previous = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)

    class Meta:
        ordering = ["seq"]

    def __str__(self) -> str:
        return f"{self.seq} {self.action}"


class Head(models.Model):
    """Where the chain ends. One row; writers lock it, so that entries get consecutive numbers."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    seq = models.BigIntegerField(default=0)
    hash = models.CharField(max_length=64, default="")

    def __str__(self) -> str:
        return f"head {self.seq}"


class SubjectKey(models.Model):
    """The key of one person, wrapped by the key file. Destroying it erases what lies under it (P18)."""

    subject = models.UUIDField(primary_key=True)
    wrapped = models.BinaryField()

    def __str__(self) -> str:
        return f"key of {self.subject}"


class FormerValue(models.Model):
    """What a field held before an entry changed it, sealed under the person's key."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    entry = models.UUIDField(db_index=True)
    subject = models.UUIDField(db_index=True)
    field = models.CharField(max_length=60)
    sealed = models.BinaryField()

    def __str__(self) -> str:
        return f"former {self.field}"
