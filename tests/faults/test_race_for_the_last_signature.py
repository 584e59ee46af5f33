"""The bribed officer wants the last word: many windows send signatures at one moment, to the true server.

Two officers of one profession for one seat, one of them from several windows, while others sign, and while one takes a
signature back. First it is shown that the races are true: with the locks off they are lost.
"""

from __future__ import annotations

import contextlib
import re
import subprocess
import sys
import threading
import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from functools import partial

import pytest
from tests.faults.instance import ROOT, Browser, Instance, Server

pytestmark = pytest.mark.slow
YES, NO = "victim_consents", "victim_declines"
PANEL = {"social_development", "police", "labour_protection"}

# A second police officer, of whom the first does not know.
CHAI = """
from datetime import UTC, datetime
from moei.access.models import RoleGrant, Staff
from tests.browser.world import PASSWORD
first = RoleGrant.objects.get(staff__username="prasert", role="panel_police")
chai = Staff.objects.create(username="chai", name="Chai (invented)", profession="police", agency=first.staff.agency)
chai.set_password(PASSWORD)
chai.save()
RoleGrant.objects.create(staff=chai, role=first.role, release=first.release, site=first.site,
                         granted_at=first.granted_at)
"""

# Of each case: who signed what, what was determined, how often an event says so, and what the case says.
STANDS = """
from moei.casefile.models import Case, CaseEvent
from moei.desks.screening.models import Determination, Signature
from moei.journal.verify import verify
def stands(case):
    signed = Signature.objects.filter(case=case, withdrawn_at__isnull=True)
    return {
        "signed": sorted(signed.values_list("profession", "outcome")),
        "made": list(Determination.objects.filter(case=case).values_list("outcome", flat=True)),
        "events": CaseEvent.objects.filter(case=case, kind="determination_made").count(),
        "outcome": Case.objects_unchecked.get(pk=case).outcome,
    }
print(json.dumps({"intact": verify().intact, "cases": {case: stands(case) for case in sys.argv[1:]}}))
"""


class Window(Browser):
    """One more window of somebody who signed in."""

    def __init__(self, owner: Browser) -> None:
        super(Browser, self).__init__()
        self.base = owner.base
        self.cookies.update(owner.cookies)

    def sign(self, case: str, outcome: str = YES, operation: str = "") -> int:
        said = {"outcome": outcome, "reasons": "Invented.", "operation": operation or str(uuid.uuid4())}
        return self.post_form(f"/cases/{case}/determination/sign/", said).status_code

    def withdraw(self, case: str, signature: str) -> int:
        said = {"signature": signature, "reason": "By mistake."}
        return self.post_form(f"/cases/{case}/determination/withdraw/", said).status_code

    def own_signature(self, case: str) -> str:
        found = re.search(
            r'name="signature" value="([0-9a-f-]{36})"', self.page(f"/cases/{case}/determination/").text
        )
        assert found is not None
        return found[1]


def windows(instance: Instance, *usernames: str) -> dict[str, Callable[[], Window]]:
    """`windows(...)["mali"]()`: a new window of Mali, who has signed in once."""
    return {name: partial(Window, Browser(instance, name)) for name in usernames}


def at_once(*sends: Callable[[], int]) -> Counter[int]:
    """How often each status was answered; nobody begins before all are ready."""
    ready, got = threading.Barrier(len(sends)), []

    def run(send: Callable[[], int]) -> None:
        ready.wait(timeout=30)
        got.append(send())

    threads = [threading.Thread(target=run, args=(send,)) for send in sends]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=120)
    assert len(got) == len(sends), "everybody was answered"
    return Counter(got)


@contextlib.contextmanager
def served_with_locks_off(instance: Instance) -> Iterator[None]:
    with (instance.home / "server.log").open("ab") as log:
        process = subprocess.Popen(
            [
                *(
                    sys.executable,
                    "-m",
                    "granian",
                    "tests.faults.locks_off:application",
                    "--interface",
                    "wsgi",
                ),
                *("--port", str(instance.port), "--workers", "1", "--blocking-threads", "3"),
            ],
            env=instance.environment,
            cwd=ROOT,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    server = Server(instance, process)
    try:
        server.wait()
        yield
    finally:
        server.stop()


def test_with_the_locks_off_the_race_is_lost(instance, heard):
    case = heard[0]
    with served_with_locks_off(instance):
        of = windows(instance, "anong", "prasert", "mali")
        assert of["anong"]().sign(case) == 302
        assert at_once(partial(of["prasert"]().sign, case), partial(of["mali"]().sign, case)) == {302: 2}
    (stands,) = instance.python(STANDS, case)["cases"].values()
    assert {profession for profession, _outcome in stands["signed"]} == PANEL
    assert stands["made"] == [] and stands["events"] == 0, "all have signed, and nobody is protected"


def test_many_windows_fill_each_seat_once_and_who_takes_back_is_in_time_or_is_not(instance, heard):
    instance.python(CHAI)
    crowded, regretted = heard[:3], heard[3:9]
    with instance.served():
        of = windows(instance, "anong", "prasert", "mali", "chai")
        for case in (*crowded, *regretted):
            assert of["anong"]().sign(case) == 302
        for case in crowded:
            double = str(uuid.uuid4())
            got = at_once(
                partial(of["prasert"]().sign, case, YES, double),
                partial(of["prasert"]().sign, case, YES, double),
                partial(of["prasert"]().sign, case, NO),
                partial(of["chai"]().sign, case, NO),
                partial(of["mali"]().sign, case, YES),
                partial(of["mali"]().sign, case, YES),
            )
            # Two seats are told that they signed, one perhaps twice by its double click; others are refused in words.
            assert got[302] in (2, 3) and got[302] + got[422] == 6, got
        for case in regretted:
            regrets, last = of["prasert"](), of["mali"]()
            assert regrets.sign(case) == 302
            signature = regrets.own_signature(case)
            at_once(partial(regrets.withdraw, case, signature), partial(last.sign, case))
    told = instance.python(STANDS, *crowded, *regretted)
    assert told["intact"]
    for case in crowded:
        stands = told["cases"][case]
        assert [profession for profession, _outcome in stands["signed"]] == sorted(PANEL), "each seat once"
        assert (stands["made"], stands["events"], stands["outcome"]) == ([YES], 1, YES), (
            "two of three said so"
        )
    for case in regretted:
        stands = told["cases"][case]
        seats = [profession for profession, _outcome in stands["signed"]]
        assert len(seats) == len(set(seats)) and set(seats) >= PANEL - {"police"}
        in_time = "police" not in seats
        assert (stands["made"], stands["events"]) == (([], 0) if in_time else ([YES], 1)), (
            "never taken back and counted"
        )
