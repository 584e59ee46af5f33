"""A name that is a program: markup in every text field, in five scripts, and then every page is read as a browser would.

The person whose name it is did not choose it; the list came from those who held them.
"""

from __future__ import annotations

import pytest
from django.apps import apps
from django.db import models
from django.urls import reverse
from django.utils.html import escape
from tests.attacks.conftest import client_of
from tests.attacks.walking import ENDS, WRITERS, Field, body_of, forms_of, live, pages, send
from tests.test_access_matrix import EVERYBODY, world

from moei.access.models import Proposal
from moei.desks.screening.tests.conftest import steps

__all__ = ["steps", "world"]
pytestmark = [pytest.mark.django_db, pytest.mark.slow(seconds=80)]

MARK = "zattack"
WORDS = {
    "latin": "Mulugeta",
    "thai": "มาลี",
    "amharic": "ሙሉጌታ",
    "arabic": "عبد الله",
    "chinese": "王小明",
}
PAYLOADS = {
    "latin": f'"><script>{MARK}(1)</script><{MARK}>',
    "thai": f"'><img src=x on{MARK}=1 onerror={MARK}(2)>",
    "amharic": f"</textarea></title></script><svg on{MARK}=1 onload={MARK}(3)>",
    "arabic": f'" autofocus onfocus={MARK}(4) {MARK}=" {{{{ 7|{MARK} }}}}',
    "chinese": f"<a href=javascript:{MARK}(5) {MARK}>",
}
# Text that the program must have taken in somewhere, or the walk below proved nothing.
TAKEN = {
    "casefile.person.name",
    "casefile.person.name_native",
    "casefile.disclosure.what",
    "casefile.disclosure.to_whom",
    "casefile.disclosure.basis",
    "casefile.attachment.name",
    "access.staff.name",
    "access.breakglass.reason",
    "access.proposal.reason",
    "access.lookupreason.text",
    "screening.preliminaryscreening.note",
    "screening.answer.value",
    "arrivals.listimport.filename",
    "arrivals.listimport.sender",
}


def text_for(script: str):
    """Something each field takes: dates where it wants a date, the attack where it takes words."""

    def of(each: Field) -> str:
        if each.kind == "date":
            return "1998-03-14"
        if each.kind == "number" or each.name in ("sheets", "days", "hours_a_day"):
            return "1"
        if each.kind == "password":
            return "x"
        if each.kind == "email":
            return f"{script}@example.org"
        if each.name in ("born", "happened_at_day", "as_of"):
            return "14.03.1998" if each.name == "born" else "02.03.2026"
        if each.name == "happened_at_hour":
            return "10:00"
        if each.name == "username":
            return f"slug{script}"
        if each.name == "languages":
            return "am"
        if each.name in ("nationality",):
            return "LAO"
        text = f"{WORDS[script]} {PAYLOADS[script]}"
        # Where the page holds text short, the payload comes first.
        return text if not each.longest or each.longest >= len(text) else PAYLOADS[script][: each.longest]

    return of


def stored() -> set[str]:
    """Columns in which the mark stands."""
    found = set()
    for model in apps.get_models():
        for column in model._meta.concrete_fields:
            words = isinstance(column, (models.CharField, models.TextField))
            if words and model._base_manager.filter(**{f"{column.name}__contains": MARK}).exists():
                found.add(f"{model._meta.label_lower}.{column.name}")
    return found


def submit_steps(cases, numbers, script: str, answers: list[str], anong) -> None:
    """The forms of screening, interview and panel, which a case has only at its step; and the emergency."""
    client = client_of(anong)
    for case in cases:
        for name in ("interview", "determination"):
            url = f"/cases/{case.pk}/{name}/"
            for form in forms_of(url, body_of(client.get(url))):
                if form.method == "post" and f"/cases/{case.pk}/" in form.action:
                    if form.action.endswith(("/stop/", "/complete/", "/withdraw/")):
                        continue
                    answers.append(body_of(send(client, form, form.filled(text_for(script)))))
    reason = f"{WORDS[script]} {PAYLOADS[script]}"
    client.post("/cases/emergency/", {"number": numbers, "reason": reason})


