"""One byte altered anywhere, and the file is refused."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moei.engines.private_comparison import messages
from moei.engines.private_comparison.agreement import read_agreement
from moei.engines.private_comparison.refusal import Refused

changes = st.tuples(st.integers(0, 10**6), st.integers(1, 255))


@pytest.mark.parametrize(("name", "sender"), [("question", 0), ("answer", 1)])
def test_a_file_as_it_was_sent_is_taken(exchange, name, sender):
    agreement = read_agreement(exchange / "agreement.toml")
    messages.read_message(exchange / name, name, agreement, agreement.agencies[sender], now=datetime.now(UTC))


@pytest.mark.parametrize(("name", "sender"), [("question", 0), ("answer", 1)])
@given(change=changes)
def test_one_byte_altered_anywhere_is_found(exchange, name, sender, change):
    data = bytearray((exchange / name).read_bytes())
    data[change[0] % len(data)] ^= change[1]
    _refused(exchange, name, sender, bytes(data))


@pytest.mark.parametrize(("name", "sender"), [("question", 0), ("answer", 1)])
@given(at=st.integers(0, 10**6), byte=st.one_of(st.none(), st.integers(0, 255)))
def test_one_byte_added_or_taken_away_anywhere_is_found(exchange, name, sender, at, byte):
    data = (exchange / name).read_bytes()
    at %= len(data)
    _refused(
        exchange, name, sender, data[:at] + (data[at + 1 :] if byte is None else bytes([byte]) + data[at:])
    )


@pytest.mark.parametrize(("name", "sender"), [("question", 0), ("answer", 1)])
@given(data=st.binary(max_size=2000))
def test_any_bytes_are_refused_in_words(exchange, name, sender, data):
    _refused(exchange, name, sender, data)


def _refused(two, name, sender, data):
    agreement = read_agreement(two / "agreement.toml")
    path = two.folder.with_name("altered")
    path.write_bytes(data)
    with pytest.raises(Refused) as refused:
        messages.read_message(path, name, agreement, agreement.agencies[sender], now=datetime.now(UTC))
    assert str(refused.value).startswith("altered ")
