"""P21: the auditor sees every file that left, without the name of anybody in it."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from moei.journal.models import Entry
from moei.leaving.models import Departure

pytestmark = pytest.mark.django_db
FILES = reverse("web:files_left")


@pytest.fixture
def taken(add_case, anong, sign_in, settings, tmp_path):
    """Anong took the passport of one person and a pack of blank sheets."""
    settings.ATTACHMENTS_DIR = tmp_path
    case = add_case("Khamla Vongphachanh")
    page = sign_in(anong)
    file = SimpleUploadedFile("Khamla.pdf", b"%PDF-1.4 invented")
    page.post(reverse("cases:attach", args=[case.pk]), {"kind": "document", "file": file})
    page.get(reverse("cases:attachment", args=[case.pk, case.attachments.get().pk]))
    page.post(reverse("arrivals:paper"), {"sheets": 1})
    return case


def test_p21_an_auditor_finds_what_left_by_case_person_kind_number_and_digest(taken, anong, somsak, sign_in):
    row = Departure.objects.get(kind="attachment")
    page = sign_in(somsak)

    def rows(**asked):
        return [row.kind for row, _numbers in page.get(FILES, asked).context["rows"]]

    assert rows() == ["paper_pack", "attachment"]
    assert rows(case=taken.number) == rows(known_by=row.sha256) == rows(known_by=str(row)) == ["attachment"]
    assert rows(kind="paper_pack") == ["paper_pack"] and rows(staff=str(somsak.pk)) == []
    assert rows(why="care") == ["attachment"] and rows(known_by="f" * 64) == []


def test_p21_the_register_names_staff_and_case_numbers_and_no_person(taken, somsak, sign_in):
    text = sign_in(somsak).get(FILES).content.decode()
    assert taken.number in text and "Anong Srisuk" in text
    assert "Khamla" not in text and "Vongphachanh" not in text
    assert Entry.objects.filter(action="files.listed", actor=somsak.pk).count() == 1


def test_nobody_but_an_auditor_reads_the_register(anong, admin, vera, sign_in):
    assert {sign_in(who).get(FILES).status_code for who in (anong, admin, vera)} == {403}


@pytest.mark.parametrize("times", [2, 20])
def test_the_register_takes_a_constant_number_of_queries(
    taken, anong, somsak, sign_in, times, django_assert_max_num_queries
):
    page = sign_in(anong)
    for _ in range(times):
        page.get(reverse("cases:attachment", args=[taken.pk, taken.attachments.get().pk]))
    page = sign_in(somsak)
    with django_assert_max_num_queries(22):
        page.get(FILES)
