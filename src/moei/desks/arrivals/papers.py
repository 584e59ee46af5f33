"""What the desk prints: wristbands, and blank sheets for when power fails."""

from __future__ import annotations

import segno

from moei.access.models import Release
from moei.access.papers import paper_pdf
from moei.casefile.models import Need, Person, Wristband
from moei.desks.arrivals.models import PaperPack


def wristband_pdf(band: Wristband, release: Release) -> bytes:
    """The band to wear: a code of the random token and the token in letters; nothing of the person (P15)."""
    return paper_pdf(
        "arrivals/print_wristband.html", release, {"qr": qr_svg(band.token), "token": band.token}
    )


def paper_pack_pdf(pack: PaperPack) -> bytes:
    """One numbered sheet a page, with the questions of the registration form and boxes to tick."""
    sheets = [pack.sheet(position) for position in range(1, pack.sheets + 1)]
    about = {"pack": pack, "sheets": sheets, "needs": Need.Code.labels, "sexes": Person.Sex.labels}
    return paper_pdf("arrivals/print_pack.html", pack.release, about)


def qr_svg(text: str) -> str:
    """A code as inline SVG that scales with its box."""
    code = segno.make(text, error="m", micro=False)
    return str(code.svg_inline(omitsize=True, border=2))
