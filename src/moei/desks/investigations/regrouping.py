"""Which facts with a name are of one entity: what was judged to be the same, and what hangs together by it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from uuid import UUID

from django.db.models import Q

from moei.desks.investigations.facts import own_entity
from moei.desks.investigations.models import Fact, Judgement
from moei.desks.investigations.words import Verdict


def regroup(fact_ids: Collection[UUID]) -> None:
    """Write `entity` anew for these facts and all that hang together with them, or did. A query or two for each step of
    the longest chain of judgements."""
    wanted = set(fact_ids)
    entities = set(Fact.objects.filter(pk__in=wanted).values_list("entity", flat=True))
    # Those of the entity as it stood, which may fall apart now.
    wanted |= set(Fact.objects.filter(entity__in=entities - {""}).values_list("pk", flat=True))
    pairs: set[tuple[UUID, UUID]] = set()
    fresh = set(wanted)
    while fresh:
        found = set(standing_pairs(fresh))
        pairs |= found
        fresh = {fact for pair in found for fact in pair} - wanted
        wanted |= fresh
    changed = []
    facts = {fact.pk: fact for fact in Fact.objects.filter(pk__in=wanted)}
    for group in _groups(facts, pairs):
        first = min(group, key=str)
        alone = len(group) == 1
        for pk in group:
            fact = facts[pk]
            entity = own_entity(fact) if alone or fact.key else f"{fact.kind}:~{first}"
            if fact.entity != entity:
                fact.entity = entity
                changed.append(fact)
    Fact.objects.bulk_update(changed, ["entity"], batch_size=500)


def standing_pairs(fact_ids: Collection[UUID]) -> Iterable[tuple[UUID, UUID]]:
    """Pairs that were judged to be the same, of which one is among these."""
    ids = list(fact_ids)
    for start in range(0, len(ids), 400):
        part = ids[start : start + 400]
        rows = Judgement.objects.filter(
            Q(one__in=part) | Q(other__in=part), verdict=Verdict.SAME, undone_at__isnull=True
        )
        yield from rows.values_list("one_id", "other_id")


def _groups(facts: Collection[UUID], pairs: Iterable[tuple[UUID, UUID]]) -> list[set[UUID]]:
    near: defaultdict[UUID, set[UUID]] = defaultdict(set)
    for one, other in pairs:
        near[one].add(other)
        near[other].add(one)
    left, groups = set(facts), []
    while left:
        group, fresh = set(), {left.pop()}
        while fresh:
            group |= fresh
            fresh = {other for one in fresh for other in near[one]} - group
        left -= group
        groups.append(group & set(facts))
    return groups
