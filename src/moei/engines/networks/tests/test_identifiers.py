"""Identifiers against the vectors of their public standards, against other readers, and by properties."""

from __future__ import annotations

import hashlib

import phonenumbers
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from stdnum import iban as other_iban

from moei.engines.networks.identifiers import Identifier, Kind, identify
from moei.engines.networks.keccak import keccak_256
from moei.engines.networks.wallets import _BASE58, _BECH32, read_wallet

# BIP-173 and BIP-350, "Test vectors"; Satoshi's first address and one of P2SH from the Bitcoin wiki, "Invoice address";
# Tron's documentation, the contract of USDT; EIP-55, "Test Cases".
SEGWIT = [
    "BC1QW508D6QEJXTDG4Y5R3ZARVARY0C5XW7KV8F3T4",
    "bc1pw508d6qejxtdg4y5r3zarvary0c5xw7kw508d6qejxtdg4y5r3zarvary0c5xw7kt5nd6y",
    "BC1SW50QGDZ25J",
    "bc1zw508d6qejxtdg4y5r3zarvaryvaxxpcs",
    "bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqzk5jj0",
]
NOT_SEGWIT = [
    "bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqh2y7hd",
    "BC1S0XLXVLHEMJA6C4DQV22UAPCTQUPFHLXM9H8Z3K2E72Q4K9HCZ7VQ54WELL",
    "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kemeawh",
    "bc1p38j9r5y49hruaue7wxjce0updqjuyyx0kh56v8s25huc6995vvpql3jow4",
    "bc1pw5dgrnzv",
    "BC1QR508D6QEJXTDG4Y5R3ZARVARYV98GJ9P",
    "bc1gmk9yu",
]
BASE58 = [
    ("bitcoin", "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa"),
    ("bitcoin", "1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN2"),
    ("bitcoin", "3J98t1WpEZ73CNmQviecrnyiWrnqRhWNLy"),
    ("tron", "TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t"),
]
ETHEREUM = [
    "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed",
    "0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359",
    "0xdbF03B407c01E7cD3CBea99509d93f8DDDC8C6FB",
    "0xD1220A0cf47c7B9Be7A2E6BA89F429762e7b9aDb",
]
# SWIFT, IBAN Registry, the examples of these countries.
IBANS = [
    "GB29NWBK60161331926819",
    "DE89370400440532013000",
    "AE070331234567890123456",
    "PK36SCBL0000001123456702",
]


@pytest.mark.parametrize("address", SEGWIT)
def test_bitcoin_addresses_of_the_standards_are_read_in_one_form(address):
    assert read_wallet(address) == ("bitcoin", address.lower())
    assert read_wallet(address.upper()) == read_wallet(address.lower())


@pytest.mark.parametrize("address", NOT_SEGWIT)
def test_bitcoin_addresses_that_the_standards_refuse_are_refused(address):
    with pytest.raises(ValueError):
        read_wallet(address)


@pytest.mark.parametrize(("chain", "address"), BASE58)
def test_addresses_with_a_double_hash_are_read(chain, address):
    assert read_wallet(f" {address}\n") == (chain, address)


@pytest.mark.parametrize("address", ETHEREUM)
def test_ethereum_addresses_are_read_in_one_form_whatever_the_letters(address):
    for written in (address, address.lower(), "0x" + address[2:].upper()):
        assert read_wallet(written) == ("ethereum", address)


@given(st.sampled_from([address for _chain, address in BASE58]), st.data())
def test_one_wrong_sign_in_a_base58_address_is_found(address, data):
    place = data.draw(st.integers(0, len(address) - 1))
    sign = data.draw(st.sampled_from(_BASE58.replace(address[place], "")))
    with pytest.raises(ValueError):
        read_wallet(address[:place] + sign + address[place + 1 :])


@given(st.sampled_from([SEGWIT[0].lower(), SEGWIT[4]]), st.data())
def test_one_wrong_sign_in_a_bech32_address_is_found(address, data):
    place = data.draw(st.integers(3, len(address) - 1))
    sign = data.draw(st.sampled_from(_BECH32.replace(address[place], "")))
    with pytest.raises(ValueError):
        read_wallet(address[:place] + sign + address[place + 1 :])


@pytest.mark.parametrize("address", ETHEREUM)
def test_a_letter_of_the_wrong_size_in_an_ethereum_address_is_found(address):
    for place, sign in enumerate(address):
        if place > 1 and sign.isalpha():
            with pytest.raises(ValueError, match="checksum"):
                read_wallet(address[:place] + sign.swapcase() + address[place + 1 :])


def test_keccak_gives_the_known_digests():
    # The Keccak team's vectors for the empty text; "abc" as in Ethereum's own tests.
    assert keccak_256(b"").hex() == "c5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470"
    assert keccak_256(b"abc").hex() == "4e03657aea45a94fc7d47ba826c8d667c0d1e6e33a64a036ec44f58fa12d6c45"


