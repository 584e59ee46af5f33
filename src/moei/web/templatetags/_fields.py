"""How a Django form field becomes a field of the page: which control, which classes, what describes it."""

from typing import Any

from django import forms
from django.forms import BoundField, MultiWidget
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext

from moei.web.templatetags.dates import typed_year_hint

_PART_LABELS = {
    "day": lambda: gettext("Day"),
    "month": lambda: gettext("Month"),
    "year": lambda: gettext("Year"),
    "hour": lambda: gettext("Hour"),
    "minute": lambda: gettext("Minute"),
    "date": lambda: gettext("Date"),
    "time": lambda: gettext("Time"),
}


def kind_of(widget: forms.Widget) -> str:
    """The control that stands for a widget: one of hidden, radios, checkboxes, checkbox, parts, textarea,
    select, file, password, input."""
    kinds: list[tuple[type | tuple[type, ...], str]] = [
        (forms.MultipleHiddenInput, "hidden"),
        (forms.CheckboxSelectMultiple, "checkboxes"),
        (forms.RadioSelect, "radios"),
        (forms.CheckboxInput, "checkbox"),
        ((MultiWidget, forms.SelectDateWidget), "parts"),
        (forms.Textarea, "textarea"),
        (forms.Select, "select"),
        (forms.FileInput, "file"),
        (forms.PasswordInput, "password"),
    ]
    if widget.is_hidden:
        return "hidden"
    return next((kind for types, kind in kinds if isinstance(widget, types)), "input")


_CLASSES = {
    "textarea": "govuk-textarea",
    "select": "govuk-select",
    "file": "govuk-file-upload",
    "password": "govuk-input govuk-password-input__input govuk-js-password-input-input",
    "input": "govuk-input",
    "checkbox": "govuk-checkboxes__input",
}
_GROUPED = ("radios", "checkboxes", "parts")


def error_target(bound: BoundField) -> str:
    """The id that a link in the error summary leads to: the control, or the first of a group."""
    if kind_of(bound.field.widget) in ("radios", "checkboxes"):
        return f"{bound.auto_id}_0"
    if kind_of(bound.field.widget) == "parts":
        return str(_parts(bound, "", "")[0]["id"])
    return bound.id_for_label or bound.auto_id


def field_context(
    bound: BoundField,
    *,
    label: str | None,
    hint: str | None,
    size: str,
    width: str,
    inline: bool,
    small: bool,
    heading: bool,
    show_optional: bool,
    attrs: dict[str, str | bool],
) -> dict[str, Any]:
    """What `components/field.html` needs to draw a bound field."""
    kind = kind_of(bound.field.widget)
    text = str(hint if hint is not None else bound.help_text)
    if getattr(bound.field.widget, "input_type", "") == "date":
        text = " ".join(filter(None, (text, typed_year_hint())))
    described = [f"{bound.auto_id}-hint"] * bool(text) + [f"{bound.auto_id}-error"] * bool(bound.errors)
    described_by = " ".join(described)
    return {
        "kind": kind,
        "id": bound.auto_id,
        "label": bound.label if label is None else label,
        # Help texts are the programmer's own words and may hold a link, as everywhere in Django.
        "hint": mark_safe(text) if hint is None else text,  # noqa: S308
        "errors": list(bound.errors),
        "size": size,
        "inline": inline,
        "small": small,
        "heading": heading,
        "optional": show_optional and not bound.field.required and kind not in ("checkbox", "hidden"),
        "grouped": kind in _GROUPED,
        "described_by": described_by,
        "items": _options(bound) if kind in ("radios", "checkboxes") else [],
        "parts": _parts(bound, width, described_by) if kind == "parts" else [],
        "control": "" if kind in _GROUPED else _control(bound, kind, width, described_by, attrs),
    }


def _control(
    bound: BoundField, kind: str, width: str, described_by: str, attrs: dict[str, str | bool]
) -> SafeString:
    if kind == "hidden":
        return bound.as_widget()
    given = dict(bound.field.widget.attrs)
    classes = [_CLASSES[kind], str(given.get("class", "")), str(attrs.get("class", ""))]
    if width and kind in ("input", "select"):
        classes.append(f"govuk-input--width-{width}")
    if bound.errors and kind in ("input", "password", "textarea", "select", "file"):
        classes.append(f"{_CLASSES[kind].split()[0]}--error")
    # Django takes what a template spells out for markup: adding a plain string makes it text, which is escaped.
    given_text = {name: value if isinstance(value, bool) else value + "" for name, value in attrs.items()}
    extra: dict[str, Any] = {**given_text, "class": " ".join(filter(None, classes))}
    # False keeps Django's own guess at the ids of hint and error out.
    extra["aria-describedby"] = described_by or False
    if attrs.get("data-mrz"):
        extra["class"] += " moei-mrz"
        extra |= {"spellcheck": "false", "autocomplete": "off", "autocapitalize": "characters"}
    return bound.as_widget(attrs=extra)


def _options(bound: BoundField) -> list[dict[str, Any]]:
    items = []
    for option in bound.subwidgets:
        data = option.data
        attrs = {
            name: value
            for name, value in data["attrs"].items()
            if name not in ("id", "class", "aria-describedby")
        }
        if data["selected"]:
            attrs["checked"] = True
        items.append(
            {
                "id": option.id_for_label,
                "name": data["name"],
                "value": "" if data["value"] is None else str(data["value"]),
                "label": data["label"],
                "attrs": attrs,
            }
        )
    return items


def _parts(bound: BoundField, width: str, described_by: str) -> list[dict[str, Any]]:
    """The sub-controls of a date or another value in parts.

    A MultiWidget may carry `labels` (one per part); otherwise the names of its widgets are the labels.
    """
    widget = bound.field.widget
    context = widget.get_context(
        bound.html_name, bound.value(), bound.build_widget_attrs({"id": bound.auto_id})
    )
    labels = [str(label) for label in getattr(widget, "labels", ())]
    parts = []
    for position, sub in enumerate(context["widget"]["subwidgets"]):
        name = sub["name"].rsplit("_", 1)[-1]
        label = labels[position] if position < len(labels) else _PART_LABELS.get(name, lambda n=name: n)()
        is_select = "optgroups" in sub
        css = "govuk-select" if is_select else "govuk-input govuk-date-input__input"
        if not is_select:
            css += f" govuk-input--width-{width or ('4' if name == 'year' else '2')}"
        if bound.errors:
            css += " govuk-select--error" if is_select else " govuk-input--error"
        sub["attrs"] = {**sub["attrs"], "class": css}
        if not is_select and sub.get("type") == "text":
            sub["attrs"].setdefault("inputmode", "numeric")
        control = bound.form.renderer.render(sub["template_name"], {"widget": sub})
        parts.append({"id": sub["attrs"]["id"], "label": label, "control": mark_safe(control)})  # noqa: S308
    return parts
