"""`kill -9` on every process of the server while lists are taken in, people registered and panels sign.

After each: nothing stands half, nothing that a client was told is lost, the journal verifies, and work goes on.
`MOEI_FAULT_ROUNDS` says how often (3; the benchmark asks for 100), `MOEI_FAULT_SEED` with which chances.
"""

from __future__ import annotations

import os
import random
import threading
import time
import uuid

import pytest
import requests
from tests.faults.instance import ROUNDS, Browser, Instance, bearer, invented_name

from moei.desks.arrivals.tests.workbooks import workbook

pytestmark = pytest.mark.slow(seconds=50)
ROWS = 40
SEED = int(os.environ.get("MOEI_FAULT_SEED", "20250212"))
PANEL = ("anong", "prasert", "mali")
# Rounds, a few seconds each, that a sign-in serves: whoever signs has confirmed who they are a short while ago.
SIGNED_IN_FOR = 15

CHECK = """
from moei.access.models import Staff
from moei.casefile.models import Case, CaseEvent, SourceRecord
from moei.desks.arrivals.models import ListImport, StagedRows
from moei.desks.screening.models import Determination, Signature
from moei.desks.arrivals import storage
from moei.journal.models import Entry
from moei.journal.verify import verify
from django.db import connection
from django.conf import settings
from pathlib import Path
result = verify()
pages, orphans = ["ok"], []  # PostgreSQL was not cut off: it only lost whoever talked to it
with connection.cursor() as cursor:
    if connection.vendor == "sqlite":
        cursor.execute("PRAGMA integrity_check")
        pages = [row[0] for row in cursor.fetchall()]
        # It looks at the file alone; what a cut-off checkpoint had yet to write there stands in the log beside it.
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        cursor.fetchall()
        cursor.execute("PRAGMA cipher_integrity_check")  # says nothing where no page is sealed
        pages += [row[0] for row in cursor.fetchall()]
        cursor.execute("PRAGMA foreign_key_check")
        orphans = [str(row) for row in cursor.fetchall()]
half = []
for imp in ListImport.objects.all():
    records = SourceRecord.objects.filter(source=imp.id).count()
    staged = StagedRows.objects.filter(list_import=imp).count()
    kept = storage.path_of(imp.id).exists()
    whole = {"staged": (0, 1), "committed": (imp.rows, 0)}[imp.state]
    if (records, staged) != whole or not kept:
        half.append(f"list {imp.state}: {records} of {imp.rows} records, staged {staged}, file {kept}")
    if kept and len(storage.fetch(imp.id)) != imp.size:
        half.append("the file of a list is broken")
    done = Entry.objects.filter(action="list.committed", data__import=str(imp.id)).count()
    if done != (imp.state == "committed"):
        half.append(f"list {imp.state}, journalled {done} times")

cases = Case.objects_unchecked
for case in cases.all():
    signed = CaseEvent.objects.filter(case=case, kind="determination_signed").count()
    signatures = Signature.objects.filter(case=case).count()
    made = CaseEvent.objects.filter(case=case, kind="determination_made").count()
    if signed != signatures:
        half.append(f"{signatures} signatures, {signed} events")
    if made != Determination.objects.filter(case=case).count() or made != (signatures == 3):
        half.append(f"{signatures} signatures made {made} determinations")
    if (case.outcome != "") != bool(made):
        half.append(f"outcome {case.outcome!r} of a case with {signatures} signatures")
print(json.dumps({
    "intact": result.intact, "findings": [f.words for f in result.findings], "entries": result.entries,
    "pages": pages, "orphans": orphans, "half": half,
    "committed": [str(pk) for pk in ListImport.objects.filter(state="committed").values_list("id", flat=True)],
    "cases": sorted(str(pk) for pk in cases.values_list("id", flat=True)),
    "signatures": sorted(f"{c}/{u}" for c, u in Signature.objects.values_list("case_id", "staff__username")),
}))
"""


