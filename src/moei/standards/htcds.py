"""Maps answers to IOM's Human Trafficking Case Data Standard 2.0 (CC BY 4.0; no endorsement by IOM is implied).

The form says in `moei_htcds` which field an answer fills: `vic_LocationOfRecruitment` takes the answer as it is,
`vic_Methods_of_Control:WithholdsDocuments` adds that value when the answer is one the form names as evidence.
`vic_TraffickingStatus` is never filled from answers: that is what a panel determines.
"""

from __future__ import annotations

from collections.abc import Mapping

from moei.standards.xlsform import FormDefinition


def to_htcds(form: FormDefinition, answers: Mapping[str, str]) -> dict[str, str]:
    """Fields of HTCDS's victim record; values of lists are separated by one space, as XForms do."""
    record: dict[str, list[str]] = {}
    for question in form.asked(answers):
        value = answers.get(question.name, "")
        name, _, mapped = question.htcds.partition(":")
        if not name or not value:
            continue
        if not mapped:
            record.setdefault(name, []).append(value)
        elif question.evidenced_by(value) and mapped not in record.get(name, []):
            record.setdefault(name, []).append(mapped)
    return {name: " ".join(values) for name, values in record.items()}
