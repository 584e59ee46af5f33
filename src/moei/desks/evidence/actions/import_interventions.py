"""Interventions from a table: every row is understood, or none is taken and each fault is named by its row."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext

from moei.access.acting import Acting, Invalid
from moei.access.decide import require
from moei.desks.evidence.actions.interventions import AboutIntervention, record_intervention
from moei.desks.evidence.actions.places import folded, names_of
from moei.desks.evidence.models import Intervention, Place, Precision
from moei.desks.evidence.moments import read_moment

COLUMNS = ("kind", "when", "until", "by_whom", "places", "area", "source", "effects")
NEEDED = ("kind", "when", "by_whom", "source")
MOST_ROWS, MOST_BYTES, MOST_ERRORS = 2000, 2 * 1024 * 1024, 50


@dataclass(frozen=True)
class RowError:
    """`row` as a spreadsheet counts it, the head being the first; `column` may be empty."""

    row: int
    column: str
    words: str

    def __str__(self) -> str:
        where = gettext("Row %(row)s") % {"row": self.row}
        return f"{where}, {self.column}: {self.words}" if self.column else f"{where}: {self.words}"


class BadRows(Invalid):
    """Rows that were not understood; nothing was taken."""

    def __init__(self, rows: list[RowError]) -> None:
        self.rows = rows
        super().__init__("Nothing was taken in. Put these rows right and send the table again.")


@transaction.atomic
def import_interventions(acting: Acting, data: bytes) -> list[Intervention]:
    """From CSV with the columns of `COLUMNS`, moments as `read_moment` reads them, places by any name and parted by
    semicolons. Raises `BadRows` with what is wrong where, or `Invalid` for a file that is no such table."""
    require(acting, "evidence.keep")
    known = names_of(Place.objects.filter(release=acting.release))
    errors: list[RowError] = []
    made: list[Intervention] = []
    for number, row in _rows(data):
        try:
            about = _about(acting, row, known)
            made.append(record_intervention(acting, about))
        except Invalid as invalid:
            errors += [RowError(number, field, words) for field, words in invalid.errors.items()]
            if len(errors) >= MOST_ERRORS:
                break
    if errors:
        raise BadRows(errors)
    if not made:
        raise Invalid({"file": "This table has no rows."})
    return made


def _rows(data: bytes) -> Iterator[tuple[int, Mapping[str, str]]]:
    if len(data) > MOST_BYTES:
        raise Invalid({"file": "This table is larger than 2 MB. Send it in several parts."})
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Invalid({"file": "Save the table as CSV in UTF-8, and send it again."}) from None
    if "\0" in text:
        raise Invalid({"file": "This is no table in CSV. Save it as CSV in UTF-8, and send it again."})
    head = text.partition("\n")[0]
    apart = max(",;\t", key=head.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=apart)
    try:
        names = [folded(name) for name in next(reader, [])]
        places = {column: names.index(folded(column)) for column in COLUMNS if folded(column) in names}
        if missing := [column for column in NEEDED if column not in places]:
            raise Invalid({"file": "These columns are missing: %(columns)s."}, columns=", ".join(missing))
        for row in reader:
            if reader.line_num > MOST_ROWS + 1:
                raise Invalid({"file": "This table has more than 2,000 rows. Send it in several parts."})
            if any(cell.strip() for cell in row):
                values = {
                    column: row[at].strip().lstrip("'") if at < len(row) else ""
                    for column, at in places.items()
                }
                yield reader.line_num, values
    except csv.Error:
        raise Invalid(
            {"file": "This is no table in CSV. Save it as CSV in UTF-8, and send it again."}
        ) from None


def _about(acting: Acting, row: Mapping[str, str], known: Mapping[str, Place]) -> AboutIntervention:
    zone, errors = acting.release.site.zone, {}
    kinds = {folded(code): code for code in Intervention.Kind.values}
    kinds |= {folded(str(kind.label)): kind.value for kind in Intervention.Kind}
    kind = kinds.get(folded(row["kind"]), "")
    if not kind:
        errors["kind"] = gettext("Write one of: %(kinds)s.") % {"kinds": ", ".join(Intervention.Kind.values)}
    began, precision, ended, ended_precision = acting.now, Precision.DAY, None, ""
    try:
        began, precision = read_moment(row["when"], zone, "when")
        if row.get("until"):
            ended, ended_precision = read_moment(row["until"], zone, "until")
    except Invalid as invalid:
        errors |= invalid.errors
    places: dict[str, Place] = {}
    for name in row.get("places", "").split(";"):
        if not name.strip():
            continue
        place = known.get(folded(name))
        if place is None:
            errors["places"] = gettext(
                "No place is called “%(name)s”. Add it, or add the name to a place that is there."
            ) % {"name": name.strip()[:80]}
        else:
            places[str(place.pk)] = place
    if errors:
        raise Invalid(errors)
    return AboutIntervention(
        kind=Intervention.Kind(kind),
        began_at=began,
        precision=precision,
        ended_at=ended,
        ended_precision=ended_precision,
        by_whom=row["by_whom"],
        source=row["source"],
        places=tuple(places.values()),
        area=row.get("area", ""),
        effects=row.get("effects", ""),
    )
