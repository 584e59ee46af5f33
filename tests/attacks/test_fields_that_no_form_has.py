"""The bribed clerk adds fields to a form: `is_superuser=1`, an outcome, another release or signer (mass assignment).

Each form is sent twice from the same state, once as the page draws it and once with every such field; the two leave the
same rows behind.
"""

from __future__ import annotations

import json
import re
import uuid
from collections import Counter
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.apps import apps
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client
from django.urls import reverse
from tests.attacks.conftest import client_of
from tests.attacks.rows import tables

from moei.access.models import ApiToken, Staff
from moei.casefile.actions.load_wordings import current_wording, load_wordings
from moei.casefile.api import ConsentIn
from moei.casefile.forms import IdentityForm
from moei.casefile.models import Purpose
from moei.crypto import digest_token
from moei.desks.arrivals.api import RegistrationIn
from moei.desks.arrivals.register_form import RegisterForm
from moei.desks.arrivals.tests.workbooks import workbook
from moei.desks.screening.tests.conftest import steps

__all__ = ["steps"]
pytestmark = pytest.mark.django_db
PNG = b"\x89PNG\r\n\x1a\n" + b"\x00" * 64
OPERATION = "0197a1b2-0000-7000-8000-00000000000a"
# Differ from one sending to the next by their nature.
DRAWN = re.compile(
    r"hash|previous|digest|token|number|password|seq|wrapped|sealed|sha256|secret|fields|nonce|content|^id$|last"
)


def every_column() -> set[str]:
    """The name of every column of every table, with and without `_id`: what an attacker would guess."""
    names = {"id", "pk", "acting", "now", "superuser", "admin", "force", "skip_checks", "bypass"}
    for model in apps.get_models():
        for column in model._meta.concrete_fields:
            names |= {column.name, column.attname}
    return names


def attack_on(offered: set[str], other: Staff) -> dict[str, Any]:
    """Every field but those that the form offers to anybody."""
    values: dict[str, Any] = {}
    for name in every_column() - offered - {"csrfmiddlewaretoken"}:
        if name.startswith(
            ("is_", "given", "counts", "public", "verified", "invented", "complete", "hidden")
        ):
            values[name] = "true"
        elif name.endswith("_at") or name in ("now", "birth_date"):
            values[name] = "2020-01-01T00:00:00Z"
        elif name in ("outcome", "decision"):
            values[name] = "victim_consents"
        elif name in ("role",):
            values[name] = "administrator"
        elif name in ("state", "stage"):
            values[name] = "committed"
        elif name.endswith("_id") or name in ("staff", "actor", "release", "site", "agency", "id", "pk"):
            values[name] = str(other.pk)
        else:
            values[name] = "1"
    return values


def left_behind(known: set[str]) -> dict[str, list[str]]:
    """All rows, with what differs from one time to the next taken out."""
    found = {}
    for model in tables():
        lines = []
        for row in model._base_manager.values():
            lines.append(
                json.dumps(
                    {name: plain(value, known) for name, value in row.items() if not DRAWN.search(name)},
                    sort_keys=True,
                    default=str,
                )
            )
        found[model._meta.label_lower] = sorted(lines)
    return found


def plain(value: Any, known: set[str]) -> Any:
    if isinstance(value, datetime):
        return "now" if abs(datetime.now(UTC) - value) < timedelta(days=400) else value.isoformat()
    if isinstance(value, (bytes, memoryview)):
        return "bytes"
    text = value if isinstance(value, str) else json.dumps(value, default=str, sort_keys=True)
    text = re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}", lambda m: m[0] if m[0] in known else "new", text)
    text = re.sub(r"[0-9a-f]{64}", "commitment", text)
    return re.sub(r"\d{4}-\d\d-\d\dT[0-9:.+Z]+", "moment", text)


def ids() -> set[str]:
    return {str(pk) for model in tables() for pk in model._base_manager.values_list("pk", flat=True)} | {
        OPERATION
    }


@pytest.fixture
def things(steps, cast, add_case, acting, now, agencies, settings, tmp_path):
    """A case at each step that has a form."""
    settings.DATA_DIR, settings.ATTACHMENTS_DIR = tmp_path, tmp_path / "attachments"
    load_wordings(now=now)
    started = steps.started(name="Started Invented").case
    return {
        "registered": steps.registered(name="Registered Invented"),
        "screened": steps.screened(name="Screened Invented"),
        "started": started,
        "read": steps.read(name="Read Invented"),
    }


