"""Tables of the journal. Entries are never changed or removed: triggers in the database refuse it."""

from __future__ import annotations

from datetime import UTC
from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

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
    action = models.CharField(max_length=60)
    actor = models.UUIDField(null=True)
    agency = models.UUIDField(null=True)
    release = models.UUIDField(null=True)
    case = models.UUIDField(null=True)
    subject = models.UUIDField(null=True, db_index=True)
    fields = models.JSONField(default=dict)
    data = models.JSONField(default=dict)
    previous = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)

    class Meta:
        ordering: ClassVar = ["seq"]
        # What the auditor's desk asks for: of one person, one case, one agency, one action, each in a period.
        indexes: ClassVar = [
            models.Index(fields=["recorded_at"], name="journal_entry_time"),
            models.Index(fields=["actor", "recorded_at"], name="journal_entry_actor"),
            models.Index(fields=["agency", "recorded_at"], name="journal_entry_agency"),
            models.Index(fields=["case", "recorded_at"], name="journal_entry_case"),
            models.Index(fields=["action", "recorded_at"], name="journal_entry_action"),
        ]

    def __str__(self) -> str:
        return f"{self.seq} {self.action}"


class Head(models.Model):
    """Where the chain ends. One row; writers lock it, so that entries get consecutive numbers."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    instance = models.UUIDField(default=new_id, editable=False)
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


class Anchor(models.Model):
    """Where the chain ended at a moment, signed. Copies of it are with others; this row is only ours."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    instance = models.UUIDField()
    seq = models.BigIntegerField()
    hash = models.CharField(max_length=64)
    signed_at = models.DateTimeField(db_index=True)
    key = models.CharField(max_length=32)
    signature = models.CharField(max_length=90)

    class Meta:
        ordering: ClassVar = ["-signed_at"]

    def __str__(self) -> str:
        return f"anchor at {self.seq}"

    @property
    def file_name(self) -> str:
        """Sorts by time; says which instance and how far."""
        moment = self.signed_at.astimezone(UTC)
        return f"{str(self.instance)[-12:]}-{moment:%Y%m%dT%H%M%SZ}-{self.seq}.json"


class Recipient(models.Model):
    """Who gets every anchor. `agency` is None for the folder of whoever runs the server: that is nobody else."""

    class Channel(models.TextChoices):
        FOLDER = "folder", _("Folder on the server")
        EMAIL = "email", _("E-mail")
        WEBHOOK = "webhook", _("Web address (HTTPS)")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    agency = models.UUIDField(null=True)
    channel = models.CharField(max_length=8, choices=Channel.choices)
    address = models.CharField(max_length=300, blank=True)
    added_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["added_at"]

    def __str__(self) -> str:
        return f"{self.channel} {self.address}"


class Delivery(models.Model):
    """One anchor on its way to one recipient: kept and tried again until the recipient confirmed it."""

    anchor = models.ForeignKey(Anchor, on_delete=models.PROTECT, related_name="deliveries")
    recipient = models.ForeignKey(Recipient, on_delete=models.PROTECT, related_name="deliveries")
    tries = models.PositiveIntegerField(default=0)
    next_try_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True)
    failure = models.CharField(max_length=200, blank=True)

    class Meta:
        verbose_name_plural = "deliveries"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["anchor", "recipient"], name="one_delivery_of_an_anchor")
        ]
        indexes: ClassVar = [
            models.Index(fields=["confirmed_at", "next_try_at"], name="journal_delivery_due")
        ]

    def __str__(self) -> str:
        return f"{self.anchor} to {self.recipient}"
