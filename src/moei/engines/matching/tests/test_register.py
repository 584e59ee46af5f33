"""A register matched by columns: the same evidence as for lists, for many rows at once. All people are invented."""

from __future__ import annotations

import csv
import os
import random
import signal
import sys
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest
import typer
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from moei.engines import cli_match
from moei.engines.cli_match import match
from moei.engines.lists import ListRow
from moei.engines.lists.own import write_rows
from moei.engines.lists.rows import ListKind
from moei.engines.matching import MatchRow
from moei.engines.matching.register import columns, match_register
from moei.engines.matching.register import match as register_match
from moei.engines.matching.register.blocking import candidates
from moei.engines.matching.register.columns import _rarity, columns_of
from moei.engines.matching.register.hands import HandLost, by_many_hands
from moei.engines.matching.register.scoring import FIELDS, Scoring
from moei.engines.matching.weights import Comparison

GIVEN = (
    "Selam",
    "Abebe",
    "Tigist",
    "Mulugeta",
    "Hana",
    "Dawit",
    "Biruk",
    "Saba",
    "Yonas",
    "Meron",
    "Haile",
    "Rahel",
)
FAMILY = (
    "Kebede",
    "Tesfaye",
    "Girma",
    "Alemu",
    "Bekele",
    "Worku",
    "Tadesse",
    "Lemma",
    "Jemal",
    "Desta",
    "Assefa",
)


def row(number: int, name: str = "", *, list_name: str = "a", born: str = "", **about) -> MatchRow:
    return MatchRow(
        key=(list_name, number), kind=ListKind.TRANSFERRING, list=list_name, row=number, name=name,
        birth_date=born, birth_from=born, birth_to=born, **about,
    )  # fmt: skip


@pytest.fixture(scope="module")
def crowd() -> list[MatchRow]:
    """Four hundred people of one nationality, so that it is known which names are common."""
    chance = random.Random(7)
    return [
        row(n, f"{chance.choice(GIVEN)} {chance.choice(GIVEN)} {chance.choice(FAMILY)}", list_name="crowd",
            born=f"{chance.randrange(1970, 2005)}-{chance.randrange(1, 13):02d}-{chance.randrange(1, 29):02d}",
            sex="M", nationality="ETH")
        for n in range(1, 401)
    ]  # fmt: skip


def together(rows: list[MatchRow]) -> set[frozenset[tuple[str, int]]]:
    """Pairs of rows that are one person."""
    person = match_register(rows).person
    found: dict[int, list[tuple[str, int]]] = {}
    for one, number in zip(rows, person.tolist(), strict=True):
        found.setdefault(number, []).append((one.list, one.row))
    return {frozenset(pair) for group in found.values() for pair in combinations(group, 2)}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (row(1, "Zewdu Fikre Ayalew", born="1991-03-04"), row(1, "AYALEW ZEWDU FIKRE", list_name="b", born="1991-03-04")),
        (row(1, "Zewdu Fikre Ayalew", born="1991-03-04"), row(1, "ZEWDU FIKRE AYALW", list_name="b", born="1991-03-04")),
        (row(1, "ዘውዱ ፍቅሬ", born="1991-03-04"), row(1, "ZEWDU FIKRE", list_name="b", born="1991-03-04")),
        (row(1, "Zewdu Fikre", document_number="EP12345"),
         row(1, "Zewde Fikru", list_name="b", document_number="EP12345")),
        (row(1, "ສົມສັກ ວົງສາ", born="1991-03-04"), row(1, "SOMSAK VONGSA", list_name="b", born="1991-03-04")),
        (row(1, "Zewdu Fikre Ayalew", born="1991-03-04", document_number="EP1234567", document_kind="passport"),
         row(1, "Zewdu Fikre Ayalew", list_name="b", born="1991-03-04", document_number="V9", document_kind="visa")),
    ],
    ids=["another order", "a letter lost", "two scripts", "one document", "Lao", "a passport and a visa"],
)  # fmt: skip
def test_two_rows_about_one_person_are_found(crowd, one, other):
    assert frozenset({("a", 1), ("b", 1)}) in together([*crowd, one, other])


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (row(1, "Zewdu Fikre", sex="M", born="1991-03-04"), row(1, "Zewdu Fikre", list_name="b", sex="F")),
        (row(1, "Zewdu Fikre", document_number="EP12345"), row(1, "Zewdu Fikre", list_name="b", document_number="A1")),
        (row(1, "Selam Kebede"), row(1, "Selam Kebede", list_name="b")),
        (row(1, "Zewdu Fikre", born="1961-03-04"), row(1, "Zewdu Fikre", list_name="b", born="1991-03-04")),
    ],
    ids=["two sexes", "two documents", "a common name and nothing else", "thirty years apart"],
)  # fmt: skip
def test_who_may_be_two_people_is_not_joined(crowd, one, other):
    assert frozenset({("a", 1), ("b", 1)}) not in together([*crowd, one, other])


