"""A network as GEXF 1.3 (https://gexf.net/schema.html), which graph programs open."""

from __future__ import annotations

import re
from collections.abc import Iterable
from xml.etree import ElementTree as ET

from moei.engines.networks.graph import Entity, Link, Network

_NAMESPACE = "http://gexf.net/1.3"
# What XML 1.0 does not have, escaped or not.
_NO_SIGNS = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_OF_ENTITY = (("kind", "string"), ("roles", "string"), ("statements", "integer"), ("people", "integer"))
_OF_LINK = (("role", "string"), ("stated", "boolean"))


def to_gexf(
    network: Network, entities: Iterable[Entity] | None = None, links: Iterable[Link] | None = None
) -> bytes:
    """All entities and links, or those of a neighbourhood.

    Every link has a direction, because programs refuse a graph that mixes them; where `stated` is false it says nothing.
    """
    root = ET.Element("gexf", {"xmlns": _NAMESPACE, "version": "1.3"})
    graph = ET.SubElement(root, "graph", {"defaultedgetype": "directed", "mode": "static"})
    _attributes(graph, "node", _OF_ENTITY)
    _attributes(graph, "edge", _OF_LINK)
    nodes = ET.SubElement(graph, "nodes")
    for entity in network.entities.values() if entities is None else entities:
        node = ET.SubElement(nodes, "node", {"id": _clean(entity.id), "label": _clean(entity.label)})
        values = (entity.kind.value, ", ".join(entity.roles), len(entity.statements), len(entity.tellers))
        _values(node, values)
    edges = ET.SubElement(graph, "edges")
    for number, link in enumerate(network.links() if links is None else links):
        edge = ET.SubElement(
            edges,
            "edge",
            {
                "id": str(number),
                "source": _clean(link.one),
                "target": _clean(link.other),
                "weight": str(link.weight),
            },
        )
        _values(edge, (link.role, str(link.stated).lower()))
    return bytes(ET.tostring(root, encoding="utf-8", xml_declaration=True))


def _attributes(graph: ET.Element, of: str, named: Iterable[tuple[str, str]]) -> None:
    group = ET.SubElement(graph, "attributes", {"class": of})
    for number, (name, kind) in enumerate(named):
        ET.SubElement(group, "attribute", {"id": str(number), "title": name, "type": kind})


def _values(of: ET.Element, values: Iterable[object]) -> None:
    group = ET.SubElement(of, "attvalues")
    for number, value in enumerate(values):
        ET.SubElement(group, "attvalue", {"for": str(number), "value": _clean(str(value))})


def _clean(text: str) -> str:
    return _NO_SIGNS.sub("\N{REPLACEMENT CHARACTER}", text)
