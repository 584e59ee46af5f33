"""What the place and the kin that two rows state say about whether they are one person. All people are invented."""

from __future__ import annotations

import random
from dataclasses import replace
from typing import Any

import pytest

from moei.engines.lists.rows import ListKind, ListRow
from moei.engines.matching import MatchRow, resolve, score
from moei.engines.matching.around import KIN_DIFFERS, PLACE_DIFFERS
from moei.engines.matching.explain import explain
from moei.engines.matching.weights import Comparison

PLACES = ["KK Park", "Shwe Kokko", "Kyauk Khet", "Three Pagodas 2"]


def row(key: int, kind: ListKind = ListKind.TRANSFERRING, **fields: str) -> MatchRow:
    return MatchRow(key, kind, f"{kind}.csv", key, **{"name": "SELAM ABEBE", **fields})


def weigh(one: dict[str, str], other: dict[str, str], *around: dict[str, str]) -> Any:
    """The weights of two rows of two lists, in which the rows around them stand as well."""
    rows = [row(0, **one), row(1, ListKind.HANDOVER, **other)]
    for kind in (ListKind.TRANSFERRING, ListKind.HANDOVER):
        rows += [
            row(len(rows) + n, kind, **{"name": f"X{chr(97 + n % 26)}u", **f}) for n, f in enumerate(around)
        ]
    return Comparison(rows).weights(0, 1)


CROWD = [{"place": "KK Park"}] * 60 + [{"place": "Shwe Kokko"}] * 40 + [{"place": "Kyauk Khet"}] * 2


def test_a_small_place_says_more_than_one_where_most_were() -> None:
    small = weigh({"place": "Kyauk Khet"}, {"place": "KYAUK KHET"}, *CROWD).place
    large = weigh({"place": "KK Park"}, {"place": "KK Park"}, *CROWD).place
    assert small > 2.5 > 0.6 > large > 0


def test_a_place_says_little_where_it_goes_with_the_nationality() -> None:
    """All of one nationality were held together: what the place says was said by the nationality."""
    crowd = [{"place": "Kyauk Khet", "nationality": "ETH"}] * 20 + [
        {"place": "KK Park", "nationality": "CHN"}
    ] * 200
    stated = {"place": "Kyauk Khet", "nationality": "ETH"}
    assert weigh(stated, stated, *crowd).place < 1 < weigh(stated, stated, *crowd).nationality


def test_a_slip_in_the_place_says_somewhat_less() -> None:
    same = weigh({"place": "Kyauk Khet"}, {"place": "Kyauk Khet"}, *CROWD).place
    slip = weigh({"place": "Kyauk Khet"}, {"place": "Kyauk Ket"}, *CROWD).place
    part = weigh({"place": "Kyauk Khet"}, {"place": "Kyauk Khet compound"}, *CROWD).place
    assert 0 < slip < same and 0 < part < same


def test_another_script_is_the_same_place() -> None:
    assert weigh({"place": "ሐዋሳ"}, {"place": "Hawasa"}, *CROWD).place > 1


def test_another_place_speaks_mildly_against() -> None:
    assert weigh({"place": "KK Park"}, {"place": "Shwe Kokko"}, *CROWD).place == PLACE_DIFFERS
    assert weigh({"place": "Three Pagodas 2"}, {"place": "Three Pagodas 3"}, *CROWD).place == PLACE_DIFFERS


def test_a_town_in_common_hides_no_compound_that_differs() -> None:
    crowd = [{"place": "KK Park, Myawaddy"}] * 50
    assert weigh({"place": "Huanya, Myawaddy"}, {"place": "KK Park, Myawaddy"}, *crowd).place < 0
    assert weigh({"place": "KK Park, Myawaddy"}, {"place": "Myawaddy"}, *crowd).place == 0


def test_a_silent_row_says_nothing() -> None:
    weights = weigh({"place": "KK Park", "kin": "Abebe Kebede"}, {}, *CROWD)
    assert (weights.place, weights.kin) == (0, 0)


KIN = [{"kin": "father: Kebede Worku"}] * 40 + [{"kin": "father: Tariku Alemu"}] * 2


