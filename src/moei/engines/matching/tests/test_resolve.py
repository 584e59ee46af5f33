"""What always holds, whatever the rows. All people are invented."""

from __future__ import annotations

import random
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from moei.engines.lists.rows import ListKind, ListRow
from moei.engines.matching import Judgement, MatchRow, Verdict, reconcile, resolve, score

KINDS = list(ListKind)
ROW = st.builds(
    dict,
    kind=st.sampled_from(KINDS),
    name=st.sampled_from(
        ["SELAM ABEBE", "ABEBE SELAM", "SELAM ABBE", "LI WEI", "Wei Li", "IVAN WASSWA", "Ivan", ""]
    ),
    name_native=st.sampled_from(["", "ሰላም አበበ", "李伟"]),
    sex=st.sampled_from(["", "M", "F"]),
    born=st.sampled_from(["", "1990-03-04", "1990-04-03", "2001-12-30"]),
    nationality=st.sampled_from(["", "ETH", "CHN", "UGA", "XXX"]),
    document_number=st.sampled_from(["", "A12345678", "A12345679", "B99887766"]),
)
SETTINGS = settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])


def make(drawn: list[dict[str, Any]]) -> list[MatchRow]:
    return [
        MatchRow(
            key=number,
            kind=fields["kind"],
            list=f"{fields['kind']}.csv",
            row=number,
            name=fields["name"],
            name_native=fields["name_native"],
            sex=fields["sex"],
            birth_date=fields["born"],
            birth_from=fields["born"],
            birth_to=fields["born"],
            nationality=fields["nationality"],
            document_number=fields["document_number"],
            document_kind="passport" if fields["document_number"] else "",
        )
        for number, fields in enumerate(drawn)
    ]


@SETTINGS
@given(st.lists(ROW, max_size=14))
def test_clusters_are_a_partition(drawn: list[dict[str, Any]]) -> None:
    rows = make(drawn)
    keys = [key for cluster in resolve(rows).clusters for key in cluster]
    assert sorted(keys) == [row.key for row in rows]


@SETTINGS
@given(st.lists(ROW, min_size=2, max_size=12), st.randoms(use_true_random=False))
def test_the_order_of_rows_changes_nothing(drawn: list[dict[str, Any]], chance: random.Random) -> None:
    rows = make(drawn)
    turned = list(rows)
    chance.shuffle(turned)
    assert resolve(turned) == resolve(rows)


@SETTINGS
@given(
    st.lists(ROW, min_size=3, max_size=10),
    st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9), st.sampled_from(list(Verdict))), max_size=6),
)
def test_judgements_hold(drawn: list[dict[str, Any]], said: list[tuple[int, int, Verdict]]) -> None:
    rows = make(drawn)
    judgements = [Judgement(a, b, verdict) for a, b, verdict in said if a != b and max(a, b) < len(rows)]
    resolution = resolve(rows, judgements=judgements)
    cluster = resolution.cluster_of()
    last = {frozenset((j.left, j.right)): j.verdict for j in judgements}
    refused = {frozenset(w.keys) for w in resolution.warnings if w.code == "judgements_conflict"}
    different = [pair for pair, verdict in last.items() if verdict is Verdict.DIFFERENT]
    for pair, verdict in last.items():
        a, b = pair
        if verdict is Verdict.DIFFERENT:
            assert cluster[a] != cluster[b]
        if verdict is Verdict.SAME and pair not in refused:
            assert cluster[a] == cluster[b]
    assert different or not refused


def test_different_holds_through_a_third_row(release: Any, resolution: Any) -> None:
    """Two rows judged different stay apart although a third fits both."""
    rows = release[0]
    members = next(cluster for cluster in resolution.clusters if len(cluster) >= 4)
    apart = resolve(rows, judgements=[Judgement(members[0], members[1], Verdict.DIFFERENT)]).cluster_of()
    assert apart[members[0]] != apart[members[1]]


@pytest.mark.parametrize("seed", [1, 2])
def test_order_changes_nothing_in_a_whole_release(release: Any, resolution: Any, seed: int) -> None:
    turned = list(release[0])
    random.Random(seed).shuffle(turned)
    assert resolve(turned) == resolution


def test_a_copied_row_with_a_document_joins_its_original(release: Any) -> None:
    rows = release[0]
    originals = [row for row in rows if row.document_number and row.name][::25]
    assert len(originals) > 10
    copies = [replace(row, key=("copy", row.key), row=row.row + 5000) for row in originals]
    cluster = resolve([*rows, *copies]).cluster_of()
    for original, copy in zip(originals, copies, strict=True):
        assert cluster[original.key] == cluster[copy.key]


def two_with_one_passport() -> list[MatchRow]:
    shared = {"document_number": "C51258238", "document_kind": "passport"}
    one = {"birth_date": "1990-03-04", "birth_from": "1990-03-04", "birth_to": "1990-03-04", "sex": "F"}
    other = {"birth_date": "1971-11-20", "birth_from": "1971-11-20", "birth_to": "1971-11-20", "sex": "M"}
    return [
        MatchRow(
            "a", ListKind.HANDOVER, "bridge.csv", 1, name="SELAM ABEBE", nationality="ETH", **shared, **one
        ),
        MatchRow(
            "b", ListKind.EMBASSY, "mission.csv", 1, name="BRIAN MULI", nationality="ETH", **shared, **other
        ),
    ]


