"""Operations that come from devices: append-only, applied once. Tablets come later; the table is here from the start."""

from __future__ import annotations

from django.db import models

from moei.access.models import Staff
from moei.journal.ids import new_id


class DeviceOperation(models.Model):
    """One submission. `client_id` is made on the device; the same one a second time changes nothing.

    `content` is a commitment to what was sent, under the person's key: the same id with something else in it is
    noticed. `result` is the id of what the submission made.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    client_id = models.UUIDField(unique=True)
    kind = models.CharField(max_length=40)
    content = models.CharField(max_length=32, blank=True)
    base_version = models.CharField(max_length=64, blank=True)
    device_clock = models.DateTimeField(null=True)
    staff = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    received_at = models.DateTimeField()
    result = models.UUIDField(null=True)

    def __str__(self) -> str:
        return self.kind
