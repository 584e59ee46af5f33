"""Bulletins on paper."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from threading import Lock
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.contrib.staticfiles import finders
from django.template.loader import render_to_string
from weasyprint import HTML
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import URLFetcher, URLFetcherResponse

from moei.overview.models import Bulletin
from moei.overview.showing import shown_tables

# A scheme that relative addresses can be joined to; the fetcher below never opens a connection.
_HERE = "http://moei.invalid/"
# The font configuration is shared and not made for threads.
_ONE_AT_A_TIME = Lock()


class _OwnFiles(URLFetcher):
    """Styles and fonts of the program itself; a paper never asks the network or the disk for anything else."""

    def fetch(self, url: str, headers: object = None) -> URLFetcherResponse:
        path = unquote(urlsplit(url).path)
        found = (
            finders.find(path.removeprefix(settings.STATIC_URL))
            if path.startswith(settings.STATIC_URL)
            else None
        )
        if not url.startswith(_HERE) or not isinstance(found, str):
            raise ValueError(f"not one of the program's own files: {url}")
        kind = "text/css" if path.endswith(".css") else "application/octet-stream"
        return URLFetcherResponse(  # type: ignore[no-untyped-call]
            url, BytesIO(Path(found).read_bytes()), {"Content-Type": kind}
        )


@lru_cache(maxsize=1)
def _fonts() -> FontConfiguration:
    """Fonts stay unpacked while the process lives: unpacking takes seconds, setting a page a fraction of one."""
    return FontConfiguration()  # type: ignore[no-untyped-call]


def print_bulletin(bulletin: Bulletin) -> None:
    """Write the PDF beside the others and note its name and hash on the (unsaved) bulletin."""
    html = render_to_string(
        "overview/bulletin_print.html",
        {
            "bulletin": bulletin,
            "release": bulletin.release,
            "tables": shown_tables(bulletin.shown, bulletin.release.protocol),
            "demo": settings.DEMO or bulletin.release.invented,
        },
    )
    with _ONE_AT_A_TIME:
        paper = HTML(string=html, base_url=_HERE, url_fetcher=_OwnFiles())  # type: ignore[no-untyped-call]
        pdf: bytes = paper.render(font_config=_fonts()).write_pdf()  # type: ignore[no-untyped-call]
    bulletin.pdf = f"{bulletin.release.code}-{bulletin.as_of.isoformat()}-{bulletin.id.hex[-8:]}.pdf"
    bulletin.pdf_sha256 = hashlib.sha256(pdf).hexdigest()
    bulletin.pdf_path.parent.mkdir(parents=True, exist_ok=True)
    bulletin.pdf_path.write_bytes(pdf)
