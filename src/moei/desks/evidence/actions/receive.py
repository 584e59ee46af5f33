"""A file is taken in as evidence: looked through, numbered, put in its place, with its first line of custody."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from pathlib import PurePosixPath

from django.conf import settings
from django.db import transaction
from django.db.models import Max

from moei.access.acting import Acting, Invalid
from moei.access.decide import require
from moei.access.models import Release
from moei.desks.evidence.actions.make_working_copy import make_working_copy
from moei.desks.evidence.custody import Act, enter, refuse_cases
from moei.desks.evidence.models import GIVEN_AGAIN, Evidence, EvidenceChange
from moei.desks.evidence.storage import Arriving
from moei.engines.cleaning import BadArchive, check_archive, type_of
from moei.engines.cleaning.kinds import type_of_zip

MOST_WORDS = 4000


@dataclass(frozen=True)
class About:
    """What is known of a file. `source`: a code or pseudonym, never a case; `obtained_on`: the day, if it is known."""

    source: str
    obtained: Evidence.Obtained
    obtained_on: date | None = None
    description: str = ""


@dataclass(frozen=True)
class Received:
    """The piece; `again` when the same bytes were held already, so that only custody grew."""

    evidence: Evidence
    again: bool


def receive_evidence(acting: Acting, arriving: Arriving, about: About) -> Received:
    """Keep a file that has arrived whole (`storage.arrive`, or the upload handler), and make its working copy.

    Raises `Invalid` for an empty file, a zip that is a trap (the words name the member), a source that names a case, a
    day to come. What is refused is taken away. The same bytes again are not stored twice: who gave them is added to
    the custody of the piece that is held, and what was said of them to its changes.
    """
    require(acting, "evidence.keep")
    try:
        media = _looked_through(acting, arriving, about)
        received = _keep(acting, arriving, about, media)
    finally:
        arriving.discard()
    # Also of bytes that came again: whatever hindered it the first time may be over.
    make_working_copy(acting, received.evidence)
    return received


def _looked_through(acting: Acting, arriving: Arriving, about: About) -> str:
    """The media type. Outside any transaction: a large file takes its time."""
    check_about(acting, about)
    refuse_cases(file=arriving.name, source=about.source, description=about.description)
    if not arriving.size:
        raise Invalid({"file": "This file is empty. Choose it again."})
    if arriving.size > settings.MAX_EVIDENCE_BYTES:
        raise Invalid(
            {"file": "This file is larger than %(limit)s GB. Send it in several parts."},
            limit=settings.MAX_EVIDENCE_BYTES // 1024**3,
        )
    media = type_of(arriving.head)
    if media != "application/zip":
        return media
    with arriving.opened() as file:
        try:
            return type_of_zip(check_archive(file))
        except BadArchive as bad:
            raise Invalid({"file": bad.words}, member=bad.member) from bad


@transaction.atomic
def _keep(acting: Acting, arriving: Arriving, about: About, media: str) -> Received:
    lock_numbers(acting.release)
    held = Evidence.objects.filter(
        release=acting.release, sha256=arriving.sha256, destroyed_at__isnull=True
    ).first()
    if held is not None:
        enter(acting, held, Act.AGAIN, why=about.source, sha256=held.sha256)
        if words := about.description.strip():
            # Custody stays when the piece is destroyed: what may name somebody stands where it goes with it (P18).
            EvidenceChange.objects.create(
                evidence=held,
                fields={GIVEN_AGAIN: ["", words]},
                reason=about.source.strip(),
                changed_at=acting.now,
                changed_by=acting.staff,
            )
        return Received(held, again=True)
    last = Evidence.objects.filter(release=acting.release).aggregate(last=Max("number"))["last"] or 0
    evidence = Evidence(
        id=arriving.id,
        release=acting.release,
        number=last + 1,
        name=_shown_name(arriving.name),
        media=media,
        size=arriving.size,
        sha256=arriving.sha256,
        key=arriving.wrapped_key(),
        source=about.source.strip(),
        obtained=about.obtained,
        obtained_on=about.obtained_on,
        description=about.description.strip(),
        received_at=acting.now,
        received_by=acting.staff,
    )
    place = arriving.keep()
    try:
        evidence.save(force_insert=True)
        enter(acting, evidence, Act.RECEIVED, why=evidence.source, sha256=evidence.sha256)
    except BaseException:
        place.unlink(missing_ok=True)
        raise
    return Received(evidence, again=False)


def lock_numbers(release: Release) -> None:
    """Within a transaction: numbers of evidence in this release are given to one after the other."""
    Release.objects.select_for_update(no_key=True).get(pk=release.pk)


def check_about(acting: Acting, about: About) -> None:
    """Raises `Invalid` for what cannot stand in the record."""
    errors: dict[str, str] = {}
    if not about.source.strip():
        errors["source"] = (
            "Say who gave it: a code or a pseudonym, so that the court can ask how it came here."
        )
    elif len(about.source) > 80:
        errors["source"] = "A code or a pseudonym is shorter than 80 letters."
    if about.obtained not in Evidence.Obtained.values:
        errors["obtained"] = "Choose how it came here."
    if about.obtained_on and about.obtained_on > acting.today:
        errors["obtained_on"] = "This day has not come yet."
    if len(about.description) > MOST_WORDS:
        errors["description"] = "Make the description shorter than 4,000 letters."
    if errors:
        raise Invalid(errors)


def _shown_name(name: str) -> str:
    """The last part of a name, without what cannot be seen."""
    last = PurePosixPath(name.replace("\\", "/")).name
    return re.sub(r"[\x00-\x1f\x7f\u202a-\u202e\u2066-\u2069]", "", last)[:160] or "file"
