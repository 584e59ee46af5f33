"""What stands in an agreement is looked at before anything else."""

from __future__ import annotations

import pytest

from moei.engines.private_comparison.agreement import read_agreement
from moei.engines.private_comparison.refusal import Refused


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"most_items": 0}, "“most_items” must be a number from 1 to 100000"),
        ({"most_items": 100_001}, "“most_items” must be a number from 1 to 100000"),
        ({"most_items": "true"}, "“most_items” must be a number"),
        ({"most_questions": '"two"'}, "“most_questions” must be a number from 1 to 100"),
        ({"purpose": '" "'}, "“purpose” must be a text"),
        ({"compared": "[]"}, "“compared” must be a list"),
        ({"compared": '["names"]'}, "“compared” must be a list of documents, phones or both"),
        ({"compared": "[[1]]"}, "“compared” must be a list of documents, phones or both"),
        ({"valid_from": '"2025-02-12"'}, "“valid_from” must be a day"),
        ({"valid_from": "2025-02-12T10:00:00Z"}, "“valid_from” must be a day"),
        ({"valid_until": "2024-01-01"}, "valid_until lies before valid_from"),
        ({"dao": "bm90IGEga2V5"}, "the public key of Dao is none"),
        ({"dao": "ключ"}, "the public key of Dao is none"),
        ({"bloom": "true"}, "“bloom” is not known in an agreement"),
        ({"id": '"x'}, "is no agreement that can be read"),
        ({"id": "[" * 5000}, "is no agreement that can be read"),
        ({"kind": "7"}, "“kind” must be a text"),
    ],
)
def test_what_is_wrong_is_said(two, ours, changes, words):
    two.agree(**changes)
    two.refused(two.ask(ours), words, leaves="question")


def test_both_have_their_own_key(two, ours):
    two.agree(dao=two.public["kanya"])
    two.refused(two.ask(ours), "both agencies have the same public key", leaves="question")


def test_it_is_between_two(two, ours):
    path = two / "agreement.toml"
    path.write_text(path.read_text().split("[[agencies]]")[0] + "agencies = []\n")
    two.refused(two.ask(ours), "an agreement is between two agencies", leaves="question")


def test_something_missing_is_named(two, ours):
    path = two / "agreement.toml"
    path.write_text(path.read_text().replace("most_questions = 2\n", ""))
    two.refused(two.ask(ours), "“most_questions” is missing", leaves="question")


def test_a_file_that_is_no_agreement_is_refused(two, ours):
    (two / "agreement.toml").write_bytes(b"\xff\xfe\x00")
    two.refused(two.ask(ours), "agreement.toml is no agreement that can be read", leaves="question")
    (two / "agreement.toml").write_bytes(b"#" * 70_000)
    two.refused(two.ask(ours), "agreement.toml is too long", leaves="question")


def test_comments_and_layout_make_no_other_agreement_and_words_do(two):
    path = two / "agreement.toml"
    first = read_agreement(path)
    path.write_bytes(b"# signed on paper, too\r\n" + path.read_bytes().replace(b"\n", b"\r\n"))
    assert read_agreement(path) == first
    digests = {
        read_agreement(two.agree("other.toml", **change)).digest
        for change in (
            {"id": '"other"'},
            {"purpose": '"other"'},
            {"valid_from": "2025-02-13"},
            {"valid_until": "2090-05-13"},
            {"most_items": 13},
            {"most_questions": 3},
            {"compared": '["phones"]'},
            {"kind": '"health"'},
            {"dao": two.key("niran")},
        )
        for _ in [
            (two / "niran.key").unlink(missing_ok=True),
            (two / "niran.key.ledger").unlink(missing_ok=True),
        ]
    }
    assert len(digests - {first.digest}) == 9


def test_a_key_of_neither_is_refused(two):
    stranger = two.key("mallory")
    with pytest.raises(Refused, match="of neither agency"):
        read_agreement(two / "agreement.toml").partner(stranger)
