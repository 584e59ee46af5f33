"""The row that every list is brought to, whatever its layout, script or calendar."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class ListKind(StrEnum):
    """Who made a list and why; recognised by content, and a person may correct it."""

    TRANSFERRING = "transferring"
    """The side that hands people over, e.g. a militia's list of persons for transfer."""
    HANDOVER = "handover"
    """Who was received at the crossing, written by the receiving authority."""
    EMBASSY = "embassy"
    """A mission's list of its nationals."""
    FAMILY = "family"
    """Missing persons reported by families."""
    DOCUMENTS = "documents"
    """Scans of travel documents (machine readable zones)."""


@dataclass(frozen=True, slots=True)
class ListRow:
    """One row of one list, read. Empty text means "not stated".

    Attributes:
        list: file name, or ``file:sheet`` where the file has several sheets.
        row: the source's own 1-based row; in machine readable zones the n-th document.
        name: as written in Latin letters, or in the native script if the row has no Latin name.
        name_native: in the person's own script.
        sex: ``M``, ``F`` or empty.
        birth_date: ISO date, empty unless a whole date is stated.
        birth_from, birth_to: ISO dates between which the birth lies; filled whenever a date, a year or an
            age is known.
        nationality: ISO 3166-1 alpha-3; ``XXA`` stateless, ``XXX`` stated as unknown.
        document_number: cleaned (no blanks or dashes, upper case). Numbers of national identity cards stand in the
            note instead (``national id: ...``) unless the card itself was scanned: beside a passport number on
            another list they would seem to contradict it.
        document_kind: ``passport``, ``national_id`` (a scanned card), ``visa``, ``document``, or empty.
        phone: E.164.
        note: everything else the row says, word for word, as ``heading: text`` parts joined by ``; ``.
        problems: ``code: words`` for each thing a person should look at; no semicolon stands in one.
    """

    list: str
    row: int
    name: str = ""
    name_native: str = ""
    given: str = ""
    family: str = ""
    sex: str = ""
    birth_date: str = ""
    birth_from: str = ""
    birth_to: str = ""
    nationality: str = ""
    document_number: str = ""
    document_kind: str = ""
    phone: str = ""
    note: str = ""
    problems: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        # A semicolon parts one problem from the next where rows are written.
        if any(";" in problem for problem in self.problems):
            object.__setattr__(
                self, "problems", tuple(problem.replace(";", ",") for problem in self.problems)
            )
