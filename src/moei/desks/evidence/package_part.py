"""Evidence in a referral package for an agency abroad: working copies, each with the hash of its original."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from functools import partial
from uuid import UUID

from django.utils.translation import gettext, gettext_lazy

from moei.access.acting import Acting, Invalid
from moei.access.decide import may, require
from moei.desks.evidence.actions.take import Which, name_of
from moei.desks.evidence.custody import Act, enter, refuse_cases
from moei.desks.evidence.models import Evidence
from moei.desks.evidence.storage import opened
from moei.engines.networks.package import EvidenceFile
from moei.standards.package_parts import Destination, Offer, PackagePart, PartSource

MOST = 500


def offered(acting: Acting) -> Sequence[Offer]:
    """The latest pieces that have a working copy; nothing for whoever may not disclose."""
    if not may(acting.staff, "evidence.keep", acting.release.id, now=acting.now):
        return []
    rows = Evidence.objects.filter(release=acting.release, working__key__isnull=False, key__isnull=False)
    return [Offer(row.id, f"{row}: {row.family_words}") for row in rows.order_by("-number")[:MOST]]


def take(acting: Acting, chosen: Collection[UUID], destination: Destination) -> PackagePart:
    """Inside the transaction that writes the package down: locks the pieces and notes each disclosure in their custody.

    Raises `Invalid` for a piece that is not offered: of another release, destroyed, or without a working copy.
    """
    require(acting, "evidence.keep")
    refuse_cases(purpose=destination.purpose, agency=destination.agency)
    wanted = set(chosen)
    rows = Evidence.objects.filter(release=acting.release, pk__in=wanted, key__isnull=False)
    found = list(rows.order_by("number").select_for_update(no_key=True))
    files, notes = [], []
    for row in found:
        copy = getattr(row, "working", None)
        if copy is None or copy.key is None:
            continue
        wanted.discard(row.id)
        name = name_of(row, Which.WORKING)
        files.append(EvidenceFile(name, copy.sha256, partial(opened, row.id, bytes(copy.key), working=True)))
        words = gettext("%(name)s: copy without metadata of an original with SHA-256 %(sha256)s.")
        notes.append(words % {"name": name, "sha256": row.sha256})
        enter(
            acting,
            row,
            Act.DISCLOSED,
            why=destination.purpose,
            to_whom=f"{destination.agency}, {destination.country}",
            sha256=copy.sha256,
        )
    if wanted:
        raise Invalid("Some of the evidence that was chosen has no working copy, or is not here any more.")
    return PackagePart(files, notes)


PART = PartSource("evidence", gettext_lazy("Evidence"), offered, take)  # type: ignore[arg-type]
