"""At the bridge: a name that somebody says, or a number, among a million people. Prints one JSON object.

Names are written as another official heard them (`benchmarks/matching/register.py` misspells them, turns them round and
leaves parts out). What is timed is the look-up with its entry in the journal, as a page makes it.
"""

from __future__ import annotations

import fcntl
import json
import os
import random
import statistics
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

os.environ["DJANGO_SETTINGS_MODULE"] = "moei.web.settings"
os.environ["MOEI_DEMO"] = "1"

ASKED = 1_000
CHUNK = 20_000


def main() -> None:
    scratch, people = Path(sys.argv[1]), int(sys.argv[2])
    (scratch / "data").mkdir(exist_ok=True)
    import django

    django.setup()
    from django.core.management import call_command

    from benchmarks.instance import allow_much, new_release
    from moei.access.acting import Acting
    from moei.desks.arrivals.selectors.arrivals import find_expected, with_document

    call_command("migrate", verbosity=0)
    release, cast = new_release("bridge", datetime.now(UTC))
    allow_much(release, cast, "anong")
    started = time.perf_counter()
    asked = fill(release, people)
    result: dict[str, Any] = {"people": people, "filled_seconds": round(time.perf_counter() - started)}

    def timed(
        ask: Callable[[Acting, str], Iterable[Any]], questions: Sequence[tuple[str, Any]]
    ) -> dict[str, Any]:
        times, found = [], 0
        for number, (words, person) in enumerate([*questions[:20], *questions]):
            acting = Acting(cast["anong"], release, datetime.now(UTC), looking="my_cases")
            begin = time.perf_counter()
            shown = [one.case.person_id for one in ask(acting, words)]
            if number >= 20:  # the first ones open files and compile queries
                times.append((time.perf_counter() - begin) * 1000)
                found += person in shown
        cuts = statistics.quantiles(times, n=100)
        return {
            "asked": len(times), "p50": round(cuts[49], 1), "p95": round(cuts[94], 1),
            "worst": round(max(times), 1), "found": round(found / len(times), 3),
        }  # fmt: skip

    with my_turn():
        for what, questions in asked.items():
            ask = (
                with_document
                if what == "number"
                else lambda acting, words: find_expected(acting, words).people
            )
            result[what] = timed(ask, questions)
    print(json.dumps(result))


@contextmanager
def my_turn() -> Iterator[None]:
    """Once all databases that are measured together are full; then each alone."""
    folder = os.environ.get("BENCH_TURNS")
    if folder is None:
        yield
        return
    turns = Path(folder)
    (turns / f"full-{os.getpid()}").touch()
    while len(list(turns.glob("full-*"))) < int(os.environ["BENCH_OF"]):
        time.sleep(1)
    with (turns / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def fill(release: Any, people: int) -> dict[str, list[tuple[str, Any]]]:
    """Writes the people; returns questions with the person each is about, by their kind."""
    from django.db import connection

    from benchmarks.matching.register import COLUMNS, rows
    from moei.casefile.models import Case, IdentityDocument, NameToken, Person
    from moei.casefile.searching import tokens_of
    from moei.journal.ids import new_id

    place = {name: number for number, name in enumerate(COLUMNS)}
    chance = random.Random(3)
    names: list[tuple[str, Any]] = []
    numbers: list[tuple[str, Any]] = []
    known: dict[str, Any] = {}
    opened = datetime.now(UTC)
    index = next(index for index in NameToken._meta.indexes if index.name == "who_is_called_so")
    with connection.schema_editor() as editor:
        editor.remove_index(NameToken, index)

    def written() -> Iterator[tuple[type, tuple[Any, ...]]]:
        for row in rows(int(people * 1.45) + 100):
            person, name, native, number = (
                row[place[n]] for n in ("person", "name", "name_native", "document_number")
            )
            if person in known:
                # Another official's spelling of somebody who is here already.
                if chance.random() < ASKED / people * 8 and (name or native):
                    names.append((name or native, known[person]))
                continue
            if len(known) >= people:
                return
            pk = known[person] = new_id()
            first, last = (
                date.fromisoformat(row[place[n]]) if row[place[n]] else None
                for n in ("birth_from", "birth_to")
            )
            sex, nationality = row[place["sex"]], row[place["nationality"]]
            yield Person, (pk, release.pk, name or native, native, sex, first, last, "", nationality, False, None, None,
                           None)  # fmt: skip
            yield Case, (new_id(), f"{len(known):09d}-0", release.pk, release.site_id, pk, "thailand", "bench", opened,
                         "listed", "", None, None, False)  # fmt: skip
            if number:
                yield IdentityDocument, (new_id(), pk, "passport", number, "", None, False, None)
                if chance.random() < ASKED / people * 4:
                    numbers.append((number, pk))
            for token in tokens_of(pk, [name, native], [number]):
                yield NameToken, (pk, token.kind, token.token)

    columns = {
        model: [
            field for field in model._meta.concrete_fields if field.name != "id" or model is not NameToken
        ]
        for model in (Person, Case, IdentityDocument, NameToken)
    }
    held: dict[type, list[tuple[Any, ...]]] = {model: [] for model in columns}
    for count, (model, values) in enumerate(written(), 1):
        held[model].append(values)
        if count % (CHUNK * 5) == 0:
            for each, lines in held.items():
                insert(each._meta.db_table, columns[each], lines)
                lines.clear()
    for each, lines in held.items():
        insert(each._meta.db_table, columns[each], lines)
    with connection.schema_editor() as editor:
        editor.add_index(NameToken, index)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    chance.shuffle(names)
    chance.shuffle(numbers)
    names = names[:ASKED]
    return {
        "whole name": names,
        "one part of it": [(max(words.split(), key=len), person) for words, person in names],
        "number": numbers[:ASKED],
    }


def insert(table: str, fields: Sequence[Any], rows: Sequence[tuple[Any, ...]]) -> None:
    """As the database takes them quickest."""
    from django.db import connection, transaction

    if not rows:
        return
    names = ", ".join(f'"{field.column}"' for field in fields)
    with transaction.atomic(), connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f'COPY "{table}" ({names}) FROM STDIN') as copy:
                for row in rows:
                    copy.write_row(row)
        else:
            marks = ", ".join("?" for _field in fields)
            made = [
                [field.get_db_prep_value(value, connection) for field, value in zip(fields, row, strict=True)]
                for row in rows
            ]
            cursor.cursor.executemany(f'INSERT INTO "{table}" ({names}) VALUES ({marks})', made)


def as_page(results: dict[str, dict[str, Any]]) -> str:
    """The section of the page: `results` by database."""
    some = next(iter(results.values()))
    lines = [
        "## At the bridge",
        "",
        f"One look-up among {some['people']:,} invented people of one release, with its entry in the journal, in "
        "milliseconds; target 100 for p95. Names as another official wrote them: misspelt, turned round, in another "
        "script, without a part. *Found*: the person stands among the nine who are shown. The index is "
        "`who_is_called_so` (`casefile/models/identity.py`): kind, key (a part of a name, its consonants, two of those, "
        "a number), person.",
        "",
        "| | " + " | ".join(f"{name} p50 | p95 | worst | found" for name in results) + " |",
        "|---|" + "---:|---:|---:|---:|" * len(results),
    ]
    for what in ("whole name", "one part of it", "number"):
        cells = [
            f"{r[what]['p50']} | **{r[what]['p95']}** | {r[what]['worst']} | {r[what]['found']}"
            for r in results.values()
        ]
        lines.append(f"| {what} | " + " | ".join(cells) + " |")
    return "\n".join(lines) + "\n\n"


if __name__ == "__main__":
    main()
