"""What the desk prints: wristbands, and blank sheets for when power fails."""

from __future__ import annotations

from moei.access.models import Release
from moei.access.papers import paper_pdf
from moei.casefile.models import Need, Person, Wristband
from moei.desks.arrivals.models import PaperPack
from moei.leaving.stamp import Stamp


def wristband_pdf(band: Wristband, release: Release) -> bytes:
    """The band to wear: a code of the random token and the token in letters; nothing of the person (P15).

    No stamp: a stranger must not read who made it.
    """
    return paper_pdf(
        "arrivals/print_wristband.html", release, {"qr": qr_svg(band.token), "token": band.token}
    )


def paper_pack_pdf(pack: PaperPack, stamp: Stamp) -> bytes:
    """One numbered sheet a page, with the questions of the registration form and boxes to tick."""
    sheets = [pack.sheet(position) for position in range(1, pack.sheets + 1)]
    about = {
        "pack": pack,
        "sheets": sheets,
        "needs": [code.label for code in Need.AT_CROSSING],
        "sexes": Person.Sex.labels,
    }
    return paper_pdf("arrivals/print_pack.html", pack.release, about, stamp=stamp.words())


def qr_svg(text: str) -> str:
    """A code as inline SVG that scales with its box."""
    import segno  # takes a third of a second to load

    code = segno.make(text, error="m", micro=False)
    return str(code.svg_inline(omitsize=True, border=2))
