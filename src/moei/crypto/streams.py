"""Large files sealed piece by piece, so that memory stays flat: AES-256-GCM over pieces of one megabyte.

Each file has a key of its own, which seals nothing else: so the number of a piece is its nonce, with a mark on the last
one (the STREAM construction). A piece that is changed, moved, left out or cut off does not open. The context (what this
is, and whose) is bound to every piece.
"""

from __future__ import annotations

import io
import os
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from moei.crypto.sealing import SealError

PIECE = 1024 * 1024
TAG = 16
HEADER = b"MOEI-STREAM-1\n"
_WORDS = "What was sealed here has been changed, cut off, moved, or sealed with another key."


class SealingWriter:
    """Seals what is written; `close` writes the last piece. `size` counts bytes in plain."""

    def __init__(self, file: BinaryIO, key: bytes, context: str) -> None:
        self._file, self._cipher, self._context = file, AESGCM(key), HEADER + context.encode()
        self._waiting = bytearray()
        self._number = self.size = 0
        file.write(HEADER)

    def write(self, data: bytes) -> int:
        self._waiting += data
        self.size += len(data)
        # A whole piece is kept back until more comes: it may be the last one.
        while len(self._waiting) > PIECE:
            self._seal(bytes(self._waiting[:PIECE]), last=False)
            del self._waiting[:PIECE]
        return len(data)

    def close(self) -> None:
        """Nothing is written after it. The file itself stays open."""
        self._seal(bytes(self._waiting), last=True)
        self._waiting.clear()
        self._file.flush()

    def _seal(self, piece: bytes, *, last: bool) -> None:
        self._file.write(self._cipher.encrypt(_nonce(self._number, last=last), piece, self._context))
        self._number += 1


class OpeningReader(io.RawIOBase):
    """Reads what `SealingWriter` wrote, from any place on. Raises `SealError` at a piece that is not as it was.

    It holds one piece in memory. Whoever reads to the end without an error has read all that was written.
    """

    def __init__(self, file: BinaryIO, key: bytes, context: str) -> None:
        super().__init__()
        self._file, self._cipher, self._context = file, AESGCM(key), HEADER + context.encode()
        sealed = file.seek(0, os.SEEK_END) - len(HEADER)
        file.seek(0)
        if sealed < TAG or file.read(len(HEADER)) != HEADER:
            raise SealError("This is not something Moei sealed.")
        self._pieces = -(-sealed // (PIECE + TAG))
        self.size = sealed - self._pieces * TAG
        self._at, self._held = 0, (-1, b"")
        if self.size < 0:
            raise SealError(_WORDS)

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._at

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        start = {os.SEEK_SET: 0, os.SEEK_CUR: self._at, os.SEEK_END: self.size}[whence]
        if start + offset < 0:
            raise ValueError("before the beginning")
        self._at = start + offset
        return self._at

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        # An empty file is opened too: that nothing was there is what its one piece says.
        if self._at >= self.size and (self.size or self._held[0] == 0):
            return 0
        number, within = divmod(self._at, PIECE)
        found = self._piece(number)[within : within + len(buffer)]
        buffer[: len(found)] = found
        self._at += len(found)
        return len(found)

    def close(self) -> None:
        if not self.closed:
            self._file.close()
        super().close()

    def _piece(self, number: int) -> bytes:
        if self._held[0] != number:
            self._file.seek(len(HEADER) + number * (PIECE + TAG))
            sealed = self._file.read(PIECE + TAG)
            try:
                nonce = _nonce(number, last=number == self._pieces - 1)
                self._held = (number, self._cipher.decrypt(nonce, sealed, self._context))
            except InvalidTag:
                raise SealError(_WORDS) from None
        return self._held[1]


def _nonce(number: int, *, last: bool) -> bytes:
    return number.to_bytes(11, "big") + bytes([last])
