"""Open sessions, devices that somebody signed in from, failed tries, and notices to administrators.

None of it names a person in a case file. Names that were tried and devices are kept as keyed digests only: people
type passwords into the field for the name.
"""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from moei.journal.ids import new_id


class OpenSession(models.Model):
    """A browser in which somebody is signed in. Ending it deletes the row and the session itself."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    staff = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="open_sessions"
    )
    session_key = models.CharField(max_length=40, unique=True)
    agent = models.CharField(max_length=60, help_text=_("Kind of browser and device"))
    place = models.CharField(max_length=50, help_text=_("The first part of the network address"))
    began_at = models.DateTimeField()
    last_seen_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["-last_seen_at"]


class KnownDevice(models.Model):
    """A device in which somebody signed in before: guesses from elsewhere do not lock them out of it."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    staff = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="known_devices"
    )
    device = models.CharField(max_length=64)
    agent = models.CharField(
        max_length=60, blank=True, help_text=_("Kind of browser and device, when last used")
    )
    since = models.DateTimeField()
    last_used_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["staff", "device"], name="one_row_a_device")]


class GivenPassword(models.Model):
    """Whoever handed it over knows it: its person chooses another at the next sign-in, and this row goes."""

    staff = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, primary_key=True, related_name="given_password"
    )
    given_at = models.DateTimeField()


class FailedTry(models.Model):
    """One failed password or code, under the digest of what is counted: a name, an address, a pair, a device."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    key = models.CharField(max_length=64)
    at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["key", "at"], name="tries_of_a_key")]


class Notice(models.Model):
    """Something about somebody's way in that an administrator of their agency should know at once."""

    class Kind(models.TextChoices):
        RECOVERY_CODE = "recovery_code", _("signed in with a recovery code")
        FACTOR_REMOVED = "factor_removed", _("removed a second step")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    staff = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notices")
    kind = models.CharField(max_length=20, choices=Kind.choices)
    happened_at = models.DateTimeField()
    seen_at = models.DateTimeField(null=True)
    seen_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="notices_seen"
    )

    class Meta:
        ordering: ClassVar = ["-happened_at"]
