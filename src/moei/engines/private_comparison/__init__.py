"""Which document numbers and phones two agencies both hold, found without either showing its list.

Exact private set intersection (Diffie-Hellman on P-256, the library ``openmined-psi``), by files that people carry:

* ``agreement``: what the two agreed: who, why, until when, how many numbers at most, how many questions;
* ``items``: numbers of lists, bound to the agreement and hidden among made-up ones, always as many as agreed;
* ``messages``: the signed files that go from one to the other;
* ``ledger``: what was asked and answered, kept beside the key;
* ``points`` and ``worker``: the library, in a process of its own;
* ``steps``: ask, answer, read.

Only who asks learns the shared numbers. What leaks all the same is said in
``docs/how-to/compare-lists-without-showing-them.md``. Nothing is imported here: the worker's process loads only itself.
"""
