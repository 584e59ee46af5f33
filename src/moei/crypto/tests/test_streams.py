"""What is sealed piece by piece opens as it was, from any place on, and not at all once it was touched."""

import io

import pytest

from moei.crypto import SealError, new_key
from moei.crypto.streams import HEADER, PIECE, TAG, OpeningReader, SealingWriter

KEY = new_key()
SIZES = (0, 1, PIECE - 1, PIECE, PIECE + 1, 3 * PIECE, 3 * PIECE + 7)


def plain(size: int) -> bytes:
    return bytes(i * 31 % 251 for i in range(997)) * (size // 997 + 1) if size else b""


def sealed(data: bytes, *, key: bytes = KEY, context: str = "evidence:1", step: int = 70_001) -> bytes:
    out = io.BytesIO()
    writer = SealingWriter(out, key, context)
    for start in range(0, len(data), step):
        writer.write(data[start : start + step])
    writer.close()
    assert writer.size == len(data)
    return out.getvalue()


def opened(data: bytes, *, key: bytes = KEY, context: str = "evidence:1") -> bytes:
    return OpeningReader(io.BytesIO(data), key, context).read()


@pytest.mark.parametrize("size", SIZES)
def test_it_opens_as_it_was(size):
    data = plain(size)[:size]
    kept = sealed(data)
    assert opened(kept) == data
    assert len(kept) == len(HEADER) + size + TAG * max(1, -(-size // PIECE))
    assert size < 100 or data[:100] not in kept


def test_it_is_read_from_any_place_on():
    data = plain(3 * PIECE)[: 3 * PIECE]
    buffered = io.BufferedReader(OpeningReader(io.BytesIO(sealed(data)), KEY, "evidence:1"))
    for at, length in ((PIECE - 3, 10), (5, 5), (3 * PIECE - 2, 50), (2 * PIECE, 1)):
        buffered.seek(at)
        assert buffered.read(length) == data[at : at + length]
    buffered.seek(-4, io.SEEK_END)
    assert buffered.read() == data[-4:] and buffered.read() == b""


@pytest.mark.parametrize("size", (0, 10, PIECE, 3 * PIECE))
def test_another_key_or_another_file_does_not_open_it(size):
    kept = sealed(plain(size)[:size])
    for wrong in ({"key": new_key()}, {"context": "evidence:2"}):
        with pytest.raises(SealError):
            opened(kept, **wrong)


def pieces(kept: bytes) -> list[bytes]:
    body = kept[len(HEADER) :]
    return [body[at : at + PIECE + TAG] for at in range(0, len(body), PIECE + TAG)]


@pytest.mark.parametrize(
    "how",
    [
        "a bit",
        "the last piece left out",
        "cut inside a piece",
        "two pieces changed places",
        "one piece twice",
    ],
)
def test_what_was_touched_does_not_open(how):
    kept = sealed(plain(3 * PIECE)[: 3 * PIECE])
    one, two, three = pieces(kept)
    touched = {
        "a bit": HEADER + one + bytes([two[0] ^ 1]) + two[1:] + three,
        "the last piece left out": HEADER + one + two,
        "cut inside a piece": kept[:-5],
        "two pieces changed places": HEADER + two + one + three,
        "one piece twice": kept + three,
    }[how]
    with pytest.raises(SealError):
        opened(touched)


@pytest.mark.parametrize("nothing", [b"", HEADER, b"x" * 100, HEADER + b"short"])
def test_what_moei_never_sealed_is_said_so(nothing):
    with pytest.raises(SealError):
        opened(nothing)
