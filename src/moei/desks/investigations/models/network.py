"""Facts of statements and of outside sources, how they belong together, and what was judged of names."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from moei.access.models import Agency, Release, Staff
from moei.desks.investigations.models.statements import Statement
from moei.desks.investigations.words import Handling, Information, Source, Verdict, What
from moei.engines.networks import Kind
from moei.journal.ids import new_id


class OutsideSource(models.Model):
    """A file in FollowTheMoney that was taken in: no statement of anybody here, and graded as a whole."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    name = models.CharField(max_length=120)
    release = models.ForeignKey(Release, on_delete=models.PROTECT, related_name="+")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    sha256 = models.CharField(max_length=64)
    source_grade = models.CharField(max_length=1, choices=Source.choices)
    information_grade = models.CharField(max_length=1, choices=Information.choices)
    handling = models.CharField(max_length=2, choices=Handling.choices)
    taken_in_at = models.DateTimeField()
    taken_in_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    removed_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.name


class Fact(models.Model):
    """One thing that was said. It belongs to a statement or to an outside source.

    `said` is the statement, or one entity of the source: what stands together. `voice` is the pseudonym, or the source:
    several statements of one voice count once. `entity` is the id of `engines.networks` (empty for legs and sums).
    `on` is the Monday of its week.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    statement = models.ForeignKey(Statement, on_delete=models.PROTECT, null=True, related_name="facts")
    source = models.ForeignKey(OutsideSource, on_delete=models.PROTECT, null=True, related_name="facts")
    release = models.ForeignKey(Release, on_delete=models.PROTECT, related_name="+")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    visible_from = models.DateField()
    said = models.CharField(max_length=80)
    voice = models.CharField(max_length=60)
    position = models.PositiveSmallIntegerField(default=0)
    what = models.CharField(max_length=12, choices=What.choices, blank=True)
    kind = models.CharField(max_length=8, blank=True, choices=[(kind.value, kind.value) for kind in Kind])
    text = models.CharField(max_length=200, blank=True)
    country = models.CharField(max_length=3, blank=True)
    where = models.CharField(max_length=60, blank=True)
    key = models.CharField(max_length=200, blank=True)
    entity = models.CharField(max_length=220, blank=True)
    amount = models.DecimalField(max_digits=14, decimal_places=2, null=True)
    currency = models.CharField(max_length=8, blank=True)
    on = models.DateField(null=True, help_text=_("The Monday of the week"))
    place = models.CharField(max_length=120, blank=True)
    source_grade = models.CharField(max_length=1, choices=Source.choices)
    information_grade = models.CharField(max_length=1, choices=Information.choices)
    handling = models.CharField(max_length=2, choices=Handling.choices)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["release", "agency", "entity"]),
            models.Index(fields=["release", "agency", "said"]),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(statement__isnull=True) ^ models.Q(source__isnull=True),
                name="a_fact_of_a_statement_or_a_source",
            )
        ]

    def __str__(self) -> str:
        return self.text or self.what


class NamePart(models.Model):
    """A part of a name by its sound, for finding names that may be one."""

    fact = models.ForeignKey(Fact, on_delete=models.CASCADE, related_name="parts")
    bones = models.CharField(max_length=40)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["bones"]), models.Index(fields=["fact"])]

    def __str__(self) -> str:
        return self.bones


class Tie(models.Model):
    """A statement says how the things of two facts belong together: `one` `role` `other`."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    one = models.ForeignKey(Fact, on_delete=models.CASCADE, related_name="ties_from")
    other = models.ForeignKey(Fact, on_delete=models.CASCADE, related_name="ties_to")
    role = models.CharField(max_length=40)
    said = models.CharField(max_length=80)

    def __str__(self) -> str:
        return self.role


class Judgement(models.Model):
    """Somebody judged whether two names are of one. Only `same` joins; it goes with the facts it rests on."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    one = models.ForeignKey(Fact, on_delete=models.CASCADE, related_name="judged_from")
    other = models.ForeignKey(Fact, on_delete=models.CASCADE, related_name="judged_to")
    verdict = models.CharField(max_length=9, choices=Verdict.choices)
    reason = models.CharField(max_length=300)
    judged_at = models.DateTimeField()
    judged_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    undone_at = models.DateTimeField(null=True)
    undone_by = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, related_name="+")
    undone_why = models.CharField(max_length=300, blank=True)

    def __str__(self) -> str:
        return self.verdict
