"""The page of a list says in words what is wrong with it, and lets a person name a calendar."""

from __future__ import annotations

import pytest
from django.urls import reverse

from moei.desks.arrivals.actions.upload_list import upload_list
from moei.desks.arrivals.models import ListImport
from moei.desks.arrivals.tests.workbooks import PEOPLE, workbook

pytestmark = pytest.mark.django_db

SHARED = [*PEOPLE, (6, "HAILU DESTA", "M", "01.13.1985", "Ethiopia", "EP1234567")]


@pytest.fixture
def imp(anong, acting) -> ListImport:
    return upload_list(acting(anong), "shared.xlsx", workbook(SHARED), "Police")


def test_codes_of_the_program_are_not_shown(client, anong, imp):
    client.force_login(anong)
    page = client.get(reverse("arrivals:import", args=[imp.pk])).content.decode()
    assert "document_shared" not in page and "calendar_doubt" not in page
    assert "document number in several rows" in page
    assert "one row has a thirteenth month" in page


def test_a_calendar_is_corrected_on_the_page(client, anong, imp):
    client.force_login(anong)
    born = next(
        n
        for n, column in enumerate(c for s in imp.reading["sheets"] for c in s["columns"])
        if column["meaning"] == "birth"
    )
    sent = {"kind": imp.kind, "as_of": "", f"column-{born}": "birth_gregorian"}
    assert client.post(reverse("arrivals:correct", args=[imp.pk]), sent).status_code == 302
    page = client.get(reverse("arrivals:import", args=[imp.pk])).content.decode()
    assert "Gregorian dates, as a person said" in page
    assert "thirteenth month" not in page
