"""How good matching is on a whole invented release of 841 rows in six lists."""

from __future__ import annotations

import random
from collections import defaultdict
from dataclasses import replace
from typing import Any

from moei.engines.lists.rows import ListKind
from moei.engines.matching import Judgement, Verdict, reconcile, resolve, score


def test_links_are_right_and_most_are_found(release: Any, resolution: Any) -> None:
    found = score(resolution.clusters, release[1])
    assert found.precision >= 0.97
    assert found.recall >= 0.9


def test_worse_lists_keep_the_links_right(release: Any) -> None:
    """Half of the documents gone, a tenth of the births, letters turned in a sixth of the names."""
    rows, truth = release
    chance = random.Random(11)
    worse = []
    for row in rows:
        if chance.random() < 0.5:
            row = replace(row, document_number="")
        if chance.random() < 0.1:
            row = replace(row, birth_date="", birth_from="", birth_to="")
        if chance.random() < 0.17 and len(row.name) > 4:
            at = chance.randrange(1, len(row.name) - 2)
            turned = row.name[:at] + row.name[at + 1] + row.name[at] + row.name[at + 2 :]
            row = replace(row, name=turned)
        worse.append(row)
    found = score(resolve(worse).clusters, truth)
    assert found.precision >= 0.97
    assert found.recall >= 0.75


def test_two_lists_alone_are_matched(release: Any) -> None:
    rows, truth = release
    two = [row for row in rows if row.kind in (ListKind.TRANSFERRING, ListKind.HANDOVER)]
    found = score(resolve(two).clusters, {row.key: truth[row.key] for row in two})
    assert found.precision >= 0.97
    assert found.recall >= 0.9


def test_reports_of_people_who_are_not_there_are_not_linked(release: Any, resolution: Any) -> None:
    truth = release[1]
    for cluster in resolution.clusters:
        people = {truth[key] for key in cluster}
        assert len(people) == 1 or not any(person.startswith("MISSING") for person in people)


def test_answers_to_all_questions_settle_the_lists(release: Any, resolution: Any) -> None:
    rows, truth = release
    by_key = {row.key: row for row in rows}
    judgements: list[Judgement] = []
    for _ in range(6):
        if not resolution.review:
            break
        judgements += [
            Judgement(
                pair.left,
                pair.right,
                Verdict.SAME if truth[pair.left] == truth[pair.right] else Verdict.DIFFERENT,
            )
            for pair in resolution.review
        ]
        resolution = resolve(rows, judgements=judgements)
    people: dict[str, list[object]] = defaultdict(list)
    for key, person in truth.items():
        people[person].append(key)
    settled, true = reconcile(resolution.clusters, by_key), reconcile(people.values(), by_key)
    assert len(settled.arrived) == len(true.arrived) == 260
    assert abs(len(settled.listed_not_arrived) - len(true.listed_not_arrived)) <= 1
    assert abs(len(settled.arrived_not_listed) - len(true.arrived_not_listed)) <= 1
    assert settled.listed_twice == true.listed_twice == 4
    assert len(judgements) < 60


def test_few_questions_are_asked(resolution: Any) -> None:
    assert 0 < len(resolution.review) <= 60


def test_every_link_says_why(resolution: Any) -> None:
    assert resolution.links
    for link in resolution.links:
        assert any(item.weight > 0 and item.words for item in link.evidence)
