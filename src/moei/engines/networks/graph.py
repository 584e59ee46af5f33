"""Facts of statements to entities and links.

Facts with exactly equal identifiers are of one entity. Names never join by themselves: each fact with a name is an
entity of its own until somebody has judged that two are the same (`same`); likeness only makes leads (`leads.py`).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import combinations

from moei.engines.networks.identifiers import NAMED, Kind, identify

TOGETHER = "said together"
"""The link of entities that one statement mentions, when it does not say how they belong together."""


@dataclass(frozen=True)
class Fact:
    """What a statement says of one thing.

    `id` is unique over all facts. `statement` and `teller` are pseudonyms: several statements of one teller are one
    voice. `country` and `where` are as in `identify`. `key` is the identifier's key if it was read before, so that it
    need not be read again. `source_grade` A to F, `information_grade` 1 to 6, `handling` as the desk has them.
    """

    id: str
    statement: str
    kind: Kind
    text: str
    teller: str = ""
    country: str = ""
    where: str = ""
    key: str = ""
    role: str = ""
    source_grade: str = ""
    information_grade: str = ""
    handling: str = ""
    on: date | None = None
    place: str = ""


@dataclass(frozen=True)
class Tie:
    """A statement says how the things of two facts belong together: `one` `role` `other`, as "recruiter uses phone"."""

    one: str
    other: str
    role: str
    statement: str = ""


@dataclass(frozen=True)
class Entity:
    """One thing. `problem` says in words why its identifier could not be read, so that it joins with nothing."""

    id: str
    kind: Kind
    names: tuple[str, ...]
    roles: tuple[str, ...]
    facts: tuple[str, ...]
    statements: frozenset[str]
    tellers: frozenset[str]
    country: str = ""
    problem: str = ""

    @property
    def label(self) -> str:
        """The spelling that most facts have; for an identifier its one form."""
        return self.names[0]


@dataclass(frozen=True)
class Link:
    """Two entities that belong together; `stated` if somebody said how. `one` and `other` are entity ids."""

    one: str
    other: str
    role: str
    statements: frozenset[str]
    stated: bool

    @property
    def weight(self) -> int:
        return len(self.statements)


@dataclass(frozen=True)
class Neighbourhood:
    """What lies around one entity, the nearest and most mentioned first. `left_out`: neighbours that did not fit."""

    centre: str
    entities: tuple[Entity, ...]
    links: tuple[Link, ...]
    left_out: int


@dataclass(frozen=True)
class Network:
    """Entities by id, ties that were stated, and which entities each statement mentions."""

    entities: dict[str, Entity]
    stated: tuple[Link, ...]
    by_fact: dict[str, str]
    by_statement: dict[str, tuple[str, ...]]
    facts: dict[str, Fact]
    _ties_of: dict[str, list[Link]] = field(default_factory=dict, repr=False)

    def links(self, among: Iterable[str] | None = None) -> tuple[Link, ...]:
        """Stated links and what was said together, among some entities or among all. Those of all can be many."""
        wanted = set(self.entities if among is None else among)
        statements = self.by_statement
        if among is not None:
            said = {statement for entity in wanted for statement in self.entities[entity].statements}
            statements = {statement: self.by_statement[statement] for statement in said}
        shared: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
        for statement, mentioned in statements.items():
            for pair in combinations(sorted(wanted.intersection(mentioned)), 2):
                shared[pair].add(statement)
        stated = [link for link in self._stated_of(wanted) if {link.one, link.other} <= wanted]
        told = {tuple(sorted((link.one, link.other))) for link in stated}
        together = [
            Link(one, other, TOGETHER, frozenset(said), stated=False)
            for (one, other), said in shared.items()
            if (one, other) not in told
        ]
        return tuple(
            sorted([*stated, *together], key=lambda link: (-link.weight, link.one, link.other, link.role))
        )

    def links_of(self, entity: str) -> Sequence[Link]:
        """What was stated of one entity."""
        return tuple(self._ties_of.get(entity, ()))

    def _stated_of(self, entities: Iterable[str]) -> Sequence[Link]:
        return list(dict.fromkeys(link for entity in entities for link in self._ties_of.get(entity, ())))

    def _near(self, entity: str) -> Counter[str]:
        """Neighbours with how many statements join them; a stated tie counts before anything said together."""
        near: Counter[str] = Counter()
        for statement in self.entities[entity].statements:
            near.update(self.by_statement[statement])
        for link in self._ties_of.get(entity, ()):
            near[link.other if link.one == entity else link.one] += len(self.by_statement) + 1
        del near[entity]
        return near

    def around(self, centre: str, *, most: int = 100, steps: int = 2) -> Neighbourhood:
        """At most `most` entities within `steps` of `centre`, itself among them. Raises KeyError if there is none.

        Neighbours come in order of the statements that join them to what is already there; only when all of one step
        fit, those of the next are looked at.
        """
        if most < 1:
            raise ValueError("a neighbourhood has at least its own entity")
        centre_entity = self.entities[centre]
        chosen = {centre: None}
        ring, left_out = [centre], 0
        for _step in range(steps):
            near: Counter[str] = Counter()
            for entity in ring:
                near.update(self._near(entity))
            order = sorted(
                (entity for entity in near if entity not in chosen),
                key=lambda entity: (-near[entity], -len(self.entities[entity].statements), entity),
            )
            ring = order[: most - len(chosen)]
            chosen |= dict.fromkeys(ring)
            left_out = len(order) - len(ring)
            if left_out or not ring:
                break
        rest = [self.entities[entity] for entity in chosen if entity != centre]
        return Neighbourhood(centre, (centre_entity, *rest), self.links(chosen), left_out)

    def mentioned_by_several(self, *, at_least: int = 2) -> list[Entity]:
        """What at least so many tellers mention, the most first. Two statements of one teller are one mention."""
        found = [entity for entity in self.entities.values() if len(entity.tellers) >= at_least]
        return sorted(found, key=lambda entity: (-len(entity.tellers), -len(entity.statements), entity.id))


def build(facts: Iterable[Fact], ties: Iterable[Tie] = (), same: Iterable[tuple[str, str]] = ()) -> Network:
    """The network of some facts.

    `same`: pairs of fact ids that somebody judged to be of one person, company, place or advert; pairs and ties of
    facts that are not here (their statement was withdrawn) are left out. Raises ValueError when two facts have one
    id, or when a pair is not of two named things of one kind.
    """
    by_id: dict[str, Fact] = {}
    for fact in facts:
        if fact.id in by_id:
            raise ValueError(f"two facts have the id {fact.id}")
        by_id[fact.id] = fact
    keys, problems = _keys(by_id.values(), _judged(by_id, same))
    groups: defaultdict[str, list[Fact]] = defaultdict(list)
    for fact in by_id.values():
        groups[keys[fact.id]].append(fact)
    entities = {key: _entity(key, group, problems) for key, group in groups.items()}
    statements: defaultdict[str, dict[str, None]] = defaultdict(dict)
    for fact in by_id.values():
        statements[fact.statement][keys[fact.id]] = None
    stated = _stated(by_id, keys, ties)
    ties_of: defaultdict[str, list[Link]] = defaultdict(list)
    for link in stated:
        ties_of[link.one].append(link)
        ties_of[link.other].append(link)
    return Network(
        entities,
        stated,
        keys,
        {statement: tuple(mentioned) for statement, mentioned in statements.items()},
        by_id,
        dict(ties_of),
    )


def _judged(facts: dict[str, Fact], same: Iterable[tuple[str, str]]) -> dict[str, str]:
    """The first fact of each group that was judged to be one, by fact."""
    first: dict[str, str] = {}

    def root(fact: str) -> str:
        while (up := first.get(fact, fact)) != fact:
            first[fact] = first.get(up, up)
            fact = up
        return fact

    for one, other in same:
        if one not in facts or other not in facts:
            continue
        kinds = {facts[one].kind, facts[other].kind}
        if len(kinds) > 1 or not kinds <= NAMED:
            raise ValueError(f"{one} and {other} are not two named things of one kind")
        low, high = sorted((root(one), root(other)))
        first[high] = low
    return {fact: root(fact) for fact in first}


def _keys(facts: Iterable[Fact], judged: dict[str, str]) -> tuple[dict[str, str], dict[str, str]]:
    """The entity of each fact, and in words why an identifier was not read."""
    keys: dict[str, str] = {}
    problems: dict[str, str] = {}
    for fact in facts:
        if fact.key and fact.kind not in NAMED:
            keys[fact.id] = fact.key
            continue
        keys[fact.id] = f"{fact.kind}:~{judged.get(fact.id, fact.id)}"
        if fact.kind not in NAMED:
            try:
                keys[fact.id] = identify(fact.kind, fact.text, country=fact.country, where=fact.where).key
            except ValueError as error:
                problems[fact.id] = str(error)
    return keys, problems


def _entity(key: str, facts: list[Fact], problems: dict[str, str]) -> Entity:
    kind, _, value = key.partition(":")
    spellings = Counter(fact.text for fact in facts)
    names = tuple(name for name, _n in sorted(spellings.items(), key=lambda item: (-item[1], item[0])))
    if not value.startswith("~"):
        names = (value, *(name for name in names if name != value))
    return Entity(
        id=key,
        kind=Kind(kind),
        names=names,
        roles=tuple(role for role, _n in Counter(fact.role for fact in facts if fact.role).most_common()),
        facts=tuple(fact.id for fact in facts),
        statements=frozenset(fact.statement for fact in facts),
        tellers=frozenset(fact.teller or fact.statement for fact in facts),
        country=next((fact.country for fact in facts if fact.country), ""),
        problem=next((problems[fact.id] for fact in facts if fact.id in problems), ""),
    )


def _stated(facts: dict[str, Fact], keys: dict[str, str], ties: Iterable[Tie]) -> tuple[Link, ...]:
    said: defaultdict[tuple[str, str, str], set[str]] = defaultdict(set)
    for tie in ties:
        if tie.one in facts and tie.other in facts and keys[tie.one] != keys[tie.other]:
            by = tie.statement or facts[tie.one].statement
            said[keys[tie.one], keys[tie.other], tie.role].add(by)
    return tuple(
        Link(one, other, role, frozenset(by), stated=True) for (one, other, role), by in sorted(said.items())
    )
