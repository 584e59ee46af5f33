"""Headers, idle sessions, and who is acting."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime
from http import HTTPStatus
from urllib.parse import urlsplit, urlunsplit

from django.conf import settings
from django.contrib.auth import SESSION_KEY, logout
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from moei.access.acting import Acting
from moei.access.actions.add_in_emergency import close_lapsed
from moei.access.decide import grants_of
from moei.access.models import Release, Staff
from moei.access.reach import releases_there
from moei.signin.actions.sessions import forget_session, note_seen, rename_session
from moei.signin.clients import agent_of

Handler = Callable[[HttpRequest], HttpResponse]


def security_headers(get_response: Handler) -> Handler:
    """No page with case data stays in a cache; no feature of the device is open to a page."""

    def handle(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if not request.path.startswith(settings.STATIC_URL):
            response.headers.setdefault("Cache-Control", "no-store")
        response.headers.setdefault("Permissions-Policy", "camera=(), microphone=(), geolocation=()")
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        return response

    return handle


# What a locked session may still ask for: opening it again, signing out, the language. The API knows no sessions.
OPEN_WHILE_LOCKED = ("/unlock/", "/account/logout/", "/language/", "/api/")


def guard_session(get_response: Handler) -> Handler:
    """Locks a session after `IDLE_SECONDS` without a request, or when another kind of browser shows its cookie.

    A locked session answers nothing but what opens it again. After `LOCKED_SECONDS`, or `LONGEST_SESSION` in all, it
    ends. A page's own polling does not count as somebody who works. Where the clock was put back, nobody knows how long
    nobody was there: a time that has not come yet counts as one that is as far gone.
    """

    def handle(request: HttpRequest) -> HttpResponse:
        session = request.session
        if SESSION_KEY not in session or request.path.startswith("/api/"):
            return get_response(request)
        # A file that took long to be heard counts from when it was sent (web.hearing): its owner waited for it.
        began: int | None = request.META.get("moei.began")
        now = began or int(time.time())
        seen = session.get("seen_at", now)
        idle = 0 if began and seen > began else abs(now - seen)
        agent = agent_of(request)
        if (
            idle > settings.LOCKED_SECONDS
            or abs(now - session.get("began_at", now)) > settings.LONGEST_SESSION
        ):
            forget_session(session.session_key)
            logout(request)
            return get_response(request)
        if idle > settings.IDLE_SECONDS or session.get("agent", agent) != agent:
            lock(request, now=now)
        if "locked_at" in session and not (began and session["locked_at"] > began):
            return get_response(request) if request.path.startswith(OPEN_WHILE_LOCKED) else _locked(request)
        session.setdefault("agent", agent)
        if began is None and "HX-Polling" not in request.headers and ("seen_at" not in session or idle > 30):
            session["seen_at"] = now
            note_seen(request, now=datetime.now(UTC))
        key = session.session_key
        response = get_response(request)
        if session.session_key != key:
            # A new password gives the session a new key; whoever ends it from afar must still find it.
            rename_session(key, session.session_key)
        return response

    return handle


def lock(request: HttpRequest, *, now: int) -> None:
    """Nothing more from this session until its owner says again who they are. `now` is in seconds."""
    request.session.setdefault("locked_at", now)


def _locked(request: HttpRequest) -> HttpResponse:
    """To the page that opens it again; to a script, which cannot follow, the bare answer that it is locked."""
    if "HX-Request" in request.headers or request.headers.get("Sec-Fetch-Mode", "navigate") != "navigate":
        return HttpResponse(status=HTTPStatus.UNAUTHORIZED, headers={"Moei-Locked": "1"})
    return redirect_to_login(page_of(request), reverse("unlock"))


def page_of(request: HttpRequest) -> str:
    """The page on which somebody is: for a form that was sent, the one it stood on."""
    if request.method in ("GET", "HEAD"):
        return request.get_full_path()
    page = urlsplit(request.headers.get("Referer", ""))
    return urlunsplit(("", "", page.path, page.query, "")) if page.netloc == request.get_host() else "/"


def set_acting(get_response: Handler) -> Handler:
    """`request.acting` says who acts in which release; None for somebody without a role anywhere.

    `request.releases` are those in which they have a role, the newest first.
    """

    def handle(request: HttpRequest) -> HttpResponse:
        request.acting = _acting(request)  # type: ignore[attr-defined]
        return get_response(request)

    return handle


def explain_not_allowed(get_response: Handler) -> Handler:
    """Whoever opens the address of a form's sending, from a bookmark or after signing in anew, is told where to go."""

    def handle(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if response.status_code != HTTPStatus.METHOD_NOT_ALLOWED or response.streaming or response.content:
            return response
        page = render(request, "405.html", status=HTTPStatus.METHOD_NOT_ALLOWED)
        page.headers["Allow"] = response.headers["Allow"]
        return page

    return handle


def releases_of(staff: Staff) -> list[Release]:
    """The releases in which somebody has a role, the newest first."""
    held = {grant.release_id for _role, grant in grants_of(staff)}
    return (
        [release for release in releases_there(staff) if None in held or release.pk in held] if held else []
    )


def _acting(request: HttpRequest) -> Acting | None:
    staff = request.user
    if not isinstance(staff, Staff) or not staff.is_active:
        return None
    releases = releases_of(staff)
    request.releases = releases  # type: ignore[attr-defined]
    if not releases:
        if close_lapsed(staff, now=datetime.now(UTC)):
            logout(request)
        return None
    chosen = request.session.get("release")
    release = next((release for release in releases if str(release.id) == chosen), releases[0])
    return Acting(staff, release, datetime.now(UTC))