@given(st.binary(max_size=400))
@example(b"x" * 135)
@example(b"x" * 136)
def test_the_permutation_is_the_one_of_the_standard_library(data):
    assert keccak_256(data, padding=0x06) == hashlib.sha3_256(data).digest()


def test_a_number_of_three_digits_is_refused_in_words():
    with pytest.raises(ValueError, match="3 digits are too few"):
        identify(Kind.PHONE, "191", country="THA")


@pytest.mark.parametrize(
    "text", ["081 234 5678", "+66 81-234-5678", "0066812345678", "๐๘๑-๒๓๔-๕๖๗๘", "＋66812345678"]
)
def test_one_number_written_in_many_ways_is_one(text):
    assert identify(Kind.PHONE, text, country="THA") == Identifier(Kind.PHONE, "+66812345678")


def test_a_number_without_its_country_is_not_guessed():
    with pytest.raises(ValueError, match="country"):
        identify(Kind.PHONE, "0812345678")


@given(st.sampled_from(sorted(phonenumbers.SUPPORTED_REGIONS)))
def test_an_example_of_each_region_stays_what_it_is(region):
    number = phonenumbers.example_number(region)
    if number is None or not phonenumbers.is_valid_number(number):
        return
    e164 = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    spaced = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.INTERNATIONAL)
    if len(e164) >= 8:
        assert identify(Kind.PHONE, spaced).value == identify(Kind.PHONE, e164).value == e164


@pytest.mark.parametrize(
    ("text", "service", "value"),
    [
        ("@Boss_Wang", "telegram", "telegram:boss_wang"),
        ("https://t.me/boss_wang/", "", "telegram:boss_wang"),
        ("boss.wang", "LINE", "line:boss.wang"),
        ("https://line.me/ti/p/~boss.wang", "", "line:boss.wang"),
        ("WangBoss88", "wechat", "wechat:wangboss88"),
    ],
)
def test_handles_are_read_in_one_form(text, service, value):
    assert identify(Kind.HANDLE, text, where=service) == Identifier(Kind.HANDLE, value)


def test_whatsapp_is_the_telephone_number():
    wanted = identify(Kind.PHONE, "+66812345678")
    assert identify(Kind.HANDLE, "https://wa.me/66812345678") == wanted
    assert identify(Kind.HANDLE, "081 234 5678", where="whatsapp", country="THA") == wanted


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("@ab", "telegram"),
        ("boss", ""),
        ("t.me/boss_wang", "line"),
        ("https://t.me/+AbCdEf", ""),
        ("1abcdef", "wechat"),
    ],
)
def test_handles_that_are_none_are_refused(text, where):
    with pytest.raises(ValueError):
        identify(Kind.HANDLE, text, where=where)


@pytest.mark.parametrize("iban", IBANS)
def test_ibans_of_the_registry_are_read(iban):
    spaced = " ".join(iban[i : i + 4] for i in range(0, len(iban), 4)).lower()
    assert identify(Kind.ACCOUNT, spaced).value == f"iban:{iban}"


@given(st.sampled_from(IBANS), st.data())
def test_an_iban_with_another_sign_is_judged_as_another_reader_judges_it(iban, data):
    place = data.draw(st.integers(2, len(iban) - 1))
    sign = data.draw(st.sampled_from("0123456789"))
    changed = iban[:place] + sign + iban[place + 1 :]
    try:
        found = identify(Kind.ACCOUNT, changed).value == f"iban:{changed}"
    except ValueError:
        found = False
    # The other reader also knows each country's own check digits, so it may refuse more.
    assert found or not other_iban.is_valid(changed)
    assert not found or changed == iban


def test_an_account_needs_its_bank():
    with pytest.raises(ValueError, match="bank"):
        identify(Kind.ACCOUNT, "123-4-56789-0", country="THA")
    assert identify(Kind.ACCOUNT, "123-4-56789-0", country="THA", where="Kasikorn Bank").value == (
        "THA:kasikorn_bank:1234567890"
    )


def test_a_thai_plate_needs_its_province():
    with pytest.raises(ValueError, match="province"):
        identify(Kind.VEHICLE, "1กก 1234", country="THA")
    one = identify(Kind.VEHICLE, "1กก-1234", country="THA", where="Tak")
    assert one == identify(Kind.VEHICLE, "๑กก ๑๒๓๔", country="THA", where="TAK")
    assert one != identify(Kind.VEHICLE, "1กก-1234", country="THA", where="Bangkok")


@given(
    st.sampled_from([Kind.PHONE, Kind.ACCOUNT, Kind.WALLET, Kind.VEHICLE, Kind.HANDLE]), st.text(max_size=60)
)
def test_nonsense_is_refused_in_words_and_nothing_else_happens(kind, text):
    try:
        found = identify(kind, text, country="THA", where="telegram")
    except ValueError as error:
        assert str(error)
    else:
        assert found.value == found.value.strip() and found.value
