"""What is sealed opens only for the right key and the right place."""

import stat

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moei.crypto import Keyring, KeyringError, SealError, chain_hash, commitment, new_key, open_sealed, seal


@given(st.binary(max_size=200), st.text(max_size=20))
def test_what_was_sealed_opens_again(plaintext, context):
    key = new_key()
    assert open_sealed(key, seal(key, plaintext, context, key_id="k1"), context) == plaintext


def test_it_does_not_open_in_another_place():
    key = new_key()
    with pytest.raises(SealError):
        open_sealed(key, seal(key, b"Khamla", "person:1"), "person:2")


@given(st.integers(min_value=0, max_value=40))
def test_one_changed_bit_is_noticed(position):
    key = new_key()
    sealed = bytearray(seal(key, b"a name of sixteen", "x", key_id="k1"))
    sealed[position] ^= 1
    with pytest.raises(SealError):
        open_sealed(key, bytes(sealed), "x")


def test_the_key_file_is_for_its_owner_alone_and_never_overwritten(tmp_path):
    path = tmp_path / "keys" / "moei.key"
    ring = Keyring.create(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    with pytest.raises(FileExistsError):
        Keyring.create(path)
    assert Keyring.load(path).open(ring.seal(b"x", "c"), "c") == b"x"


def test_an_older_key_still_opens_what_it_sealed(tmp_path):
    old = Keyring("k1", {"k1": new_key()})
    new = Keyring("k2", {**old.keys, "k2": new_key()})
    assert new.open(old.seal(b"x", "c"), "c") == b"x"
    with pytest.raises(KeyringError, match="k2"):
        old.open(new.seal(b"x", "c"), "c")


@pytest.mark.parametrize(
    "text", ["", "[]", '{"current": "k1", "keys": {}}', '{"current": "k1", "keys": {"k1": "eA=="}}']
)
def test_a_damaged_key_file_says_so(tmp_path, text):
    path = tmp_path / "moei.key"
    path.write_text(text)
    with pytest.raises(KeyringError, match=r"moei\.key"):
        Keyring.load(path)


def test_p18_a_commitment_tells_nothing_without_the_key():
    one, other = new_key(), new_key()
    assert commitment(one, "name", "Khamla") == commitment(one, "name", "Khamla")
    assert commitment(one, "name", "Khamla") != commitment(other, "name", "Khamla")
    assert commitment(one, "name", "Khamla") != commitment(one, "alias", "Khamla")


def test_the_chain_depends_on_every_entry_before():
    first = chain_hash("", "one")
    assert chain_hash(first, "two") != chain_hash("", "two")
    assert chain_hash(first, "two") != chain_hash(first, "to")
