"""A copy leaves: the working copy to work with, the original for an examination, either of them to another agency."""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum

from django.db import transaction

from moei.access.acting import Acting, Invalid
from moei.access.decide import require
from moei.desks.evidence.custody import Act, enter, refuse_cases, standing
from moei.desks.evidence.models import Evidence, WorkingCopy
from moei.desks.evidence.storage import pieces


class Which(StrEnum):
    WORKING = "working"
    ORIGINAL = "original"


def check_taking(acting: Acting, evidence: Evidence, which: Which, *, why: str, to_whom: str = "") -> None:
    """What `take_copy` refuses, before a number in the register of files that left is given out. Raises `Invalid`."""
    require(acting, "evidence.view" if which is Which.WORKING and not to_whom else "evidence.keep")
    standing(evidence)
    if not why.strip():
        raise Invalid({"why": "Say what it is needed for: it stands in the custody log."})
    refuse_cases(why=why, to_whom=to_whom)
    if which is Which.WORKING:
        _working(evidence)


@transaction.atomic
def take_copy(
    acting: Acting, evidence: Evidence, which: Which, *, why: str, departure: str, to_whom: str = ""
) -> Iterator[bytes]:
    """The bytes, a megabyte at a time, after custody and journal know of it. With `to_whom` it is a disclosure.

    `departure` is the number in the register of files that left. Raises `Invalid` without a reason, for a working copy
    that there is not, and once the piece was destroyed.
    """
    check_taking(acting, evidence, which, why=why, to_whom=to_whom)
    if which is Which.WORKING:
        copy = _working(evidence)
        act, sha256 = Act.WORKING, copy.sha256
        found = pieces(evidence.id, copy.key or b"", working=True)
    else:
        act, sha256 = Act.COPIED, evidence.sha256
        found = pieces(evidence.id, evidence.key or b"")
    if to_whom:
        act = Act.DISCLOSED
    enter(acting, evidence, act, why=why, to_whom=to_whom, sha256=sha256, departure=departure)
    return found


def name_of(evidence: Evidence, which: Which) -> str:
    """What the file is called outside: nothing of the name it had, which may tell who gave it."""
    if which is Which.WORKING:
        return f"{evidence}-working{_working(evidence).ending}"
    return f"{evidence}-original.bin"


def size_of(evidence: Evidence, which: Which) -> int:
    """Bytes of the copy that leaves."""
    return (evidence if which is Which.ORIGINAL else _working(evidence)).size or 0


def _working(evidence: Evidence) -> WorkingCopy:
    copy = WorkingCopy.objects.filter(evidence=evidence).first()
    if copy is None or copy.key is None:
        raise Invalid("There is no working copy of this piece.")
    return copy
