"""Tables of a PDF with a text layer, to rows of cells. Runs as a process of its own: a PDF can be made to harm.

Where lines are drawn between the cells, they part them. Elsewhere the blank between columns does: a strip of the page
that hardly any line of text crosses. Titles above a table stay rows of one cell.
"""

from __future__ import annotations

import json
import re
import resource
import sys
import unicodedata
from collections import Counter
from collections.abc import Sequence
from io import BytesIO
from itertools import pairwise
from statistics import median
from typing import Any

# Bytes of memory, seconds of work: what needs more is made to harm, or no list of people.
MEMORY = 2 * 1024**3
SECONDS = 180
MOST_PAGES = 600
# A strip between two columns: so wide (in points), crossed by so few of the lines that have several words.
_STRIP = 4.0
_CROSSED = 0.04

# How a sign is given of which the file does not say what letter it is.
_UNKNOWN = re.compile(r"\(cid:\d+\)")

Row = list[str]
Word = dict[str, Any]


class CannotRead(Exception):
    """``code``: ``password``, ``no_text`` (pictures of pages), ``pages`` (too many), ``broken``."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def rows_of(data: bytes) -> tuple[list[Row], int]:
    """The rows of all pages, one after the other, and of how many signs the file does not say what letter they are.

    Raises ``CannotRead``.
    """
    import pdfplumber
    from pdfminer.pdfdocument import PDFPasswordIncorrect
    from pdfplumber.utils.exceptions import PdfminerException

    try:
        with pdfplumber.open(BytesIO(data)) as document:
            if len(document.pages) > MOST_PAGES:
                raise CannotRead("pages")
            rows: list[Row] = []
            unknown = 0
            loose: list[list[list[Word]]] = []  # lines of each page without drawn cells
            for page in document.pages:
                words = _words(page.chars)
                unknown += sum(word["unknown"] for word in words)
                tables = [
                    table
                    for table in page.find_tables()
                    if len(table.rows) > 1 and len(table.rows[0].cells) > 1
                ]
                if tables:
                    rows += _between_lines(loose) + _drawn(page, tables, words)
                    loose = []
                else:
                    loose.append(_lines(words))
                page.close()
            rows += _between_lines(loose)
            rows = _without_empty_columns(rows)
    except CannotRead:
        raise
    except PDFPasswordIncorrect as error:
        raise CannotRead("password") from error
    except PdfminerException as error:
        raise CannotRead(
            "password" if isinstance(error.args[0], PDFPasswordIncorrect) else "broken"
        ) from error
    except MemoryError:
        raise
    except Exception as error:  # a damaged file fails in as many ways as it has parts
        raise CannotRead("broken") from error
    if not any(any(row) for row in rows):
        raise CannotRead("no_text")
    return rows, unknown


def _without_empty_columns(rows: list[Row]) -> list[Row]:
    """A strip beside the table, in which at most a title begins, is no column."""
    wide = max((len(row) for row in rows), default=0)
    filled = [any(len(row) > at and row[at] for row in rows if sum(map(bool, row)) > 1) for at in range(wide)]
    return [
        [cell for at, cell in enumerate(row) if filled[at]]
        if any(cell and filled[at] for at, cell in enumerate(row)) and len(row) > 1
        else row
        for row in rows
    ]


def _words(signs: Sequence[Word]) -> list[Word]:
    """Signs that follow one another in the file and on the page. Signs above, below or before a letter keep the order in
    which they were written: by where they stand they could not be told from it."""
    words: list[list[Word]] = []
    for sign in signs:
        if not str(sign["text"]).strip():
            words.append([])
            continue
        last = words[-1][-1] if words and words[-1] else None
        if last is None or _apart(last, sign):
            words.append([])
        words[-1].append(sign)
    return [_word(word) for word in words if word]


def _apart(last: Word, sign: Word) -> bool:
    middle = (sign["top"] + sign["bottom"]) / 2
    if not last["top"] - 2 <= middle <= last["bottom"] + 2:
        return True
    reach = 0.15 * float(sign["size"] or 10)
    # A mark stands over what was before it; the next letter begins where the last one ended.
    return bool(
        sign["x0"] - last["x1"] > reach or last["x0"] - sign["x1"] > reach + (last["x1"] - last["x0"])
    )


def _word(signs: Sequence[Word]) -> Word:
    """Scripts that run to the left stand in the file as they are seen, from the left; not so a sign of two letters."""
    texts = [_UNKNOWN.sub("", str(sign["text"])) for sign in signs]
    letters = "".join(texts)
    left = sum(unicodedata.bidirectional(one) in ("R", "AL") for one in letters) * 2 > len(letters)
    return {
        # Shapes of letters become the letters.
        "text": unicodedata.normalize("NFKC", "".join(reversed(texts))) if left else letters,
        "left": left,
        "unknown": texts.count(""),
        "x0": min(sign["x0"] for sign in signs),
        "x1": max(sign["x1"] for sign in signs),
        "top": min(sign["top"] for sign in signs),
        "bottom": max(sign["bottom"] for sign in signs),
    }


def _text(words: Sequence[Word]) -> str:
    """The words of one cell or title: line after line, each in the direction in which it is read."""
    said = []
    for line in _lines(words):
        left = sum(bool(word.get("left")) for word in line) * 2 > len(line)
        said += [str(word["text"]) for word in (reversed(line) if left else line)]
    return " ".join(said)


def _lines(words: Sequence[Word]) -> list[list[Word]]:
    """Words by the line on which they stand, each line from the left."""
    lines: list[list[Word]] = []
    for word in sorted(words, key=lambda word: (word["top"] + word["bottom"], word["x0"])):
        middle = (word["top"] + word["bottom"]) / 2
        if lines and lines[-1][0]["top"] <= middle <= lines[-1][0]["bottom"]:
            lines[-1].append(word)
        else:
            lines.append([word])
    return [sorted(line, key=lambda word: word["x0"]) for line in lines]


def _drawn(page: Any, tables: Sequence[Any], words: list[Word]) -> list[Row]:
    """Tables whose cells are drawn, and the lines of text above, between and below them."""
    rows: list[tuple[float, Row]] = []
    inside: set[int] = set()
    for table in tables:
        for line in table.rows:
            cells = []
            for cell in line.cells:
                within = [word for word in words if cell is not None and _in_box(word, cell)]
                inside.update(id(word) for word in within)
                cells.append(_text(within))
            rows.append((float(line.bbox[1]), cells))
    # Headings often stand above the lines that are drawn around the cells below them.
    edges = _inner_borders(tables[0])
    for found in _lines([word for word in words if id(word) not in inside]):
        rows.append((float(found[0]["top"]), _in_columns(found, edges)))
    return [row for _top, row in sorted(rows, key=lambda row: row[0])]


def _inner_borders(table: Any) -> list[float]:
    fullest = max(table.rows, key=lambda row: sum(cell is not None for cell in row.cells))
    return sorted(float(cell[0]) for cell in fullest.cells if cell is not None)[1:]


def _in_box(word: Word, box: tuple[float, float, float, float]) -> bool:
    x, y = (word["x0"] + word["x1"]) / 2, (word["top"] + word["bottom"]) / 2
    return bool(box[0] <= x <= box[2] and box[1] <= y <= box[3])


def _between_lines(pages: list[list[list[Word]]]) -> list[Row]:
    """Pages without drawn cells: columns by the blank between them, the same on all these pages."""
    edges = _edges([line for page in pages for line in page])
    rows: list[Row] = []
    for page in pages:
        gaps = [below[0]["top"] - above[0]["top"] for above, below in pairwise(page)]
        usual = median(gaps) if gaps else 0.0
        last: list[Word] | None = None
        for line in page:
            row = _in_columns(line, edges)
            close = last is not None and line[0]["top"] - last[0]["top"] < 0.8 * usual
            if close and rows and len(row) == len(rows[-1]) and not row[0] and len(row) > 1:
                # The rest of cells that were too long for one line.
                rows[-1] = [f"{above} {below}".strip() for above, below in zip(rows[-1], row, strict=True)]
            else:
                rows.append(row)
            last = line
    return rows


def _in_columns(line: Sequence[Word], edges: Sequence[float]) -> Row:
    """The cells of a line. Words that stand close together are of one cell, unless they reach over several columns."""
    phrases = _phrases(line, edges)
    if not edges or (len(phrases) == 1 and any(line[0]["x0"] < edge < line[-1]["x1"] for edge in edges)):
        return [_text(line)]  # a title
    cells: list[list[Word]] = [[] for _ in range(len(edges) + 1)]
    for phrase in phrases:
        at = _column(phrase[0]["x0"], phrase[-1]["x1"], edges)
        for word in phrase:
            middle = (word["x0"] + word["x1"]) / 2
            cells[sum(edge <= middle for edge in edges) if at is None else at].append(word)
    return [_text(cell) for cell in cells]


def _column(x0: float, x1: float, edges: Sequence[float]) -> int | None:
    """The column in which most of this lies; None where it lies in several."""
    first = sum(edge <= x0 for edge in edges)
    last = sum(edge < x1 for edge in edges)
    if first == last:
        return first
    borders = [x0, *edges[first:last], x1]
    lengths = [right - left for left, right in pairwise(borders)]
    most = max(range(len(lengths)), key=lengths.__getitem__)
    return first + most if lengths[most] >= 0.6 * (x1 - x0) else None


def _phrases(line: Sequence[Word], edges: Sequence[float]) -> list[list[Word]]:
    """Words with no more than a blank between them, and no column's edge in it."""
    phrases = [[line[0]]]
    for left, right in pairwise(line):
        if right["x0"] - left["x1"] < _blank(left) and not any(left["x1"] <= e <= right["x0"] for e in edges):
            phrases[-1].append(right)
        else:
            phrases.append([right])
    return phrases


