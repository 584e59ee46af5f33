"""Say why people are looked up, once in each session (P12)."""

from __future__ import annotations

from django.db import transaction

from moei.access.acting import Acting, Invalid
from moei.access.decide import require
from moei.access.journalled import changed
from moei.access.models import LookupReason
from moei.journal.models import Entry

SHORTEST_TEXT = 5


@transaction.atomic
def say_why(acting: Acting, code: str, text: str) -> LookupReason:
    """The reason is kept for auditors; each look-up of the session bears its code in the journal."""
    require(acting, "people.search")
    if code not in LookupReason.Code.values:
        raise Invalid({"code": "Choose one of the reasons."})
    if len(text.strip()) < SHORTEST_TEXT:
        raise Invalid({"text": "Say in a few words what the work is: an auditor reads it."})
    reason = LookupReason.objects.create(
        staff=acting.staff,
        release=acting.release,
        code=code,
        text=text.strip()[:200],
        given_at=acting.now,
    )
    changed(
        acting, "people.search_reason", kind=Entry.Kind.ACCESS, data={"reason": code, "id": str(reason.pk)}
    )
    return reason
