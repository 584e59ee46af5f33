"""Which document numbers and phones two agencies both hold, found without either showing its list.

Exact private set intersection (Diffie-Hellman on P-256, the library ``openmined-psi``), by files that people carry:

* ``agreement``: what the two agreed: who, why, until when, how many numbers at most, how many questions;
* ``items``: numbers of lists, bound to the agreement and hidden among made-up ones, always as many as agreed;
* ``messages``: the signed files that go from one to the other;
* ``ledger``: what was asked and answered, kept beside the key;
* ``points`` and ``worker``: the library, in a process of its own;
* ``steps``: ask, answer, read.

Only who asks learns the shared numbers. What leaks all the same is said in
``docs/how-to/compare-lists-without-showing-them.md``.
"""

from __future__ import annotations

from moei.engines.private_comparison.agreement import Agency, Agreement, read_agreement
from moei.engines.private_comparison.items import Items, gather
from moei.engines.private_comparison.refusal import Refused
from moei.engines.private_comparison.steps import Answered, Asked, Found, answer, ask, new_key, read

__all__ = [
    "Agency",
    "Agreement",
    "Answered",
    "Asked",
    "Found",
    "Items",
    "Refused",
    "answer",
    "ask",
    "gather",
    "new_key",
    "read",
    "read_agreement",
]
