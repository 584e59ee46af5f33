"""What opens a case to somebody: roles, single cases, break-glass, tokens of agencies."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from moei.access.models.organisation import Agency, Release, Site
from moei.access.models.staff import Staff
from moei.journal.ids import new_id


class RoleGrant(models.Model):
    """A role of the policy table, given to one person in one release (and one site, where the role needs it).

    One that was given in an emergency has its end from the beginning, and waits for a review by another agency. Taken
    back before that, it is over whatever the clock says.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    staff = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="role_grants")
    role = models.CharField(max_length=40)
    release = models.ForeignKey(Release, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    site = models.ForeignKey(Site, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    granted_by = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, related_name="+")
    granted_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    taken_back = models.BooleanField(default=False)
    emergency = models.TextField(blank=True, help_text=_("Why it was given by one person alone"))
    reviewed_by = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    reviewed_at = models.DateTimeField(null=True, blank=True)
    review_note = models.TextField(blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["staff", "role", "release", "site"],
                condition=Q(ended_at__isnull=True),
                name="one_active_grant_per_role",
                nulls_distinct=False,
            )
        ]

    def __str__(self) -> str:
        return f"{self.staff} as {self.role}"


class CaseGrant(models.Model):
    """One case opened to one person or one agency, on a basis. It knows the case only by its id.

    Consent for an embassy, an assignment, a lawyer named by the person: each makes a row, and ending it takes
    effect at the next query.
    """

    class Basis(models.TextChoices):
        ASSIGNED = "assigned", _("Assigned")
        INTERPRETER = "interpreter", _("Interprets in this case")
        SUPPORT = "support", _("Named by the person as lawyer or support person")
        CONSENT = "consent", _("The person consented to this recipient")
        REFERRAL = "referral", _("The person was referred, and agreed to it")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    case_id = models.UUIDField(db_index=True)
    basis = models.CharField(max_length=12, choices=Basis.choices)
    staff = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, related_name="case_grants")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, null=True, related_name="case_grants")
    sections = models.JSONField(default=list, help_text=_("For a referral: the sections it covers"))
    granted_by = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, related_name="+")
    granted_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["staff", "basis", "ended_at"]),
            models.Index(fields=["agency", "basis", "ended_at"]),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["case_id", "basis", "staff", "agency"],
                condition=Q(ended_at__isnull=True),
                name="one_active_case_grant",
                nulls_distinct=False,
            )
        ]

    def __str__(self) -> str:
        return f"{self.basis} {self.case_id}"


class BreakGlass(models.Model):
    """Emergency access to one case: a reason, three hours, a review by somebody else."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    staff = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    release = models.ForeignKey(Release, on_delete=models.PROTECT, null=True, related_name="+")
    case_id = models.UUIDField(db_index=True)
    reason = models.TextField()
    opened_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    reviewed_by = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, related_name="+")
    reviewed_at = models.DateTimeField(null=True)
    justified = models.BooleanField(null=True)
    review_note = models.TextField(blank=True)

    class Meta:
        ordering: ClassVar = ["-opened_at"]

    def __str__(self) -> str:
        return f"break-glass by {self.staff}"


class ApiToken(models.Model):
    """A token of an agency. It acts as a service account, whose roles say what it may do."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="tokens")
    staff = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="tokens")
    label = models.CharField(max_length=80)
    digest = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.agency}: {self.label}"
