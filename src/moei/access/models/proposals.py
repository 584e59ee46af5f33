"""What one agency proposes and another approves: roles, accounts, secrets, limits, the policy itself (P14)."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from moei.access.models.organisation import Agency, Release
from moei.access.models.staff import Staff
from moei.journal.ids import new_id


class Proposal(models.Model):
    """A change that two people of two agencies make together. `what` holds ids and codes, by kind (see `changes`).

    The agencies are those the two belonged to at that moment: nobody becomes a second agency by moving afterwards.
    """

    class Kind(models.TextChoices):
        ACCOUNT = "account", _("Add somebody")
        PERSON = "person", _("Change where somebody works")
        ROLE = "role", _("Give a role")
        OPEN = "open", _("Open an account again")
        PASSWORD = "password", _("A new password for somebody")
        SECOND_FACTOR = "second_factor", _("Remove somebody's second factor, to set up a new one")
        TOKEN = "token", _("Issue a token")
        CONFIGURATION = "configuration", _("Change an agency, a site or a release")
        POLICY = "policy", _("Accept a changed policy table")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    kind = models.CharField(max_length=20, choices=Kind.choices)
    staff = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, related_name="+")
    release = models.ForeignKey(Release, on_delete=models.PROTECT, null=True, related_name="+")
    what = models.JSONField(default=dict)
    reason = models.TextField()
    proposed_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    proposing_agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()
    lapses_at = models.DateTimeField()
    decided_by = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, related_name="+")
    deciding_agency = models.ForeignKey(Agency, on_delete=models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    approved = models.BooleanField(null=True)
    note = models.TextField(blank=True)
    collected_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["-proposed_at"]
        indexes: ClassVar = [models.Index(fields=["decided_at", "lapses_at"])]
        constraints: ClassVar = [
            # Also whoever writes past the program's actions leaves no approval by one agency or one person.
            models.CheckConstraint(
                name="approved_by_another_agency",
                condition=~Q(approved=True)
                | (
                    Q(deciding_agency__isnull=False, decided_by__isnull=False, decided_at__isnull=False)
                    & ~Q(deciding_agency=F("proposing_agency"))
                    & ~Q(decided_by=F("proposed_by"))
                ),
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} proposed by {self.proposed_by}"

    @property
    def about(self) -> str:
        """Whom it is about, by name: also somebody who has no account yet."""
        return str(self.staff or self.what.get("name", ""))

    @property
    def works_already(self) -> bool:
        """Whether somebody works with what it gives, before another agency decided: an account of an emergency."""
        return self.kind == self.Kind.ACCOUNT and self.staff_id is not None and self.decided_at is None

    def waits(self, now: datetime) -> bool:
        """Whether somebody of another agency may still decide it."""
        return self.decided_at is None and now < self.lapses_at

    def may_be_collected(self, now: datetime) -> bool:
        """Whether what it gives (a password, a token) still waits for whoever proposed it."""
        return bool(self.approved) and self.collected_at is None and now < self.lapses_at


class ApprovedPolicy(models.Model):
    """A policy table that two people of two agencies accepted, by its digest. The newest row is the one in force."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    digest = models.CharField(max_length=64)
    approved_at = models.DateTimeField()
    proposal = models.ForeignKey(Proposal, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering: ClassVar = ["-approved_at", "-id"]

    def __str__(self) -> str:
        return self.digest[:12]
