"""Evidence in the play: a photograph that says where it was made, a chat, a wage sheet. All of it is made up here."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO

from openpyxl import Workbook  # type: ignore[attr-defined]
from PIL import Image, ImageDraw
from PIL.TiffImagePlugin import IFDRational

from moei.demo.play import Play
from moei.desks.evidence.actions.receive import About, receive_evidence
from moei.desks.evidence.actions.verify import verify_evidence
from moei.desks.evidence.models import Evidence
from moei.desks.evidence.storage import arrive

CHAT = """[09/01 21:14] Rosalind Travel: You have the work. Office in Bangkok, 1200 USD, food and room. (invented)
[09/01 21:16] Me: Who pays the ticket?
[09/01 21:17] Rosalind Travel: We pay. You give back from the first salary. Call +251 91 155 0102 when you land.
"""
WAGES = (
    ("No.", "Day", "Target", "Reached", "Fine (USD)"),
    (17, "3 Feb", 200, 130, 50),
    (17, "4 Feb", 200, 90, 80),
)
_GPS, _LATITUDE, _LONGITUDE, _MADE_WITH = 0x8825, 2, 4, 0x0110


def take_in_evidence(play: Play) -> None:
    """What investigators are handed in the second week, from sources that are codes; one piece is checked again."""
    niran = play.acting(play.team.cast["niran"], play.calendar.at(15, 10))
    day = niran.today - timedelta(days=1)
    pieces = (
        ("IMG_2041.jpg", _photograph(), About("S-001", Evidence.Obtained.HANDED, day, "A hall with desks (invented)")),
        ("chat.txt", CHAT.encode(), About("S-002", Evidence.Obtained.HANDED, day, "How the work was offered (invented)")),
        ("wages.xlsx", _wages(), About("S-003", Evidence.Obtained.FOUND, None, "Targets and fines (invented)")),
    )  # fmt: skip
    held = [
        receive_evidence(niran, arrive(BytesIO(data), name), about).evidence for name, data, about in pieces
    ]
    verify_evidence(play.acting(niran.staff, niran.now + timedelta(days=20)), held[0])


def _photograph() -> bytes:
    """A drawing with what a telephone writes into its pictures: the place, and which telephone."""
    picture = Image.new("RGB", (1200, 800), "#c9c1b2")
    pen = ImageDraw.Draw(picture)
    for row in range(4):
        for seat in range(7):
            left, top = 60 + seat * 160, 120 + row * 160
            pen.rectangle((left, top, left + 110, top + 60), fill="#0b6b74")
            pen.rectangle((left + 30, top - 30, left + 80, top), fill="#1b2a33")
    pen.text((60, 40), "Invented for the demonstration", fill="#1b2a33", font_size=36)
    said = Image.Exif()
    said[_MADE_WITH] = "Invented Telephone"
    degrees = [IFDRational(16), IFDRational(38), IFDRational(31)]
    said.get_ifd(_GPS).update({_LATITUDE: degrees, _LONGITUDE: [IFDRational(98), *degrees[1:]]})
    out = BytesIO()
    picture.save(out, "JPEG", quality=80, exif=said)
    return out.getvalue()


def _wages() -> bytes:
    book = Workbook()  # type: ignore[no-untyped-call]
    assert book.active is not None
    for row in WAGES:
        book.active.append(row)
    out = BytesIO()
    book.save(out)  # type: ignore[no-untyped-call]
    return out.getvalue()
