"""Text that no spreadsheet program takes for a formula: the one place where cells are neutralised (P21)."""

from __future__ import annotations

import unicodedata

# What begins a formula or a command; full-width and small variants fold into these.
_BEGINS = ("=", "+", "-", "@", "|", "\t", "\r", "\n")
# Other signs that programs or people turn into a minus or plus.
_LOOKS_LIKE = {"\u2212": "-", "\u2010": "-", "\u2011": "-", "\u2795": "+", "\u2796": "-"}
# What a program may skip, or drop, before it looks at the first sign: spaces, signs without width, control signs.
_SKIPPED = {"Cc", "Cf", "Zs", "Zl", "Zp"}


def neutral(text: str) -> str:
    """`text`, with an apostrophe before it when its first sign could begin a formula."""
    return f"'{text}" if is_formula(text) else text


def is_formula(text: str) -> bool:
    """Whether the first sign that a spreadsheet program looks at could begin a formula."""
    for sign in text:
        if sign not in _BEGINS and unicodedata.category(sign) in _SKIPPED:
            continue
        return _LOOKS_LIKE.get(sign, unicodedata.normalize("NFKC", sign)).startswith(_BEGINS)
    return False
