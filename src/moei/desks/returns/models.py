"""Journeys home, who sits where, and what follows after the return."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from moei.access.models import Release, Staff
from moei.casefile.models import Case
from moei.crypto import new_token
from moei.journal.ids import new_id


class Journey(models.Model):
    """A flight or a bus. `state` is where it goes, ISO 3166 alpha-3.

    `revision` grows with each change of time, carrier or number: a confirmation or a card of an earlier one is void.
    """

    class Mode(models.TextChoices):
        FLIGHT = "flight", _("Flight")
        BUS = "bus", _("Bus")

    class Status(models.TextChoices):
        PLANNED = "planned", _("Planned")
        BOARDING = "boarding", _("Boarding")
        DEPARTED = "departed", _("Departed")
        ARRIVED = "arrived", _("Arrived")
        CANCELLED = "cancelled", _("Cancelled")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    release = models.ForeignKey(Release, on_delete=models.PROTECT, related_name="journeys")
    mode = models.CharField(max_length=6, choices=Mode.choices)
    from_place = models.CharField(max_length=120)
    to_place = models.CharField(max_length=120)
    state = models.CharField(max_length=3)
    departs_at = models.DateTimeField()
    carrier = models.CharField(max_length=80)
    number = models.CharField(max_length=20, blank=True)
    seats = models.PositiveSmallIntegerField()
    status = models.CharField(max_length=9, choices=Status.choices, default=Status.PLANNED)
    revision = models.PositiveIntegerField(default=1)
    planned_at = models.DateTimeField()
    planned_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    departed_at = models.DateTimeField(null=True)
    arrived_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(seats__gte=1), name="a_journey_has_a_seat")
        ]
        indexes: ClassVar = [models.Index(fields=["release", "departs_at"])]

    def __str__(self) -> str:
        return f"{self.carrier} {self.number}".strip()

    @property
    def open(self) -> bool:
        """Whether seats may still be held and people still board."""
        return self.status in (self.Status.PLANNED, self.Status.BOARDING)


class JourneyChange(models.Model):
    """What was changed of a journey, and why: `fields` maps a field to [before, after] as text."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    journey = models.ForeignKey(Journey, on_delete=models.PROTECT, related_name="changes")
    fields = models.JSONField(default=dict)
    reason = models.CharField(max_length=200)
    changed_at = models.DateTimeField()
    changed_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")

    def __str__(self) -> str:
        return ", ".join(self.fields)


class Seat(models.Model):
    """A numbered seat of a journey that was held for somebody. Ended rows stay: who had it, and why it was given up."""

    class Ended(models.TextChoices):
        """Why a seat was given up, or why somebody stayed behind."""

        CHANGED_MIND = "changed_mind", _("The person does not wish to go now")
        CONSENT_ENDED = "consent_ended", _("The person took back their consent for the embassy")
        NOT_READY = "not_ready", _("Something that has to be there is missing")
        FEARS = "fears", _("The person fears the state of destination")
        ILL = "ill", _("Ill")
        NOT_THERE = "not_there", _("Did not come")
        REFUSED = "refused", _("Refused by the carrier or at the border")
        CANCELLED = "cancelled", _("The journey was cancelled")
        OTHER_JOURNEY = "other_journey", _("Goes by another journey")
        MISTAKE = "mistake", _("Held by mistake")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    journey = models.ForeignKey(Journey, on_delete=models.PROTECT, related_name="places")
    number = models.PositiveSmallIntegerField()
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="seats")
    held_at = models.DateTimeField()
    held_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    confirmed_revision = models.PositiveIntegerField(
        help_text=_("Revision of the journey that the person was told of")
    )
    card_token = models.CharField(max_length=40, unique=True, default=new_token)
    card_revision = models.PositiveIntegerField(default=0, help_text=_("Revision a card was printed for"))
    boarded_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    ended_as = models.CharField(max_length=14, blank=True, choices=Ended.choices)
    left_behind = models.BooleanField(default=False, help_text=_("The journey left without the person"))
    arrived_at = models.DateTimeField(null=True)
    received_by = models.CharField(max_length=120, blank=True, help_text=_("Who received the person"))

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["journey", "number"],
                condition=models.Q(ended_at__isnull=True),
                name="a_seat_is_held_once",
            ),
            models.UniqueConstraint(
                fields=["case"],
                condition=models.Q(ended_at__isnull=True, arrived_at__isnull=True),
                name="one_seat_for_a_case_at_a_time",
            ),
        ]

    def __str__(self) -> str:
        return str(self.number)


class FollowUp(models.Model):
    """A contact after the return, planned for a day and made only through the person's own contact plan (P05)."""

    class Outcome(models.TextChoices):
        REACHED = "reached", _("Reached")
        NOT_REACHED = "not_reached", _("Not reached")
        CODE_WORD_WRONG = "code_word_wrong", _("Somebody answered without the code word: nothing was said")
        NO_MORE = "no_more", _("The person wishes no more contacts")
        NOT_MADE = "not_made", _("Not made")

    class Risk(models.TextChoices):
        """Of being trafficked again, as the person and whoever spoke with them see it."""

        NONE = "none", _("None seen")
        SOME = "some", _("Some")
        HIGH = "high", _("High: help is being sought")
        NOT_ASKED = "not_asked", _("Not asked")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="follow_ups")
    due_on = models.DateField()
    planned_at = models.DateTimeField()
    planned_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    done_at = models.DateTimeField(null=True)
    done_by = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, related_name="+")
    outcome = models.CharField(max_length=15, blank=True, choices=Outcome.choices)
    risk = models.CharField(max_length=9, blank=True, choices=Risk.choices)
    note = models.TextField(blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["case"],
                condition=models.Q(done_at__isnull=True),
                name="one_contact_planned_at_a_time",
            )
        ]

    def __str__(self) -> str:
        return self.due_on.isoformat()
