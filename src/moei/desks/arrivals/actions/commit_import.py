"""Take a staged list in: its rows become source records, all or none, and are matched to people."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from moei.access.acting import Acting, Invalid
from moei.access.decide import require
from moei.access.journalled import changed
from moei.access.models import Release
from moei.casefile.acted_on import people_acted_on
from moei.casefile.actions.record_event import TOLERANCE
from moei.casefile.actions.resolve_people import Resolved
from moei.casefile.models import RecordLink, SourceRecord
from moei.counted_anew import count_anew
from moei.desks.arrivals.actions.carry_over import carry_over
from moei.desks.arrivals.actions.match_people import match_people
from moei.desks.arrivals.canary_rows import split, stand_on_newer
from moei.desks.arrivals.models import ListImport, StagedRows
from moei.desks.arrivals.staging import row_of_record, rows_of, source_records
from moei.desks.arrivals.versions import compare

Progress = Callable[[int, int], None]
_CHUNK = 400
LONG_BEFORE = timedelta(days=731)


@dataclass(frozen=True)
class Committed:
    """`records` were written now (0 when the list had been taken in before); `kept` rows of the earlier version
    that the new one drops stay, because somebody acted on their people. `resolved` is None without matching."""

    list_import: ListImport
    records: int
    kept: int = 0
    resolved: Resolved | None = None


def commit_import(
    acting: Acting,
    imp: ListImport,
    happened_at: datetime | None = None,
    *,
    replaces: ListImport | None = None,
    resolve: bool = True,
    progress: Progress | None = None,
) -> Committed:
    """Write the rows as source records and match them. A second time it changes nothing.

    Args:
        happened_at: when the list was made; for a handover list when people were handed over, which is when the
            clocks of the law start. Default: when the release began.
        replaces: the earlier version of the list, whose records are voided.
        resolve: match at once; without it, call `match_people` when the last list is in.
        progress: called with (done, total) of the matching.

    Raises `Invalid` for a time in the future, and for a list that was undone or replaced.
    """
    require(acting, "lists.commit")
    moment = happened_at or acting.release.began_at
    check_moment(acting, moment)
    written, kept = _write(acting, imp, moment, replaces)
    # Behind the transaction, so that a long matching does not hold back the rows.
    resolved = match_people(acting, progress) if resolve and written else None
    imp.refresh_from_db()
    return Committed(imp, written, kept, resolved)


def check_moment(acting: Acting, moment: datetime) -> None:
    """Not in the future, and not so long before the release that the date must be mistyped."""
    if moment > acting.now + TOLERANCE:
        raise Invalid(
            {"happened_at": "This time is in the future. Check the date and the clock of this device."}
        )
    if moment < acting.release.began_at - LONG_BEFORE:
        raise Invalid({"happened_at": "This time is more than two years before the release. Check the year."})


@transaction.atomic
def _write(acting: Acting, imp: ListImport, moment: datetime, replaces: ListImport | None) -> tuple[int, int]:
    # As in matching and judging: nobody decides about the people of an earlier version while it is replaced.
    Release.objects.select_for_update(no_key=True).get(pk=acting.release.pk)
    imp = ListImport.objects.select_for_update(no_key=True).get(pk=imp.pk)
    if imp.release_id != acting.release.id:
        raise Invalid("This list belongs to another release.")
    if imp.state == ListImport.State.COMMITTED:
        return 0, 0
    if imp.state != ListImport.State.STAGED:
        raise Invalid("This list was undone or replaced. Upload it again.")
    records = source_records(imp, rows_of(imp), happened_at=moment, now=acting.now)
    SourceRecord.objects.bulk_create(records, batch_size=500)
    count_anew(len(records), SourceRecord)
    kept = _replace(acting, imp, replaces, records, moment) if replaces else 0
    imp.state, imp.happened_at, imp.replaces = ListImport.State.COMMITTED, moment, replaces
    imp.committed_by, imp.committed_at = acting.staff, acting.now
    imp.save(
        update_fields=["state", "happened_at", "replaces", "committed_by", "committed_at", "rows", "reading"]
    )
    StagedRows.objects.filter(list_import=imp).delete()
    changed(
        acting,
        "list.committed",
        happened_at=moment,
        data={"import": str(imp.id), "kind": imp.kind, "rows": imp.rows, "kept": kept},
    )
    return len(records), kept


def _replace(
    acting: Acting,
    imp: ListImport,
    replaces: ListImport,
    records: Sequence[SourceRecord],
    moment: datetime,
) -> int:
    """Void the earlier version. Rows found again stay with their person, as do invented people; dropped rows of people
    on whom somebody acted are not voided, because their case files must not lose what they rest on."""
    old = ListImport.objects.select_for_update().get(pk=replaces.pk)
    if old.release_id != imp.release_id or old.state != ListImport.State.COMMITTED:
        raise Invalid({"replaces": "Only a list that is taken in can be replaced. Choose another, or none."})
    if old.kind != imp.kind:
        raise Invalid(
            {"replaces": "The earlier version is a list of another kind. Correct the kind, or choose none."}
        )
    before = list(
        SourceRecord.objects.filter(source=old.id, voided_at__isnull=True).order_by("list_name", "row")
    )
    true, invented = split(before)
    versions = compare([row_of_record(r) for r in true], [row_of_record(r) for r in records])
    stands_for = {true[a].id: records[b].id for a, b in versions.kept}
    stands_for |= stand_on_newer(acting, imp, invented, moment)
    carry_over(acting, stands_for)
    staying = _acted_on([record.id for record in before if record.id not in stands_for])
    going = [record.id for record in before if record.id not in staying]
    for start in range(0, len(going), _CHUNK):
        SourceRecord.objects.filter(id__in=going[start : start + _CHUNK]).update(voided_at=acting.now)
    old.state = ListImport.State.REPLACED
    old.save(update_fields=["state"])
    changed(acting, "list.replaced", data={"import": str(old.id), "by": str(imp.id), "voided": len(going)})
    return len(staying)


def _acted_on(record_ids: Sequence[UUID]) -> set[UUID]:
    people: dict[UUID, UUID] = {}
    for start in range(0, len(record_ids), _CHUNK):
        links = RecordLink.objects.filter(
            record_id__in=record_ids[start : start + _CHUNK], ended_at__isnull=True
        )
        people |= dict(links.values_list("record_id", "person_id"))
    acted = people_acted_on(set(people.values()))
    return {record for record, person in people.items() if person in acted}
