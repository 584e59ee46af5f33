"""Wallet addresses of Bitcoin, Ethereum and Tron, read by their checksums.

A wrong sign in an address is found by its checksum; whoever misread it is told so, and nothing is joined by it.
"""

from __future__ import annotations

import re
from hashlib import sha256

from moei.engines.networks.keccak import keccak_256

_BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_BECH32 = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
_ETHEREUM = re.compile(r"0[xX][0-9a-fA-F]{40}")
_WRONG = "the checksum of {address} is wrong: a sign was misread or left out"
_TRON, _BITCOIN = 0x41, (0x00, 0x05)


def read_wallet(text: str) -> tuple[str, str]:
    """The chain (``bitcoin``, ``ethereum``, ``tron``) and the address in its one form.

    Raises ValueError in words if it is none of these, or its checksum is wrong. An Ethereum address written in
    small or in capital letters alone has no checksum (EIP-55) and is taken as written.
    """
    address = "".join(text.split())
    if _ETHEREUM.fullmatch(address):
        return "ethereum", _ethereum(address)
    if address[:3].lower() == "bc1":
        return "bitcoin", _segwit(address)
    if address[:2].lower() == "0x":
        raise ValueError("an Ethereum address has 40 hexadecimal digits after 0x")
    return _base58check(address)


def _ethereum(address: str) -> str:
    digits = address[2:]
    checksummed = eip55(digits.lower())
    if digits not in (digits.lower(), digits.upper()) and f"0x{digits}" != checksummed:
        raise ValueError(_WRONG.format(address=address))
    return checksummed


def eip55(digits: str) -> str:
    """40 small hexadecimal digits as EIP-55 writes them: a letter is a capital where the hash says so."""
    digest = keccak_256(digits.encode("ascii")).hex()
    return "0x" + "".join(c.upper() if int(d, 16) > 7 else c for c, d in zip(digits, digest, strict=False))


def _base58check(address: str) -> tuple[str, str]:
    if not 25 <= len(address) <= 36:
        raise ValueError("this is no address of Bitcoin, Ethereum or Tron: its length is another")
    number = 0
    for sign in address:
        place = _BASE58.find(sign)
        if place < 0:
            raise ValueError(f"an address of Bitcoin or Tron has no sign {sign!r}")
        number = number * 58 + place
    leading = len(address) - len(address.lstrip("1"))
    payload = bytes(leading) + number.to_bytes((number.bit_length() + 7) // 8, "big")
    if len(payload) != 25 or sha256(sha256(payload[:-4]).digest()).digest()[:4] != payload[-4:]:
        raise ValueError(_WRONG.format(address=address))
    if payload[0] == _TRON:
        return "tron", address
    if payload[0] in _BITCOIN:
        return "bitcoin", address
    raise ValueError("this address is of another chain than Bitcoin, Ethereum or Tron")


def _segwit(address: str) -> str:
    """BIP173 and BIP350: version 0 has the checksum of bech32, later ones that of bech32m."""
    if address not in (address.lower(), address.upper()):
        raise ValueError("an address that begins with bc1 is in small or in capital letters, not in both")
    small = address.lower()
    values = [_BECH32.find(sign) for sign in small[3:]]
    if -1 in values:
        raise ValueError(f"an address that begins with bc1 has no sign {small[3 + values.index(-1)]!r}")
    if not 8 <= len(values) <= 87:
        raise ValueError("an address that begins with bc1 has another length")
    version = values[0]
    if _polymod([3, 3, 0, 2, 3, *values]) != (1 if version == 0 else 0x2BC830A3):
        raise ValueError(_WRONG.format(address=address))
    size = _bytes_of(values[1:-6])
    if version > 16 or not 2 <= size <= 40 or (version == 0 and size not in (20, 32)):
        raise ValueError("no address of Bitcoin has this version and length")
    return small


def _polymod(values: list[int]) -> int:
    check = 1
    for value in values:
        top = check >> 25
        check = (check & 0x1FFFFFF) << 5 ^ value
        for place, part in enumerate((0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)):
            check ^= part if top >> place & 1 else 0
    return check


def _bytes_of(values: list[int]) -> int:
    """How many bytes groups of 5 bits make; the bits left over must be few and 0."""
    bits = 5 * len(values)
    spare = bits % 8
    if spare > 4 or (values and values[-1] & ((1 << spare) - 1)):
        raise ValueError("no address of Bitcoin ends like this")
    return bits // 8
