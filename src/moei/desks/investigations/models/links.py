"""The link from a pseudonym to a case: sealed for two agencies together, opened with both their key files (P11)."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models

from moei.access.models import Agency, Staff
from moei.desks.investigations.models.statements import Teller
from moei.journal.ids import new_id


class LinkKey(models.Model):
    """The public half of an agency's key file, as `age-keygen` makes it. The other half never comes here."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    recipient = models.CharField(max_length=80)
    added_at = models.DateTimeField()
    added_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["agency"], condition=models.Q(ended_at__isnull=True), name="one_link_key_of_an_agency"
            )
        ]

    def __str__(self) -> str:
        return f"{self.agency}: {self.recipient[:12]}…"


class LinkSeal(models.Model):
    """The case number, sealed to `inner` and that again to `outer`: one after the other opens it, none alone."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    teller = models.ForeignKey(Teller, on_delete=models.CASCADE, related_name="seals")
    outer = models.ForeignKey(LinkKey, on_delete=models.PROTECT, related_name="+")
    inner = models.ForeignKey(LinkKey, on_delete=models.PROTECT, related_name="+")
    sealed = models.BinaryField()

    def __str__(self) -> str:
        return f"{self.outer_id} {self.inner_id}"


class LinkRequest(models.Model):
    """Investigators ask that a teller be found again: to be asked as a witness, say. The answer never comes to them
    through here: a link holder tells the person's caseworker, who asks the person."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    teller = models.ForeignKey(Teller, on_delete=models.CASCADE, related_name="requests")
    reason = models.CharField(max_length=500)
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")

    def __str__(self) -> str:
        return str(self.teller)


class LinkAgreement(models.Model):
    """An agency's answer to a request. Two agencies that agree, and none that does not, open it."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    request = models.ForeignKey(LinkRequest, on_delete=models.CASCADE, related_name="answers")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    staff = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    agrees = models.BooleanField()
    reason = models.CharField(max_length=300)
    answered_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["request", "agency"], name="an_agency_answers_once")
        ]

    def __str__(self) -> str:
        return f"{self.agency}: {self.agrees}"
