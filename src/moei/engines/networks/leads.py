"""Leads: names that are alike, for somebody to judge. Nothing is joined by them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from itertools import combinations

from moei.engines.identity.names import name_similarity, name_tokens, skeleton
from moei.engines.networks.graph import Entity, Network
from moei.engines.networks.identifiers import NAMED

ALIKE = 0.85
"""Names below this likeness make no lead."""
_MANY = 200
"""A part of a name that more entities have than this (Mr Li) says nothing; they are not compared because of it."""


@dataclass(frozen=True)
class Lead:
    """Two entities that may be one. `likeness` 0 to 1 of the likest spellings; `shared`: identifiers tied to both.

    It orders what somebody looks at, and is no probability.
    """

    one: str
    other: str
    likeness: float
    names: tuple[str, str]
    shared: tuple[str, ...]


def leads(
    network: Network, *, of: str = "", judged: Collection[frozenset[str]] = (), most: int = 200
) -> list[Lead]:
    """The strongest leads, at most `most`; with `of`, those of one entity. `judged`: pairs of fact ids already looked at.

    Named entities of one kind whose names are alike, those that share an identifier first.
    """
    found = []
    for one, other in _pairs(network, of):
        if any(frozenset((a, b)) in judged for a in one.facts for b in other.facts):
            continue
        likeness, names = max((name_similarity(a, b), (a, b)) for a in one.names for b in other.names)
        if likeness >= ALIKE:
            shared = sorted(_identifiers(network, one.id) & _identifiers(network, other.id))
            found.append(Lead(one.id, other.id, round(likeness, 3), names, tuple(shared)))
    found.sort(key=lambda lead: (-len(lead.shared), -lead.likeness, lead.one, lead.other))
    return found[:most]


def _pairs(network: Network, of: str) -> Iterable[tuple[Entity, Entity]]:
    """Named entities of one kind that have a part of the name by sound in common."""
    blocks: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
    for entity in network.entities.values():
        if entity.kind in NAMED:
            for bones in _bones(entity):
                blocks[entity.kind, bones].append(entity.id)
    if of:
        centre = network.entities[of]
        near = {other for bones in _bones(centre) for other in blocks.get((centre.kind, bones), ())}
        return [(centre, network.entities[other]) for other in sorted(near - {of})]
    pairs = {
        pair for block in blocks.values() if len(block) <= _MANY for pair in combinations(sorted(block), 2)
    }
    return [(network.entities[one], network.entities[other]) for one, other in sorted(pairs)]


def _bones(entity: Entity) -> set[str]:
    tokens = [name_tokens(name) for name in entity.names]
    # A name written without blanks meets the same name written with them.
    return {skeleton(part) for parts in tokens for part in (*parts, "".join(parts)) if part}


def _identifiers(network: Network, entity: str) -> set[str]:
    """Identifiers that somebody tied to an entity."""
    ends = {end for link in network.links_of(entity) for end in (link.one, link.other)}
    return {end for end in ends if network.entities[end].kind not in NAMED}
