"""What a bulletin says about its own protection."""

from __future__ import annotations

from moei.engines.disclosure.protect import ProtectedPublication


def protection_note(protected: ProtectedPublication) -> list[str]:
    """Sentences to print under a bulletin.

    They say how many counts are protected in each table and why in general, never which of them are small.
    """
    rule = protected.published
    hidden = {ref.table: 0 for ref in protected.cells}
    for ref, cell in protected.cells.items():
        hidden[ref.table] += cell.shown is None
    lines: list[str] = []
    if any(hidden.values()):
        lines.append(
            f"Counts of {rule.low} to {rule.high} people are protected, because a small count can point to "
            "a person. Other counts are protected with them where they would give a small one away. "
            "The tables do not say which is which."
        )
    for table in rule.tables:
        if hidden[table.name]:
            verb = "is" if hidden[table.name] == 1 else "are"
            lines.append(f"{table.name}: {hidden[table.name]} of {len(table.cells)} counts {verb} protected.")
    if any(cell.shown is None and cell.range.upper is not None for cell in protected.cells.values()):
        lines.append(
            "A range beside a protected count is what arithmetic on this bulletin and earlier ones leaves "
            f"possible; for every small count it is at least {rule.width} wide."
        )
    held_back = len(protected.because_of_ledger)
    if held_back:
        counted = "1 count is" if held_back == 1 else f"{held_back} counts are"
        lines.append(
            f"{counted} held back because together with earlier bulletins they would give a small count away."
        )
    if protected.left_out:
        lines.append(
            "Left out, because small counts in them could no longer be protected: "
            f"{', '.join(protected.left_out)}."
        )
    if any(cell.why == "known to the press" for cell in protected.cells.values()):
        lines.append("Counts that the press already has are printed as they are.")
    if not any(hidden.values()):
        lines.append(
            f"No count in this bulletin needed protection: none was {rule.low} to {rule.high} people."
        )
    return lines
