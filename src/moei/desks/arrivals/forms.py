"""Forms of the lists and the review. What may be done is decided by the actions; forms read what was typed."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from moei.access.acting import Invalid
from moei.desks.arrivals.actions.correct_import import MEANINGS
from moei.desks.arrivals.actions.print_paper import MOST
from moei.desks.arrivals.models import ListImport
from moei.desks.arrivals.models.lists import KINDS
from moei.engines.identity import parse_date

MEANING_WORDS = {
    "": _("Leave it as it is"),
    "name": _("Name"),
    "name_native": _("Name in own script"),
    "given": _("Given name"),
    "family": _("Family name"),
    "sex": _("Sex"),
    "birth": _("Date or year of birth"),
    "birth_gregorian": _("Date of birth, Gregorian (1998)"),
    "birth_buddhist": _("Date of birth, Buddhist era (2541)"),
    "birth_ethiopian": _("Date of birth, Ethiopian calendar (1990)"),
    "birth_minguo": _("Date of birth, Taiwan’s calendar (87)"),
    "age": _("Age"),
    "nationality": _("Nationality"),
    "passport": _("Passport number"),
    "national_id": _("National identity number"),
    "document": _("Number of another document"),
    "phone": _("Telephone"),
    "remark": _("Remark"),
    "ignore": _("Do not read it"),
    "seq": _("Running number"),
    "title": _("Title"),
    "document_kind": _("Kind of document"),
    "nickname": _("Nickname"),
    "report": _("Number of the report"),
    "other": _("Kept in the note"),
}


class DeskForm(forms.Form):
    """A form that shows beside its fields what an action refused."""

    def take(self, invalid: Invalid) -> None:
        for field, words in invalid.errors.items():
            self.add_error(field if field in self.fields else None, words)


class UploadForm(DeskForm):
    file = forms.FileField(
        label=_("The list"),
        help_text=_(
            "A spreadsheet (.xlsx, .xls, .ods), a text table (.csv), a PDF whose text can be marked, or passport "
            "scans (.txt). Drop it here."
        ),
        error_messages={
            "required": _("Choose the file of the list."),
            "empty": _("This file is empty. Send it again."),
        },
    )
    sender = forms.CharField(
        label=_("Who made or sent it"),
        max_length=120,
        help_text=_("For example: Immigration at the bridge; Embassy of Ethiopia"),
        error_messages={"required": _("Say who made or sent this list.")},
    )


class MomentField(forms.MultiValueField):
    """A day and an hour of the site's clock. Days may be typed in the Buddhist era."""

    def __init__(self, zone: ZoneInfo, **about: Any) -> None:
        self.zone = zone
        day = forms.CharField()
        hour = forms.TimeField(
            input_formats=["%H:%M", "%H.%M", "%H%M"],
            error_messages={"invalid": _("Write the hour as hours and minutes: 14:30.")},
        )
        about["error_messages"] = {
            "incomplete": _("Write both the day and the hour."),
            **about.get("error_messages", {}),
        }
        super().__init__(fields=(day, hour), widget=MomentWidget(zone), require_all_fields=False, **about)

    def compress(self, values: list[Any]) -> datetime | None:
        if not values or not values[0]:
            return None
        # A day to come is read as such, so that it is refused as one, not as badly written.
        latest = date(datetime.now(self.zone).year + 30, 12, 31)
        reading = parse_date(str(values[0]), latest=latest)
        if reading is None or reading.day is None:
            raise forms.ValidationError(gettext("Write the day as day, month, year: 13.02.2025."))
        return datetime.combine(reading.day, values[1] or time(0, 0), self.zone)


class MomentWidget(forms.MultiWidget):
    labels = (_("Day"), _("Hour"))

    def __init__(self, zone: ZoneInfo) -> None:
        self.zone = zone
        super().__init__(
            widgets={"day": forms.TextInput(attrs={"inputmode": "numeric"}), "hour": forms.TextInput()},
        )

    def decompress(self, value: datetime | None) -> list[str]:
        if value is None:
            return ["", ""]
        local = value.astimezone(self.zone)
        return [local.strftime("%d.%m.%Y"), local.strftime("%H:%M")]


class CommitForm(DeskForm):
    replaces = forms.ModelChoiceField(
        ListImport.objects.none(),
        label=_("Is this a new version of a list that is taken in?"),
        required=False,
        empty_label=_("No, it is a list of its own"),
        help_text=_(
            "Rows that are no longer on it are taken out, unless somebody has acted on these people."
        ),
    )

    def __init__(self, *args: Any, zone: ZoneInfo, earlier: Iterable[ListImport], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        ids = [imp.pk for imp in earlier]
        self.fields["replaces"].queryset = ListImport.objects.filter(pk__in=ids)  # type: ignore[attr-defined]
        self.fields["happened_at"] = MomentField(
            zone,
            label=_("When the list was made, or the handover was"),
            help_text=_(
                "For a handover list this starts the clocks of the law: when people were handed over."
            ),
            error_messages={"required": _("Write the day and the hour.")},
        )


class CorrectForm(DeskForm):
    """The kind, the day ages count from, and a choice for each column (fields `column-0`, `column-1`, ...)."""

    kind = forms.ChoiceField(label=_("Kind of list"), choices=KINDS)
    as_of = forms.CharField(
        label=_("Ages count from"),
        required=False,
        help_text=_("The day the list was made, if the list does not say it"),
    )

    def __init__(self, *args: Any, columns: list[dict[str, Any]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.columns = columns
        choices = [(meaning, MEANING_WORDS[meaning]) for meaning in ("", *MEANINGS)]
        for position, column in enumerate(columns):
            self.fields[f"column-{position}"] = forms.ChoiceField(
                label=column["header"] or column["key"], choices=choices, required=False
            )

    def clean_as_of(self) -> Any:
        text = self.cleaned_data["as_of"].strip()
        if not text:
            return None
        reading = parse_date(text)
        if reading is None or reading.day is None:
            raise forms.ValidationError(gettext("Write the day as day, month, year: 13.02.2025."))
        return reading.day

    def corrections(self) -> dict[str, str]:
        """Column key to the meaning chosen; columns left as they are do not appear."""
        chosen = ((column["key"], self.cleaned_data[f"column-{n}"]) for n, column in enumerate(self.columns))
        return {key: meaning for key, meaning in chosen if meaning}


class ReasonForm(DeskForm):
    reason = forms.CharField(
        label=_("Why"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Say why this list is taken out.")},
    )


class PaperForm(DeskForm):
    sheets = forms.IntegerField(label=_("How many sheets"), min_value=1, max_value=MOST, initial=20)
