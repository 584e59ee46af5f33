"""What else goes into a referral package for an agency abroad: each desk that has something adds its part.

The desk of investigations makes the package and knows of no other desk. A part says what of a release may be taken
along, and gives the files of what was chosen.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from moei.access.acting import Acting
from moei.access.models import Agency
from moei.engines.networks.package import EvidenceFile


@dataclass(frozen=True)
class Offer:
    """One thing that may be taken along. `id` comes back when it is chosen; `words` name nobody."""

    id: UUID
    words: str


@dataclass(frozen=True)
class Destination:
    """Where a package goes: an agency of a state (ISO 3166 alpha-3), and why, as the register of packages has it."""

    agency: str
    country: str
    purpose: str
    package: UUID
    by_way_of: Agency | None = None


@dataclass(frozen=True)
class PackagePart:
    """What a desk gives into a package: files whose digests are known beforehand, opened when they are written.

    `notes` are lines for the summary: what was left out, and why. They name nobody.
    """

    files: Sequence[EvidenceFile] = ()
    notes: Sequence[str] = field(default_factory=tuple)


@dataclass(frozen=True)
class PartSource:
    """A desk's side. `offered` says what whoever acts may take along. `take` is called inside the transaction that
    writes the package down: it checks and locks what was chosen, notes the disclosure, and reads no file yet."""

    code: str
    label: str  # lazily translated
    offered: Callable[[Acting], Sequence[Offer]]
    take: Callable[[Acting, Collection[UUID], Destination], PackagePart]


_SOURCES: dict[str, PartSource] = {}


def add_package_part(source: PartSource) -> PartSource:
    """Called by a desk when it starts. A second one with the same code takes the place of the first."""
    _SOURCES[source.code] = source
    return source


def package_parts() -> tuple[PartSource, ...]:
    """In the order in which they were added."""
    return tuple(_SOURCES.values())
