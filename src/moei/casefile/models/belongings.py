"""The property register: phones and papers that were taken from a person (P15)."""

from __future__ import annotations

from datetime import date
from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from moei.access.models import Staff
from moei.casefile.models.case import Case
from moei.journal.ids import new_id


class PropertyItem(models.Model):
    """A thing that was taken from the person: by whom, on which basis, where it is, and that it came back."""

    class Kind(models.TextChoices):
        PHONE = "phone", _("Telephone")
        PASSPORT = "passport", _("Passport or other travel document")
        PAPER = "paper", _("Another paper")
        CARD = "card", _("Bank card or SIM card")
        MONEY = "money", _("Money")
        OTHER = "other", _("Something else")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="belongings")
    receipt = models.CharField(max_length=12, unique=True, help_text=_("Random, says nothing of the person"))
    kind = models.CharField(max_length=10, choices=Kind.choices)
    words = models.CharField(max_length=200)
    number = models.CharField(max_length=60, blank=True, help_text=_("Serial number or number of the paper"))
    taken_by = models.CharField(max_length=120, help_text=_("Name or number, and agency"))
    taken_at = models.DateTimeField()
    basis = models.CharField(max_length=200, help_text=_("A law, an order, or the person's own wish"))
    held_at = models.CharField(max_length=120)
    back_by = models.DateField(null=True)
    # Only with a basis of its own; who decides does not see it, because consent for an investigation may be that basis.
    copied = models.BooleanField(default=False)
    copy_basis = models.CharField(max_length=200, blank=True)
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    returned_at = models.DateTimeField(null=True)
    returned_to = models.CharField(max_length=120, blank=True)
    signed = models.BooleanField(default=False, help_text=_("Who got it back signed for it"))
    returned_by = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        indexes: ClassVar = [models.Index(fields=["case", "returned_at"])]

    def __str__(self) -> str:
        return self.receipt

    def overdue(self, today: date) -> bool:
        """Kept longer than was said."""
        return self.returned_at is None and self.back_by is not None and self.back_by < today
