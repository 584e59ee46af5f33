"""Bulletins of a release, the newest first."""

from __future__ import annotations

from django.db.models import QuerySet

from moei.access.acting import Acting
from moei.overview.models import Bulletin


def bulletins_of(acting: Acting) -> QuerySet[Bulletin]:
    return (
        Bulletin.objects.filter(release=acting.release)
        .select_related("release", "published_by")
        .order_by("-as_of")
    )