def test_a_rare_name_of_kin_says_more_than_a_common_one_and_less_than_ones_own() -> None:
    rare = weigh({"kin": "father: Tariku Alemu"}, {"kin": "father: Tariku Alemu"}, *KIN)
    common = weigh({"kin": "father: Kebede Worku"}, {"kin": "father: Kebede Worku"}, *KIN)
    assert rare.name > rare.kin > 2 > 0.5 > common.kin >= 0


def test_kin_of_another_name_speaks_against() -> None:
    assert weigh({"kin": "father: Tariku Alemu"}, {"kin": "father: Dawit Haile"}, *KIN).kin == KIN_DIFFERS
    assert weigh({"kin": "Tariku Alemu"}, {"kin": "Dawit Haile"}, *KIN).kin == KIN_DIFFERS


def test_a_father_says_nothing_against_a_mother() -> None:
    assert weigh({"kin": "father: Tariku Alemu"}, {"kin": "mother: Almaz Haile"}, *KIN).kin == 0


def test_a_next_of_kin_may_be_the_father() -> None:
    assert weigh({"kin": "father: Tariku Alemu"}, {"kin": "kin: Tariku Alemu"}, *KIN).kin > 2


def test_a_patronymic_is_not_counted_twice() -> None:
    """The father's name is the second part of the person's own."""
    own = {"name": "SELAM TARIKU", "kin": "father: Tariku"}
    assert weigh(own, own, *KIN).kin == 0


def test_place_and_kin_are_read_from_the_note() -> None:
    note = "Compound: KK Park; Father's name: Abebe Kebede; he: sleeps"
    made = MatchRow.of(1, ListKind.HANDOVER, ListRow("a.csv", 1, name="SELAM ABEBE", note=note))
    assert (made.place, made.kin) == ("KK Park", "father: Abebe Kebede")


def test_an_officer_reads_why() -> None:
    one = row(0, place="KK Park", kin="father: Tariku Alemu")
    other = row(1, ListKind.HANDOVER, place="Kk Park", kin="father: Tarikku Alemu")
    words = [item.words for item in explain(one, other, Comparison([one, other]).weights(0, 1))]
    assert "Same place: KK Park" in words
    assert "Names of father sound alike: Tariku Alemu and Tarikku Alemu" in words
    other = replace(other, place="Shwe Kokko", kin="father: Dawit Haile")
    words = [item.words for item in explain(one, other, Comparison([one, other]).weights(0, 1))]
    assert "Places differ: KK Park and Shwe Kokko" in words
    assert "Names of father differ: Tariku Alemu and Dawit Haile" in words


@pytest.fixture(scope="module")
def with_places(release: Any) -> Any:
    """The release with the place of each person on most of their rows, one in ten another."""
    rows, truth = release
    chance = random.Random(5)
    held = {person: chance.choices(PLACES, (50, 30, 15, 5))[0] for person in sorted(set(truth.values()))}
    stated = []
    for known in rows:
        place = held[truth[known.key]] if chance.random() > 0.1 else chance.choice(PLACES)
        stated.append(replace(known, place=place if chance.random() < 0.7 else ""))
    return stated, truth


def test_places_make_a_release_no_worse(release: Any, resolution: Any, with_places: Any) -> None:
    without, found = (
        score(resolution.clusters, release[1]),
        score(resolve(with_places[0]).clusters, with_places[1]),
    )
    assert found.precision >= 0.99
    assert found.recall >= without.recall - 0.005


def test_a_birth_written_wholly_wrong_is_asked_about_where_name_and_place_fit() -> None:
    """Before, rows whose births lie years apart were never set side by side."""
    born = {"birth_date": "1985-10-02", "birth_from": "1985-10-02", "birth_to": "1985-10-02"}
    rows = [row(0, name="TARIKU HABTAMU", place="Mae Ku", **dict.fromkeys(born, "1971-03-25"))]
    rows.append(row(1, ListKind.HANDOVER, name="TARIKU HABTAMU", place="Mae Ku", **born))
    for kind in (ListKind.TRANSFERRING, ListKind.HANDOVER):
        rows += [
            row(len(rows) + n, kind, name=f"SOLOMON G{chr(97 + n)}R", place="KK Park") for n in range(25)
        ]
    resolution = resolve(rows)
    cluster = resolution.cluster_of()
    asked = {frozenset((pair.left, pair.right)) for pair in resolution.review}
    assert cluster[0] == cluster[1] or frozenset((0, 1)) in asked
