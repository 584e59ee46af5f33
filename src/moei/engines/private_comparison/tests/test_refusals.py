"""Whatever is refused is refused in words, with status 2, and nothing is written."""

from __future__ import annotations

import base64
import json
import sys
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import private_set_intersection.python as library
import pytest

from moei.crypto import SigningKey
from moei.engines.private_comparison import messages, points, steps
from moei.engines.private_comparison.agreement import read_agreement

ORDER_OF_P256 = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


def rewritten(two, name, who, **changes):
    """The same file, altered and signed anew with a key of `who`."""
    data = (two / name).read_bytes()
    end = data.index(b"\n") + 1
    line = json.loads(data[:end]) | {key: value for key, value in changes.items() if key != "points"}
    body = messages._line(line) + changes.get("points", data[end:-64])
    key = SigningKey.load(two / f"{who}.key")
    (two / name).write_bytes(body + base64.b64decode(key.sign(body)))


def lot(two, name):
    data = (two / name).read_bytes()
    return points.each(data[data.index(b"\n") + 1 : -64])


def test_another_agreement(asked, theirs):
    asked.agree("other.toml", id='"bridge-2025-03"')
    said = asked.answer(theirs, agreement="other.toml")
    asked.refused(said, "question was made under another agreement than bridge-2025-03", leaves="answer")


@pytest.mark.parametrize(
    ("days", "words"),
    [
        ({"valid_from": "2025-01-01", "valid_until": "2025-02-01"}, "ended on 2025-02-01: make a new one"),
        ({"valid_from": "2089-01-01", "valid_until": "2090-02-01"}, "begins on 2089-01-01: wait"),
    ],
)
def test_an_agreement_that_is_not_in_force(two, ours, theirs, days, words):
    two.agree(**days)
    two.refused(two.ask(ours), words, leaves="question")
    (two / "question").write_bytes(b"{}\n")
    two.refused(two.answer(theirs), words, leaves="answer")
    (two / "answer").write_bytes(b"{}\n")
    two.refused(two.read(), words, leaves="shared.csv")


def test_an_agreement_that_ended_between_question_and_answer(two, ours):
    agreement = read_agreement(two.agree(valid_until="2026-03-01"))
    items = _items(two, ours)
    steps.ask(items, agreement, two / "kanya.key", two / "question", now=NOW)
    with pytest.raises(steps.Refused, match="ended on 2026-03-01"):
        steps.answer(
            two / "question", items, agreement, two / "dao.key", two / "answer", now=NOW + timedelta(days=1)
        )


def test_a_file_from_tomorrow(two, ours):
    agreement, items = read_agreement(two / "agreement.toml"), _items(two, ours)
    steps.ask(items, agreement, two / "kanya.key", two / "question", now=NOW + timedelta(hours=2))
    with pytest.raises(steps.Refused, match="which is still to come"):
        steps.answer(two / "question", items, agreement, two / "dao.key", two / "answer", now=NOW)
    assert not (two / "answer").exists()


def test_a_signature_that_is_not_the_others(asked, theirs):
    asked.key("mallory")
    rewritten(asked, "question", "mallory")
    asked.refused(asked.answer(theirs), "does not bear the signature of Kanya", leaves="answer")


def test_a_sender_who_is_not_the_other(asked, theirs):
    rewritten(asked, "question", "mallory", sender=asked.key("mallory"))
    asked.refused(asked.answer(theirs), "question is not from Kanya", leaves="answer")


def test_ones_own_question(asked, theirs):
    said = asked.answer(theirs, who="kanya")
    asked.refused(said, "question is not from Dao", leaves="answer")


def test_a_key_of_neither(asked, theirs):
    asked.key("mallory")
    said = asked.answer(theirs, who="mallory")
    asked.refused(said, "The key is of neither agency", leaves="answer")


def test_more_than_agreed(asked, theirs):
    """Kanya signs a question with more numbers than agreed."""
    extra = points.question_of(["a" * 64])[1]
    rewritten(asked, "question", "kanya", points=b"".join(lot(asked, "question")) + extra)
    asked.refused(asked.answer(theirs), "does not hold the 12 numbers agreed", leaves="answer")


def test_p12_the_same_question_is_not_asked_again_with_another_list(answered, theirs):
    """Under the number of a question that was answered, Kanya sends other points, well signed."""
    other = points.question_of([f"{n:064x}" for n in range(12)])[1]
    rewritten(answered, "question", "kanya", points=other)
    answered.refused(answered.answer(theirs, out="again"), "was answered already", leaves="again")


