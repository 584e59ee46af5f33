"""Reads an XLSForm (survey, choices, settings) into plain dataclasses.

Only what a short interview needs is understood: groups, `text`, `integer`, `date`, `select_one`, `select_multiple`,
labels and hints in languages, and `relevant` made of `${q} = 'v'`, `${q} != 'v'` and `selected(${q}, 'v')` joined by
`and`. Anything else raises `XLSFormError`: a form that is half understood would ask the wrong questions.

Format: https://xlsform.org/en/ref-table/ . Own columns (`moei_*`) are described in `forms/build_identification.py`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from moei.crypto import text_digest

TYPES = ("text", "integer", "date", "select_one", "select_multiple")
ELEMENTS = ("act", "means", "purpose")
# ILO (2012), "ILO indicators of forced labour", https://www.ilo.org ; the eleven, in our own words.
INDICATORS = (
    "abuse_of_vulnerability",
    "deception",
    "restriction_of_movement",
    "isolation",
    "physical_and_sexual_violence",
    "intimidation_and_threats",
    "retention_of_documents",
    "withholding_of_wages",
    "debt_bondage",
    "abusive_conditions",
    "excessive_overtime",
)
MAX_TEXT = 10_000

_NAME = re.compile(r"[a-zA-Z_][a-zA-Z0-9_.-]*")
_SELECTED = re.compile(r"selected\(\s*\$\{(?P<name>[^}]+)\}\s*,\s*'(?P<value>[^']*)'\s*\)")
_COMPARED = re.compile(r"\$\{(?P<name>[^}]+)\}\s*(?P<op>!?=)\s*'(?P<value>[^']*)'")
_LANGUAGE = re.compile(r"^(?P<what>label|hint)(?:::.*\((?P<code>[\w-]+)\)\s*)?$")


class XLSFormError(ValueError):
    """A form that cannot be used: which row, what is wrong."""


class BadAnswer(ValueError):
    """An answer that does not fit its question, in words for whoever typed it."""


@dataclass(frozen=True)
class Condition:
    """One comparison of a `relevant` expression."""

    question: str
    value: str
    negated: bool = False

    def holds(self, answers: Mapping[str, str]) -> bool:
        chosen = self.value in answers.get(self.question, "").split()
        return chosen != self.negated


@dataclass(frozen=True)
class Choice:
    name: str
    labels: Mapping[str, str]


@dataclass(frozen=True)
class Question:
    """A question. `element` is `act`, `means` or `purpose` with `code` after it; "" when it evidences none."""

    name: str
    type: str
    group: str
    labels: Mapping[str, str]
    hints: Mapping[str, str]
    choices: tuple[Choice, ...] = ()
    relevant: tuple[Condition, ...] = ()
    element: str = ""
    code: str = ""
    indicator: str = ""
    evidence_when: frozenset[str] = frozenset()
    htcds: str = ""

    def is_relevant(self, answers: Mapping[str, str]) -> bool:
        return all(condition.holds(answers) for condition in self.relevant)

    def evidenced_by(self, value: str) -> bool:
        """Whether this answer is one of those the form names as evidence."""
        return bool(self.evidence_when & set(value.split()))

    def shown(self, value: str, language: str) -> str:
        """The answer as a reader reads it: labels of choices, text as it was written."""
        if not self.choices:
            return value
        labels = {choice.name: said(choice.labels, language) for choice in self.choices}
        return ", ".join(labels.get(part, part) for part in value.split())

    def normal(self, given: object) -> str:
        """The answer as it is stored, "" for none. Several choices stand in the form's order, one space apart.

        Raises `BadAnswer`.
        """
        parts = [str(part) for part in given] if isinstance(given, list | tuple) else None
        text = " ".join(parts) if parts is not None else ("" if given is None else str(given).strip())
        if not text:
            return ""
        if "\x00" in text:
            raise BadAnswer("This text holds a character that cannot be stored.")
        if self.type in ("select_one", "select_multiple"):
            return self._chosen(text.split())
        if self.type == "integer":
            if not re.fullmatch(r"\d{1,9}", text):
                raise BadAnswer("Enter a whole number, for example 14.")
            return str(int(text))
        if self.type == "date":
            try:
                return date.fromisoformat(text).isoformat()
            except ValueError:
                raise BadAnswer("Enter a date as year-month-day, for example 2025-02-12.") from None
        if len(text) > MAX_TEXT:
            raise BadAnswer(f"This text is too long: {len(text)} characters, at most {MAX_TEXT}.")
        return text

    def _chosen(self, given: list[str]) -> str:
        known = [choice.name for choice in self.choices]
        unknown = [name for name in given if name not in known]
        if unknown:
            raise BadAnswer("Choose one of the answers that are offered.")
        if self.type == "select_one" and len(set(given)) > 1:
            raise BadAnswer("Choose one answer only.")
        return " ".join(name for name in known if name in given)


@dataclass(frozen=True)
class Group:
    name: str
    labels: Mapping[str, str]
    questions: tuple[Question, ...]


@dataclass(frozen=True)
class FormDefinition:
    """A form. `version` is the number of its settings and 12 hex digits of the SHA-256 of its cells."""

    form_id: str
    version: str
    groups: tuple[Group, ...]

    @property
    def languages(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(code for group in self.groups for code in group.labels))

    def __iter__(self) -> Iterator[Question]:
        return (question for group in self.groups for question in group.questions)

    def question(self, name: str) -> Question | None:
        return next((question for question in self if question.name == name), None)

    def asked(self, answers: Mapping[str, str]) -> list[Question]:
        """The questions that are relevant, given these answers."""
        return [question for question in self if question.is_relevant(answers)]


def said(labels: Mapping[str, str], language: str) -> str:
    """The label in a language, in the form's first one where it is missing."""
    return labels.get(language) or next(iter(labels.values()), "")


