"""What missions are asked about people, and what they answer."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from moei.access.models import Agency, Release, Staff
from moei.casefile.models import Case, Consent
from moei.crypto import new_code
from moei.journal.ids import new_id

# Without signs that are mistaken for one another when they are read aloud.
_SIGNS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"


def new_reference() -> str:
    """Ten random signs, as `V-7KQ2M-9TX4C`: how a mission names a request. It says nothing of the person."""
    signs = new_code(_SIGNS, 10)
    return f"V-{signs[:5]}-{signs[5:]}"


def new_batch_reference() -> str:
    """Six random signs, as `B-7KQ-2M9`."""
    signs = new_code(_SIGNS, 6)
    return f"B-{signs[:3]}-{signs[3:]}"


class ServedState(models.Model):
    """A state for which a mission acts besides its own: several states have no mission in the country."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    mission = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="served_states")
    state = models.CharField(max_length=3, help_text=_("ISO 3166 alpha-3"))
    added_at = models.DateTimeField()
    added_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["mission", "state"],
                condition=models.Q(ended_at__isnull=True),
                name="a_state_once_at_a_mission",
            )
        ]

    def __str__(self) -> str:
        return self.state


class AgreedState(models.Model):
    """The person agreed that a mission asks this other state as well: consent to a mission covers its own state alone.

    It ends with the consent that it was given under.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="agreed_states")
    consent = models.ForeignKey(Consent, on_delete=models.PROTECT, related_name="agreed_states")
    mission = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=3)
    agreed_at = models.DateTimeField()
    recorded_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["case", "mission", "state"],
                condition=models.Q(ended_at__isnull=True),
                name="a_state_agreed_once",
            )
        ]

    def __str__(self) -> str:
        return self.state


class TravelNeed(models.Model):
    """What somebody needs on the way, as a mission is told it: never an illness, never why."""

    class Code(models.TextChoices):
        COMPANION = "companion", _("Somebody who travels along")
        STEP_FREE = "step_free", _("A way without steps, or a wheelchair")
        TOGETHER = "together", _("Travels together with others, not alone")
        INTERPRETER = "interpreter", _("Somebody who interprets")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="travel_needs")
    code = models.CharField(max_length=12, choices=Code.choices)
    noted_at = models.DateTimeField()
    noted_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["case", "code"],
                condition=models.Q(ended_at__isnull=True),
                name="a_travel_need_once",
            )
        ]

    def __str__(self) -> str:
        return self.code


class Batch(models.Model):
    """Requests that were sent to one mission, about one state, at one time."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    reference = models.CharField(max_length=9, unique=True, default=new_batch_reference)
    release = models.ForeignKey(Release, on_delete=models.PROTECT, related_name="+")
    mission = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=3)
    sent_at = models.DateTimeField()
    sent_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name_plural = "batches"
        indexes: ClassVar = [models.Index(fields=["mission", "release", "sent_at"])]

    def __str__(self) -> str:
        return self.reference


class VerificationRequest(models.Model):
    """A mission is asked whether somebody is a national of a state."""

    class Status(models.TextChoices):
        ASKED = "asked", _("Asked, no answer yet")
        MORE = "more", _("The mission needs more")
        CONFIRMED = "confirmed", _("Nationality confirmed")
        REFUTED = "refuted", _("Nationality not confirmed: not a national")
        TAKEN_BACK = "taken_back", _("Taken back")

    class Why(models.TextChoices):
        """Why it was taken back; never told to the mission."""

        CONSENT = "consent", _("The person withdrew consent")
        CONCERN = "concern", _("The person fears a state, seeks asylum or may have none")
        STATE = "state", _("The mission acts for this state no more, or the person no longer agrees to it")

    class Next(models.TextChoices):
        """What follows when a state says that somebody is not its national."""

        ANOTHER = "another", _("Another mission is asked")
        STATELESS = "stateless", _("The person may have no nationality: the path of the stateless")

    OPEN: ClassVar = (Status.ASKED, Status.MORE)

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    reference = models.CharField(max_length=13, unique=True, default=new_reference)
    batch = models.ForeignKey(Batch, on_delete=models.PROTECT, related_name="requests")
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="verification_requests")
    mission = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=3)
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.ASKED)
    asked_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, related_name="+")
    remark = models.TextField(blank=True, help_text=_("What the mission says, or what more it needs"))
    more = models.TextField(blank=True, help_text=_("What it was told when it needed more"))
    taken_back_at = models.DateTimeField(null=True)
    taken_back_why = models.CharField(max_length=8, choices=Why.choices, blank=True)
    following = models.CharField(max_length=9, choices=Next.choices, blank=True)
    following_mission = models.ForeignKey(Agency, on_delete=models.PROTECT, null=True, related_name="+")
    following_state = models.CharField(max_length=3, blank=True)
    followed_at = models.DateTimeField(null=True)
    followed_by = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["mission", "status", "asked_at"]),
            models.Index(fields=["case", "status"]),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["case", "mission", "state"],
                condition=models.Q(status__in=["asked", "more"]),
                name="one_open_verification",
            )
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def is_open(self) -> bool:
        return self.status in self.OPEN


class Reminder(models.Model):
    """A mission was reminded of a request, and whether it has seen that."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    request = models.ForeignKey(VerificationRequest, on_delete=models.PROTECT, related_name="reminders")
    reminded_at = models.DateTimeField()
    reminded_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    seen_at = models.DateTimeField(null=True)
    seen_by = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        indexes: ClassVar = [models.Index(fields=["request", "reminded_at"])]

    def __str__(self) -> str:
        return f"{self.request_id}: {self.reminded_at:%Y-%m-%d}"
