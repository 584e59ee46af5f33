"""What goes out is opened by programs that are not ours: ftm, networkx, sha256sum, unzip by Python."""

from __future__ import annotations

import io
import json
import subprocess
import sys
import zipfile
from datetime import datetime
from pathlib import Path

import networkx
import pytest
from followthemoney import model
from hypothesis import given
from hypothesis import strategies as st

from moei.crypto import Digest, file_digest
from moei.engines.networks import Fact, Kind, Tie, build
from moei.engines.networks.ftm import ftm_id, ftm_lines, read_ftm
from moei.engines.networks.gexf import to_gexf
from moei.engines.networks.package import (
    EvidenceFile,
    PackageError,
    StatementRow,
    check_members,
    safe_name,
    write_package,
)

FTM = Path(sys.executable).with_name("ftm")
WHEN = datetime(2026, 3, 2, 9, 0)
FACTS = [
    Fact("a", "S-1", Kind.PERSON, "Wang Lei", teller="T-1", country="CHN", role="recruiter"),
    Fact("b", "S-1", Kind.PHONE, "+66812345678", teller="T-1"),
    Fact("c", "S-1", Kind.HANDLE, "@boss_wang", teller="T-1", where="telegram"),
    Fact("d", "S-1", Kind.ACCOUNT, "DE89370400440532013000", teller="T-1"),
    Fact("e", "S-1", Kind.ACCOUNT, "1234567890", teller="T-1", country="THA", where="Kasikorn"),
    Fact("f", "S-1", Kind.WALLET, "TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t", teller="T-1"),
    Fact("g", "S-2", Kind.VEHICLE, "1กก 1234", teller="T-2", country="THA", where="Tak"),
    Fact("h", "S-2", Kind.COMPANY, "Golden & <Co>", teller="T-2"),
    Fact("i", "S-2", Kind.PLACE, "Compound, building 5", teller="T-2", country="MMR"),
    Fact("j", "S-2", Kind.ADVERT, "=Typist\x08, 1,200 a month", teller="T-2"),
    Fact("k", "S-2", Kind.PHONE, "191", teller="T-2"),
    Fact("l", "S-2", Kind.HANDLE, "x", teller="T-2", where="telegram"),
]
TIES = [Tie("a", "b", "uses"), Tie("a", "h", "works for", "S-1"), Tie("h", "i", "is at")]


@pytest.fixture
def network():
    return build(FACTS, TIES)