def test_numbers_that_stand_in_it_twice(asked, theirs):
    rewritten(asked, "question", "kanya", points=lot(asked, "question")[0] * 12)
    asked.refused(asked.answer(theirs), "numbers stand in it twice", leaves="answer")


@pytest.mark.parametrize("first", [b"\x00", b"\x04", b"\x02"])
def test_p12_bytes_that_are_no_points_of_the_curve(asked, theirs, first):
    """The process for them says so, and lives."""
    bad = b"".join(first + bytes([255, *[number] * 31]) for number in range(12))
    if first == b"\x02":
        bad = b"".join(b"\x02" + b"\xff" * 31 + bytes([255 - number]) for number in range(12))
    rewritten(asked, "question", "kanya", points=bad)
    asked.refused(asked.answer(theirs), "question does not hold points of the curve", leaves="answer")
    assert (asked / "dao.key.ledger").read_text() == ""


def test_an_answer_to_another_question(answered, ours, theirs):
    """Dao's answer, signed by Dao, said to be to a question that Kanya never asked."""
    rewritten(answered, "answer", "dao", question="0" * 64)
    answered.refused(answered.read(), "No question of this key waits for answer", leaves="shared.csv")


def test_p12_an_answer_to_one_question_does_not_open_another(answered, ours, theirs):
    first = (answered / "answer").read_bytes()
    assert answered.ask(ours, out="second").exit_code == 0
    assert answered.answer(theirs, question="second", out="second answer").exit_code == 0
    second = json.loads((answered / "second answer").read_bytes().partition(b"\n")[0])["question"]
    rewritten(answered, "answer", "dao", question=second)
    assert answered.read().exit_code == 0  # signed by Dao: only a liar does this
    assert answered.shared() == []
    (answered / "answer").write_bytes(first)
    assert answered.read(out="true.csv").exit_code == 0
    assert len(answered.shared("true.csv")) == 3


def test_an_answer_is_read_once(answered):
    assert answered.read().exit_code == 0
    answered.refused(answered.read(out="again.csv"), "it was read already", leaves="again.csv")


def test_an_answer_that_claims_to_hold_everything(answered):
    """A liar who got hold of Kanya's secret takes it off each point of the question, and says these were its own."""
    (kept,) = [name for name in answered.files() if ".key.question-" in name]
    secret = int(json.loads((answered / kept).read_text())["secret"], 16)
    without = library.server.CreateFromKey(pow(secret, -1, ORDER_OF_P256).to_bytes(32, "big"), True)
    request = library.Request(reveal_intersection=True, encrypted_elements=lot(answered, "question"))
    own = sorted(without.ProcessRequest(request).encrypted_elements)
    rewritten(answered, "answer", "dao", points=b"".join([*own, *lot(answered, "question")]))
    answered.refused(answered.read(), "cannot be true", leaves="shared.csv")
    assert kept in answered.files()


def test_an_answer_whose_own_numbers_are_unsorted(answered):
    both = lot(answered, "answer")
    assert all(left < right for left, right in pairwise(both[:12]))
    rewritten(answered, "answer", "dao", points=b"".join([*reversed(both[:12]), *both[12:]]))
    answered.refused(answered.read(), "numbers stand in it twice or unsorted", leaves="shared.csv")


@pytest.mark.parametrize("kept_bytes", [0, 1, 30, 300, -1])
def test_a_file_that_was_cut_off(asked, theirs, kept_bytes):
    data = (asked / "question").read_bytes()
    (asked / "question").write_bytes(data[:kept_bytes])
    said = asked.answer(theirs)
    assert said.exit_code == 2
    assert "Ask Kanya for it again" in said.output
    assert not (asked / "answer").exists()


def test_a_file_of_absurd_size_is_not_read(asked, theirs):
    with (asked / "question").open("r+b") as file:
        file.truncate(50 * 1024**3)  # a hole: it takes no room on the disk, and would take it in memory
    asked.refused(asked.answer(theirs), "does not hold the 12 numbers agreed", leaves="answer")


@pytest.mark.parametrize(
    "data", [b"", b"\n", b"{}\n", b"[" * 1000 + b"\n", b"NaN\n", b"\xff" * 500, b"[1]\n", b'{"form":1}\n']
)
def test_a_file_of_something_else(asked, theirs, data):
    (asked / "question").write_bytes(data)
    asked.refused(asked.answer(theirs), "question is no question of Moei", leaves="answer")


