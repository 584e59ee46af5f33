"""The docs say what is so: generated pages are up to date, and what is linked exists."""

import re
from pathlib import Path

from scripts.protection_page import RULES, page, rules_tested

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
