"""A long answer waits for whoever reads it, in no memory and on no disk; others get their pages meanwhile."""

import asyncio
import os
import threading
import time
from pathlib import Path

import pytest
from django.http import HttpResponse, StreamingHttpResponse

from moei.web import hearing, pouring
from moei.web.pouring import NotRead, pour
from moei.web.tests.test_a_request_is_heard_in_full import Line, asked, reached, run

__all__ = ["reached"]
PIECE = b"x" * 65536


class Reader:
    """Opens the answer in a thread of its own and reads so many bytes of it; `goes` then closes it."""

    def __init__(self, reads: int = -1, *, opens: bool = True) -> None:
        self.reads, self.opens = reads, opens
        self.got, self.path = b"", ""
        self.goes = threading.Event()

    def response_file(self, status, headers, path):
        self.path = path
        if self.opens:
            self.thread = threading.Thread(target=self._read, daemon=True)
            self.thread.start()

    def _read(self):
        with Path(self.path).open("rb", buffering=0) as pipe:
            while len(self.got) != self.reads and (more := pipe.read(65536)):
                self.got += more
            if self.reads >= 0:
                self.goes.wait(20)


def counted(pieces: int):
    """Pieces, and how many of them were asked for."""
    asked_for = []

    def make():
        for number in range(pieces):
            asked_for.append(number)
            yield PIECE

    return make(), asked_for


def test_it_arrives_whole_and_leaves_nothing_behind():
    reader, (pieces, _) = Reader(), counted(40)
    pour(reader, 200, [], pieces)
    reader.thread.join(10)
    assert reader.got == PIECE * 40
    assert not Path(reader.path).parent.exists()


def test_no_more_is_made_than_is_read(monkeypatch):
    reader, (pieces, made) = Reader(reads=65536 * 3), counted(40)
    monkeypatch.setattr(pouring, "READS_WITHIN", 0.5)
    with pytest.raises(NotRead):
        pour(reader, 200, [], pieces)
    assert 3 <= len(made) <= 6, "what was read, what the pipe holds, and the one that waits"
    reader.goes.set()


def test_who_goes_is_noticed():
    reader, (pieces, made) = Reader(reads=65536), counted(40)
    reader.goes.set()
    with pytest.raises(NotRead):
        pour(reader, 200, [], pieces)
    assert len(made) < 10


def test_who_never_comes_is_not_waited_for_and_does_not_hang_later(monkeypatch):
    reader, (pieces, made) = Reader(opens=False), counted(4)
    monkeypatch.setattr(pouring, "OPENS_WITHIN", 0.1)
    with pytest.raises(NotRead):
        pour(reader, 200, [], pieces)
    assert made == []
    assert not Path(reader.path).exists()


def test_a_trickle_is_not_waited_for_either(monkeypatch):
    """Somebody who takes a little now and then would hold a thread for days."""
    monkeypatch.setattr(pouring, "READS_WITHIN", 0.4)
    monkeypatch.setattr(pouring, "SLOWEST", 1_000_000_000)
    place: list[str] = []

    class Trickle:
        def response_file(self, status, headers, path):
            def read():
                pipe = os.open(path, os.O_RDONLY)
                place.append(path)
                while os.read(pipe, 4096):
                    time.sleep(0.05)

            threading.Thread(target=read, daemon=True).start()

    began = time.monotonic()
    with pytest.raises(NotRead):
        pour(Trickle(), 200, [], counted(1000)[0])
    assert time.monotonic() - began < 5


@pytest.fixture
def fresh(monkeypatch):
    """A semaphore belongs to the loop that first waited for it, and each test has a loop of its own."""
    monkeypatch.setattr(hearing, "_making", asyncio.Semaphore(hearing.THREADS))
    monkeypatch.setattr(hearing, "GATHERED", 10)


def long_answer():
    return StreamingHttpResponse(iter([PIECE] * 10))


async def pages_at_once(reached) -> list:
    """What as many as make pages, twice over, are answered while others are waited for."""
    reached.answer = lambda: HttpResponse("fine")
    quick = [Line([]) for _ in range(hearing.THREADS * 2)]
    asking = asyncio.gather(*(hearing.serve(reached.pages, asked(), line) for line in quick))
    await asyncio.wait_for(asking, timeout=10)
    return [line.answers for line in quick]


FINE = [[(200, b"fine")]] * hearing.THREADS * 2


def test_others_get_their_pages_while_readers_are_slow_and_one_more_is_asked_to_come_again(reached, fresh):
    slow = [Reader(reads=0) for _ in range(hearing.SLOW_READERS)]
    one_more = Line([])

    async def go_on():
        reached.answer = long_answer
        reading = [asyncio.ensure_future(hearing.serve(reached.pages, asked(), reader)) for reader in slow]
        while not all(reader.path for reader in slow):
            await asyncio.sleep(0.01)
        await asyncio.wait_for(hearing.serve(reached.pages, asked(), one_more), timeout=10)
        got = await pages_at_once(reached)
        assert not any(task.done() for task in reading)
        for reader in slow:
            reader.goes.set()
        await asyncio.wait_for(asyncio.gather(*reading), timeout=10)
        return got

    assert run(go_on()) == FINE
    ((status, words),) = one_more.answers
    assert status == 503 and b"Try again" in words


def test_who_asks_for_much_and_goes_at_once_keeps_nobody_waiting(reached, fresh):
    gone = [Reader(opens=False) for _ in range(hearing.SLOW_READERS * 3)]

    async def go_on():
        reached.answer = long_answer
        for reader in gone:
            reader.response_bytes = lambda *_answer: None
        asking = [asyncio.ensure_future(hearing.serve(reached.pages, asked(), reader)) for reader in gone]
        await asyncio.sleep(0.2)
        began = time.monotonic()
        got = await pages_at_once(reached)
        took = time.monotonic() - began
        await asyncio.wait_for(asyncio.gather(*asking), timeout=20)
        return got, took

    got, took = run(go_on())
    assert got == FINE
    assert took < pouring.OPENS_WITHIN + 1


def test_a_page_that_cannot_be_closed_keeps_no_turn(reached, fresh):
    """A disk that is full when the request ends."""

    def fails():
        response = HttpResponse("fine")
        response.close = lambda: (_ for _ in ()).throw(OSError("full"))
        return response

    async def go_on():
        for _ in range(hearing.THREADS * 2):
            reached.answer = fails
            with pytest.raises(OSError, match="full"):
                await hearing.serve(reached.pages, asked(), Line([]))
        return await pages_at_once(reached)

    assert run(go_on()) == FINE


def test_without_room_for_a_pipe_it_is_said_in_words(reached, fresh, monkeypatch, tmp_path):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "nowhere"))
    reached.answer, line = long_answer, Line([])
    run(hearing.serve(reached.pages, asked(), line))
    ((status, words),) = line.answers
    assert status == 507 and b"administrator" in words
