"""What a row's note says of the place where a person was held and of their kin. Only headings that are known say it."""

from __future__ import annotations

from moei.engines.lists.headings import read_noted_heading

KIN = ("father", "mother", "kin")


def noted_place(note: str) -> str:
    """The places a note names, as written, parted by commas: ``Compound: KK Park; Location: Myawaddy``."""
    return ", ".join(value for meaning, value in _noted(note) if meaning == "place")


def noted_kin(note: str) -> str:
    """The kin a note names, each after who it is: ``father: Abebe Kebede; mother: Almaz Desta; kin: Hana Abebe``."""
    return "; ".join(f"{meaning}: {value}" for meaning, value in _noted(note) if meaning in KIN)


def _noted(note: str) -> list[tuple[str, str]]:
    found = []
    for part in note.split("; ") if ": " in note else ():
        heading, _, value = part.partition(": ")
        if value and (meaning := read_noted_heading(heading)):
            found.append((meaning, value))
    return found
