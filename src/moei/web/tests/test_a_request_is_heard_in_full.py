"""Django gets a request when all of it is there, as it was sent, or not at all."""

import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.http import HttpResponse, StreamingHttpResponse

from moei.web import hearing


def run(work):
    """In a thread with a loop of its own: a browser's test may have left one running in this thread."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, work).result()


class Headers:
    def __init__(self, *pairs):
        self.pairs = list(pairs)

    def items(self):
        return self.pairs

    def get(self, name, default=None):
        return dict(self.pairs).get(name, default)


def asked(*headers, path="/", **given):
    return SimpleNamespace(
        **{
            "http_version": "1.1",
            "server": "127.0.0.1:8000",
            "client": "10.20.0.7:51234",
            "scheme": "https",
            "method": "POST",
            "path": path,
            "query_string": "a=1",
            "authority": None,
            "headers": Headers(*headers),
            **given,
        }
    )


@dataclass
class Line:
    """The other end of the connection: what it sends, after how long each, and what it was answered."""

    sends: list
    wait: float = 0
    answers: list = field(default_factory=list)
    reader: threading.Thread | None = None

    async def __aiter__(self):
        for piece in self.sends:
            await asyncio.sleep(self.wait)
            yield piece

    def response_empty(self, status, headers):
        self.answers.append((status, b""))

    def response_bytes(self, status, headers, body):
        self.answers.append((status, body))

    def response_file(self, status, headers, path):
        """Reads it as granian does: in a thread of its own, from opening it on."""

        def read():
            self.answers.append((status, Path(path).read_bytes()))

        self.reader = threading.Thread(target=read)
        self.reader.start()


@pytest.fixture
def reached():
    """What came to the pages, which answer with `answer`."""
    seen = SimpleNamespace(bodies=[], threads=[], answer=lambda: HttpResponse("fine"), closed_in=[])

    def pages(environ, start):
        seen.bodies.append(environ["wsgi.input"].read())
        seen.threads.append(threading.current_thread())
        response = seen.answer()
        close = response.close
        response.close = lambda: (seen.closed_in.append(threading.current_thread()), close())
        start("200 OK", list(response.items()))
        return response

    seen.pages = pages
    return seen


def serve(reached, line, length):
    run(hearing.serve(reached.pages, asked(("content-length", str(length))), line))
    if line.reader:
        line.reader.join(timeout=10)
    return line.answers


def test_a_form_in_pieces_arrives_whole(reached):
    assert serve(reached, Line([b"login=", b"anong"]), 11) == [(200, b"fine")]
    assert reached.bodies == [b"login=anong"]


@pytest.mark.parametrize("sends", [[b"login="], [], [b"login=anong&more"]], ids=["cut", "none", "more"])
def test_what_is_not_as_long_as_it_said_never_arrives(reached, sends):
    assert serve(reached, Line(sends), 11) == [(408, b"")]
    assert reached.bodies == []


def test_who_says_nothing_for_long_is_not_waited_for(reached, monkeypatch):
    monkeypatch.setattr(hearing, "SILENCE", 0.05)
    assert serve(reached, Line([b"a"] * 3, wait=1), 3) == [(408, b"")]
    assert reached.bodies == []


def test_who_sends_a_byte_now_and_then_is_not_waited_for_either(reached, monkeypatch):
    monkeypatch.setattr(hearing, "WHOLE", 0.1)
    assert serve(reached, Line([b"a"] * 1000, wait=0.01), 1000) == [(408, b"")]
    assert reached.bodies == []


def test_of_large_files_a_few_are_held_at_once_and_small_forms_pass_by(reached, monkeypatch):
    monkeypatch.setattr(hearing, "_large", asyncio.Semaphore(1))
    monkeypatch.setattr(hearing, "SMALL", 5)

    async def all_at_once():
        slow, waits, small = Line([b"a" * 10], wait=0.3), Line([b"b" * 10]), Line([b"c"])
        ends = [
            (asked(("content-length", str(n))), line) for n, line in ((10, slow), (10, waits), (1, small))
        ]
        await asyncio.gather(*(hearing.serve(reached.pages, scope, line) for scope, line in ends))

    run(all_at_once())
    assert reached.bodies == [b"c", b"a" * 10, b"b" * 10]


def test_what_is_larger_than_any_file_is_not_heard_at_all(reached, settings):
    assert serve(reached, Line([b"x"]), settings.MAX_UPLOAD_BYTES + 1) == [(200, b"fine")]
    assert reached.bodies == [b""], "the pages refuse it by the length it states"


def test_a_long_answer_is_sent_piece_by_piece_and_closed_by_its_own_thread(reached, monkeypatch):
    monkeypatch.setattr(hearing, "GATHERED", 10)
    pieces = [b"a" * 8, b"b" * 8, b"c" * 8]
    reached.answer = lambda: StreamingHttpResponse(iter(pieces))
    assert serve(reached, Line([]), 0) == [(200, b"".join(pieces))]
    assert reached.closed_in == reached.threads


def test_the_request_is_as_it_was_sent():
    scope = asked(
        ("content-type", "text/plain"),
        ("cookie", "a=1"),
        ("cookie", "b=2"),
        ("x-forwarded-for", "10.0.0.1"),
        ("x_forwarded_for", "6.6.6.6"),
        path="/cases/ส้ม/",
        client="[fe80::1]:5000",
    )
    environ = hearing.environ_of(scope, b"")
    assert environ["PATH_INFO"].encode("latin-1").decode() == "/cases/ส้ม/"
    assert environ["HTTP_COOKIE"] == "a=1; b=2"
    assert environ["CONTENT_TYPE"] == "text/plain"
    assert environ["REMOTE_ADDR"] == "fe80::1"
    assert environ["HTTP_X_FORWARDED_FOR"] == "10.0.0.1", (
        "a header that looks like the proxy's is not taken for it"
    )
    assert environ["wsgi.url_scheme"] == "https"
