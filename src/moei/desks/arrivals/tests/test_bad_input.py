"""Whatever is sent as a list: either it is read, or it is refused whole in words that say what to do."""

from __future__ import annotations

import io
import zipfile
from datetime import date

import openpyxl
import pytest

from moei.access.acting import Invalid
from moei.casefile.models import Case, SourceRecord
from moei.desks.arrivals import storage
from moei.desks.arrivals.actions.commit_import import commit_import
from moei.desks.arrivals.actions.upload_list import upload_list
from moei.desks.arrivals.models import ListImport, ReviewWarning
from moei.desks.arrivals.tests.workbooks import HEAD, PEOPLE, workbook
from moei.engines.identity import make_td3

pytestmark = pytest.mark.django_db


def packed(**parts: bytes) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name.replace("__", "/").replace("_xml", ".xml").replace("_bin", ".bin"), content)
    return file.getvalue()


def with_macro() -> bytes:
    return packed(xl__workbook_xml=b"<workbook/>", xl__vbaProject_bin=b"macro")


def zip_bomb() -> bytes:
    return packed(xl__workbook_xml=b"<workbook/>", xl__worksheets__sheet1_xml=b"0" * 40_000_000)


def with_password() -> bytes:
    return (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
        + b"\x00" * 504
        + "EncryptedPackage".encode("utf-16-le")
        + b"\x00" * 512
    )


REFUSED = {
    "a picture": (b"\x89PNG\r\n\x1a\n" + b"\x00" * 64, "picture"),
    "a PDF": (b"%PDF-1.7\n" + b"\x00" * 64, "PDF"),
    "an empty file": (b"", "empty"),
    "a password": (with_password(), "password"),
    "no rows": (workbook([]), "no"),
    "macros": (with_macro(), "macros"),
    "a zip bomb": (zip_bomb(), "unpacks"),
    "a broken-off upload": (workbook()[: len(workbook()) * 2 // 3], "broke off"),
}


@pytest.mark.parametrize("what", REFUSED)
def test_it_is_refused_whole_and_nothing_is_stored(what, anong, acting):
    data, words = REFUSED[what]
    with pytest.raises(Invalid) as refused:
        upload_list(acting(anong), "the list.xlsx", data, "Somebody")
    assert set(refused.value.errors) == {"file"}
    assert words in str(refused.value)
    assert "the list.xlsx" in str(refused.value)
    assert not ListImport.objects.exists()
    assert not SourceRecord.objects.exists()


def test_more_rows_than_the_site_allows_are_refused(anong, acting, site):
    site.max_list_rows = 4
    site.save()
    anong_acting = acting(anong)
    anong_acting.release.site.refresh_from_db()
    with pytest.raises(Invalid, match="4"):
        upload_list(anong_acting, "long.xlsx", workbook(), "Somebody")
    assert not ListImport.objects.exists()


def test_a_file_larger_than_allowed_is_refused_before_it_is_read(anong, acting, settings):
    settings.MAX_LIST_BYTES = 1024 * 1024
    with pytest.raises(Invalid, match="larger than 1 MB"):
        upload_list(acting(anong), "big.xlsx", b"x" * (1024 * 1024 + 1), "Somebody")


def test_formulas_are_kept_as_text_and_named(anong, acting):
    people = [
        *PEOPLE,
        (6, '=HYPERLINK("http://evil.example","ABEBE KEBEDE")', "M", "01.02.1997", "Ethiopia", "EP7777777"),
    ]
    imp = upload_list(acting(anong), "formulas.xlsx", workbook(people), "Somebody")
    assert "formula" in imp.reading["problem_counts"]
    commit_import(acting(anong), imp)
    record = SourceRecord.objects.get(document_number="EP7777777")
    assert "HYPERLINK" in record.name + record.note
    assert any(problem.startswith("formula") for problem in record.problems)


def test_a_date_of_2568_in_a_gregorian_column_is_understood_and_named(anong, acting):
    people = [*PEOPLE, (6, "SOMCHAI DEE", "M", "05.06.2540", "Thailand", "AA7654321")]
    imp = upload_list(acting(anong), "mixed.xlsx", workbook(people), "Somebody")
    assert "calendar" in imp.reading["problem_counts"]
    commit_import(acting(anong), imp)
    assert SourceRecord.objects.get(document_number="AA7654321").birth_date.isoformat() == "1997-06-05"


def test_a_wrong_check_digit_among_scans_is_a_problem_of_its_row(anong, acting):
    common = {
        "given": "TEST",
        "nationality": "ETH",
        "birth_date": date(1999, 1, 1),
        "sex": "M",
        "expiry": date(2030, 1, 1),
    }
    names = ("ABEBE", "KEBEDE", "ALEMU")
    zones = [make_td3(family=name, document_number=f"EP11{n}3355", **common) for n, name in enumerate(names)]
    top, bottom = zones[1].split("\n")
    wrong = "9" if bottom[9] != "9" else "8"
    zones[1] = f"{top}\n{bottom[:9]}{wrong}{bottom[10:]}"
    imp = upload_list(acting(anong), "scans.txt", "\n\n".join(zones).encode(), "Bridge office")
    assert imp.kind == "documents"
    assert imp.reading["rows_with_problems"] == 1


def test_two_people_with_one_passport_stay_two_and_are_named_for_review(anong, acting):
    people = [*PEOPLE, (6, "HAILU DESTA", "M", "19.12.1985", "Ethiopia", "EP1234567")]
    commit_import(acting(anong), upload_list(acting(anong), "shared.xlsx", workbook(people), "Police"))
    assert Case.objects_unchecked.filter(hidden=False).count() == 6
    assert "shared_document" in set(ReviewWarning.objects.values_list("code", flat=True))


def test_a_sender_must_be_named(anong, acting):
    with pytest.raises(Invalid) as refused:
        upload_list(acting(anong), "a.xlsx", workbook(), "   ")
    assert "sender" in refused.value.errors


def test_a_path_in_the_file_name_is_cut_off(anong, acting):
    assert (
        upload_list(acting(anong), "C:\\Users\\me\\..\\list.xlsx", workbook(), "Somebody").filename
        == "list.xlsx"
    )


def test_the_file_is_kept_sealed(anong, acting):
    imp = upload_list(acting(anong), "a.xlsx", workbook(), "Somebody")
    kept = storage.path_of(imp.id).read_bytes()
    assert not kept.startswith(b"PK")
    assert storage.fetch(imp.id)[:2] == b"PK"
    assert openpyxl.load_workbook(io.BytesIO(storage.fetch(imp.id))).active.cell(3, 2).value == HEAD[1]
