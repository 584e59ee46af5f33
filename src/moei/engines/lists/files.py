"""From bytes to cells: what a file is, whether it is safe to open, and its sheets.

Nothing of a file is evaluated: formulas stay text, macros are refused, entities and documents inside documents too.
"""

from __future__ import annotations

import io
import json
import os
import re
import subprocess
import sys
import threading
import zipfile
import zlib
from dataclasses import dataclass, field
from datetime import date, datetime

import python_calamine

from moei.engines.identity.digits import tidy
from moei.engines.lists import pdf
from moei.engines.lists.reading import UnreadableList
from moei.engines.lists.text import text_sheets

Cell = str | date
MAX_UNPACKED = 256 * 1024 * 1024
MAX_RATIO = 250
MAX_PARTS = 2_000
MAX_COLUMNS = 200
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_FOREIGN = (
    (b"\x89PNG", "a picture; type the list into a spreadsheet"),
    (b"\xff\xd8\xff", "a picture; type the list into a spreadsheet"),
    (b"GIF8", "a picture; type the list into a spreadsheet"),
    (b"II*\x00", "a picture; type the list into a spreadsheet"),
    (b"MM\x00*", "a picture; type the list into a spreadsheet"),
    (b"Rar!", "a packed archive; unpack it and send the list itself"),
    (b"7z\xbc\xaf", "a packed archive; unpack it and send the list itself"),
    (b"\x1f\x8b", "a packed archive; unpack it and send the list itself"),
    (b"{\\rtf", "a text document; export the table as a spreadsheet"),
    (b"MZ", "a program"),
    (b"\x7fELF", "a program"),
)
_DTD = re.compile(
    rb"<!(?:DOCTYPE|ENTITY)|<\x00!\x00(?:D\x00O\x00C|E\x00N\x00T)|\x00<\x00!\x00(?:D\x00O|E\x00N)", re.I
)


@dataclass(slots=True)
class Sheet:
    """Cells of one sheet, rows from the file's first row on; ``formulas`` by (row, column), both from 0.

    ``problems`` are about the sheet as a whole.
    """

    name: str
    rows: list[list[Cell]]
    formulas: dict[tuple[int, int], str] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)


def open_sheets(data: bytes, filename: str) -> list[Sheet]:
    """The sheets of a spreadsheet or delimited text. Raises ``UnreadableList``."""
    if not data.strip(b"\x00 \t\r\n\xef\xbb\xbf\xff\xfe"):
        raise UnreadableList("empty_file", f"{filename} is empty. Send the file again.")
    if data[:4] == b"PK\x03\x04":
        macro_or_not = _check_zip(data, filename)
        return _workbook(data, filename, macro_or_not)
    if data[:8] == _OLE:
        _check_ole(data, filename)
        return _workbook(data, filename, formulas=False)
    if data[:1024].lstrip().startswith(b"%PDF"):
        return [_pdf(data, filename)]
    for magic, what in _FOREIGN:
        if data.startswith(magic):
            raise UnreadableList("not_a_list", f"{filename} is no list but {what}.")
    if data[:4] in (b"PK\x05\x06", b"PK\x07\x08") or (data[4:8] == b"ftyp") or data[:4] == b"RIFF":
        raise UnreadableList("not_a_list", f"{filename} is no list. Send a spreadsheet or a text table.")
    return [Sheet("", rows) for rows in text_sheets(data, filename)]


_ONE_PDF = threading.Lock()
_PDF_SAYS = {
    "password": ("password_protected", "is protected by a password. Remove the password, save, and send it again."),
    "no_text": ("not_a_list", "is a PDF of pictures: no text can be read from it. Send the spreadsheet, or type it."),
    "pages": ("too_many_rows", f"has more than {pdf.MOST_PAGES} pages. Split it, or send the spreadsheet."),
    "long": ("too_many_rows", f"takes more than {pdf.SECONDS} s to read. Split it, or send the spreadsheet."),
    "broken": ("truncated", "is a PDF that cannot be opened: it is damaged. Export it again, or send the spreadsheet."),
}  # fmt: skip


