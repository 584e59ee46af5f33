"""The way out: the only place in the program that answers with a file (P21).

`leaves` asks for a reason once in a sitting and kind of file, gives the file its number, and lets it go.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from moei.access.acting import Acting
from moei.access.web import acting_of
from moei.crypto import Digest, file_digest
from moei.leaving.actions.let_out import Reason, begin_departure, finish_departure
from moei.leaving.models import MADE_FOR_IT, Departure, Kind, Why
from moei.leaving.stamp import Stamp

PDF = "application/pdf"
SPREADSHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CSV = "text/csv; charset=utf-8"
# Reasons given in this sitting, and where somebody was going when asked; both end with the session.
GIVEN, GOING = "leaving_reasons", "leaving_next"

Whole = Callable[[Stamp], bytes]
Pieces = Callable[[Stamp], Iterable[bytes]]


def leaves(
    request: HttpRequest,
    kind: Kind,
    make: Whole,
    *,
    name: str,
    content_type: str = PDF,
    cases: Iterable[UUID] = (),
    inline: bool = False,
    reason: Reason | None = None,
) -> HttpResponseBase:
    """A file made by `make(stamp)`, or the question why it is taken. `make` runs only when the file goes.

    A page that asks for the reason itself gives it as `reason`; then nothing more is asked. What `make` reads it
    journals itself; the leaving is an entry of its own.
    """
    begun = _begin(request, kind, name, cases, reason)
    if not isinstance(begun, Departure):
        return begun
    acting = acting_of(request)
    stamp = Stamp.of(begun, acting.release.site.zone)
    content = make(stamp)
    finish_departure(acting, begun, size=len(content), sha256=file_digest(content))
    return _marked(HttpResponse(content, content_type=content_type), begun, stamp.name(name), inline=inline)


def leaves_in_pieces(
    request: HttpRequest,
    kind: Kind,
    make: Pieces,
    *,
    name: str,
    content_type: str,
    cases: Iterable[UUID] = (),
    reason: Reason | None = None,
) -> HttpResponseBase:
    """As `leaves`, for what is too large to hold: it is written down as whole when the last piece has gone."""
    begun = _begin(request, kind, name, cases, reason)
    if not isinstance(begun, Departure):
        return begun
    acting = acting_of(request)
    stamp = Stamp.of(begun, acting.release.site.zone)
    pieces = _counted(make(stamp), partial(_end, acting, begun))
    return _marked(StreamingHttpResponse(pieces, content_type=content_type), begun, stamp.name(name))


def departure_of(response: HttpResponseBase) -> int | None:
    """The number under which an answer left; None for an answer that went another way."""
    number: int | None = getattr(response, "moei_departure", None)
    return number


def _begin(
    request: HttpRequest, kind: Kind, name: str, cases: Iterable[UUID], reason: Reason | None
) -> Departure | HttpResponseBase:
    acting = acting_of(request)
    if reason is None and kind in MADE_FOR_IT:
        reason = Reason(Why.ITSELF)
    elif reason is None:
        given = request.session.get(GIVEN, {}).get(kind)
        reason = Reason(Why(given["why"]), given["note"]) if given else None
    if reason is None:
        # Where they were going stays on this side: it may name a case.
        request.session[GOING] = {**request.session.get(GOING, {}), str(kind): request.get_full_path()}
        return redirect(f"{reverse('leaving:why')}?kind={kind}")
    return begin_departure(acting, kind, name, reason, cases)


def _marked(
    response: HttpResponseBase, departure: Departure, name: str, *, inline: bool = False
) -> HttpResponseBase:
    how = "inline" if inline else "attachment"
    response.headers["Content-Disposition"] = f'{how}; filename="{name}"'
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.moei_departure = departure.number  # type: ignore[attr-defined]
    return response


def _counted(pieces: Iterable[bytes], end: Callable[[int, str], None]) -> Iterator[bytes]:
    digest, size = Digest(), 0
    for piece in pieces:
        digest.update(piece)
        size += len(piece)
        yield piece
    end(size, digest.hexdigest())


def _end(acting: Acting, departure: Departure, size: int, sha256: str) -> None:
    finish_departure(acting, departure, size=size, sha256=sha256)
