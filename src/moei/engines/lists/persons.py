"""Rows of a table to people: every row becomes a person or is set aside by name, none is dropped."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date

from moei.engines.identity.countries import UNKNOWN, read_country
from moei.engines.identity.dates import births_of_age, read_age
from moei.engines.identity.digits import ascii_digits, main_script, tidy
from moei.engines.identity.documents import clean_document_number, read_chinese_id
from moei.engines.identity.phones import read_phone
from moei.engines.identity.sexes import read_sex
from moei.engines.lists.birthdates import BirthColumn, read_birth
from moei.engines.lists.columns import Column
from moei.engines.lists.files import Cell
from moei.engines.lists.headings import says_subtotal, says_total, without_counts
from moei.engines.lists.layout import Table, is_nothing, shown
from moei.engines.lists.rows import ListRow

_FORMULA = re.compile(r"[=@](?=\S)|[+-](?=[^\d\s+-])(?=.*[(!|])")
_SURE = 18  # characters of a Chinese identity number
_NAMES = ("name", "name_native", "given", "family")


@dataclass(slots=True)
class Section:
    """What a row that heads a section says of the rows below it."""

    nationality: str = ""
    sex: str = ""
    text: str = ""
    stated: int | None = None
    row: int = 0
    people: int = 0


@dataclass(slots=True)
class Context:
    """What the sheet as a whole says of each of its rows."""

    list_name: str
    sex: str = ""
    nationality: str = ""
    births: BirthColumn | None = None
    latest: date | None = None
    as_of: date | None = None


@dataclass(slots=True)
class Body:
    """What came of a table's rows."""

    rows: list[ListRow] = field(default_factory=list)
    set_aside: list[str] = field(default_factory=list)
    sections: list[Section] = field(default_factory=list)
    totals: list[int] = field(default_factory=list)


@dataclass(slots=True)
class _Draft:
    """A row while it is being read."""

    values: dict[str, str] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)

    def note(self, heading: str, text: str) -> None:
        self.notes.append(f"{heading}: {text}" if heading else text)


def read_body(table: Table, columns: list[Column], context: Context) -> Body:
    """Read all rows below the headings."""
    body = Body()
    below = ((at, table.sheet.rows[at]) for at in range(table.body, len(table.sheet.rows)))
    body.rows.extend(read_each(below, table, columns, context, body))
    return body


def read_each(
    below: Iterable[tuple[int, list[Cell]]],
    table: Table,
    columns: list[Column],
    context: Context,
    body: Body,
) -> Iterator[ListRow]:
    """The people among the rows below the headings, one after the other; everything else goes to `body`."""
    section = Section()
    for at, cells in below:
        filled = [(i, c) for i, c in enumerate(cells) if c != ""]
        if not filled:
            continue
        aside = _aside(cells, filled, table, columns, at, body)
        if isinstance(aside, Section):
            section = aside
            body.sections.append(section)
        elif not aside:
            section.people += 1
            yield _person(cells, at, table, columns, context, section)


def _aside(
    cells: list[Cell],
    filled: list[tuple[int, Cell]],
    table: Table,
    columns: list[Column],
    at: int,
    body: Body,
) -> Section | bool:
    """A section, or whether the row is no person and was set aside with the reason."""
    texts = [tidy(shown(c)) for _, c in filled]
    row = at + 1
    meanings = {c.index: c.meaning for c in columns}
    named = any(
        meanings.get(i) in _NAMES and any(c.isalpha() for c in t)
        for (i, _), t in zip(filled, texts, strict=True)
    )
    if table.header >= 0 and _is_heading_again(cells, table):
        body.set_aside.append(f"{row}: the headings again")
        return True
    if len(filled) <= min(3, max(1, len(columns) - 1)) and (total := _total(texts)) is not None:
        words = " ".join(texts)
        if total >= 0 and not says_subtotal(words):
            body.totals.append(total)
        body.set_aside.append(f"{row}: a total, “{words}”")
        return True
    if len(filled) == 1 and len(columns) > 2:
        section = _section(texts[0], row)
        if section.nationality or section.sex:
            body.set_aside.append(f"{row}: a section, “{texts[0]}”")
            return section
        if not named or meanings.get(filled[0][0]) == "seq":
            if ascii_digits(texts[0]).strip(".").isdigit():
                body.set_aside.append(f"{row}: numbered, but empty")
                return True
            body.set_aside.append(f"{row}: words only, “{texts[0]}”")
            return section if len(texts[0]) <= 40 else True
    known = [
        t for (i, _), t in zip(filled, texts, strict=True) if meanings.get(i) not in ("seq", "ignore", None)
    ]
    if not named and all(is_nothing(t) for t in known):
        body.set_aside.append(f"{row}: numbered, but empty")
        return True
    return False


def _is_heading_again(cells: list[Cell], table: Table) -> bool:
    same = [tidy(shown(c)) == h for c, h in zip(cells, table.headings, strict=False) if c != ""]
    return len(same) >= 2 and sum(same) >= 0.8 * len(same) and any(h for h in table.headings)