def _pdf(data: bytes, filename: str) -> Sheet:
    """The rows of its tables. Another process reads them, which is not told where the keys are, for a limited time;
    one file after the other, because each may take two gigabytes."""
    environment = {name: os.environ[name] for name in ("PATH", "PYTHONPATH", "LANG") if name in os.environ}
    # -P: or Python would first look for modules in the folder where somebody stands, which may be a stick of others.
    command = [sys.executable, "-P", "-m", "moei.engines.lists.pdf"]
    try:
        with _ONE_PDF:
            ran = subprocess.run(  # noqa: S603  (no word of the file is part of the command)
                command, input=data, capture_output=True, env=environment, timeout=pdf.SECONDS, check=True
            )
        said = json.loads(ran.stdout)
    except (subprocess.SubprocessError, OSError, ValueError) as error:
        # Stopped by the clock, by itself or by the system: it may be an honest long list.
        stopped = isinstance(error, subprocess.TimeoutExpired) or getattr(error, "returncode", 0) < 0
        code, words = _PDF_SAYS["long" if stopped else "broken"]
        raise UnreadableList(code, f"{filename} {words}") from error
    if "cannot" in said:
        code, words = _PDF_SAYS[said["cannot"]]
        raise UnreadableList(code, f"{filename} {words}")
    sheet = Sheet("", [[tidy(cell) for cell in row[:MAX_COLUMNS]] for row in said["rows"]])
    if said["unknown"]:
        sheet.problems.append(
            f"unread_letters: this PDF does not say what letter {said['unknown']} of its signs are; they are left "
            "out. Ask for the spreadsheet"
        )
    return sheet


def _check_zip(data: bytes, filename: str) -> bool:
    """Refuse what must not be opened; whether the workbook has formulas."""
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
        parts = archive.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError, EOFError, UnicodeError) as error:
        raise UnreadableList(
            "truncated", f"{filename} is incomplete: it broke off on the way. Send the file again."
        ) from error
    names = {part.filename.casefold() for part in parts}
    if len(parts) > MAX_PARTS or sum(part.file_size for part in parts) > MAX_UNPACKED:
        raise _bomb(filename)
    if any(name.endswith(("vbaproject.bin", "vbadata.xml")) or name.startswith("basic/") for name in names):
        raise UnreadableList(
            "macro_workbook", f"{filename} carries macros and is not opened. Save it as .xlsx without macros."
        )  # fmt: skip
    if any(part.flag_bits & 1 for part in parts):
        raise _locked(filename)
    formulas, total = False, 0
    for part in parts:
        content = _unpack(data, part, filename)
        total += len(content)
        if total > MAX_UNPACKED:
            raise _bomb(filename)
        name = part.filename.casefold()
        if name.endswith((".xml", ".rels", ".vml")) and _DTD.search(content):
            raise UnreadableList(
                "zip_bomb", f"{filename} holds entity declarations no spreadsheet needs and is not opened. "
                "Copy the list into a new workbook and send that."
            )  # fmt: skip
        if name == "meta-inf/manifest.xml" and b"encryption-data" in content:
            raise _locked(filename)
        formulas = formulas or (
            name.startswith("xl/worksheets/") and (b"<f>" in content or b"<f " in content)
        )
    if "xl/workbook.xml" not in names and "content.xml" not in names and "xl/workbook.bin" not in names:
        raise UnreadableList(
            "not_a_list", f"{filename} is no spreadsheet. Send the list as .xlsx, .ods or .csv."
        )
    return formulas


def _unpack(data: bytes, part: zipfile.ZipInfo, filename: str) -> bytes:
    """One part, unpacked by ourselves with a limit, since a part may lie about its size."""
    start = part.header_offset
    head = data[start : start + 30]
    broken = UnreadableList(
        "truncated", f"{filename} is damaged or broke off on the way. Send the file again."
    )
    if len(head) < 30 or head[:4] != b"PK\x03\x04":
        raise broken
    begin = start + 30 + int.from_bytes(head[26:28], "little") + int.from_bytes(head[28:30], "little")
    packed = data[begin : begin + part.compress_size]
    if len(packed) < part.compress_size:
        raise broken
    if part.compress_type == zipfile.ZIP_STORED:
        return packed
    if part.compress_type != zipfile.ZIP_DEFLATED:
        raise UnreadableList(
            "not_a_list", f"{filename} is packed in an unusual way. Save it again as .xlsx and send that."
        )
    limit = min(MAX_UNPACKED, max(8 * 1024 * 1024, len(packed) * MAX_RATIO))
    unpacker = zlib.decompressobj(-15)
    try:
        content = unpacker.decompress(packed, limit)
    except zlib.error as error:
        raise broken from error
    if unpacker.unconsumed_tail:
        raise _bomb(filename)
    if zlib.crc32(content) != part.CRC:
        raise broken
    return content


