"""What a person's source records together say: which name is shown, which birth date counts.

A document that was read is believed before a list, an embassy before the receiving side, the receiving side
before the transferring side, and a family's report last. Nothing is lost: every record stays as it is.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from moei.casefile.models import Person, SourceRecord

BELIEVED = ("registration", "documents", "embassy", "handover", "transferring", "family")


@dataclass(frozen=True)
class Description:
    """What is taken over into `Person`."""

    name: str
    name_native: str
    sex: str
    birth_from: date | None
    birth_to: date | None
    birth_precision: str
    nationality: str
    nationalities: tuple[str, ...]
    names: tuple[str, ...]
    natives: tuple[str, ...]
    documents: tuple[tuple[str, str, str], ...]  # kind, number, issuer
    phones: tuple[str, ...]


def describe(records: Sequence[SourceRecord]) -> Description:
    """Shape: one description for all records of one person; deterministic whatever their order."""
    ordered = sorted(records, key=lambda r: (BELIEVED.index(r.kind), r.list_name, r.row, str(r.id)))
    # A row without a Latin name repeats the native one; a Latin name from a less believed list is still better to read.
    names = _distinct(r.name for r in ordered if r.name != r.name_native) or _distinct(
        r.name for r in ordered
    )
    natives = _distinct(r.name_native for r in ordered)
    born = min(
        (r for r in ordered if r.birth_from and r.birth_to),
        key=lambda r: ((r.birth_to - r.birth_from).days > 0, BELIEVED.index(r.kind)),  # type: ignore[operator]
        default=None,
    )
    codes = _distinct(r.nationality for r in ordered)
    return Description(
        name=names[0] if names else "",
        name_native=natives[0] if natives else "",
        sex=next((r.sex for r in ordered if r.sex), ""),
        birth_from=born.birth_from if born else None,
        birth_to=born.birth_to if born else None,
        birth_precision=precision(born.birth_from, born.birth_to) if born else "",
        nationality=codes[0] if codes else "",
        nationalities=codes,
        names=names,
        natives=natives,
        documents=tuple(
            dict.fromkeys(
                (
                    r.document_kind or "passport",
                    r.document_number,
                    r.nationality if r.kind == "documents" else "",
                )
                for r in ordered
                if r.document_number
            )
        ),
        phones=_distinct(r.phone for r in ordered),
    )


def precision(first: date | None, last: date | None) -> str:
    """How precisely a birth date is known, from the range it lies in."""
    if first is None or last is None:
        return Person.Precision.UNKNOWN
    if first == last:
        return Person.Precision.DAY
    if (first.month, first.day, last.month, last.day) == (1, 1, 12, 31) and first.year == last.year:
        return Person.Precision.YEAR
    if first.day == 1 and (first.year, first.month) == (last.year, last.month) and last.day >= 28:
        return Person.Precision.MONTH
    return Person.Precision.RANGE


def _distinct(values: object) -> tuple[str, ...]:
    return tuple(dict.fromkeys(value for value in values if value))  # type: ignore[attr-defined]
