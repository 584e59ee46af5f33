"""The first page, the choice of a release, and what keeps a session."""

from __future__ import annotations

from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods, require_safe

from moei.access.acting import Acting
from moei.access.actions.break_glass import end_break_glass
from moei.access.decide import grants_of
from moei.access.models import Release
from moei.access.policy import Duty
from moei.access.web import DeskRequest, desk_view
from moei.web.navigation import navigation


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """To the first desk of whoever signed in, or a page that says what to do."""
    acting: Acting | None = getattr(request, "acting", None)
    items = navigation(acting, request) if acting else []
    if items:
        return redirect(items[0]["url"])
    roles = [role for role, _grant in grants_of(request.user)]  # type: ignore[arg-type]
    return render(
        request,
        "web/no_desk.html",
        {
            "roles": roles,
            "configures": any(Duty.STAFF in role.duties for role in roles),
            "no_release": not Release.objects.exists(),
        },
    )


@require_http_methods(["GET", "POST"])
def choose_release(request: HttpRequest) -> HttpResponse:
    """Work in another release from now on; only in one where they have a role."""
    if request.method == "GET":
        return render(request, "web/releases.html", {"releases": getattr(request, "releases", [])})
    code, releases = request.POST.get("release", ""), getattr(request, "releases", [])
    chosen = next((release for release in releases if release.code == code), None)
    if chosen is not None:
        request.session["release"] = str(chosen.pk)
    return redirect(_own_address(request))


@require_http_methods(["GET"])
def second_factor(request: HttpRequest) -> HttpResponse:
    if not settings.MFA_REQUIRED or is_mfa_enabled(request.user):  # type: ignore[arg-type]
        return redirect("web:home")
    return render(request, "web/second_factor.html")


@require_safe
def keepalive(request: HttpRequest) -> HttpResponse:
    """Somebody is still there: the session goes on."""
    return HttpResponse(status=204)


@desk_view("break_glass.open", "POST")
def end_emergency(request: DeskRequest) -> HttpResponse:
    """Close all that this person had opened in an emergency."""
    end_break_glass(request.acting)
    return redirect("web:home")


def _own_address(request: HttpRequest) -> str:
    return own_address(request, request.POST.get("next", ""))


def own_address(request: HttpRequest, given: str) -> str:
    """An address of this program, or the first page."""
    return given if url_has_allowed_host_and_scheme(given, {request.get_host()}) else "/"
