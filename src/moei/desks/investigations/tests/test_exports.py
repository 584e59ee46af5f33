"""Files that leave: read by tools that are not ours, and rid of whatever was taken back or may not be passed on."""

from __future__ import annotations

import csv
import io
import json
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from moei.access.acting import Invalid, Refused
from moei.casefile.actions.consent import withdraw_all
from moei.crypto import file_digest
from moei.desks.investigations.actions.export import Order, write_down
from moei.desks.investigations.actions.take_in import remove_source, take_in
from moei.desks.investigations.facts import Said
from moei.desks.investigations.models import Export, Fact, OutsideSource, Statement
from moei.desks.investigations.selectors.leads import leads_of
from moei.desks.investigations.selectors.network import mentioned
from moei.desks.investigations.tests.conftest import NEXT_WEEK
from moei.desks.investigations.words import What
from moei.engines.networks.package import EvidenceFile
from moei.leaving.models import Departure
from moei.standards import package_parts as registry
from moei.standards.package_parts import Offer, PackagePart, PartSource, add_package_part

pytestmark = pytest.mark.django_db
ASKED = {"to_agency": "Police of Kenya (invented)", "to_country": "KEN", "purpose": "their case 12/2026"}


def order(kind=Export.Kind.PACKAGE, **values) -> Order:
    return Order(kind, **(ASKED | values))


@pytest.fixture
def at(acting, niran):
    return acting(niran, later=NEXT_WEEK)


@pytest.fixture
def take(sign_in, niran):
    """`take("package")`: what the page gives."""

    def post(kind: str = "package", **values) -> bytes:
        answer = sign_in(niran).post(reverse("investigations:export"), {"kind": kind, **ASKED, **values})
        assert answer.status_code == 200, answer.content.decode()[:2000]
        return b"".join(answer) if answer.streaming else answer.content

    return post


def unpacked(content: bytes, folder: Path) -> Path:
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        package.extractall(folder)
    return folder


