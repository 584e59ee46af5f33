"""The copy that is worked with: cleaned in a process of its own, sealed as the original is, tied to it by its hash."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from typing import IO, Any, cast

from django.db import transaction

from moei.access.acting import Acting, Invalid
from moei.access.decide import require
from moei.desks.evidence.custody import Act, enter, standing
from moei.desks.evidence.models import Evidence, WorkingCopy
from moei.desks.evidence.storage import Arriving, pieces
from moei.engines.cleaning import Family, family_of

WhyNone = WorkingCopy.WhyNone
# Bytes: what is larger is no letter and no photograph.
MOST = 64 * 1024 * 1024
SECONDS = 90
_BLOCK = 1024 * 1024
_CLEANED = {Family.IMAGE, Family.DOCUMENT, Family.TEXT}


def make_working_copy(acting: Acting, evidence: Evidence) -> WorkingCopy:
    """Make it, or write down why there is none; a copy that is there stays. The original is only read.

    Raises `Invalid` for a piece that is destroyed, also while its copy is made. What fails otherwise may be tried again.
    """
    require(acting, "evidence.keep")
    standing(evidence)
    there = WorkingCopy.objects.filter(evidence=evidence).first()
    if there is not None:
        return there
    copy = Arriving("", working=True, id=evidence.id)
    try:
        said = _cleaned(evidence, copy)
        return _keep(acting, evidence, copy, said)
    finally:
        copy.discard()


@transaction.atomic
def _keep(acting: Acting, evidence: Evidence, copy: Arriving, said: dict[str, Any]) -> WorkingCopy:
    # Cleaning took its time: what was destroyed meanwhile gains no key (P18).
    locked = standing(Evidence.objects.select_for_update(no_key=True).get(pk=evidence.pk))
    there = WorkingCopy.objects.filter(evidence=locked).first()
    if there is not None:
        return there
    row = WorkingCopy(
        evidence=evidence,
        original_sha256=evidence.sha256,
        made_at=acting.now,
        made_by=acting.staff,
    )
    if "cannot" in said:
        row.why_none = said["cannot"]
        row.save(force_insert=True)
        enter(acting, evidence, Act.NOT_CLEANED, why=str(row.why_none))
        return row
    row.media, row.ending, row.removed = said["media"], said["ending"], list(said["removed"])
    row.size, row.sha256, row.key = copy.size, copy.sha256, copy.wrapped_key()
    place = copy.keep()
    try:
        row.save(force_insert=True)
        enter(acting, evidence, Act.CLEANED, sha256=row.sha256)
    except BaseException:
        place.unlink(missing_ok=True)
        raise
    return row


def _cleaned(evidence: Evidence, copy: Arriving) -> dict[str, Any]:
    """What the process says of it; the copy's bytes go into `copy`."""
    # A document of an office program is a zip by its first bytes.
    if family_of(evidence.media) not in _CLEANED:
        return {"cannot": WhyNone.KIND}
    if evidence.size > MOST:
        return {"cannot": WhyNone.LARGE}
    process = subprocess.Popen(
        [sys.executable, "-P", "-m", "moei.engines.cleaning"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        # Nothing of this process is told to it, least of all where the keys are.
        env={name: os.environ[name] for name in ("PATH", "PYTHONPATH", "LANG") if name in os.environ},
    )
    watch = threading.Timer(SECONDS, process.kill)
    watch.start()
    try:
        said = _talk(process, evidence, copy)
    finally:
        watch.cancel()
        process.kill()
        process.wait()
    return said


def _talk(process: subprocess.Popen[bytes], evidence: Evidence, copy: Arriving) -> dict[str, Any]:
    into, out = cast(IO[bytes], process.stdin), cast(IO[bytes], process.stdout)
    if evidence.key is None:
        raise Invalid("This piece of evidence was destroyed. Its record and its custody log stay.")
    try:
        # It reads everything before it writes anything: neither side waits for the other.
        for piece in pieces(evidence.id, evidence.key):
            into.write(piece)
        into.close()
        first = out.readline(10_000)
        said: dict[str, Any] = json.loads(first)
        while block := out.read(_BLOCK):
            copy.write(block)
    except (BrokenPipeError, ValueError):
        return {"cannot": WhyNone.DAMAGED}
    finally:
        out.close()
    if process.wait(SECONDS) != 0:
        return {"cannot": WhyNone.DAMAGED}
    if "cannot" not in said:
        copy.finish()
    elif said["cannot"] not in WhyNone.values:
        said = {"cannot": WhyNone.DAMAGED}
    return said