def submissions(things, cast) -> dict[str, tuple[str, str, dict[str, Any]]]:
    """name: who, where, what the form holds."""

    def at(name: str, step: str) -> str:
        return reverse(name, kwargs={"case_id": things[step].pk})

    day = (datetime.now(UTC) + timedelta(days=7)).date().isoformat()
    return {
        "register": (
            "anong",
            reverse("arrivals:register"),
            {"operation": OPERATION, "name": "Fresh Person", "born": "1998", "not_listed": "on", "save": "1"},
        ),
        "upload": (
            "anong",
            reverse("arrivals:upload"),
            {"file": lambda: SimpleUploadedFile("l.xlsx", workbook()), "sender": "Bridge"},
        ),
        "attach": (
            "anong",
            at("cases:attach", "registered"),
            {"kind": "photo", "file": lambda: SimpleUploadedFile("x.png", PNG)},
        ),
        "identity": ("anong", at("cases:identity", "registered"), {"name": "Corrected Name", "sex": "M"}),
        "needs": ("anong", at("cases:needs", "registered"), {"needs": ["medical"]}),
        "disclose": (
            "anong",
            at("cases:disclose", "registered"),
            {"what": "name", "to_whom": "army", "basis": "none", "outside": "on"},
        ),
        "assign": (
            "anong",
            at("cases:assign", "registered"),
            {"basis": "assigned", "assigned-staff": str(cast["kanya"].pk)},
        ),
        "screening": ("anong", at("screening:record_screening", "registered"), {"note": "Tired."}),
        "start": (
            "anong",
            at("screening:start", "screened"),
            {"language": "am", "interpreter": str(cast["selam"].pk), "no_tie": "on"},
        ),
        "answers": ("anong", at("screening:answers", "started"), {"base-route": "0", "route": "By boat"}),
        "sign": (
            "prasert",
            at("screening:sign", "read"),
            {
                "outcome": "unclear_temporary_protection",
                "reasons": "Invented reasons.",
                "operation": OPERATION,
            },
        ),
        "not yet": (
            "anong",
            at("screening:not_yet", "read"),
            {"until": day, "asked_by": "person", "reason": "rest", "operation": OPERATION},
        ),
        "add staff": (
            "admin",
            reverse("web:add_staff"),
            {"username": "fresh", "name": "Fresh Colleague", "languages": "en", "reason": "joins on Monday"},
        ),
        "give role": (
            "admin",
            reverse("web:propose", kwargs={"staff_id": cast["mallory"].pk, "kind": "role"}),
            {"role": "interpreter", "reason": "needs it"},
        ),
        "emergency": (
            "kanya",
            reverse("cases:emergency"),
            {"number": things["registered"].number, "reason": "She collapsed at the gate"},
        ),
        "language": ("anong", reverse("set_language"), {"language": "th"}),
        "choose release": ("anong", reverse("web:release"), {"release": "test-release"}),
    }


NAMES = (
    "register", "upload", "attach", "identity", "needs", "disclose", "assign", "screening", "start", "answers",
    "sign", "not yet", "add staff", "give role", "emergency", "language", "choose release",
)  # fmt: skip
# What a form offers besides what is sent here.
OFFERED: dict[str, Iterable[str]] = {
    "register": {*RegisterForm.base_fields, "happened_at_day", "happened_at_hour", "read", "find", "choose"},
    "identity": IdentityForm.base_fields,
    "sign": {"until", "gap_question", "gap_answer", "dissent"},
    "add staff": {"agency", "profession", "email", "is_service", "role", "site"},
    "give role": {"site"},
    "screening": {"operation"},
    "start": {"operation"},
    "answers": {"operation", "interview"},
}
# These change nothing in the database.
LEAVE_NOTHING = {"language", "choose release"}


def sent(client: Client, url: str, data: dict[str, Any], extra: dict[str, Any], known: set[str]) -> Any:
    """What it leaves behind; the sending is undone afterwards."""
    fresh = {name: value() if callable(value) else value for name, value in data.items()}
    with transaction.atomic():
        answer = client.post(url, {**extra, **fresh})
        rows = left_behind(known)
        transaction.set_rollback(True)
    return answer.status_code, rows


def differences(plainly: dict[str, list[str]], attacked: dict[str, list[str]]) -> dict[str, list[str]]:
    """Rows that only one of the two sendings left behind."""
    found = {}
    for table in plainly:
        one, other = Counter(plainly[table]), Counter(attacked[table])
        if one != other:
            found[table] = [f"only plainly: {row}" for row in (one - other)] + [
                f"only attacked: {row}" for row in (other - one)
            ]
    return found


