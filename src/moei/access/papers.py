"""What is printed: a template set on pages as PDF, with the styles and fonts of the program itself."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.template.loader import render_to_string

from moei.access.models import Release


def paper_pdf(template: str, release: Release, context: dict[str, Any], *, stamp: str = "") -> bytes:
    """The template as a PDF, in the language of whoever prints. It knows `release`, and `demo` if people are invented.

    `stamp` stands at the head of every page: who took the paper and its number in the register of files that left.
    """
    # When the first paper is printed: the library takes three quarters of a second and 20 MB.
    from moei.access.typesetting import set_on_pages

    about = {"release": release, "demo": settings.DEMO or release.invented, **context}
    return set_on_pages(render_to_string(template, about), _STAMPED % _quoted(stamp) if stamp else "")


# At the head, so that the foot keeps the paper's own words.
_STAMPED = """@page { @top-right { content: %s; width: 100%%; text-align: end; color: #3f4d56;
  font: 7pt "Moei Latin", "Moei Latin Ext", "Moei Thai", "Moei Myanmar", "Moei Ethiopic", "Noto Sans", sans-serif } }"""


def _quoted(text: str) -> str:
    """A text as CSS writes one: every sign by its number, so that no name can end it."""
    return '"' + "".join(f"\\{ord(sign):06x}" for sign in text) + '"'
