"""Devices that somebody signed in from before, told by a signed cookie that says nothing else."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from moei.access.models import Staff
from moei.crypto import keyed_digest, new_token, signed, signed_text
from moei.signin.clients import agent_of
from moei.signin.models import KnownDevice

COOKIE = "moei_device"
LIVES = timedelta(days=180)
_COOKIE = "moei.signin.cookie"


def device_of(request: HttpRequest) -> str:
    """The digest of the device's number; "" for a device that shows no cookie of ours."""
    given, now = request.COOKIES.get(COOKIE, ""), datetime.now(UTC)
    number = signed_text(settings.SECRET_KEY, _COOKIE, given, lives=LIVES, now=now)
    return "" if number is None else digest("device", number)


def is_known(request: HttpRequest, username: str) -> bool:
    """Whether this person signed in from this device before."""
    device = device_of(request)
    return (
        bool(device) and KnownDevice.objects.filter(device=device, staff__username__iexact=username).exists()
    )


def remember_device(request: HttpRequest, staff: Staff, *, now: datetime) -> None:
    """After a whole sign-in, second step included. `hand_over` puts the cookie onto the answer."""
    device = device_of(request)
    if not device:
        number = new_token()
        request.moei_device = number  # type: ignore[attr-defined]
        device = digest("device", number)
    used = {"last_used_at": now, "agent": agent_of(request)}
    KnownDevice.objects.update_or_create(
        staff=staff, device=device, defaults=used, create_defaults={"since": now, **used}
    )


def hand_over(request: HttpRequest, response: HttpResponse) -> None:
    number = getattr(request, "moei_device", None)
    if number is None:
        return
    response.set_cookie(
        COOKIE,
        signed(settings.SECRET_KEY, _COOKIE, number, now=datetime.now(UTC)),
        max_age=LIVES,
        httponly=True,
        secure=settings.SESSION_COOKIE_SECURE,
        samesite="Strict",
    )


def digest(kind: str, text: str) -> str:
    """A keyed digest: whoever reads the table alone learns no name and no address."""
    return keyed_digest(settings.SECRET_KEY, f"moei.signin.{kind}", text)
