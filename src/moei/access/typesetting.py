"""HTML set on pages, with the styles and fonts of the program itself and nothing from outside."""

from __future__ import annotations

from functools import lru_cache
from io import BytesIO
from pathlib import Path
from threading import Lock
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.contrib.staticfiles import finders
from weasyprint import CSS, HTML
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import URLFetcher, URLFetcherResponse

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


def set_on_pages(html: str, styles: str = "") -> bytes:
    """A PDF of the page; `styles` are CSS on top of its own."""
    with _ONE_AT_A_TIME:
        more = [CSS(string=styles, font_config=_fonts())] if styles else []  # type: ignore[no-untyped-call]
        paper = HTML(string=html, base_url=_HERE, url_fetcher=_OwnFiles())  # type: ignore[no-untyped-call]
        pdf: bytes = paper.render(font_config=_fonts(), stylesheets=more).write_pdf()  # type: ignore[no-untyped-call]
    return pdf
