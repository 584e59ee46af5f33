"""Anchors on their way to others: a folder, e-mail, HTTPS. Each stays in the outbox until its recipient confirmed it.

What leaves is the anchor alone: a number, a hash, a time, a signature. No case data.
"""

from __future__ import annotations

import http.client
import smtplib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit
from uuid import UUID

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.db.models import F, Max

from moei.journal.anchors import SignedHead, is_due, sign_head
from moei.journal.models import Anchor, Delivery, Recipient

# At least this many agencies must have got an anchor within this time; otherwise auditors are warned.
ENOUGH, WITHIN = 2, timedelta(hours=2)
FIRST_RETRY, LONGEST_RETRY = timedelta(minutes=1), timedelta(hours=1)
AT_ONCE = 200
SECONDS = 10


class NotSent(Exception):
    """It did not arrive; the words say why, for the auditor."""


@dataclass(frozen=True)
class Sent:
    confirmed: int
    failed: int


@transaction.atomic
def sign_and_queue(now: datetime) -> Anchor | None:
    """Sign the head and put the anchor into the outbox for everybody who gets them."""
    anchor = sign_head(now)
    if anchor is None:
        return None
    if settings.MOEI_ANCHOR_FOLDER:
        Recipient.objects.get_or_create(
            channel=Recipient.Channel.FOLDER, agency=None, ended_at=None, defaults={"added_at": now}
        )
    Delivery.objects.bulk_create(
        Delivery(anchor=anchor, recipient=recipient, next_try_at=now)
        for recipient in Recipient.objects.filter(ended_at=None)
    )
    return anchor


def sign_if_due(now: datetime, every: timedelta | None = None) -> Anchor | None:
    return sign_and_queue(now) if (is_due(now) if every is None else is_due(now, every)) else None


def send_due(now: datetime) -> Sent:
    """Try whatever waits and is due. A failure is written down and tried again later, ever less often.

    Who did not answer is asked once in a call, however much waits for them: the worker has other work, too.
    """
    waiting = Delivery.objects.filter(confirmed_at=None, recipient__ended_at=None, next_try_at__lte=now)
    confirmed = failed = 0
    silent: set[UUID] = set()
    for delivery in waiting.select_related("anchor", "recipient").order_by("next_try_at")[:AT_ONCE]:
        if delivery.recipient_id in silent:
            continue
        pause = min(FIRST_RETRY * 2 ** min(delivery.tries, 10), LONGEST_RETRY)
        # Whoever moves it on sends it: two workers do not send the same one.
        mine = Delivery.objects.filter(pk=delivery.pk, confirmed_at=None, tries=delivery.tries)
        if not mine.update(tries=F("tries") + 1, next_try_at=now + pause):
            continue
        try:
            CHANNELS[delivery.recipient.channel](delivery.anchor, delivery.recipient)
        except NotSent as error:
            failed += 1
            silent.add(delivery.recipient_id)
            Delivery.objects.filter(pk=delivery.pk).update(failure=str(error)[:200])
        else:
            confirmed += 1
            Delivery.objects.filter(pk=delivery.pk).update(confirmed_at=now, failure="")
    return Sent(confirmed, failed)


def agencies_reached(now: datetime) -> dict[UUID, datetime]:
    """Agencies that got an anchor signed within the last two hours, each with the time of the last one."""
    rows = (
        Delivery.objects.filter(
            confirmed_at__isnull=False, anchor__signed_at__gte=now - WITHIN, recipient__agency__isnull=False
        )
        .values_list("recipient__agency")
        .annotate(last=Max("anchor__signed_at"))
    )
    return {agency: last for agency, last in rows if agency is not None}


def _to_folder(anchor: Anchor, recipient: Recipient) -> None:
    folder = Path(settings.MOEI_ANCHOR_FOLDER or "")
    if not settings.MOEI_ANCHOR_FOLDER:
        raise NotSent("No folder is set (MOEI_ANCHOR_FOLDER).")
    target = folder / anchor.file_name
    try:
        folder.mkdir(parents=True, exist_ok=True)
        half = target.with_suffix(".half")
        half.write_text(SignedHead.of(anchor).text() + "\n")
        half.replace(target)
    except OSError as error:
        raise NotSent(f"The folder cannot be written: {error.strerror or error}") from error


def _by_email(anchor: Anchor, recipient: Recipient) -> None:
    text = SignedHead.of(anchor).text()
    message = EmailMessage(
        subject=f"Anchor {anchor.seq} of journal {str(anchor.instance)[-12:]}",
        body=f"Keep this. It proves how far the journal went when it was signed.\n\n{text}\n",
        to=[recipient.address],
    )
    message.attach(anchor.file_name, text + "\n", "application/json")
    try:
        message.send()
    except (OSError, smtplib.SMTPException) as error:
        raise NotSent(f"The mail server did not take it: {type(error).__name__}") from error


def _by_webhook(anchor: Anchor, recipient: Recipient) -> None:
    """POST the anchor. Whatever is not answered with 2xx is tried again; redirects are not followed."""
    parts = urlsplit(recipient.address)
    if parts.scheme != "https" or not parts.hostname:
        raise NotSent("Only https addresses are used.")
    try:
        connection = http.client.HTTPSConnection(parts.hostname, parts.port, timeout=SECONDS)
        try:
            path = f"{parts.path or '/'}{f'?{parts.query}' if parts.query else ''}"
            connection.request(
                "POST",
                path,
                SignedHead.of(anchor).text().encode(),
                {"Content-Type": "application/json", "User-Agent": "Moei"},
            )
            status = connection.getresponse().status
        finally:
            connection.close()
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise NotSent(f"The address did not answer: {type(error).__name__}") from error
    if not 200 <= status < 300:
        raise NotSent(f"The address answered {status}.")


CHANNELS: dict[str, Callable[[Anchor, Recipient], None]] = {
    Recipient.Channel.FOLDER: _to_folder,
    Recipient.Channel.EMAIL: _by_email,
    Recipient.Channel.WEBHOOK: _by_webhook,
}
