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
from django.http import HttpResponse
from django.template.loader import render_to_string
from weasyprint import HTML
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


def paper_pdf(template: str, release: Release, context: dict[str, Any]) -> bytes:
    """The template as a PDF, in the language of whoever prints. It knows `release`, and `demo` if people are invented."""
    about = {"release": release, "demo": settings.DEMO or release.invented, **context}
    html = render_to_string(template, about)
    with _ONE_AT_A_TIME:
        paper = HTML(string=html, base_url=_HERE, url_fetcher=_OwnFiles())  # type: ignore[no-untyped-call]
        pdf: bytes = paper.render(font_config=_fonts()).write_pdf()  # type: ignore[no-untyped-call]
    return pdf


def pdf_response(pdf: bytes, name: str) -> HttpResponse:
    """Shown by the browser, named `name` if it is kept."""
    response = HttpResponse(pdf, content_type="application/pdf")
    response.headers["Content-Disposition"] = f'inline; filename="{name}"'
    return response
