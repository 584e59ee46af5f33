"""The files that go from one agency to the other.

One line of JSON that says what this is, then points of the curve, 33 bytes each, then the sender's signature of 64 bytes
over all before it. As the agreement says how many points there are, a file that was cut off or added to has the wrong
length; and no form with lengths inside has to be read that a stranger wrote.

The line holds: ``what`` (``question`` or ``answer``), ``agreement`` (its digest), ``sender`` (public key), ``nonce``,
``at`` (UTC), ``question`` (the digest of the file that is answered; empty in a question), ``form``.
"""

from __future__ import annotations

import base64
import json
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from moei.crypto import SigningKey, file_digest, read_public_key, signed_by
from moei.engines.private_comparison.agreement import Agency, Agreement
from moei.engines.private_comparison.refusal import Refused

QUESTION, ANSWER = "question", "answer"
POINT = 33
_FORM = "moei comparison 1"
_SIGNATURE = 64
_LONGEST_LINE = 1024
_FIELDS = {"form", "what", "agreement", "sender", "nonce", "at", "question"}
_HEX = re.compile(r"[0-9a-f]{64}")
_NONCE = re.compile(r"[\w-]{20,64}", re.ASCII)
# Clocks of two agencies differ; by more than this, one of them is wrong.
_AHEAD = timedelta(hours=1)
# How many lots of points, each of the agreed number, are in it: an answer holds the other's own numbers, then ours again.
_LOTS = {QUESTION: 1, ANSWER: 2}


@dataclass(frozen=True, slots=True)
class Message:
    """A file that was checked. ``digest`` is of the whole file; ``points`` are bytes, 33 for each."""

    nonce: str
    at: datetime
    question: str
    points: bytes
    digest: str


def written(
    what: str,
    points: bytes,
    agreement: Agreement,
    key: SigningKey,
    *,
    sender: str,
    nonce: str,
    now: datetime,
    question: str = "",
) -> bytes:
    """The bytes of a file."""
    line = {
        "form": _FORM,
        "what": what,
        "agreement": agreement.digest,
        "sender": sender,
        "nonce": nonce,
        "at": now.astimezone(UTC).isoformat(timespec="seconds"),
        "question": question,
    }
    body = _line(line) + points
    return body + base64.b64decode(key.sign(body))


def read_message(path: Path, what: str, agreement: Agreement, sender: Agency, *, now: datetime) -> Message:
    """A file from ``sender``. Raises ``Refused`` with the first thing that is wrong with it."""
    lot = agreement.most_items * POINT * _LOTS[what]
    longest = _LONGEST_LINE + lot + _SIGNATURE
    with path.open("rb") as file:
        data = file.read(longest + 1)
    name = path.name
    line, end = _read_line(data)
    if line is None:
        raise Refused(
            f"{name} is no {what} of Moei, or it was altered on the way. Ask {sender.name} for it again."
        )
    if line["what"] != what:
        raise Refused(
            f"{name} is not a file of the kind “{what}” but “{line['what'][:20]}”. Give the right file."
        )
    if line["agreement"] != agreement.digest:
        raise Refused(
            f"{name} was made under another agreement than {agreement.id}, or under another wording of it. "
            "Compare both files of the agreement."
        )
    if line["sender"] != sender.public_key:
        raise Refused(
            f"{name} is not from {sender.name}. Only their own files are taken under {agreement.id}."
        )
    if len(data) != end + lot + _SIGNATURE:
        raise Refused(
            f"{name} does not hold the {agreement.most_items} numbers agreed: it was cut off, added to, or made with "
            f"more than agreed. Ask {sender.name} for it again."
        )
    body, signature = data[:-_SIGNATURE], base64.b64encode(data[-_SIGNATURE:]).decode()
    if not signed_by(read_public_key(sender.public_key), body, signature):
        raise Refused(
            f"{name} does not bear the signature of {sender.name}, or was altered. Ask them for it again."
        )
    at = _moment(line["at"])
    if at is None or not _NONCE.fullmatch(line["nonce"]) or not _asked_form(what, line["question"]):
        raise Refused(
            f"{name} is signed but not written as Moei writes it. Ask {sender.name} which version they use."
        )
    agreement.refuse_outside(at)
    if at > now + _AHEAD:
        raise Refused(
            f"{name} says it was made at {line['at']}, which is still to come. Look at both clocks."
        )
    return Message(line["nonce"], at, line["question"], body[end:], file_digest(data))


def _line(line: dict[str, str]) -> bytes:
    return json.dumps(line, sort_keys=True, separators=(",", ":")).encode() + b"\n"


def _read_line(data: bytes) -> tuple[dict[str, str] | None, int]:
    """The first line and where it ends; None where it is not written exactly as ``_line`` writes it."""
    end = data.find(b"\n", 0, _LONGEST_LINE) + 1
    try:
        line = json.loads(data[:end])
    except (ValueError, RecursionError):
        return None, 0
    if not isinstance(line, dict) or set(line) != _FIELDS or line["form"] != _FORM:
        return None, 0
    if not all(isinstance(value, str) for value in line.values()) or _line(line) != data[:end]:
        return None, 0
    return line, end


def _moment(text: str) -> datetime | None:
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return None
    return at if at.utcoffset() == timedelta(0) else None


def _asked_form(what: str, question: str) -> bool:
    return bool(_HEX.fullmatch(question)) if what == ANSWER else not question
