"""Keep an invented person as an alarm: a case like any other, which nobody has a reason to open (P12)."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction
from django.db.models import Count, Max

from moei.access.acting import Acting, Invalid
from moei.access.decide import require
from moei.access.journalled import changed
from moei.access.models import Canary
from moei.casefile.actions.write_people import open_people
from moei.casefile.list_events import bring_list_events
from moei.casefile.models import Case, Person, SourceRecord
from moei.engines.identity.countries import alpha2
from moei.journal.ids import new_id
from moei.journal.models import Entry


@transaction.atomic
def add_canary(
    acting: Acting, name: str, nationality: str, *, sex: str = "", born: int | None = None
) -> Case:
    """An invented person whom a family is said to miss; `nationality` is ISO 3166 alpha-3, `born` a year.

    To a reader the file is like that of anybody who was reported and never came, in lists and in counts. It is left out
    of what is published and of matching.
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
    list_name, row, happened_at = _beside(acting)
    record = SourceRecord.objects.create(
        release=acting.release,
        origin=SourceRecord.Origin.LIST,
        kind="family",
        list_name=list_name,
        row=row,
        name=name.strip(),
        nationality=nationality,
        sex=sex,
        birth_from=date(born, 1, 1) if born else None,
        birth_to=date(born, 12, 31) if born else None,
        happened_at=happened_at,
        recorded_at=acting.now,
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


def _beside(acting: Acting) -> tuple[str, int, datetime]:
    """A list that families are already on, the row after its last, and when it is of: a canary has no list of its own."""
    lists = (
        SourceRecord.objects.filter(release=acting.release, kind="family", voided_at__isnull=True)
        .values("list_name")
        .annotate(rows=Count("id"), last=Max("row"), at=Max("happened_at"))
        .order_by("-rows")
    )
    largest = lists.first()
    if largest is None:
        return "families.csv", 2, acting.release.began_at
    return largest["list_name"], largest["last"] + 1, largest["at"]
