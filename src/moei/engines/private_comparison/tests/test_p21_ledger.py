"""Each file that left, and each answer that was read, stands in the ledger beside the key."""

from __future__ import annotations

import hashlib
import json

import pytest

from moei.engines.private_comparison import steps


def lines(two, who):
    return [json.loads(line) for line in (two / f"{who}.key.ledger").read_text().splitlines()]


def test_p21_the_ledger_says_what_left_to_whom_why_and_when(answered):
    answered.read()
    asked, read = lines(answered, "kanya")
    (given,) = lines(answered, "dao")
    assert (asked["did"], given["did"], read["did"]) == ("asked", "answered", "read")
    assert asked["partner"] == read["partner"] == "Dao"
    assert given["partner"] == "Kanya"
    assert given["purpose"] == "Find people whom both of us look after"
    assert asked["nonce"] == given["nonce"] == read["nonce"]
    digest = hashlib.sha256((answered / "answer").read_bytes()).hexdigest()
    assert given["file"] == read["file"] == digest
    assert asked["file"] == hashlib.sha256((answered / "question").read_bytes()).hexdigest()
    assert read["shared"] == "3"
    assert asked["at"].endswith("+00:00")


def test_p21_it_only_grows(answered, ours, theirs):
    before = (answered / "dao.key.ledger").read_bytes()
    answered.ask(ours, out="second")
    answered.answer(theirs, question="second", out="second answer")
    after = (answered / "dao.key.ledger").read_bytes()
    assert after.startswith(before)
    assert len(after) > len(before)


def test_p12_without_its_ledger_nothing_is_answered(asked, theirs):
    """Who takes it away could ask without end."""
    (asked / "dao.key.ledger").unlink()
    asked.refused(asked.answer(theirs), "dao.key.ledger is missing", leaves="answer")


@pytest.mark.parametrize(
    "text", ['{"did": "answ', "{}\n", "[1]\n", "1\n", "\x00\n", '{"did":"a","agreement":"b","nonce":"c"}']
)
def test_p12_nor_with_one_that_is_damaged(asked, theirs, text):
    (asked / "dao.key.ledger").write_text(text)
    asked.refused(asked.answer(theirs), "is damaged", leaves="answer")
    assert (asked / "dao.key.ledger").read_text() == text


def test_a_full_disk_costs_nobody_a_question(asked, theirs, monkeypatch):
    def full(path, data):
        raise OSError(28, "No space left on device", str(path))

    monkeypatch.setattr(steps, "_write", full)
    asked.refused(asked.answer(theirs), "No space left on device", leaves="answer")
    assert lines(asked, "dao") == []
    monkeypatch.undo()
    assert asked.answer(theirs).exit_code == 0


def test_p12_an_answer_that_cannot_be_written_down_is_not_given(asked, theirs, monkeypatch):
    def full(*_arguments, **_more):
        raise OSError(28, "No space left on device", "dao.key.ledger")

    monkeypatch.setattr("moei.engines.private_comparison.ledger.Ledger.add", full)
    asked.refused(asked.answer(theirs), "No space left on device", leaves="answer")


def test_a_question_that_cannot_be_written_leaves_no_secret_behind(two, ours, monkeypatch):
    def full(*_arguments, **_more):
        raise OSError(28, "No space left on device", "kanya.key.ledger")

    monkeypatch.setattr("moei.engines.private_comparison.ledger.Ledger.add", full)
    two.refused(two.ask(ours), "No space left on device", leaves="question")
    assert [name for name in two.files() if ".key.question-" in name] == []
