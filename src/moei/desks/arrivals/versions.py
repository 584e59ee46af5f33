"""What a new version of a list adds, changes and drops, compared by what rows say and not by where they stand."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass

from moei.engines.lists import ListRow

_SAID = (
    "name",
    "name_native",
    "given",
    "family",
    "sex",
    "birth_date",
    "birth_from",
    "birth_to",
    "nationality",
    "document_number",
    "document_kind",
    "phone",
    "note",
)


@dataclass(frozen=True)
class Versions:
    """Positions in the old and the new list. `same` and `changed` are pairs (old, new)."""

    same: tuple[tuple[int, int], ...]
    changed: tuple[tuple[int, int], ...]
    added: tuple[int, ...]
    dropped: tuple[int, ...]

    @property
    def kept(self) -> tuple[tuple[int, int], ...]:
        return self.same + self.changed


def compare(old: Sequence[ListRow], new: Sequence[ListRow]) -> Versions:
    """Pair rows that say the same, then those with one document number, then those with one name and birth."""
    left, right = set(range(len(old))), set(range(len(new)))
    pairs: list[tuple[int, int]] = []
    for key in (_whole, _document, _name_and_birth):
        found = _pair(key, old, new, left, right)
        pairs += found
        left -= {a for a, _b in found}
        right -= {b for _a, b in found}
    pairs.sort(key=lambda pair: pair[1])
    same = tuple(pair for pair in pairs if _whole(old[pair[0]]) == _whole(new[pair[1]]))
    changed = tuple(pair for pair in pairs if _whole(old[pair[0]]) != _whole(new[pair[1]]))
    return Versions(same, changed, tuple(sorted(right)), tuple(sorted(left)))


def differences(old: ListRow, new: ListRow) -> list[tuple[str, str, str]]:
    """(field, before, after) of each field that changed."""
    return [
        (field, getattr(old, field), getattr(new, field))
        for field in _SAID
        if getattr(old, field) != getattr(new, field)
    ]


def _pair(
    key: Callable[[ListRow], Hashable],
    old: Sequence[ListRow],
    new: Sequence[ListRow],
    left: set[int],
    right: set[int],
) -> list[tuple[int, int]]:
    """Rows of equal key, in their order; for keys that are not the whole row only where both sides have one."""
    before: defaultdict[Hashable, list[int]] = defaultdict(list)
    after: defaultdict[Hashable, list[int]] = defaultdict(list)
    for position in sorted(left):
        before[key(old[position])].append(position)
    for position in sorted(right):
        after[key(new[position])].append(position)
    pairs = []
    for value, positions in before.items():
        others = after.get(value, [])
        if not value or (key is not _whole and (len(positions) != 1 or len(others) != 1)):
            continue
        pairs += list(zip(positions, others, strict=False))
    return pairs


def _whole(row: ListRow) -> Hashable:
    return tuple(getattr(row, field) for field in _SAID)


def _document(row: ListRow) -> Hashable:
    return row.document_number


def _name_and_birth(row: ListRow) -> Hashable:
    name = " ".join(sorted((row.name or row.name_native).casefold().split()))
    return (name, row.birth_from, row.birth_to) if name else ""
