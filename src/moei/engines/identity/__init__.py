"""Who a person is on paper: dates, countries, document numbers, machine readable zones."""

from __future__ import annotations

from moei.engines.identity.calendars import Calendar
from moei.engines.identity.countries import country_code
from moei.engines.identity.dates import DateReading, parse_date
from moei.engines.identity.documents import clean_document_number
from moei.engines.identity.mrz import Mrz, make_td3, parse_mrz

__all__ = [
    "Calendar",
    "DateReading",
    "Mrz",
    "clean_document_number",
    "country_code",
    "make_td3",
    "parse_date",
    "parse_mrz",
]
