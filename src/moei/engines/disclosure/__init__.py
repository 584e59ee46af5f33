"""Safe counts for the bulletin: what may be printed about a release, given all that was printed before.

`protect` hides the small counts (1 to 9) of a `Publication` together with whatever else would give one away,
and proves the result with `attacker_intervals`, a linear programme that starts from the printed bulletins
alone. The interval that remains for each small count is at least 5 wide. Rule P20.

What the attacker is taken to know
- every count printed in this bulletin and in all those of the ledger, and the counts the press has
  (`public=True`);
- that counts are whole and at least 0; margins; tables of one bulletin that count the same people; declared
  relations; that monotone counts never go down from one bulletin of a release to the next;
- the rule itself. Protected counts look alike, small or not, so that the mark tells nothing; but a protected
  count that no relation ties to another can only be there for its own sake, and the attacker knows that it
  is 1 to 9;
- as a stronger case, which of the new protected counts are the small ones. The search for what to hide works
  against that attacker wherever he can be beaten at all; `if_guessed` shows what he would know.
Protected counts of earlier bulletins are guarded in the same way against what a new bulletin adds, small or
not (the ledger does not say), as long as they may be small and still have an interval of that width.

A count of 0 is printed, unless it would give a small count away. Which counts are hidden beside the small
ones follows what could be known before (bounds from public counts and the ledger, the order of the table),
not their true size: choosing the smallest would tell that the hidden ones are smaller than the printed ones.

What is not covered
- An attacker who runs this code on every table that could be true: that a choice was necessary is itself
  knowledge, and for one who does not guess the small counts the guarantee is about linear programming, not
  about that.
- Whole-number reasoning beyond rounding each interval inwards; for one table of up to two dimensions it adds
  nothing, for deeper or oddly linked ones it may.
- Facts outside the bulletins that nobody declared: someone who was there and knows some of the people, a
  leak, likelihoods.
- What follows about everybody in a group: that all or none of them had an outcome is printed when the count
  is large or 0. Where a release has people of one nationality only, outcomes of the release are outcomes of
  that nationality.
- Links between tables that neither share `counts_of` nor have a declared relation, and between releases that
  share people.
- A correction that lowers a count declared monotone is refused as a `Contradiction`, not protected.
"""

from moei.engines.disclosure.attack import Contradiction, Interval, attacker_intervals
from moei.engines.disclosure.protect import (
    AlreadyRevealed,
    ProtectedCell,
    ProtectedPublication,
    protect,
    protect_or_leave_out,
)
from moei.engines.disclosure.tables import (
    TOTAL,
    Cell,
    CellId,
    CellRef,
    Ledger,
    OutcomeByNationality,
    Publication,
    Published,
    PublishedTable,
    Relation,
    Table,
    adds_up,
    at_most,
    equal,
    with_totals,
)
from moei.engines.disclosure.wire import from_json, to_json
from moei.engines.disclosure.words import protection_note

__all__ = [
    "TOTAL",
    "AlreadyRevealed",
    "Cell",
    "CellId",
    "CellRef",
    "Contradiction",
    "Interval",
    "Ledger",
    "OutcomeByNationality",
    "ProtectedCell",
    "ProtectedPublication",
    "Publication",
    "Published",
    "PublishedTable",
    "Relation",
    "Table",
    "adds_up",
    "at_most",
    "attacker_intervals",
    "equal",
    "from_json",
    "protect",
    "protect_or_leave_out",
    "protection_note",
    "to_json",
    "with_totals",
]
