"""Lists that came in, and what a newer version of one changes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from moei.access.acting import Acting
from moei.casefile.models import SourceRecord
from moei.desks.arrivals.canary_rows import split
from moei.desks.arrivals.models import ListImport
from moei.desks.arrivals.staging import row_of_record, rows_of
from moei.desks.arrivals.versions import compare, differences
from moei.engines.lists import ListRow

State = ListImport.State


def imports(acting: Acting) -> QuerySet[ListImport]:
    """Lists of the release, the newest first."""
    return (
        ListImport.objects.filter(release=acting.release)
        .select_related("uploaded_by", "committed_by", "undone_by", "replaces")
        .order_by("-uploaded_at")
    )


def earlier_versions(imp: ListImport) -> list[ListImport]:
    """Lists taken in that this one may be a new version of: the same kind; those of the same sender first."""
    rows = ListImport.objects.filter(release_id=imp.release_id, kind=imp.kind, state=State.COMMITTED).exclude(
        pk=imp.pk
    )
    sender = imp.sender.casefold()
    return sorted(rows, key=lambda row: (row.sender.casefold() != sender, -row.uploaded_at.timestamp()))


def likely_replaced(imp: ListImport) -> ListImport | None:
    """The newest list of the same sender and kind, which a person may confirm."""
    found = earlier_versions(imp)
    return found[0] if found and found[0].sender.casefold() == imp.sender.casefold() else None


@dataclass(frozen=True)
class Change:
    """A row of the new list that differs from its row in the old one; fields are (field, before, after)."""

    row: ListRow
    fields: list[tuple[str, str, str]]


@dataclass(frozen=True)
class VersionChanges:
    same: int
    changed: list[Change]
    added: list[ListRow]
    dropped: list[ListRow]


def version_changes(imp: ListImport, old: ListImport) -> VersionChanges:
    """What the staged list adds, changes and drops against one that is taken in."""
    records, _invented = split(
        list(SourceRecord.objects.filter(source=old.id, voided_at__isnull=True).order_by("list_name", "row"))
    )
    before, after = [row_of_record(record) for record in records], rows_of(imp)
    versions = compare(before, after)
    return VersionChanges(
        same=len(versions.same),
        changed=[Change(after[b], differences(before[a], after[b])) for a, b in versions.changed],
        added=[after[position] for position in versions.added],
        dropped=[before[position] for position in versions.dropped],
    )


def rows_with_problems(imp: ListImport) -> list[ListRow]:
    """All rows of a list that carry problems of its format, for the sender to mend."""
    return [row for row in rows_of(imp) if row.problems]


def columns_of(imp: ListImport) -> list[dict[str, Any]]:
    """Columns of all sheets, each with the name of its sheet."""
    return [
        {**column, "sheet": sheet["name"]}
        for sheet in imp.reading.get("sheets", [])
        for column in sheet.get("columns", [])
    ]