def test_ftm_validate_takes_the_network(tell, crowd, take, tmp_path):
    for case in crowd[:3]:
        tell(case)
    file = tmp_path / "network.ftm.json"
    file.write_bytes(take("ftm"))
    found = subprocess.run(
        [
            str(Path(sys.executable).with_name("ftm")),
            "validate",
            "-i",
            str(file),
            "-o",
            str(tmp_path / "out.json"),
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    assert found.returncode == 0, found.stderr
    said = [json.loads(line) for line in (tmp_path / "out.json").read_text().splitlines()]
    assert {one["schema"] for one in said} >= {
        "Person",
        "UserAccount",
        "CryptoWallet",
        "Address",
        "UnknownLink",
    }


def test_the_graph_is_read_by_networkx_or_at_least_well_formed(tell, take):
    from xml.etree import ElementTree as ET

    tell()
    root = ET.fromstring(take("gexf"))
    assert root.tag == "{http://gexf.net/1.3}gexf"
    assert len(root.findall(".//{*}node")) == 4


def test_sha256sum_checks_the_package(tell, crowd, take, tmp_path):
    tell(crowd[0]), tell(crowd[1])
    folder = unpacked(take(), tmp_path)
    checked = subprocess.run(
        ["sha256sum", "-c", "--strict", "SHA256SUMS"], cwd=folder, capture_output=True, text=True, check=False
    )
    assert checked.returncode == 0, checked.stdout + checked.stderr
    assert checked.stdout.count(": OK") == 7
    assert (folder / "summary.pdf").read_bytes().startswith(b"%PDF")
    rows = list(csv.DictReader(io.StringIO((folder / "statements.csv").read_text("utf-8-sig"))))
    assert {row["teller"] for row in rows} == set(Statement.objects.values_list("teller__code", flat=True))
    assert {row["who"] for row in rows} == {"Ethiopia, 25-34"}


def test_p21_it_is_in_both_registers(tell, take):
    tell()
    content = take()
    departure, export = Departure.objects.get(kind="statements"), Export.objects.get()
    assert (departure.sha256, export.departure) == (file_digest(content), departure.number)
    assert departure.people == 0 and departure.note == ASKED["purpose"]


def test_p13_no_file_names_anybody_or_says_a_day(tell, crowd, take, tmp_path, now):
    for case in crowd:
        tell(case)
    folder = unpacked(take(), tmp_path)
    said = take("ftm").decode() + take("gexf").decode()
    said += "".join(path.read_text("utf-8-sig") for path in folder.iterdir() if path.suffix != ".pdf")
    kept = [case.number for case in crowd] + [case.person.name for case in crowd]
    kept += (
        [str(case.pk) for case in crowd] + [str(case.person_id) for case in crowd] + ["Kanya", "1998-03-14"]
    )
    kept += [f"{now.date():%Y-%m-%d}"] if now.weekday() not in (0, 6) else []
    assert [word for word in kept if word in said] == []


def test_what_may_not_be_passed_on_stays(tell, crowd, at):
    stays = tell(crowd[0], "Only here.", Said(What.BOSS, "Lao Wang"), handling="H2")
    goes = tell(
        crowd[1], "Goes.", Said(What.BOSS, "Lao Li"), Said(What.PHONE, "+66 81 234 5678", handling="H3")
    )
    prepared = write_down(at, order())
    assert [row.statement for row in prepared.rows] == [goes.code]
    assert [entity.label for entity in prepared.network.entities.values()] == ["Lao Li"]
    assert any("1 statements may not be passed on" in note for note in prepared.notes)
    assert stays.exports.count() == 0


def test_p04_what_was_taken_back_is_in_no_later_file(tell, crowd, at, acting, kanya, take):
    gone, stays = tell(crowd[0]), tell(crowd[1])
    first = write_down(at, order())
    withdraw_all(acting(kanya), crowd[0])
    second = write_down(at, order())
    assert {row.statement for row in first.rows} == {gone.code, stays.code}
    assert {row.statement for row in second.rows} == {stays.code}
    assert gone.code not in take("ftm").decode()
    withdraw_all(acting(kanya), crowd[1])
    with pytest.raises(Invalid, match="no statement that may be passed on"):
        write_down(at, order())


def test_p04_the_desk_sees_which_statements_of_a_sent_file_must_be_destroyed(
    tell, crowd, at, acting, kanya, niran, sign_in
):
    gone = tell(crowd[0])
    tell(crowd[1])
    made = write_down(at, order()).export
    withdraw_all(acting(kanya), crowd[0])
    page = sign_in(niran).get(reverse("investigations:exported", args=[made.pk])).content.decode()
    assert gone.code in page and "Write to the agency that has it" in page


def test_a_file_about_one_entity_has_the_statements_that_mention_it(tell, crowd, at):
    one = tell(crowd[0], "A.", Said(What.BOSS, "Lao Wang"))
    tell(crowd[1], "B.", Said(What.BOSS, "Lao Li"))
    prepared = write_down(at, order(about=one.facts.get()))
    assert [row.statement for row in prepared.rows] == [one.code]


@pytest.mark.parametrize("wrong", [{"to_agency": " "}, {"to_country": "XYZ"}, {"purpose": "x"}])
def test_for_whom_and_what_for_are_said(tell, at, wrong):
    tell()
    with pytest.raises(Invalid):
        write_down(at, order(**wrong))
    assert not Export.objects.exists()


def test_nobody_else_makes_a_file(tell, acting, cast):
    tell()
    for who in ("kanya", "anong", "vera", "somsak", "mallory"):
        with pytest.raises(Refused):
            write_down(acting(cast[who], later=NEXT_WEEK), order())


def test_another_desks_part_goes_along_and_is_checked(tell, take, tmp_path, monkeypatch):
    monkeypatch.setattr(registry, "_SOURCES", {})
    from moei.journal.ids import new_id

    thing, content = new_id(), b"a picture of a door (invented)"
    file = EvidenceFile("door.png", file_digest(content), lambda: io.BytesIO(content))
    add_package_part(
        PartSource(
            "evidence",
            "Evidence",
            lambda acting: [Offer(thing, "A picture of a door")],
            lambda acting, chosen, where: PackagePart(
                [file] if thing in chosen else [], ["One file is not in it."]
            ),
        )
    )
    tell()
    folder = unpacked(take(**{"part-evidence": str(thing)}), tmp_path)
    assert (folder / "evidence/0001-door.png").read_bytes() == content
    assert (
        subprocess.run(
            ["sha256sum", "-c", "SHA256SUMS"], cwd=folder, check=False, capture_output=True
        ).returncode
        == 0
    )


# In


LINES = b"""\
{"id": "a", "schema": "Person", "properties": {"name": ["Chen Wei"]}}
{"id": "b", "schema": "UserAccount", "properties": {"service": ["phone"], "phone": ["+66812345678"]}}
{"id": "c", "schema": "UnknownLink", "properties": {"subject": ["a"], "object": ["b"], "role": ["uses"]}}
"""
GRADES = {"source_grade": "B", "information_grade": "2"}


def test_a_file_from_outside_joins_by_its_number_and_its_name_is_a_lead(tell, at):
    statement = tell(None, "He.", Said(What.RECRUITER, "Chen Wai", of=1), Said(What.PHONE, "+66 81 234 5678"))
    source, left_out = take_in(at, "Police of Kenya (invented)", LINES, **GRADES)
    assert left_out == []
    (row,) = mentioned(at, at_least=2)
    assert (row["entity"], row["voices"]) == ("phone:+66812345678", 2)
    (lead,) = leads_of(at, statement.facts.get(what="recruiter"))
    assert lead.text == "Chen Wei"
    assert {fact.source_grade for fact in Fact.objects.filter(source=source)} == {"B"}
    # What came from outside goes to nobody else.
    labels = {entity.label for entity in write_down(at, order()).network.entities.values()}
    assert labels == {"Chen Wai", "+66812345678"}
    remove_source(at, source)
    assert not mentioned(at, at_least=2)
    with pytest.raises(Invalid, match="removed already"):
        remove_source(at, source)


def test_what_leaves_is_taken_in_again(tell, crowd, at, take):
    for case in crowd[:2]:
        tell(case)
    source, _left = take_in(at, "Ourselves", take("ftm"), **GRADES)
    keys = {fact.key for fact in Fact.objects.filter(source=source) if fact.key}
    assert keys == {fact.key for fact in Fact.objects.filter(source=None) if fact.key}


@pytest.mark.parametrize(
    "content,words",
    [(b"{not json", "line 1 is no entity"), (b"", "nothing in it"), (b"\xff\xfe\x00x", "no text")],
)
def test_a_file_that_is_none_is_refused_in_words(at, release, content, words):
    with pytest.raises(Invalid, match=words):
        take_in(at, "Somebody", content, **GRADES)
    assert not OutsideSource.objects.exists()


def test_it_is_taken_in_and_removed_on_a_page(niran, sign_in, release):
    page = sign_in(niran)
    sent = {
        "name": "Police (invented)",
        "file": SimpleUploadedFile("a.json", LINES),
        "handling": "H2",
        **GRADES,
    }
    assert page.post(reverse("investigations:take_in"), sent).status_code == 302
    assert "Police (invented)" in page.get(reverse("investigations:exports")).content.decode()
    page.post(reverse("investigations:remove_source", args=[OutsideSource.objects.get().pk]))
    assert not Fact.objects.exists()