def _total(texts: list[str]) -> int | None:
    """The number a row of totals states (-1 if none), or ``None`` if it is no such row."""
    if not any(says_total(t) and not _FORMULA.match(t) for t in texts) or sum(len(t) for t in texts) > 80:
        return None
    numbers = re.findall(r"\d+", ascii_digits(" ".join(texts)).replace(",", ""))
    if (
        not numbers
        and not any("total" in t.casefold() for t in texts if t.isascii())
        and all(main_script(t) in ("LATIN", "") for t in texts)
    ):
        return None  # "Công", "Sum" and their like alone are names of people
    return int(numbers[0]) if len(numbers) == 1 else -1


def _section(text: str, row: int) -> Section:
    words, stated = without_counts(ascii_digits(text))
    country = read_country(words)
    sex = read_sex(words) if len(words) > 1 else ""
    return Section("" if sex else country.code, sex, text, stated, row)


def _person(
    cells: list[Cell], at: int, table: Table, columns: list[Column], context: Context, section: Section
) -> ListRow:
    draft = _Draft()
    by_meaning: dict[str, tuple[Column, Cell]] = {}
    for column in columns:
        cell = cells[column.index] if column.index < len(cells) else ""
        if cell == "" or column.meaning in ("seq", "ignore"):
            continue
        text = shown(cell)
        formula = table.sheet.formulas.get((at, column.index), "")
        if formula or (isinstance(cell, str) and _FORMULA.match(cell)):
            draft.problems.append(
                f"formula: the cell “{column.header or column.key}” holds a formula, kept as text, never computed"
            )
            if formula and formula != text:
                draft.note(column.header, formula)
        if column.meaning in ("other", "remark", "nickname", "report"):
            if not (is_nothing(text) and column.meaning != "remark"):
                draft.note("" if column.meaning == "remark" else column.header, text)
        elif not is_nothing(text) or (column.meaning in _NAMES and any(c.isalpha() for c in text)):
            by_meaning[column.meaning] = (column, cell)
    _names(by_meaning, draft)
    _sex(by_meaning, draft, context, section)
    _nationality(by_meaning, draft, context, section)
    _documents(by_meaning, draft)
    _births(by_meaning, draft, context)
    _phone(by_meaning, draft)
    if section.text and not (section.nationality or section.sex):
        draft.note("section", section.text)
    if not draft.values.get("name"):
        draft.problems.append("no_name: no name is given")
    return ListRow(
        list=context.list_name,
        row=at + 1,
        note="; ".join(draft.notes),
        problems=tuple(dict.fromkeys(draft.problems)),
        **draft.values,
    )


def _text(found: dict[str, tuple[Column, Cell]], meaning: str) -> str:
    return shown(found[meaning][1]) if meaning in found else ""


def _names(found: dict[str, tuple[Column, Cell]], draft: _Draft) -> None:
    """Latin and native forms; a cell that holds both is parted by script."""
    given, family = tidy(_text(found, "given")), tidy(_text(found, "family"))
    whole, own = tidy(_text(found, "name")), tidy(_text(found, "name_native"))
    if not whole and (given or family):
        whole = f"{family}{given}" if main_script(family or given) == "CJK" else f"{given} {family}".strip()
    latin, native = _by_script(whole)
    other_latin, other_native = _by_script(own)
    latin, native = latin or other_latin, other_native or native
    draft.values |= {"name": latin or native, "name_native": native, "given": given, "family": family}


def _by_script(text: str) -> tuple[str, str]:
    """The Latin and the native part of a name."""
    if not text or text.isascii():
        return text, ""
    words = re.split(r"[\s()（）/|]+", text)
    latin = " ".join(w for w in words if main_script(w) in ("LATIN", "") and w)
    native = " ".join(w for w in words if main_script(w) not in ("LATIN", ""))
    if not native:
        return text, ""
    return (latin if any(c.isalpha() for c in latin) else ""), native if any(
        c.isalpha() for c in latin
    ) else text


def _sex(found: dict[str, tuple[Column, Cell]], draft: _Draft, context: Context, section: Section) -> None:
    sex = ""
    if "sex" in found:
        column, cell = found["sex"]
        sex = read_sex(shown(cell))
        if not sex:
            draft.note(column.header, shown(cell))
            draft.problems.append(f"sex: “{shown(cell)}” is not understood")
    if "title" in found:
        draft.note(found["title"][0].header, _text(found, "title"))
        sex = sex or read_sex(_text(found, "title"))
    around = section.sex or context.sex
    if sex and around and sex != around:
        draft.problems.append("sex: the row and the heading or sheet it stands under differ")
    draft.values["sex"] = sex or around


