"""What an officer at the crossing writes down about one person."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime

from moei.casefile.models import CaseEvent
from moei.casefile.models.person import ADULT, age_on


@dataclass(frozen=True)
class Registration:
    """One registration as it was typed. Empty text means "not stated"; dates are Gregorian.

    Attributes:
        birth_from, birth_to: the same day twice when the date is known, else the earliest and latest possible.
        needs: codes of `Need.Code`. languages: (ISO 639 code, level of `PersonLanguage.Level`).
        mrz: the machine readable zone as typed or scanned; its fields were taken over before.
        mrz_compared: the officer compared a zone whose check digits do not fit with the document.
        shared_document: the officer saw that another person shows a document of the same number.
        came_with_handover: for somebody who is on no handover list; starts the clocks of the law.
        happened_at: when the person was registered, for later entry from paper; None is now.
        sheet: number of the paper sheet.
    """

    name: str
    name_native: str = ""
    sex: str = ""
    birth_from: date | None = None
    birth_to: date | None = None
    age_unsure: bool = False
    nationality: str = ""
    languages: tuple[tuple[str, str], ...] = ()
    needs: frozenset[str] = frozenset()
    document_kind: str = ""
    document_number: str = ""
    document_issuer: str = ""
    document_expires: date | None = None
    document_seen: bool = False
    mrz: str = ""
    mrz_compared: bool = False
    shared_document: bool = False
    phone: str = ""
    came_with_handover: bool = True
    happened_at: datetime | None = None
    precision: CaseEvent.Precision = field(default=CaseEvent.Precision.EXACT)
    sheet: str = ""


def child(birth_from: date | None, birth_to: date | None, *, unsure: bool, on: date) -> bool | str:
    """Whether somebody is a child on a day: True, False, or "unsure", which counts as True everywhere (P09)."""
    if unsure or birth_from is None or birth_to is None:
        return "unsure"
    if age_on(birth_from, on) < ADULT:
        return True
    return "unsure" if age_on(birth_to, on) < ADULT else False
