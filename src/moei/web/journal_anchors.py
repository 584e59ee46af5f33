"""How far others can prove the journal: the last anchors, who has got them, what waits."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Max, Q
from django.utils.translation import gettext, ngettext

from moei.access.models import Agency
from moei.journal.anchors import SignedHead
from moei.journal.models import Anchor, Recipient
from moei.journal.sending import ENOUGH, agencies_reached


@dataclass(frozen=True)
class Keeper:
    """A recipient as it is shown. `agency` is empty for the server's own folder."""

    recipient: Recipient
    agency: str
    last: datetime | None
    waiting: int
    failure: str


def warning(now: datetime) -> str:
    """Words for auditors while fewer than two agencies have got an anchor within two hours; else empty."""
    reached = len(agencies_reached(now))
    if reached >= ENOUGH:
        return ""
    if not reached:
        return gettext(
            "No other agency has got a signed end of this journal in the last two hours. Whoever runs the server could "
            "rewrite it unseen since then."
        )
    return ngettext(
        "Only %(n)s other agency has got a signed end of this journal in the last two hours; it should be two.",
        "Only %(n)s other agencies have got a signed end of this journal in the last two hours; it should be two.",
        reached,
    ) % {"n": reached}


def keepers() -> list[Keeper]:
    """Everybody who gets anchors; three queries."""
    rows = list(
        Recipient.objects.filter(ended_at=None).annotate(
            last=Max("deliveries__anchor__signed_at", filter=Q(deliveries__confirmed_at__isnull=False)),
            waiting=Count("deliveries", filter=Q(deliveries__confirmed_at__isnull=True)),
            failure=Max("deliveries__failure", filter=Q(deliveries__confirmed_at__isnull=True)),
        )
    )
    names = {row.id: row.name for row in Agency.objects.filter(id__in={row.agency for row in rows})}
    return [
        Keeper(row, names.get(row.agency, "") if row.agency else "", row.last, row.waiting, row.failure or "")
        for row in rows
    ]


def recent_anchors() -> list[Anchor]:
    """The last day's, newest first, with `kept`: how many recipients confirmed each."""
    confirmed = Count("deliveries", filter=Q(deliveries__confirmed_at__isnull=False))
    return list(Anchor.objects.annotate(kept=confirmed).order_by("-signed_at")[:24])


def groups(digits: str, size: int = 4) -> list[str]:
    """A hash in groups, as it is read aloud and typed."""
    return [digits[start : start + size] for start in range(0, len(digits), size)]


def qr_of(anchor: Anchor) -> str:
    """The whole anchor as a code, as inline SVG."""
    import segno  # takes a third of a second to load

    code = segno.make(SignedHead.of(anchor).text(), error="m", micro=False)
    return str(code.svg_inline(omitsize=True, border=4))
