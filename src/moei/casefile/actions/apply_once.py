"""A submission is applied once: a double click or a repeated sending gets the answer that the first one got."""

from __future__ import annotations

from uuid import UUID

from moei.access.acting import Acting, Invalid
from moei.casefile.models import Case, DeviceOperation
from moei.crypto import commitment
from moei.journal.keys import KeyDestroyed, existing_key_of, key_of

_FIELD = "operation"


def applied_before(
    acting: Acting, operation: UUID | None, kind: str, case: Case, content: object, *, makes: UUID
) -> UUID | None:
    """What this submission made, if it was applied already; else None, and it is noted that it makes `makes` now.

    Called by an action inside its transaction, with the case locked and before anything is asked of the case's
    state: two at once come here one after the other. `operation` None is never applied before. `content` is all
    that the sender said (JSON); of it only a commitment under the person's key is kept.

    Raises `Invalid` when the id was sent before with something else in it, by somebody else, or for another case.
    """
    if operation is None:
        return None
    about = [str(case.id), content]
    row, created = DeviceOperation.objects.get_or_create(
        client_id=operation,
        defaults={
            "kind": kind,
            "staff": acting.staff,
            "received_at": acting.now,
            "content": committed(case.person_id, about),
            "result": makes,
        },
    )
    if created:
        return None
    refuse_other_content(acting, row, kind, case.person_id, about)
    return row.result


def committed(subject: UUID, about: object) -> str:
    """What is kept of a submission's content: a commitment under the person's key, never the content."""
    return commitment(key_of(subject), _FIELD, about)


def refuse_other_content(
    acting: Acting, row: DeviceOperation, kind: str, subject: UUID, about: object
) -> None:
    """Raises `Invalid` unless `row` is this very submission. Once the person's key is gone nobody can tell any more."""
    try:
        same = row.content == commitment(existing_key_of(subject), _FIELD, about)
    except KeyDestroyed:
        same = False
    if not same or (row.kind, row.staff_id) != (kind, acting.staff.id):
        raise Invalid("This form was sent before with something else in it. Open a new form.")
