"""A zip that would harm whoever unpacks it is refused, and the words name the member."""

import io
import stat
import struct
import zipfile

import pytest

from moei.engines.cleaning import BadArchive, check_archive


def packed(*members: tuple[str, bytes], mode: int = 0, how: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", how) as archive:
        for name, data in members:
            info = zipfile.ZipInfo(name)
            info.compress_type, info.external_attr = how, mode << 16
            archive.writestr(info, data)
    return out.getvalue()


def refusal(data: bytes) -> BadArchive:
    with pytest.raises(BadArchive) as refused:
        check_archive(io.BytesIO(data))
    return refused.value


def test_an_honest_zip_is_looked_through():
    assert check_archive(io.BytesIO(packed(("chats/a.txt", b"x"), ("ภาพ.jpg", b"y")))) == [
        "chats/a.txt",
        "ภาพ.jpg",
    ]
    assert check_archive(io.BytesIO(packed())) == []


@pytest.mark.parametrize(
    "name",
    ["../evil.sh", "a/../../evil.sh", "..\\evil.bat", "/etc/passwd", "\\\\server\\x", "C:\\x.exe", "c:x"],
)
def test_a_member_that_leads_out_is_named(name):
    refused = refusal(packed(("fine.txt", b"x"), (name, b"x")))
    assert refused.member and refused.member in str(refused) and "fine" not in str(refused)


def test_a_name_that_only_looks_like_it_is_taken():
    names = ["..a/b.txt", "a..b", "notes..", "folder/...txt"]
    assert check_archive(io.BytesIO(packed(*((name, b"x") for name in names)))) == names


def test_a_link_is_named():
    refused = refusal(packed(("outside", b"/etc/passwd"), mode=stat.S_IFLNK | 0o777))
    assert refused.member == "outside" and "link" in str(refused)


def test_a_bomb_is_named_before_it_is_unpacked():
    refused = refusal(packed(("zeros.bin", b"\0" * (80 * 1024 * 1024))))
    assert refused.member == "zeros.bin" and "swells" in str(refused)


def test_a_name_with_a_hidden_end_is_shown_as_it_is():
    data = packed(("pictureXexe.jpg", b"x")).replace(b"pictureXexe", b"picture\x00exe")
    assert refusal(data).member == "picture·exe.jpg"


def test_entries_that_share_their_bytes_are_refused():
    data = bytearray(packed(("one", b"x" * 5000), ("two", b"y" * 5000), how=zipfile.ZIP_STORED))
    at = data.rfind(b"PK\x01\x02")
    struct.pack_into("<L", data, at + 42, 10)  # the second entry is said to lie inside the first
    assert "two" in str(refusal(bytes(data))) or "one" in str(refusal(bytes(data)))


@pytest.mark.parametrize("data", [b"PK\x03\x04", packed(("a", b"x"))[:-30], b"PK\x03\x04" + b"x" * 100_000])
def test_a_broken_zip_is_said_to_be_broken(data):
    assert "cannot be read" in str(refusal(data))


def test_a_list_of_contents_that_would_fill_the_memory_is_not_read():
    end = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 1, 1, 900_000_000, 0, 0)
    assert "more files" in str(refusal(b"PK\x03\x04" + b"x" * 50 + end))
