"""Statements as investigators read them, and what the person's own caseworker sees of them."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count, Q, QuerySet
from django.http import Http404

from moei.access.acting import Acting
from moei.access.models import Agency
from moei.casefile.models import Consent, Purpose
from moei.casefile.selectors.cases import CaseFile
from moei.desks.investigations.ending import exports_with
from moei.desks.investigations.models import Export, Fact, Statement, Teller, Tie
from moei.desks.investigations.pseudonyms import tellers_of
from moei.desks.investigations.working import statements


@dataclass(frozen=True)
class Line:
    """A fact with what it is said of."""

    fact: Fact
    ties: tuple[tuple[str, Fact], ...]


def listed(acting: Acting) -> QuerySet[Statement]:
    """With `things`, how many facts each holds."""
    return statements(acting).annotate(things=Count("facts"))


def find_statement(acting: Acting, statement_id: UUID) -> Statement:
    """Raises `Http404` for one that is not theirs to read, was withdrawn, or whose period is not over."""
    found = statements(acting).filter(pk=statement_id).first()
    if found is None:
        raise Http404
    return found


def find_teller(acting: Acting, teller_id: UUID) -> Teller:
    found = statements(acting).filter(teller_id=teller_id).first()
    if found is None:
        raise Http404
    return found.teller


def lines_of(statement: Statement) -> list[Line]:
    """In the order in which they were written down."""
    facts = {fact.pk: fact for fact in statement.facts.order_by("position")}
    ties = Tie.objects.filter(Q(one__in=facts) | Q(other__in=facts))
    of: dict[UUID, list[tuple[str, Fact]]] = {pk: [] for pk in facts}
    for tie in ties:
        if tie.one_id in facts and tie.other_id in facts:
            of[tie.one_id].append((tie.role, facts[tie.other_id]))
    return [Line(fact, tuple(of[pk])) for pk, fact in facts.items()]


@dataclass(frozen=True)
class Handed:
    """What was handed over of one person to one agency: statements by period, and the files that hold them."""

    agency: Agency
    teller: Teller
    statements: tuple[Statement, ...]
    exports: tuple[Export, ...]


def handed_over(file: CaseFile) -> list[Handed]:
    """For whoever may read the person's consents: from the case to its pseudonyms, never back."""
    found = []
    for teller in tellers_of(file.people):
        rows = list(Statement.objects.filter(teller=teller).order_by("heard_from", "code"))
        found.append(Handed(teller.agency, teller, tuple(rows), tuple(exports_with(rows))))
    return found


def agencies_agreed_to(file: CaseFile) -> list[Agency]:
    """Whose investigators the person agreed may be told."""
    rows = Consent.objects.filter(
        case__person__in=file.people, purpose=Purpose.INVESTIGATION, given=True, withdrawn_at__isnull=True
    )
    return list(Agency.objects.filter(pk__in=rows.values("recipient")).order_by("name"))
