"""The pages: list, taking in, one piece, copies that leave."""

import hashlib
import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from moei.access.models import Release
from moei.desks.evidence.models import Custody, Evidence
from moei.desks.evidence.storage import pieces
from moei.desks.evidence.tests.conftest import SECRET
from moei.journal.models import Entry
from moei.leaving.models import Departure

Act = Custody.Act
ABOUT = {"source": "S-014", "obtained": "handed", "description": "wages"}


def send(page, data: bytes, name: str = "IMG.jpg", **about):
    file = SimpleUploadedFile(name, data)
    return page.post(reverse("evidence:add"), {**ABOUT, **about, "file": file})


def test_a_file_is_taken_in_from_the_page(sign_in, niran, photo, files_on_disk):
    page = sign_in(niran)
    assert page.get(reverse("evidence:add")).status_code == 200
    assert send(page, photo).status_code == 302
    piece = Evidence.objects.get()
    assert piece.name == "IMG.jpg" and b"".join(pieces(piece.id, piece.key)) == photo
    text = page.get(reverse("evidence:piece", args=[piece.pk])).content.decode()
    assert piece.sha256 in text and piece.working.sha256 in text and "place (GPS)" in text
    assert "E-0001" in page.get(reverse("evidence:pieces")).content.decode()
    assert all(path.name.endswith(".sealed") for path in files_on_disk())


def test_the_same_file_again_is_said_and_kept_once(sign_in, niran, photo, files_on_disk):
    page = sign_in(niran)
    send(page, photo)
    before = files_on_disk()
    answer = page.post(
        reverse("evidence:add"), {**ABOUT, "file": SimpleUploadedFile("b.jpg", photo)}, follow=True
    )
    assert "held already as E-0001" in answer.content.decode() and files_on_disk() == before


def test_what_is_refused_stands_beside_its_field_and_leaves_nothing(sign_in, niran, zipped, files_on_disk):
    page = sign_in(niran)
    answer = send(page, zipped({"../evil": b"x"}), "phone.zip")
    assert answer.status_code == 422 and "../evil" in answer.content.decode()
    assert send(page, b"x", source="").status_code == 422
    assert page.post(reverse("evidence:add"), ABOUT).status_code == 422
    assert files_on_disk() == [] and not Evidence.objects.exists()


def test_p11_each_opening_is_in_the_log_and_the_journal(sign_in, niran, receive):
    piece = receive(b"x").evidence
    page = sign_in(niran)
    for _twice in range(2):
        page.get(reverse("evidence:piece", args=[piece.pk]))
    rows = piece.custody.filter(act=Act.OPENED)
    assert rows.count() == 2 and {row.by for row in rows} == {niran}
    assert Entry.objects.filter(action="evidence.opened", kind=Entry.Kind.READ).count() == 2
    page.get(reverse("evidence:pieces"))
    assert Entry.objects.filter(action="evidence.listed").exists()


def test_p21_a_working_copy_leaves_through_the_register_and_the_log(sign_in, niran, receive, photo):
    piece = receive(photo, "IMG.jpg").evidence
    page = sign_in(niran)
    there = reverse("evidence:take", args=[piece.pk])
    assert page.post(there, {"which": "working", "why": ""}).status_code == 422
    answer = page.post(there, {"which": "working", "why": "to read the number plate"})
    data = b"".join(answer)
    assert SECRET.encode() not in data and hashlib.sha256(data).hexdigest() == piece.working.sha256
    left, row = Departure.objects.get(), piece.custody.get(act=Act.WORKING)
    assert (row.why, row.departure, row.sha256) == ("to read the number plate", str(left), left.sha256)
    assert "IMG" not in answer.headers["Content-Disposition"] and "E-0001-working" in left.name


def test_p21_a_disclosure_says_to_whom_and_the_original_is_as_it_came(sign_in, niran, receive, photo):
    piece = receive(photo).evidence
    page = sign_in(niran)
    answer = page.post(
        reverse("evidence:disclose", args=[piece.pk]),
        {"which": "original", "why": "request 7/2026", "to_whom": "Cybercrime unit, Nairobi"},
    )
    assert b"".join(answer) == photo
    row = piece.custody.get(act=Act.DISCLOSED)
    assert (row.to_whom, row.sha256) == ("Cybercrime unit, Nairobi", piece.sha256)
    assert "Nairobi" in Departure.objects.get().note
    text = page.get(reverse("evidence:piece", args=[piece.pk])).content.decode()
    assert "Cybercrime unit, Nairobi" in text and "D0000" in text


