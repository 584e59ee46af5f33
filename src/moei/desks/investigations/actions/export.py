"""A file for somebody else is written down with every statement in it, then made: what was taken back is in none.

Writing down and taking back wait for one another: the statements are locked. What a file says was read behind that lock.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext

from moei.access.acting import Acting, Invalid
from moei.access.journalled import was_read
from moei.desks.investigations.ending import lock_statements
from moei.desks.investigations.models import Export, ExportedStatement, Fact, Judgement, Statement, Tie
from moei.desks.investigations.words import MAY_LEAVE, Verdict, origin_in_words
from moei.desks.investigations.working import begin, facts, lock_desk, statements
from moei.engines.identity.countries import is_code
from moei.engines.networks import Fact as Said
from moei.engines.networks import Kind, Network, build
from moei.engines.networks import Tie as Tied
from moei.engines.networks.package import EvidenceFile, StatementRow
from moei.standards.package_parts import Destination, PackagePart, package_parts


@dataclass(frozen=True)
class Order:
    """For whom a file is made, and what is in it. `about`: a fact; then only statements that mention its entity.
    `parts`: of each desk's code, what was chosen of what it offers."""

    kind: Export.Kind
    to_agency: str
    to_country: str
    purpose: str
    about: Fact | None = None
    parts: Mapping[str, Collection[UUID]] | None = None


@dataclass(frozen=True)
class Prepared:
    """All that is needed to write the file, without another look at the database."""

    export: Export
    network: Network
    rows: tuple[StatementRow, ...]
    evidence: tuple[EvidenceFile, ...]
    notes: tuple[str, ...]


@transaction.atomic
def write_down(acting: Acting, order: Order, *, departure: int | None = None) -> Prepared:
    """The file's row and its statements. Raises `Invalid` when nothing may leave.

    Statements and facts that may not be passed on (H2, H3), and what came from outside, stay here.
    """
    begin(acting, "network.work")
    _check(order)
    if acting.staff.agency is None:
        raise Invalid("Your account belongs to no agency.")
    lock_desk([acting.staff.agency.pk])
    chosen = statements(acting).filter(handling__in=MAY_LEAVE)
    if order.about is not None:
        mention = facts(acting).filter(entity=order.about.entity, statement__isnull=False)
        chosen = chosen.filter(pk__in=mention.values("statement"))
    locked = [one for one in lock_statements(chosen.values_list("pk", flat=True)) if not one.withdrawn]
    if not locked:
        raise Invalid("There is no statement that may be passed on.")
    export = Export.objects.create(
        kind=order.kind,
        release=acting.release,
        agency=acting.staff.agency,
        to_agency=order.to_agency.strip()[:120],
        to_country=order.to_country,
        purpose=order.purpose.strip()[:300],
        departure=departure,
        made_at=acting.now,
        made_by=acting.staff,
    )
    ExportedStatement.objects.bulk_create(
        [ExportedStatement(export=export, statement=one) for one in locked], batch_size=500
    )
    network = network_of([one.pk for one in locked])
    export.entities = len(network.entities)
    export.save(update_fields=["entities"])
    parts = _parts(acting, order, export)
    kept = statements(acting).exclude(handling__in=MAY_LEAVE).count()
    notes = [note for part in parts for note in part.notes]
    if kept:
        notes.append(gettext("%(n)s statements may not be passed on and are not in it.") % {"n": kept})
    was_read(
        acting,
        "network.exported",
        data={"export": str(export.pk), "kind": str(order.kind), "statements": len(locked)},
    )
    files = tuple(file for part in parts for file in part.files)
    return Prepared(export, network, _rows(locked), files, tuple(notes))


def network_of(statement_ids: Sequence[UUID]) -> Network:
    """The network of these statements, of facts that may be passed on. Four queries for each 500 statements."""
    rows: list[Fact] = []
    for start in range(0, len(statement_ids), 500):
        part = statement_ids[start : start + 500]
        rows += (
            Fact.objects.filter(statement__in=part, handling__in=MAY_LEAVE)
            .exclude(kind="")
            .select_related("statement")
        )
    ids = {row.pk for row in rows}
    codes = {row.said: row.statement.code for row in rows if row.statement}
    said = (
        Said(
            str(row.pk),
            codes[row.said],
            Kind(row.kind),
            row.text,
            teller=row.voice,
            country=row.country,
            where=row.where,
            key=row.key,
            role=row.what,
            source_grade=row.source_grade,
            information_grade=row.information_grade,
            handling=row.handling,
            on=row.on,
            place=row.place,
        )
        for row in sorted(rows, key=lambda row: (row.said, row.position))
    )
    ties = (
        Tied(str(tie.one_id), str(tie.other_id), tie.role, codes[tie.said])
        for tie in _of(Tie.objects.all(), ids)
        if tie.said in codes
    )
    same = (
        (str(one.one_id), str(one.other_id))
        for one in _of(Judgement.objects.filter(verdict=Verdict.SAME, undone_at__isnull=True), ids)
    )
    return build(said, ties, same)


def _of(found: QuerySet[Any, Any], ids: set[UUID]) -> Iterator[Any]:
    """Rows of which both ends are among these facts."""
    wanted = sorted(ids, key=str)
    for start in range(0, len(wanted), 500):
        rows = found.filter(one__in=wanted[start : start + 500])
        yield from (row for row in rows if row.other_id in ids)


def _rows(chosen: Sequence[Statement]) -> tuple[StatementRow, ...]:
    tellers = {
        one.pk: one
        for one in Statement.objects.filter(pk__in=[s.pk for s in chosen]).select_related("teller")
    }
    return tuple(
        StatementRow(
            statement=one.code,
            teller=tellers[one.pk].teller.code,
            teller_words=", ".join(
                part
                for part in (origin_in_words(tellers[one.pk].teller.origin), tellers[one.pk].teller.band)
                if part
            ),
            when=f"{one.heard_from} – {one.heard_to}",
            text=one.text,
            source_grade=one.source_grade,
            information_grade=one.information_grade,
            handling=one.handling,
        )
        # By code: the order in which they were told says nothing then.
        for one in sorted(chosen, key=lambda row: row.code)
    )


def _check(order: Order) -> None:
    errors = {}
    if not order.to_agency.strip():
        errors["to_agency"] = "Name the agency that gets it."
    if not is_code(order.to_country) or order.to_country.startswith("XX"):
        errors["to_country"] = "Give the country by its three letters."
    if len(order.purpose.strip()) < 5:
        errors["purpose"] = "Say what it is for: it stands in the register, and the person may read it."
    if errors:
        raise Invalid(errors)


def _parts(acting: Acting, order: Order, export: Export) -> list[PackagePart]:
    destination = Destination(
        export.to_agency, export.to_country, export.purpose, export.pk, acting.staff.agency
    )
    chosen = order.parts or {}
    return [
        source.take(acting, chosen[source.code], destination)
        for source in package_parts()
        if chosen.get(source.code)
    ]