def load_form(path: Path) -> FormDefinition:
    """Reads a form from an .xlsx file. Raises `XLSFormError`."""
    from openpyxl.reader.excel import load_workbook  # takes a third of a second to load

    book = load_workbook(path, read_only=True, data_only=True)  # type: ignore[no-untyped-call]
    missing = {"survey", "choices", "settings"} - set(book.sheetnames)
    if missing:
        raise XLSFormError(f"The sheets {', '.join(sorted(missing))} are missing.")
    sheets = {
        name: _rows(book[name].iter_rows(values_only=True)) for name in ("survey", "choices", "settings")
    }
    book.close()
    digest = text_digest(json.dumps(sheets, ensure_ascii=False, sort_keys=True))
    lists: dict[str, list[Choice]] = {}
    for row in sheets["choices"]:
        lists.setdefault(row["list_name"], []).append(Choice(row["name"], _texts(row, "label")))
    settings = sheets["settings"][0]
    groups = tuple(_groups(sheets["survey"], {name: tuple(found) for name, found in lists.items()}))
    return FormDefinition(settings["form_id"], f"{settings['version']}+{digest[:12]}", groups)


def _rows(cells: Iterator[tuple[object, ...]]) -> list[dict[str, str]]:
    heads = [str(cell or "") for cell in next(cells)]
    rows = (
        {head: "" if cell is None else str(cell).strip() for head, cell in zip(heads, row, strict=False)}
        for row in cells
    )
    return [row for row in rows if any(row.values())]


def _texts(row: Mapping[str, str], what: str) -> dict[str, str]:
    found = {}
    for head, cell in row.items():
        match = _LANGUAGE.match(head)
        if match and match["what"] == what and cell:
            found[match["code"] or "en"] = cell
    return found


def _groups(survey: list[dict[str, str]], lists: Mapping[str, tuple[Choice, ...]]) -> Iterator[Group]:
    open_group: dict[str, str] | None = None
    questions: list[Question] = []
    seen: set[str] = set()
    for number, row in enumerate(survey, 2):
        kind = row["type"].replace("begin group", "begin_group").replace("end group", "end_group")
        if kind == "begin_group":
            if open_group is not None:
                raise XLSFormError(f"Row {number}: a group inside a group is not understood.")
            open_group, questions = row, []
        elif kind == "end_group":
            if open_group is None:
                raise XLSFormError(f"Row {number}: a group ends that did not begin.")
            yield Group(open_group["name"], _texts(open_group, "label"), tuple(questions))
            open_group = None
        elif open_group is None:
            raise XLSFormError(f"Row {number}: every question stands in a group.")
        else:
            question = _question(row, open_group["name"], lists, number, seen)
            seen.add(question.name)
            questions.append(question)
    if open_group is not None:
        raise XLSFormError(f"The group {open_group['name']} does not end.")


def _question(
    row: Mapping[str, str], group: str, lists: Mapping[str, tuple[Choice, ...]], number: int, before: set[str]
) -> Question:
    kind, _, list_name = row["type"].partition(" ")
    name = row["name"]
    element, _, code = row.get("moei_element", "").partition(":")
    indicator = row.get("moei_indicator", "")
    when = frozenset(row.get("moei_evidence_when", "").split())
    choices = lists.get(list_name, ())
    problems = [
        ("unknown type", kind not in TYPES),
        ("bad name", not _NAME.fullmatch(name)),
        ("a name that is there already", name in before),
        ("unknown list of choices", kind.startswith("select") and not choices),
        ("unknown element", bool(element) and element not in ELEMENTS),
        ("unknown indicator", bool(indicator) and indicator not in INDICATORS),
        ("evidence that is no choice", not when <= {choice.name for choice in choices}),
        ("element without the answers that evidence it", bool(element or indicator) and not when),
    ]
    for words, wrong in problems:
        if wrong:
            raise XLSFormError(f"Row {number} ({row['type']} {name}): {words}.")
    return Question(
        name=name,
        type=kind,
        group=group,
        labels=_texts(row, "label"),
        hints=_texts(row, "hint"),
        choices=choices,
        relevant=_conditions(row.get("relevant", ""), number, before),
        element=element,
        code=code,
        indicator=indicator,
        evidence_when=when,
        htcds=row.get("moei_htcds", ""),
    )


def _conditions(text: str, number: int, before: set[str]) -> tuple[Condition, ...]:
    found = []
    for part in re.split(r"\s+and\s+", text.strip()) if text.strip() else []:
        match = _SELECTED.fullmatch(part) or _COMPARED.fullmatch(part)
        if match is None or match["name"] not in before:
            raise XLSFormError(
                f"Row {number}: the condition “{part}” is not understood, or asks of a later question."
            )
        found.append(Condition(match["name"], match["value"], match.groupdict().get("op") == "!="))
    return tuple(found)
