"""Who is who: source records that never change, and the rows that say which person they belong to."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from moei.access.models import Release, Staff
from moei.casefile.models.person import Person
from moei.journal.ids import new_id


class SourceRecord(models.Model):
    """One row of one list, or one registration at the crossing, as it was read. Only voiding ever touches it."""

    class Origin(models.TextChoices):
        LIST = "list", _("A list")
        REGISTRATION = "registration", _("Registration")

    # The problems of a row whose person was erased; nothing else of it is left.
    ERASED: ClassVar = ["erased: retention erased what this row said"]

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    release = models.ForeignKey(Release, on_delete=models.PROTECT, related_name="source_records")
    origin = models.CharField(max_length=12, choices=Origin.choices)
    kind = models.CharField(max_length=14, help_text=_("Kind of list, or 'registration'"))
    source = models.UUIDField(
        null=True, db_index=True, help_text=_("The import, or nothing for a registration")
    )
    list_name = models.CharField(max_length=200)
    row = models.PositiveIntegerField(default=0)
    name = models.CharField(max_length=200, blank=True)
    name_native = models.CharField(max_length=200, blank=True)
    given = models.CharField(max_length=200, blank=True)
    surname = models.CharField(max_length=200, blank=True)
    sex = models.CharField(max_length=1, blank=True)
    birth_date = models.DateField(null=True)
    birth_from = models.DateField(null=True)
    birth_to = models.DateField(null=True)
    nationality = models.CharField(max_length=3, blank=True)
    document_number = models.CharField(max_length=40, blank=True, db_index=True)
    document_kind = models.CharField(max_length=20, blank=True)
    phone = models.CharField(max_length=30, blank=True)
    note = models.TextField(blank=True)
    problems = models.JSONField(default=list)
    happened_at = models.DateTimeField(help_text=_("When the list was made, or the handover was"))
    recorded_at = models.DateTimeField()
    voided_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["release", "voided_at", "kind"])]

    def __str__(self) -> str:
        return f"{self.list_name}:{self.row}"


class RecordLink(models.Model):
    """Says that a source record is about a person. Ending the row un-links; no foreign key ever moves."""

    class How(models.TextChoices):
        AUTOMATIC = "auto", _("By the program")
        STAFF = "staff", _("By a member of staff")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    record = models.ForeignKey(SourceRecord, on_delete=models.PROTECT, related_name="links")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="record_links")
    how = models.CharField(max_length=5, choices=How.choices)
    evidence = models.JSONField(default=list)
    linked_at = models.DateTimeField()
    linked_by = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, related_name="+")
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["record"], condition=models.Q(ended_at__isnull=True), name="one_person_per_record"
            )
        ]

    def __str__(self) -> str:
        return f"link {self.record_id}"


class Judgement(models.Model):
    """What a person decided about two source records. It is remembered and always wins over the program."""

    class Verdict(models.TextChoices):
        SAME = "same", _("The same person")
        DIFFERENT = "different", _("Different people")
        LATER = "later", _("Later")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    left = models.ForeignKey(SourceRecord, on_delete=models.PROTECT, related_name="+")
    right = models.ForeignKey(SourceRecord, on_delete=models.PROTECT, related_name="+")
    verdict = models.CharField(max_length=9, choices=Verdict.choices)
    reason = models.CharField(max_length=300, blank=True)
    judged_at = models.DateTimeField()
    judged_by = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, related_name="+")
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["left", "right"],
                condition=models.Q(ended_at__isnull=True),
                name="one_judgement_per_pair",
            )
        ]

    def __str__(self) -> str:
        return self.verdict


class PersonMerge(models.Model):
    """Two persons turned out to be one. Un-merging ends the row, and both stand again as they were."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    kept = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="merges_kept")
    merged = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="merges")
    reason = models.CharField(max_length=300)
    merged_at = models.DateTimeField()
    merged_by = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, related_name="+")
    age_settled_at = models.DateTimeField(
        null=True, help_text=_("Since then what the joined file says of the age counts no longer")
    )
    undone_at = models.DateTimeField(null=True)
    undone_by = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, related_name="+")
    undone_reason = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["merged"],
                condition=models.Q(undone_at__isnull=True),
                name="merged_into_one_at_a_time",
            )
        ]

    def __str__(self) -> str:
        return f"merge {self.merged_id}"


@models.CharField.register_lookup
class Begins(models.Lookup[str]):
    """`token__begins="sel"`, answered by the index of the column on each database.

    Django's `startswith` is LIKE with an escape, which SQLite answers by reading everything. For lower-case a to z and
    digits, as tokens are.
    """

    lookup_name = "begins"

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[str | int, ...]]:
        column, values = self.process_lhs(compiler, connection)
        begin = str(self.rhs)
        if connection.vendor == "postgresql":
            return f"{column} LIKE %s", (*values, f"{begin}%")
        after = begin[:-1] + chr(ord(begin[-1]) + 1)
        return f"({column} >= %s AND {column} < %s)", (*values, begin, *values, after)


class NameToken(models.Model):
    """What a search looks in: romanised parts of names, and keys (document and phone numbers).

    A `BONE` is what is left of a part of a name when it is written by ear and misspelt: its consonants by sound. A `PAIR`
    is two of them.
    """

    class Kind(models.TextChoices):
        NAME = "name"
        BONE = "bone"
        PAIR = "pair"
        KEY = "key"

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="tokens", db_index=False)
    kind = models.CharField(max_length=4, choices=Kind.choices)
    token = models.CharField(max_length=60)

    class Meta:
        # Who is sought is read from the index alone. The constraint is the index of a person's tokens.
        indexes: ClassVar = [
            models.Index(
                fields=["kind", "token", "person"],
                name="who_is_called_so",
                opclasses=["varchar_pattern_ops", "varchar_pattern_ops", "uuid_ops"],
            )
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["person", "kind", "token"], name="one_row_per_token")
        ]

    def __str__(self) -> str:
        return self.token
