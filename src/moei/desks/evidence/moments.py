"""Moments as people tell them: read with their precision, and said again no more exactly than they are known."""

from __future__ import annotations

import re
from datetime import datetime
from zoneinfo import ZoneInfo

from django.utils.formats import date_format

from moei.access.acting import Invalid
from moei.desks.evidence.models.interventions import Precision

_FORMS = (
    (re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})[T ](\d{1,2}):(\d{2})"), Precision.MINUTE),
    (re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})"), Precision.DAY),
    (re.compile(r"(\d{4})-(\d{1,2})"), Precision.MONTH),
    (re.compile(r"(\d{4})"), Precision.YEAR),
)
# Years of the Buddhist era lie 543 after ours.
_BUDDHIST = range(2443, 2700)
_OURS = range(1990, 2100)


def read_moment(text: str, zone: ZoneInfo, field: str) -> tuple[datetime, Precision]:
    """`2025-02-05 09:00`, `2025-02-05`, `2025-02` or `2025`, in the time of `zone`. Raises `Invalid` for `field`."""
    text = text.strip()
    for form, precision in _FORMS:
        if not (found := form.fullmatch(text)):
            continue
        numbers = [int(part) for part in found.groups()]
        if numbers[0] in _BUDDHIST:
            raise Invalid(
                {field: "%(year)s reads like a year of the Buddhist era. Write %(ours)s if it is."},
                year=numbers[0],
                ours=numbers[0] - 543,
            )
        if numbers[0] not in _OURS:
            break
        try:
            year, month, day, hour, minute = (numbers + [1, 1, 0, 0][len(numbers) - 1 :])[:5]
            return datetime(year, month, day, hour, minute, tzinfo=zone), precision
        except ValueError:
            break
    raise Invalid({field: "Write 2025-02-05 09:00, or 2025-02-05, 2025-02 or 2025 when less is known."})


def moment_text(moment: datetime, precision: str, zone: ZoneInfo) -> str:
    """As `read_moment` reads it."""
    form = {"minute": "%Y-%m-%d %H:%M", "day": "%Y-%m-%d", "month": "%Y-%m", "year": "%Y"}[precision]
    return moment.astimezone(zone).strftime(form)


def moment_words(moment: datetime, precision: str, zone: ZoneInfo) -> str:
    """For people: no more of it than is known."""
    form = {"minute": "j M Y, H:i", "day": "j M Y", "month": "F Y", "year": "Y"}[precision]
    return date_format(moment.astimezone(zone), form)