def test_two_people_with_one_passport_are_not_merged() -> None:
    resolution = resolve(two_with_one_passport())
    assert len(resolution.clusters) == 2
    assert [(pair.left, pair.right) for pair in resolution.review] in ([("a", "b")], [("b", "a")])
    assert [warning.code for warning in resolution.warnings] == ["shared_document"]
    words = [item.words for item in resolution.review[0].evidence]
    assert "Same passport number: C51258238" in words
    assert "Dates of birth differ: 1971-11-20 and 1990-03-04" in words
    assert "Same nationality: Ethiopia" in words


def test_one_number_with_another_name_and_birth_is_asked_about() -> None:
    """Sisters, say: the number alone must not join them although all else is near."""
    one, other = two_with_one_passport()
    near = {"birth_date": "1991-03-04", "birth_from": "1991-03-04", "birth_to": "1991-03-04", "sex": "F"}
    resolution = resolve([one, replace(other, name="HANA ABEBE", **near)])
    assert len(resolution.clusters) == 2
    assert len(resolution.review) == 1


def test_a_person_may_say_they_are_the_same_after_all() -> None:
    resolution = resolve(two_with_one_passport(), judgements=[Judgement("a", "b", Verdict.SAME)])
    assert len(resolution.clusters) == 1


def test_a_pair_put_off_is_asked_last(release: Any, resolution: Any) -> None:
    first = resolution.review[0]
    again = resolve(release[0], judgements=[Judgement(first.left, first.right, Verdict.LATER)])
    assert (again.review[-1].left, again.review[-1].right) == (first.left, first.right)


def test_contradicting_judgements_are_named() -> None:
    rows = make([{"kind": KINDS[n], "name": "LI WEI", "name_native": "", "sex": "", "born": "", "nationality": "",
                  "document_number": ""} for n in range(3)])  # fmt: skip
    judgements = [
        Judgement(0, 1, Verdict.SAME),
        Judgement(1, 2, Verdict.SAME),
        Judgement(0, 2, Verdict.DIFFERENT),
    ]
    resolution = resolve(rows, judgements=judgements)
    assert "judgements_conflict" in [warning.code for warning in resolution.warnings]
    assert resolution.cluster_of()[0] != resolution.cluster_of()[2]


def test_a_common_name_alone_joins_nobody() -> None:
    """Twenty of one name on each of two lists, no birth dates, no documents."""
    rows = [
        MatchRow((kind, n), kind, f"{kind}.csv", n, name="LI WEI", nationality="CHN")
        for kind in (ListKind.TRANSFERRING, ListKind.HANDOVER)
        for n in range(20)
    ]
    assert len(resolve(rows).clusters) == 40


def test_keys_must_differ() -> None:
    row = MatchRow("k", ListKind.FAMILY, "f.csv", 1, name="Ana")
    with pytest.raises(ValueError, match="key of its own"):
        resolve([row, row])


def test_progress_ends_at_the_end() -> None:
    seen: list[tuple[int, int]] = []
    resolve(two_with_one_passport(), progress=lambda done, total: seen.append((done, total)))
    assert [done for done, _ in seen] == list(range(1, len(seen) + 1))
    assert seen[-1][0] == seen[-1][1]


def test_a_row_is_made_of_a_list_row() -> None:
    row = MatchRow.of(
        7,
        ListKind.HANDOVER,
        ListRow("a.xlsx:women", 3, given="Selam", family="Abebe", birth_date="1990-03-04"),
    )
    assert (row.name, row.birth_from, row.source) == ("Selam Abebe", "1990-03-04", ("handover", "a.xlsx"))


def test_pairs_are_counted_by_hand() -> None:
    truth = {1: "p", 2: "p", 3: "p", 4: "q", 5: "q"}
    found = score([(1, 2), (3, 4), (5,), (6,)], truth)
    assert (found.linked, found.true, found.right) == (2, 4, 1)
    assert (found.precision, found.recall) == (0.5, 0.25)


def test_lists_are_reconciled_by_hand() -> None:
    kinds = {
        "t1": ListKind.TRANSFERRING, "t2": ListKind.TRANSFERRING, "t3": ListKind.TRANSFERRING,
        "h1": ListKind.HANDOVER, "h2": ListKind.HANDOVER, "f1": ListKind.FAMILY,
    }  # fmt: skip
    rows = {key: MatchRow(key, kind, f"{kind}.csv", n) for n, (key, kind) in enumerate(kinds.items())}
    found = reconcile([("t1", "t2", "h1"), ("t3",), ("h2",), ("f1",)], rows)
    assert found.arrived == (("t1", "t2", "h1"), ("h2",))
    assert (found.listed_not_arrived, found.arrived_not_listed) == ((("t3",),), (("h2",),))
    assert (found.reported_only, found.listed_twice, found.twice) == ((("f1",),), 1, (("t1", "t2", "h1"),))


def test_a_group_too_large_is_named() -> None:
    rows = [MatchRow(n, ListKind.FAMILY, "reports.csv", n, name="ANA LIMA") for n in range(6)]
    joined = [Judgement(0, n, Verdict.SAME) for n in range(1, 6)]
    assert [w.code for w in resolve(rows, judgements=joined).warnings] == ["large_cluster", "one_list_twice"]
