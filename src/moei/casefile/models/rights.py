"""The person's own rights: what they wish, ask, complain about, and how they may be reached (P05, P15)."""

from __future__ import annotations

from datetime import date
from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from moei.access.models import Agency, Release, Staff
from moei.casefile.models.case import Case
from moei.journal.ids import new_id


class Wish(models.Model):
    """Something the person said that binds everybody until they say otherwise. Changing it ends the row."""

    class Kind(models.TextChoices):
        NO_PAPERS = "no_papers", _("Do not give me papers")
        HOLD_PAPERS = "hold_papers", _("Hold my papers for me")
        NEVER_CONTACT = "never_contact", _("Never contact me")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="wishes")
    kind = models.CharField(max_length=14, choices=Kind.choices)
    said_at = models.DateTimeField()
    recorded_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["case", "kind"], condition=models.Q(ended_at__isnull=True), name="a_wish_stands_once"
            )
        ]

    def __str__(self) -> str:
        return self.kind


class Request(models.Model):
    """What the person asked about their file, and what was done. Neither is ever changed; an answer is written once."""

    class Kind(models.TextChoices):
        SEE = "see", _("To see the file")
        CORRECT = "correct", _("To have something corrected")
        STATEMENT = "statement", _("To keep a statement of their own in the file")

    class State(models.TextChoices):
        OPEN = "open", _("Not answered yet")
        DONE = "done", _("Done")
        REFUSED = "refused", _("Refused, with a reason")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="requests")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    words = models.TextField(help_text=_("In the person's words"))
    asked_at = models.DateTimeField()
    recorded_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=8, choices=State.choices, default=State.OPEN)
    answer = models.TextField(blank=True)
    answered_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, related_name="+")

    def __str__(self) -> str:
        return self.kind


class Complaint(models.Model):
    """A complaint to somebody outside the agencies that decide. Who decides can neither read nor close it."""

    class State(models.TextChoices):
        OPEN = "open", _("Open")
        CLOSED = "closed", _("Answered and closed")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    release = models.ForeignKey(Release, on_delete=models.PROTECT, related_name="complaints")
    number = models.PositiveIntegerField(help_text=_("Counted within the release"))
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="complaints")
    about = models.TextField(help_text=_("In the person's words"))
    body = models.ForeignKey(Agency, on_delete=models.PROTECT, null=True, related_name="+")
    body_outside = models.CharField(
        max_length=120, blank=True, help_text=_("A body that does not work in Moei")
    )
    made_at = models.DateTimeField()
    recorded_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=6, choices=State.choices, default=State.OPEN, db_index=True)
    answer = models.TextField(blank=True)
    closed_at = models.DateTimeField(null=True)
    closed_by = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["release", "number"], name="one_complaint_per_number")
        ]

    def __str__(self) -> str:
        return f"C{self.number}"

    @property
    def to_whom(self) -> str:
        return str(self.body) if self.body else self.body_outside


class ContactPlan(models.Model):
    """How the person may be reached later, and until when. The address and the code word are sealed under their key."""

    class Channel(models.TextChoices):
        CALL = "call", _("A call")
        MESSAGE = "message", _("A message")
        EMAIL = "email", _("E-mail")
        THROUGH = "through", _("Through an organisation or a lawyer")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="contact_plans")
    channel = models.CharField(max_length=8, choices=Channel.choices)
    sealed_address = models.BinaryField()
    sealed_code_word = models.BinaryField()
    safe_hours = models.CharField(max_length=120)
    expires_on = models.DateField(help_text=_("The last day on which the person may be contacted"))
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["case"], condition=models.Q(ended_at__isnull=True), name="one_contact_plan_at_a_time"
            )
        ]

    def __str__(self) -> str:
        return self.channel

    def holds_on(self, day: date) -> bool:
        return self.ended_at is None and day <= self.expires_on


class Filming(models.Model):
    """ "I was filmed": an incident that somebody follows up by a day (P15)."""

    class Wanted(models.TextChoices):
        TAKE_DOWN = "take_down", _("Have it taken down")
        SAY_NOTHING = "say_nothing", _("Say nothing, so that nobody looks for it")
        UNDECIDED = "undecided", _("The person wants to think about it")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="filmings")
    where = models.CharField(max_length=200, help_text=_("As told"))
    when = models.CharField(max_length=120, help_text=_("As told"))
    by_whom = models.CharField(max_length=200, help_text=_("As told"))
    wanted = models.CharField(max_length=12, choices=Wanted.choices)
    told_at = models.DateTimeField()
    recorded_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    followed_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    due_on = models.DateField()
    done_at = models.DateTimeField(null=True)
    outcome = models.TextField(blank=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["case", "done_at"])]

    def __str__(self) -> str:
        return f"filmed, follow up by {self.due_on}"
