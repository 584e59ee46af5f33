"""PDF: written anew from what its pages need; who wrote it, with what and when is left out, and so is what would run."""

from __future__ import annotations

import io

from pypdf import PdfReader, PdfWriter
from pypdf.errors import PyPdfError
from pypdf.generic import ArrayObject, DictionaryObject, NameObject, PdfObject, StreamObject

from moei.engines.cleaning.clean import CannotClean, Cleaned
from moei.engines.cleaning.images import strip_jpeg

# Entries of any object that speak of where it came from, or do something; and the code of what they are.
_SPEAKING = {
    "/Metadata": "xmp",
    "/PieceInfo": "application",
    "/LastModified": "moment",
    "/AA": "actions",
    "/OpenAction": "actions",
    "/JS": "actions",
    "/JavaScript": "actions",
    "/EmbeddedFiles": "embedded",
    "/AF": "embedded",
    "/EF": "embedded",
    "/Perms": "signature",
    "/CreationDate": "moment",
    "/M": "moment",
}
# A note's author, only where it is a note: elsewhere /T names a field of a form.
_NOTES = {
    "/Text",
    "/Highlight",
    "/FreeText",
    "/Stamp",
    "/Ink",
    "/Popup",
    "/Underline",
    "/StrikeOut",
    "/Square",
}


def clean_pdf(data: bytes) -> Cleaned:
    """Raises `CannotClean` when it is encrypted or damaged."""
    try:
        reader = PdfReader(io.BytesIO(data))
        if reader.is_encrypted:
            raise CannotClean("encrypted")
        removed = {"author"} if reader.metadata else set()
        if data.count(b"%%EOF") > 1:
            removed.add("versions")  # what was changed and can be read still, behind the last version
        writer = PdfWriter(clone_from=reader)
        for found in list(writer._objects):
            if found is not None:
                removed |= _strip(found)
        # Once more from the root: what nothing refers to any longer is left behind.
        copy = _written(PdfWriter(clone_from=PdfReader(io.BytesIO(_written(writer)))))
    except CannotClean:
        raise
    except (
        PyPdfError,
        ValueError,
        KeyError,
        TypeError,
        AttributeError,
        IndexError,
        RecursionError,
        OSError,
    ) as error:
        raise CannotClean("damaged") from error
    return Cleaned(copy, "application/pdf", ".pdf", tuple(sorted(removed)))


def _written(writer: PdfWriter) -> bytes:
    writer.metadata, writer._ID = None, None
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def _strip(found: PdfObject) -> set[str]:
    """One object and what lies directly in it."""
    removed: set[str] = set()
    if isinstance(found, ArrayObject):
        for one in found:
            if isinstance(one, (DictionaryObject, ArrayObject)):
                removed |= _strip(one)
        return removed
    if not isinstance(found, DictionaryObject):
        return removed
    note = found.get("/Subtype") in _NOTES
    for name in list(found):
        if name in _SPEAKING and (name != "/M" or note or "/Type" in found):
            del found[NameObject(name)]
            removed.add(_SPEAKING[name])
        elif note and name == "/T":
            del found[NameObject(name)]
            removed.add("author")
        elif name == "/A" and _runs(found):
            del found[NameObject(name)]
            removed.add("actions")
    for value in list(found.values()):
        if isinstance(value, (DictionaryObject, ArrayObject)) and not isinstance(value, StreamObject):
            removed |= _strip(value)
    if isinstance(found, StreamObject) and found.get("/Filter") in ("/DCTDecode", ["/DCTDecode"]):
        found._data, cut = strip_jpeg(found._data)
        removed |= {"pictures"} if cut else set()
    return removed


def _runs(found: DictionaryObject) -> bool:
    """An action other than going to a place in the same file."""
    action = found["/A"]
    return isinstance(action, DictionaryObject) and action.get("/S") not in ("/GoTo", None)
