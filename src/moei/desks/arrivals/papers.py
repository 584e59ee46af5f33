"""What the desk prints: wristbands, and blank sheets for when power fails."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import segno
from django.conf import settings
from django.contrib.staticfiles import finders
from django.template.loader import render_to_string
from weasyprint import HTML
from weasyprint.urls import URLFetcher, URLFetcherResponse

from moei.access.models import Release
from moei.casefile.models import Need, Person, Wristband
from moei.desks.arrivals.models import PaperPack

# A scheme that relative addresses can be joined to; the fetcher below never opens a connection.
_HERE = "http://moei.invalid/"


class _OwnFiles(URLFetcher):
    """Styles and fonts of the program itself; a paper never asks the network or the disk for anything else."""

    def fetch(self, url: str, headers: object = None) -> URLFetcherResponse:
        path = unquote(urlsplit(url).path)
        inside = path.startswith(settings.STATIC_URL) and url.startswith(_HERE)
        found = finders.find(path.removeprefix(settings.STATIC_URL)) if inside else None
        if not isinstance(found, str):
            raise ValueError(f"not one of the program's own files: {url}")
        kind = "text/css" if path.endswith(".css") else "application/octet-stream"
        return URLFetcherResponse(  # type: ignore[no-untyped-call]
            url, BytesIO(Path(found).read_bytes()), {"Content-Type": kind}
        )


def wristband_pdf(band: Wristband, release: Release) -> bytes:
    """The band to wear: a code of the random token and the token in letters; nothing of the person (P15)."""
    return _pdf("arrivals/print_wristband.html", release, {"qr": qr_svg(band.token), "token": band.token})


def paper_pack_pdf(pack: PaperPack) -> bytes:
    """One numbered sheet a page, with the questions of the registration form and boxes to tick."""
    sheets = [pack.sheet(position) for position in range(1, pack.sheets + 1)]
    about = {"pack": pack, "sheets": sheets, "needs": Need.Code.labels, "sexes": Person.Sex.labels}
    return _pdf("arrivals/print_pack.html", pack.release, about)


def qr_svg(text: str) -> str:
    """A code as inline SVG that scales with its box."""
    code = segno.make(text, error="m", micro=False)
    return str(code.svg_inline(omitsize=True, border=2))


def _pdf(template: str, release: Release, about: dict[str, Any]) -> bytes:
    html = render_to_string(template, {"demo": settings.DEMO or release.invented, **about})
    fetcher = _OwnFiles()  # type: ignore[no-untyped-call]
    paper = HTML(string=html, base_url=_HERE, url_fetcher=fetcher)  # type: ignore[no-untyped-call]
    pdf: bytes = paper.write_pdf()  # type: ignore[no-untyped-call]
    return pdf
