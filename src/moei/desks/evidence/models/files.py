"""Evidence and its custody. Who gave it is a code or a pseudonym: no row here knows of a person or a case (P13)."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from moei.access.models import Agency, Release, Staff
from moei.engines.cleaning import Family, family_of
from moei.journal.ids import new_id

FAMILIES = {
    Family.IMAGE: _("Picture"),
    Family.VIDEO: _("Video"),
    Family.AUDIO: _("Sound"),
    Family.DOCUMENT: _("Document"),
    Family.ARCHIVE: _("Archive"),
    Family.DATABASE: _("Database"),
    Family.TEXT: _("Text"),
    Family.OTHER: _("Another file"),
}
# What a working copy leaves out, by the codes of `engines.cleaning`.
LEFT_OUT = {
    "actions": _("what would run when it is opened"),
    "application": _("notes of the program that made it"),
    "author": _("author and program"),
    "camera": _("camera and program"),
    "comment": _("texts beside the picture"),
    "comments": _("who commented"),
    "embedded": _("files inside it"),
    "exif": _("notes of the camera"),
    "gps": _("place (GPS)"),
    "iptc": _("captions and keywords"),
    "moment": _("when it was made"),
    "pictures": _("what its pictures say"),
    "profile": _("colours of the device"),
    "signature": _("rights and signatures"),
    "sittings": _("when which part was written"),
    "thumbnail": _("the small picture of it"),
    "versions": _("earlier versions"),
    "xmp": _("notes of picture programs (XMP)"),
}

GIVEN_AGAIN = "given_again"


class Evidence(models.Model):
    """One file as it was given. The bytes never change; `sha256` was computed while they arrived.

    `key` is the file's own key, sealed under the key file: what is destroyed with it opens nowhere.
    """

    class Obtained(models.TextChoices):
        HANDED = "handed", _("Handed over by the source")
        SEIZED = "seized", _("Seized, with a record of the seizure")
        AGENCY = "agency", _("Received from another agency")
        PUBLIC = "public", _("Taken from a public page or channel")
        FOUND = "found", _("Found at a place")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    release = models.ForeignKey(Release, on_delete=models.PROTECT, related_name="evidence")
    number = models.PositiveIntegerField()
    name = models.CharField(max_length=160, help_text=_("As the file was called"))
    media = models.CharField(max_length=100, help_text=_("Media type, by the first bytes"))
    size = models.PositiveBigIntegerField(help_text=_("Bytes"))
    sha256 = models.CharField(max_length=64)
    key = models.BinaryField(null=True)
    source = models.CharField(max_length=80, help_text=_("Code or pseudonym, never a case"))
    obtained = models.CharField(max_length=7, choices=Obtained.choices)
    obtained_on = models.DateField(null=True)
    description = models.TextField(blank=True)
    received_at = models.DateTimeField()
    received_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    destroyed_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["release", "number"], name="a_number_of_evidence_once"),
            models.UniqueConstraint(
                fields=["release", "sha256"],
                condition=models.Q(destroyed_at__isnull=True),
                name="the_same_bytes_are_held_once",
            ),
        ]

    def __str__(self) -> str:
        return f"E-{self.number:04}"

    @property
    def family(self) -> Family:
        return family_of(self.media)

    @property
    def family_words(self) -> str:
        return str(FAMILIES[self.family])


class EvidenceChange(models.Model):
    """What was corrected of a record, and why: `fields` maps a field to [before, after] as text. Never of the bytes.

    Under `GIVEN_AGAIN` stands what was said when the same bytes came again; the reason is their source.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    evidence = models.ForeignKey(Evidence, on_delete=models.PROTECT, related_name="changes")
    fields = models.JSONField(default=dict)
    reason = models.CharField(max_length=200)
    changed_at = models.DateTimeField()
    changed_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")

    def __str__(self) -> str:
        return ", ".join(self.fields)


class WorkingCopy(models.Model):
    """What may be worked with: without metadata, tied to the original by its hash. Or why there is none."""

    class WhyNone(models.TextChoices):
        KIND = "kind", _("Moei cannot clean files of this kind. Work with the original only where you must.")
        ENCRYPTED = "encrypted", _("The file is locked with a password.")
        DAMAGED = "damaged", _("The file is damaged, or is made to harm who opens it.")
        MACROS = "macros", _("The document holds a program.")
        LARGE = "large", _("The file is too large to be cleaned.")

    evidence = models.OneToOneField(
        Evidence, on_delete=models.PROTECT, primary_key=True, related_name="working"
    )
    original_sha256 = models.CharField(max_length=64)
    why_none = models.CharField(max_length=9, blank=True, choices=WhyNone.choices)
    media = models.CharField(max_length=100, blank=True)
    ending = models.CharField(max_length=8, blank=True)
    size = models.PositiveBigIntegerField(null=True)
    sha256 = models.CharField(max_length=64, blank=True)
    key = models.BinaryField(null=True)
    removed = models.JSONField(default=list, help_text=_("Codes of what was left out"))
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")

    def __str__(self) -> str:
        return f"{self.evidence_id} {self.why_none or self.sha256[:12]}"

    @property
    def removed_words(self) -> list[str]:
        return [str(LEFT_OUT.get(code, code)) for code in self.removed]


class Custody(models.Model):
    """What happened to a piece of evidence: who, when, why. Rows are never changed or removed: triggers refuse it.

    `entry` is the number of the journal's entry of the same act, whose chain others hold the heads of.
    """

    class Act(models.TextChoices):
        RECEIVED = "received", _("Received")
        AGAIN = "again", _("Given again, the same bytes")
        OPENED = "opened", _("Record opened")
        CORRECTED = "corrected", _("Record corrected")
        CLEANED = "cleaned", _("Working copy made")
        NOT_CLEANED = "not_cleaned", _("No working copy can be made")
        VERIFIED = "verified", _("Checked: unchanged")
        BROKEN = "broken", _("Checked: not as it was")
        WORKING = "working", _("Working copy taken")
        COPIED = "copied", _("Copy of the original taken")
        DISCLOSED = "disclosed", _("Disclosed")
        DESTROYED = "destroyed", _("Destroyed")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    evidence = models.ForeignKey(Evidence, on_delete=models.PROTECT, related_name="custody")
    act = models.CharField(max_length=11, choices=Act.choices)
    at = models.DateTimeField()
    by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, null=True, related_name="+")
    why = models.CharField(max_length=300, blank=True)
    to_whom = models.CharField(max_length=120, blank=True)
    sha256 = models.CharField(max_length=64, blank=True, help_text=_("Of the bytes that the act is about"))
    departure = models.CharField(
        max_length=12, blank=True, help_text=_("Number in the register of files that left")
    )
    entry = models.BigIntegerField(help_text=_("Number of the journal's entry"))

    class Meta:
        verbose_name_plural = "custody"
        indexes: ClassVar = [models.Index(fields=["evidence", "at"])]

    def __str__(self) -> str:
        return f"{self.act} {self.at:%Y-%m-%d %H:%M}"
