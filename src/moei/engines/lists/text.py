"""Delimited text in any encoding and with any delimiter, to rows of cells."""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections import Counter
from datetime import date

import charset_normalizer

from moei.engines.lists.headings import read_heading
from moei.engines.lists.reading import UnreadableList

# Tried in this order where the text is not Unicode; the one in which most headings make sense wins.
_ENCODINGS = (
    "gb18030", "big5hkscs", "cp874", "cp1256", "cp1258", "cp1251", "cp1252", "shift_jis", "euc_kr", "cp1250",
)  # fmt: skip
_DELIMITERS = (",", ";", "\t", "|")
MAX_TEXT = 64 * 1024 * 1024


def text_sheets(data: bytes, filename: str) -> list[list[list[str | date]]]:
    """One table as a list of rows of cells. Raises ``UnreadableList``."""
    text = decode(data, filename)
    return [[list(row) for row in split_cells(text, filename)]]


def decode(data: bytes, filename: str) -> str:
    """The text of a file in whatever encoding it is. Raises ``UnreadableList`` (``not_a_list``, ``truncated``)."""
    if len(data) > MAX_TEXT:
        raise UnreadableList("too_many_rows", f"{filename} is larger than a list of people can be. Split it.")
    text = _unicode(data, filename)
    if text is None:
        text = _legacy(data)
    odd = sum(
        1 for c in text[:20000] if unicodedata.category(c) in ("Cc", "Co", "Cn") and c not in "\t\r\n\x0c"
    )
    if odd > max(2, len(text[:20000]) // 200) or "\x00" in text:
        raise UnreadableList(
            "not_a_list", f"{filename} is no text and no spreadsheet. Send the list as .xlsx, .ods or .csv."
        )
    start = text[:500].lstrip().casefold()
    if start.startswith(("<!doctype html", "<html", "<?xml", "<svg")):
        raise UnreadableList(
            "not_a_list", f"{filename} is a web page or document. Save the table as .xlsx or .csv."
        )
    return text


def _unicode(data: bytes, filename: str) -> str | None:
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return data.decode("utf-16", errors="replace")
    sample = data[:4000]
    if sample.count(b"\x00") > len(sample) // 4:
        even, odd = sample[::2].count(0), sample[1::2].count(0)
        if max(even, odd) > 3 * (min(even, odd) + 1):
            return data.decode("utf-16-be" if even > odd else "utf-16-le", errors="replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        cut = len(data) - error.start <= 3 and error.reason == "unexpected end of data"
        if cut and any(b > 0xBF for b in data[: error.start]):
            raise UnreadableList(
                "truncated",
                f"{filename} breaks off within a character: the upload was cut. Send the file again.",
            ) from error
    return None


def _legacy(data: bytes) -> str:
    return data.decode(_legacy_encoding(data), errors="replace")


def _legacy_encoding(data: bytes) -> str:
    """The encoding in which most headings make sense; else what the letters look like."""
    best, best_score = "", -1.0
    for encoding in _ENCODINGS:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        score = _sense(text)
        if score > best_score:
            best, best_score = encoding, score
    if best_score >= 2:
        return best
    guessed = charset_normalizer.from_bytes(data[:200_000]).best()
    return guessed.encoding if guessed is not None else best or "cp1252"


def encoding_of(data: bytes) -> str:
    """The encoding of a text of which `data` is the beginning, up to the end of a line."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return "utf-16"
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return _legacy_encoding(data)
    return "utf-8-sig"


def delimiter_of(lines: list[str]) -> str:
    """The delimiter that gives the most even table."""
    return max(_DELIMITERS, key=lambda delimiter: _evenness(lines, delimiter))


def _sense(text: str) -> float:
    """How many cells of the first lines are headings of the lexicon."""
    cells = {c.strip(' "') for line in text[:6000].splitlines()[:25] for c in re.split(r"[,;\t|]", line)}
    return sum(read_heading(c).score for c in cells if c and not c.isascii() and len(c) < 40)


def split_cells(text: str, filename: str) -> list[list[str]]:
    """Rows of cells; the delimiter is the one that gives the most even table."""
    delimiter = delimiter_of(text.splitlines()[:400])
    try:
        rows = [[cell.strip() for cell in row] for row in csv.reader(io.StringIO(text), delimiter=delimiter)]
    except csv.Error as error:
        raise UnreadableList(
            "not_a_list", f"{filename} is no table of text ({error}). Save it as .xlsx or .csv."
        ) from error
    if rows and text.count('"') % 2 and any("\n" in cell for cell in rows[-1]) and len(rows[-1][-1]) > 200:
        raise UnreadableList(
            "truncated",
            f"{filename} breaks off within a quoted cell: the upload was cut. Send the file again.",
        )
    return rows


def _evenness(lines: list[str], delimiter: str) -> float:
    try:
        widths = Counter(len(row) for row in csv.reader(lines, delimiter=delimiter) if row)
    except csv.Error:
        return 0.0
    wide = {width: count for width, count in widths.items() if width > 1}
    if not wide:
        return 0.0
    width, count = max(wide.items(), key=lambda item: item[1])
    return count / sum(widths.values()) + min(width, 20) / 1000
