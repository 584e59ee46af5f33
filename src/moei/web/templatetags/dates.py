"""Dates as the page's language counts years: loaded into every template in place of Django's own `date`."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import template
from django.template.defaultfilters import date as django_date
from django.utils.translation import get_language, gettext

register = template.Library()

# 1 January 2484 of the Buddhist era was 1 January 1941: since then the years differ by this much from their first day.
BUDDHIST_ERA = 543
FIRST_WHOLE_YEAR = 1941


def counts_buddhist_years() -> bool:
    return (get_language() or "").split("-")[0] == "th"


@register.filter("date", expects_localtime=True, is_safe=False)
def date_in_words(value: Any, arg: str | None = None) -> str:
    """Django's `date`; in Thai a year is the Buddhist one with the common one after it: 24 พ.ย. 2569 (2026).

    Formats for programs ("c", "Y-m-d") stay in the common era.
    """
    spelled = arg is not None and "Y" in arg and "Y-m" not in arg
    if spelled and counts_buddhist_years() and isinstance(value, date) and value.year >= FIRST_WHOLE_YEAR:
        # Digits and brackets mean nothing in a format.
        arg = str(arg).replace("Y", f"{value.year + BUDDHIST_ERA} ({value.year})")
    return str(django_date(value, arg))


def typed_year_hint() -> str:
    """Below a field whose calendar the browser draws, where readers think in another era; else empty."""
    if not counts_buddhist_years():
        return ""
    return gettext("Year of the common era, such as 2026")
