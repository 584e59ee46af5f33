"""Keccak-256 as Ethereum uses it: the sponge of FIPS 202 with the padding from before the standard.

The standard library has SHA3-256 only, which pads otherwise. It is here for the checksum of public addresses;
nothing secret goes through it.
"""

from __future__ import annotations

_MASK = (1 << 64) - 1
_RATE = 136
"""Bytes taken in between two permutations, for an output of 256 bits."""


def _rounds() -> tuple[int, ...]:
    """The round constants, from the linear feedback register of FIPS 202, section 3.2.5."""
    constants, register = [], 1
    for _ in range(24):
        constant = 0
        for power in range(7):
            if register & 1:
                constant |= 1 << ((1 << power) - 1)
            register <<= 1
            if register & 0x100:
                register ^= 0x171
        constants.append(constant)
    return tuple(constants)


def _offsets() -> dict[tuple[int, int], int]:
    """How far each lane is turned, FIPS 202, section 3.2.2."""
    offsets, (x, y) = {(0, 0): 0}, (1, 0)
    for step in range(24):
        offsets[x, y] = (step + 1) * (step + 2) // 2 % 64
        x, y = y, (2 * x + 3 * y) % 5
    return offsets


_ROUNDS = _rounds()
_OFFSETS = _offsets()


def _turned(lane: int, by: int) -> int:
    return ((lane << by) | (lane >> (64 - by))) & _MASK


def _permuted(lanes: list[list[int]]) -> list[list[int]]:
    """Keccak-f[1600] of 5 x 5 lanes of 64 bits, ``lanes[x][y]``."""
    for constant in _ROUNDS:
        columns = [lanes[x][0] ^ lanes[x][1] ^ lanes[x][2] ^ lanes[x][3] ^ lanes[x][4] for x in range(5)]
        mixed = [columns[x - 1] ^ _turned(columns[(x + 1) % 5], 1) for x in range(5)]
        moved = [[0] * 5 for _ in range(5)]
        for x in range(5):
            for y in range(5):
                moved[y][(2 * x + 3 * y) % 5] = _turned(lanes[x][y] ^ mixed[x], _OFFSETS[x, y])
        lanes = [
            [moved[x][y] ^ (~moved[(x + 1) % 5][y] & _MASK & moved[(x + 2) % 5][y]) for y in range(5)]
            for x in range(5)
        ]
        lanes[0][0] ^= constant
    return lanes


def keccak_256(data: bytes, *, padding: int = 0x01) -> bytes:
    """32 bytes. With `padding` 0x06 it is SHA3-256, by which a test proves it against the standard library."""
    filled = bytearray(data)
    filled.append(padding)
    filled.extend(bytes(-len(filled) % _RATE))
    filled[-1] |= 0x80
    lanes = [[0] * 5 for _ in range(5)]
    for start in range(0, len(filled), _RATE):
        for place in range(_RATE // 8):
            at = start + 8 * place
            lanes[place % 5][place // 5] ^= int.from_bytes(filled[at : at + 8], "little")
        lanes = _permuted(lanes)
    return b"".join(lanes[place][0].to_bytes(8, "little") for place in range(4))
