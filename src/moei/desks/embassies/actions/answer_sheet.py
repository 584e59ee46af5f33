"""A spreadsheet that came back from a mission: every row is taken, or none is."""

from __future__ import annotations

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext

from moei.access.acting import Acting, Invalid
from moei.access.decide import require
from moei.desks.embassies.actions.answer import Answer, answer_requests, record_answers
from moei.desks.embassies.models import Batch, VerificationRequest
from moei.desks.embassies.selectors import batch_requests, own_requests
from moei.desks.embassies.sheets import AnswerRow, errors_of, read_answers, row_words


class RowErrors(Invalid):
    """What is wrong, row by row; nothing of the sheet was stored."""

    def __init__(self, rows: list[str]) -> None:
        super().__init__("Nothing was stored. Mend these rows and send the sheet again.")
        self.rows = rows


@transaction.atomic
def answer_by_sheet(acting: Acting, data: bytes, filename: str) -> int:
    """By the mission itself. Returns how many answers were stored.

    A reference that is unknown, another mission's, or not open (any more) is said in the same words.
    """
    require(acting, "nationals.answer")
    rows = read_answers(data, filename)
    return len(answer_requests(acting, _resolved(rows, own_requests(acting))))


@transaction.atomic
def record_sheet(acting: Acting, batch: Batch, data: bytes, filename: str) -> int:
    """By an officer, for a mission that sends its answers by letter or mail."""
    require(acting, "missions.ask")
    rows = read_answers(data, filename)
    return len(record_answers(acting, _resolved(rows, batch_requests(acting, batch))))


def _resolved(rows: list[AnswerRow], among: QuerySet[VerificationRequest]) -> list[Answer]:
    errors = errors_of(rows)
    found: dict[str, VerificationRequest] = {}
    references = [row.reference for row in rows]
    for start in range(0, len(references), 500):
        part = among.filter(reference__in=references[start : start + 500])
        found |= {request.reference: request for request in part}
    for row in rows:
        request = found.get(row.reference)
        if request is None or request.status == VerificationRequest.Status.TAKEN_BACK:
            errors.append(row_words(row, gettext("No request of this reference is open to you.")))
        elif not request.is_open:
            errors.append(row_words(row, gettext("This was answered already.")))
    if errors:
        raise RowErrors(errors)
    return [Answer(found[row.reference].pk, row.answer, row.remark) for row in rows]
