"""What people told, under a pseudonym.

Ids of this desk are random, and no row holds a time of day: the moment at which a row was made would tell who was
being heard just then.
"""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models

from moei.access.models import Agency, Release
from moei.crypto import new_code
from moei.desks.investigations.words import Handling, Information, Source

# Without signs that are mistaken for one another when they are read aloud.
_SIGNS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"


def new_teller_code() -> str:
    return f"T-{new_code(_SIGNS, 6)}"


def new_statement_code() -> str:
    return f"S-{new_code(_SIGNS, 6)}"


class Teller(models.Model):
    """A pseudonym: one person for one agency of investigators, as far as they are told.

    `tag` is a commitment under the person's own key, by which a withdrawal finds the row. What is said of the person
    was generalised when they first told something (P13): a country, or a region, or nothing; a band of ages, or nothing.
    """

    class Band(models.TextChoices):
        NONE = "", ""
        CHILD = "0-17", "0–17"
        YOUNG = "18-24", "18–24"
        MIDDLE = "25-34", "25–34"
        OLDER = "35-44", "35–44"
        OLD = "45+", "45+"
        ADULT = "18+", "18+"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    code = models.CharField(max_length=8, unique=True, default=new_teller_code)
    release = models.ForeignKey(Release, on_delete=models.PROTECT, related_name="+")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    tag = models.CharField(max_length=32, unique=True)
    origin = models.CharField(max_length=20, blank=True)  # ISO 3166 alpha-3, or a code of a region
    band = models.CharField(max_length=5, blank=True, choices=Band.choices)

    def __str__(self) -> str:
        return self.code


class Statement(models.Model):
    """What one person told in one talk. `heard_from` to `heard_to` is the period in which it was told: so long that at
    least five people of the release fit. It is there for investigators from the day after that period (`visible_from`).

    Withdrawn, it keeps its code alone, so that it can be named to whoever was sent it before.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    code = models.CharField(max_length=8, unique=True, default=new_statement_code)
    teller = models.ForeignKey(Teller, on_delete=models.PROTECT, related_name="statements")
    release = models.ForeignKey(Release, on_delete=models.PROTECT, related_name="+")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    heard_from = models.DateField()
    heard_to = models.DateField()
    visible_from = models.DateField()
    text = models.TextField(blank=True)
    source_grade = models.CharField(max_length=1, choices=Source.choices)
    information_grade = models.CharField(max_length=1, choices=Information.choices)
    handling = models.CharField(max_length=2, choices=Handling.choices)
    withdrawn = models.BooleanField(default=False)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["release", "agency", "visible_from"])]

    def __str__(self) -> str:
        return self.code
