"""Hundreds of thousands of short texts in one: as many objects would take three times the memory."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray


class Texts:
    """Texts by their places, from 0. `lengths` are in signs."""

    def __init__(self, texts: Iterable[str]) -> None:
        written, ends, lengths = bytearray(), [0], []
        for text in texts:
            written += text.encode(errors="surrogatepass")
            ends.append(len(written))
            lengths.append(len(text))
        self._written = bytes(written)
        self._ends = np.array(ends, np.int64)
        self.lengths = np.array(lengths, np.int32)

    def __len__(self) -> int:
        return len(self.lengths)

    def __getitem__(self, place: int) -> str:
        return self._written[self._ends[place] : self._ends[place + 1]].decode(errors="surrogatepass")

    def take(self, places: NDArray[np.integer]) -> list[str]:
        """The texts at these places."""
        written = self._written
        starts, ends = self._ends[places].tolist(), self._ends[places + 1].tolist()
        return [
            written[start:end].decode(errors="surrogatepass") for start, end in zip(starts, ends, strict=True)
        ]
