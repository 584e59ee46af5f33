"""How questions and answers are said in the language of the page."""

from __future__ import annotations

from collections.abc import Mapping

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from moei.desks.screening.evidence import CODE_WORDS, Quote
from moei.desks.screening.words import language
from moei.journal.ids import new_id
from moei.standards.xlsform import said

register = template.Library()


@register.simple_tag
def sent_once() -> SafeString:
    """The id of a form as it is drawn: sent twice, it is applied once."""
    return format_html('<input type="hidden" name="operation" value="{}">', new_id())


@register.filter
def in_words(labels: Mapping[str, str]) -> str:
    """A label of the form in the page's language."""
    return said(labels, language())


@register.filter
def answer_words(quote: Quote) -> str:
    """The answer as a reader reads it."""
    return quote.question.shown(quote.value, language())


@register.filter
def code_words(code: str) -> str:
    """The kind of act, means or purpose."""
    return str(CODE_WORDS.get(code, code))


@register.filter
def of(mapping: Mapping[str, object], key: str) -> object:
    """The value of a key that is known only when the page is drawn."""
    return mapping.get(key, "")
