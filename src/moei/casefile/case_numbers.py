"""Case numbers in running text: whatever leads to no case must not hold one (P13)."""

from __future__ import annotations

import re

from moei.casefile.models.case import is_case_number

# What may be a case number: nine digits, with hyphens or blanks as people write them.
_NUMBER = re.compile(r"(?<!\d)\d{4}[- ]?\d{4}[- ]?\d(?!\d)")


def case_numbers_in(text: str) -> list[str]:
    """What reads like a case number with its check digit, as it was typed. Looks nothing up."""
    return [found for found in _NUMBER.findall(text) if is_case_number(found)]


def names_a_case(text: str) -> bool:
    return bool(case_numbers_in(text))
