# ruff: noqa: E501  (rows of lists are kept on one line)
"""Files that are refused whole, with words for their sender; nothing else ever leaves the reader."""

import io
import zipfile

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from moei.engines.lists import ListReading, UnreadableList, read_list


def refused(data: bytes, **kwargs) -> str:
    with pytest.raises(UnreadableList) as caught:
        read_list(data, "sent.xlsx", **kwargs)
    assert "sent.xlsx" in caught.value.message
    return caught.value.code


@pytest.fixture
def good(workbook) -> bytes:
    return workbook(("x", [["Name", "Sex"], ["A Bee", "M"], ["C Dee", "F"]]))


def repacked(data: bytes, change) -> bytes:
    """The workbook with parts added or changed by ``change(name, content)``; None keeps a part."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, change(name, old.read(name)))
    return out.getvalue()


@pytest.mark.parametrize("data", [b"", b" \r\n", b"\xef\xbb\xbf", b"\x00" * 50])
def test_empty(data):
    assert refused(data) == "empty_file"


@pytest.mark.parametrize(
    "data",
    [b"\x89PNG\r\n\x1a\n123", b"\xff\xd8\xff\xe0aaaa", b"RIFFxxxxWEBP", bytes(range(256)) * 20,
     b"<html><table><tr><td>Name</td></tr></table></html>", b"Dear Sir,\nplease find below\n", b"PK\x05\x06" + b"\x00" * 18],
)  # fmt: skip
def test_no_list(data):
    assert refused(data) == "not_a_list"


def test_no_rows(workbook):
    assert refused(workbook(("x", [[]]))) == "no_rows"
    assert refused(workbook(("x", [["Name", "Sex"]]))) == "no_rows"
    assert refused(b"name,sex\n") == "no_rows"
    assert (
        refused(workbook(("x", [["Name", "Sex", "Age"], [1, None, None], ["TOTAL", "0 persons", None]])))
        == "no_rows"
    )


def test_too_many_rows(good):
    assert refused(good, max_rows=2) == "too_many_rows"
    assert read_list(good, "x.xlsx", max_rows=3).rows


@pytest.mark.parametrize("kept", [0.2, 0.5, 0.9, 0.99])
def test_an_upload_broken_off(good, kept):
    assert refused(good[: int(len(good) * kept)]) == "truncated"


def test_text_broken_off_within_a_character():
    assert refused("ชื่อ,เพศ\nกานดา,หญิง".encode()[:-1]) == "truncated"


def test_damage_inside_is_noticed(good):
    middle = len(good) // 3
    assert refused(good[:middle] + bytes(40) + good[middle + 40 :]) == "truncated"


def test_macros(good):
    out = io.BytesIO(good)
    with zipfile.ZipFile(out, "a") as book:
        book.writestr("xl/vbaProject.bin", b"macro")
    assert refused(out.getvalue()) == "macro_workbook"


def test_passwords(good):
    ole = (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600) + "EncryptedPackage".encode("utf-16-le") + bytes(200)
    )
    assert refused(ole) == "password_protected"
    locked = bytearray(good)
    at = locked.find(b"PK\x01\x02")
    locked[at + 8] |= 1
    assert refused(bytes(locked)) == "password_protected"


def test_a_bomb_is_not_unpacked(good):
    bomb = repacked(good, lambda name, old: old if "sheet1" not in name else b"<x>" + b" " * 40_000_000)
    assert len(bomb) < 100_000
    assert refused(bomb) == "zip_bomb"


def test_a_bomb_that_lies_about_its_size(good):
    bomb = bytearray(
        repacked(good, lambda name, old: old if "sheet1" not in name else b"<x>" + b" " * 40_000_000)
    )
    size = (40_000_003).to_bytes(4, "little")
    while (at := bomb.find(size)) >= 0:
        bomb[at : at + 4] = (1000).to_bytes(4, "little")
    assert refused(bytes(bomb)) == "zip_bomb"


def test_entities_are_not_expanded(good):
    laughs = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "ha">]><x>&a;</x>'
    assert (
        refused(repacked(good, lambda name, old: laughs if name.endswith("workbook.xml") else old))
        == "zip_bomb"
    )


def test_a_word_document_is_no_list(good):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as book:
        book.writestr("word/document.xml", "<w/>")
    assert refused(out.getvalue()) == "not_a_list"


def outcome(data: bytes) -> None:
    try:
        assert isinstance(read_list(data, "x"), ListReading)
    except UnreadableList as error:
        assert error.code and error.message


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=400))
@example(b"PK\x03\x04" + bytes(60))
@example(b"\xff\xfeN\x00a")
@example(b'name\n"')
@example(b"\x00name,sex\n")
@example("name;sex\n\x00;\x00".encode("utf-16"))
def test_any_bytes_are_read_or_refused(data):
    outcome(data)


cells = st.one_of(
    st.text(max_size=12),
    st.sampled_from(
        [
            "Name",
            "DOB",
            "Age",
            "Passport",
            "M",
            "Kenya",
            "12/05/1990",
            "2568",
            "TOTAL 3",
            "=A1",
            "๑ ม.ค. ๒๕๓๖",
        ]
    ),
)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.lists(cells, max_size=5), max_size=8), st.sampled_from(["utf-8", "utf-16", "gb18030"]))
def test_any_table_is_read_or_refused(rows, encoding):
    outcome("\n".join(",".join(row) for row in rows).encode(encoding, errors="replace"))


def _workbook() -> bytes:
    import openpyxl

    book = openpyxl.Workbook()
    book.active.append(["Name", "Sex"])
    book.active.append(["A Bee", "M"])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


# Made once: a workbook holds the moment of its making, and a property must draw from the same bytes each time.
WORKBOOK = _workbook()


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_any_damage_to_a_workbook_is_read_or_refused(data):
    damaged = bytearray(WORKBOOK)
    for _ in range(data.draw(st.integers(1, 6))):
        damaged[data.draw(st.integers(0, len(damaged) - 1))] = data.draw(st.integers(0, 255))
    outcome(bytes(damaged))
