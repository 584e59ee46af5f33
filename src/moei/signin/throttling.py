"""Failed passwords and codes are counted so that guessing is slow and nobody can lock a colleague out.

From a device that the person signed in from before, only its own failures count. From any other device count those
of the pair of name and address, of the address (one who tries many names), and of the name (many who try one name).
A passkey is not guessed and is not counted: it opens also while all else is locked.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from django.db import connection, transaction
from django.http import HttpRequest

from moei.signin.clients import address_of
from moei.signin.devices import device_of, digest, is_known
from moei.signin.models import FailedTry


@dataclass(frozen=True)
class Limit:
    """So many failures within this time, and the next try is refused unheard."""

    tries: int
    within: timedelta


DEVICE = PAIR = Limit(8, timedelta(minutes=15))
# A crossing has one address for all its people: honest mistakes of many must fit in.
ADDRESS = Limit(40, timedelta(minutes=15))
NAME = Limit(40, timedelta(hours=1))
_LONGEST = timedelta(hours=2)


class TooMany(Exception):
    """This try is refused unheard; whoever has the right password has to wait as well, or use a passkey."""


def begin_try(request: HttpRequest, username: str, *, what: str = "password") -> Sequence[UUID]:
    """Count a try before it is heard, so that tries at the same moment count too. Raises `TooMany`.

    `what` is tried: "password", or "code" for the second step. Returns what `succeeded` takes back.
    """
    now = datetime.now(UTC)
    limits = _limits(request, username.strip().lower(), what)
    with transaction.atomic():
        _one_after_another(limits)
        rows = FailedTry.objects.bulk_create(FailedTry(key=key, at=now) for key in limits)
        for key, limit in limits.items():
            if FailedTry.objects.filter(key=key, at__gt=now - limit.within).count() > limit.tries:
                # A refused try does not count: otherwise it would hold the lock for ever.
                FailedTry.objects.filter(pk__in=[row.pk for row in rows]).delete()
                raise TooMany
        FailedTry.objects.filter(at__lt=now - _LONGEST).delete()
    return [row.pk for row in rows]


def succeeded(request: HttpRequest, username: str, begun: Sequence[UUID], *, what: str = "password") -> None:
    """The try was right: it does not count, and neither do the mistakes of this person at this device or address.

    Failures of the address and of the name stay: an attacker with an account of their own wipes nothing by using it.
    """
    FailedTry.objects.filter(pk__in=begun).delete()
    limits = _limits(request, username.strip().lower(), what)
    FailedTry.objects.filter(key=next(iter(limits))).delete()


def _one_after_another(keys: Iterable[str]) -> None:
    """Until the transaction ends nobody else counts what counts here: PostgreSQL shows no tries that are not committed.

    In one order, so that no two wait for each other. Where the database is a file, writers wait for each other anyway.
    """
    if connection.vendor != "postgresql":
        return
    with connection.cursor() as cursor:
        for key in sorted(keys):
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [key])


def _limits(request: HttpRequest, username: str, what: str) -> dict[str, Limit]:
    """What counts, the narrowest first."""
    if is_known(request, username):
        return {digest(what, f"device {device_of(request)} {username}"): DEVICE}
    address = address_of(request)
    return {
        digest(what, f"pair {address} {username}"): PAIR,
        digest(what, f"address {address}"): ADDRESS,
        digest(what, f"name {username}"): NAME,
    }
