"""The spreadsheet that a mission gets and sends back: written here, and read again."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from django.conf import settings
from django.utils.translation import gettext

from moei.access.acting import Invalid
from moei.access.models import Release
from moei.desks.embassies.actions.answer import MAX_ANSWERS, check_answer
from moei.desks.embassies.models import VerificationRequest
from moei.desks.embassies.selectors import SheetRow
from moei.engines.lists import UnreadableList
from moei.engines.lists.files import open_sheets
from moei.leaving.stamp import Stamp
from moei.leaving.workbooks import add_head, add_row, add_sheet, empty_workbook, finished

# In English in every language of the page: the file is read again.
HEAD = (
    "Reference",
    "State",
    "Name",
    "Name in its own script",
    "Sex",
    "Born",
    "Papers",
    "Needs for travel",
    "More, as you asked",
    "Answer",
    "Remark",
)
_WIDTHS = (16, 8, 30, 24, 6, 24, 34, 34, 30, 16, 40)
ANSWER_WORDS = "confirmed / not confirmed / need more"
Status = VerificationRequest.Status
_READ = {
    "confirmed": Status.CONFIRMED,
    "yes": Status.CONFIRMED,
    "national": Status.CONFIRMED,
    "not confirmed": Status.REFUTED,
    "no": Status.REFUTED,
    "refuted": Status.REFUTED,
    "not a national": Status.REFUTED,
    "need more": Status.MORE,
    "more": Status.MORE,
    "needs more": Status.MORE,
}


@dataclass(frozen=True)
class AnswerRow:
    """A row of an answered sheet; `number` as the spreadsheet counts it, `answer` a status or "" if not understood."""

    number: int
    reference: str
    answer: str
    remark: str


def request_sheet(title: str, rows: Sequence[SheetRow], release: Release, stamp: Stamp) -> bytes:
    """One row for each request: identity and needs for travel, and two columns for the answer."""
    told = f"Answer in the last two columns: {ANSWER_WORDS}. Keep the references as they are."
    book = empty_workbook()
    sheet = add_sheet(book, "Requests", invented=release.invented, said=(title, told))
    add_head(sheet, HEAD, _WIDTHS)
    for row in rows:
        values = (
            row.reference,
            row.state,
            row.name,
            row.name_native,
            row.sex,
            row.born,
            row.papers,
            row.needs,
            row.more,
            "",
            "",
        )
        add_row(sheet, [_printable(value) for value in values])
    return finished(book, stamp)


def read_answers(data: bytes, filename: str) -> list[AnswerRow]:
    """Rows that have an answer. Raises `Invalid` (field `file`) when the file is no such sheet."""
    if len(data) > settings.MAX_LIST_BYTES:
        raise Invalid({"file": "This file is too large for a sheet of answers."})
    try:
        sheets = open_sheets(data, filename)
    except UnreadableList as refused:
        raise Invalid({"file": refused.message}) from refused
    for sheet in sheets:
        for top, row in enumerate(sheet.rows[:20]):
            heads = [str(cell).strip().casefold() for cell in row]
            if "reference" in heads and "answer" in heads:
                return _rows(sheet.rows[top + 1 :], top + 2, heads)
    raise Invalid({"file": "This sheet has no columns Reference and Answer. Use the sheet that you got."})


def errors_of(rows: Sequence[AnswerRow]) -> list[str]:
    """What is wrong with the rows by themselves, each with its number; nothing of what is asked about whom."""
    found = []
    if not rows:
        found.append(gettext("No row has an answer."))
    if len(rows) > MAX_ANSWERS:
        found.append(gettext("A sheet holds at most %(most)s answers.") % {"most": MAX_ANSWERS})
    seen: set[str] = set()
    for row in rows:
        words = list(check_answer(row.answer, row.remark).values())
        if row.reference in seen:
            words.append(gettext("This reference stands twice."))
        seen.add(row.reference)
        found += [row_words(row, text) for text in words]
    return found


def row_words(row: AnswerRow, words: str) -> str:
    return gettext("Row %(number)s: %(words)s") % {"number": row.number, "words": words}


def _rows(rows: Sequence[Sequence[object]], first: int, heads: Sequence[str]) -> list[AnswerRow]:
    at_reference, at_answer = heads.index("reference"), heads.index("answer")
    at_remark = heads.index("remark") if "remark" in heads else -1

    def cell(row: Sequence[object], place: int) -> str:
        return str(row[place]).strip().lstrip("'") if 0 <= place < len(row) and row[place] is not None else ""

    found = []
    for number, row in enumerate(rows, start=first):
        reference, answer = cell(row, at_reference).upper(), cell(row, at_answer)
        if not answer and not cell(row, at_remark):
            continue
        known = _READ.get(re.sub(r"[\s_]+", " ", answer).casefold().strip(" ."), "")
        found.append(AnswerRow(number, reference, str(known), cell(row, at_remark)))
    return found


def _printable(text: str) -> str:
    return "".join(sign for sign in text if sign.isprintable())
