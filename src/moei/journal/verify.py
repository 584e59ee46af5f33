"""Proof that nobody changed, removed or reordered an entry, also below the program, also with the triggers dropped.

The chain tells who changes an entry. Whoever computes the whole chain anew, cuts its end off together with the head, or
puts an older copy back, is told by the anchors that others hold (P19).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from django.db import connection
from django.db.models import Max

from moei.crypto import SigningKey, SigningKeyError, chain_hash
from moei.journal import canonical, triggers
from moei.journal.anchors import SignedHead, signing_key_path
from moei.journal.models import Anchor, Entry, Head

# Of a journal that is broken from end to end this many findings are worded; the rest are counted.
WORDED = 1_000
STEP = 2_000


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong. `seq` is the entry's number; `what` is one of

    changed, removed, inserted, reordered, truncated (the head says more), rewritten (all hashes computed anew),
    rolled_back (an end cut off together with the head, or an older copy put back), unsigned, other_journal.
    """

    seq: int
    what: str
    words: str


@dataclass(frozen=True)
class Verification:
    """`unprotected` names triggers that are gone; `anchors` counts the anchors that were compared."""

    entries: int
    findings: tuple[Finding, ...]
    more: int = 0
    anchors: int = 0
    unprotected: tuple[str, ...] = ()

    @property
    def intact(self) -> bool:
        return not self.findings


@dataclass
class _Found:
    """Findings, with those beyond `WORDED` counted only: memory stays flat."""

    worded: list[Finding] = field(default_factory=list)
    more: int = 0

    def add(self, seq: int, what: str, words: str) -> None:
        if len(self.worded) < WORDED:
            self.worded.append(Finding(seq, what, words))
        else:
            self.more += 1


def verify(
    progress: Callable[[int, int], None] | None = None,
    *,
    anchors: Iterable[SignedHead] = (),
    public: Mapping[str, bytes] | None = None,
) -> Verification:
    """Walk the chain from the first entry to the head, then compare it with our own anchors and with `anchors`.

    `public` are public keys by id that are trusted; without them, those of the signing key of this instance.

    Others may write meanwhile. Entry and head are written together, so a head that is read after the last entry
    cannot stand before it; entries that come later are left to the next walk.
    """
    last = Entry.objects.aggregate(last=Max("seq"))["last"] or 0
    head = Head.objects.filter(id=1).first()
    found = _Found()
    count, ends_at, end_hash = _walk(max(last, head.seq if head else 0), found, progress)
    _compare_with_head(head, count, ends_at, end_hash, found)
    given = [*map(SignedHead.of, Anchor.objects.order_by("seq", "signed_at").iterator()), *anchors]
    if given:
        _compare_with_anchors(given, head, ends_at, _public_keys() if public is None else public, found)
    if progress:
        progress(count, count)
    return Verification(
        count, tuple(found.worded), found.more, len(given), tuple(triggers.missing(connection))
    )


def _walk(upto: int, found: _Found, progress: Callable[[int, int], None] | None) -> tuple[int, int, str]:
    """How many entries there are, the number of the last one and its hash."""
    previous_hash, expected, count = "", 1, 0
    for row, line in canonical.rows(-(2**62), upto):
        seq, action, previous, own = row[0], row[5], row[13], row[14]
        count += 1
        if seq < expected:
            found.add(seq, "inserted", f"Entry {seq} stands before the first one.")
        elif seq > expected:
            gone = f"entry {expected}" if seq == expected + 1 else f"entries {expected} to {seq - 1}"
            found.add(expected, "removed", f"{gone} removed, before entry {seq}.")
        elif previous != previous_hash:
            found.add(seq, "reordered", f"Entry {seq} does not follow the entry that stands before it.")
        if chain_hash(previous, line) != own:
            found.add(seq, "changed", f"Entry {seq} ({action}) was changed.")
        previous_hash, expected = own, max(seq + 1, expected)
        if progress and count % STEP == 0:
            progress(count, upto)
    return count, expected - 1, previous_hash


def _compare_with_head(head: Head | None, count: int, ends_at: int, end_hash: str, found: _Found) -> None:
    if head and ends_at < head.seq:
        found.add(ends_at + 1, "truncated", f"The journal ends at {ends_at}; its head says {head.seq}.")
    elif count and (head is None or ends_at > head.seq):
        first = head.seq + 1 if head else 1
        found.add(first, "inserted", "There are entries behind the journal's head.")
    elif head and count and end_hash != head.hash:
        found.add(head.seq, "changed", "The last entry is not the one that the head was written for.")


def _compare_with_anchors(
    given: list[SignedHead], head: Head | None, ends_at: int, public: Mapping[str, bytes], found: _Found
) -> None:
    """Each anchor must be ours, and the entry it names must still be the one that was signed."""
    proven = []
    for anchor in sorted(given, key=lambda one: (one.seq, one.signed_at)):
        about = f"The anchor of {anchor.signed_at:%Y-%m-%d %H:%M} UTC over {anchor.seq} entries"
        if head is None or anchor.instance != head.instance:
            found.add(anchor.seq, "other_journal", f"{about} is of another journal than this one.")
        elif anchor.signature and not anchor.is_signed_by(public):
            found.add(anchor.seq, "unsigned", f"{about} is not signed with a key that is trusted here.")
        else:
            proven.append(anchor)
    hashes = _hashes_at({anchor.seq for anchor in proven})
    good = 0
    for anchor in proven:
        when = f"{anchor.signed_at:%Y-%m-%d %H:%M} UTC"
        if anchor.seq > ends_at:
            found.add(
                ends_at + 1,
                "rolled_back",
                f"The journal ends at {ends_at}; on {when} it had {anchor.seq} entries. Its end was cut off, or an older "
                "copy was put back.",
            )
        elif hashes.get(anchor.seq) != anchor.hash:
            found.add(
                anchor.seq,
                "rewritten",
                f"Entry {anchor.seq} is not the one that was signed on {when}: entries between {good + 1} and "
                f"{anchor.seq} were written anew.",
            )
        else:
            good = anchor.seq


def _hashes_at(numbers: set[int]) -> dict[int, str]:
    wanted = sorted(numbers)
    return {
        seq: own
        for start in range(0, len(wanted), 500)
        for seq, own in Entry.objects.filter(seq__in=wanted[start : start + 500]).values_list("seq", "hash")
    }


def _public_keys() -> Mapping[str, bytes]:
    try:
        return SigningKey.load(signing_key_path()).public
    except SigningKeyError:
        return {}
