"""The embassy's officer asks for ids and measures: is there such a case, only not for me? (an oracle by time or words)"""

from __future__ import annotations

import random
import re
import statistics
import time
import uuid

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
SAMPLES = 240


def body_of(response, case_id) -> str:
    """The page without what is drawn anew each time: the id that was asked for, the token of its forms."""
    return re.sub(r"[A-Za-z0-9]{64}", "TOKEN", response.content.decode().replace(str(case_id), "ID"))


@pytest.mark.parametrize("who", ["tesfa", "kanya", "niran"])
def test_not_yours_is_said_in_the_very_words_of_not_there(who, add_case, cast, client):
    case, nobody = add_case("Somebody Else"), uuid.uuid4()
    client.force_login(cast[who])
    for name in (
        "cases:file",
        "cases:identity",
        "screening:interview",
        "screening:determination",
        "cases:ask",
    ):
        theirs = client.get(reverse(name, args=[case.pk]))
        none = client.get(reverse(name, args=[nobody]))
        assert (theirs.status_code, none.status_code) == (404, 404), name
        assert body_of(theirs, case.pk) == body_of(none, nobody), name
        assert sorted(theirs.headers) == sorted(none.headers)
        assert len(theirs.content) == len(none.content)


def test_not_yours_takes_the_time_of_not_there(add_case, cast, django_assert_num_queries):
    """Measured in pairs and in random order; the middle of the differences is what a patient attacker would see.

    Robust to a busy machine: of each kind the lower quartile counts, and the two may differ by a tenth of it or by
    what the very same question differs from itself.
    """
    case = add_case("Somebody Else")
    client = Client()
    client.force_login(cast["kanya"])
    chance = random.Random(7)

    def timed(case_id) -> float:
        url = reverse("cases:file", args=[case_id])
        started = time.perf_counter()
        response = client.get(url)
        taken = time.perf_counter() - started
        assert response.status_code == 404
        return taken

    for _warm in range(10):
        timed(case.pk), timed(uuid.uuid4())
    for _attempt in range(3):
        taken: dict[str, list[float]] = {"theirs": [], "none": [], "none again": []}
        for _sample in range(SAMPLES):
            kinds = list(taken)
            chance.shuffle(kinds)
            for kind in kinds:
                taken[kind].append(timed(case.pk if kind == "theirs" else uuid.uuid4()))
        quartile = {kind: statistics.quantiles(times, n=4)[0] for kind, times in taken.items()}
        noise = abs(quartile["none"] - quartile["none again"])
        differs = abs(quartile["theirs"] - quartile["none"])
        if differs <= max(0.1 * quartile["none"], 3 * noise):
            return
    raise AssertionError(f"{differs * 1000:.2f} ms apart, {quartile}")


def test_not_yours_asks_the_database_what_not_there_asks(add_case, cast):
    """What takes the same time on any machine: the very same queries, in the same order."""
    case, client = add_case("Somebody Else"), Client()
    client.force_login(cast["kanya"])

    def queries(case_id) -> list[str]:
        with CaptureQueriesContext(connection) as asked:
            client.get(reverse("cases:file", args=[case_id]))
        return [re.sub(r"'[^']*'", "VALUE", query["sql"]) for query in asked]

    none = uuid.uuid4()
    queries(none)
    assert queries(case.pk) == queries(none)


def test_a_wrong_password_and_a_name_of_nobody_are_answered_alike(cast, client, settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
    cast["anong"].set_password("a pass phrase that is hers")
    cast["anong"].save()

    def tried(username: str) -> tuple[int, str, float]:
        started = time.perf_counter()
        answer = client.post("/account/login/", {"login": username, "password": "wrong guess"})
        text = answer.content.decode().replace(username, "NAME")
        text = re.sub(r"[A-Za-z0-9]{64}", "TOKEN", text)
        start = text.index("<main")
        return answer.status_code, text[start : text.index("</main")], time.perf_counter() - started

    tried("warm-up")
    known = [tried("anong") for _ in range(5)]
    unknown = [tried(f"qqq{n}x") for n in range(5)]
    assert {row[0] for row in known} == {row[0] for row in unknown}
    assert known[0][1] == unknown[0][1]
    quick = min(row[2] for row in unknown)
    assert quick > 0.5 * min(row[2] for row in known), "the hash is made also for nobody"
