"""What the matching engine leaves to people: pairs to judge, and warnings. Both are made anew at each matching."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from moei.access.models import Release
from moei.casefile.models import SourceRecord
from moei.journal.ids import new_id


class ReviewPair(models.Model):
    """Two source records that may be about one person: likely enough to ask, not sure enough to join."""

    class State(models.TextChoices):
        OPEN = "open", _("To be decided")
        LATER = "later", _("Put off")
        DONE = "done", _("Decided")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    release = models.ForeignKey(Release, on_delete=models.PROTECT, related_name="+")
    left = models.ForeignKey(SourceRecord, on_delete=models.PROTECT, related_name="+")
    right = models.ForeignKey(SourceRecord, on_delete=models.PROTECT, related_name="+")
    rank = models.PositiveIntegerField(help_text=_("Most useful first"))
    score = models.FloatField()
    evidence = models.JSONField(default=list)
    state = models.CharField(max_length=5, choices=State.choices, default=State.OPEN)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["left", "right"], name="one_question_per_pair")
        ]
        indexes: ClassVar = [models.Index(fields=["release", "state", "rank"])]

    def __str__(self) -> str:
        return f"pair {self.id}"


class ReviewWarning(models.Model):
    """Something about who is who that a person should know, such as one passport held by two people."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    release = models.ForeignKey(Release, on_delete=models.PROTECT, related_name="+")
    code = models.CharField(max_length=40)
    words = models.TextField()
    records = models.JSONField(default=list, help_text=_("Ids of source records"))

    def __str__(self) -> str:
        return self.code
