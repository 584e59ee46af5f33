"""What matching takes and gives: rows, judgements by people, clusters, links with their evidence."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from moei.engines.lists.noted import noted_kin, noted_place
from moei.engines.lists.rows import ListKind, ListRow

Key = Hashable


@dataclass(frozen=True, slots=True)
class MatchRow:
    """One row of one list under the caller's own key. Fields as in ``ListRow``; empty text means "not stated".

    Attributes:
        place: where the list says the person was held or lived: a compound, a camp, a town; several parted by commas,
            from the nearest to the widest or the other way.
        kin: the names of kin, as one name or as ``father: name; mother: name; kin: name``.
    """

    key: Key
    kind: ListKind
    list: str
    row: int
    name: str = ""
    name_native: str = ""
    sex: str = ""
    birth_date: str = ""
    birth_from: str = ""
    birth_to: str = ""
    nationality: str = ""
    document_number: str = ""
    document_kind: str = ""
    phone: str = ""
    place: str = ""
    kin: str = ""

    @classmethod
    def of(cls, key: Key, kind: ListKind, row: ListRow) -> MatchRow:
        """The fields of a list row that tell people apart."""
        return cls(
            key=key,
            kind=kind,
            list=row.list,
            row=row.row,
            name=row.name or f"{row.given} {row.family}".strip(),
            name_native=row.name_native,
            sex=row.sex,
            birth_date=row.birth_date,
            birth_from=row.birth_from or row.birth_date,
            birth_to=row.birth_to or row.birth_date,
            nationality=row.nationality,
            document_number=row.document_number,
            document_kind=row.document_kind,
            phone=row.phone,
            place=noted_place(row.note),
            kin=noted_kin(row.note),
        )

    @property
    def source(self) -> tuple[str, str]:
        """The list that names a person normally once: its kind and file, all sheets together."""
        return self.kind.value, self.list.partition(":")[0]


class Verdict(StrEnum):
    """What a person decided about two rows."""

    SAME = "same"
    DIFFERENT = "different"
    LATER = "later"


@dataclass(frozen=True, slots=True)
class Judgement:
    """A person's decision about two rows; it stands above anything computed. Of several on one pair the last counts."""

    left: Key
    right: Key
    verdict: Verdict

    def __post_init__(self) -> None:
        object.__setattr__(self, "verdict", Verdict(self.verdict))


@dataclass(frozen=True, slots=True)
class Evidence:
    """One thing that speaks for (weight > 0) or against two rows being one person.

    Attributes:
        field: ``document``, ``birth``, ``name``, ``sex``, ``nationality``, ``phone``, ``place``, ``kin`` or
            ``judgement``.
        words: plain English for an officer.
        left, right: what each row states.
        weight: natural logarithm of how much likelier this is for one person than for two.
    """

    field: str
    words: str
    left: str
    right: str
    weight: float


@dataclass(frozen=True, slots=True)
class Link:
    """Two rows joined automatically (or by a judgement), the probability then, and why."""

    left: Key
    right: Key
    score: float
    evidence: tuple[Evidence, ...]


@dataclass(frozen=True, slots=True)
class ReviewPair:
    """Two rows that a person should look at: likely enough to ask, not sure enough to join."""

    left: Key
    right: Key
    score: float
    evidence: tuple[Evidence, ...]


@dataclass(frozen=True, slots=True)
class MatchWarning:
    """Something about the result that a person should know. ``code``: ``shared_document``, ``large_cluster``,
    ``one_list_twice``, ``judgements_conflict``."""

    code: str
    words: str
    keys: tuple[Key, ...]


@dataclass(frozen=True, slots=True)
class Resolution:
    """Who is who. Every row is in exactly one cluster; clusters and their rows are in a fixed order.

    Attributes:
        clusters: rows held to be one person each.
        links: the joins that made the clusters, strongest evidence first within a cluster.
        review: pairs for people, most useful first.
        warnings: what needs a look besides the pairs.
    """

    clusters: tuple[tuple[Key, ...], ...]
    links: tuple[Link, ...]
    review: tuple[ReviewPair, ...]
    warnings: tuple[MatchWarning, ...]

    def cluster_of(self) -> Mapping[Key, int]:
        """The number of each row's cluster in ``clusters``."""
        return {key: number for number, cluster in enumerate(self.clusters) for key in cluster}

    def probability_of(self) -> Mapping[Key, float]:
        """How sure it is that each row is of its person: the surest link of the row; 1 for a row that stands alone."""
        found: dict[Key, float] = {}
        for link in self.links:
            for key in (link.left, link.right):
                found[key] = max(found.get(key, 0.0), link.score)
        return {key: found.get(key, 1.0) for cluster in self.clusters for key in cluster}
