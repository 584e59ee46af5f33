"""Invented samples for the style guide: one form with every kind of field, clocks in every state."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from django import forms, template
from django.core.paginator import Paginator
from django.utils.translation import gettext_lazy as _

from moei.web.templatetags.moei import country_name, language_name

register = template.Library()

_NOW = datetime(2025, 2, 13, 3, 0, tzinfo=UTC)


class DateParts(forms.MultiWidget):
    """Day, month and year, each of which may be missing."""

    def __init__(self) -> None:
        super().__init__({"day": forms.TextInput(), "month": forms.TextInput(), "year": forms.TextInput()})

    def decompress(self, value: Any) -> list[Any]:
        return list(value) if value else [None, None, None]


class BirthDate(forms.MultiValueField):
    widget = DateParts

    def __init__(self, **kwargs: Any) -> None:
        super().__init__([forms.IntegerField() for _part in range(3)], require_all_fields=False, **kwargs)

    def compress(self, data_list: list[Any]) -> date | None:
        if not data_list:
            return None
        try:
            day, month, year = data_list
            return date(year, month, day)
        except (TypeError, ValueError):
            raise forms.ValidationError(_("There is no such day. Give the day, month and year.")) from None


class SampleForm(forms.Form):
    mrz = forms.CharField(
        label=_("Machine readable zone"),
        help_text=_("Type or scan the lines at the foot of the passport. The form fills itself."),
        widget=forms.Textarea(attrs={"rows": 3}),
        required=False,
    )
    family_name = forms.CharField(label=_("Family name"), help_text=_("As in the document, in any script."))
    born = BirthDate(label=_("Date of birth"), help_text=_("For example 27 3 1998."))
    sex = forms.ChoiceField(
        label=_("Sex in the document"),
        choices=[("f", _("Female")), ("m", _("Male")), ("x", _("Unspecified"))],
        widget=forms.RadioSelect,
    )
    needs = forms.MultipleChoiceField(
        label=_("Needs"),
        choices=[
            ("child", _("Under 18 or age unsure")),
            ("medical", _("Medical care")),
            ("family", _("Family here")),
        ],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    nationality = forms.ChoiceField(
        label=_("Nationality"), choices=[("", _("Choose")), ("ETH", "Ethiopia"), ("KEN", "Kenya")]
    )
    note = forms.CharField(label=_("Note"), widget=forms.Textarea(attrs={"rows": 3}), required=False)
    scan = forms.FileField(label=_("Scan of the passport"), required=False)
    read_back = forms.BooleanField(label=_("The statement was read back to the person"))
    secret = forms.CharField(label=_("Password"), widget=forms.PasswordInput)


def _clock(
    label: str, kind: str, status: str, hours: float | None, total: int = 24, **more: Any
) -> dict[str, Any]:
    due = None if hours is None else _NOW + timedelta(hours=hours)
    return {
        "label": label,
        "kind": kind,
        "status": status,
        "started_at": due - timedelta(hours=total) if due else None,
        "due_at": due,
        "remaining": timedelta(hours=hours) if hours is not None and status == "running" else None,
        **more,
    }


@register.simple_tag
def style_guide_samples() -> dict[str, Any]:
    """`form` (bound, with errors), `fresh` (unbound), `clocks`, `people` (rows), `facts`, `page`, `steps`."""
    form = SampleForm(
        {
            "mrz": "",
            "family_name": "",
            "born_day": "31",
            "born_month": "2",
            "born_year": "",
            "sex": "f",
            "needs": ["medical"],
        }
    )
    form.is_valid()
    return {
        "form": form,
        "fresh": SampleForm(prefix="fresh"),
        "clocks": [
            _clock("Preliminary screening", "ceiling", "running", 19.5, verified=False),
            _clock("Preliminary screening", "ceiling", "running", 2.3),
            _clock("Preliminary screening", "ceiling", "missed", -5, stopped_at=_NOW - timedelta(hours=2)),
            _clock("Shelter before the interview", "ceiling", "met", 40, 360),
            _clock("Reflection period", "entitlement", "running", 41 * 24, 45 * 24, verified=False),
            _clock("Interview", "floor", "running", 20, 72),
            _clock("Determination", "ceiling", "deferred", None),
        ],
        "people": [
            ("4178-2290-6", "አበበ ተስፋዬ", "am", "Abebe Tesfaye", "ETH", 31, "done", _("Determined")),
            ("7702-1184-3", "သန္တာအောင်", "my", "Thandar Aung", "MMR", 19, "active", _("Interview")),
            ("1925-6038-9", "李小龙", "zh", "Li Xiaolong", "CHN", 27, "soon", _("Waits 21 h")),
            ("6610-4471-2", "Wanjiru Kamau", "sw", "Wanjiru Kamau", "KEN", 1204, "missed", _("Overdue")),
            ("3349-9015-7", "محمد الأمين", "ar", "Mohamed El Amin", "XXA", None, "muted", _("Not arrived")),
        ],
        "facts": [
            {"key": _("Name as given"), "value": "አበበ ተስፋዬ", "lang": "am", "href": "#summary"},
            {"key": _("Nationality"), "value": country_name("ETH"), "href": "#summary"},
            {"key": _("Languages"), "value": f"{language_name('am')}, {language_name('om')}"},
            {"key": _("Passport"), "value": None, "href": "#summary", "action": _("Add")},
        ],
        "page": Paginator(range(460), 25).page(7),
        "steps": [
            {"label": _("Listed"), "value": 841},
            {"label": _("Arrived"), "value": 260, "note": _("3 listed people did not come")},
            {"label": _("Registered"), "value": 249},
            {"label": _("Interviewed"), "value": 61},
            {"label": _("Determined"), "value": 18},
        ],
    }
