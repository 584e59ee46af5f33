"""Where an invented person stands on a list (P12): on a row of its file that holds nobody, so that no page of the list
gives it away, and with the list when that is undone or replaced."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from moei.access.acting import Acting
from moei.access.models import Canary
from moei.access.watching import canary_records
from moei.casefile.models import RecordLink, SourceRecord
from moei.crypto import draw
from moei.desks.arrivals.actions.move_records import follow_records
from moei.desks.arrivals.models import ListImport

Place = tuple[str, int]
_EMPTY = "numbered, but empty"
# What an invented person says of itself, which stays the same on every version of its list.
_SAID = ("origin", "name", "nationality", "sex", "birth_from", "birth_to")


def draw_place(imp: ListImport) -> Place | None:
    """A list name and row of this list, by chance, where an invented person may stand: a row between its people that is
    empty, or one that is numbered only. None if there is none, or if the list says how many people it holds."""
    if imp.reading.get("stated_total") is not None:
        return None
    places = _free(imp)
    return draw(places) if places else None


def take_place(imp: ListImport, place: Place) -> None:
    """The list has one row more with a person and, if the row was set aside, one fewer of those. Saves nothing."""
    imp.rows += 1
    if not (sheet := _sheet(imp, place[0])):
        return
    aside = sheet["set_aside"]
    sheet["set_aside"] = [text for text in aside if _row(text) != place[1]]
    sheet["people"] += 1
    imp.reading["set_aside"] -= len(aside) - len(sheet["set_aside"])


def split(records: Sequence[SourceRecord]) -> tuple[list[SourceRecord], list[SourceRecord]]:
    """True rows, and those of invented people, which no file holds and which are therefore never compared with one."""
    invented = set(
        canary_records().filter(record_id__in=[r.id for r in records]).values_list("record_id", flat=True)
    )
    return [r for r in records if r.id not in invented], [r for r in records if r.id in invented]


def stand_on_newer(
    acting: Acting, imp: ListImport, records: Sequence[SourceRecord], moment: datetime
) -> dict[UUID, UUID]:
    """Rows on the newer version for invented people of the earlier one: record -> its new record. Who finds no free row
    there is left out, as somebody is whom the newer version drops."""
    stands_for: dict[UUID, UUID] = {}
    for record in records:
        place = draw_place(imp)
        if place is None:
            continue
        said = {field: getattr(record, field) for field in _SAID}
        newer = SourceRecord.objects.create(
            release_id=imp.release_id,
            kind=imp.kind,
            source=imp.id,
            list_name=place[0],
            row=place[1],
            happened_at=moment,
            recorded_at=acting.now,
            **said,
        )
        take_place(imp, place)
        stands_for[record.id] = newer.id
    return stands_for


def stand_on_older(old: ListImport, records: Sequence[SourceRecord]) -> dict[UUID, UUID]:
    """Where these invented people stood on the version that comes back: record -> its earlier record."""
    person = dict(
        Canary.objects.filter(record_id__in=[r.id for r in records]).values_list("record_id", "person_id")
    )
    earlier = RecordLink.objects.filter(person_id__in=person.values(), record__source=old.id)
    at = dict(earlier.values_list("person_id", "record_id"))
    return {record: at[who] for record, who in person.items() if who in at}


def come_back(acting: Acting, old: ListImport) -> None:
    """Invented people whom the newer version had dropped stand on the older one again; they are never matched, so nothing
    else would give them their rows back."""
    rows = SourceRecord.objects.filter(source=old.id, voided_at__isnull=True, pk__in=canary_records())
    linked = RecordLink.objects.filter(ended_at__isnull=True).values("record")
    lost = Canary.objects.filter(record_id__in=rows.exclude(pk__in=linked).values("pk"))
    links = [
        RecordLink(
            record_id=canary.record_id,
            person_id=canary.person_id,
            how=RecordLink.How.AUTOMATIC,
            linked_at=acting.now,
        )
        for canary in lost
    ]
    if links:
        RecordLink.objects.bulk_create(links)
        follow_records(acting, [link.person_id for link in links])


def _free(imp: ListImport) -> list[Place]:
    used: dict[str, set[int]] = {}
    for name, row in SourceRecord.objects.filter(source=imp.id).values_list("list_name", "row"):
        used.setdefault(name, set()).add(row)
    found: list[Place] = []
    for name, rows in used.items():
        aside = {_row(text): text for text in _sheet(imp, name).get("set_aside", ())}
        numbered = {row for row, text in aside.items() if text.endswith(_EMPTY) and row > min(rows)}
        between = set(range(min(rows), max(rows))) - set(aside)
        found += [(name, row) for row in sorted((between | numbered) - rows)]
    return found


def _sheet(imp: ListImport, list_name: str) -> dict[str, Any]:
    """What was understood of the sheet whose rows bear this name: that of the file, or `file:sheet`."""
    sheets: list[dict[str, Any]] = imp.reading.get("sheets", [])
    if len(sheets) == 1:
        return sheets[0]
    return next((sheet for sheet in sheets if list_name.endswith(f":{sheet['name']}")), {})


def _row(text: str) -> int:
    """The row of a line such as `12: numbered, but empty`."""
    number = text.partition(":")[0]
    return int(number) if number.isdigit() else 0
