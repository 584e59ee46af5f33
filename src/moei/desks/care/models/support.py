"""Support of one person: plans with goals, contacts and notes, rights that were told, a claim for compensation."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from moei.access.models import Agency, Staff
from moei.casefile.models import Case
from moei.journal.ids import new_id


class SupportPlan(models.Model):
    """A plan made with the person. Types are those of HTCDS 2.0 (`spl_Type`)."""

    class Type(models.TextChoices):
        EDUCATION = "Education", _("Education")
        FINANCIAL = "Financial", _("Money")
        HEALTH = "Health", _("Health")
        LABOUR = "LabourExploitationRehabilitation", _("Recovery from forced labour")
        LEGAL = "Legal", _("Legal")
        LIVELIHOOD = "Livelihood", _("Livelihood")
        RIGHTS = "RightsBasedTraining", _("Knowing one's rights")
        SEXUAL = "SexualExploitationRehabilitation", _("Recovery from sexual exploitation")
        SOCIAL = "SocialCare", _("Social care")

    class Ended(models.TextChoices):
        REACHED = "reached", _("What was planned is reached")
        CHANGED = "changed", _("Another plan takes its place")
        PERSON = "person", _("The person does not wish it any more")
        LEFT = "left", _("The person left")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="support_plans")
    type = models.CharField(max_length=32, choices=Type.choices)
    objectives = models.TextField(help_text=_("What the person wants to reach, in their words"))
    review_on = models.DateField()
    planned_end = models.DateField(null=True)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True)
    ended_as = models.CharField(max_length=7, choices=Ended.choices, blank=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["case", "ended_at", "review_on"])]

    def __str__(self) -> str:
        return self.type


class Goal(models.Model):
    """A step of a plan: what is done, by when, and whether it was."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    plan = models.ForeignKey(SupportPlan, on_delete=models.PROTECT, related_name="goals")
    words = models.CharField(max_length=300)
    due_on = models.DateField(null=True)
    set_at = models.DateTimeField()
    set_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    settled_at = models.DateTimeField(null=True)
    reached = models.BooleanField(null=True)

    def __str__(self) -> str:
        return f"goal of {self.plan_id}"


class CareNote(models.Model):
    """A contact with the person or about them, or a note. Never changed."""

    class Kind(models.TextChoices):
        MET = "met", _("Met the person")
        CALL = "call", _("A call or message")
        WITH_SERVICE = "service", _("Spoke with a service")
        REVIEW = "review", _("The plan was reviewed with the person")
        NOTE = "note", _("Note")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="care_notes")
    kind = models.CharField(max_length=8, choices=Kind.choices)
    happened_at = models.DateTimeField()
    words = models.TextField()
    written_at = models.DateTimeField()
    written_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")

    class Meta:
        indexes: ClassVar = [models.Index(fields=["case", "happened_at"])]

    def __str__(self) -> str:
        return self.kind


class RightTold(models.Model):
    """A right of the protocol was told to the person: in which language, by whom, with which interpreter."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="rights_told")
    code = models.CharField(max_length=40, help_text=_("Code of the right in the protocol"))
    language = models.CharField(max_length=8)
    interpreter = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, related_name="+")
    told_at = models.DateTimeField()
    told_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name_plural = "rights told"
        indexes: ClassVar = [models.Index(fields=["case", "code"])]

    def __str__(self) -> str:
        return self.code


class Claim(models.Model):
    """A claim for compensation on its way: asked, filed, decided, paid. Kept from whoever decides on identification."""

    class Outcome(models.TextChoices):
        GRANTED = "granted", _("Granted")
        PART = "part", _("Granted in part")
        REFUSED = "refused", _("Refused")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="claims")
    asked_on = models.DateField(help_text=_("When the person asked for it"))
    file_by = models.DateField(null=True, help_text=_("Last day on which it may be filed"))
    currency = models.CharField(max_length=3, blank=True, help_text=_("ISO 4217"))
    filed_on = models.DateField(null=True)
    filed_with = models.CharField(max_length=120, blank=True)
    amount = models.DecimalField(max_digits=14, decimal_places=2, null=True)
    decided_on = models.DateField(null=True)
    outcome = models.CharField(max_length=7, choices=Outcome.choices, blank=True)
    awarded = models.DecimalField(max_digits=14, decimal_places=2, null=True)
    appeal_by = models.DateField(null=True, help_text=_("Last day on which the decision may be fought"))
    paid_on = models.DateField(null=True)
    paid = models.DecimalField(max_digits=14, decimal_places=2, null=True)
    withdrawn_on = models.DateField(null=True, help_text=_("The person does not wish it any more"))
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["case"],
                condition=models.Q(paid_on__isnull=True, withdrawn_on__isnull=True),
                name="one_claim_on_its_way",
            )
        ]

    def __str__(self) -> str:
        return f"claim of {self.asked_on}"
