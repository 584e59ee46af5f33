"""The docs say what is so: generated pages are up to date, and what is linked exists."""

import re
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.apps import apps
from scripts import threat_page
from scripts.decision_pages import command_exists, pages
from scripts.protection_page import RULES, page, rules_tested

from moei.access.policy import ROLES
from moei.engines.cli_protocol import _markdown
from moei.engines.protocol import load_protocol

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"


def test_every_page_of_the_navigation_exists():
    pages = re.findall(r"^\s+- (?:[\w ]+: )?(\S+\.md)$", (ROOT / "mkdocs.yml").read_text(), re.MULTILINE)
    assert len(pages) > 10
    assert [name for name in pages if not (DOCS / name).is_file()] == []


def test_what_the_readme_links_to_exists():
    links = re.findall(r"\]\((?!http)([^)#]+)\)", (ROOT / "README.md").read_text())
    assert len(links) > 5
    assert [link for link in links if not (ROOT / link).is_file()] == []


def test_the_page_of_the_protocol_is_up_to_date():
    written = (DOCS / "reference" / "protocol-thailand.md").read_text()
    assert written.strip() == _markdown(load_protocol("thailand")).strip(), "run: make docs"


def test_the_page_of_the_rules_names_the_tests_of_today():
    assert (DOCS / "reference" / "protection.md").read_text() == page(), "run: make docs"


def test_every_number_in_a_tests_name_is_a_rule():
    assert set(rules_tested()) <= set(RULES)


def test_every_rule_says_how_it_is_kept_or_has_no_test():
    tested = rules_tested()
    assert [number for number, rule in RULES.items() if tested[number] and not rule["control"]] == []


def test_the_threat_model_is_up_to_date():
    assert threat_page.PAGE.read_text() == threat_page.page(), "run: make docs"


@pytest.mark.parametrize(
    ("written", "instead", "mistake"),
    [
        ('tests = ["', 'tests = ["test_that_nobody_wrote", "', "no test is called test_that_nobody_wrote"),
        ('adversary = "thief"', 'adversary = "ghost"', "adversary 'ghost' is not described"),
        ('control = "', 'contrll = "', "control is missing"),
    ],
)
def test_a_threat_that_names_what_is_not_there_stops_the_build(written, instead, mistake):
    text = threat_page.SOURCE.read_text()
    assert written in text
    with pytest.raises(threat_page.WrongThreats, match=re.escape(mistake)):
        threat_page.load(text.replace(written, instead, 1), threat_page.named_tests())


def test_an_attack_without_a_test_says_what_is_left_open():
    text = """
assets = {names = "Names"}
adversaries = {thief = "A thief"}
[[attacks]]
adversary = "thief"
asset = "names"
rule = ""
tries = "Reads"
control = "None"
tests = []
left = ""
"""
    with pytest.raises(threat_page.WrongThreats, match="neither a test"):
        threat_page.load(text, {})


def test_the_impact_assessment_names_everybody_who_receives_data_and_every_table():
    text = (DOCS / "reference" / "impact-assessment.md").read_text()
    assert [role.code for role in ROLES.values() if role.label not in text] == []
    tables = [model._meta.label for model in apps.get_models() if model.__module__.startswith("moei.")]
    assert len(tables) > 30
    assert [label for label in tables if f"`{label}`" not in text] == []


def test_a_table_that_nobody_placed_stops_the_build(monkeypatch):
    class Unplaced:
        _meta = SimpleNamespace(label="desk.Unplaced", fields=[])

    Unplaced.__module__ = "moei.desks.new"
    models = [*apps.get_models(), Unplaced]
    monkeypatch.setattr(apps, "get_models", lambda: models)
    with pytest.raises(LookupError, match="Unplaced"):
        pages()


def test_the_impact_assessment_the_sharing_protocol_and_the_runbook_are_up_to_date():
    written = pages()
    assert {path.name for path in written} == {
        "breach-runbook.md",
        "impact-assessment.md",
        "sharing-protocol.md",
    }
    assert [path.name for path, text in written.items() if path.read_text() != text] == [], "run: make docs"


def test_the_sharing_protocol_and_the_runbook_are_written_from_the_program():
    protocol = (DOCS / "reference" / "sharing-protocol.md").read_text()
    embassy = next(line for line in protocol.splitlines() if "Embassy or cons" in line)
    assert "people who consented to my agency" in embassy
    assert "`moei journal verify`" in (DOCS / "reference" / "breach-runbook.md").read_text()


def test_every_command_that_the_pages_name_exists():
    said = {
        (page.name, words)
        for page in [ROOT / "README.md", *DOCS.glob("**/*.md")]
        for words in re.findall(r"(?:`|\$ |bin/)moei ((?:[a-z][a-z-]+ ?)+)", page.read_text())
    }
    assert len(said) > 10
    # Words after the command itself are what it is given: `protocol show thailand`.
    assert [
        (name, words)
        for name, words in sorted(said)
        if not any(command_exists(" ".join(words.split()[:length])) for length in (1, 2))
    ] == []


def test_the_settings_of_the_deployment_are_described():
    described = (DOCS / "reference" / "settings.md").read_text()
    used = {
        name
        for file in [*(ROOT / "deploy").iterdir(), *(DOCS / "how-to").glob("deploy-*.md")]
        for name in re.findall(r"MOEI_[A-Z_]+", file.read_text())
    }
    assert len(used) > 5
    assert {name for name in used if f"`{name}`" not in described} == set()
