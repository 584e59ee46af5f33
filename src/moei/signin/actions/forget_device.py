"""Somebody says that a device is theirs no longer: guesses from it are then counted as from anywhere else."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from moei.access.models import Staff
from moei.journal.models import Entry
from moei.journal.record import Note, record
from moei.signin.models import KnownDevice


@transaction.atomic
def forget_device(staff: Staff, device_id: UUID, *, now: datetime) -> bool:
    """Only one's own; returns whether there was one. Whoever is signed in on it stays so: a session is ended apart."""
    gone, _each = KnownDevice.objects.filter(staff=staff, pk=device_id).delete()
    if gone:
        entry = Note("device.forgotten", kind=Entry.Kind.ACCESS, actor=staff.pk, agency=staff.agency_id)
        record(entry, now=now)
    return bool(gone)