def test_one_list_names_nobody_twice_by_itself(crowd):
    twice = [row(1, "Zewdu Fikre Ayalew", born="1991-03-04"), row(2, "Zewdu Fikre Ayalew", born="1991-03-04")]
    assert frozenset({("a", 1), ("a", 2)}) not in together([*crowd, *twice])
    matched = match_register([*crowd, *twice])
    assert any({pair.left, pair.right} == {400, 401} for pair in matched.review), "a person decides"


def test_the_order_of_rows_changes_nothing(crowd):
    rows = [
        *crowd[:120],
        *(row(n, one.name, list_name="b", born=one.birth_date) for n, one in enumerate(crowd[:60])),
    ]
    turned = list(rows)
    random.Random(3).shuffle(turned)
    assert together(rows) == together(turned)


def test_weights_are_those_of_lists(crowd):
    """Sex, nationality, documents and whole birth dates weigh what they weigh for a release."""
    some = [
        *crowd[:50],
        row(
            1,
            "X",
            list_name="crowd",
            born="1991-03-04",
            sex="F",
            nationality="KEN",
            document_number="EP1234567",
        ),
        row(
            2,
            "Y",
            list_name="crowd",
            born="1991-04-03",
            sex="M",
            nationality="ETH",
            document_number="EP1234568",
        ),
        row(3, "Z", list_name="crowd", sex="M", nationality="KEN", document_number="AB9999999"),
    ]
    pairs = [(50, 51), (50, 52), (51, 52), (0, 51), (0, 1)]
    left, right = (np.array(side, np.int32) for side in zip(*pairs, strict=True))
    found = Scoring(columns_of(some)).weights(left, right)
    comparison = Comparison(some)
    for place, pair in enumerate(pairs):
        expected = comparison.weights(*pair)
        for field in ("document", "nationality", "sex", "birth"):
            got = float(found[place, FIELDS.index(field)])
            assert got == pytest.approx(getattr(expected, field), abs=0.02), (pair, field)


def test_a_register_of_nobody_and_of_one():
    assert len(match_register([]).person) == 0
    assert match_register([row(1, "Zewdu Fikre")]).person.tolist() == [0]


ANY = st.builds(
    row,
    st.integers(1, 50),
    st.text(max_size=12),
    list_name=st.sampled_from("abc"),
    born=st.sampled_from(["", "1991-03-04", "1991-04-03", "0001-01-01", "9999-12-31", "not a date"]),
    sex=st.sampled_from(["", "M", "F"]),
    nationality=st.sampled_from(["", "ETH", "XXX", "XXA"]),
    document_number=st.sampled_from(["", "EP1234567", "EP1234568", "E"]),
)


@given(st.lists(ANY, max_size=12))
@settings(max_examples=60)
def test_every_row_gets_one_person_whatever_it_holds(rows):
    matched = match_register(rows)
    assert len(matched.person) == len(rows)
    assert ((matched.probability > 0) & (matched.probability <= 1)).all()


