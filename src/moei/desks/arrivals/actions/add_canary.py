"""Keep an invented person as an alarm: a case like any other, which nobody has a reason to open (P12)."""

from __future__ import annotations

from datetime import date

from django.db import transaction

from moei.access.acting import Acting, Invalid
from moei.access.decide import require
from moei.access.journalled import changed
from moei.access.models import Canary, Release
from moei.casefile.actions.write_people import open_people
from moei.casefile.list_events import bring_list_events
from moei.casefile.models import Case, Person, SourceRecord
from moei.desks.arrivals.canary_rows import Place, draw_place, take_place
from moei.desks.arrivals.models import ListImport
from moei.engines.identity.countries import alpha2
from moei.journal.ids import new_id
from moei.journal.models import Entry


@transaction.atomic
def add_canary(
    acting: Acting, name: str, nationality: str, *, sex: str = "", born: int | None = None
) -> Case:
    """An invented person whom a family is said to miss; `nationality` is ISO 3166 alpha-3, `born` a year.

    To a reader the file is like that of anybody who was reported and never came, in lists and in counts. It stands on a
    list of families that was taken in, on a row of it that is free, and goes with that list when it is undone or
    replaced. It is left out of what is published and of matching.

    Raises `Invalid` (no field) when no such list has a free row.
    """
    require(acting, "canary.keep")
    if not name.strip():
        raise Invalid({"name": "Fill this in."})
    if not alpha2(nationality):
        raise Invalid({"nationality": "Give the three letters of ISO 3166, for example THA."})
    if sex not in Person.Sex.values:
        raise Invalid({"sex": "Choose one of the list."})
    if born is not None and not 1900 < born <= acting.now.year:
        raise Invalid({"born": "Give a year with four digits."})
    # As in matching and undoing: the list is not taken out between the look and the writing.
    Release.objects.select_for_update(no_key=True).get(pk=acting.release.pk)
    imp, (list_name, row) = _stand(acting)
    record = SourceRecord.objects.create(
        release=acting.release,
        origin=SourceRecord.Origin.LIST,
        kind=imp.kind,
        source=imp.id,
        list_name=list_name,
        row=row,
        name=name.strip(),
        nationality=nationality,
        sex=sex,
        birth_from=date(born, 1, 1) if born else None,
        birth_to=date(born, 12, 31) if born else None,
        happened_at=imp.happened_at or acting.release.began_at,
        recorded_at=imp.committed_at or acting.now,
    )
    person = new_id()
    open_people(acting, {person: [record.id]}, {record.id: record})
    case = Case.objects_unchecked.get(person_id=person)
    Canary.objects.create(
        case_id=case.id, person_id=person, record_id=record.id, made_by=acting.staff, made_at=acting.now
    )
    bring_list_events(acting, [person])
    changed(acting, "canary.added", kind=Entry.Kind.ACCESS, case=case.id)
    return case


def _stand(acting: Acting) -> tuple[ListImport, Place]:
    """A free row of the longest list of families that has one. The list counts it from now on."""
    lists = ListImport.objects.select_for_update(no_key=True).filter(
        release=acting.release, kind="family", state=ListImport.State.COMMITTED
    )
    for imp in lists.order_by("-rows", "id"):
        if place := draw_place(imp):
            take_place(imp, place)
            imp.save(update_fields=["rows", "reading"])
            return imp, place
    raise Invalid(
        "No list of families that was taken in has a free row for an invented person. Take in such a list with an "
        "empty row among its people and without a total, then try again."
    )
