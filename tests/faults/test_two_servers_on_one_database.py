"""Somebody starts a second server on the same data, by mistake or for speed: both may serve, nothing is done twice."""

from __future__ import annotations

import threading
import uuid

import pytest
import requests
from tests.faults.instance import ROUNDS, Browser, Instance, bearer

pytestmark = pytest.mark.slow
EACH = min(25, 5 * ROUNDS)

STANDS = """
from collections import Counter
from moei.casefile.models import Case, CaseEvent
from moei.desks.screening.models import Determination, Signature
from moei.journal.verify import verify
found = Case.objects_unchecked.filter(person__name__startswith="Registered")
made = CaseEvent.objects.filter(kind="determination_made")
print(json.dumps({
    "intact": verify().intact, "names": Counter(found.values_list("person__name", flat=True)),
    "signatures": Counter(str(c) for c in Signature.objects.values_list("case_id", flat=True)),
    "determinations": Counter(str(c) for c in Determination.objects.values_list("case_id", flat=True)),
    "made": Counter(str(c) for c in made.values_list("case_id", flat=True)),
}))
"""


def at_once(*jobs) -> None:
    threads = [threading.Thread(target=job) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=180)


def test_the_same_submission_to_both_is_applied_once_and_the_chain_holds(instance, heard):
    twin = instance.twin()
    answers: list[tuple[int, int, str]] = []
    bodies = [
        {
            "operation": str(uuid.uuid4()),
            "name": f"Registered {n}",
            "birth_from": "1998-01-01",
            "birth_to": "1998-12-31",
        }
        for n in range(EACH)
    ]

    def register(at: Instance) -> None:
        for n, body in enumerate(bodies):
            answer = requests.post(
                f"{at.url}/api/registrations", headers=bearer("anong"), json=body, timeout=90
            )
            answers.append((n, answer.status_code, answer.json().get("case", "")))

    def sign(at: Instance, username: str) -> None:
        browser = Browser(at, username)
        for case in heard[:3]:
            browser.post_form(
                f"/cases/{case}/determination/sign/",
                {"outcome": "victim_consents", "reasons": "Invented.", "operation": str(uuid.uuid4())},
            )

    with instance.served(), twin.served():
        at_once(lambda: register(instance), lambda: register(twin))
        at_once(
            lambda: sign(instance, "anong"), lambda: sign(twin, "prasert"), lambda: sign(instance, "mali")
        )
    stands = instance.python(STANDS)
    assert stands["intact"]
    assert {status for _n, status, _case in answers} == {201}
    for n in range(EACH):
        assert len({case for number, _status, case in answers if number == n}) == 1, (
            "both were told of one case"
        )
    assert stands["names"] == {f"Registered {n}": 1 for n in range(EACH)}
    assert all(stands["signatures"][case] == 3 for case in heard[:3])
    assert all(stands["determinations"][case] == stands["made"][case] == 1 for case in heard[:3])
