"""Somebody hired to make the crossing stop: an upload of two gigabytes, and hundreds of requests that never end."""

from __future__ import annotations

import contextlib
import resource
import socket
import statistics
import time

import pytest
import requests
from tests.faults.conftest import model_instance
from tests.faults.instance import Browser, bearer

__all__ = ["model_instance"]
pytestmark = [pytest.mark.slow, pytest.mark.in_a_file]  # no database has a part in it

MIB = 1024 * 1024
GIGABYTES_2 = 2 * 1024 * MIB
HALF_OPEN = 200
# More than both workers hold at once.
EXHAUSTING = 1200


@pytest.fixture(scope="module")
def server(model_instance, tmp_path_factory):
    place = tmp_path_factory.mktemp("too-much") / "instance"
    with model_instance[0].copy(place) as copied, copied.served() as running:
        yield running


def connected(server, timeout: float = 30) -> socket.socket:
    return socket.create_connection(("localhost", server.instance.port), timeout=timeout)


def head(path: str, length: int | None, content_type: str, *more: str) -> bytes:
    size = f"Content-Length: {length}" if length is not None else "Transfer-Encoding: chunked"
    lines = (f"POST {path} HTTP/1.1", "Host: localhost", size, f"Content-Type: {content_type}", *more, "", "")
    return "\r\n".join(lines).encode()


def pour(
    server, start: bytes, total: int, *, seconds: float = 60, chunked: bool = False
) -> tuple[str, int, int]:
    """Sends up to `total` bytes after `start`. Returns the answer's first line, bytes sent, and the most memory seen."""
    block, sent, most = b"x" * MIB, 0, server.memory()
    piece = f"{len(block):x}\r\n".encode() + block + b"\r\n" if chunked else block
    until = time.monotonic() + seconds
    answer = b""
    with connected(server) as pipe:
        with contextlib.suppress(OSError):
            pipe.sendall(start)
            pipe.settimeout(5)
            while sent < total and time.monotonic() < until:
                pipe.sendall(piece)
                sent += len(block)
                if sent % (8 * MIB) == 0:
                    most = max(most, server.memory())
        with contextlib.suppress(OSError):
            pipe.settimeout(20)
            answer = pipe.recv(200)
    return answer.decode("latin-1").partition("\r\n")[0], sent, max(most, server.memory())


@pytest.mark.parametrize("path", ["/lists/upload/", "/api/lists", "/account/login/", "/api/registrations"])
@pytest.mark.parametrize("who", ["nobody", "anong"])
@pytest.mark.parametrize("chunked", [False, True], ids=["stated", "chunked"])
def test_two_gigabytes_are_refused_early_and_memory_stays_flat(server, path, who, chunked):
    before = server.memory()
    more: tuple[str, ...] = ()
    if who == "anong" and path.startswith("/api"):
        more = (f"Authorization: {bearer('anong')['Authorization']}",)
    elif who == "anong":
        browser = Browser(server.instance, "anong")
        cookies = "; ".join(f"{c.name}={c.value}" for c in browser.cookies)
        more = (f"Cookie: {cookies}", f"X-CSRFToken: {browser.cookies['csrftoken']}")
    kind = "multipart/form-data; boundary=b" if "lists" in path else "application/json"
    start = head(path, None if chunked else GIGABYTES_2, kind, *more)
    part = b'--b\r\nContent-Disposition: form-data; name="file"; filename="l.xlsx"\r\n\r\n'
    if chunked:
        start += f"{len(part):x}\r\n".encode() + part + b"\r\n"
    else:
        start += part
    line, sent, most = pour(server, start, GIGABYTES_2, chunked=chunked)
    assert sent < 200 * MIB, f"{sent / MIB:.0f} MiB were taken, {line}"
    assert most - before < 150 * MIB, f"{(most - before) / MIB:.0f} MiB more"
    # What states no size is taken for empty: a form without a file, an account that is signed in already.
    allowed = ("200", "302", "400", "401", "403", "411", "413", "422") if chunked else ("401", "403", "413")
    assert not line or line.split()[1] in allowed, line
    # Whoever comes next is served.
    assert requests.get(f"{server.instance.url}/account/login/", timeout=20).status_code == 200


@pytest.fixture
def many_files():
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(4096, hard), hard))
    yield
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def half_open(kind: str) -> bytes:
    """A request that begins and does not end."""
    if kind == "head":
        return b"GET /board/ HTTP/1.1\r\nHost: localhost\r\nX-Slow: "
    # With a token of a form, even a made-up one, the form is read before it is refused.
    token = f"Cookie: csrftoken={'a' * 32}"
    return head("/account/login/", 100_000, "application/x-www-form-urlencoded", token) + b"login="


@pytest.mark.parametrize("kind", ["head", "body"])
def test_the_board_answers_while_hundreds_of_requests_hang(server, kind, many_files):
    browser = Browser(server.instance, "anong")
    browser.headers["Connection"] = "close"
    assert browser.page("/board/").status_code == 200
    hanging = []
    try:
        for _n in range(HALF_OPEN):
            pipe = connected(server)
            pipe.sendall(half_open(kind))
            hanging.append(pipe)
        taken = []
        for turn in range(12):
            for pipe in hanging[turn::12]:
                with contextlib.suppress(OSError):
                    pipe.sendall(b"a")
            started = time.monotonic()
            answer = browser.get(server.instance.url + "/board/", timeout=15)
            taken.append(time.monotonic() - started)
            assert answer.status_code == 200
        assert statistics.median(taken) < 2, taken
    finally:
        for pipe in hanging:
            pipe.close()
    assert browser.page("/board/").status_code == 200


@pytest.mark.parametrize("kind", ["head", "body"])
def test_more_than_the_server_holds_keep_it_for_seconds_and_no_longer(server, kind, many_files):
    """They come once, and each says a little now and then. Who comes again and again is for the firewall."""
    pipes = []
    try:
        for _n in range(EXHAUSTING):
            pipes.append(connected(server))
            pipes[-1].sendall(half_open(kind))
        began = time.monotonic()
        assert requests.get(f"{server.instance.url}/account/login/", timeout=60).status_code == 200
        assert time.monotonic() - began < 45
        assert requests.get(f"{server.instance.url}/account/login/", timeout=5).status_code == 200
    finally:
        for pipe in pipes:
            pipe.close()


def test_half_a_form_is_answered_by_nobody_but_the_clock(server):
    with connected(server) as pipe:
        pipe.sendall(half_open("body"))
        assert pipe.recv(200).startswith(b"HTTP/1.1 408 ")