def test_a_list_given_as_a_question(asked, theirs, ours):
    said = asked.answer(theirs, question="ours.csv")
    asked.refused(said, "ours.csv is no question of Moei", leaves="answer")


def test_a_question_given_as_an_answer_and_the_other_way_round(answered, theirs):
    said = answered.read(answer="question", out="x.csv")
    answered.refused(said, "question is not a file of the kind “answer” but “question”", leaves="x.csv")
    said = answered.answer(theirs, question="answer", out="again")
    answered.refused(said, "answer is not a file of the kind “question” but “answer”", leaves="again")


@pytest.mark.parametrize(
    "changes", [{"at": "yesterday"}, {"at": "2026-03-01T12:00:00"}, {"nonce": "../../x"}, {"question": "a"}]
)
def test_a_signed_file_that_is_written_otherwise(asked, theirs, changes):
    rewritten(asked, "question", "kanya", **changes)
    asked.refused(asked.answer(theirs), "is signed but not written as Moei writes it", leaves="answer")


def test_a_list_that_cannot_be_read(two, ours):
    (two / "picture.xlsx").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(64))
    said = two.ask(ours, two / "picture.xlsx")
    two.refused(said, "Nothing is compared, because picture.xlsx could not be read", leaves="question")


def test_a_list_without_a_number(two):
    said = two.ask(two.list("names.csv", "1,SELAM ABEBE,F,1990-03-04,Ethiopia,,"))
    two.refused(said, "No documents and no phones to compare were found in 1 rows", leaves="question")


def test_two_lists_of_one_name(two):
    (two / "monday").mkdir()
    (two / "tuesday").mkdir()
    row = "1,SELAM ABEBE,F,1990-03-04,Ethiopia,EP1234567,"
    said = two.ask(two.list("monday/list.csv", row), two.list("tuesday/list.csv", row))
    two.refused(said, "Several lists are called list.csv", leaves="question")


def test_a_file_that_is_there_is_not_overwritten(asked, ours, theirs):
    for name, run in (
        ("kanya.key", lambda: asked.run("key", "--out", asked / "kanya.key")),
        ("question", lambda: asked.ask(ours)),
        ("ours.csv", lambda: asked.answer(theirs, out="ours.csv")),
    ):
        before = (asked / name).read_bytes()
        said = run()
        assert said.exit_code == 2
        assert "exists and is not overwritten" in " ".join(said.output.split())
        assert (asked / name).read_bytes() == before


def test_a_folder_that_is_not_there(two, ours):
    said = two.ask(ours, out="nowhere/question")
    assert said.exit_code == 2
    assert "could not be read or written: No such file or directory" in " ".join(said.output.split())
    assert [name for name in two.files() if ".key.question-" in name] == []
    assert (two / "kanya.key.ledger").read_text() == ""


@pytest.mark.parametrize("text", ["", "{}", "[]", "not a key", '{"private": "AA==", "public": {}}'])
def test_a_key_that_is_none(two, ours, text):
    (two / "kanya.key").write_text(text)
    two.refused(two.ask(ours), "kanya.key is no key made by `moei compare key`", leaves="question")


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"secret": "x", "nonce": "", "places": {}}'])
def test_what_was_kept_is_damaged(answered, text):
    (kept,) = [name for name in answered.files() if ".key.question-" in name]
    (answered / kept).write_text(text)
    answered.refused(answered.read(), f"{kept}, kept to read answer, is damaged", leaves="shared.csv")


def test_the_extra_package_is_missing(two, ours, monkeypatch):
    monkeypatch.setitem(sys.modules, "private_set_intersection", None)
    two.refused(two.ask(ours), "pip install 'moei[private]'", leaves="question")


def _items(two, path):
    from moei.engines.cli_rows import match_rows
    from moei.engines.private_comparison.items import gather
    from moei.terminal import terminal

    return gather(match_rows(terminal(), [path], []), read_agreement(two / "agreement.toml"))


def test_a_list_whose_name_is_no_text(two, ours):
    """A name in another encoding, as old sticks have."""
    odd = two.folder / b"\xc5\xe9\xff.csv".decode("utf-8", "surrogateescape")
    odd.write_bytes(ours.read_bytes())
    two.refused(two.ask(odd), "A file has a name with signs that cannot be printed", leaves="question")
