"""Proof that nobody changed, removed or reordered an entry, also below the program."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.db.models import Max

from moei.journal.models import Entry, Head
from moei.journal.record import entry_hash


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong: `seq` is the entry's number, `what` is changed, removed, reordered or truncated."""

    seq: int
    what: str
    words: str


@dataclass(frozen=True)
class Verification:
    entries: int
    findings: tuple[Finding, ...]

    @property
    def intact(self) -> bool:
        return not self.findings


def verify(progress: Callable[[int, int], None] | None = None) -> Verification:
    """Walk the chain from the first entry to the head; memory stays flat, whatever the length.

    Others may write meanwhile. Entry and head are written together, so a head that is read after the last entry
    cannot stand before it; entries that come later are left to the next walk.
    """
    last = Entry.objects.aggregate(last=Max("seq"))["last"] or 0
    head = Head.objects.filter(id=1).first()
    expected_total = head.seq if head else 0
    findings: list[Finding] = []
    previous_hash, expected_seq, count = "", 1, 0
    upto = max(last, expected_total)
    for entry in Entry.objects.filter(seq__lte=upto).order_by("seq").iterator(chunk_size=2_000):
        count += 1
        if entry.seq != expected_seq:
            gone = (
                f"entry {expected_seq}"
                if entry.seq == expected_seq + 1
                else f"entries {expected_seq} to {entry.seq - 1}"
            )
            findings.append(Finding(expected_seq, "removed", f"{gone} removed, before entry {entry.seq}."))
        elif entry.previous != previous_hash:
            findings.append(
                Finding(
                    entry.seq,
                    "reordered",
                    f"Entry {entry.seq} does not follow the entry that stands before it.",
                )
            )
        if entry_hash(entry) != entry.hash:
            findings.append(Finding(entry.seq, "changed", f"Entry {entry.seq} ({entry.action}) was changed."))
        previous_hash, expected_seq = entry.hash, entry.seq + 1
        if progress and count % 2_000 == 0:
            progress(count, expected_total)
    if head and (expected_seq - 1 < head.seq):
        findings.append(
            Finding(
                expected_seq,
                "truncated",
                f"The journal ends at {expected_seq - 1}; its head says {head.seq}.",
            )
        )
    elif count and (head is None or expected_seq - 1 > head.seq):
        first = head.seq + 1 if head else 1
        findings.append(Finding(first, "changed", "There are entries behind the journal's head."))
    elif head and count and previous_hash != head.hash:
        findings.append(
            Finding(head.seq, "changed", "The last entry is not the one that the head was written for.")
        )
    if progress:
        progress(count, count)
    return Verification(count, tuple(findings))