def _nationality(
    found: dict[str, tuple[Column, Cell]], draft: _Draft, context: Context, section: Section
) -> None:
    code = ""
    if "nationality" in found:
        column, cell = found["nationality"]
        text = shown(cell)
        reading = read_country(text)
        code = reading.code
        if reading.guessed:
            draft.problems.append(
                f"nationality_guessed: “{text}” is read as {code} (near “{reading.guessed}”)"
            )
        elif not code:
            draft.note(column.header, text)
            draft.problems.append(f"nationality: “{text}” names no one country we know")
        if code and section.nationality and section.nationality != code:
            draft.problems.append(f"nationality_differs: {code}, but it stands under “{section.text}”")
    draft.values["nationality"] = code or section.nationality or context.nationality


def _documents(found: dict[str, tuple[Column, Cell]], draft: _Draft) -> None:
    """Travel documents are the document number; an identity number goes to the note, what it proves is used."""
    kind = tidy(_text(found, "document_kind"))
    if kind:
        draft.note(found["document_kind"][0].header, kind)
    number = number_kind = ""
    for meaning in ("passport", "document"):
        if meaning in found and not number:
            column, cell = found[meaning]
            number = _number(shown(cell), column, draft)
            number_kind = (
                "passport" if meaning == "passport" or re.match(r"[A-Z]{1,2}\d{6,8}$", number) else "document"
            )
            if len(number) == _SURE and read_chinese_id(number) is not None:
                _chinese(number, draft)
                draft.note("national id", shown(cell))
                number = ""
    if "national_id" in found:
        column, cell = found["national_id"]
        identity = clean_document_number(shown(cell))
        _chinese(identity, draft)
        # Never in place of a passport number: another list's passport number would seem to contradict it.
        draft.note("national id", shown(cell))
    draft.values |= {"document_number": number, "document_kind": number_kind if number else ""}


def _number(text: str, column: Column, draft: _Draft) -> str:
    number = clean_document_number(text)
    if _FORMULA.match(text) or not any(c.isdigit() for c in number) or len(number) > 30:
        draft.note(column.header, text)
        draft.problems.append(f"document: “{text}” is no document number")
        return ""
    if len(number) < 5:
        draft.problems.append(f"document: “{text}” is short for a document number")
    return number


def _chinese(number: str, draft: _Draft) -> None:
    identity = read_chinese_id(number)
    if identity is None or not identity.valid:
        if re.fullmatch(r"\d{15,18}X?", number):
            draft.problems.append(f"national_id: the check character of {number} is wrong")
        return
    draft.values["_birth"] = identity.birth_date.isoformat()
    if not draft.values.get("sex"):
        draft.values["sex"] = identity.sex
    elif draft.values["sex"] != identity.sex:
        draft.problems.append("sex: the row and its identity number differ")


def _births(found: dict[str, tuple[Column, Cell]], draft: _Draft, context: Context) -> None:
    day = first = last = ""
    if "birth" in found and context.births is not None:
        column, cell = found["birth"]
        birth = read_birth(cell, context.births, latest=context.latest, as_of=context.as_of)
        draft.problems.extend(birth.problems)
        if birth.first is None or birth.last is None:
            draft.note(column.header, shown(cell))
        else:
            day, first, last = (
                birth.day.isoformat() if birth.day else "",
                birth.first.isoformat(),
                birth.last.isoformat(),
            )
    proven = draft.values.pop("_birth", "")
    if proven:
        if first and not first <= proven <= last:
            draft.problems.append(f"date: the row says {day or first}, its identity number {proven}")
        elif not day:
            day = first = last = proven
    if "age" in found:
        column, cell = found["age"]
        first, last = _age(column, cell, draft, context, first, last)
    draft.values |= {"birth_date": day, "birth_from": first, "birth_to": last}


def _age(
    column: Column, cell: Cell, draft: _Draft, context: Context, first: str, last: str
) -> tuple[str, str]:
    ages = read_age(shown(cell)) if not isinstance(cell, date) else None
    if ages is None:
        draft.note(column.header, shown(cell))
        draft.problems.append(f"age: “{shown(cell)}” is not understood")
        return first, last
    if context.as_of is None:
        draft.note(column.header, shown(cell))
        if not first:
            draft.problems.append("age: the list has no date to count the age from")
        return first, last
    low, high = (d.isoformat() for d in births_of_age(ages, context.as_of))
    if not first:
        return low, high
    if high < first or low > last:
        draft.note(column.header, shown(cell))
        draft.problems.append(f"age: {shown(cell)} does not fit the date of birth")
    return first, last


def _phone(found: dict[str, tuple[Column, Cell]], draft: _Draft) -> None:
    if "phone" not in found:
        return
    column, cell = found["phone"]
    text = shown(cell)
    nationality = draft.values.get("nationality", "")
    numbers = [
        read_phone(part.strip(), "" if nationality == UNKNOWN else nationality)
        for part in re.split(r"[/;,]| or ", text)
    ]
    valid = [n for n in numbers if n]
    if valid:
        draft.values["phone"] = valid[0]
    if not valid or len(numbers) > 1:
        draft.note(column.header, text)
    if not valid:
        draft.problems.append(f"phone: “{text}” is no valid telephone number")
