"""The numbers of lists that are compared."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from moei.crypto import keyed_digest, new_token
from moei.engines.identity import clean_document_number
from moei.engines.matching import MatchRow
from moei.engines.private_comparison.agreement import DOCUMENTS, PHONES, Agreement
from moei.engines.private_comparison.refusal import Refused

FEWEST_SIGNS = 6
"""A shorter number is left out: a partner could try all of them."""

Place = tuple[str, int, str]
"""List, row, kind (``document`` or ``phone``)."""


@dataclass(slots=True)
class Items:
    """What lists hold.

    Attributes:
        places: for each item, where it stands in our lists. An item is the keyed digest of kind and number under the
            agreement, so that the same number is another item under another agreement.
        rows: rows read.
        short: numbers left out because they have fewer than ``FEWEST_SIGNS`` signs.
        repeated: numbers that stand in more than one row; each is compared once.
    """

    places: dict[str, list[Place]] = field(default_factory=dict)
    rows: int = 0
    short: int = 0

    @property
    def repeated(self) -> int:
        return sum(len(places) > 1 for places in self.places.values())

    def count(self, kind: str) -> int:
        return sum(places[0][2] == kind for places in self.places.values())


def gather(rows: Iterable[MatchRow], agreement: Agreement, *, unless: Sequence[str] = ()) -> Items:
    """The items of all rows. Raises ``Refused`` where there are none, or more than agreed, or where, once all rows are
    read, ``unless`` names lists that could not be read: a comparison of the others alone would pass for one of all."""
    items = Items()
    for row in rows:
        items.rows += 1
        for kind, number in _numbers(row, agreement):
            if len(number.removeprefix("+")) < FEWEST_SIGNS:
                items.short += 1
                continue
            item = keyed_digest(agreement.digest, "moei private comparison", f"{kind}:{number}")
            items.places.setdefault(item, []).append((row.list, row.row, kind))
    if unless:
        raise Refused(
            f"Nothing is compared, because {', '.join(unless)} could not be read. Correct it, or leave it out."
        )
    if not items.places:
        raise Refused(
            f"No {' and no '.join(agreement.compared)} to compare were found in {items.rows} rows. See with "
            "`moei lists read` whether their columns were understood."
        )
    if len(items.places) > agreement.most_items:
        raise Refused(
            f"Your lists hold {len(items.places)} numbers; the agreement {agreement.id} allows {agreement.most_items}. "
            "Compare fewer lists, or agree on another number."
        )
    return items


def _numbers(row: MatchRow, agreement: Agreement) -> Iterator[tuple[str, str]]:
    if DOCUMENTS in agreement.compared and (number := clean_document_number(row.document_number)):
        yield "document", number
    if PHONES in agreement.compared and row.phone:
        yield "phone", row.phone


def padded(items: Iterable[str], most: int) -> Sequence[str]:
    """``most`` items: these and made-up ones, in an order of chance. Who counts learns only what was agreed."""
    real = list(items)
    made_up = (new_token(32) for _ in range(most - len(real)))
    return sorted([*real, *made_up], key=lambda _item: new_token())