def submit_everything(world, script: str, answers: list[str], where: dict[str, list[str]]) -> None:
    """Fills and sends every form, once as the first who has it; what comes back at once is kept (reflected scripts).

    `where` are the pages that each opens: in the first round all, in later ones those on which they found a form.
    """
    sent = set()
    for who in WRITERS:
        client, found = client_of(world.staff[who]), []
        for url in where[who]:
            for form in forms_of(url, body_of(client.get(url))):
                key = (form.action, tuple(each.name for each in form.fields))
                if key in sent or ENDS.search(form.action):
                    continue
                sent.add(key)
                if url not in found:
                    found.append(url)
                response = send(client, form, form.filled(text_for(script)))
                assert response.status_code < 500, form.action
                answers.append(body_of(response))
        where[who] = found


def upload_everything(world, script: str) -> None:
    """Files: a list whose every cell, name and sender attacks; an attachment whose name does."""
    from django.core.files.uploadedfile import SimpleUploadedFile

    from moei.desks.arrivals.tests.workbooks import workbook

    attack = f"{WORDS[script]} {PAYLOADS[script]}"
    client = client_of(world.staff["anong"])
    rows = [(1, attack, "M", "14.03.1998", attack, "EP1234567"), (2, attack, attack, attack, "Laos", attack)]
    data = workbook(rows, title=f"List of persons received {attack}")
    client.post(
        "/lists/upload/",
        {"file": SimpleUploadedFile(f"{PAYLOADS[script].replace('/', '_')}.xlsx", data), "sender": attack},
    )
    png = b"\x89PNG\r\n\x1a\n" + b"\x00" * 64
    name = f"{PAYLOADS[script].replace('/', '_')}.png"
    client.post(
        f"/cases/{world.theirs.pk}/attachments/", {"kind": "photo", "file": SimpleUploadedFile(name, png)}
    )


def approve_new_accounts(world) -> None:
    """Somebody of another agency lets in whom the administrator proposed, whatever their name."""
    client, waiting = (
        client_of(world.staff["somsak"]),
        Proposal.objects.filter(kind="account", decided_at=None),
    )
    for proposal in waiting:
        client.post(reverse("web:proposal", args=[proposal.pk]), {"decision": "approve"})


def test_nothing_that_was_typed_is_ever_run(world, steps, anong, settings, tmp_path):
    settings.DATA_DIR, settings.ATTACHMENTS_DIR = tmp_path, tmp_path / "attachments"
    reflected: list[str] = []
    where = {who: list(pages(world, who)) for who in WRITERS}
    cases = [steps.registered(name="One"), steps.started(name="Two").case, steps.read(name="Three")]
    for script in PAYLOADS:  # what one round made has forms of its own in the next
        upload_everything(world, script)
        submit_steps(cases, world.foreign.number, script, reflected, anong)
        submit_everything(world, script, reflected, where)
        approve_new_accounts(world)
    assert stored() >= TAKEN, TAKEN - stored()
    assert sum(MARK in html for html in reflected) > 10, "some forms came back with what was typed"
    for html in reflected:
        assert runs(html) == []
    steps_of_cases = [
        f"/cases/{case.pk}/{name}" for case in cases for name in ("", "interview/", "determination/")
    ]
    shown, files = 0, set()
    for who in EVERYBODY:
        client = client_of(world.staff[who])
        for url in (*pages(world, who), *(steps_of_cases if who == "anong" else ())):
            if url in files:
                continue
            html = body_of(client.get(url))
            if not html:  # a paper is drawn for seconds and is no page
                files.add(url)
            shown += MARK in html
            assert runs(html) == [], (who, url)
    assert shown > 50, "the pages did show what was typed"


def runs(html: str) -> list[str]:
    """Only what holds a payload is read: reading takes longer than drawing."""
    return live(html, MARK) if MARK in html else []


def test_the_reader_of_pages_notices_what_would_run():
    """So that the test above can fail: each payload, written out unescaped, is found."""
    for script, payload in PAYLOADS.items():
        for frame in ("<p>{}</p>", '<p title="{}">x</p>', "<p title='{}'>x</p>", "<textarea>{}</textarea>"):
            if live(f"<!doctype html><title>x</title>{frame.format(payload)}", MARK):
                break
        else:
            raise AssertionError(script)
        assert live(f'<!doctype html><p title="{escape(payload)}">{escape(payload)}</p>', MARK) == []
