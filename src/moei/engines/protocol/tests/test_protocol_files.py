"""Reading a protocol: every value sourced, every mistake named with its place and its remedy."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from moei import protocols
from moei.engines.cli_protocol import app
from moei.engines.protocol import ProtocolError, load_protocol
from moei.engines.protocol.load import parse_protocol
from moei.engines.protocol.messages import TEMPLATES, message
from moei.engines.protocol.tests.story import FLOORLAND, THAILAND

THAI = protocols.read("thailand")
FLOOR = (Path(__file__).parent / "data" / "floorland.toml").read_text()


def test_thailand_comes_with_moei_and_every_value_has_a_source():
    assert protocols.names() == ["thailand"]
    rows = THAILAND.describe()
    assert len(rows) > 100
    assert all(row.source.startswith("[") and row.value for row in rows)


def test_nothing_of_thailand_is_verified_and_the_screen_says_so():
    assert THAILAND.unverified() == THAILAND.describe()
    assert "not verified" in THAILAND.unverified()[0].words


def test_thailand_says_what_the_public_sources_say():
    rows = {row.key: row for row in THAILAND.describe()}
    assert rows["clocks.preliminary_screening.length"].value == "24 hours"
    assert rows["clocks.preliminary_screening.length"].source.startswith("[7] chiangmaione.com")
    assert rows["clocks.preliminary_screening.extended_at_most"].value == "7 calendar days"
    assert rows["clocks.shelter_before_interview.length"].value == "15 calendar days"
    assert rows["clocks.reflection.length"].value == "45 calendar days"
    assert rows["panel.quorum"].value == "3"
    assert rows["panel.must_include"].value == "social_development"
    assert "not a cell" in rows["outcomes.unclear_temporary_protection.duty"].value
    assert {
        "rights.assistance",
        "rights.compensation",
        "rights.stay_and_work",
        "rights.non_punishment",
    } <= set(rows)


def test_p07_the_standard_of_proof_admits_that_the_law_was_not_read():
    standard = THAILAND.standard_of_proof
    assert not standard.verified
    assert "have not been read" in standard.value["en"]
    assert "not ask for proof as at a trial" in standard.value["en"]


def test_a_value_somebody_verified_is_no_longer_listed():
    keys = {row.key for row in FLOORLAND.describe()} - {row.key for row in FLOORLAND.unverified()}
    assert keys == {"professions.competent_authority.counts"}
    assert next(row for row in FLOORLAND.describe() if row.verified).words == "verified"


def test_the_version_follows_the_content_not_the_comments():
    assert THAILAND.version == f"1+{THAILAND.content_hash[:12]}"
    assert parse_protocol("# a comment\n" + THAI, "x").version == THAILAND.version
    changed = parse_protocol(THAI.replace("amount = 24", "amount = 48"), "x")
    assert changed.version != THAILAND.version


@pytest.mark.parametrize(
    ("old", "new", "key"),
    [
        ("amount = 24", "amount = 0", "clocks.preliminary_screening.length.value"),
        ("amount = 24", "hours = 24", "clocks.preliminary_screening.length.value"),
        ('unit = "hours"', 'unit = "weeks"', "clocks.preliminary_screening.length.value"),
        ('code = "thailand"', "", "code"),
        ("number = 1", "number = true", "number"),
        ('"Asia/Bangkok"', '"Asia/Atlantis"', "calendar.time_zone"),
        ('["saturday", "sunday"]', '["Saturday"]', "calendar.weekend"),
        ('day_ends = "same_time"', 'day_ends = "noon"', "calendar.day_ends"),
        ("counts = false", 'counts = "no"', "professions.ngo_observer.counts"),
        ("counts = false", "count = false", "professions.ngo_observer.count"),
        ('[offices.court]\nsource = "7"', "[offices.court]", "offices.court.role"),
        ('[offices.court]\nsource = "7"', '[offices.court]\nsource = "99"', "offices.court.role"),
        (
            '[offices.court]\nsource = "7"',
            '[offices.court]\nsource = "7"\nverified = 1',
            "offices.court.role",
        ),
        ("value = 3, note", "value = 3, verified = true, unnoted", "panel.quorum"),
        ("value = 3, note", "value = 8, note", "panel.quorum"),
        ("value = 3, note", "value = 0, note", "panel.quorum.value"),
        (
            'must_include = { value = ["social_development"]',
            'must_include = { value = ["army"]',
            "panel.must_include",
        ),
        ("professions = { value = [", 'professions = { value = ["ngo_observer", ', "panel.professions"),
        ('reached_by = ["listed"]', 'reached_by = ["lisetd"]', "stages.listed.reached_by"),
        ('after = "determined"', 'after = "closed"', "stages.referred.after"),
        ('code = "listed"', 'code = "reported"', "stages.reported"),
        ('stop = ["screening_recorded"]', "stop = []", "clocks.preliminary_screening.stop"),
        ('{ value = ["court"]', '{ value = ["king"]', "clocks.preliminary_screening.extended_by"),
        ('value = ["reflection_ended"', 'value = ["police_wish"', "clocks.reflection.stop"),
        ('value = ["reflection_ended"', 'value = ["interview_completed"', "clocks.reflection.stop"),
        (
            'guards = { value = ["negative_determination"]',
            'guards = { value = ["determination_made"]',
            "clocks.reflection.guards",
        ),
        ('kind = "deferral"', 'kind = "unclear"', "outcomes"),
        ("[actions.reported]", "[actions.repotred]", "actions"),
        ('who = ["police"]', 'who = ["army"]', "actions.clock_extended.who"),
        ("text.th", "text.th.th", "standard_of_proof.text"),
        ("[sources]", "[sourcez]", "sources"),
        ('en = "Reported", ', "", "stages.reported.labels"),
        (
            'needs = ["registered"]',
            'needs = ["registered", "registered"]',
            "actions.reflection_started.needs",
        ),
        ("[deferral]", "[deferal]", "deferral"),
        ("number = 1", "number = = 1", "file"),
    ],
)
def test_a_mistake_names_its_place_and_what_to_do(old, new, key):
    assert old in THAI
    with pytest.raises(ProtocolError) as caught:
        parse_protocol(THAI.replace(old, new, 1), "mine.toml")
    assert caught.value.file == "mine.toml"
    assert caught.value.key == key
    assert caught.value.problem
    assert caught.value.remedy.endswith(".")


@pytest.mark.parametrize(
    ("old", "new", "key"),
    [
        ('guards = ["interview_started"]', "deferrable = true", "clocks.rest.deferrable"),
        ('start = ["referred"]', "start = []", "clocks.first_decision.start"),
        ("deferrable = true", 'guards = ["referred"]', "clocks.first_decision.guards"),
        ('extended_by = ["tribunal"]\n', "", "clocks.first_decision.extended_at_most"),
        (
            "quorum = 1",
            'quorum = 1\nmust_include = ["competent_authority", "first_responder"]',
            "panel.must_include",
        ),
        (
            'start = ["registered"]',
            'start = ["determination_made"]\nstop = ["reflection_ended"]\n#',
            "clocks.rest.guards",
        ),
    ],
)
def test_values_that_do_not_fit_together_are_refused(old, new, key):
    assert old in FLOOR
    changed = FLOOR.replace(old, new, 1).replace('#\nstop = ["reflection_ended"]\n', "\n")
    with pytest.raises(ProtocolError) as caught:
        parse_protocol(changed, "mine.toml")
    assert caught.value.key == key


def test_a_protocol_that_is_not_there_or_is_no_text(tmp_path):
    with pytest.raises(ProtocolError, match="Use one of: thailand"):
        load_protocol("atlantis")
    with pytest.raises(ProtocolError, match="cannot be read"):
        load_protocol(tmp_path / "none.toml")
    wrong = tmp_path / "wrong.toml"
    wrong.write_bytes(b"\xff\xfe")
    with pytest.raises(ProtocolError, match="not UTF-8"):
        load_protocol(str(wrong))


def test_what_the_engine_says_is_in_one_table():
    with pytest.raises(KeyError):
        message("no_such_message")
    assert str(message("outcome_unknown", outcome="x")) == "This protocol has no outcome “x”."
    assert all(words.endswith((".", "}")) for words in TEMPLATES.values())


def test_the_command_line_shows_a_protocol_and_what_is_not_verified():
    shown = CliRunner().invoke(app, ["show", "thailand"])
    assert shown.exit_code == 0
    assert "NOT verified" in shown.stdout
    assert (
        f"{len(THAILAND.describe())} of {len(THAILAND.describe())} values are not verified." in shown.stdout
    )
    as_json = json.loads(CliRunner().invoke(app, ["show", "thailand", "--json"]).stdout)
    assert as_json["version"] == THAILAND.version
    assert as_json["values"][0]["verified"] is False


def test_the_command_line_checks_a_file(tmp_path):
    good, bad = tmp_path / "good.toml", tmp_path / "bad.toml"
    good.write_text(THAI)
    bad.write_text(THAI.replace("amount = 24", "amount = -1"))
    assert CliRunner().invoke(app, ["check", str(good)]).exit_code == 0
    refused = CliRunner().invoke(app, ["check", str(bad)])
    assert refused.exit_code == 1
    assert "preliminary_screening.length" in refused.stderr.replace("\n", "")
