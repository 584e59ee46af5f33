"""16 people who click once every 2 s, whatever the server does: the time of a click starts when it was planned."""

from __future__ import annotations

import http.client
import os
import random
import statistics
import threading
import time
from datetime import UTC, datetime
from types import SimpleNamespace

from django.contrib.sessions.backends.db import SessionStore

from benchmarks.desks import Pages
from moei.access.acting import Acting
from moei.access.actions.open_case_to import open_case_to
from moei.access.models import CaseGrant
from moei.access.web import LOOKING
from moei.signin.words import keep_words

PEOPLE, EVERY = 16, 2.0
PORT = int(os.environ["MOEI_PORT"])
WORDS = ("chen", "wei", "tadesse", "kumar", "nguyen", "陈", "ahmed", "maria", "zhang li", "tesf")


def click_through(cast, release, seconds: int, desks: Pages) -> dict[str, dict[str, float]]:
    """`desks` are further pages: what -> (as whom, address)."""
    _assign_some(cast, release)
    _wait_for_server()
    sessions = {
        name: _session(cast[name]) for name in {"anong", "kanya", *(who for who, _path in desks.values())}
    }
    cookies = {name: f"sessionid={session.session_key}" for name, session in sessions.items()}
    words = {name: [token for token, _, _ in sessions[name]["searches"]] for name in ("anong", "kanya")}
    pages = {
        "board, social worker": ("anong", lambda: "/board/"),
        "board, caseworker with 200 assigned cases": ("kanya", lambda: "/board/"),
        "case list, social worker": ("anong", lambda: f"/cases/?page={random.randint(1, 40)}"),
        "case list, caseworker with 200 assigned cases": ("kanya", lambda: "/cases/"),
        "name search, social worker": ("anong", lambda: f"/cases/?s={random.choice(words['anong'])}"),
        "name search, caseworker with 200 assigned cases": (
            "kanya",
            lambda: f"/cases/?s={random.choice(words['kanya'])}",
        ),
        **{what: (who, lambda path=path: path) for what, (who, path) in desks.items()},
    }
    # The first answers of a fresh server load templates and catalogues; nobody waits for them twice.
    for name, (who, path) in pages.items():
        for _ in range(8):
            status, _body = _get(path(), cookies[who])
            assert status == 200, (name, status)
    return {name: _load(cookies[who], path, seconds) for name, (who, path) in pages.items()}


def _load(cookie: str, path, seconds: int) -> dict[str, float]:
    times: list[float] = []
    lock = threading.Lock()
    begin = time.perf_counter() + 0.5

    def person(number: int) -> None:
        planned = begin + EVERY * number / PEOPLE
        while planned < begin + seconds:
            time.sleep(max(0.0, planned - time.perf_counter()))
            status, body = _get(path(), cookie)
            took = time.perf_counter() - planned
            assert status == 200, (status, body[:500])
            with lock:
                times.append(took * 1000)
            planned += EVERY

    threads = [threading.Thread(target=person, args=(number,)) for number in range(PEOPLE)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(times) >= PEOPLE * int(seconds / EVERY) * 0.9, f"only {len(times)} clicks were answered"
    cuts = statistics.quantiles(times, n=100)
    return {"clicks": len(times), "p50": cuts[49], "p95": cuts[94], "worst": max(times)}


def _get(path: str, cookie: str) -> tuple[int, bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", PORT, timeout=60)
    connection.request("GET", path, headers={"Host": "localhost", "Cookie": cookie})
    response = connection.getresponse()
    body = response.read()
    connection.close()
    return response.status, body


def _session(staff) -> SessionStore:
    """A signed-in session, made below the sign-in page: what is measured is the pages.

    The words of its searches lie in it, as the form of the list leaves them: no address holds them.
    """
    from django.conf import settings
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY

    session = SessionStore()
    session[SESSION_KEY] = str(staff.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = staff.get_session_auth_hash()
    session[LOOKING] = "my_cases"
    for text in WORDS:
        keep_words(SimpleNamespace(session=session), text)
    session.save()
    return session


def _assign_some(cast, release) -> None:
    from moei.casefile.models import Case

    acting = Acting(cast["anong"], release, datetime.now(UTC))
    cases = Case.objects.within_program("the benchmark assigns cases").filter(release=release, hidden=False)
    for case_id in cases.order_by("number").values_list("id", flat=True)[:200]:
        open_case_to(acting, case_id, CaseGrant.Basis.ASSIGNED, staff=cast["kanya"])


def _wait_for_server() -> None:
    for _ in range(600):
        try:
            _get("/account/login/", "")
        except OSError:
            time.sleep(0.2)
        else:
            return
    raise SystemExit("The server did not start.")
