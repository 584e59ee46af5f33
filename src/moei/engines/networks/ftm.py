"""FollowTheMoney, out and in: one entity a line, as JSON. Schemata: https://followthemoney.tech/explorer/.

Out goes what an entity is and how entities belong together. Of statements only pseudonyms go, of tellers nothing.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from moei.engines.identity.countries import alpha2, country_code
from moei.engines.networks.graph import Entity, Fact, Link, Network, Tie
from moei.engines.networks.identifiers import NAMED, Kind

if TYPE_CHECKING:
    # Loading it takes three quarters of a second and 60 MB: who neither makes nor reads such a file does without.
    from followthemoney.proxy import EntityProxy

_SCHEMA = {
    Kind.PERSON: "Person",
    Kind.COMPANY: "Company",
    Kind.PLACE: "Address",
    Kind.ADVERT: "Note",
    Kind.PHONE: "UserAccount",
    Kind.HANDLE: "UserAccount",
    Kind.ACCOUNT: "BankAccount",
    Kind.WALLET: "CryptoWallet",
    Kind.VEHICLE: "Vehicle",
}
# The schema or one of those it is made from; the first that fits.
_KIND = (
    ("Person", Kind.PERSON),
    ("LegalEntity", Kind.COMPANY),
    ("Address", Kind.PLACE),
    ("RealEstate", Kind.PLACE),
    ("UserAccount", Kind.HANDLE),
    ("BankAccount", Kind.ACCOUNT),
    ("CryptoWallet", Kind.WALLET),
    ("Vehicle", Kind.VEHICLE),
    ("Note", Kind.ADVERT),
    ("Document", Kind.ADVERT),
)
_PHONE_SERVICE = "phone"
_BLOCKCHAINS = {"bitcoin": "BTC", "ethereum": "ETH", "tron": "TRX"}
_UNSAFE = re.compile(rb"[^0-9a-zA-Z]")


def ftm_id(entity: str) -> str:
    """An id that FollowTheMoney takes: other signs than letters and digits by their bytes, so no two become one."""
    return "moei." + _UNSAFE.sub(lambda found: b".%02x" % found.group()[0], entity.encode()).decode()


def to_ftm(network: Network, links: Iterable[Link] | None = None) -> Iterator[dict[str, Any]]:
    """Each entity, then each link. `links`: what goes out of them; without it those that were stated."""
    for entity in network.entities.values():
        yield _proxy(entity).to_dict()
    for link in network.stated if links is None else links:
        proxy = _made("UnknownLink", ftm_id(f"{link.one}|{link.other}|{link.role}"))
        proxy.add("subject", ftm_id(link.one))
        proxy.add("object", ftm_id(link.other))
        proxy.add("role", link.role)
        proxy.add("recordId", sorted(link.statements))
        yield proxy.to_dict()


def ftm_lines(network: Network, links: Iterable[Link] | None = None) -> Iterator[str]:
    """`to_ftm` as lines of JSON, each with its end."""
    for entity in to_ftm(network, links):
        yield json.dumps(entity, ensure_ascii=False, sort_keys=True) + "\n"


def _made(schema: str, key: str) -> EntityProxy:
    from followthemoney import model

    proxy = model.make_entity(schema)
    proxy.id = key
    return proxy


def _proxy(entity: Entity) -> EntityProxy:
    proxy = _made(_SCHEMA[entity.kind], ftm_id(entity.id))
    readable = not entity.problem
    _, _, value = entity.id.partition(":")
    if entity.kind is Kind.PLACE:
        proxy.add("full", entity.names)
    else:
        proxy.add("name", entity.names if entity.kind in NAMED or not readable else [value])
    proxy.add("country", alpha2(entity.country) or None)
    proxy.add("notes" if entity.kind is not Kind.PLACE else "remarks", _notes(entity))
    if readable:
        _add_identifier(proxy, entity.kind, value)
    elif entity.kind in (Kind.PHONE, Kind.HANDLE):
        proxy.add("username", entity.label)
    return proxy


def _add_identifier(proxy: EntityProxy, kind: Kind, value: str) -> None:
    first, _, rest = value.partition(":")
    if kind is Kind.PHONE:
        proxy.add("service", _PHONE_SERVICE)
        proxy.add("phone", value)
        proxy.add("username", value)
    elif kind is Kind.HANDLE:
        proxy.add("service", first)
        proxy.add("username", rest)
    elif kind is Kind.WALLET:
        proxy.add("publicKey", rest)
        proxy.add("currency", _BLOCKCHAINS[first])
    elif kind is Kind.ACCOUNT and first == "iban":
        proxy.add("iban", rest)
    elif kind is Kind.ACCOUNT:
        bank, _, number = rest.partition(":")
        proxy.add("accountNumber", number)
        proxy.add("bankName", bank)
    elif kind is Kind.VEHICLE:
        proxy.add("registrationNumber", rest.partition(":")[2])


def _notes(entity: Entity) -> list[str]:
    notes = [f"Mentioned by {len(entity.tellers)} people in {len(entity.statements)} statements"]
    notes += [f"Role: {role}" for role in entity.roles]
    return notes + ([f"Not read: {entity.problem}"] if entity.problem else [])


@dataclass
class FtmReading:
    """What a file held: facts, ties between them, and in words what was left out."""

    facts: list[Fact] = field(default_factory=list)
    ties: list[Tie] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)


def read_ftm(lines: Iterable[str], source: str, *, most: int = 100_000) -> FtmReading:
    """Entities of a file in lines of JSON. Each is said by `source`; what is read joins as any other fact does.

    Raises ValueError with the number of the line if one is no entity, and if there are more than `most`.
    """
    reading = FtmReading()
    seen: set[str] = set()
    edges: list[EntityProxy] = []
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        if number > most:
            raise ValueError(f"there are more than {most} lines")
        proxy = _parsed(line, number)
        if proxy.schema.edge:
            edges.append(proxy)
            continue
        kind = next((kind for schema, kind in _KIND if proxy.schema.is_a(schema)), None)
        text = _text(proxy, kind) if kind else ""
        if kind is None or not text or proxy.id is None:
            reading.left_out.append(f"line {number}: {proxy.schema.name} is not read")
        elif _fact_id(source, proxy.id) in seen:
            reading.left_out.append(f"line {number}: a second entity with one id")
        else:
            seen.add(_fact_id(source, proxy.id))
            _add(reading, proxy, kind, text, source)
    for edge in edges:
        _tie(reading, edge, seen, source)
    return reading


def _parsed(line: str, number: int) -> EntityProxy:
    from followthemoney import model
    from followthemoney.exc import FollowTheMoneyException

    try:
        data = json.loads(line)
        if not isinstance(data, dict) or not isinstance(data.get("properties", {}), dict):
            raise ValueError
        proxy = model.get_proxy(data, cleaned=False)
    except (ValueError, TypeError, AttributeError, RecursionError, FollowTheMoneyException):
        raise ValueError(f"line {number} is no entity of FollowTheMoney") from None
    return proxy


def _fact_id(source: str, key: str) -> str:
    return f"{source}/{key}"


def _text(proxy: EntityProxy, kind: Kind) -> str:
    """The text from which the identifier is read again, or the name."""
    properties = {
        Kind.PLACE: ("full", "name"),
        Kind.ADVERT: ("name", "title", "fileName"),
        Kind.HANDLE: ("username", "phone", "name"),
        Kind.ACCOUNT: ("iban", "accountNumber", "name"),
        Kind.WALLET: ("publicKey", "name"),
        Kind.VEHICLE: ("registrationNumber", "name"),
    }.get(kind, ("name",))
    return next((value for name in properties for value in proxy.get(name, quiet=True)), "")


def _add(reading: FtmReading, proxy: EntityProxy, kind: Kind, text: str, source: str) -> None:
    key = _fact_id(source, str(proxy.id))
    country = next((country_code(code) for code in proxy.countries), "")
    where = ""
    if kind is Kind.HANDLE:
        where = proxy.first("service", quiet=True) or ""
        if where == _PHONE_SERVICE or (not where and text == proxy.first("phone", quiet=True)):
            kind, where = Kind.PHONE, ""
    elif kind is Kind.ACCOUNT:
        where = proxy.first("bankName", quiet=True) or ""
    reading.facts.append(Fact(key, key, kind, text, teller=source, country=country, where=where))
    if kind in (Kind.PERSON, Kind.COMPANY):
        for place, number in enumerate(proxy.get("phone", quiet=True)):
            own = f"{key}/phone{place}"
            reading.facts.append(Fact(own, key, Kind.PHONE, number, teller=source, country=country))
            reading.ties.append(Tie(key, own, "phone", key))


def _tie(reading: FtmReading, edge: EntityProxy, seen: set[str], source: str) -> None:
    role = edge.first("role", quiet=True) or edge.schema.label
    for one, other in edge.edgepairs():
        ends = _fact_id(source, one), _fact_id(source, other)
        if ends[0] in seen and ends[1] in seen:
            reading.ties.append(Tie(*ends, role, _fact_id(source, str(edge.id))))
        else:
            reading.left_out.append(f"{edge.schema.name} {edge.id}: one of its ends is not in the file")
