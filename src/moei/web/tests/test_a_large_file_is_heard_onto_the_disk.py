"""A file of evidence is heard onto the disk, sealed; first it is asked who sends it. Who may not is not heard."""

import asyncio
import time
from types import SimpleNamespace

import pytest
from django.http import HttpResponse

from moei.web import hearing, spool
from moei.web.tests.test_a_request_is_heard_in_full import Line, asked, run

THERE = "/evidence/add/"


@pytest.fixture(autouse=True)
def data_dir(settings, tmp_path):
    settings.DATA_DIR = tmp_path
    return tmp_path


@pytest.fixture
def reached(data_dir, monkeypatch, settings):
    """What came to the pages; `status` is what the page answers to who asks for it, `works` its seconds."""
    monkeypatch.setattr(hearing, "SMALL", 5)
    settings.MAX_UPLOAD_BYTES = 5
    seen = SimpleNamespace(asked=[], bodies=[], began=[], status=200, lying=[], works=0)

    def pages(environ, start):
        method = environ["REQUEST_METHOD"]
        body = environ["wsgi.input"].read(None if method == "GET" else 1)
        if method == "GET":
            seen.asked.append((environ["PATH_INFO"], environ.get("HTTP_COOKIE"), body))
            response = HttpResponse("the page", status=seen.status)
            start(f"{seen.status} ...", list(response.items()))
            return response
        time.sleep(seen.works)
        body += environ["wsgi.input"].read()
        seen.bodies.append(body)
        seen.began.append(environ.get("moei.began"))
        seen.lying += [path for path in data_dir.rglob("*") if path.is_file()]
        response = HttpResponse("kept")
        start("200 OK", list(response.items()))
        return response

    seen.pages = pages
    return seen


def send(reached, line, length, *headers, path=THERE):
    run(hearing.serve(reached.pages, asked(("content-length", str(length)), *headers, path=path), line))
    return line.answers


def test_it_arrives_whole_after_its_sender_was_asked_for(reached):
    pieces = [b"a" * 700_000] * 5
    assert send(reached, Line(pieces), 3_500_000, ("cookie", "s=1")) == [(200, b"kept")]
    assert reached.bodies == [b"a" * 3_500_000] and reached.began[0]
    assert reached.asked == [(THERE, "s=1", b"")]
    assert reached.lying == [], "the file has no name"


@pytest.mark.parametrize("status", [302, 403, 401, 500])
def test_who_may_not_is_answered_as_the_page_answers_and_not_heard(reached, status, monkeypatch):
    reached.status = status
    monkeypatch.setattr(hearing, "Spool", None)
    answers = send(reached, Line([b"x" * 100]), 100)
    assert answers == [(status, b"the page")] and reached.bodies == []


@pytest.mark.parametrize("sends", [[b"x" * 50], [], [b"x" * 101]], ids=["cut", "none", "more"])
def test_what_is_not_as_long_as_it_said_never_arrives(reached, sends):
    assert send(reached, Line(sends), 100) == [(408, b"")]
    assert reached.bodies == []


def test_who_says_nothing_for_long_is_not_waited_for(reached, monkeypatch):
    monkeypatch.setattr(hearing, "SILENCE", 0.05)
    assert send(reached, Line([b"a" * 50] * 2, wait=1), 100) == [(408, b"")]


def test_a_disk_without_room_says_so_before_anything_is_heard(reached, monkeypatch):
    monkeypatch.setattr(spool.shutil, "disk_usage", lambda _folder: SimpleNamespace(free=spool.RESERVE + 150))
    ((status, words),) = send(reached, Line([b"x" * 100]), 100)
    assert status == 507 and b"no room" in words and reached.bodies == []


def test_an_answer_may_take_longer_than_hearing_may(reached, monkeypatch):
    """A file that was heard is cleaned for a minute and more: nothing is closed under the thread that does so."""
    monkeypatch.setattr(hearing, "WHOLE", 0.3)
    reached.works = 0.8
    assert send(reached, Line([b"x" * 100]), 100) == [(200, b"kept")]
    assert reached.bodies == [b"x" * 100]


def test_hearing_comes_to_an_end(reached, monkeypatch):
    monkeypatch.setattr(hearing, "WHOLE", 0.3)
    assert send(reached, Line([b"x"] * 100, wait=0.05), 100) == [(408, b"")]
    assert reached.bodies == []


def test_small_evidence_waits_for_no_large_file(reached, settings, monkeypatch):
    settings.MAX_UPLOAD_BYTES = 50
    monkeypatch.setattr(hearing, "_huge", asyncio.Semaphore(1))

    async def all_at_once():
        large, photo = Line([b"a" * 100], wait=0.3), Line([b"b" * 50])
        await asyncio.gather(
            *(
                hearing.serve(reached.pages, asked(("content-length", str(n)), path=THERE), line)
                for n, line in ((100, large), (50, photo))
            )
        )

    run(all_at_once())
    assert reached.bodies == [b"b" * 50, b"a" * 100] and len(reached.asked) == 1
    assert all(reached.began), "whoever waits for either is not locked out meanwhile"


def test_other_addresses_are_heard_in_memory_as_before(reached, settings):
    settings.MAX_UPLOAD_BYTES = 100
    assert send(reached, Line([b"x" * 100]), 100, path="/lists/upload/") == [(200, b"kept")]
    assert reached.asked == [] and reached.began == [None]


def test_what_is_larger_than_any_evidence_is_not_heard_at_all(reached, settings):
    send(reached, Line([b"x"]), settings.MAX_LARGE_UPLOAD_BYTES + 1)
    assert reached.asked == [] and reached.bodies == [b""], "the pages refuse it by the length it states"


def test_small_forms_pass_by_while_large_files_are_heard(reached, monkeypatch):
    monkeypatch.setattr(hearing, "_huge", asyncio.Semaphore(1))

    async def all_at_once():
        slow, waits, small = Line([b"a" * 10], wait=0.3), Line([b"b" * 10]), Line([b"c"])
        ends = [(10, slow, THERE), (10, waits, THERE), (1, small, "/")]
        await asyncio.gather(
            *(
                hearing.serve(reached.pages, asked(("content-length", str(n)), path=path), line)
                for n, line, path in ends
            )
        )

    run(all_at_once())
    assert reached.bodies == [b"c", b"a" * 10, b"b" * 10]


def test_p17_on_the_disk_it_is_sealed(data_dir, monkeypatch):
    kept = (data_dir / "seen").open("w+b")
    monkeypatch.setattr(spool.tempfile, "TemporaryFile", lambda dir: kept)
    one = spool.Spool(100)
    one.write(b"Khamla said " * 10)
    body = one.finish()
    assert body.read() == b"Khamla said " * 10
    assert b"Khamla" not in (data_dir / "seen").read_bytes()
