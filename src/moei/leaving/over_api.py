"""Names that leave by the API, many at a time: whoever asks says why, and the register knows of it (P21)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.db import transaction
from django.http import HttpRequest
from ninja.errors import HttpError

from moei.access.acting import Acting
from moei.access.journalled import was_listed
from moei.leaving.actions.let_out import Reason, count_departure
from moei.leaving.models import Why

HEADER = "Moei-Purpose"
PURPOSES = [why.value for why in Why if why is not Why.ITSELF]
# For `openapi_extra` of every operation whose answer may name several people.
PURPOSE: dict[str, Any] = {
    "parameters": [
        {
            "in": "header",
            "name": HEADER,
            "required": True,
            "description": "What the names are needed for. The register of files that left holds, for each account, "
            "operation, purpose and day, whose names went out. `care`: protection or care of the person; `panel`: the "
            "work of the panel; `sender`: back to who made a list; `authority`: asked for by law; `audit`: a review.",
            "schema": {"type": "string", "enum": PURPOSES},
        }
    ]
}


def purpose_of(request: HttpRequest) -> Reason:
    """Why whoever asks needs the names. Answers 400 in words without it."""
    given = request.headers.get(HEADER, "").strip()
    if given not in PURPOSES:
        raise HttpError(
            400, f"Say in the header {HEADER} what the names are needed for: one of {', '.join(PURPOSES)}."
        )
    return Reason(Why(given))


@transaction.atomic
def names_leave(acting: Acting, operation: str, reason: Reason, cases: Iterable[UUID], **about: Any) -> None:
    """Writes what an answer with these cases leaves behind: the day's row in the register, and the journal's entry, which
    names that row. `about` goes to `was_listed`; what it raises undoes both."""
    named = list(cases)
    if named:
        about["departure"] = str(count_departure(acting, operation, reason, named))
    was_listed(acting, f"api:{operation}", named, action="cases.exported", **about)
