"""The network that statements describe: identifiers, entities and links, leads, and files for other programs.

* `identifiers`, `wallets`, `keccak`: numbers, handles, accounts, wallets and plates in one form each;
* `graph`: facts to entities and links. Equal identifiers join, names never do by themselves;
* `leads`: names that are alike, for somebody to judge;
* `ftm`, `gexf`: FollowTheMoney out and in, GEXF out;
* `package`: the zip for an agency abroad, with its manifest of hashes.
"""

from __future__ import annotations

from moei.engines.networks.graph import (
    TOGETHER,
    Entity,
    Fact,
    Link,
    Neighbourhood,
    Network,
    Tie,
    build,
)
from moei.engines.networks.identifiers import NAMED, SERVICES, Identifier, Kind, identify
from moei.engines.networks.leads import Lead, leads

# `ftm`, `gexf` and `package` are imported by name: FollowTheMoney takes time to load.
__all__ = [
    "NAMED",
    "SERVICES",
    "TOGETHER",
    "Entity",
    "Fact",
    "Identifier",
    "Kind",
    "Lead",
    "Link",
    "Neighbourhood",
    "Network",
    "Tie",
    "build",
    "identify",
    "leads",
]
