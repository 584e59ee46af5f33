"""Between granian and Django: each request is heard to its end before one of the few threads is given to it.

A thread that reads waits for as long as the sender likes: six tablets that lose their network in the middle of a form
would stop the server for everybody. Here hearing costs no thread, takes little memory, and comes to an end.
"""

from __future__ import annotations

import asyncio
import io
import sys
import threading
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AsyncExitStack, closing, suppress
from functools import partial
from http import HTTPStatus
from itertools import chain
from typing import Any, BinaryIO, Protocol, cast

from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler
from django.db import connections

from moei.web.pouring import NoPipe, NotRead, pour
from moei.web.spool import NoRoom, Spool

# Of 1 to 4 threads a worker, three gave 16 people at once the best 95th percentile, without a locked database.
THREADS = 3
# Seconds: without a word, and in all for a body of no length; a longer one gets a second more for each of SLOWEST bytes.
SILENCE, WHOLE = 10.0, 30.0
SLOWEST = 16 * 1024
# Bytes. Of larger ones a few at a time are held in memory; the others wait, unheard.
SMALL = 128 * 1024
LARGE_AT_ONCE = 4
# Large files of evidence are heard onto the disk, so many at a time; the slowest takes hours and holds no thread.
HUGE_AT_ONCE = 2
# Bytes that are gathered before they are written.
WRITTEN = 1024 * 1024
# Bytes of an answer that are gathered before it is sent piece by piece: more than any page, and any file that is part of
# the program. So many readers of longer ones may be slow without keeping a thread from the pages; one more is asked to
# come again.
GATHERED, SLOW_READERS = 4 * 1024 * 1024, 8

_threads = ThreadPoolExecutor(THREADS + SLOW_READERS, thread_name_prefix="page")
_making = asyncio.Semaphore(THREADS)
_readers = threading.Semaphore(SLOW_READERS)
_disk = ThreadPoolExecutor(1, thread_name_prefix="disk")
_large = asyncio.Semaphore(LARGE_AT_ONCE)
_huge = asyncio.Semaphore(HUGE_AT_ONCE)
_HEARD_BY_NAME = {"content-type": "CONTENT_TYPE", "content-length": "CONTENT_LENGTH"}


class Scope(Protocol):
    """What granian tells of a request; `client` and `server` are `address:port`, `path` is decoded."""

    http_version: str
    server: str
    client: str
    scheme: str
    method: str
    path: str
    query_string: str
    authority: str | None
    headers: Any


class NotHeard(Exception):
    """The sender did not go on, would take for ever, or is gone: nothing is done on half a request."""


async def serve(pages: WSGIHandler, scope: Scope, protocol: Any) -> None:
    """One request, over granian's RSGI; `protocol` is its own, see `granian.rsgi`."""
    began = int(time.time())
    try:
        if is_huge(scope):
            await _serve_huge(pages, scope, protocol, began)
            return
        body = await heard(scope, protocol)
    except NotHeard:
        protocol.response_empty(HTTPStatus.REQUEST_TIMEOUT.value, [("connection", "close")])
        return
    environ = environ_of(scope, io.BytesIO(body))
    if _is_evidence(scope):
        environ["moei.began"] = began
    await _answered(pages, environ, protocol)


def is_huge(scope: Scope) -> bool:
    """Whether this is a file of evidence that is larger than any other upload: it is heard onto the disk."""
    large = settings.MAX_UPLOAD_BYTES < _stated(scope) <= settings.MAX_LARGE_UPLOAD_BYTES
    return large and _is_evidence(scope)


def _is_evidence(scope: Scope) -> bool:
    """Whether it is sent to where evidence is taken in. Somebody waits for their file, which may take long: the session
    is as it was when they sent it (`moei.began`, web.middleware)."""
    return scope.method == "POST" and scope.path in settings.LARGE_UPLOADS


