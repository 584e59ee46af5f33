"""Referrals: somebody is sent to a service, with their consent for that one organisation."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from moei.access.models import Agency, Staff
from moei.casefile.models import Case, Need
from moei.crypto import new_code
from moei.desks.care.models.services import Service
from moei.journal.ids import new_id

# Without signs that are mistaken for one another when they are read aloud.
_SIGNS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"


def new_reference() -> str:
    """Ten random signs, as `R-7KQ2M-9TX4C`: how two organisations speak of a referral. It says nothing of the person."""
    signs = new_code(_SIGNS, 10)
    return f"R-{signs[:5]}-{signs[5:]}"


class AgreedSection(models.Model):
    """The person agreed that this organisation reads one more part of the file: consent to a referral covers who they
    are and what they need, and nothing else. It ends with that consent, or when the person takes it back."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="agreed_sections")
    recipient = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    section = models.CharField(max_length=14)
    agreed_at = models.DateTimeField()
    recorded_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["case", "recipient", "section"],
                condition=models.Q(ended_at__isnull=True),
                name="a_section_agreed_once",
            )
        ]

    def __str__(self) -> str:
        return self.section


class Referral(models.Model):
    """Somebody is sent to a service. Until it is accepted, the other side reads no name.

    `sections` is what the other side asked to read when it was offered; what it reads is that, as far as the person
    agrees to it now.
    """

    class Status(models.TextChoices):
        OFFERED = "offered", _("Offered, not answered yet")
        ACCEPTED = "accepted", _("Accepted")
        DECLINED = "declined", _("Declined")
        DONE = "done", _("Done")
        REVOKED = "revoked", _("Taken back")

    class Reason(models.TextChoices):
        """Reasons of HTCDS 2.0 (`cas_ReasonForOutgoingReferral`)."""

        SERVICES = "AdditionalServicesRequired", _("More help is needed than there is here")
        PLACE = "MigrationOrChangeOfLocation", _("The person goes to another place")
        OTHER = "Other", _("Another reason")

    class Declined(models.TextChoices):
        """Why the other side does not take somebody. Never a judgement of the person."""

        FULL = "full", _("No place is free")
        NOT_OURS = "not_ours", _("It does not offer what is needed")
        LANGUAGE = "language", _("Nobody there speaks the language")
        NOT_SAFE = "not_safe", _("It could not keep the person safe")
        TOO_FAR = "too_far", _("The person cannot come there")
        NO_ANSWER = "no_answer", _("It did not answer")

    class Ended(models.TextChoices):
        """Why it was taken back; only `consent` is never told to the other side."""

        CONSENT = "consent", _("The person took back their consent")
        PERSON = "person", _("The person does not wish it any more")
        ELSEWHERE = "elsewhere", _("Somebody else helps")
        MISTAKE = "mistake", _("Made in error")

    OPEN: ClassVar = (Status.OFFERED, Status.ACCEPTED)

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    reference = models.CharField(max_length=13, unique=True, default=new_reference)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="referrals")
    service = models.ForeignKey(Service, on_delete=models.PROTECT, related_name="referrals")
    recipient = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="referrals_in")
    sender = models.ForeignKey(Agency, on_delete=models.PROTECT, null=True, related_name="referrals_out")
    sections = models.JSONField(default=list, help_text=_("Codes of sections"))
    needs = models.JSONField(default=list, help_text=_("Codes of needs that the service is to meet"))
    urgency = models.PositiveSmallIntegerField(choices=Need.Urgency.choices)
    reason = models.CharField(max_length=28, choices=Reason.choices)
    words = models.TextField(blank=True, help_text=_("Read by the other side once it has accepted"))
    status = models.CharField(max_length=8, choices=Status.choices, default=Status.OFFERED)
    offered_at = models.DateTimeField()
    offered_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    answered_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, related_name="+")
    declined_why = models.CharField(max_length=9, choices=Declined.choices, blank=True)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, related_name="+")
    ended_why = models.CharField(max_length=9, choices=Ended.choices, blank=True)
    reads_until = models.DateTimeField(
        null=True, help_text=_("Once it has ended: until when the other side reads")
    )

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["recipient", "status", "offered_at"]),
            models.Index(fields=["case", "status"]),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["case", "service"],
                condition=models.Q(status__in=["offered", "accepted"]),
                name="one_open_referral_to_a_service",
            )
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def is_open(self) -> bool:
        return self.status in self.OPEN
