"""Sure pairs to people: the surest first, and never through what speaks against it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from rapidfuzz.distance import OSA

from moei.engines.matching.register.columns import Columns, Ints
from moei.engines.matching.register.scoring import Doubles

FAR_BIRTHS = 3 * 366
MOST_ROWS = 50
"""More rows of one person than lists name one: somebody should look before more are added."""


def people_of(
    columns: Columns, left: Ints, right: Ints, probability: Doubles
) -> tuple[Ints, NDArray[np.float32], Ints]:
    """(person of each row, surest link of each row, pairs that were refused, by their places in what was given).

    Two groups are not joined when their rows state two sexes, two documents, or births far apart, or when a list that
    names each person once would name one twice: people decide about that.
    """
    rows = len(columns)
    parent = list(range(rows))
    members: dict[int, list[int]] = {}
    surest = np.ones(rows, np.float32)
    refused: list[int] = []

    def root(at: int) -> int:
        while parent[at] != at:
            parent[at] = parent[parent[at]]
            at = parent[at]
        return at

    order = np.lexsort((right, left, -probability))
    linked = np.zeros(rows, bool)
    for at in order.tolist():
        one, other = root(int(left[at])), root(int(right[at]))
        if one != other:
            ours, theirs = members.get(one, [one]), members.get(other, [other])
            if not _agree(columns, ours, theirs):
                refused.append(at)
                continue
            parent[max(one, other)] = min(one, other)
            members[min(one, other)] = ours + theirs
            members.pop(max(one, other), None)
        for row in (int(left[at]), int(right[at])):
            if not linked[row]:  # pairs come the surest first
                linked[row], surest[row] = True, probability[at]
    person = np.fromiter((root(at) for at in range(rows)), np.int64, rows)
    _roots, numbers = np.unique(person, return_inverse=True)
    return numbers.astype(np.int32), surest, np.array(refused, np.int32)


def _agree(columns: Columns, ours: list[int], theirs: list[int]) -> bool:
    lists = columns.list_of
    if len(ours) + len(theirs) > max(MOST_ROWS, len(columns.lists)):
        return False
    if len(columns.lists) > 1 and not {int(lists[at]) for at in ours}.isdisjoint(
        int(lists[at]) for at in theirs
    ):
        return False
    sexes = {int(columns.sex[at]) for at in (*ours, *theirs)} - {0}
    if len(sexes) > 1:
        return False
    return all(_may_be_one(columns, one, other) for one in ours for other in theirs)


def _may_be_one(columns: Columns, one: int, other: int) -> bool:
    number, another = columns.document[one], columns.document[other]
    if number != another and columns.comparable_documents(one, other):
        a, b = columns.documents[number], columns.documents[another]
        if OSA.distance(a, b, score_cutoff=1) > 1:
            return False
    if number == another and number:
        return True
    first, last = columns.first, columns.last
    apart = max(first[one] - last[other], first[other] - last[one])
    return not (first[one] and first[other] and apart > FAR_BIRTHS)
