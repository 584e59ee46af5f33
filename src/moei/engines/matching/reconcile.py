"""Lists against arrivals: who was listed and did not come, who came and was not listed, who is listed twice."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from moei.engines.lists.rows import ListKind
from moei.engines.matching.model import Key, MatchRow

Cluster = tuple[Key, ...]


@dataclass(frozen=True, slots=True)
class Reconciliation:
    """Clusters by what the lists say of them; ``listed_twice`` counts rows too many within one list.

    Attributes:
        arrived: with a row in a handover list.
        listed_not_arrived: on a transferring side's list and in no handover.
        arrived_not_listed: in a handover and on no transferring side's list.
        reported_only: known from families alone.
        listed_twice: sum over clusters and lists of the rows beyond the first.
        twice: the clusters those rows are in.
    """

    arrived: tuple[Cluster, ...]
    listed_not_arrived: tuple[Cluster, ...]
    arrived_not_listed: tuple[Cluster, ...]
    reported_only: tuple[Cluster, ...]
    listed_twice: int
    twice: tuple[Cluster, ...]


def reconcile(clusters: Iterable[Iterable[Key]], rows: Mapping[Key, MatchRow]) -> Reconciliation:
    """Compare the lists through the people found in them.

    Args:
        clusters: rows by person, as ``Resolution.clusters``.
        rows: each key's row.
    """
    arrived: list[Cluster] = []
    not_arrived: list[Cluster] = []
    not_listed: list[Cluster] = []
    reported: list[Cluster] = []
    twice: list[Cluster] = []
    too_many = 0
    for keys in clusters:
        cluster = tuple(keys)
        kinds = {rows[key].kind for key in cluster}
        if ListKind.HANDOVER in kinds:
            arrived.append(cluster)
            if ListKind.TRANSFERRING not in kinds:
                not_listed.append(cluster)
        elif ListKind.TRANSFERRING in kinds:
            not_arrived.append(cluster)
        if kinds == {ListKind.FAMILY}:
            reported.append(cluster)
        extra = sum(count - 1 for count in Counter(rows[key].source for key in cluster).values())
        if extra:
            too_many += extra
            twice.append(cluster)
    return Reconciliation(
        arrived=tuple(arrived),
        listed_not_arrived=tuple(not_arrived),
        arrived_not_listed=tuple(not_listed),
        reported_only=tuple(reported),
        listed_twice=too_many,
        twice=tuple(twice),
    )
