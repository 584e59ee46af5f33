"""Names that are alike, for somebody to judge, and what was judged. Nothing is joined by likeness."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Count, Q, QuerySet
from django.http import Http404

from moei.access.acting import Acting
from moei.desks.investigations.models import Fact, Judgement, NamePart, Tie
from moei.desks.investigations.words import Verdict
from moei.desks.investigations.working import facts
from moei.engines.identity.names import name_similarity
from moei.engines.networks import NAMED
from moei.engines.networks.leads import ALIKE

MOST_LEADS = 40
_LOOKED_AT = 2000


@dataclass(frozen=True)
class Lead:
    """A spelling that may be of the same. `facts`: one of each entity that is written so; `shared`: identifiers that
    somebody tied to both. `likeness` orders what is looked at; it is no probability."""

    text: str
    facts: tuple[UUID, ...]
    voices: int
    likeness: float
    shared: tuple[str, ...]

    @property
    def value(self) -> str:
        """How a form names it."""
        return ",".join(str(fact) for fact in self.facts)


def leads_of(acting: Acting, fact: Fact) -> list[Lead]:
    """Other entities of the same kind whose names are alike, those that share an identifier first; without those of
    which it was judged already. A fixed number of queries, whatever the size of the network."""
    if fact.kind not in NAMED:
        return []
    mine = facts(acting)
    own = list(mine.filter(entity=fact.entity).values_list("pk", "text"))
    judged = _judged_with([pk for pk, _text in own])
    bones = NamePart.objects.filter(fact__in=[pk for pk, _text in own[:_LOOKED_AT]]).values("bones")
    found = (
        mine.filter(kind=fact.kind, parts__bones__in=bones)
        .exclude(entity=fact.entity)
        .exclude(entity__in=judged)
        .distinct()
        .order_by("entity", "pk")
        .values_list("entity", "pk", "text", "voice")[:_LOOKED_AT]
    )
    names = {text for _pk, text in own}
    likeness = {text: max(name_similarity(text, name) for name in names) for _e, _p, text, _v in found}
    groups: defaultdict[str, dict[str, UUID]] = defaultdict(dict)
    voices: defaultdict[str, set[str]] = defaultdict(set)
    for entity, pk, text, voice in found:
        if likeness[text] >= ALIKE:
            groups[text].setdefault(entity, pk)
            voices[text].add(voice)
    entities = {entity for group in groups.values() for entity in group}
    tied = _identifiers(acting, [fact.entity, *entities])
    leads = [
        Lead(
            text,
            tuple(group.values()),
            len(voices[text]),
            round(likeness[text], 2),
            tuple(sorted({one for entity in group for one in tied[entity] & tied[fact.entity]})),
        )
        for text, group in groups.items()
    ]
    leads.sort(key=lambda lead: (-len(lead.shared), -lead.likeness, -lead.voices, lead.text))
    return leads[:MOST_LEADS]


def to_judge(acting: Acting) -> QuerySet[Any, Any]:
    """Spellings that stand for several entities, those with most first: rows (`kind`, `text`, `entities`, `voices`)."""
    rows = facts(acting).filter(kind__in=[kind.value for kind in NAMED]).order_by().values("kind", "text")
    counted = rows.annotate(
        entities=Count("entity", distinct=True), voices=Count("voice", distinct=True)
    ).filter(entities__gte=2)
    return counted.order_by("-voices", "text")


def judgements_of(acting: Acting, entity: str) -> list[Judgement]:
    """What was judged of an entity and stands, the latest first."""
    mine = facts(acting).filter(entity=entity).values("pk")
    visible = facts(acting).values("pk")
    rows = Judgement.objects.filter(
        Q(one__in=mine) | Q(other__in=mine), one__in=visible, other__in=visible, undone_at__isnull=True
    )
    return list(rows.select_related("one", "other", "judged_by").order_by("-judged_at", "pk"))


def find_judgement(acting: Acting, verdict_id: UUID) -> Judgement:
    """Of two facts that are theirs to read; else `Http404`."""
    visible = facts(acting).values("pk")
    found = Judgement.objects.filter(
        pk=verdict_id, one__in=visible, other__in=visible, undone_at__isnull=True
    )
    judgement = found.select_related("one", "other").first()
    if judgement is None:
        raise Http404
    return judgement


def _judged_with(ids: list[UUID]) -> set[str]:
    """Entities of which somebody said that they are not the same, or that it cannot be said."""
    found: set[str] = set()
    for start in range(0, len(ids), 400):
        part = ids[start : start + 400]
        rows = Judgement.objects.filter(undone_at__isnull=True).exclude(verdict=Verdict.SAME)
        found |= set(rows.filter(one__in=part).values_list("other__entity", flat=True))
        found |= set(rows.filter(other__in=part).values_list("one__entity", flat=True))
    return found


def _identifiers(acting: Acting, entities: list[str]) -> defaultdict[str, set[str]]:
    """Identifiers that somebody tied to each entity."""
    tied: defaultdict[str, set[str]] = defaultdict(set)
    mine = facts(acting).values("pk")
    rows = Tie.objects.filter(one__entity__in=entities[:800], one__in=mine, other__in=mine).exclude(
        other__key=""
    )
    for entity, other in rows.values_list("one__entity", "other__entity"):
        tied[entity].add(other)
    return tied
