"""The journal: how fast a million entries are proved, and what keeping it costs the people at the desks.

Prints one JSON object. Memory is this process's own peak, so that growth with the number of entries would show.
"""

from __future__ import annotations

import json
import os
import random
import resource
import statistics
import sys
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from unittest import mock

os.environ["DJANGO_SETTINGS_MODULE"] = "moei.web.settings"
os.environ["MOEI_DEMO"] = "1"

ROUNDS = 60
BATCH = 5_000


def main() -> None:
    scratch, entries = Path(sys.argv[1]), int(sys.argv[2])
    (scratch / "data").mkdir(exist_ok=True)
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    result = {"entries": entries, **cost_of_keeping(), **proof(entries)}
    print(json.dumps(result))


# Proving ---------------------------------------------------------------------------------------------------


def proof(entries: int) -> dict[str, object]:
    from moei.journal.models import Head
    from moei.journal.verify import verify

    write(entries // 10)
    verify()
    small = peak()
    write(entries - Head.objects.get().seq)
    started = time.perf_counter()
    told = []
    result = verify(lambda done, total: told.append(done))
    seconds = time.perf_counter() - started
    assert result.intact and result.entries == entries, result.findings[:3]
    assert len(told) > 10
    return {
        "verify_seconds": round(seconds, 1),
        "verify_memory_tenth": small,
        "verify_memory": peak(),
    }


def write(count: int) -> None:
    """Entries as a release makes them: mostly readings of cases and of lists, some changes."""
    from moei.journal.ids import new_id
    from moei.journal.record import Note, record_many

    chance = random.Random(7)
    staff, agencies, cases = ([new_id() for _ in range(n)] for n in (40, 8, 5_000))
    release, now = new_id(), datetime.now(UTC)
    while count > 0:
        notes = []
        for number in range(min(BATCH, count)):
            case, kind = chance.choice(cases), chance.random()
            about = {"actor": chance.choice(staff), "agency": chance.choice(agencies), "release": release}
            if kind < 0.6:
                sections = {"sections": ["identity", "needs", "procedure"]}
                notes.append(
                    Note(
                        "case.opened_for_reading",
                        kind="read",
                        case=case,
                        subject=case,
                        data=sections,
                        **about,
                    )
                )
            elif kind < 0.8:
                shown = {
                    "page": "cases:list",
                    "people": 10,
                    "cases": [str(one) for one in chance.sample(cases, 10)],
                }
                notes.append(Note("people.listed", kind="read", data=shown, **about))
            else:
                changes = {"needs": (None, "doctor"), "note": ("ก่อน", "หลัง")}
                moment = now + timedelta(microseconds=number)
                notes.append(
                    Note(
                        "needs.recorded",
                        case=case,
                        subject=case,
                        changes=changes,
                        happened_at=moment,
                        **about,
                    )
                )
        record_many(notes, now=now)
        count -= len(notes)


def peak() -> int:
    """MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


# Keeping ---------------------------------------------------------------------------------------------------


def cost_of_keeping() -> dict[str, object]:
    """Registrations and case pages with the journal and without it, in turns, so that both meet the same machine."""
    from django.test import Client
    from django.urls import reverse

    from benchmarks.instance import allow_much, new_release
    from moei.access.acting import Acting
    from moei.desks.arrivals.actions.register_person import register_person
    from moei.desks.arrivals.registration import Registration

    release, cast = new_release("bench", datetime.now(UTC))
    allow_much(release, cast, "anong")
    client = Client(HTTP_HOST="localhost")
    client.force_login(cast["anong"])
    cases = []

    def registration(number: int) -> None:
        born = date(1990, 1, 1) + timedelta(days=number)
        given = Registration(
            name=f"Invented Person{number}",
            sex="M",
            nationality="ETH",
            birth_from=born,
            birth_to=born,
            languages=(("am", "native"),),
            needs=frozenset({"injured"}),
        )
        acting = Acting(cast["anong"], release, datetime.now(UTC))
        cases.append(register_person(acting, given, None, operation=uuid.uuid4()).case)

    def case_page(number: int) -> None:
        answer = client.get(reverse("cases:file", args=[cases[number % len(cases)].pk]))
        assert answer.status_code == 200, answer.status_code

    found: dict[str, object] = {}
    for name, do in (("registration", registration), ("case_page", case_page)):
        times: dict[bool, list[float]] = {True: [], False: []}
        for number in range(-8, 2 * ROUNDS):
            kept = number % 2 == 0
            with nullcontext() if kept else without_journal():
                started = time.perf_counter()
                do(number + 8)
                took = (time.perf_counter() - started) * 1000
            if number >= 0:  # the first load templates and catalogues
                times[kept].append(took)
        found[f"{name}_with"] = round(statistics.median(times[True]), 1)
        found[f"{name}_without"] = round(statistics.median(times[False]), 1)
        found[f"{name}_ratio"] = round(statistics.median(times[True]) / statistics.median(times[False]), 2)
    return found


@contextmanager
def without_journal() -> Iterator[None]:
    """Actions run as always, and nothing is written: only a benchmark may do this, from outside the program."""
    from moei.journal.models import Entry

    def nothing(note, *, now):
        return Entry(seq=0, action=note.action, case=note.case, recorded_at=now)

    def nothing_of_many(notes, *, now):
        return [nothing(note, now=now) for note in notes]

    with (
        mock.patch("moei.access.journalled.record", nothing),
        mock.patch("moei.access.journalled.record_many", nothing_of_many),
    ):
        yield


if __name__ == "__main__":
    main()
