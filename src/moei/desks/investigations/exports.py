"""The files themselves: FollowTheMoney, GEXF, and the referral package with its summary, written piece by piece."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from queue import Full, Queue
from typing import IO, cast

from moei.access.papers import paper_pdf
from moei.crypto import Digest
from moei.desks.investigations.actions.export import Prepared
from moei.engines.networks.ftm import ftm_lines
from moei.engines.networks.gexf import to_gexf
from moei.engines.networks.package import write_package
from moei.leaving.stamp import Stamp

_WAITING = 16


def ftm_file(prepared: Prepared) -> bytes:
    return "".join(ftm_lines(prepared.network)).encode()


def gexf_file(prepared: Prepared) -> bytes:
    return to_gexf(prepared.network)


def package_pieces(prepared: Prepared, stamp: Stamp) -> Iterator[bytes]:
    """The zip of the referral package. Evidence passes through in pieces, however large it is. Raises what writing
    raised: the file is then not whole, and the register says so."""
    export = prepared.export
    summary = paper_pdf(
        "investigations/summary_paper.html",
        export.release,
        {
            "prepared": prepared,
            "export": export,
            "several": prepared.network.mentioned_by_several()[:40],
        },
        stamp=stamp.words(),
    )

    def write(out: IO[bytes]) -> None:
        write_package(
            out,
            summary_pdf=summary,
            network=prepared.network,
            statements=prepared.rows,
            evidence=prepared.evidence,
            digest=Digest,
            made_at=export.made_at,
        )

    return pieces_of(write)


class _Pipe:
    """What a writer writes, for a reader in another thread; a reader who went away ends the writer."""

    def __init__(self) -> None:
        self.queue: Queue[bytes | BaseException | None] = Queue(_WAITING)
        self.gone = threading.Event()

    def write(self, piece: bytes) -> int:
        self.put(bytes(piece))
        return len(piece)

    def flush(self) -> None:
        """Nothing is held back."""

    def put(self, item: bytes | BaseException | None) -> None:
        while True:
            if self.gone.is_set():
                raise BrokenPipeError
            with suppress(Full):
                self.queue.put(item, timeout=0.2)
                return


def pieces_of(write: Callable[[IO[bytes]], None]) -> Iterator[bytes]:
    """What `write` writes, as it comes. The writer asks nothing of the database."""
    pipe = _Pipe()

    def run() -> None:
        with suppress(BrokenPipeError):
            try:
                write(cast(IO[bytes], pipe))
            except BrokenPipeError:
                return
            except BaseException as error:
                pipe.put(error)
            else:
                pipe.put(None)

    writer = threading.Thread(target=run, daemon=True)
    writer.start()
    try:
        while True:
            item = pipe.queue.get()
            if item is None:
                return
            if isinstance(item, BaseException):
                raise item
            yield item
    finally:
        pipe.gone.set()
        writer.join(timeout=30)
