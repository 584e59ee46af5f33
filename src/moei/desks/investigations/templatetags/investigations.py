"""The desk's words on its pages: who told something, what a fact says, how things belong together."""

from __future__ import annotations

from django import template
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from moei.desks.investigations.models import Fact, Teller
from moei.desks.investigations.words import KIND_WORDS, country_words, origin_in_words
from moei.engines.networks import TOGETHER, Kind

register = template.Library()

PAGES = (
    ("statements", "investigations:statements", _("Statements")),
    ("entities", "investigations:entities", _("Network")),
    ("names", "investigations:names", _("Names to judge")),
    ("timeline", "investigations:timeline", _("Timeline")),
    ("exports", "investigations:exports", _("Files and sources")),
)
ROLES = {
    "recruited for": _("recruited for"),
    "transported for": _("transported for"),
    "boss at": _("boss at"),
    "placed": _("placed"),
    "passed": _("passed"),
    "compound of": _("compound of"),
    "building of": _("building of"),
    "company of": _("company of"),
    "uses": _("uses"),
    "is paid by": _("is paid by"),
    "leads to": _("leads to"),
    "paid to": _("paid to"),
    "debt to": _("debt to"),
    TOGETHER: _("said together"),
}
STATES = {
    "waits": (_("waits for answers"), "soon"),
    "agreed": (_("two agencies agreed"), "done"),
    "declined": (_("declined"), "muted"),
}


@register.simple_tag
def desk_pages(here: str) -> SafeString:
    """The pages of this desk, beside one another."""
    pages = [(name, reverse(url), words) for name, url, words in PAGES]
    return mark_safe(  # noqa: S308 - a template of ours
        render_to_string("investigations/_tabs.html", {"desk_pages": pages, "here": here})
    )


@register.simple_tag
def teller_words(teller: Teller) -> str:
    """The pseudonym, and what may be said of the person."""
    says = [origin_words(teller.origin), teller.get_band_display()]
    said = ", ".join(str(one) for one in says if one)
    return f"{teller.code}: {said}" if said else teller.code


@register.simple_tag
def origin_words(origin: str) -> str:
    """A country or a region."""
    return origin_in_words(origin)


@register.simple_tag
def tie_words(role: str) -> str:
    """Roles of outside sources stand as they came."""
    return str(ROLES.get(role, role))


@register.simple_tag
def kind_words(kind: str) -> str:
    return str(KIND_WORDS[Kind(kind)]) if kind in KIND_WORDS else kind


@register.simple_tag
def fact_words(fact: Fact) -> str:
    """As it was told, with the service or bank, the country and the sum."""
    says = [fact.text]
    if fact.amount is not None:
        says.append(f"{fact.amount:,.0f} {fact.currency}")
    says += [part for part in (fact.where, country_words(fact.country)) if part]
    return ", ".join(part for part in says if part) or "–"


@register.simple_tag
def link_state(state: str) -> SafeString:
    words, tone = STATES[state]
    return format_html('<strong class="moei-tag moei-tag--{}">{}</strong>', tone, gettext(str(words)))