@pytest.mark.parametrize("data", [b"<html><script>alert(1)</script>", b"<svg onload='x()'/>", b"%PDF-1.4"])
def test_nothing_is_ever_shown_in_the_browser(sign_in, niran, receive, data):
    piece = receive(data, "page.html").evidence
    answer = sign_in(niran).post(
        reverse("evidence:take", args=[piece.pk]), {"which": "original", "why": "to examine it"}
    )
    assert answer.headers["Content-Type"] == "application/octet-stream"
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert b"".join(answer) == data


def test_a_file_name_that_is_a_script_is_only_text(sign_in, niran, receive):
    piece = receive(b"x", "<script>alert(1)</script>.txt", source="<b>S</b>").evidence
    page = sign_in(niran)
    for there in (reverse("evidence:pieces"), reverse("evidence:piece", args=[piece.pk])):
        text = page.get(there).content.decode()
        assert "<script>alert" not in text and "<b>S" not in text


def test_it_is_checked_from_the_page(sign_in, niran, receive):
    from moei.desks.evidence.storage import path_of

    piece = receive(b"x").evidence
    page = sign_in(niran)
    there = reverse("evidence:verify", args=[piece.pk])
    assert "Unchanged" in page.post(there, follow=True).content.decode()
    path_of(piece.id).unlink()
    assert "not as it was" in page.post(there, follow=True).content.decode()


def test_a_piece_is_found_by_number_name_source_and_hash_and_words_are_in_no_address(sign_in, niran, receive):
    piece = receive(b"x", "wages march.txt", source="S-77").evidence
    receive(b"y", "other.txt", source="S-78")
    page = sign_in(niran)
    for words in ("E-0001", "e-1", "1", "march", "S-77", piece.sha256[:12]):
        text = page.post(reverse("evidence:pieces"), {"q": words}).content.decode()
        assert "wages march.txt" in text and "other.txt" not in text, words
    assert "Nothing is found" in page.post(reverse("evidence:pieces"), {"q": "zzz"}).content.decode()


def test_p10_p13_only_the_side_of_investigation_opens_the_desk(sign_in, cast, receive):
    piece = receive(b"x").evidence
    for who in ("anong", "kanya", "dao", "tesfa", "somsak", "vera", "mallory"):
        page = sign_in(cast[who])
        for there in (
            reverse("evidence:pieces"),
            reverse("evidence:add"),
            reverse("evidence:piece", args=[piece.pk]),
            reverse("evidence:take", args=[piece.pk]),
        ):
            assert page.get(there).status_code == 403, (who, there)
        assert send(page, b"y").status_code == 403
    assert Evidence.objects.count() == 1


def test_another_release_is_not_there(sign_in, niran, receive, release, site):
    piece = receive(b"x").evidence
    other = Release.objects.create(code="other", name="Other", began_at=release.began_at, site=site)
    Evidence.objects.filter(pk=piece.pk).update(release=other)
    page = sign_in(niran)
    assert page.get(reverse("evidence:piece", args=[piece.pk])).status_code == 404
    assert page.post(reverse("evidence:verify", args=[piece.pk])).status_code == 404
    assert "E-0001" not in page.get(reverse("evidence:pieces")).content.decode()


def test_a_long_list_takes_no_more_queries_than_a_short_one(sign_in, niran, receive):
    page = sign_in(niran)

    def queries() -> int:
        with CaptureQueriesContext(
            connection,
        ) as seen:
            assert page.get(reverse("evidence:pieces")).status_code == 200
        return len(seen)

    receive(b"first")
    queries()
    short = queries()
    for number in range(12):
        receive(str(number).encode())
    assert queries() == short


def test_p17_who_may_not_keep_evidence_writes_nothing_to_the_disk(sign_in, anong, files_on_disk, monkeypatch):
    """Also not for the time of the request."""
    from moei.desks.evidence import receiving

    monkeypatch.setattr(receiving, "Arriving", None)
    assert send(sign_in(anong), b"x" * 100_000).status_code == 403
    request = RequestFactory().post(reverse("evidence:add"), {"file": io.BytesIO(b"x" * 100_000)})
    assert request.FILES["file"].size == 0, "nobody is signed in"
    assert files_on_disk() == []
