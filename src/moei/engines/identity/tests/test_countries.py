# ruff: noqa: E501  (rows of lists are kept on one line)
import pytest

from moei.engines.identity import country_code
from moei.engines.identity.countries import alpha2, read_country


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Ethiopia", "ETH"), ("ETH", "ETH"), ("et", "ETH"), ("Ethiopian nationals", "ETH"), ("ETHIOPIA (138)", "ETH"),
        ("เอธิโอเปีย", "ETH"), ("ኢትዮጵያ", "ETH"), ("إثيوبيا", "ETH"), ("🇪🇹", "ETH"),
        ("PRC", "CHN"), ("中国籍", "CHN"), ("จีน", "CHN"), ("ROC", "TWN"), ("台灣", "TWN"), ("Chinese (Taiwan)", "TWN"),
        ("Pinoy", "PHL"), ("PHIL", "PHL"), ("INDO", "IDN"), ("MY", "MYS"), ("LAOS PDR", "LAO"), ("Brasil", "BRA"), ("Kenia", "KEN"),
        ("Việt Nam", "VNM"), ("Burma", "MMR"), ("မြန်မာ", "MMR"), ("DR Congo", "COD"), ("Czech Republic", "CZE"),
        ("Stateless", "XXA"), ("ไร้สัญชาติ", "XXA"), ("无国籍", "XXA"), ("unknown", "XXX"),
        ("Congo", ""), ("NA", ""), ("KK Park", ""), ("MALE", ""), ("sick", ""), ("", ""), ("Chinese (Hong Kong)", ""),
    ],
)  # fmt: skip
def test_what_lists_write(text, code):
    reading = read_country(text)
    assert reading.code == code and not reading.guessed


@pytest.mark.parametrize(
    ("text", "code"),
    [("Ethopia", "ETH"), ("Phillipines", "PHL"), ("Vietnamnese", "VNM"), ("Uzbekstan", "UZB")],
)
def test_a_misspelling_is_guessed_and_named(text, code):
    reading = read_country(text)
    assert reading.code == code and reading.guessed


def test_a_misspelling_between_two_countries_is_not_guessed():
    assert country_code("Nigera") == ""


def test_codes_go_both_ways():
    assert (alpha2("ETH"), alpha2("MMR"), alpha2("TWN"), alpha2("XXA")) == ("ET", "MM", "TW", "")
