"""The questions of the interview as the page draws them, an action's errors on a form, and a form's own id."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http import HttpRequest

from moei.access.acting import Invalid
from moei.desks.screening import selectors
from moei.desks.screening.form import identification_form
from moei.desks.screening.forms import AnswersForm, initial
from moei.desks.screening.models import Answer, Interview
from moei.desks.screening.words import language
from moei.standards.xlsform import Question, said


def operation_of(request: HttpRequest) -> UUID | None:
    """The id that the form got when it was drawn; None for a form without a usable one."""
    try:
        return UUID(request.POST.get("operation", ""))
    except ValueError:
        return None


@dataclass(frozen=True)
class Asked:
    """A question on the page: its field, the revision it shows, whether it is to be asked."""

    question: Question
    field: Any
    answer: Answer | None
    relevant: bool
    earlier: bool


def groups_of(
    form: AnswersForm, latest: Mapping[str, Answer], sitting: Interview | None
) -> list[dict[str, Any]]:
    values = selectors.values_of(latest)
    shown = language()
    groups = []
    for group in identification_form().groups:
        asked = [
            Asked(
                question,
                form[question.name],
                latest.get(question.name),
                question.is_relevant(values),
                _from_earlier(latest.get(question.name), sitting),
            )
            for question in group.questions
        ]
        groups.append({"name": group.name, "label": said(group.labels, shown), "questions": asked})
    return groups


def _from_earlier(answer: Answer | None, sitting: Interview | None) -> bool:
    return (
        answer is not None
        and sitting is not None
        and answer.interview_id != sitting.id
        and bool(answer.value)
    )


def answers_form(latest: Mapping[str, Answer], data: Any, invalid: Invalid | None) -> AnswersForm:
    definition = identification_form()
    values = {q.name: initial(q, latest[q.name].value) for q in definition if q.name in latest}
    form = AnswersForm(definition, data=data, initial=values)
    if invalid is not None and data is not None:
        put_onto(form, invalid)
    return form


def put_onto(form: Any, invalid: Invalid) -> list[dict[str, str]]:
    """Puts the action's errors onto a form. Returns them for the summary."""
    form.is_valid()
    form.errors.clear()
    for name, words in invalid.errors.items():
        form.add_error(name if name in form.fields else None, words)
    return [
        {"text": words, "href": f"#id_{name}" if name in form.fields else ""}
        for name, words in invalid.errors.items()
    ]
