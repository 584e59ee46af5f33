"""One way in for every kind of file: what is the copy, and what was left out of it."""

from __future__ import annotations

from dataclasses import dataclass

from moei.engines.cleaning.kinds import HEAD, type_of


class CannotClean(Exception):
    """There is no copy without metadata. `code` says why: kind, encrypted, damaged, macros, large."""

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(code)


@dataclass(frozen=True)
class Cleaned:
    """The copy, its media type, the ending of its name, and codes of what was left out (`gps`, `camera`, ...)."""

    data: bytes
    media: str
    ending: str
    removed: tuple[str, ...] = ()


def clean(data: bytes) -> Cleaned:
    """A copy that says nothing of who made it, with what, when and where. Raises `CannotClean`.

    What a picture shows and a text says stays: a face, a number plate, a letterhead are for people to look at.
    """
    media = type_of(data[:HEAD])
    # Libraries are loaded for what is there, not for everything.
    if media in ("image/jpeg", "image/png", "image/webp", "image/gif", "image/tiff"):
        from moei.engines.cleaning.images import clean_image

        return clean_image(data, media)
    if media == "application/pdf":
        from moei.engines.cleaning.pdf import clean_pdf

        return clean_pdf(data)
    if media == "application/zip":
        from moei.engines.cleaning.office import clean_office

        return clean_office(data)
    if media == "text/plain":
        return Cleaned(data, media, ".txt")
    raise CannotClean("kind")
