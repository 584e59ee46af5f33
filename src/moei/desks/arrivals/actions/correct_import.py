"""Correct what was understood of a staged list: its kind, what a column means, the day its ages count from."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from django.db import transaction

from moei.access.acting import Acting, Invalid
from moei.access.decide import require
from moei.access.journalled import changed
from moei.desks.arrivals import storage
from moei.desks.arrivals.actions.upload_list import corrections_of, read
from moei.desks.arrivals.models import ColumnCorrection, ListImport
from moei.desks.arrivals.staging import reading_as_json, stage_rows
from moei.engines.lists import ListKind

# What a person may say a column means; the words of the lists engine.
MEANINGS = (
    "name",
    "given",
    "family",
    "sex",
    "birth",
    "birth_gregorian",
    "birth_buddhist",
    "birth_ethiopian",
    "birth_minguo",
    "age",
    "nationality",
    "passport",
    "national_id",
    "document",
    "phone",
    "remark",
    "ignore",
)


def correct_import(
    acting: Acting,
    imp: ListImport,
    *,
    kind: ListKind | str | None = None,
    corrections: Mapping[str, str] | None = None,
    as_of: date | None = None,
) -> ListImport:
    """Read the kept bytes again with what a person says. `corrections` maps a column's key to a meaning.

    An empty meaning forgets the correction. Corrections are remembered for the sender. Raises `Invalid` once the
    list is taken in (undo it first), or when the corrected file can no longer be read.
    """
    require(acting, "lists.correct")
    _check(imp, kind, corrections or {})
    remembered = corrections_of(imp.sender)
    wanted = {**remembered, **(corrections or {})}
    wanted = {column: meaning for column, meaning in wanted.items() if meaning}
    again = wanted != remembered or as_of != imp.as_of
    reading = read(acting, storage.fetch(imp.id), imp.filename, wanted, as_of) if again else None
    with transaction.atomic():
        imp = ListImport.objects.select_for_update().get(pk=imp.pk)
        _check(imp, kind, corrections or {})
        before = {"kind": imp.kind, "as_of": imp.as_of}
        if reading is not None:
            imp.reading, imp.rows, imp.as_of = reading_as_json(reading), len(reading.rows), as_of
            stage_rows(imp, reading.rows)
            _remember(acting, imp.sender, remembered, wanted)
        if kind:
            imp.kind = ListKind(kind).value
        elif reading is not None and not imp.kind_corrected:
            imp.kind = reading.kind.value
        imp.kind_corrected = imp.kind != imp.reading.get("kind")
        imp.save(update_fields=["kind", "kind_corrected", "reading", "rows", "as_of"])
        after = {"kind": imp.kind, "as_of": imp.as_of}
        changed(
            acting,
            "list.corrected",
            changes={
                field: (before[field], after[field]) for field in before if before[field] != after[field]
            },
            data={"import": str(imp.id), "columns": len(corrections or {}), "rows": imp.rows},
        )
    return imp


def _check(imp: ListImport, kind: ListKind | str | None, corrections: Mapping[str, str]) -> None:
    if imp.state != ListImport.State.STAGED or imp.working_since:
        raise Invalid("This list is taken in already. Undo it first, then correct it.")
    if kind and kind not in list(ListKind):
        raise Invalid({"kind": "Choose one of the kinds of list."})
    unknown = {meaning for meaning in corrections.values() if meaning and meaning not in MEANINGS}
    if unknown:
        raise Invalid({"columns": f"No column can mean this: {', '.join(sorted(unknown))}."})


def _remember(acting: Acting, sender: str, before: Mapping[str, str], after: Mapping[str, str]) -> None:
    sender = sender.casefold()[:120]
    for column, meaning in after.items():
        if before.get(column) != meaning:
            ColumnCorrection.objects.update_or_create(
                sender=sender,
                column=column[:200],
                defaults={"meaning": meaning, "corrected_by": acting.staff, "corrected_at": acting.now},
            )
    gone = [column[:200] for column in before if column not in after]
    ColumnCorrection.objects.filter(sender=sender, column__in=gone).delete()