def _bomb(filename: str) -> UnreadableList:
    return UnreadableList(
        "zip_bomb", f"{filename} unpacks to far more than a list of people can hold and is not opened. "
        "Copy the list into a new workbook and send that."
    )  # fmt: skip


def _locked(filename: str) -> UnreadableList:
    return UnreadableList(
        "password_protected",
        f"{filename} is protected by a password. Remove the password, save, and send it again.",
    )


def _check_ole(data: bytes, filename: str) -> None:
    if "EncryptedPackage".encode("utf-16-le") in data:
        raise _locked(filename)
    if "_VBA_PROJECT".encode("utf-16-le") in data:
        raise UnreadableList(
            "macro_workbook", f"{filename} carries macros and is not opened. Save it as .xlsx without macros."
        )  # fmt: skip
    if "WordDocument".encode("utf-16-le") in data or "PowerPoint".encode("utf-16-le") in data:
        raise UnreadableList(
            "not_a_list", f"{filename} is no spreadsheet. Send the list as .xlsx, .ods or .csv."
        )


def _workbook(data: bytes, filename: str, formulas: bool) -> list[Sheet]:
    try:
        with python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(data)) as book:
            sheets = []
            for meta in book.sheets_metadata:
                if meta.typ != python_calamine.SheetTypeEnum.WorkSheet:
                    continue
                sheet = book.get_sheet_by_name(meta.name)
                if sheet.total_height * max(1, sheet.total_width) > 20_000_000:
                    raise _bomb(filename)
                rows = [
                    [_cell(v) for v in row[:MAX_COLUMNS]] for row in sheet.to_python(skip_empty_area=False)
                ]
                _fill_down(rows, sheet.merged_cell_ranges or [])
                sheets.append(Sheet(meta.name, rows))
    except UnreadableList:
        raise
    except (
        BaseException
    ) as error:  # calamine's panics are BaseException; any of its failures means "cannot be read"
        if isinstance(error, KeyboardInterrupt | SystemExit | MemoryError):
            raise
        if "password" in str(error).casefold() or "encrypt" in str(error).casefold():
            raise _locked(filename) from error
        raise UnreadableList(
            "truncated",
            f"{filename} cannot be opened as a spreadsheet: it is damaged. Save it again and send it.",
        ) from error
    if formulas:
        _add_formulas(data, sheets, filename)
    return sheets


def _fill_down(rows: list[list[Cell]], merged: list[tuple[tuple[int, int], tuple[int, int]]]) -> None:
    """A cell merged over several rows of one column says the same of each of them."""
    for (top, left), (bottom, right) in merged:
        if left != right or top >= len(rows) or left >= len(rows[top]):
            continue
        for row in rows[top + 1 : bottom + 1]:
            if left < len(row):
                row[left] = rows[top][left]


def _cell(value: object) -> Cell:
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e18 else str(value)
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    return str(value)


def _add_formulas(data: bytes, sheets: list[Sheet], filename: str) -> None:
    """Put the text of formulas in place of their results, save where the result is a number or a date."""
    from openpyxl.reader.excel import load_workbook  # takes a third of a second to load

    try:
        book = load_workbook(  # type: ignore[no-untyped-call]
            io.BytesIO(data), read_only=True, data_only=False, keep_links=False
        )
        for sheet in sheets:
            if sheet.name not in book.sheetnames:
                continue
            for row in book[sheet.name].iter_rows():
                for cell in row:
                    if getattr(cell, "data_type", "") == "f" and cell.column <= MAX_COLUMNS:
                        _put_formula(sheet, cell.row - 1, cell.column - 1, str(cell.value))
    except Exception as error:
        # openpyxl fails in many ways on what calamine still reads; the results of formulas must not pass for text
        raise UnreadableList(
            "not_a_list", f"{filename}: its formulas cannot be read. Save it with values only."
        ) from error


def _put_formula(sheet: Sheet, row: int, column: int, formula: str) -> None:
    while len(sheet.rows) <= row:
        sheet.rows.append([])
    line = sheet.rows[row]
    line.extend([""] * (column + 1 - len(line)))
    text = tidy(formula)
    sheet.formulas[row, column] = text
    value = line[column]
    if not isinstance(value, date) and not re.fullmatch(r"-?\d+(?:\.\d+)?", value):
        line[column] = text
