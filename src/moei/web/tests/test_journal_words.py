"""The journal is read by people: each action has words, and ids that mean nothing to them stay in the export."""

import ast
import re
from pathlib import Path

import moei
from moei.engines.protocol import EventKind
from moei.web.journal_words import ACTIONS, about_words, action_words

WRITERS = {"changed", "changed_many", "was_read", "was_listed", "note", "record", "Note", "_move"}
CODE = re.compile(r"[a-z_]+\.[a-z_]+")


def actions_written() -> set[str]:
    """Every code that a call of the journal's writers names, in the program's own sources."""
    root = Path(moei.__file__).parent
    found = set()
    for path in root.rglob("*.py"):
        if {"tests", "migrations"} & set(path.parts):
            continue
        for call in (node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Call)):
            name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
            if name in WRITERS:
                texts = (node.value for node in ast.walk(call) if isinstance(node, ast.Constant))
                found |= {text for text in texts if isinstance(text, str) and CODE.fullmatch(text)}
    return found


def test_every_action_has_words():
    written = actions_written()
    assert len(written) > 60
    assert {code for code in written if code not in ACTIONS and not code.startswith("event.")} == set()


def test_every_event_of_a_case_has_words():
    assert [kind for kind in EventKind if action_words(f"event.{kind.value}").startswith("event")] == []


def test_an_action_of_a_later_version_is_still_readable():
    assert action_words("ferry_boat.sent_back") == "ferry boat: sent back"


def test_ids_are_left_to_the_export():
    data = {
        "event": "0197a3b0-0000-7000-8000-000000000000",
        "by_hand": ["birth_from", "name"],
        "rows": 12,
        "sha256": "0a" * 32,
    }
    data["sha256"] = "0a" * 32
    assert about_words(data) == "by hand: birth from, name, rows: 12"
