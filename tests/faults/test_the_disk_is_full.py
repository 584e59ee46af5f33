"""No room left on the disk: whoever sends something is told so in words, nothing stands half, and work goes on later."""

from __future__ import annotations

import json
import shutil
import subprocess
import uuid

import pytest
import requests
from tests.faults.instance import Browser, bearer

from moei.desks.arrivals.tests.workbooks import PEOPLE, workbook

pytestmark = [pytest.mark.slow, pytest.mark.in_a_file]

COUNT = """
from moei.casefile.models import Case, SourceRecord
from moei.desks.arrivals.models import ListImport, StagedRows
from moei.journal.models import Entry
from moei.journal.verify import verify
from django.conf import settings
from pathlib import Path
files = [p.name for p in (Path(settings.DATA_DIR) / "lists").glob("*.sealed")]
known = {f"{pk}.sealed" for pk in ListImport.objects.values_list("id", flat=True)}
print(json.dumps({
    "lists": ListImport.objects.count(), "staged": StagedRows.objects.count(), "records": SourceRecord.objects.count(),
    "cases": Case.objects_unchecked.count(), "changes": Entry.objects.filter(kind="change").count(),
    "intact": verify().intact, "strays": [name for name in files if name not in known],
}))
"""


ROOM = 512 * 1024


@pytest.fixture(params=["quota", "disk"])
def full(request, instance):
    """What starts the server where there is hardly any room: under a limit of the system, or on a small disk."""
    data = instance.home / "data"
    if request.param == "quota":
        yield ("prlimit", f"--fsize={ROOM}")
        return
    used = sum(path.stat().st_size for path in data.rglob("*") if path.is_file())
    moved = data.rename(instance.home / "before")
    data.mkdir()
    mounting = ["mount", "-t", "tmpfs", "-o", f"size={used + ROOM}", "tmpfs", str(data)]
    if subprocess.run(mounting, capture_output=True).returncode:
        pytest.skip("only root may mount a small disk; the quota was tried")
    try:
        shutil.copytree(moved, data, dirs_exist_ok=True)
        yield ()
    finally:
        subprocess.run(["umount", "-l", str(data)], check=True)


def test_nothing_is_half_saved_and_people_are_told(instance, full):
    before = instance.python(COUNT)
    rows = [(n, f"PERSON NUMBER {n}", "M", "14.03.1998", "Ethiopia", f"EP{n:07d}") for n in range(1, 4000)]
    told = []
    with instance.served(*full):
        browser = Browser(instance, "anong")
        told.append(
            requests.post(
                f"{instance.url}/api/lists",
                headers=bearer("anong"),
                data={"sender": "Bridge", "kind": "handover"},
                files={"file": ("list.xlsx", workbook(rows))},
                timeout=60,
            )
        )
        page = browser.post_form(
            "/lists/upload/", {"sender": "Bridge"}, files={"file": ("l.xlsx", workbook(rows))}
        )
        registered = []
        for n in range(400):
            body = {"operation": str(uuid.uuid4()), "name": f"Registered {n}", "birth_from": "1998-01-01",
                    "birth_to": "1998-12-31"}  # fmt: skip
            answer = requests.post(
                f"{instance.url}/api/registrations", headers=bearer("anong"), json=body, timeout=60
            )
            if answer.status_code == 201:
                registered.append(answer.json()["case"])
            else:
                told.append(answer)
                break
        shown = browser.page("/board/")
    assert len(told) == 2, "both were refused"
    for answer in told:
        assert answer.status_code == 507, answer.text[:300]
        assert answer.headers["Content-Type"].startswith("application/problem+json")
        assert "disk is full" in answer.json()["title"]
        assert "Traceback" not in answer.text
    assert page.status_code == 507
    assert "The disk is full" in page.text and "Write on paper" in page.text
    assert shown.status_code in (200, 507)
    after = instance.python(COUNT)
    assert after["intact"]
    assert after["strays"] == []
    assert (after["lists"], after["staged"], after["records"] - len(registered)) == (
        before["lists"],
        before["staged"],
        before["records"],
    )
    assert after["cases"] == before["cases"] + len(registered), json.dumps(after)
    if not full:
        return
    with instance.served():  # there is room again
        sent = requests.post(
            f"{instance.url}/api/lists",
            headers=bearer("anong"),
            data={"sender": "Bridge", "kind": "handover"},
            files={"file": ("list.xlsx", workbook(PEOPLE))},
            timeout=60,
        )
        assert sent.status_code == 201
