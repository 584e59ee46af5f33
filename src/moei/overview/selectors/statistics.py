"""Statistics that were counted: what is kept for a date is read, nothing is counted anew."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from uuid import UUID

from django.db.models import OuterRef, QuerySet, Subquery

from moei.access.acting import Acting
from moei.access.decide import grants_of
from moei.access.models import Agency
from moei.access.policy import DUTIES
from moei.overview.models import Statistics
from moei.overview.way_tables import ASSISTED


def statistics_of(acting: Acting) -> QuerySet[Statistics]:
    """Of the release, the newest first. What stays in the house is not read."""
    return (
        Statistics.objects.filter(release=acting.release)
        .select_related("release", "counted_by")
        .defer("audit", "true_counts", "bulletin", "published")
        .order_by("-as_of")
    )


def dates_of(acting: Acting) -> list[Statistics]:
    """All dates of the release with nothing but their ids, the newest first."""
    return list(Statistics.objects.filter(release=acting.release).only("id", "as_of").order_by("-as_of"))


def newest_of_each_release(acting: Acting) -> list[Statistics]:
    """The newest statistics of each release whose statistics they may see, the release that began last first."""
    duty = DUTIES["statistics.view"]
    releases = {
        grant.release_id for role, grant in grants_of(acting.staff, now=acting.now) if duty in role.duties
    }
    newest = Statistics.objects.filter(release=OuterRef("release")).order_by("-as_of").values("id")[:1]
    found = (
        Statistics.objects.filter(id=Subquery(newest))
        .select_related("release")
        .defer("audit", "true_counts", "bulletin", "published")
        .order_by("-release__began_at")
    )
    return list(found if None in releases else found.filter(release__in=[one for one in releases if one]))


def agency_names(shown: Iterable[Mapping[str, object]]) -> dict[str, str]:
    """Names of the agencies that stand in stored tables, by the id that stands there."""
    ids: set[UUID] = set()
    for table in shown:
        if table["name"] == ASSISTED:
            ids.update(UUID(key[0]) for key, *_rest in table["cells"])  # type: ignore[attr-defined]
    return {str(pk): name for pk, name in Agency.objects.filter(pk__in=ids).values_list("pk", "name")}