@pytest.mark.parametrize("name", NAMES)
def test_a_form_takes_its_own_fields_and_no_others(name, things, cast):
    who, url, data = submissions(things, cast)[name]
    client, known = client_of(cast[who]), ids()
    before = left_behind(known)
    status, plainly = sent(client, url, data, {}, known)
    attacked_status, attacked = sent(
        client, url, data, attack_on({*data, *OFFERED.get(name, ())}, cast["mallory"]), known
    )
    assert (status in (200, 302)) and attacked_status == status
    if name not in LEAVE_NOTHING:
        assert plainly != before, "the form itself does something"
    assert differences(plainly, attacked) == {}
    mallory = Staff.objects.get(username="mallory")
    assert not mallory.is_staff and not mallory.is_superuser


def test_the_same_field_twice_does_not_get_past_the_check(things, cast):
    """Parameter pollution: one value is checked, the other one is used."""
    client, case = client_of(cast["prasert"]), things["read"]
    url = reverse("screening:sign", kwargs={"case_id": case.pk})
    body = "reasons=Invented&outcome=nonsense&outcome=victim_consents&outcome=also_nonsense"
    answer = client.post(url, body, content_type="application/x-www-form-urlencoded")
    assert answer.status_code == 422
    answer = client.get(reverse("cases:list") + "?page=1&page=2&page=x&stage=a&stage=b&q=x&q=y")
    assert answer.status_code == 200
    # The address wins: a second case in the body or the query is nobody's business.
    other = things["registered"]
    anong = client_of(cast["anong"])
    needs = reverse("cases:needs", kwargs={"case_id": case.pk})
    anong.post(
        f"{needs}?case_id={other.pk}", {"needs": "medical", "case_id": str(other.pk), "case": str(other.pk)}
    )
    from moei.casefile.models import Need

    assert set(Need.objects.filter(ended_at=None).values_list("person_id", flat=True)) == {case.person_id}


BODIES = {
    "register": (
        "post",
        "/api/registrations",
        lambda things, cast: {
            "operation": OPERATION,
            "name": "Fresh Person",
            "birth_from": "1998-01-01",
            "birth_to": "1998-12-31",
        },
    ),
    "consent": (
        "post",
        "/api/cases/{registered}/consents",
        lambda things, cast: {
            "purpose": "family",
            "given": False,
            "wording": str(current_wording(Purpose.FAMILY, "am").pk),
        },
    ),
    "answers": (
        "post",
        "/api/cases/{started}/interview/answers",
        lambda things, cast: {"answers": {"route": "By boat"}, "operation": OPERATION},
    ),
}


@pytest.mark.parametrize("name", BODIES)
def test_an_operation_takes_its_own_fields_and_no_others(name, things, cast):
    method, path, body = BODIES[name]
    path = path.format(**{step: case.pk for step, case in things.items()})
    staff, now = cast["anong"], datetime.now(UTC)
    ApiToken.objects.create(
        agency=staff.agency,
        staff=staff,
        label="test",
        digest=digest_token("a token of a test"),
        created_at=now,
        expires_at=now + timedelta(hours=1),
    )
    known, results = ids(), []
    # Fields that the operation itself offers are no attack.
    for extra in (
        {},
        attack_on({*RegistrationIn.model_fields, *ConsentIn.model_fields, "base"}, cast["mallory"]),
    ):
        with transaction.atomic():
            answer = getattr(Client(), method)(
                path,
                data=json.dumps({**extra, **body(things, cast)}),
                content_type="application/json",
                headers={"Authorization": "Bearer a token of a test"},
            )
            results.append((answer.status_code, left_behind(known)))
            transaction.set_rollback(True)
    assert results[0][0] in (200, 201), answer.content
    # A strict operation may refuse unknown fields; one that ignores them leaves the same rows.
    assert results[1][0] in (results[0][0], 422)
    if results[1][0] != 422:
        assert differences(results[0][1], results[1][1]) == {}


def test_ids_of_nobody_are_made_up_by_the_program_alone(things, cast):
    """An attacker who chooses an id could meet another row with it."""
    chosen = str(uuid.uuid4())
    client_of(cast["anong"]).post(
        reverse("cases:disclose", kwargs={"case_id": things["registered"].pk}),
        {"id": chosen, "pk": chosen, "what": "name", "to_whom": "army", "basis": "none"},
    )
    assert chosen not in ids()
