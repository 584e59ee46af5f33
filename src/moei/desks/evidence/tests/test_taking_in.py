"""A file is taken in: hashed as it arrives, sealed, numbered, known again, refused when it is a trap."""

import hashlib
import io
from datetime import timedelta

import pytest

from moei.access.acting import Invalid, Refused
from moei.crypto import SealError
from moei.desks.evidence.models import Custody, Evidence
from moei.desks.evidence.storage import Arriving, arrive, opened, path_of, pieces, sweep
from moei.journal.models import Entry

Act = Custody.Act


def acts(piece) -> list[str]:
    return list(piece.custody.order_by("entry").values_list("act", flat=True))


def test_a_file_is_hashed_numbered_and_opens_as_it_came(receive, photo):
    first = receive(photo, "IMG_0001.jpg").evidence
    second = receive(b"quota 300", "chat.txt").evidence
    assert (str(first), str(second)) == ("E-0001", "E-0002")
    assert first.sha256 == hashlib.sha256(photo).hexdigest() and first.size == len(photo)
    assert b"".join(pieces(first.id, first.key)) == photo
    assert first.media == "image/jpeg"
    assert acts(first) == [Act.RECEIVED, Act.CLEANED]


def test_p17_nothing_of_it_lies_on_the_disk_in_plain(receive, files_on_disk):
    receive(b"Khamla said where the money goes " * 100, "Khamla.txt")
    found = files_on_disk()
    assert found and all(path.name.endswith(".sealed") for path in found)
    assert all(b"Khamla" not in path.read_bytes() and "Khamla" not in path.name for path in found)


def test_p17_a_file_opens_as_itself_only(receive):
    one, two = receive(b"one").evidence, receive(b"two").evidence
    path_of(two.id).write_bytes(path_of(one.id).read_bytes())
    with pytest.raises(SealError):
        b"".join(pieces(two.id, two.key))
    with pytest.raises(SealError):
        opened(two.id, one.key)


def test_the_same_bytes_are_known_again_and_nothing_is_lost(receive, files_on_disk):
    piece = receive(b"the same", "a.txt", source="S-001").evidence
    before = files_on_disk()
    again = receive(
        b"the same", "b.txt", source="S-002", description="from her telephone", later=timedelta(hours=1)
    )
    assert again.again and again.evidence == piece and Evidence.objects.count() == 1
    assert files_on_disk() == before
    log = piece.custody.get(act=Act.AGAIN)
    assert log.why == "S-002" and log.sha256 == piece.sha256
    said = piece.changes.get()
    assert said.fields == {"given_again": ["", "from her telephone"]} and said.reason == "S-002"


@pytest.mark.parametrize(
    ("parts", "named"),
    [
        ({"fine.txt": b"x", "../evil.sh": b"x"}, "../evil.sh"),
        ({"/etc/cron.d/x": b"x"}, "/etc/cron.d/x"),
        ({"zeros.bin": b"\0"}, None),
    ],
)
def test_a_zip_that_leads_out_of_its_folder_is_refused_and_the_member_named(
    receive, zipped, files_on_disk, parts, named
):
    if named is None:
        assert receive(zipped(parts), "phone.zip").evidence.media == "application/zip"
        return
    with pytest.raises(Invalid) as refused:
        receive(zipped(parts), "phone.zip")
    assert named in refused.value.errors["file"]
    assert not Evidence.objects.exists() and files_on_disk() == []


def test_a_broken_zip_is_refused_in_words(receive, zipped):
    with pytest.raises(Invalid) as refused:
        receive(zipped({"a": b"x"})[:-10], "phone.zip")
    assert "damaged" in refused.value.errors["file"]


def test_p13_nothing_that_names_a_case_is_taken(receive, add_case):
    number = add_case("Khamla Vongphachanh").number
    for about in (
        {"source": number},
        {"source": f"see {number.replace('-', ' ')}"},
        {"description": f"her case is {number.replace('-', '')}."},
    ):
        with pytest.raises(Invalid) as refused:
            receive(b"x", **about)
        assert "never names a case" in str(refused.value)
    with pytest.raises(Invalid):
        receive(b"x", f"{number}.txt")
    assert receive(b"x", source="+95 9 1234 56789 on the photo").evidence, "a telephone is no case"


@pytest.mark.parametrize(
    ("data", "about", "field"),
    [
        (b"", {}, "file"),
        (b"x", {"source": " "}, "source"),
        (b"x", {"source": "S" * 81}, "source"),
        (b"x", {"obtained": "guessed"}, "obtained"),
        (b"x", {"description": "x" * 4001}, "description"),
    ],
)
def test_what_cannot_stand_in_the_record_is_said_beside_its_field(receive, files_on_disk, data, about, field):
    with pytest.raises(Invalid) as refused:
        receive(data, **about)
    assert field in refused.value.errors
    assert files_on_disk() == []


def test_a_day_to_come_is_refused(receive, now):
    with pytest.raises(Invalid):
        receive(b"x", obtained_on=(now + timedelta(days=2)).date())
    assert receive(b"x", obtained_on=now.date()).evidence.obtained_on == now.date()


def test_too_large_is_said_with_the_limit(receive, settings):
    settings.MAX_EVIDENCE_BYTES = 5
    with pytest.raises(Invalid):
        receive(b"123456")


def test_nobody_else_takes_anything_in(receive, cast):
    for who in ("anong", "kanya", "somsak", "mallory"):
        with pytest.raises(Refused):
            receive(b"x", by=cast[who])


def test_p11_the_journal_has_each_act_and_no_words(receive):
    piece = receive(b"x", source="S-014", description="what it shows").evidence
    entry = Entry.objects.get(action="evidence.received")
    assert entry.seq == piece.custody.get(act=Act.RECEIVED).entry
    assert entry.data["number"] == "E-0001" and entry.data["sha256"] == piece.sha256
    assert "S-014" not in str([entry.data, entry.fields]) and entry.case is None


def test_a_name_that_hides_its_ending_is_shown_as_it_is(receive):
    piece = receive(b"x", "..\\..\\photo\u202egpj.exe").evidence
    assert piece.name == "photogpj.exe"


def test_what_a_killed_process_left_is_swept_and_what_is_being_written_stays(files_on_disk, receive):
    going_on = Arriving("a")
    going_on.write(b"half")
    left = going_on.draft.with_name("00000000-0000-0000-0000-000000000001.part")
    left.write_bytes(b"half of another")
    assert sweep() == 1
    assert files_on_disk() == [going_on.draft]
    going_on.discard()
    assert files_on_disk() == []


def test_a_stream_that_breaks_leaves_nothing(files_on_disk):
    class Breaks(io.BytesIO):
        def read(self, size=-1):
            raise OSError("gone")

    with pytest.raises(OSError):
        arrive(Breaks(), "x")
    assert files_on_disk() == []
