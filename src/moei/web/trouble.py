"""When what Moei stands on fails: a full disk, a damaged database. People are told in words what to do."""

from __future__ import annotations

import errno
import sys
from collections.abc import Callable
from http import HTTPStatus

from django.conf import settings
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.utils.html import escape
from django.utils.translation import gettext as _
from django.views.defaults import bad_request

from moei.crypto.database_key import DoesNotOpen

FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
# What SQLite, SQLCipher and PostgreSQL say.
FULL_WORDS = ("disk is full", "disk i/o error", "no space left", "could not extend file", "disk full")
BROKEN_WORDS = ("malformed", "not a database", "invalid page", "could not read block", "checksum")


def is_full(error: BaseException | None) -> bool:
    """Whether nothing could be written, so that trying again helps only once there is room."""
    while error is not None:
        if isinstance(error, OSError) and error.errno in FULL:
            return True
        if isinstance(error, DatabaseError) and any(words in str(error).lower() for words in FULL_WORDS):
            return True
        error = error.__cause__ or error.__context__
    return False


def is_broken(error: BaseException | None) -> bool:
    """Whether the database's own file cannot be read as it should.

    What is served opened with its key when the server was started: when it opens no more, it is not the key.
    """
    while error is not None:
        if isinstance(error, DoesNotOpen):
            return True
        if isinstance(error, DatabaseError) and any(words in str(error).lower() for words in BROKEN_WORDS):
            return True
        error = error.__cause__ or error.__context__
    return False


def refuse_too_much(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware, the first of all: what is larger than any file that Moei takes is refused before it is read."""

    def handle(request: HttpRequest) -> HttpResponse:
        large = request.path in settings.LARGE_UPLOADS
        most = settings.MAX_LARGE_UPLOAD_BYTES if large else settings.MAX_UPLOAD_BYTES
        stated = request.META.get("CONTENT_LENGTH") or "0"
        if stated.isascii() and stated.isdecimal() and int(stated[:20]) <= most:
            return get_response(request)
        words = (
            _("This file is larger than %(limit)s MB. Send it in several parts.")
            if large
            else _("This file is larger than %(limit)s MB. A list of people is smaller: remove pictures.")
        )
        said = words % {"limit": most // 1024 // 1024}
        return HttpResponse(escape(said), status=HTTPStatus.REQUEST_ENTITY_TOO_LARGE)

    return handle


def what_went_wrong(request: HttpRequest) -> HttpResponse:
    """The answer to any fault. It writes nothing and tells nothing of the fault itself."""
    error = sys.exc_info()[1]
    status, title, words = HTTPStatus.INTERNAL_SERVER_ERROR, "", ""
    if is_full(error):
        status = HTTPStatus.INSUFFICIENT_STORAGE
        title = _("The disk is full, or cannot be written to")
        words = _(
            "Nothing was saved, and nothing was half saved. Write on paper for now, and tell your administrator to "
            "look at the disk and make room; then send it again."
        )
    elif is_broken(error):
        title = _("The database is damaged")
        words = _(
            "Nothing was saved. Write on paper for now, and tell your administrator at once: they run moei check and "
            "restore the last backup."
        )
    if request.path.startswith("/api/"):
        said = f"{title}. {words}" if title else _("The fault is in the program. Nothing was half saved.")
        body = {"title": said, "status": int(status)}
        return JsonResponse(body, status=status, content_type="application/problem+json")
    # Without the request: the layout would ask the database who is there.
    return HttpResponse(render_to_string("500.html", {"trouble": title, "words": words}), status=status)


def not_understood(request: HttpRequest, exception: Exception) -> HttpResponse:
    """The answer to a request that is refused as it is.

    A session that could not be kept is refused so as well: where the disk is full, people are told that instead.
    """
    if is_full(exception) or is_broken(exception):
        return what_went_wrong(request)
    return bad_request(request, exception)
