"""The case: its number, where it belongs, the events it is folded from."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from moei.access.models import Release, Site, Staff
from moei.casefile.models.person import Person
from moei.casefile.querysets import CaseQuerySet
from moei.crypto import new_code, new_token
from moei.journal.ids import new_id

# Damm's quasigroup: finds every single wrong digit and every swap of two neighbours.
_DAMM = (
    (0, 3, 1, 7, 5, 9, 8, 6, 4, 2),
    (7, 0, 9, 2, 1, 5, 4, 8, 6, 3),
    (4, 2, 0, 6, 8, 7, 1, 3, 5, 9),
    (1, 7, 5, 0, 9, 8, 3, 4, 2, 6),
    (6, 1, 2, 3, 0, 4, 5, 9, 7, 8),
    (3, 6, 7, 4, 2, 0, 9, 5, 8, 1),
    (5, 8, 6, 9, 7, 2, 0, 1, 3, 4),
    (8, 9, 4, 5, 3, 6, 2, 0, 1, 7),
    (9, 4, 3, 8, 6, 1, 7, 2, 0, 5),
    (2, 5, 8, 1, 4, 3, 6, 7, 9, 0),
)


def check_digit(digits: str) -> int:
    interim = 0
    for digit in digits:
        interim = _DAMM[interim][int(digit)]
    return interim


def new_case_number() -> str:
    """Eight random digits and a check digit, as `1234-5678-9`: it says nothing about the person."""
    digits = new_code("0123456789", 8)
    return f"{digits[:4]}-{digits[4:]}-{check_digit(digits)}"


def is_case_number(text: str) -> bool:
    """True when the check digit fits; a mistyped number is noticed before anything is looked up."""
    digits = text.replace("-", "").replace(" ", "")
    return len(digits) == 9 and digits.isdecimal() and digits.isascii() and check_digit(digits) == 0


class Case(models.Model):
    """One case file. `stage` and the clock columns are caches of the fold, refreshed after each event."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    number = models.CharField(max_length=11, unique=True, default=new_case_number)
    release = models.ForeignKey(Release, on_delete=models.PROTECT, related_name="cases")
    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="cases")
    person = models.OneToOneField(Person, on_delete=models.PROTECT, related_name="case")
    protocol = models.CharField(max_length=40)
    protocol_version = models.CharField(max_length=80)
    opened_at = models.DateTimeField()
    # Caches of the fold.
    stage = models.CharField(max_length=30, blank=True, db_index=True)
    outcome = models.CharField(max_length=40, blank=True)
    arrived_at = models.DateTimeField(null=True)
    next_due = models.DateTimeField(null=True, db_index=True)
    hidden = models.BooleanField(default=False, help_text=_("Merged into another, or its list was undone"))

    objects: ClassVar[CaseQuerySet[Case]] = CaseQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        base_manager_name = "objects_unchecked"
        indexes: ClassVar = [
            models.Index(fields=["release", "site", "hidden", "stage"]),
            models.Index(fields=["release", "hidden", "next_due"]),
        ]

    # Relations followed from rows that were already checked (event.case) use this one.
    objects_unchecked: ClassVar[models.Manager[Case]] = models.Manager()

    def __str__(self) -> str:
        return self.number


class CaseEvent(models.Model):
    """Something that happened in a case, in the protocol's words. Never changed; voided by another event.

    `happened_at` is when it was, as told or seen; `recorded_at` is when it was written. Law looks at the first.
    """

    class Precision(models.TextChoices):
        EXACT = "exact", _("Exact")
        ABOUT = "about", _("About")
        DAY = "day", _("Some time that day")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="events")
    kind = models.CharField(max_length=40)
    happened_at = models.DateTimeField()
    precision = models.CharField(max_length=5, choices=Precision.choices, default=Precision.EXACT)
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, related_name="+")
    data = models.JSONField(default=dict, help_text=_("Codes only"))
    operation = models.UUIDField(
        null=True, unique=True, help_text=_("Client's id of the operation, applied once")
    )

    class Meta:
        indexes: ClassVar = [models.Index(fields=["case", "happened_at"]), models.Index(fields=["kind"])]

    def __str__(self) -> str:
        return self.kind


class CaseClock(models.Model):
    """A clock of the case as it was last folded: a cache, so that boards can count without folding.

    A row that says `running` and whose `due_at` has passed is a missed one, if it is a ceiling.
    """

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="clocks")
    code = models.CharField(max_length=40)
    kind = models.CharField(max_length=12)
    status = models.CharField(max_length=12)
    started_at = models.DateTimeField(null=True)
    due_at = models.DateTimeField(null=True)
    stopped_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["case", "code"], name="one_row_per_clock")]
        indexes: ClassVar = [models.Index(fields=["code", "status", "due_at"])]

    def __str__(self) -> str:
        return f"{self.code}: {self.status}"


class Wristband(models.Model):
    """A random token that can be renewed (P15). It carries nothing of the person."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="wristbands")
    token = models.CharField(max_length=40, unique=True, default=new_token)
    issued_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["case"], condition=models.Q(ended_at__isnull=True), name="one_wristband_at_a_time"
            )
        ]

    def __str__(self) -> str:
        return "wristband"


class Attachment(models.Model):
    """A file, sealed on disk under the key file; the row holds what is needed to check and open it."""

    class Kind(models.TextChoices):
        DOCUMENT = "document", _("Scan of a document")
        PHOTO = "photo", _("Photo")
        AUDIO = "audio", _("Recording")
        PAPER = "paper", _("Signed paper")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="attachments")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    name = models.CharField(max_length=120)
    content_type = models.CharField(max_length=60)
    size = models.PositiveIntegerField(help_text=_("Bytes"))
    sha256 = models.CharField(max_length=64)
    added_at = models.DateTimeField()
    added_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    voided_at = models.DateTimeField(null=True)
    void_reason = models.CharField(max_length=200, blank=True)

    def __str__(self) -> str:
        return self.name