def validated(lines: str) -> list[dict]:
    done = subprocess.run(
        [FTM, "validate"], input=lines.encode(), capture_output=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stderr.decode()
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_ftm_validate_reads_our_export_and_drops_nothing(network):
    ours = [json.loads(line) for line in ftm_lines(network)]
    theirs = {entity["id"]: entity for entity in validated("".join(ftm_lines(network)))}
    assert theirs.keys() == {entity["id"] for entity in ours}
    for entity in ours:
        assert {k: sorted(v) for k, v in theirs[entity["id"]]["properties"].items()} == {
            k: sorted(v) for k, v in entity["properties"].items()
        }
        model.get_proxy(entity)
    schemata = {entity["schema"] for entity in ours}
    assert {
        "Person",
        "Company",
        "Address",
        "UserAccount",
        "BankAccount",
        "CryptoWallet",
        "Vehicle",
    } <= schemata
    assert sum(entity["schema"] == "UnknownLink" for entity in ours) == 3


def test_no_teller_and_no_text_of_a_statement_is_in_the_export(network):
    assert "T-1" not in "".join(ftm_lines(network)) and "T-2" not in "".join(ftm_lines(network))


def test_what_went_out_comes_in_with_the_same_identifiers(network):
    reading = read_ftm(ftm_lines(network), "partner")
    assert reading.left_out == []
    back = build(reading.facts, reading.ties)
    identifiers = {key for key, e in network.entities.items() if "~" not in key}
    assert identifiers - back.entities.keys() == {"vehicle:THA:tak:1กก1234"}
    both = build([*FACTS, *reading.facts], [*TIES, *reading.ties])
    assert both.entities["phone:+66812345678"].tellers == {"T-1", "partner"}
    assert {link.role for link in back.stated} == {"uses", "works for", "is at"}


def test_entities_of_others_are_read_and_what_is_not_understood_is_said():
    lines = [
        '{"id": "1", "schema": "Person", "properties": {"name": ["Li"], "phone": ["+66812345678"]}}',
        '{"id": "2", "schema": "Organization", "properties": {"name": ["Golden"]}}',
        '{"id": "3", "schema": "Directorship", "properties": {"director": ["1"], '
        '"organization": ["2"], "role": ["boss"]}}',
        '{"id": "4", "schema": "Airplane", "properties": {"name": ["N1"]}}',
        '{"id": "5", "schema": "Sanction", "properties": {"entity": ["1"]}}',
        '{"id": "6", "schema": "Ownership", "properties": {"owner": ["1"], "asset": ["77"]}}',
        "",
    ]
    reading = read_ftm(lines, "x")
    network = build(reading.facts, reading.ties)
    assert network.entities["phone:+66812345678"].facts == ("x/1/phone0",)
    assert {link.role for link in network.stated} == {"phone", "boss"}
    assert len(reading.left_out) == 2


@pytest.mark.parametrize(
    "line", ["{", "[]", "3", '{"schema": "Nothing"}', '{"id": 1, "schema": "Person", "properties": 3}']
)
def test_a_line_that_is_no_entity_is_named(line):
    with pytest.raises(ValueError, match="line 1 "):
        read_ftm([line], "x")


@given(st.text(min_size=1), st.text(min_size=1))
def test_two_ids_never_become_one(one, other):
    from followthemoney.types import registry

    if any(0xD800 <= ord(c) <= 0xDFFF for c in one + other):
        return
    assert registry.entity.validate(ftm_id(one))
    assert (ftm_id(one) == ftm_id(other)) == (one == other)


def test_another_program_reads_our_gexf(network):
    graph = networkx.read_gexf(io.BytesIO(to_gexf(network)), version="1.3")
    assert set(graph.nodes) == set(network.entities)
    assert graph.number_of_edges() == len(network.links())
    assert graph.nodes["phone:+66812345678"]["kind"] == "phone"


@given(st.text(), st.text())
def test_gexf_is_well_formed_whatever_was_said(one, other):
    facts = [Fact("a", "s", Kind.PERSON, one), Fact("b", "s", Kind.PLACE, other)]
    graph = networkx.read_gexf(io.BytesIO(to_gexf(build(facts, [Tie("a", "b", one)]))), version="1.3")
    assert graph.number_of_nodes() == 2


def packed(network, evidence=()):
    out = io.BytesIO()
    rows = [
        StatementRow("S-1", "T-1", "a woman, 25 to 34, East Africa", "2025-W06", '=HYPERLINK("x")', "B", "2")
    ]
    sums = write_package(
        out,
        summary_pdf=b"%PDF-1.7 invented",
        network=network,
        statements=rows,
        evidence=evidence,
        digest=Digest,
        made_at=WHEN,
    )
    return out, sums


def evidence(name, content, sha256=""):
    return EvidenceFile(name, sha256 or file_digest(content), lambda: io.BytesIO(content))


def test_sha256sum_checks_the_package(network, tmp_path):
    out, sums = packed(network, [evidence("../../etc/passwd", b"one" * 9), evidence("chat log.png", b"two")])
    with zipfile.ZipFile(out) as package:
        check_members(package)
        assert package.testzip() is None
        package.extractall(tmp_path)
    done = subprocess.run(
        ["sha256sum", "--strict", "-c", "SHA256SUMS"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    files = {str(p.relative_to(tmp_path)) for p in tmp_path.rglob("*") if p.is_file()}
    assert files == {*sums, "SHA256SUMS"}
    assert {"evidence/0001-passwd", "evidence/0002-chat_log.png"} <= files
    (tmp_path / "statements.csv").write_bytes(b"changed")
    assert (
        subprocess.run(
            ["sha256sum", "-c", "SHA256SUMS"], cwd=tmp_path, capture_output=True, check=False
        ).returncode
        == 1
    )


def test_p21_no_cell_of_the_package_is_a_formula(network):
    out, _sums = packed(network)
    package = zipfile.ZipFile(out)
    assert "'=HYPERLINK" in package.read("statements.csv").decode("utf-8-sig")
    assert "'=Typist" in package.read("entities.csv").decode("utf-8-sig")
    validated(package.read("entities.ftm.json").decode())


def test_evidence_that_is_no_longer_what_arrived_stops_the_package(network):
    with pytest.raises(PackageError, match="not what arrived"):
        packed(network, [evidence("a.jpg", b"changed", file_digest(b"arrived"))])


@given(st.text())
def test_every_name_becomes_one_that_is_safe(name):
    safe = safe_name(name)
    assert safe and safe.isascii() and not safe.startswith(".") and "/" not in safe and "\\" not in safe
    assert len(safe) <= 93


def _zip_of(*members):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        for member, content in members:
            package.writestr(member, content)
    return zipfile.ZipFile(out)


def _link():
    member = zipfile.ZipInfo("a")
    member.external_attr = 0o120777 << 16
    return member


@pytest.mark.parametrize(
    "members",
    [
        [("../x", b"")],
        [("a/../../x", b"")],
        [("a\\..\\x", b"")],
        [("/etc/x", b"")],
        [("C:x", b"")],
        [(_link(), b"/etc/passwd")],
        [("a", b"1"), ("A", b"2")],
        [("a", bytes(20 << 20))],
    ],
    ids=["up", "up below", "backslash", "absolute", "drive", "link", "twice", "bomb"],
)
def test_a_zip_with_members_that_are_not_safe_is_refused(members):
    with pytest.raises(PackageError):
        check_members(_zip_of(*members))