def test_the_command_writes_people_and_questions(tmp_path: Path, crowd):
    rows = [*crowd, row(1, "Zewdu Fikre Ayalew", born="1991-03-04", nationality="ETH"),
            row(1, "ZEWDU FIKRE AYALW", list_name="b", born="1991-03-04", nationality="ETH")]  # fmt: skip
    given_rows = [
        ListRow(list=r.list, row=r.row, name=r.name, birth_date=r.birth_date, birth_from=r.birth_from,
                birth_to=r.birth_to, nationality=r.nationality, sex=r.sex)
        for r in rows
    ]  # fmt: skip
    register, out, review = tmp_path / "rows.csv", tmp_path / "people.csv", tmp_path / "review.csv"
    with register.open("w", encoding="utf-8", newline="") as file:
        write_rows(given_rows, file)
    app = typer.Typer()
    app.command()(match)
    arguments = [str(register), "--engine", "duckdb", "--out", str(out), "--review", str(review)]
    result = CliRunner().invoke(app, arguments)
    assert result.exit_code == 0, result.output
    with out.open(encoding="utf-8", newline="") as file:
        people = {(line["list"], line["row"]): line for line in csv.DictReader(file)}
    assert len(people) == len(rows)
    assert people["a", "1"]["person"] == people["b", "1"]["person"]
    assert 0.9 < float(people["a", "1"]["probability"]) <= 1
    assert review.read_text(encoding="utf-8").startswith("list_a,row_a,list_b,row_b,probability,why")


def test_so_many_rows_are_a_register_without_being_told(tmp_path: Path, crowd, monkeypatch):
    monkeypatch.setattr(cli_match, "MOST_FOR_LISTS", 300)
    rows = [ListRow(list=r.list, row=r.row, name=r.name, birth_date=r.birth_date) for r in crowd]
    register, out = tmp_path / "rows.csv", tmp_path / "people.csv"
    with register.open("w", encoding="utf-8", newline="") as file:
        write_rows(rows, file)
    app = typer.Typer()
    app.command()(match)
    result = CliRunner().invoke(app, [str(register), "--out", str(out)])
    assert result.exit_code == 0 and "arrived" not in result.output, (
        "a release is reconciled, a register is not"
    )
    assert len(out.read_text(encoding="utf-8").splitlines()) == len(rows) + 1


def test_many_lists_and_states_do_not_overflow_what_is_counted():
    """Places in the count are list x state x part of a name: more than thirty-two bits hold."""
    lists, states = np.arange(70_000, dtype=np.int32) % 3_000, np.arange(70_000, dtype=np.int32) % 240
    names = np.column_stack((np.arange(1, 70_001), np.full(70_000, 70_001))).astype(np.int32)
    _numbers, rarity, _all = _rarity(names.ravel(), np.full(70_000, 2), states, lists)
    assert np.isfinite(rarity).all() and (rarity[:, 0] > rarity[:, 1]).all(), (
        "what everybody is called is not rare"
    )


def test_several_processes_find_what_one_finds(crowd, monkeypatch):
    rows = [
        *crowd,
        *(row(n, one.name, list_name="b", born=one.birth_date) for n, one in enumerate(crowd[:90])),
    ]
    alone = match_register(rows)
    used: list[int] = []

    def by_several(work, parts, *, alone):
        parts = list(parts)
        used.append(len(parts))
        return by_many_hands(work, parts)

    monkeypatch.setattr(columns, "BATCH", 100)
    monkeypatch.setattr(columns, "by_many_hands", by_several)
    monkeypatch.setattr(register_match, "AT_ONCE", 50)
    monkeypatch.setattr(register_match, "by_many_hands", by_several)
    several = match_register(rows)
    assert min(used) > 2
    assert several.person.tolist() == alone.person.tolist()
    assert several.review == alone.review


def test_what_fails_in_a_process_is_said_and_ends_the_work():
    def divided(number: int) -> float:
        return 1 / number

    with pytest.raises(ZeroDivisionError):
        list(by_many_hands(divided, [1, 2, 0, 3]))
    assert list(by_many_hands(divided, [1, 2, 4])) == [1, 0.5, 0.25], "and the next work begins anew"