class Told:
    """What the clients were told is done."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.committed: set[str] = set()
        self.cases: set[str] = set()
        self.signatures: set[str] = set()
        self.tried = 0

    def add(self, kind: str, what: str) -> None:
        with self.lock:
            getattr(self, kind).add(what)

    def count(self) -> int:
        return len(self.committed) + len(self.cases) + len(self.signatures)


def take_lists_in(instance: Instance, told: Told, stop: threading.Event, seed: int) -> None:
    """Uploads a list nobody has seen, takes it in, and again."""
    chance = random.Random(seed)
    while not stop.is_set():
        rows = [
            (
                n,
                invented_name(chance),
                "M",
                f"{chance.randint(1, 28)}.{chance.randint(1, 12)}.1998",
                "Ethiopia",
                "",
            )
            for n in range(1, ROWS + 1)
        ]
        try:
            sent = requests.post(
                f"{instance.url}/api/lists",
                headers=bearer("anong"),
                data={"sender": f"Bridge {chance.random()}", "kind": "handover"},
                files={"file": ("list.xlsx", workbook(rows))},
                timeout=30,
            )
            list_id = sent.json()["id"]
            told.tried += 1
            done = requests.post(
                f"{instance.url}/api/lists/{list_id}/commit",
                headers=bearer("anong"),
                json={"happened_at": _an_hour_ago()},
                timeout=30,
            )
            if done.status_code == 200:
                told.add("committed", list_id)
        except (requests.RequestException, KeyError, ValueError):
            return


def _an_hour_ago() -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() - 3600))


def register_people(instance: Instance, told: Told, stop: threading.Event, seed: int) -> None:
    chance = random.Random(seed)
    while not stop.is_set():
        body = {
            "operation": str(uuid.UUID(int=chance.getrandbits(128), version=4)),
            "name": invented_name(chance),
            "nationality": "ETH",
            "birth_from": "1997-01-01",
            "birth_to": "1997-12-31",
        }
        try:
            told.tried += 1
            done = requests.post(
                f"{instance.url}/api/registrations", headers=bearer("anong"), json=body, timeout=30
            )
            if done.status_code == 201:
                told.add("cases", done.json()["case"])
        except (requests.RequestException, ValueError):
            return


def sign_panels(told: Told, stop: threading.Event, browser: Browser, username: str, cases: list[str]) -> None:
    for case in cases:
        if stop.is_set():
            return
        try:
            told.tried += 1
            done = browser.post_form(
                f"/cases/{case}/determination/sign/",
                {
                    "outcome": "victim_consents",
                    "reasons": "Invented reasons.",
                    "operation": str(uuid.uuid4()),
                },
            )
            if done.status_code == 302 and "/determination/" in done.headers["Location"]:
                told.add("signatures", f"{case}/{username}")
        except requests.RequestException:
            return


def wait_for_work(told: Told, chance: random.Random, *, a_list: bool) -> None:
    """Until some things are done, with `a_list` a whole list among them, and a moment more: machines differ in speed."""
    things, lists = told.count() + chance.randint(0, 10), len(told.committed) + a_list
    until = time.monotonic() + 20
    while time.monotonic() < until and (told.count() < things or len(told.committed) < lists):
        time.sleep(0.01)
    time.sleep(chance.uniform(0, 0.4))


def work_until_the_cut(
    instance: Instance,
    told: Told,
    browsers: dict[str, Browser],
    cases: list[str],
    chance: random.Random,
    *,
    a_list: bool,
) -> bool:
    """One round: everybody works, and the power fails somewhere in it. Returns whether anybody still worked then."""
    server, stop = instance.start(), threading.Event()
    try:
        server.wait()
        if not browsers:
            browsers.update({username: Browser(instance, username) for username in PANEL})
        seed = chance.getrandbits(32)
        threads = [
            threading.Thread(target=take_lists_in, args=(instance, told, stop, seed)),
            threading.Thread(target=register_people, args=(instance, told, stop, seed + 1)),
            *(
                threading.Thread(target=sign_panels, args=(told, stop, browser, who, cases))
                for who, browser in browsers.items()
            ),
        ]
        for thread in threads:
            thread.start()
        wait_for_work(told, chance, a_list=a_list)
        at_work = any(thread.is_alive() for thread in threads)
        server.cut_power()
        stop.set()
        for thread in threads:
            thread.join(timeout=60)
        return at_work
    finally:
        server.cut_power()


def test_nothing_stands_half_and_nothing_told_is_lost(instance, heard):
    chance, told = random.Random(SEED), Told()
    share = max(1, len(heard) // ROUNDS)
    browsers: dict[str, Browser] = {}
    cut_at_work = 0
    with instance.asked(CHECK) as check:
        for round_ in range(ROUNDS):
            if round_ % SIGNED_IN_FOR == 0:
                browsers.clear()
            cases = heard[round_ * share : (round_ + 1) * share]
            cut_at_work += work_until_the_cut(instance, told, browsers, cases, chance, a_list=round_ % 3 == 1)
            stands = check()
            assert stands["intact"], stands["findings"]
            assert stands["pages"] == ["ok"]
            assert stands["orphans"] == []
            assert stands["half"] == [], round_
            for kind in ("committed", "cases", "signatures"):
                lost = getattr(told, kind) - set(stands[kind])
                assert lost == set(), f"round {round_}: {kind} confirmed and lost"
    assert cut_at_work == ROUNDS, "the power failed while people worked, each time"
    assert told.cases and told.signatures and told.committed, "work was done between the cuts"
    # And work goes on where it stood.
    with instance.served():
        assert Browser(instance, "anong").page("/board/").status_code == 200
