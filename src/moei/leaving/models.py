"""The register of files that left."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from moei.access.models import Agency, Release, Staff


class Kind(models.TextChoices):
    """What leaves."""

    ATTACHMENT = "attachment", _("Attached file")
    DETERMINATION = "determination", _("Determination on paper")
    PROBLEMS = "problems", _("Problems of a list")
    JOURNAL = "journal", _("Entries of the journal")
    PERSONS_FILE = "persons_file", _("The file, for the person")
    DISCLOSURES = "disclosures", _("Register of disclosures, for the person")
    RECEIPT = "receipt", _("Receipt for property")
    WRISTBAND = "wristband", _("Wristband")
    PAPER_PACK = "paper_pack", _("Blank sheets")
    BULLETIN = "bulletin", _("Bulletin")
    ANCHOR = "anchor", _("Anchor of the journal")
    API = "api", _("Names over the API")
    EMBASSY = "embassy", _("Questions to an embassy, or its answers")
    MANIFEST = "manifest", _("Manifest of a journey")
    BOARDING_CARDS = "boarding_cards", _("Boarding cards")
    REFERRAL = "referral", _("Referral to a service")
    STATEMENTS = "statements", _("Statements and network, pseudonymised")
    EVIDENCE = "evidence", _("Evidence")
    STATISTICS = "statistics", _("Statistics")
    OTHER = "other", _("Another file")


class Why(models.TextChoices):
    """Why somebody takes a file. Codes, so that an auditor can count them."""

    CARE = "care", _("Protection or care of the person")
    PANEL = "panel", _("The work of the panel")
    SENDER = "sender", _("It goes back to who made the list")
    AUTHORITY = "authority", _("An authority or a court asks for it by law")
    AUDIT = "audit", _("Audit or review")
    ITSELF = "itself", _("What such a file is made for")


# Files that are made for one purpose, so that nobody is asked: for the person, for wearing, blank, or published.
MADE_FOR_IT = frozenset(
    {
        Kind.PERSONS_FILE,
        Kind.DISCLOSURES,
        Kind.RECEIPT,
        Kind.WRISTBAND,
        Kind.PAPER_PACK,
        Kind.BULLETIN,
        Kind.ANCHOR,
    }
)


# What tells by itself that somebody goes home, or agreed to an embassy, a service or investigators (P03).
KEPT_FROM_DECIDERS = frozenset(
    {
        Kind.EMBASSY,
        Kind.MANIFEST,
        Kind.BOARDING_CARDS,
        Kind.REFERRAL,
        Kind.STATEMENTS,
        Kind.EVIDENCE,
        Kind.OTHER,
    }
)


class Departure(models.Model):
    """One file that left: who took it, when, why, and the digest by which the file is known again.

    Without a digest the file was begun and did not get out whole. Names over the API are no file: their row is of one
    account, operation, purpose and day, from `left_at` on; it has no digest, and `people` grows with the day.
    """

    number = models.BigAutoField(primary_key=True)
    kind = models.CharField(max_length=16, choices=Kind.choices)
    staff = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, null=True, related_name="+")
    release = models.ForeignKey(Release, on_delete=models.PROTECT, related_name="+")
    left_at = models.DateTimeField()
    why = models.CharField(max_length=10, choices=Why.choices)
    note = models.CharField(max_length=200, blank=True)
    name = models.CharField(max_length=120, help_text=_("Name of the file, without anything of a person"))
    size = models.PositiveBigIntegerField(null=True, help_text=_("Bytes"))
    sha256 = models.CharField(max_length=64, blank=True, db_index=True)
    people = models.PositiveIntegerField(default=0, help_text=_("How many cases are in it"))

    class Meta:
        indexes: ClassVar = [models.Index(fields=["staff", "left_at"])]

    def __str__(self) -> str:
        return f"D{self.number:06d}"


class DepartureCase(models.Model):
    """A case that is in the file. It knows the case only by its id."""

    departure = models.ForeignKey(Departure, on_delete=models.PROTECT, related_name="cases")
    case_id = models.UUIDField(db_index=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["departure", "case_id"], name="a_case_once_in_a_departure")
        ]

    def __str__(self) -> str:
        return f"{self.departure_id}: {self.case_id}"
