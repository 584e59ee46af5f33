"""The journal: append-only, hash-chained, holding names of fields and commitments, never values.

`record` writes, `verify` proves. It knows people and cases only by their ids, so it stands below everything.
"""
