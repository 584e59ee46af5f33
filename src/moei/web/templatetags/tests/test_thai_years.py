"""In Thai, dates carry the Buddhist year and the common one; what programs read stays in the common era."""

from datetime import UTC, date, datetime

import pytest
from django import forms
from django.template import Context, Template
from django.utils.translation import override

from moei.web.templatetags.dates import date_in_words


@pytest.mark.parametrize(
    "language,format,words",
    [
        ("th", "j M Y", "24 พ.ย. 2569 (2026)"),
        ("th", "Y", "2569 (2026)"),
        ("th", "j M", "24 พ.ย."),
        ("th", "Y-m-d", "2026-11-24"),
        ("en", "j M Y", "24 Nov 2026"),
    ],
)
def test_years_by_language_and_format(language, format, words):
    with override(language):
        assert date_in_words(date(2026, 11, 24), format) == words


def test_a_year_before_both_eras_began_alike_stays_common():
    with override("th"):
        assert date_in_words(date(1938, 2, 1), "Y") == "1938"


def test_every_template_has_it_and_counts_in_the_zone_of_the_page(settings):
    settings.TIME_ZONE = "Asia/Bangkok"
    last_evening = datetime(2025, 12, 31, 20, tzinfo=UTC)
    with override("th"):
        shown = Template('{{ moment|date:"j M Y" }} {{ moment|date:"c" }} {{ nothing|date:"Y" }}').render(
            Context({"moment": last_evening, "nothing": None})
        )
    assert shown.strip() == "1 ม.ค. 2569 (2026) 2026-01-01T03:00:00+07:00"


class Filter(forms.Form):
    first = forms.DateField(widget=forms.DateInput(attrs={"type": "date"}))


@pytest.mark.parametrize("language,told", [("th", True), ("en", False)])
def test_a_calendar_that_the_browser_draws_says_which_era_it_takes(language, told):
    with override(language):
        shown = Template("{% load moei %}{% field form.first %}").render(Context({"form": Filter()}))
    assert ("2026" in shown) is told
