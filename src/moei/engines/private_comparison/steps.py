"""Ask, answer, read: each on its own side, each all or nothing."""

from __future__ import annotations

import csv
import io
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from moei.crypto import SigningKey, SigningKeyError, file_digest, new_token, public_key_text
from moei.engines.neutral import neutral
from moei.engines.private_comparison import ledger, messages, points
from moei.engines.private_comparison.agreement import Agency, Agreement
from moei.engines.private_comparison.items import Items, Place, padded
from moei.engines.private_comparison.refusal import Refused


@dataclass(frozen=True, slots=True)
class Asked:
    """A question was written, for ``partner``."""

    partner: Agency


@dataclass(frozen=True, slots=True)
class Answered:
    """The ``number``-th question of ``partner`` was answered."""

    partner: Agency
    number: int


@dataclass(frozen=True, slots=True)
class Found:
    """``shared`` of our numbers are with ``partner`` too; they stand in ``rows`` rows of our lists."""

    partner: Agency
    shared: int
    rows: int


def new_key(out: Path) -> str:
    """Make a key pair, and a ledger beside it; the public key as text. Raises ``Refused`` where either exists."""
    try:
        place = ledger.create(out)
        try:
            return _public(SigningKey.create(out))
        except OSError:
            place.unlink()
            raise
    except FileExistsError as error:
        raise Refused(f"{error.filename} exists and is not overwritten. Choose another name.") from None


def ask(items: Items, agreement: Agreement, key_path: Path, out: Path, *, now: datetime) -> Asked:
    """Write a question. What is needed to read its answer is kept beside the key until then, for its owner alone."""
    key, partner = _ready(agreement, key_path, out, now)
    order = padded(items.places, agreement.most_items)
    secret, made = points.question_of(order)
    nonce = new_token(24)
    data = messages.written(
        messages.QUESTION, made, agreement, key, sender=_public(key), nonce=nonce, now=now
    )
    digest = file_digest(data)
    places = {place: items.places[item] for place, item in enumerate(order) if item in items.places}
    kept = _kept(key_path, digest)
    with ledger.opened(key_path) as book:
        _write(kept, json.dumps({"secret": secret.hex(), "nonce": nonce, "places": places}).encode())
        try:
            with _once_done(out, data):
                book.add(ledger.ASKED, agreement, partner, nonce=nonce, file=digest, now=now)
        except BaseException:
            kept.unlink()
            raise
    return Asked(partner)


def answer(
    question: Path, items: Items, agreement: Agreement, key_path: Path, out: Path, *, now: datetime
) -> Answered:
    """Answer a question. Raises ``Refused`` where it was answered before, or as many were as were agreed."""
    key, partner = _ready(agreement, key_path, out, now)
    asked = messages.read_message(question, messages.QUESTION, agreement, partner, now=now)
    with ledger.opened(key_path) as book:
        if book.has_answered(asked.nonce):
            raise Refused(
                f"{question.name} was answered already. {partner.name} may ask anew, with a question of its own."
            )
        number = book.answered(agreement) + 1
        if number > agreement.most_questions:
            raise Refused(
                f"{question.name} would be question {number} of {partner.name}; the agreement {agreement.id} allows "
                f"{agreement.most_questions}. Make another agreement first."
            )
        made = points.answer_to(asked.points, padded(items.places, agreement.most_items), question.name)
        data = messages.written(
            messages.ANSWER,
            made,
            agreement,
            key,
            sender=_public(key),
            nonce=new_token(24),
            now=now,
            question=asked.digest,
        )
        # A power cut in between costs the asker a question, never us a second answer.
        with _once_done(out, data):
            book.add(ledger.ANSWERED, agreement, partner, nonce=asked.nonce, file=file_digest(data), now=now)
    return Answered(partner, number)


def read(answer_path: Path, agreement: Agreement, key_path: Path, out: Path, *, now: datetime) -> Found:
    """Write ``list,row,kind`` of our rows whose number the other holds too; what was kept for it is removed."""
    _, partner = _ready(agreement, key_path, out, now)
    answered = messages.read_message(answer_path, messages.ANSWER, agreement, partner, now=now)
    kept = _kept(key_path, answered.question)
    secret, nonce, places = _kept_for(kept, answer_path.name)
    shared = points.shared(secret, answered.points, answer_path.name)
    if not places.keys() >= set(shared):
        # Nobody can hold a number that we made up a moment ago.
        raise Refused(
            f"{answer_path.name} cannot be true: by it, {partner.name} holds numbers that were made up here to fill the "
            "question. Ask them what happened, and trust no other answer of theirs until then."
        )
    rows = sorted(place for at in shared for place in places[at])
    with ledger.opened(key_path) as book, _once_done(out, _csv(rows)):
        book.add(
            ledger.READ, agreement, partner, nonce=nonce, file=answered.digest, now=now, shared=len(shared)
        )
    kept.unlink()
    return Found(partner, len(shared), len({row[:2] for row in rows}))


def _ready(agreement: Agreement, key_path: Path, out: Path, now: datetime) -> tuple[SigningKey, Agency]:
    """What can be refused before anything is worked on."""
    points.refuse_without_library()
    try:
        key = SigningKey.load(key_path)
    except SigningKeyError:
        raise Refused(
            f"{key_path.name} is no key made by `moei compare key`. Give the key, or restore it from a copy."
        ) from None
    partner = agreement.partner(_public(key))
    agreement.refuse_outside(now)
    if out.exists():
        raise Refused(f"{out.name} exists and is not overwritten. Choose another name, or remove it.")
    return key, partner


def _public(key: SigningKey) -> str:
    return public_key_text(key.public[key.key_id])


def _kept(key_path: Path, question: str) -> Path:
    """Where the secret of a question waits for the answer."""
    return key_path.with_name(f"{key_path.name}.question-{question[:16]}")


def _kept_for(kept: Path, name: str) -> tuple[bytes, str, dict[int, list[Place]]]:
    try:
        raw = json.loads(kept.read_bytes())
        places = {
            int(at): [(str(a), int(b), str(c)) for a, b, c in rows] for at, rows in raw["places"].items()
        }
        return bytes.fromhex(raw["secret"]), str(raw["nonce"]), places
    except FileNotFoundError:
        raise Refused(
            f"No question of this key waits for {name}: it was read already, or asked with another key."
        ) from None
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise Refused(f"{kept.name}, kept to read {name}, is damaged. Ask anew.") from None


def _csv(rows: list[Place]) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(["list", "row", "kind"])
    writer.writerows((neutral(name), row, kind) for name, row, kind in rows)
    return text.getvalue().encode()


@contextmanager
def _once_done(path: Path, data: bytes) -> Iterator[None]:
    """The file has its name once what stands in the block is done; if that fails, or the disk is full, there is none."""
    part = path.with_name(f".{path.name}.part")
    part.unlink(missing_ok=True)
    _write(part, data)
    try:
        yield
        part.rename(path)
    except BaseException:
        part.unlink(missing_ok=True)
        raise


def _write(path: Path, data: bytes) -> None:
    """A new file for its owner alone, whole or not at all."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
    except BaseException:
        with suppress(OSError):
            path.unlink()
        raise
