"""Undo a list while nobody has acted on its people: its records are voided, never deleted."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import ngettext

from moei.access.acting import Acting, Invalid
from moei.access.decide import require
from moei.access.journalled import changed
from moei.access.models import Release
from moei.casefile.acted_on import people_acted_on
from moei.casefile.models import RecordLink, SourceRecord
from moei.desks.arrivals.actions.carry_over import carry_over
from moei.desks.arrivals.actions.match_people import match_people
from moei.desks.arrivals.canary_rows import come_back, split, stand_on_older
from moei.desks.arrivals.models import ListImport, StagedRows
from moei.desks.arrivals.staging import row_of_record
from moei.desks.arrivals.versions import compare


def undo_import(acting: Acting, imp: ListImport, *, reason: str, resolve: bool = True) -> ListImport:
    """Take a list out again. An earlier version that it replaced comes back.

    Raises `Invalid` without a reason, or when somebody acted on people of the list, saying on how many.
    """
    was_committed = _take_out(acting, imp, reason.strip())
    if was_committed and resolve:
        match_people(acting)
    return ListImport.objects.get(pk=imp.pk)


@transaction.atomic
def _take_out(acting: Acting, imp: ListImport, reason: str) -> bool:
    """Whether its rows had been taken in."""
    require(acting, "lists.undo")
    if not reason:
        raise Invalid({"reason": "Say why this list is taken out."})
    # As in matching and judging: nobody decides about its people between the look and the undoing.
    Release.objects.select_for_update(no_key=True).get(pk=acting.release.pk)
    imp = ListImport.objects.select_for_update(no_key=True).get(pk=imp.pk)
    if imp.release_id != acting.release.id:
        raise Invalid("This list belongs to another release.")
    if imp.state not in (ListImport.State.STAGED, ListImport.State.COMMITTED):
        raise Invalid("This list is not taken in, so there is nothing to undo.")
    was_committed = imp.state == ListImport.State.COMMITTED
    if was_committed:
        _refuse_if_acted_on(imp)
        _void(acting, imp)
    imp.state, imp.undone_by, imp.undone_at, imp.undone_reason = (
        ListImport.State.UNDONE,
        acting.staff,
        acting.now,
        reason[:300],
    )
    imp.working_since = None
    imp.save(update_fields=["state", "undone_by", "undone_at", "undone_reason", "working_since"])
    StagedRows.objects.filter(list_import=imp).delete()
    changed(
        acting,
        "list.undone",
        changes={"reason": (None, reason)},
        data={"import": str(imp.id), "rows": imp.rows},
    )
    return was_committed


def acted_on_count(imp: ListImport) -> int:
    """On how many people of this list somebody has acted; the list can be undone while it is 0."""
    links = RecordLink.objects.filter(record__source=imp.id, ended_at__isnull=True)
    return len(people_acted_on(set(links.values_list("person_id", flat=True))))


def _refuse_if_acted_on(imp: ListImport) -> None:
    count = acted_on_count(imp)
    if count:
        raise Invalid(
            ngettext(
                "Somebody has acted on %(n)s person of this list, so it cannot be undone. "
                "Upload a corrected version of the list instead.",
                "Somebody has acted on %(n)s people of this list, so it cannot be undone. "
                "Upload a corrected version of the list instead.",
                count,
            )
            % {"n": count}
        )


def _void(acting: Acting, imp: ListImport) -> None:
    records = list(
        SourceRecord.objects.filter(source=imp.id, voided_at__isnull=True).order_by("list_name", "row")
    )
    if imp.replaces_id:
        old = ListImport.objects.select_for_update().get(pk=imp.replaces_id)
        before = list(SourceRecord.objects.filter(source=old.id).order_by("list_name", "row"))
        if ListImport.objects.filter(
            release=imp.release, sha256=old.sha256, state=ListImport.State.STAGED
        ).exists():
            raise Invalid(
                "%(name)s, which this list replaced, waits to be taken in again. Throw that away first.",
                name=old.filename,
            )
        erased = SourceRecord.ERASED
        SourceRecord.objects.filter(source=old.id).exclude(problems=erased).update(voided_at=None)
        records, invented = split(records)
        back = stand_on_older(old, invented)
        before = [record for record in split(before)[0] if record.id not in back.values()]
        versions = compare([row_of_record(r) for r in records], [row_of_record(r) for r in before])
        stands_for = {records[a].id: before[b].id for a, b in versions.kept}
        carry_over(acting, stands_for | back)
        come_back(acting, old)
        old.state = ListImport.State.COMMITTED
        old.save(update_fields=["state"])
        changed(acting, "list.restored", data={"import": str(old.id)})
    SourceRecord.objects.filter(source=imp.id).update(voided_at=acting.now)
