"""Who is heard next in the play: whose need is greatest, as soon as a language is shared."""

from __future__ import annotations

from datetime import date

from moei.access.models import Staff
from moei.casefile.models import Case
from moei.demo.invented import language_of


def by_need(cases: list[Case], *, on: date) -> list[Case]:
    """Children on that day, then the pregnant, ill and injured, then the others."""
    urgent = {"pregnant": 1, "medical": 2, "injured": 2, "family": 3}

    def rank(case: Case) -> int:
        if case.person.is_child(on):
            return 0
        codes = [need.code for need in case.person.needs.all() if need.ended_at is None]
        return min((urgent.get(code, 4) for code in codes), default=4)

    return sorted(cases, key=rank)


def next_interview(
    waiting: list[Case], interviewer: Staff, interpreters: list[Staff]
) -> tuple[Case, Staff | None] | None:
    """The first of those waiting whom the interviewer understands, alone or through one of the interpreters."""
    spoken = set(interviewer.languages)
    for case in waiting:
        language = language_of(case.person)
        if language in spoken:
            return case, None
        for interpreter in interpreters:
            if language in interpreter.languages and set(interpreter.languages) & spoken:
                return case, interpreter
    return None