async def _serve_huge(pages: WSGIHandler, scope: Scope, protocol: Any, began: int) -> None:
    """First the page on the right is asked in the sender's name, with nothing but the headers: whom it refuses is
    answered as it answers, and nothing of the file is heard. Who may send is judged again once all of it is there."""
    loop = asyncio.get_running_loop()
    async with _making:
        status, headers, said = await loop.run_in_executor(_threads, _asked_first, pages, scope)
    if status not in (HTTPStatus.OK.value, HTTPStatus.NO_CONTENT.value):
        protocol.response_bytes(status, [*headers, ("connection", "close")], said)
        return
    length = _stated(scope)
    async with AsyncExitStack() as held:
        try:
            async with asyncio.timeout(WHOLE + length / SLOWEST):
                await held.enter_async_context(_huge)
                spool = held.enter_context(closing(Spool(length)))
                await _read_onto(spool, protocol, length)
                body = await loop.run_in_executor(_disk, spool.finish)
        except TimeoutError:
            raise NotHeard from None
        except NoRoom:
            protocol.response_bytes(
                HTTPStatus.INSUFFICIENT_STORAGE.value,
                [("content-type", "text/plain; charset=utf-8"), ("connection", "close")],
                b"There is no room on the disk for a file of this size. Nothing was saved. Tell your administrator.",
            )
            return
        environ = environ_of(scope, body)
        environ["moei.began"] = began
        # Heard in time. What is done with it takes as long as it takes, and reads from the spool until it is done.
        await _answered(pages, environ, protocol)


def _asked_first(pages: WSGIHandler, scope: Scope) -> tuple[int, list[tuple[str, str]], bytes]:
    """What the page of `LARGE_UPLOADS` answers to a GET with the same headers."""
    environ = environ_of(scope, io.BytesIO())
    environ |= {
        "REQUEST_METHOD": "GET",
        "PATH_INFO": settings.LARGE_UPLOADS[scope.path],
        "QUERY_STRING": "",
        "CONTENT_LENGTH": "0",
        "CONTENT_TYPE": "",
    }
    said: list[tuple[int, list[tuple[str, str]]]] = []

    def start(
        status: str, headers: list[tuple[str, str]], _fault: Any = None, /
    ) -> Callable[[bytes], object]:
        said.append((int(status.partition(" ")[0]), [(name.lower(), value) for name, value in headers]))
        return _nowhere

    response = pages(environ, start)
    try:
        content = b"".join(cast(Iterable[bytes], response))
    finally:
        response.close()
    return *said[0], content


async def _read_onto(spool: Spool, protocol: Any, length: int) -> None:
    """So many bytes as were stated, sealed onto the disk a megabyte at a time; or `NotHeard`."""
    loop, coming = asyncio.get_running_loop(), aiter(protocol)
    gathered, heard_so_far = bytearray(), 0
    while heard_so_far <= length:
        async with asyncio.timeout(SILENCE):
            try:
                piece = await anext(coming)
            except StopAsyncIteration:
                break
        gathered += piece
        heard_so_far += len(piece)
        if len(gathered) >= WRITTEN:
            # Awaited: whoever sends faster than the disk writes, waits.
            await loop.run_in_executor(_disk, spool.write, bytes(gathered))
            gathered.clear()
    if heard_so_far != length:
        raise NotHeard
    await loop.run_in_executor(_disk, spool.write, bytes(gathered))


def _stated(scope: Scope) -> int:
    """Bytes that the sender says are coming; none when it says nothing that is a number."""
    stated = scope.headers.get("content-length") or "0"
    return int(stated[:20]) if stated.isascii() and stated.isdecimal() else 0


async def heard(scope: Scope, protocol: Any) -> bytes:
    """The whole body; nothing of one that states no length, or more than any file that Moei takes: that is refused."""
    length = _stated(scope)
    if not 0 < length <= settings.MAX_UPLOAD_BYTES:
        return b""
    try:
        async with asyncio.timeout(WHOLE + length / SLOWEST):
            if length <= SMALL:
                return await _read(protocol, length)
            async with _large:
                return await _read(protocol, length)
    except TimeoutError:
        raise NotHeard from None


