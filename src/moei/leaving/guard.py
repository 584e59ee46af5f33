"""Nothing leaves by another way: an answer that is a file and is not in the register does not go out (P21)."""

from __future__ import annotations

import logging
from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render

from moei.leaving.web import departure_of

# What pages and the API answer with, and the words that pages of the configuration load. Anything else is a file.
NO_FILES = frozenset({"text/html", "text/javascript", "application/json", "application/problem+json"})
# Codes of whoever is signed in, for themselves; they hold nothing of a case.
OWN = frozenset({"mfa_download_recovery_codes"})

_log = logging.getLogger(__name__)


def only_through_the_register(
    get_response: Callable[[HttpRequest], HttpResponseBase],
) -> Callable[[HttpRequest], HttpResponseBase]:
    """Middleware: a file that was not written down is refused, whichever view made it."""

    def handle(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        if not is_file(response) or departure_of(response) is not None:
            return response
        name = request.resolver_match.view_name if request.resolver_match else ""
        if name in OWN:
            return response
        _log.error("A file was held back: %s answers with one that is not in the register.", name)
        return render(request, "500.html", status=500)

    return handle


def is_file(response: HttpResponseBase) -> bool:
    """An answer that a browser keeps as a file, or with another content than pages and the API have."""
    if response.status_code != 200:
        return False
    kind = response.headers.get("Content-Type", "").partition(";")[0].strip().lower()
    return "Content-Disposition" in response.headers or (kind != "" and kind not in NO_FILES)
