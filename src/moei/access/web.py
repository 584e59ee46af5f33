"""How views declare what they need: one decorator, so that a test can list every view with its rule."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods

from moei.access.acting import Acting, Refused
from moei.access.decide import require
from moei.access.journalled import changed
from moei.access.limits import ReasonNeeded, Slowed
from moei.journal.models import Entry

# Where the session keeps the code of why its person looks people up.
LOOKING = "looking_for"


class DeskRequest(HttpRequest):
    """A request of somebody who acts: `acting` is set by the middleware."""

    acting: Acting


P = ParamSpec("P")
View = Callable[Concatenate[DeskRequest, P], HttpResponseBase]


def desk_view(action: str, *methods: str) -> Callable[[View[P]], Callable[..., HttpResponseBase]]:
    """A view that needs a duty of the policy table (`action` of `policy.DUTIES`; "" means any signed-in staff)."""

    def decorate(view: View[P]) -> Callable[..., HttpResponseBase]:
        @require_http_methods(list(methods or ("GET",)))
        @wraps(view)
        def handle(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            acting = acting_of(request)
            try:
                if action:
                    require(acting, action)
                return view(request, *args, **kwargs)  # type: ignore[arg-type]
            except Refused as refused:
                return refused_response(request, refused)

        handle.moei_rule = ("duty", action)  # type: ignore[attr-defined]
        handle.moei_methods = methods or ("GET",)  # type: ignore[attr-defined]
        return handle

    return decorate


def acting_of(request: HttpRequest) -> Acting:
    """Who acts, or 403 for somebody who has no role in any release."""
    acting: Acting | None = getattr(request, "acting", None)
    if acting is None:
        raise PermissionDenied
    looking = request.session.get(LOOKING, "") if hasattr(request, "session") else ""
    if looking and not acting.looking:
        acting = replace(acting, looking=looking)
        request.acting = acting  # type: ignore[attr-defined]
    return acting


def refused_response(request: HttpRequest, refused: Refused) -> HttpResponse:
    """The page for what the policy does not allow, or not now, or not without a reason."""
    if isinstance(refused, ReasonNeeded):
        page = request.get_full_path() if request.method == "GET" else request.path
        ask = f"{reverse('web:say_why')}?{urlencode({'next': page})}"
        # A part of a page that was asked for by a script leads the whole page there.
        return HttpResponse(headers={"HX-Redirect": ask}) if is_htmx(request) else redirect(ask)
    if not isinstance(refused, Slowed):
        return refusal(request, str(refused))
    acting = acting_of(request)
    note_slowed(acting, refused)
    context = {"words": refused, "kind": refused.kind}
    response = render(request, "web/slowed.html", context, status=429)
    response.headers["Retry-After"] = str(refused.wait)
    return response


def note_slowed(acting: Acting, slowed: Slowed) -> None:
    """That somebody was stopped stays in the journal; what they wanted to read was not given."""
    changed(acting, "limit.reached", kind=Entry.Kind.ACCESS, data={"limit": slowed.kind})


def refusal(request: HttpRequest, words: str) -> HttpResponse:
    """The page that says no, with no case data."""
    return render(request, "403.html", {"words": words}, status=403)


def is_htmx(request: HttpRequest) -> bool:
    return bool(getattr(request, "htmx", False))


def declared(view: Callable[..., Any]) -> tuple[str, str] | None:
    """The rule a view declares, for the access matrix; None if it declares none."""
    rule: tuple[str, str] | None = getattr(view, "moei_rule", None)
    return rule
