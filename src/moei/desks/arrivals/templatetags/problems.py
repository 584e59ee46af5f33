"""What the lists engine found wrong, for a page: its codes as words, its words without their codes."""

from __future__ import annotations

from django import template
from django.utils.translation import gettext_lazy as _

register = template.Library()

WORDS = {
    "age": _("age"),
    "calendar": _("date in another calendar"),
    "date": _("date of birth"),
    "date_order": _("day and month the other way round"),
    "date_repeated": _("date that many share"),
    "document": _("document number"),
    "document_shared": _("document number in several rows"),
    "erased": _("erased"),
    "formula": _("formula"),
    "mrz": _("check digit of a passport"),
    "mrz_repaired": _("misread passport character, put right"),
    "national_id": _("identity number"),
    "nationality": _("nationality"),
    "nationality_differs": _("nationality differs from that of its section"),
    "nationality_guessed": _("nationality guessed"),
    "no_name": _("no name"),
    "phone": _("telephone number"),
    "sex": _("sex"),
}


@register.filter
def problem_words(code: str) -> str:
    """Words for a code of the lists engine; a code without words is shown as it is."""
    return str(WORDS.get(code, code))


@register.filter
def without_code(problem: str) -> str:
    """A problem is `code: words`; people read the words."""
    return problem.partition(": ")[2] or problem
