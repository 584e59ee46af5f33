"""What the screening desk keeps: interviews, answers, and the panel's signatures.

Words about a person (answers, reasons) live here and in no event and no journal entry: those hold codes and the ids of
these rows.
"""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from moei.access.models import Agency, Staff
from moei.casefile.models import Case
from moei.journal.ids import new_id


class PreliminaryScreening(models.Model):
    """The first look, within the protocol's hours: it was done, by whom, and what was seen. It concludes nothing."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="preliminary_screenings")
    note = models.TextField(blank=True)
    happened_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    staff = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")

    def __str__(self) -> str:
        return "preliminary screening"


class Interview(models.Model):
    """One sitting with the person. A second sitting goes on from the answers of the first (P08)."""

    class State(models.TextChoices):
        RUNNING = "running", _("Going on")
        PAUSED = "paused", _("Break")
        STOPPED = "stopped", _("Stopped")
        COMPLETED = "completed", _("Completed, to be read back")
        FINAL = "final", _("Read back")

    class StopReason(models.TextChoices):
        PERSON = "person", _("The person wishes to stop")
        NOT_WELL = "not_well", _("The person is not well")
        INTERPRETER = "interpreter", _("No suitable interpreter")
        NOT_SAFE = "not_safe", _("Not safe or not private")
        OTHER = "other", _("Another reason")

    OPEN: ClassVar = (State.RUNNING, State.PAUSED, State.COMPLETED)

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="interviews")
    round = models.PositiveSmallIntegerField(help_text=_("1 for the first sitting"))
    form_version = models.CharField(max_length=40)
    language = models.CharField(max_length=8, help_text=_("ISO 639, the person's own"))
    interviewer = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    interpreter = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, related_name="+")
    state = models.CharField(max_length=10, choices=State.choices, default=State.RUNNING)
    stop_reason = models.CharField(max_length=12, choices=StopReason.choices, blank=True)
    started_at = models.DateTimeField()
    stopped_at = models.DateTimeField(null=True)
    completed_at = models.DateTimeField(null=True)
    read_back_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["case", "round"], name="one_interview_per_round"),
            models.UniqueConstraint(
                fields=["case"],
                condition=Q(state__in=["running", "paused", "completed"]),
                name="one_open_interview_per_case",
            ),
        ]

    def __str__(self) -> str:
        return f"interview {self.round}"


class Pause(models.Model):
    """A break. Whoever asks for one gets it (P08)."""

    class AskedBy(models.TextChoices):
        PERSON = "person", _("The person")
        INTERPRETER = "interpreter", _("The interpreter")
        INTERVIEWER = "interviewer", _("The interviewer")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    interview = models.ForeignKey(Interview, on_delete=models.PROTECT, related_name="pauses")
    asked_by = models.CharField(max_length=12, choices=AskedBy.choices)
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return "break"


class Answer(models.Model):
    """An answer as it was saved. Never changed: a correction is a new row, and the highest revision counts.

    `value` is as XForms write it: several choices stand one space apart. "" withdraws an answer.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="answers")
    interview = models.ForeignKey(Interview, on_delete=models.PROTECT, related_name="answers")
    question = models.CharField(max_length=60)
    revision = models.PositiveIntegerField()
    value = models.TextField(blank=True)
    saved_at = models.DateTimeField()
    saved_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["case", "question", "revision"], name="one_answer_per_revision")
        ]

    def __str__(self) -> str:
        return f"{self.question} ({self.revision})"


class Confirmation(models.Model):
    """A fact that was known before the interview, shown to the person and confirmed or not (P08)."""

    class Fact(models.TextChoices):
        NAME = "name", _("Name")
        SEX = "sex", _("Sex")
        BIRTH_DATE = "birth_date", _("Date of birth")
        NATIONALITY = "nationality", _("Nationality")
        DOCUMENT = "document", _("Document")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    interview = models.ForeignKey(Interview, on_delete=models.PROTECT, related_name="confirmations")
    fact = models.CharField(max_length=12, choices=Fact.choices)
    right = models.BooleanField()
    said = models.CharField(max_length=200, blank=True, help_text=_("What the person says instead"))
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["interview", "fact"], name="one_confirmation_per_fact")
        ]

    def __str__(self) -> str:
        return f"{self.fact}: {'right' if self.right else 'not right'}"


class Deferral(models.Model):
    """ "Not yet": until when, and why. It never counts against the person (P06)."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="deferrals")
    until = models.DateField(null=True, help_text=_("Empty: until the person says so"))
    reason = models.TextField(blank=True)
    asked_by = models.CharField(max_length=12, choices=Pause.AskedBy.choices)
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")

    def __str__(self) -> str:
        return f"not yet, until {self.until or 'open'}"


class Signature(models.Model):
    """One member of the panel signs for one profession in one round, with reasons of their own."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="signatures")
    round = models.PositiveSmallIntegerField()
    staff = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    profession = models.CharField(max_length=40)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, null=True, related_name="+")
    outcome = models.CharField(max_length=40)
    reasons = models.TextField()
    gap_question = models.CharField(max_length=60, blank=True)
    gap_answer = models.TextField(blank=True)
    dissent = models.TextField(blank=True, help_text=_("What the signer wants kept against the others' view"))
    until = models.DateField(null=True, help_text=_("For 'not yet'"))
    signed_at = models.DateTimeField()
    event = models.UUIDField(unique=True)
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_reason = models.TextField(blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["case", "round", "profession"],
                condition=Q(withdrawn_at__isnull=True),
                name="one_signature_per_profession",
            ),
            models.UniqueConstraint(
                fields=["case", "round", "staff"],
                condition=Q(withdrawn_at__isnull=True),
                name="one_signature_per_member",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.profession}, round {self.round}"


class Determination(models.Model):
    """The outcome that a round's signatures carried under the protocol. People signed it; the program counted."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="determinations")
    round = models.PositiveSmallIntegerField()
    outcome = models.CharField(max_length=40)
    until = models.DateField(null=True)
    made_at = models.DateTimeField()
    event = models.UUIDField(unique=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["case", "round"], name="one_determination_per_round")
        ]

    def __str__(self) -> str:
        return f"determination, round {self.round}"