def _blank(word: Word) -> float:
    """The widest blank between two words of one cell, in points."""
    return max(_STRIP, 0.45 * float(word["bottom"] - word["top"]))


def _edges(lines: Sequence[Sequence[Word]]) -> list[float]:
    """Where one column ends and the next begins: in each strip that hardly any line crosses."""
    wide = [line for line in lines if len(line) >= 3]
    if len(wide) < 3:
        return []
    aligned = _aligned(wide)
    crossed: Counter[int] = Counter()
    for line in wide:
        covered: set[int] = set()
        for word in line:
            covered.update(range(_half(word["x0"]) + 1, _half(word["x1"])))
        # Between two words of one cell there is a blank, no strip: it is narrower than a letter is high. A number that
        # ends at the right of its column is as near to the next one; but there many lines begin at one point.
        for left, right in pairwise(line):
            if right["x0"] - left["x1"] < _blank(left) and _half(right["x0"]) not in aligned:
                covered.update(range(_half(left["x1"]), _half(right["x0"]) + 1))
        crossed.update(covered)
    # A title, a total and a footer are no columns; in a table of ten rows they may be three lines.
    allowed = max(_CROSSED * len(wide), 2 if len(wide) >= 10 else 0)
    edges: list[float] = []
    begin: int | None = None
    for point in range(min(crossed), max(crossed) + 1):
        if crossed[point] <= allowed:
            begin = point if begin is None else begin
        elif begin is not None:
            if point - begin >= 2 * _STRIP or not aligned.isdisjoint(range(begin, point + 1)):
                edges.append((begin + point - 1) / 4)
            begin = None
    return edges


def _half(x: float) -> int:
    """Half points, in which the page is measured across."""
    return round(2 * x)


def _aligned(lines: Sequence[Sequence[Word]]) -> set[int]:
    """Where words of many lines begin, with something before them: columns that are set to the left."""
    begins = Counter(_half(word["x0"]) for line in lines for word in line[1:])
    return {
        near for at, count in begins.items() if count >= 0.4 * len(lines) for near in (at - 1, at, at + 1)
    }


def main() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    try:
        rows, unknown = rows_of(sys.stdin.buffer.read())
        said: dict[str, object] = {"rows": rows, "unknown": unknown}
    except CannotRead as reason:
        said = {"cannot": reason.code}
    except MemoryError:
        said = {"cannot": "broken"}
    sys.stdout.buffer.write(json.dumps(said).encode())
    sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()
