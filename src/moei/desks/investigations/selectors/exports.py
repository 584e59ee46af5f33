"""Files that left this desk, sources from outside, and what other desks offer for a package."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django.db.models import Count, Q, QuerySet
from django.http import Http404

from moei.access.acting import Acting
from moei.desks.investigations.models import Export, OutsideSource, Statement
from moei.desks.investigations.working import begin
from moei.leaving.stamp import Stamp
from moei.standards.package_parts import Offer, PartSource, package_parts


def exports(acting: Acting) -> QuerySet[Export]:
    """The latest first, with `held` statements, of which `gone` were taken back since."""
    begin(acting)
    found = Export.objects.filter(release=acting.release, agency=acting.staff.agency_id)
    gone = Q(statements__statement__withdrawn=True)
    counted = found.annotate(held=Count("statements"), gone=Count("statements", filter=gone))
    return counted.select_related("made_by").order_by("-made_at")


def find_export(acting: Acting, export_id: UUID) -> Export:
    found = exports(acting).filter(pk=export_id).first()
    if found is None:
        raise Http404
    return found


def statements_in(export: Export) -> list[Statement]:
    rows = Statement.objects.filter(exports__export=export)
    return list(rows.order_by("-withdrawn", "code"))


def sources(acting: Acting) -> QuerySet[OutsideSource]:
    begin(acting)
    found = OutsideSource.objects.filter(
        release=acting.release, agency=acting.staff.agency_id, removed_at__isnull=True
    )
    return found.annotate(things=Count("facts")).select_related("taken_in_by").order_by("-taken_in_at")


def offers(acting: Acting) -> list[tuple[PartSource, Sequence[Offer]]]:
    """What other desks have for a package, where there is anything."""
    found = ((source, source.offered(acting)) for source in package_parts())
    return [(source, given) for source, given in found if given]


def number_of(export: Export, stamp: Stamp) -> None:
    """The number under which it leaves."""
    export.departure = int(stamp.number.lstrip("D"))
    Export.objects.filter(pk=export.pk).update(departure=export.departure)
