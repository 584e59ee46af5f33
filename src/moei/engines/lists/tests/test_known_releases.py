"""Whole releases of invented people, read cell by cell against what their cells state."""

import csv
import time
from pathlib import Path

import pytest

from moei.engines.lists import ListKind, read_list

EXCERPT = Path(__file__).parent / "data" / "excerpt"
SHARED = Path(__file__).parents[5].parent / "shared" / "data" / "manifests"
COLUMNS = ("sex", "nationality", "birth_date", "birth_from", "birth_to", "document_number")
KINDS = {
    "01": ListKind.TRANSFERRING,
    "02": ListKind.HANDOVER,
    "03": ListKind.EMBASSY,
    "04": ListKind.EMBASSY,
    "05": ListKind.FAMILY,
    "06": ListKind.DOCUMENTS,
}


def read_folder(folder: Path):
    return [read_list(f.read_bytes(), f.name) for f in sorted(folder.glob("0[1-6]-*"))]


def differences(folder: Path, readings) -> list[tuple]:
    """Cells read otherwise than stated; a stateless person is XXA here and blank in ``reading.csv``."""
    got = {(row.list, row.row): row for reading in readings for row in reading.rows}
    found = []
    with (folder / "reading.csv").open(encoding="utf-8") as handle:
        for stated in csv.DictReader(handle):
            row = got[stated["list"], int(stated["row"])]
            for column in COLUMNS:
                value = getattr(row, column)
                if (value if value != "XXA" else "") != stated[column]:
                    found.append((row.list, row.row, column, stated[column], value))
    return found


def check_kinds(readings) -> None:
    assert {r.filename[:2]: r.kind for r in readings} == KINDS
    assert all(r.kind_reason for r in readings)


def test_every_cell_of_the_excerpt_is_read_rightly():
    readings = read_folder(EXCERPT)
    assert differences(EXCERPT, readings) == []
    check_kinds(readings)
    assert [len(r.rows) for r in readings] == [60, 60, 29, 10, 39, 20]


def test_what_was_understood_is_said():
    militia, thai, ethiopia, china, family, _ = read_folder(EXCERPT)
    how = {
        c.header: c.how for r in (militia, thai, ethiopia, china, family) for s in r.sheets for c in s.columns
    }
    assert "Buddhist-era" in how["วันเดือนปีเกิด"] and "rows prove it" in how["วันเดือนปีเกิด"]
    assert "Ethiopian dates" in how["የትውልድ ቀን (ዓ.ም)"]
    assert militia.list_date.isoformat() == "2025-02-11"
    assert any("section, “BANGLADESH”" in line for line in militia.sheets[0].set_aside)
    assert any("ETH" in line for line in ethiopia.sheets[0].how)
    assert any("CHN" in line for line in china.sheets[0].how)
    assert {s.name for s in thai.sheets} == {"ชาย", "หญิง"}
    assert "last contact: 2024-09-23" in family.rows[0].note


def test_a_passport_outranks_an_identity_number_which_stays_in_the_note():
    china = read_list((EXCERPT / "04-embassy-china.csv").read_bytes(), "list.csv")
    assert (china.rows[0].document_number, china.rows[0].note) == ("", "national id: 440300199902113354")
    assert (china.rows[2].document_number, china.rows[2].birth_date) == ("A37003514", "1989-12-21")


@pytest.mark.skipif(not SHARED.exists(), reason="the shared releases are not at hand")
@pytest.mark.parametrize(("release", "total"), [("2025-02-12", 841), ("bgf-list", 24_478)])
def test_every_cell_of_a_whole_release_is_read_rightly(release, total):
    started = time.process_time()
    readings = read_folder(SHARED / release)
    spent = time.process_time() - started
    assert differences(SHARED / release, readings) == []
    check_kinds(readings)
    with (SHARED / release / "truth.csv").open(encoding="utf-8") as handle:
        stated = {(row["list"], int(row["row"])) for row in csv.DictReader(handle)}
    assert {(row.list, row.row) for r in readings for row in r.rows} == stated and len(stated) == total
    assert spent < 16  # 8 s on a free machine
