"""What is printed: a template set on pages as PDF, with the styles and fonts of the program itself."""

from __future__ import annotations

from functools import lru_cache
from io import BytesIO
from pathlib import Path
from threading import Lock
from typing import Any
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.contrib.staticfiles import finders
from django.template.loader import render_to_string
from weasyprint import CSS, HTML
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import URLFetcher, URLFetcherResponse

from moei.access.models import Release

# A scheme that relative addresses can be joined to; the fetcher below never opens a connection.
_HERE = "http://moei.invalid/"
# The font configuration is shared and not made for threads.
_ONE_AT_A_TIME = Lock()


class _OwnFiles(URLFetcher):
    """Styles and fonts of the program itself; a paper never asks the network or the disk for anything else."""

    def fetch(self, url: str, headers: object = None) -> URLFetcherResponse:
        path = unquote(urlsplit(url).path)
        inside = url.startswith(_HERE) and path.startswith(settings.STATIC_URL)
        found = finders.find(path.removeprefix(settings.STATIC_URL)) if inside else None
        if not isinstance(found, str):
            raise ValueError(f"not one of the program's own files: {url}")
        kind = "text/css" if path.endswith(".css") else "application/octet-stream"
        return URLFetcherResponse(  # type: ignore[no-untyped-call]
            url, BytesIO(Path(found).read_bytes()), {"Content-Type": kind}
        )


@lru_cache(maxsize=1)
def _fonts() -> FontConfiguration:
    """Fonts stay unpacked while the process lives: unpacking takes seconds, setting a page a fraction of one."""
    return FontConfiguration()  # type: ignore[no-untyped-call]


def paper_pdf(template: str, release: Release, context: dict[str, Any], *, stamp: str = "") -> bytes:
    """The template as a PDF, in the language of whoever prints. It knows `release`, and `demo` if people are invented.

    `stamp` stands at the head of every page: who took the paper and its number in the register of files that left.
    """
    about = {"release": release, "demo": settings.DEMO or release.invented, **context}
    html = render_to_string(template, about)
    with _ONE_AT_A_TIME:
        styles = [CSS(string=_STAMPED % _quoted(stamp), font_config=_fonts())] if stamp else []  # type: ignore[no-untyped-call]
        paper = HTML(string=html, base_url=_HERE, url_fetcher=_OwnFiles())  # type: ignore[no-untyped-call]
        pdf: bytes = paper.render(font_config=_fonts(), stylesheets=styles).write_pdf()  # type: ignore[no-untyped-call]
    return pdf


# At the head, so that the foot keeps the paper's own words.
_STAMPED = """@page { @top-right { content: %s; width: 100%%; text-align: end; color: #3f4d56;
  font: 7pt "Moei Latin", "Moei Latin Ext", "Moei Thai", "Moei Myanmar", "Moei Ethiopic", "Noto Sans", sans-serif } }"""


def _quoted(text: str) -> str:
    """A text as CSS writes one: every sign by its number, so that no name can end it."""
    return '"' + "".join(f"\\{ord(sign):06x}" for sign in text) + '"'