async def _read(protocol: Any, length: int) -> bytes:
    """So many bytes as were stated, or nothing: a network that fails ends a body early without a word."""
    body, coming = bytearray(), aiter(protocol)
    while len(body) <= length:
        async with asyncio.timeout(SILENCE):
            try:
                body += await anext(coming)
            except StopAsyncIteration:
                break
    if len(body) != length:
        raise NotHeard
    return bytes(body)


def environ_of(scope: Scope, body: BinaryIO) -> dict[str, Any]:
    """The request as WSGI wants it (PEP 3333): texts hold bytes as Latin-1."""
    host, _colon, port = scope.server.rpartition(":")
    environ: dict[str, Any] = {
        "REQUEST_METHOD": scope.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": scope.path.encode().decode("latin-1"),
        "QUERY_STRING": scope.query_string,
        "SERVER_NAME": host,
        "SERVER_PORT": port,
        "SERVER_PROTOCOL": f"HTTP/{scope.http_version}",
        "REMOTE_ADDR": scope.client.rpartition(":")[0].strip("[]"),
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope.scheme,
        "wsgi.input": body,
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }
    for name, value in scope.headers.items():
        if "_" in name:
            continue  # it would pass for the header with a hyphen, which a proxy answers for
        key = _HEARD_BY_NAME.get(name) or f"HTTP_{name.upper().replace('-', '_')}"
        joined = "; " if key == "HTTP_COOKIE" else ","
        environ[key] = f"{environ[key]}{joined}{value}" if key in environ else value
    if scope.authority:
        environ.setdefault("HTTP_HOST", scope.authority)
    return environ


async def _answered(pages: WSGIHandler, environ: dict[str, Any], protocol: Any) -> None:
    """Gives the request one of the threads that make pages; while a reader of what was made is slow, another gets its
    turn."""
    loop, waits = asyncio.get_running_loop(), True
    await _making.acquire()

    def made() -> None:
        nonlocal waits
        if waits:
            waits = False
            _making.release()

    try:
        await loop.run_in_executor(
            _threads, _answer, pages, environ, protocol, partial(loop.call_soon_threadsafe, made)
        )
    finally:
        made()


def _answer(pages: WSGIHandler, environ: dict[str, Any], protocol: Any, made: Callable[[], object]) -> None:
    """In a thread: the page is made and handed over, and closed by the thread that began it.

    `made` says that from here on only its reader is waited for.
    """
    said: list[tuple[int, list[tuple[str, str]]]] = []

    def start(
        status: str, headers: list[tuple[str, str]], _fault: Any = None, /
    ) -> Callable[[bytes], object]:
        said.append((int(status.partition(" ")[0]), [(name.lower(), value) for name, value in headers]))
        return _nowhere

    response = pages(environ, start)
    try:
        coming, begun = iter(cast(Iterable[bytes], response)), bytearray()
        for piece in coming:
            begun += piece
            if len(begun) > GATHERED:
                break
        else:
            protocol.response_bytes(*said[0], bytes(begun))
            return
        _send_long(protocol, *said[0], chain((bytes(begun),), coming), made)
    finally:
        response.close()


def _send_long(
    protocol: Any,
    status: int,
    headers: list[tuple[str, str]],
    pieces: Iterable[bytes],
    made: Callable[[], object],
) -> None:
    if not _readers.acquire(blocking=False):
        busy = b"Too many large files are on their way out just now. Nothing left. Try again in some minutes."
        protocol.response_bytes(
            HTTPStatus.SERVICE_UNAVAILABLE.value,
            [("content-type", "text/plain"), ("retry-after", "120")],
            busy,
        )
        return
    made()
    try:
        with suppress(NotRead):
            pour(protocol, status, headers, pieces)
    except NoPipe:
        full = b"There is no room on the disk. Nothing left. Tell your administrator."
        protocol.response_bytes(HTTPStatus.INSUFFICIENT_STORAGE.value, [("content-type", "text/plain")], full)
    finally:
        _readers.release()
        # The thread may not make a page for long; what it held open of the database is let go.
        connections.close_all()


def _nowhere(_piece: bytes) -> None:
    """PEP 3333's other way of writing, which Django does not use."""
