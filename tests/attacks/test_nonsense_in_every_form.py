"""Somebody with a sign-in tampers with forms: hidden fields, choices and numbers that no page offers, fields twice or
not at all. Each is answered in words, none breaks the program, and of a field sent twice the last value counts alone.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from uuid import UUID

import pytest
from django.db import transaction
from django.test import Client
from tests.attacks.conftest import client_of
from tests.attacks.walking import ENDS, WRITERS, Form, body_of, forms_of, pages, send
from tests.test_access_matrix import world

from moei.desks.screening.tests.conftest import steps

__all__ = ["steps", "world"]
pytestmark = [pytest.mark.django_db, pytest.mark.slow(seconds=45)]
KEPT = {"csrfmiddlewaretoken"}
SOMEBODY = "00000000-0000-0000-0000-000000000001"

ID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")

Data = dict[str, list[str]]


def everywhere(value: str) -> Callable[[Form], Data]:
    return lambda form: {each.name: [value] for each in form.fields if each.name not in KEPT}


def own(form: Form) -> Data:
    return form.filled(lambda each: each.value or "1")


def twice(form: Form) -> Data:
    """The page's own value between two others: whichever is checked, another might be used."""
    return {name: ["nonsense", *values, SOMEBODY] for name, values in own(form).items()}


def without_one(form: Form) -> Data:
    rest = own(form)
    rest.pop(next(iter(rest), ""), None)
    return rest


TRICKS: dict[str, Callable[[Form], Data]] = {
    "nothing": lambda form: {},
    "words": everywhere("nonsense"),
    "a NUL": everywhere("a\x00b"),
    "a number": everywhere("-99999999999999999999"),
    "somebody's id": lambda form: {name: [SOMEBODY] for name in own(form)},
    "twice, that id last": twice,
    "long": everywhere("\u0e01" * 5000),
    "one is missing": without_one,
}


def test_every_form_answers_nonsense_in_words(world, steps, anong, settings, tmp_path):
    settings.DATA_DIR, settings.ATTACHMENTS_DIR = tmp_path, tmp_path / "attachments"
    cases = [steps.registered(name="One"), steps.started(name="Two").case, steps.read(name="Three")]
    of_cases = [f"/cases/{case.pk}/{name}" for case in cases for name in ("interview/", "determination/")]
    wrong, sent = [], set()
    for who in (*WRITERS, "ploy"):
        client = client_of(world.staff[who])
        for url in (*pages(world, who), *(of_cases if who == "anong" else ())):
            for form in forms_of(url, body_of(client.get(url))):
                key = (form.action, tuple(each.name for each in form.fields))
                if key in sent or ENDS.search(form.action):
                    continue
                sent.add(key)
                answers = {
                    trick: answer_to(client, form, tampered(form)) for trick, tampered in TRICKS.items()
                }
                wrong += [(form.action, trick, fault) for trick, (fault, *_) in answers.items() if fault]
                if answers["twice, that id last"] != answers["somebody's id"]:
                    wrong.append((form.action, "twice", "another value than the last counted"))
    assert wrong == []
    assert len(sent) > 60


def answer_to(client: Client, form: Form, data: Data) -> tuple[str, int, str]:
    """What was wrong with the answer ("" for nothing), its status, and where it leads; nothing that it did stays."""
    before = time.time_ns() // 1_000_000
    try:
        with transaction.atomic():
            answer = send(client, form, data)
            transaction.set_rollback(True)
    except Exception as broken:
        return repr(broken)[:200], 500, ""
    # `s` is the key of a search, new each time, as is the id of what the answer has just made.
    onward = re.split(r"[?&]s=", answer.headers.get("Location", ""))[0]
    onward = ID.sub(lambda found: "new" if UUID(found[0]).int >> 80 >= before else found[0], onward)
    if answer.status_code in (200, 302):
        return "", answer.status_code, onward
    told = answer.status_code in (400, 403, 404, 409, 422) and "<h1" in body_of(answer)
    return ("" if told else f"{answer.status_code} without words"), answer.status_code, onward
