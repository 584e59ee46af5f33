"""What the way home needs and what forbids it: papers, checks, and a person's fear of a state (P01, P16).

In the case file because two desks share it: what embassies issue, whoever plans a journey asks for.
"""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from moei.access.models import Agency, Staff
from moei.casefile.models.case import Case
from moei.journal.ids import new_id


class TravelDocument(models.Model):
    """A paper to travel with: asked of a mission, issued or refused by it."""

    class Kind(models.TextChoices):
        PASSPORT = "passport", _("Passport")
        LAISSEZ_PASSER = "laissez_passer", _("Laissez-passer")
        EMERGENCY = "emergency", _("Emergency travel document")
        OTHER = "other", _("Another travel document")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="travel_documents")
    kind = models.CharField(max_length=14, choices=Kind.choices)
    mission = models.ForeignKey(Agency, on_delete=models.PROTECT, null=True, related_name="+")
    asked_at = models.DateTimeField(null=True)
    issued_at = models.DateTimeField(null=True)
    number = models.CharField(max_length=40, blank=True)
    expires_on = models.DateField(null=True)
    refused_at = models.DateTimeField(null=True)
    voided_at = models.DateTimeField(null=True, help_text=_("Lost, expired, recorded in error"))
    recorded_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")

    class Meta:
        indexes: ClassVar = [models.Index(fields=["case", "voided_at"])]

    def __str__(self) -> str:
        return self.kind


class TravelCheck(models.Model):
    """An answer to one thing that has to be settled before somebody leaves. The latest of a code counts."""

    class Code(models.TextChoices):
        """Preconditions of a journey; the protocol says which of them it asks for."""

        FINES = "fines", _("Fines for overstaying settled or waived")
        EXIT_CLEARANCE = "exit_clearance", _("Exit clearance")
        FIT_TO_TRAVEL = "fit_to_travel", _("Fit to travel, by somebody of the health service")
        ESCORT = "escort", _("Escort named (for a child or somebody who needs one)")
        RISK_ASKED = "risk_asked", _("Asked about prosecution or recapture on return")
        WISHES_TO_GO = "wishes_to_go", _("The person wishes to go")

    class Answer(models.TextChoices):
        YES = "yes", _("Yes")
        NO = "no", _("No")
        NOT_NEEDED = "not_needed", _("Not needed")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="travel_checks")
    code = models.CharField(max_length=20, choices=Code.choices)
    answer = models.CharField(max_length=10, choices=Answer.choices)
    note = models.TextField(blank=True)
    answered_at = models.DateTimeField()
    answered_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")

    class Meta:
        indexes: ClassVar = [models.Index(fields=["case", "code", "answered_at"])]

    def __str__(self) -> str:
        return f"{self.code}: {self.answer}"


class ProtectionConcern(models.Model):
    """The person fears a state, seeks asylum or may have no nationality: nothing is asked of that state while it stands.

    `state` is ISO 3166 alpha-3; empty for every state.
    """

    class Kind(models.TextChoices):
        FEAR = "fear", _("Fears this state")
        ASYLUM = "asylum", _("Seeks asylum")
        STATELESS = "stateless", _("May have no nationality")

    class Path(models.TextChoices):
        UNHCR = "unhcr", _("Referred to UNHCR")
        THIRD_COUNTRY = "third_country", _("A third country is asked")
        STAY = "stay", _("Stays here under protection")
        OPEN = "open", _("Not decided yet")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="protection_concerns")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    state = models.CharField(max_length=3, blank=True)
    path = models.CharField(max_length=14, choices=Path.choices, default=Path.OPEN)
    told_at = models.DateTimeField()
    recorded_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["case", "ended_at"])]

    def __str__(self) -> str:
        return self.kind
