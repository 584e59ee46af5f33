"""Consent, one by one, and the register of what was disclosed to whom."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from moei.access.models import Agency, Staff
from moei.casefile.models.case import Case
from moei.crypto import text_digest
from moei.journal.ids import new_id


class Purpose(models.TextChoices):
    """What consent is asked for. Registration and protection rest on law and vital interest, not on consent (P02)."""

    INVESTIGATION = "investigation", _("Share what I say with investigators")
    EMBASSY = "embassy", _("Tell this embassy about me")
    FAMILY = "family", _("Tell my family where I am")
    REFERRAL = "referral", _("Share my needs with this organisation")
    MEDIA = "media", _("Speak to the press about me")
    STATISTICS = "statistics", _("Use more than counts in research")


# Purposes for which the recipient may open the case; an agency is of one kind, so it has one of them.
OPENS = frozenset({Purpose.EMBASSY, Purpose.REFERRAL})


class Wording(models.Model):
    """The exact words of a card, question or letter in one language. A new text is a new row."""

    class Status(models.TextChoices):
        DRAFT = "draft", _("Draft, not reviewed")
        REVIEWED = "reviewed", _("Reviewed")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    code = models.CharField(max_length=60, db_index=True)
    language = models.CharField(max_length=8)
    text = models.TextField()
    sha256 = models.CharField(max_length=64)
    status = models.CharField(max_length=8, choices=Status.choices, default=Status.DRAFT)
    reviewed_by = models.CharField(max_length=120, blank=True)
    reviewed_on = models.DateField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["code", "language", "sha256"], name="one_row_per_wording")
        ]

    def __str__(self) -> str:
        return f"{self.code} ({self.language})"

    def is_intact(self) -> bool:
        """The text is still the one that was hashed."""
        return text_digest(self.text) == self.sha256


class Consent(models.Model):
    """An answer to one question: this purpose, this recipient, these words, in this language (P02, P04)."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="consents")
    purpose = models.CharField(max_length=16, choices=Purpose.choices)
    recipient = models.ForeignKey(Agency, on_delete=models.PROTECT, null=True, related_name="+")
    given = models.BooleanField()
    wording = models.ForeignKey(Wording, on_delete=models.PROTECT, related_name="+")
    wording_sha256 = models.CharField(max_length=64)
    language = models.CharField(max_length=8)
    translated_by = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, related_name="+")
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["case", "purpose"])]

    def __str__(self) -> str:
        return f"{self.purpose}: {'given' if self.given else 'refused'}"

    @property
    def in_force(self) -> bool:
        return self.given and self.withdrawn_at is None

    @property
    def opens(self) -> bool:
        """Whether a yes to this lets its recipient open the case."""
        return self.recipient_id is not None and self.purpose in OPENS


class Disclosure(models.Model):
    """Something about the person that somebody learnt, inside Moei or outside it (P01)."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="disclosures")
    what = models.CharField(max_length=200)
    to_whom = models.CharField(max_length=120)
    happened_at = models.DateTimeField()
    basis = models.CharField(max_length=200)
    outside = models.BooleanField(default=False, help_text=_("It happened outside Moei"))
    recallable = models.BooleanField(default=False)
    recorded_by = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, related_name="+")

    def __str__(self) -> str:
        return f"{self.what} to {self.to_whom}"
