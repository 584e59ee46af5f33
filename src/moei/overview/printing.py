"""Bulletins on paper."""

from __future__ import annotations

from moei.access.papers import paper_pdf
from moei.crypto import file_digest
from moei.overview.models import Bulletin
from moei.overview.showing import shown_tables


def print_bulletin(bulletin: Bulletin) -> bytes:
    """The PDF of an unsaved bulletin; its name and hash are noted on the bulletin. Nothing is written."""
    tables = shown_tables(bulletin.shown, bulletin.release.protocol)
    pdf = paper_pdf(
        "overview/bulletin_print.html", bulletin.release, {"bulletin": bulletin, "tables": tables}
    )
    bulletin.pdf = f"{bulletin.release.code}-{bulletin.as_of.isoformat()}-{bulletin.id.hex[-8:]}.pdf"
    bulletin.pdf_sha256 = file_digest(pdf)
    return pdf


def keep_paper(bulletin: Bulletin, pdf: bytes) -> None:
    """Write the PDF beside the others, under the name that the bulletin notes."""
    bulletin.pdf_path.parent.mkdir(parents=True, exist_ok=True)
    bulletin.pdf_path.write_bytes(pdf)
