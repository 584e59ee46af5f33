"""Who gets the anchors of the journal: auditors of every release say so, never those who run the server (P19)."""

from __future__ import annotations

from django.db import transaction

from moei.access.acting import Acting, Invalid
from moei.access.decide import require
from moei.access.journalled import changed
from moei.access.models import Agency
from moei.access.policy import Duty
from moei.access.reach import ALL, require_reach
from moei.journal.models import Anchor, Entry, Recipient
from moei.journal.sending import sign_and_queue


def require_anchors(acting: Acting) -> None:
    """The journal is one for all releases: whoever decides who keeps its ends reads it in each of them."""
    require(acting, "journal.anchors")
    require_reach(acting, Duty.JOURNAL, {ALL})


@transaction.atomic
def add_recipient(acting: Acting, agency: Agency, channel: str, address: str) -> Recipient:
    """From the next anchor on, this agency gets them."""
    require_anchors(acting)
    if Recipient.objects.filter(agency=agency.id, channel=channel, address=address, ended_at=None).exists():
        raise Invalid({"address": "This agency gets them at this address already."})
    recipient = Recipient.objects.create(
        agency=agency.id, channel=channel, address=address, added_at=acting.now
    )
    _note(acting, "journal.recipient_added", recipient)
    return recipient


@transaction.atomic
def end_recipient(acting: Acting, recipient: Recipient) -> None:
    """No further anchor goes there; what was sent stays with them."""
    require_anchors(acting)
    if recipient.ended_at is not None:
        raise Invalid("This recipient was taken off the list already.")
    recipient.ended_at = acting.now
    recipient.save(update_fields=["ended_at"])
    _note(acting, "journal.recipient_ended", recipient)


def sign_now(acting: Acting) -> Anchor | None:
    """Sign where the journal ends; the worker sends it. None while the journal is empty."""
    require_anchors(acting)
    return sign_and_queue(acting.now)


def _note(acting: Acting, action: str, recipient: Recipient) -> None:
    changed(
        acting,
        action,
        kind=Entry.Kind.ACCESS,
        data={
            "recipient": str(recipient.id),
            "recipient_agency": str(recipient.agency or ""),
            "channel": recipient.channel,
        },
    )
