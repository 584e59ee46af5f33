"""Names from CLDR and counts, in the language of the page."""

import pytest
from django.utils import translation

from moei.web.templatetags.moei import country_name, language_name, numbers


@pytest.mark.parametrize(
    ("language", "code", "name"),
    [
        ("en", "ETH", "Ethiopia"),
        ("th", "ETH", "เอธิโอเปีย"),
        ("en", "KE", "Kenya"),
        ("en", "XXA", "Stateless"),
        ("en", "rks", "Kosovo"),
        ("en", "QQQ", "QQQ"),
        ("en", None, "Not known"),
    ],
)
def test_a_country_has_a_name_and_a_strange_code_is_not_hidden(language: str, code: str, name: str) -> None:
    with translation.override(language):
        assert country_name(code) == name


@pytest.mark.parametrize(
    ("language", "code", "name"),
    [
        ("en", "am", "Amharic"),
        ("th", "my", "พม่า"),
        ("en", "zh-Hans", "Simplified Chinese"),
        ("en", "qqx", "qqx"),
    ],
)
def test_a_language_has_a_name(language: str, code: str, name: str) -> None:
    with translation.override(language):
        assert language_name(code) == name


def test_counts_are_grouped_and_protected_counts_stay_as_they_are() -> None:
    with translation.override("en"):
        assert [numbers(24478), numbers(0), numbers(None), numbers("<10")] == ["24,478", "0", "–", "<10"]
