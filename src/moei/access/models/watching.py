"""Who is told of what: openings in an emergency, roles given by one person, canaries that somebody touched."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from moei.access.models.organisation import Agency, Release
from moei.access.models.staff import Staff
from moei.journal.ids import new_id


class Notice(models.Model):
    """One agency is told of one thing in one release, or (`release` empty) in the whole instance.

    It names no case to anybody who may not know of it, and no person of a case.
    """

    class Kind(models.TextChoices):
        EMERGENCY = "emergency", _("A case was opened in an emergency")
        EMERGENCY_ROLE = "emergency_role", _("One administrator gave a role alone, in an emergency")
        MANY_CASES = "many_cases", _("Somebody opened more cases than their quota, in emergencies")
        GUESSES = "guesses", _("Somebody tried case numbers that no case has")
        GUARD_GONE = (
            "guard_gone",
            _("One administrator alone took a duty to watch or to approve from somebody"),
        )
        SECRET = "secret", _("Two agencies gave somebody a new password or removed their second factor")
        MOVED = "moved", _("Two agencies agreed that somebody works elsewhere")
        TOKEN = "token", _("Somebody collected a token of your agency's service account")
        CANARY = "canary", _("Somebody touched an invented person who is kept as an alarm")
        MISSING_CHILD = "missing_child", _("A child is missing from a place of shelter")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    kind = models.CharField(max_length=20, choices=Kind.choices)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    release = models.ForeignKey(Release, on_delete=models.PROTECT, null=True, related_name="+")
    who = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    about = models.ForeignKey(
        Staff,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        help_text=_("Member of staff it was done to"),
    )
    action = models.CharField(max_length=60, blank=True, help_text=_("The journal's word for what they did"))
    case_id = models.UUIDField(null=True)
    at = models.DateTimeField()
    emailed_at = models.DateTimeField(null=True)
    seen_by = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, related_name="+")
    seen_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["-at", "-id"]
        indexes: ClassVar = [models.Index(fields=["agency", "seen_at"])]

    def __str__(self) -> str:
        return f"{self.kind} by {self.who}"


class Canary(models.Model):
    """An invented person with a case, kept as an alarm: nobody has a reason to look for them (P12).

    It knows case, person and source record only by their ids. It is on every list and in every
    count inside, in nothing that is published, and never matched.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    case_id = models.UUIDField(unique=True)
    person_id = models.UUIDField(unique=True)
    record_id = models.UUIDField(unique=True)
    made_by = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "canaries"

    def __str__(self) -> str:
        return f"canary {self.case_id}"
