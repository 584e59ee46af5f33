"""Headers, idle sessions, and who is acting."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime
from http import HTTPStatus

from django.conf import settings
from django.contrib.auth import logout
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from moei.access.acting import Acting
from moei.access.decide import grants_of
from moei.access.models import Release, Staff

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


def end_idle_session(get_response: Handler) -> Handler:
    """Signs out after `IDLE_SECONDS` without a request. A page's own polling does not count as one."""

    def handle(request: HttpRequest) -> HttpResponse:
        seen = request.session.get("seen_at")
        now = int(time.time())
        if seen is not None and now - seen > settings.IDLE_SECONDS:
            logout(request)
        elif (
            "HX-Polling" not in request.headers
            and (seen is None or now - seen > 30)
            and not request.session.is_empty()
        ):
            request.session["seen_at"] = now
        return get_response(request)

    return handle


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


def releases_of(staff: Staff) -> QuerySet[Release]:
    """The releases in which somebody has a role, the newest first."""
    grants = grants_of(staff)
    releases = Release.objects.select_related("site").order_by("-began_at")
    if any(grant.release_id is None for _role, grant in grants):
        return releases
    return releases.filter(id__in=[grant.release_id for _role, grant in grants if grant.release_id])


def _acting(request: HttpRequest) -> Acting | None:
    staff = request.user
    if not isinstance(staff, Staff) or not staff.is_active:
        return None
    releases = list(releases_of(staff))
    request.releases = releases  # type: ignore[attr-defined]
    if not releases:
        return None
    chosen = request.session.get("release")
    release = next((release for release in releases if str(release.id) == chosen), releases[0])
    return Acting(staff, release, datetime.now(UTC))
