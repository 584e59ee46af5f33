"""Statements and the network over the API, for a service account that investigates. Nobody is named in any of it."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated, Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Router, Schema
from pydantic import Field

from moei.access.acting import Acting
from moei.access.decide import require
from moei.access.journalled import was_read
from moei.desks.investigations.models import Fact, Statement
from moei.desks.investigations.selectors import network
from moei.desks.investigations.selectors import statements as selectors
from moei.engines.networks import Kind

router = Router(tags=["network"])
MAX_PAGE = 200
_RULE = {"x-moei-rule": "duty network.view"}


class StatementOut(Schema):
    """`teller` is a pseudonym; `origin` a country (ISO 3166 alpha-3), a region, or empty; the period has both days."""

    id: UUID
    code: str
    teller: str
    origin: str
    ages: str
    heard_from: date
    heard_to: date
    told: str
    source_grade: str
    information_grade: str
    handling: str


class FactOut(Schema):
    """`entity` is the same for equal identifiers and for names judged to be of one; `week` is its Monday."""

    id: UUID
    what: str
    kind: str
    as_told: str
    entity: str
    country: str
    amount: Decimal | None
    currency: str
    week: date | None
    where: str
    source_grade: str
    information_grade: str
    handling: str


class StatementFactsOut(StatementOut):
    facts: list[FactOut]


class EntityOut(Schema):
    """`people` and `statements` count voices and what they told."""

    fact: UUID
    entity: str
    kind: str
    label: str
    people: int
    statements: int


class LinkOut(Schema):
    one: str
    other: str
    role: str
    stated: bool
    statements: int


class AroundOut(Schema):
    """The entity first; `left_out` counts what did not fit."""

    entities: list[EntityOut]
    links: list[LinkOut]
    left_out: int


@router.get(
    "/network/statements", response=list[StatementOut], operation_id="statements", openapi_extra=_RULE
)
def statements(
    request: HttpRequest,
    offset: Annotated[int, Field(ge=0, le=100_000)] = 0,
    limit: Annotated[int, Field(ge=1, le=MAX_PAGE)] = 50,
) -> list[StatementOut]:
    """Of the agency of this account, those whose period is over, the latest period first."""
    acting = _acting(request)
    require(acting, "network.view")
    rows = list(selectors.listed(acting)[offset : offset + limit])
    was_read(acting, "statements.listed", data={"statements": len(rows), "page": "api:statements"})
    return [StatementOut(**_statement(row)) for row in rows]


@router.get(
    "/network/statements/{statement_id}",
    response=StatementFactsOut,
    operation_id="statement",
    openapi_extra=_RULE,
)
def statement(request: HttpRequest, statement_id: UUID) -> StatementFactsOut:
    acting = _acting(request)
    require(acting, "network.view")
    found = selectors.find_statement(acting, statement_id)
    was_read(acting, "statement.read", data={"statement": str(found.pk)})
    return StatementFactsOut(
        **_statement(found), facts=[_fact(row) for row in found.facts.order_by("position")]
    )


@router.get("/network/entities", response=list[EntityOut], operation_id="entities", openapi_extra=_RULE)
def entities(
    request: HttpRequest,
    kind: Kind | None = None,
    people: Annotated[int, Field(ge=1, le=10_000)] = 1,
    offset: Annotated[int, Field(ge=0, le=100_000)] = 0,
    limit: Annotated[int, Field(ge=1, le=MAX_PAGE)] = 50,
) -> list[EntityOut]:
    """What at least so many people mention, the most first."""
    acting = _acting(request)
    require(acting, "network.view")
    rows = network.mentioned(acting, kind=kind.value if kind else "", at_least=people)[
        offset : offset + limit
    ]
    was_read(acting, "network.read", data={"page": "api:entities"})
    return [_entity(node) for node in network.nodes_of(acting, rows)]


@router.get("/network/entities/{fact_id}", response=AroundOut, operation_id="entity", openapi_extra=_RULE)
def around(request: HttpRequest, fact_id: UUID) -> AroundOut:
    """The entity of a fact, and what stands beside it: at most a hundred."""
    acting = _acting(request)
    require(acting, "network.view")
    fact = network.find_fact(acting, fact_id)
    found = network.around(acting, fact.entity)
    was_read(acting, "network.read", data={"page": "api:entity", "fact": str(fact.pk)})
    return AroundOut(
        entities=[_entity(node) for node in found.nodes],
        links=[
            LinkOut(one=edge.one, other=edge.other, role=edge.role, stated=edge.stated, statements=edge.said)
            for edge in found.edges
        ],
        left_out=found.left_out,
    )


def _statement(row: Statement) -> dict[str, Any]:
    return {
        "id": row.pk,
        "code": row.code,
        "teller": row.teller.code,
        "origin": row.teller.origin,
        "ages": row.teller.band,
        "heard_from": row.heard_from,
        "heard_to": row.heard_to,
        "told": row.text,
        "source_grade": row.source_grade,
        "information_grade": row.information_grade,
        "handling": row.handling,
    }


def _fact(row: Fact) -> FactOut:
    return FactOut(
        id=row.pk,
        what=row.what,
        kind=row.kind,
        as_told=row.text,
        entity=row.entity,
        country=row.country,
        amount=row.amount,
        currency=row.currency,
        week=row.on,
        where=row.place,
        source_grade=row.source_grade,
        information_grade=row.information_grade,
        handling=row.handling,
    )


def _entity(node: network.Node) -> EntityOut:
    return EntityOut(
        fact=node.fact,
        entity=node.entity,
        kind=node.kind,
        label=node.label,
        people=node.voices,
        statements=node.said,
    )


def _acting(request: HttpRequest) -> Acting:
    acting: Acting = request.acting  # type: ignore[attr-defined]
    return acting
