"""Template tags of the layout: fields, clocks, error lists, tables, and names from CLDR.

`components/README.md` beside the templates lists every component with its parameters.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from babel import Locale, UnknownLocaleError
from babel.core import get_global
from babel.numbers import format_decimal
from django import template
from django.core.paginator import Page
from django.forms import BaseForm, BoundField
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext

from moei.web.templatetags._clocks import ClockView, clock_view
from moei.web.templatetags._fields import error_target, field_context

register = template.Library()

# ICAO 9303 part 3 section 5: codes of people whom no state's code describes.
_ICAO_ONLY: dict[str, Callable[[], str]] = {
    "XXA": lambda: gettext("Stateless"),
    "XXB": lambda: gettext("Refugee"),
    "XXC": lambda: gettext("Refugee, other"),
    "XXX": lambda: gettext("Nationality unknown"),
    "UNK": lambda: gettext("Nationality unknown"),
    "RKS": lambda: _locale().territories.get("XK", "RKS"),
}

# CLDR lists alpha-3 codes as aliases of the alpha-2 codes its names go by.
_ALPHA2: dict[str, str] = {
    code: names[0]
    for code, names in get_global("territory_aliases").items()
    if len(code) == 3 and code.isalpha()
}


def _locale() -> Any:
    try:
        return Locale.parse((get_language() or "en").replace("-", "_"))
    except (UnknownLocaleError, ValueError):
        return Locale("en")


@register.simple_tag
@register.filter
def language_name(code: str | None) -> str:
    """The name of a language in the language of the page; `code` is BCP 47 or ISO 639 ("am", "zh-Hans").

    A code that CLDR does not know is shown as it is, never hidden.
    """
    if not code:
        return gettext("Not known")
    languages = _locale().languages
    key = code.replace("-", "_")
    return str(languages.get(key) or languages.get(key.split("_")[0].lower()) or code)


@register.simple_tag
@register.filter
def country_name(code: str | None) -> str:
    """The name of a country in the language of the page, from ISO 3166 alpha-3 (or alpha-2).

    ICAO's codes for stateless people, refugees and unknown nationality have words of their own;
    a code that CLDR does not know is shown as it is.
    """
    if not code:
        return gettext("Not known")
    code = code.upper()
    if code in _ICAO_ONLY:
        return str(_ICAO_ONLY[code]())
    alpha2 = _ALPHA2.get(code)
    return str(_locale().territories.get(alpha2 or code, code))


@register.filter
def numbers(value: object) -> str:
    """A count with the separators of the page's language; None is a dash, protected text ("<10") stays."""
    if value is None or value == "":
        return "–"
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str(format_decimal(value, locale=_locale()))
    return str(value)


@register.filter
def isolated(value: object) -> SafeString:
    """A name or file within a sentence, whose script may run the other way: its dots and numbers stay where they are."""
    return format_html("<bdi>{}</bdi>", value)


@register.filter
def unlocalised(value: object) -> str:
    """A number as HTML attributes want it: no separators, a point."""
    return str(value)


@register.inclusion_tag("components/field.html")
def field(
    bound: BoundField,
    label: str | None = None,
    hint: str | None = None,
    size: str = "s",
    width: str = "",
    inline: bool = False,
    small: bool = False,
    heading: bool = False,
    show_optional: bool = True,
    **attrs: str | bool,
) -> dict[str, Any]:
    """One field of a form with label, hint, error and control; see components/README.md.

    Extra keyword arguments become attributes of the control, underscores as hyphens (`data_mrz=True`).
    """
    return field_context(
        bound,
        label=label,
        hint=hint,
        size=size,
        width=width,
        inline=inline,
        small=small,
        heading=heading,
        show_optional=show_optional,
        attrs={name.replace("_", "-"): value for name, value in attrs.items()},
    )


@register.simple_tag
def form_errors(form: BaseForm | None = None, errors: Iterable[Any] | None = None) -> list[dict[str, str]]:
    """Errors for the summary, each `{"text", "href"}`: a form's in the order of its fields, then `errors`.

    `errors` may hold strings or mappings with `text` and `href`.
    """
    listed: list[dict[str, str]] = []
    if form and form.is_bound:
        listed += [{"text": str(text), "href": ""} for text in form.non_field_errors()]
        for bound in form:
            target = f"#{error_target(bound)}"
            listed += [{"text": f"{bound.label}: {text}", "href": target} for text in bound.errors]
    for error in errors or []:
        if isinstance(error, Mapping):
            listed.append({"text": str(error["text"]), "href": str(error.get("href", ""))})
        else:
            listed.append({"text": str(error), "href": ""})
    return listed


@register.inclusion_tag("components/clock.html")
def clock(state: Any, label: str = "") -> dict[str, ClockView]:
    """A protocol's clock in words with its colour; `state` is the engine's ClockState or a mapping."""
    return {"clock": clock_view(state, label)}


@register.simple_block_tag
def table_region(content: SafeString, label: str) -> SafeString:
    """Wraps a table so that a wide one scrolls sideways in a region that is named and reachable by keyboard."""
    return format_html(
        '<div class="moei-table-region" role="region" aria-label="{}" tabindex="0">{}</div>', label, content
    )


@register.simple_tag(takes_context=True)
def page_url(context: template.Context, number: int, name: str = "page") -> str:
    """The query string of another page of the same list, filters kept."""
    request = context.get("request")
    if request is None:
        return f"?{name}={number}"
    query = request.GET.copy()
    query[name] = str(number)
    return f"?{query.urlencode()}"


@register.filter
def page_numbers(page: Page[Any]) -> list[int | None]:
    """Numbers to show in the pagination, None where some are left out."""
    shown = page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1)
    return [number if isinstance(number, int) else None for number in shown]
