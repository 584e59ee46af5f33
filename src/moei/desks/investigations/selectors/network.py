"""The network as pages show it: what several people mention, one entity with what lies around it, what was when.

Everything is asked of the database for the rows that a page shows; the whole network is built (`engines.networks`)
only for files that leave. Nothing here knows more of a teller than the pseudonym.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any
from uuid import UUID

from django.db.models import CharField, Count, Min, QuerySet
from django.db.models.functions import Cast
from django.http import Http404

from moei.access.acting import Acting
from moei.desks.investigations.models import Fact, Tie
from moei.desks.investigations.working import facts
from moei.engines.networks import NAMED, TOGETHER, Kind

MOST = 100
LABEL = 60


@dataclass(frozen=True)
class Node:
    """An entity. `fact` leads to its page; `voices` people mention it in `said` statements or entries."""

    entity: str
    fact: UUID
    kind: str
    label: str
    voices: int
    said: int


@dataclass(frozen=True)
class Edge:
    """`role` is how somebody said that they belong together, or `TOGETHER`."""

    one: str
    other: str
    role: str
    said: int

    @property
    def stated(self) -> bool:
        return self.role != TOGETHER


@dataclass(frozen=True)
class Around:
    """The centre first, then who stands beside it in most statements. `left_out`: how many did not fit."""

    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
    left_out: int

    @property
    def centre(self) -> Node:
        return self.nodes[0]


def find_fact(acting: Acting, fact_id: UUID) -> Fact:
    """A fact that is theirs to read and of which there is an entity; else `Http404`."""
    found = facts(acting).filter(pk=fact_id).exclude(entity="").first()
    if found is None:
        raise Http404
    return found


def mentioned(acting: Acting, *, kind: str = "", text: str = "", at_least: int = 1) -> QuerySet[Any, Any]:
    """Entities as rows (`entity`, `kind`, `first`, `voices`, `told`), those that most people mention first."""
    found: QuerySet[Any, Any] = facts(acting).exclude(entity="")
    if kind in {one.value for one in Kind}:
        found = found.filter(kind=kind)
    if text:
        found = found.filter(entity__in=facts(acting).filter(text__icontains=text).values("entity"))
    rows: QuerySet[Any, Any] = found.order_by().values("entity", "kind").annotate(**_counts())
    return rows.filter(voices__gte=at_least).order_by("-voices", "-told", "entity")


def nodes_of(acting: Acting, rows: Iterable[dict[str, Any]]) -> list[Node]:
    """Rows of `mentioned` with the spelling that most have. One query."""
    rows = list(rows)
    labels = _labels(acting, [row["entity"] for row in rows])
    return [
        Node(
            row["entity"],
            UUID(row["first"]),
            row["kind"],
            labels[row["entity"]][:LABEL],
            row["voices"],
            row["told"],
        )
        for row in rows
    ]


def around(acting: Acting, centre: str, *, more: Sequence[str] = (), most: int = MOST) -> Around:
    """What stands beside an entity in statements, at most `most` with itself. `more`: entities opened as well, whose own
    neighbours share the room that is left. Six queries, and one for each that is opened."""
    chosen: dict[str, None] = {centre: None}
    left_out = 0
    for number, entity in enumerate([centre, *more]):
        room = most - len(chosen)
        # Whoever opens one more looks for its neighbours: some room is kept for each.
        share = room if number == len(more) else max(room - 12 * (len(more) - number), 0)
        beside = [one for one in _beside(acting, entity) if one not in chosen]
        chosen |= dict.fromkeys(beside[:share])
        left_out += len(beside[share:]) if number == 0 else 0
    drawn: QuerySet[Any, Any] = (
        facts(acting).filter(entity__in=list(chosen)).order_by().values("entity", "kind")
    )
    found = {node.entity: node for node in nodes_of(acting, drawn.annotate(**_counts()))}
    nodes = tuple(found[entity] for entity in chosen if entity in found)
    if not nodes or nodes[0].entity != centre:
        raise Http404
    return Around(nodes, _edges(acting, list(found)), left_out)


def _counts() -> dict[str, Any]:
    return {
        "voices": Count("voice", distinct=True),
        "told": Count("said", distinct=True),
        # The smallest id: as text, because PostgreSQL has no smallest of ids.
        "first": Min(Cast("id", CharField())),
    }


def _beside(acting: Acting, entity: str) -> list[str]:
    """Entities of the same statements, those of most first."""
    mine = facts(acting)
    rows = mine.filter(said__in=mine.filter(entity=entity).values("said")).exclude(entity__in=["", entity])
    counted = rows.order_by().values("entity").annotate(n=Count("said", distinct=True))
    return list(counted.order_by("-n", "entity").values_list("entity", flat=True))


def _edges(acting: Acting, entities: Sequence[str]) -> tuple[Edge, ...]:
    """Stated ties, and what was said together where nobody said how."""
    mine = facts(acting).filter(entity__in=entities)
    ties = Tie.objects.filter(one__in=mine, other__in=mine).order_by()
    rows = ties.values_list("one__entity", "other__entity", "role").annotate(n=Count("said", distinct=True))
    stated = [Edge(one, other, role, n) for one, other, role, n in rows if one != other]
    told = {frozenset((edge.one, edge.other)) for edge in stated}
    together: defaultdict[str, set[str]] = defaultdict(set)
    for said, entity in mine.order_by().values_list("said", "entity").distinct():
        together[said].add(entity)
    pairs: Counter[tuple[str, ...]] = Counter()
    for beside in together.values():
        pairs.update(combinations(sorted(beside), 2))
    said_together = [
        Edge(one, other, TOGETHER, n)
        for (one, other), n in pairs.items()
        if frozenset((one, other)) not in told
    ]
    return tuple(
        sorted([*stated, *said_together], key=lambda edge: (-edge.stated, -edge.said, edge.one, edge.other))
    )


def _labels(acting: Acting, entities: Sequence[str]) -> dict[str, str]:
    """An identifier's one form; of a name the spelling that most facts have."""
    labels = {entity: entity.partition(":")[2] for entity in entities}
    named = [entity for entity in entities if entity.partition(":")[0] in NAMED]
    rows = (
        facts(acting)
        .filter(entity__in=named)
        .order_by()
        .values_list("entity", "text")
        .annotate(n=Count("pk"))
    )
    best: dict[str, tuple[int, str]] = {}
    for entity, text, n in rows:
        best[entity] = min(best.get(entity, (0, "")), (-n, text))
    return labels | {entity: text for entity, (_n, text) in best.items()}


def mentions_of(acting: Acting, entity: str) -> QuerySet[Fact]:
    """Each fact of an entity, the latest first."""
    found = facts(acting).filter(entity=entity).select_related("statement", "source")
    return found.order_by("-visible_from", "said", "position")


def spellings_of(acting: Acting, entity: str) -> list[tuple[str, int]]:
    rows = facts(acting).filter(entity=entity).order_by().values_list("text").annotate(n=Count("pk"))
    return sorted(rows, key=lambda row: (-row[1], row[0]))


def dated(acting: Acting, entity: str = "") -> QuerySet[Fact]:
    """Facts that say when, the earliest first: of everything, or of what stands in statements with an entity."""
    found = facts(acting).filter(on__isnull=False)
    if entity:
        found = found.filter(said__in=facts(acting).filter(entity=entity).values("said"))
    return found.select_related("statement", "source").order_by("on", "said", "position")
