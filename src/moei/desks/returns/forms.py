"""Forms of the returns desk. What is allowed is decided by the actions; forms only read what was typed."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils.translation import gettext_lazy as _

from moei.casefile.forms import CaseForm
from moei.casefile.models import TravelCheck
from moei.desks.returns.actions.plan_journey import MOST_SEATS, Plan
from moei.desks.returns.models import FollowUp, Journey, Seat
from moei.engines.identity.countries import country_code, is_code


def _day(label: Any, **about: Any) -> forms.DateField:
    return forms.DateField(label=label, widget=forms.DateInput(attrs={"type": "date"}), **about)


def _time(label: Any, **about: Any) -> forms.TimeField:
    return forms.TimeField(label=label, widget=forms.TimeInput(attrs={"type": "time"}), **about)


class MomentForm(CaseForm):
    """A day and an hour in the time of the site."""

    on = _day(_("Day"))
    at = _time(_("Time"), help_text=_("In the time of this place"))

    def moment(self, zone: ZoneInfo) -> datetime:
        return datetime.combine(self.cleaned_data["on"], self.cleaned_data["at"], zone)


class JourneyForm(CaseForm):
    mode = forms.ChoiceField(label=_("By"), choices=Journey.Mode.choices, widget=forms.RadioSelect)
    from_place = forms.CharField(label=_("From"), max_length=120)
    to_place = forms.CharField(label=_("To"), max_length=120)
    state = forms.CharField(
        label=_("Country it goes to"), max_length=60, help_text=_("A country's name or its three letters")
    )
    departs_on = _day(_("Day of departure"))
    departs_time = _time(_("Time of departure"), help_text=_("In the time of this place"))
    carrier = forms.CharField(label=_("Carrier"), max_length=80)
    number = forms.CharField(label=_("Flight or bus number"), max_length=20, required=False)
    seats = forms.IntegerField(label=_("Seats that are ours"), min_value=1, max_value=MOST_SEATS)

    def clean_state(self) -> str:
        text: str = self.cleaned_data["state"].strip()
        return text.upper() if is_code(text.upper()) else country_code(text) or ""

    def plan(self, zone: ZoneInfo) -> Plan:
        given = self.cleaned_data
        return Plan(
            mode=Journey.Mode(given["mode"]),
            from_place=given["from_place"].strip(),
            to_place=given["to_place"].strip(),
            state=given["state"],
            departs_at=datetime.combine(given["departs_on"], given["departs_time"], zone),
            carrier=given["carrier"].strip(),
            number=given["number"].strip(),
            seats=given["seats"],
        )


class ChangeForm(JourneyForm):
    reason = forms.CharField(label=_("Why it changes"), max_length=200)


class ReasonForm(CaseForm):
    reason = forms.CharField(label=_("Why"), max_length=200)


class EndedForm(CaseForm):
    why = forms.ChoiceField(label=_("Why"), choices=Seat.Ended.choices, widget=forms.RadioSelect)


class CheckForm(CaseForm):
    code = forms.ChoiceField(
        label=_("What was settled"), choices=TravelCheck.Code.choices, widget=forms.RadioSelect
    )
    answer = forms.ChoiceField(
        label=_("Answer"), choices=TravelCheck.Answer.choices, widget=forms.RadioSelect
    )
    note = forms.CharField(
        label=_("In words"),
        max_length=4000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Who said so; for the risk on return, what the person answered. No medical detail."),
    )


class ReceivedForm(MomentForm):
    received_by = forms.CharField(
        label=_("Who received the person"),
        max_length=120,
        help_text=_("A name and an organisation, or family"),
    )


class FollowUpForm(CaseForm):
    due_on = _day(_("Day of the contact"))


class OutcomeForm(CaseForm):
    outcome = forms.ChoiceField(
        label=_("What came of it"), choices=FollowUp.Outcome.choices, widget=forms.RadioSelect
    )
    risk = forms.ChoiceField(
        label=_("Risk of being trafficked again"),
        choices=FollowUp.Risk.choices,
        widget=forms.RadioSelect,
        initial=FollowUp.Risk.NOT_ASKED,
    )
    note = forms.CharField(
        label=_("What is needed now"),
        max_length=4000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    next_on = _day(_("Next contact"), required=False)


class CloseForm(CaseForm):
    reason = forms.ChoiceField(
        label=_("Why the case is closed"),
        choices=[
            ("home_and_well", _("Home, and nothing more is needed")),
            ("no_more_contact", _("The person wishes no more contacts")),
            ("plan_over", _("The time for contacts is over")),
            ("not_reached", _("Could not be reached")),
            ("stays_here", _("Stays here: another path was found")),
        ],
        widget=forms.RadioSelect,
    )
