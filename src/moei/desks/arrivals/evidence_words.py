"""What speaks for or against one person, said in the language of the page.

The engine keeps its evidence as values with an English sentence. Here the sentence is made anew from the values; the
stored one is shown where it cannot be, for instance when a newer engine names a field that this page does not know.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext, ngettext

from moei.casefile.models import Person
from moei.desks.arrivals.languages import countries
from moei.engines.identity.names import name_similarity
from moei.engines.matching.explain import COMMON_NAME, is_common
from moei.engines.matching.weights import DOCUMENT_NEAR

Item = Mapping[str, Any]
WRITTEN_OTHERWISE = 0.995  # similarity from which only the writing of a name differs


def evidence_words(item: Item) -> SafeString:
    """One line of evidence; values stand in `<bdi>`, whichever way their script runs."""
    say = _SAID.get(item.get("field", ""))
    said = say(item) if say and item.get("left") and item.get("right") else None
    return said or format_html("<bdi>{}</bdi>", str(item.get("words", "")).removesuffix(COMMON_NAME))


def evidence_note(item: Item) -> str:
    """What takes weight from a line: today that a name is common."""
    if item.get("field") == "name" and is_common(item.get("left", ""), item.get("right", ""), item["weight"]):
        return gettext("The name is common here, so it says less.")
    return ""


def _with_values(text: str, **values: object) -> SafeString:
    shown = {name: format_html("<bdi>{}</bdi>", value) for name, value in values.items()}
    return mark_safe(escape(text) % shown)  # noqa: S308 (both sides are escaped)


def _name(item: Item) -> SafeString:
    one, other = item["left"], item["right"]
    if one.casefold() == other.casefold():
        return _with_values(gettext("Same name: %(one)s"), one=one)
    if name_similarity(one, other) >= WRITTEN_OTHERWISE:
        text = gettext("Same name, written otherwise: %(one)s and %(other)s")
    elif item["weight"] > 0:
        text = gettext("Names sound alike: %(one)s and %(other)s")
    else:
        text = gettext("Names differ: %(one)s and %(other)s")
    return _with_values(text, one=one, other=other)


def _document(item: Item) -> SafeString:
    one, other = item["left"], item["right"]
    if one == other:
        return _with_values(gettext("Same document number: %(one)s"), one=one)
    if item["weight"] >= DOCUMENT_NEAR:
        text = gettext("Document numbers differ in one sign: %(one)s and %(other)s")
    else:
        text = gettext("Document numbers differ: %(one)s and %(other)s")
    return _with_values(text, one=one, other=other)


def _birth(item: Item) -> SafeString | None:
    one, other = _span(item["left"]), _span(item["right"])
    if one is None or other is None:
        return None
    values = {"one": _span_words(one), "other": _span_words(other)}
    if one == other and one[0] == one[1]:
        return _with_values(gettext("Same date of birth: %(one)s"), **values)
    if one[0] <= other[1] and other[0] <= one[1]:
        return _with_values(gettext("Born %(one)s fits born %(other)s"), **values)
    apart = max(one[0].year - other[1].year, other[0].year - one[1].year)
    if apart:
        text = ngettext(
            "Birth years %(n)s apart: %(one)s and %(other)s",
            "Birth years %(n)s apart: %(one)s and %(other)s",
            apart,
        )
        return _with_values(text, n=apart, **values)
    if (one[0].month, one[0].day) == (other[0].day, other[0].month):
        text = gettext("Day and month of birth the other way round: %(one)s and %(other)s")
    else:
        text = gettext("Dates of birth differ within one year: %(one)s and %(other)s")
    return _with_values(text, **values)


def _span(text: str) -> tuple[date, date] | None:
    """First and last day of a birth as the engine writes it: a date, "in 1999", "between A and B"."""
    try:
        if text.startswith("in "):
            return date(int(text[3:]), 1, 1), date(int(text[3:]), 12, 31)
        first, _, last = text.removeprefix("between ").partition(" and ")
        return date.fromisoformat(first), date.fromisoformat(last or first)
    except ValueError:
        return None


def _span_words(span: tuple[date, date]) -> str:
    """As the table above the evidence writes it."""
    first, last = span
    if first == last:
        return first.isoformat()
    if (first.month, first.day, last.month, last.day) == (1, 1, 12, 31):
        return "–".join(str(year) for year in sorted({first.year, last.year}))
    return f"{first.isoformat()} – {last.isoformat()}"


def _sex(item: Item) -> SafeString:
    labels = dict(Person.Sex.choices)
    one, other = (labels.get(code, code) for code in (item["left"], item["right"]))
    if item["left"] == item["right"]:
        return _with_values(gettext("Same sex: %(one)s"), one=one)
    return _with_values(gettext("Sex differs: %(one)s and %(other)s"), one=one, other=other)


def _nationality(item: Item) -> SafeString:
    names = dict(countries())
    one, other = (names.get(code, code) for code in (item["left"], item["right"]))
    if item["left"] == item["right"]:
        return _with_values(gettext("Same nationality: %(one)s"), one=one)
    return _with_values(gettext("Nationality differs: %(one)s and %(other)s"), one=one, other=other)


def _phone(item: Item) -> SafeString:
    return _with_values(gettext("Same telephone number: %(one)s"), one=item["left"])


def _place(item: Item) -> SafeString:
    one, other = item["left"], item["right"]
    if one.casefold() == other.casefold():
        return _with_values(gettext("Same place: %(one)s"), one=one)
    if item["weight"] > 0:
        return _with_values(gettext("Places are alike: %(one)s and %(other)s"), one=one, other=other)
    return _with_values(gettext("Places differ: %(one)s and %(other)s"), one=one, other=other)


def _kin(item: Item) -> SafeString:
    """What stands for it in the list already says whose father or mother it is."""
    one, other = item["left"], item["right"]
    if item["weight"] > 0:
        return _with_values(
            gettext("Relatives are called alike: %(one)s and %(other)s"), one=one, other=other
        )
    return _with_values(gettext("Names of relatives differ: %(one)s and %(other)s"), one=one, other=other)


_SAID: Mapping[str, Callable[[Item], SafeString | None]] = {
    "name": _name,
    "document": _document,
    "birth": _birth,
    "sex": _sex,
    "nationality": _nationality,
    "phone": _phone,
    "place": _place,
    "kin": _kin,
}