def test_one_telephone_speaks_for_one_person_and_finds_names_that_share_no_part(crowd):
    def pair(phone: str) -> tuple[MatchRow, MatchRow]:
        stated = {"phone": phone, "nationality": "ETH", "born": "1991-03-04"}
        return row(1, "Zewdu Fikremariam", list_name="b", **stated), row(
            1, "Zwdu Fikremaryam", list_name="c", **stated
        )

    without, by_phone = (Scoring(columns_of([*crowd, *pair(phone)])) for phone in ("", "+66812345678"))
    place = np.array([400], np.int32), np.array([401], np.int32)
    more = by_phone.weights(*place)[0] - without.weights(*place)[0]
    assert dict(zip(FIELDS, more.tolist(), strict=True)) == {
        field: 4.0 * (field == "phone") for field in FIELDS
    }
    other_names = (
        row(1, "Hana", list_name="b", phone="+66812345678"),
        row(1, "Dawit", list_name="c", phone="+66812345678"),
    )
    found = zip(*candidates(columns_of([*crowd, *other_names])), strict=True)
    assert (400, 401) in {(int(left), int(right)) for left, right in found}


@pytest.mark.parametrize(("engine", "missing"), [("duckdb", "duckdb"), ("spark", "pyspark")])
def test_what_an_engine_needs_is_said_before_anything_is_read(tmp_path: Path, monkeypatch, engine, missing):
    for loaded in [name for name in sys.modules if name.startswith("moei.engines.matching.register.spark")]:
        monkeypatch.delitem(sys.modules, loaded)
    monkeypatch.setitem(sys.modules, missing, None)
    register, out = tmp_path / "rows.csv", tmp_path / "people.csv"
    register.write_text("name\nZewdu Fikre\n", encoding="utf-8")
    app = typer.Typer()
    app.command()(match)
    result = CliRunner().invoke(app, [str(register), "--engine", engine, "--out", str(out)])
    assert result.exit_code == 2 and not out.exists()
    assert ("Java 17" in result.output) == (engine == "spark")
    assert f"moei[{'spark' if engine == 'spark' else 'register'}]" in result.output


@pytest.mark.parametrize(
    "stated",
    [
        {"born": "1991-03-04", "nationality": "ETH"},
        {"document_number": "EP1234567", "document_kind": "passport"},
        {"born": "1991-03-04", "phone": "+66812345678"},
    ],
)
def test_who_stands_on_a_list_each_day_for_two_months_stays_one_person(crowd, stated):
    """So many rows share each of their keys that the keys say nothing any more."""
    days = [row(1, "Zewdu Fikre Ayalew", list_name=f"day {day}", sex="M", **stated) for day in range(60)]
    matched = match_register([*crowd, *days])
    assert len(set(matched.person[400:].tolist())) == 1
    assert not matched.review


def test_each_of_thousands_of_copies_is_set_beside_the_next_and_not_beside_all():
    copies = [
        row(n, "Zewdu Fikre Ayalew", born="1991-03-04", sex="M", nationality="ETH") for n in range(1, 3001)
    ]
    matched = match_register(copies)
    assert matched.candidates == len(copies) - 1
    assert len(matched.person) == len(copies)


def test_a_name_of_two_parts_that_sound_alike_has_a_key(crowd):
    twice = [row(1, "Zebedayo Zebedayo", list_name=name, sex="M", nationality="KEN") for name in "bc"]
    found = candidates(columns_of([*crowd, *twice]))
    assert (400, 401) in {(int(left), int(right)) for left, right in zip(*found, strict=True)}


def test_a_process_that_is_killed_ends_the_work_with_words():
    def killed(number: int) -> int:
        if number == 2:
            os.kill(os.getpid(), signal.SIGKILL)
        return number

    with pytest.raises(HandLost, match="memory may have run out"):
        list(by_many_hands(killed, range(50)))
    assert list(by_many_hands(lambda number: number + 1, range(5))) == [1, 2, 3, 4, 5]


def test_halves_of_letters_in_a_number_end_nothing(crowd):
    odd = [row(1, "Zewdu Fikre", list_name=name, document_number="AB\ud800123") for name in "bc"]
    assert len(match_register([*crowd, *odd]).person) == 402


def test_two_files_of_one_name_are_refused(tmp_path: Path):
    for folder in ("monday", "tuesday"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "list.csv").write_text("Name,Sex\nZewdu Fikre,M\n")
    app = typer.Typer()
    app.command()(match)
    result = CliRunner().invoke(app, [str(tmp_path / "monday/list.csv"), str(tmp_path / "tuesday/list.csv")])
    assert result.exit_code == 2 and "Several lists are called list.csv" in result.output
