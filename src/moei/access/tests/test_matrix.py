"""The printed policy says what the policy does."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from moei.access.matrix import markdown, matrix
from moei.access.policy import ACTIONS, DUTIES, ROLES

PAGE = Path(__file__).resolve().parents[4] / "docs" / "reference" / "access-matrix.md"


def test_the_docs_page_is_the_policy_of_today():
    if not PAGE.parent.exists():
        pytest.skip("the docs are not installed with the package")
    assert PAGE.read_text(encoding="utf-8") == markdown(), (
        "run: moei access matrix > docs/reference/access-matrix.md"
    )


def test_the_matrix_is_json_and_names_every_role_section_and_action():
    table = json.loads(json.dumps(matrix()))
    assert {role["code"] for role in table["roles"]} == set(ROLES)
    assert table["case_actions"].keys() == ACTIONS.keys()
    assert table["duty_actions"].keys() == DUTIES.keys()
    worker = next(role for role in table["roles"] if role["code"] == "social_worker")
    assert worker["sections"]["identity"] == "rw" and worker["sections"]["statement"] == ""
    assert table["break_glass"]["hours"] == 3
