"""Reading one list from first byte to last row."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from pathlib import PurePath

from moei.engines.identity.digits import folded, main_script
from moei.engines.identity.sexes import read_sex
from moei.engines.lists.birthdates import decide
from moei.engines.lists.columns import Column, find, read_columns
from moei.engines.lists.files import open_sheets
from moei.engines.lists.headings import persons_stated
from moei.engines.lists.kinds import SheetFacts, nationality_of_all, recognise
from moei.engines.lists.layout import Table, date_in, find_table, shown
from moei.engines.lists.own import is_own, read_own
from moei.engines.lists.persons import Body, Context, read_body
from moei.engines.lists.reading import ColumnReading, ListReading, SheetReading, UnreadableList
from moei.engines.lists.rows import ListKind, ListRow
from moei.engines.lists.text import decode
from moei.engines.lists.zones import is_zones, read_zones

Progress = Callable[[int, int], None]


def read_list(
    data: bytes,
    filename: str,
    *,
    max_rows: int = 20_000,
    corrections: Mapping[str, str] | None = None,
    progress: Progress | None = None,
    as_of: date | None = None,
) -> ListReading:
    """Read one list of people: a spreadsheet (xlsx, xls, ods), a PDF with a text layer, delimited text, machine readable
    zones, or rows that Moei wrote.

    Args:
        data: the file's bytes.
        filename: for messages and for ``ListRow.list`` only; nothing is concluded from it.
        max_rows: more filled rows than this, and the file is refused.
        corrections: meaning by ``ColumnReading.key`` (``sheet!heading``), chosen by a person; one of
            ``lexicon.MEANINGS``. Others are ignored.
        progress: called with rows done and rows in all.
        as_of: the day ages are counted from, and after which nobody is born, if the list states no date itself.

    Raises:
        UnreadableList: the file is refused whole; no other exception leaves this function.
    """
    try:
        return _read(data, PurePath(filename).name or "list", max_rows, corrections or {}, progress, as_of)
    except (UnreadableList, MemoryError):
        raise
    except RecursionError as error:
        raise UnreadableList(
            "not_a_list", f"{filename} cannot be read. Save it as .xlsx or .csv and send it again."
        ) from error


def _read(
    data: bytes,
    filename: str,
    max_rows: int,
    corrections: Mapping[str, str],
    progress: Progress | None,
    as_of: date | None,
) -> ListReading:
    if (zones := _zones(data, filename, max_rows, as_of)) is not None:
        return zones
    if (own := _own(data, filename, max_rows)) is not None:
        return own
    sheets = [s for s in open_sheets(data, filename) if any(any(c != "" for c in row) for row in s.rows)]
    filled = sum(any(c != "" for c in row) for s in sheets for row in s.rows)
    if not sheets:
        raise UnreadableList("no_rows", f"{filename} holds no rows. Send the list with its people.")
    if filled > max_rows:
        raise UnreadableList(
            "too_many_rows", f"{filename} holds {filled} rows; this site takes {max_rows} in one list. Split it."
        )  # fmt: skip
    tables = [find_table(sheet) for sheet in sheets]
    list_date = list_date_of(tables)
    all_titles = " ; ".join(text for table in tables for _, text in table.titles)
    readings: list[SheetReading] = []
    facts: list[SheetFacts] = []
    rows: list[ListRow] = []
    totals: list[list[int]] = []
    problems: list[str] = []
    done = 0
    for table in tables:
        name = table.sheet.name
        source = f"{filename}:{name}" if len(tables) > 1 else filename
        reading, body, fact, doubts = _read_sheet(table, source, all_titles, corrections, list_date, as_of)
        readings.append(reading)
        facts.append(fact)
        rows += body.rows
        totals.append(body.totals or title_totals(table))
        problems += section_problems(body, name)
        problems += [*doubts, *table.sheet.problems]
        done += len(table.sheet.rows)
        if progress is not None:
            progress(min(done, filled), filled)
    if not rows:
        raise UnreadableList(
            "no_rows", f"{filename} holds no row that names a person. Send the list with its people."
        )
    guessed = all(r.header_row == 0 for r in readings)
    known = {c.meaning for r in readings for c in r.columns} - {"seq", "other"}
    if not known & set(_SAYS_WHO) or (guessed and len(known) < 2):
        raise UnreadableList(
            "not_a_list",
            f"{filename}: no table of people was found. Put headings such as Name and Nationality above it.",
        )
    kind, reason = recognise(facts)
    stated = stated_total_of(totals, [r.people for r in readings])
    if stated is not None and stated != len(rows):
        problems.insert(0, f"total: the list says {stated} persons but holds {len(rows)} rows")
    if list_date is None and any(c.meaning == "age" for r in readings for c in r.columns) and as_of is None:
        problems.append("no_date: the list states no date, so its ages give no years of birth")
    rows = _with_shared_documents(rows, problems)
    return ListReading(
        filename, kind, reason, tuple(readings), tuple(rows), list_date, stated, tuple(problems)
    )


_SAYS_WHO = ("name", "name_native", "given", "family", "passport", "document", "national_id")


def _own(data: bytes, filename: str, max_rows: int) -> ListReading | None:
    """Rows that Moei wrote, if these are such."""
    if not data[:1000].removeprefix(b"\xef\xbb\xbf").startswith(b"list,row,"):
        return None
    text = decode(data, filename)
    return read_own(text, filename, max_rows) if is_own(text) else None


def _zones(data: bytes, filename: str, max_rows: int, as_of: date | None) -> ListReading | None:
    if data[:4] == b"PK\x03\x04" or b"<" not in data[:20_000]:
        return None
    try:
        text = decode(data, filename)
    except UnreadableList:
        return None
    if not is_zones(text):
        return None
    rows, aside = read_zones(text, filename, as_of)
    if len(rows) > max_rows:
        raise UnreadableList(
            "too_many_rows", f"{filename} holds {len(rows)} documents; this site takes {max_rows}. Split it."
        )
    problems: list[str] = []
    rows = _with_shared_documents(rows, problems)
    sheet = SheetReading("", 0, (), len(rows), tuple(aside), ("machine readable zones (ICAO 9303)",))
    return ListReading(
        filename, ListKind.DOCUMENTS, "its lines are machine readable zones of travel documents",
        (sheet,), tuple(rows), None, None, tuple(problems),
    )  # fmt: skip


def _read_sheet(
    table: Table,
    source: str,
    all_titles: str,
    corrections: Mapping[str, str],
    list_date: date | None,
    as_of: date | None,
) -> tuple[SheetReading, Body, SheetFacts, list[str]]:
    columns = read_columns(table, table.sheet.name, corrections)
    name = table.sheet.name
    titles = " ".join(text for _, text in table.titles)
    context, how = context_of(table, columns, source, all_titles, list_date, as_of)
    body = read_body(table, columns, context)
    reading = said_of(table, columns, how, body, len(body.rows))
    facts = SheetFacts(
        f"{titles} {name}", columns, sum(bool(s.nationality) for s in body.sections), len(body.rows),
        len({r.nationality for r in body.rows if r.nationality}), sum(bool(r.name_native) for r in body.rows),
        bool(context.nationality),
    )  # fmt: skip
    doubt = context.births.doubt if context.births else ""
    return reading, body, facts, [f"calendar_doubt: {doubt}"] if doubt else []


def said_of(table: Table, columns: list[Column], how: list[str], body: Body, people: int) -> SheetReading:
    titles = [f"{at + 1}: title, “{text[:120]}”" for at, text in table.titles]
    return SheetReading(
        table.sheet.name,
        table.header + 1,
        tuple(_said(c) for c in columns),
        people,
        tuple(titles + body.set_aside),
        tuple(how),
    )


def context_of(
    table: Table,
    columns: list[Column],
    source: str,
    all_titles: str,
    list_date: date | None,
    as_of: date | None,
) -> tuple[Context, list[str]]:
    """What the sheet as a whole says of each of its rows, and in words how that was found."""
    name = table.sheet.name
    titles = " ".join(text for _, text in table.titles)
    how: list[str] = []
    context = Context(source, latest=list_date or as_of, as_of=list_date or as_of)
    birth = find(columns, "birth")
    if birth is not None:
        said = " ".join([titles, *(c.header for c in columns)])
        context.births = decide(
            birth.cells, birth.header, context=said, latest=context.latest, said=birth.calendar
        )
        birth.how = f"{context.births.how}; {birth.how}"
    if list_date is not None:
        how.append(f"dated {list_date.isoformat()}")
    if sex := _sheet_sex(name, titles):
        context.sex = sex
        how.append(f"the sheet or its title says that all are {'men' if sex == 'M' else 'women'}")
    if find(columns, "nationality") is None:
        calendar = context.births.calendar.value if context.births else ""
        context.nationality, why = nationality_of_all(all_titles, name, columns, calendar)
        if context.nationality:
            how.append(f"nationality of all rows {context.nationality}: {why}")
    return context, how


def _said(column: Column) -> ColumnReading:
    return ColumnReading(column.key, column.header, column.meaning, column.how, column.examples)


def _sheet_sex(name: str, titles: str) -> str:
    if sex := read_sex(name) if len(name) > 1 or name in "男女" else "":
        return sex
    words = {read_sex(w) for w in folded(f"{name} {titles}").split() if len(w) > 2} - {""}
    return words.pop() if len(words) == 1 else ""


def list_date_of(tables: list[Table]) -> date | None:
    """The date the list states: in a title above the table, or in words below it."""
    for table in tables:
        ethiopian = any(main_script(h) == "ETHIOPIC" for h in table.headings)
        above = [text for _, text in table.titles]
        for text in above:
            if day := date_in(text, ethiopian=ethiopian):
                return day
    for table in tables:
        for row in table.sheet.rows[max(table.body, len(table.sheet.rows) - 8) :] if table.width > 3 else []:
            filled = [shown(c) for c in row if c != ""]
            if len(filled) == 1 and (day := date_in(filled[0])):
                return day
    return None


def title_totals(table: Table) -> list[int]:
    return [count for _, text in table.titles if (count := persons_stated(text)) is not None]


def stated_total_of(totals: list[list[int]], people: list[int]) -> int | None:
    """The number of persons the list itself states, over all its sheets."""
    last = [t[-1] for t in totals if t]
    if not last:
        return None
    if len(last) == len(totals):
        each_all = len(last) > 1 and len(set(last)) == 1 and last[0] >= sum(people)
        return last[0] if each_all else sum(last)
    return max(last)


def section_problems(body: Body, sheet: str) -> list[str]:
    where = f"{sheet}: " if sheet else ""
    return [
        f"section: {where}“{s.text}” says {s.stated} persons but {s.people} rows follow"
        for s in body.sections
        if s.stated is not None and s.stated != s.people
    ]


_NAMED = 5  # so many other rows are named; of one row that was copied 5,000 times, nobody reads more


def _with_shared_documents(rows: list[ListRow], problems: list[str]) -> list[ListRow]:
    """Name every row whose document number stands in another row too."""
    places: dict[str, list[int]] = {}
    for at, row in enumerate(rows):
        if row.document_number:
            places.setdefault(row.document_number, []).append(at)
    shared = {number: found for number, found in places.items() if len(found) > 1}
    out = list(rows)
    for number, found in shared.items():
        for at in found:
            others = [str(rows[o].row) for o in found[: _NAMED + 1] if o != at][:_NAMED]
            more = len(found) - 1 - len(others)
            said = ", ".join(others) + (f" and {more} more" if more else "")
            problem = f"document_shared: {number} also stands in row {said}"
            out[at] = replace(rows[at], problems=(*rows[at].problems, problem))
    if shared:
        problems.append(f"document_shared: document numbers that stand in more than one row: {len(shared)}")
    return out
