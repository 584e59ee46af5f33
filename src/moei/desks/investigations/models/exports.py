"""Files that left this desk, with the statements in each: what a withdrawal must name."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from moei.access.models import Agency, Release, Staff
from moei.crypto import new_code
from moei.desks.investigations.models.statements import Statement
from moei.journal.ids import new_id

_SIGNS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"


def new_export_code() -> str:
    return f"X-{new_code(_SIGNS, 6)}"


class Export(models.Model):
    """One file. `to_agency` is who it was made for, in words; `to_country` ISO 3166 alpha-3."""

    class Kind(models.TextChoices):
        PACKAGE = "package", _("Referral package")
        FTM = "ftm", _("FollowTheMoney")
        GEXF = "gexf", _("Graph (GEXF)")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    code = models.CharField(max_length=8, unique=True, default=new_export_code)
    kind = models.CharField(max_length=8, choices=Kind.choices)
    release = models.ForeignKey(Release, on_delete=models.PROTECT, related_name="+")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    to_agency = models.CharField(max_length=120)
    to_country = models.CharField(max_length=3)
    purpose = models.CharField(max_length=300)
    departure = models.BigIntegerField(
        null=True, help_text=_("Its number in the register of files that left")
    )
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    entities = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return self.code


class ExportedStatement(models.Model):
    """A statement that is in a file."""

    export = models.ForeignKey(Export, on_delete=models.PROTECT, related_name="statements")
    statement = models.ForeignKey(Statement, on_delete=models.PROTECT, related_name="exports")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["export", "statement"], name="a_statement_once_in_a_file")
        ]

    def __str__(self) -> str:
        return f"{self.export_id}: {self.statement_id}"
