"""Save answers as they are given, one or many in one submission."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext

from moei.access.acting import Acting, Invalid
from moei.access.decide import require
from moei.access.journalled import changed
from moei.casefile.actions.apply_once import applied_before
from moei.casefile.actions.record_event import lock_case
from moei.desks.screening.form import identification_form
from moei.desks.screening.models import Answer, Interview
from moei.desks.screening.recording import people_of
from moei.standards.xlsform import BadAnswer

# Until the statement is final, what the person corrects on hearing it read back is saved as well.
_WRITABLE = (Interview.State.RUNNING, Interview.State.PAUSED, Interview.State.COMPLETED)


class StaleAnswers(Invalid):
    """Somebody else saved another answer meanwhile. `current` maps the questions to what stands now.

    Nothing of the submission was saved: which answer is right is for people to say.
    """

    def __init__(self, current: dict[str, Answer]) -> None:
        self.current = current
        super().__init__(
            dict.fromkeys(
                current,
                gettext(
                    "Somebody else changed this answer while you were writing. Compare the two, then save yours again."
                ),
            )
        )


@dataclass(frozen=True)
class Saved:
    """What stands after saving: question -> its latest answer, for the questions that were given."""

    answers: Mapping[str, Answer]


@transaction.atomic
def save_answers(
    acting: Acting,
    interview: Interview,
    values: Mapping[str, object],
    *,
    base: Mapping[str, int] | None = None,
    operation: UUID | None = None,
) -> Saved:
    """`values`: question name -> answer (text, number, or a list of choices); "" withdraws one.

    `base`: question name -> the revision the writer saw (0 for none). A value that differs from what somebody else
    saved after it raises `StaleAnswers`; without a base, later wins. `operation` is the client's id, applied once.
    Raises `Invalid` per question for answers that do not fit.
    """
    require(acting, "interview.conduct", interview.case)
    form = identification_form()
    wanted, errors = {}, {}
    for name, value in values.items():
        question = form.question(name)
        if question is None:
            errors[name] = "This form has no such question."
            continue
        try:
            wanted[name] = question.normal(value)
        except BadAnswer as bad:
            errors[name] = str(bad)
    if errors:
        raise Invalid(errors)
    case = lock_case(interview.case)
    interview.refresh_from_db(fields=["state"])
    said = {"interview": interview.id, "answers": wanted}
    again = applied_before(acting, operation, "screening.answers", case, said, makes=interview.id) is not None
    if interview.state not in _WRITABLE and not again:
        raise Invalid("This interview is over and its answers are final. Start another one to add to them.")
    rows_before = Answer.objects.filter(case__person_id__in=people_of(case), question__in=wanted)
    standing: dict[str, Answer] = {}
    revision: dict[str, int] = {}
    for answer in rows_before.select_related("saved_by").order_by("question", "saved_at", "revision"):
        standing[answer.question] = answer
        revision[answer.question] = max(answer.revision, revision.get(answer.question, 0))
    if again:
        return Saved(standing)
    new = {
        name: value
        for name, value in wanted.items()
        if value != (standing[name].value if name in standing else "")
    }
    stale = {
        name: standing[name]
        for name in new
        if base is not None
        and name in standing
        and standing[name].revision > base.get(name, 0)
        and standing[name].saved_by_id != acting.staff.id
    }
    if stale:
        raise StaleAnswers(stale)
    rows = [
        Answer(
            case=case,
            interview=interview,
            question=name,
            revision=revision.get(name, 0) + 1,
            value=value,
            saved_at=acting.now,
            saved_by=acting.staff,
        )
        for name, value in new.items()
    ]
    Answer.objects.bulk_create(rows)
    if rows:
        changed(
            acting,
            "interview.answers_saved",
            case=case.id,
            subject=case.person_id,
            changes={
                f"answer.{row.question}": (
                    standing[row.question].value if row.question in standing else None,
                    row.value,
                )
                for row in rows
            },
            data={"interview": str(interview.id)},
        )
    return Saved(standing | {row.question: row for row in rows})
