"""The asker learns the shared numbers and nothing else; the answerer and whoever carries the files learn nothing."""

from __future__ import annotations

import base64
import hashlib
import json
import stat

from moei.crypto import keyed_digest
from moei.engines.private_comparison import points, worker
from moei.engines.private_comparison.agreement import read_agreement
from moei.engines.private_comparison.messages import POINT

OURS = ["EP1234567", "A50319864", "FX998877", "+251911234567", "+254712345678", "+5511987654321"]
THEIRS = ["EP1234567", "AA7654321", "GA111222", "+251911234567", "+66812345678", "+5511987654321"]
NAMES = ["SELAM", "BRIAN", "JOAO", "ANAN", "ABEBE"]


def traces(number, agreement):
    """How a number would show in a file: itself, plain hashes of it, and the item that is made of it."""
    for kind in ("document", "phone"):
        for text in (number, number.removeprefix("+"), f"{kind}:{number}"):
            yield text.encode()
            for hashed in (hashlib.sha256, hashlib.sha1, hashlib.md5):
                digest = hashed(text.encode())
                yield from (digest.digest(), digest.hexdigest().encode(), base64.b64encode(digest.digest()))
        item = keyed_digest(agreement.digest, "moei private comparison", f"{kind}:{number}")
        yield from (item.encode(), bytes.fromhex(item))


def shown(two, names, numbers):
    agreement = read_agreement(two / "agreement.toml")
    found = []
    for name in names:
        data = (two / name).read_bytes()
        found += [(name, number) for number in numbers if any(t in data for t in traces(number, agreement))]
        found += [(name, who) for who in NAMES if who.encode() in data.upper()]
    return found


def question_points(two, name):
    data = (two / name).read_bytes()
    return points.each(data[data.index(b"\n") + 1 : -64])


def test_p12_no_file_that_goes_out_holds_a_number_nor_its_plain_hash(answered):
    assert shown(answered, ["ours.csv"], OURS)  # the search itself works
    assert shown(answered, ["question", "answer"], [*OURS, *THEIRS]) == []


def test_p12_nor_does_anything_that_stays(answered):
    answered.read()
    kept = [name for name in answered.files() if not name.endswith((".csv", "question", "answer"))]
    assert len(kept) == 5  # two keys, two ledgers, the agreement
    assert shown(answered, kept, [*OURS, *THEIRS]) == []


def test_p12_the_asker_learns_nothing_of_the_others_rows(answered):
    answered.read()
    assert shown(answered, ["shared.csv"], [*OURS, *THEIRS]) == []
    assert "theirs" not in (answered / "shared.csv").read_text()


def test_p12_files_have_one_size_whatever_the_lists_hold(two, ours, theirs):
    """Who carries or receives them learns how many were agreed, not how many there are."""
    one = two.list("one.csv", "1,SELAM ABEBE,F,1990-03-04,Ethiopia,EP1234567,")
    two.ask(ours, out="of many")
    two.ask(one, out="of one")
    assert (two / "of many").stat().st_size == (two / "of one").stat().st_size
    two.answer(theirs, question="of many", out="from many")
    two.answer(one, question="of one", out="from one")
    assert (two / "from many").stat().st_size == (two / "from one").stat().st_size


def test_p12_two_questions_about_one_list_have_nothing_in_common(two, ours):
    two.ask(ours, out="first")
    two.ask(ours, out="second")
    assert not set(question_points(two, "first")) & set(question_points(two, "second"))
    assert len(set(question_points(two, "first"))) == 12


def test_p12_two_answers_from_one_list_have_nothing_in_common(two, ours, theirs):
    """Answers could be laid side by side otherwise, to see what is new in a list."""
    for name in ("first", "second"):
        two.ask(ours, out=name)
        assert two.answer(theirs, question=name, out=f"{name} answer").exit_code == 0
    first, second = (question_points(two, f"{name} answer") for name in ("first", "second"))
    assert not set(first) & set(second)


def test_p12_one_number_is_another_item_under_another_agreement(two):
    this = read_agreement(two / "agreement.toml")
    other = read_agreement(two.agree("other.toml", id='"bridge-2025-03"'))
    item = [
        keyed_digest(one.digest, "moei private comparison", "phone:+66812345678") for one in (this, other)
    ]
    assert item[0] != item[1]


def test_p12_whoever_answers_cannot_tell_even_a_number_it_guesses(asked):
    """Dao tries the true numbers, with everything that Dao has: the question, the agreement, the library."""
    agreement = read_agreement(asked / "agreement.toml")
    guesses = [
        keyed_digest(agreement.digest, "moei private comparison", f"{kind}:{number}")
        for kind in ("document", "phone")
        for number in OURS
    ]
    question = question_points(asked, "question")
    said = worker.work(
        {"do": "answer", "items": guesses, "points": base64.b64encode(b"".join(question)).decode()}
    )
    under_own_secret = points.each(base64.b64decode(said["points"]))
    own, again = set(under_own_secret[: len(guesses)]), set(under_own_secret[len(guesses) :])
    assert not own & again
    assert not own & set(question)


def test_p12_whoever_answers_is_told_nothing(asked, theirs):
    before = asked.files()
    said = asked.answer(theirs).output
    assert asked.files() - before == {"answer"}
    assert "shared" not in said
    assert said.replace("\n", " ").count("question 1 of 2") == 1
    line = json.loads((asked / "dao.key.ledger").read_text())
    assert set(line) == {
        "at", "did", "agreement", "agreement_id", "purpose", "partner", "nonce", "file"
    }  # fmt: skip


def test_p12_the_other_may_ask_only_as_often_as_was_agreed(two, ours, theirs):
    for number in (1, 2):
        two.ask(ours, out=f"question {number}")
        assert two.answer(theirs, question=f"question {number}", out=f"answer {number}").exit_code == 0
    two.ask(ours, out="question 3")
    said = two.answer(theirs, question="question 3", out="answer 3")
    two.refused(said, "would be question 3 of Kanya", leaves="answer 3")


def test_p12_a_question_is_answered_once(answered, theirs):
    answered.refused(answered.answer(theirs, out="again"), "was answered already", leaves="again")


def test_p12_a_list_longer_than_agreed_is_not_asked_about(two):
    rows = [f"{n},NAME,F,1990-03-04,Kenya,A5000{n:04d}," for n in range(13)]
    said = two.ask(two.list("many.csv", *rows))
    two.refused(said, "Your lists hold 13 numbers; the agreement bridge-2025-02 allows 12", leaves="question")


def test_p12_nor_answered_with(asked):
    rows = [f"{n},NAME,F,1990-03-04,Kenya,A5000{n:04d}," for n in range(13)]
    said = asked.answer(asked.list("many.csv", *rows))
    asked.refused(said, "Your lists hold 13 numbers", leaves="answer")


def test_what_is_kept_to_read_the_answer_is_its_owners_alone_and_gone_afterwards(answered):
    (kept,) = [name for name in answered.files() if ".key.question-" in name]
    assert stat.S_IMODE((answered / kept).stat().st_mode) == 0o600
    assert shown(answered, [kept], OURS) == []
    answered.read()
    assert not (answered / kept).exists()


def test_every_file_written_is_its_owners_alone(answered):
    answered.read()
    modes = {
        name: stat.S_IMODE((answered / name).stat().st_mode)
        for name in ("question", "answer", "shared.csv", "kanya.key", "kanya.key.ledger")
    }
    assert set(modes.values()) == {0o600}


def test_a_point_is_as_long_as_the_library_says(asked):
    assert {len(point) for point in question_points(asked, "question")} == {POINT}
