"""A register on Spark: what one machine finds of the same rows, on `local[2]`. All people are invented."""

from __future__ import annotations

import random
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import typer
from benchmarks.matching.ours import rows_of
from benchmarks.matching.register import write
from typer.testing import CliRunner

from moei.engines.cli_match import match
from moei.engines.lists.rows import ListKind
from moei.engines.matching import MatchRow
from moei.engines.matching.register import Matched, NoEngine, match_register

pytest.importorskip("pyspark", reason="PySpark is not installed: make spark-test")
pytest.importorskip("pyarrow", reason="PyArrow is not installed: make spark-test")
if shutil.which("java") is None:
    pytest.skip("There is no Java runtime: make spark-test", allow_module_level=True)

from pyspark import SparkConf

from moei.engines.matching.register import spark as on_spark
from moei.engines.matching.register import spark_session
from moei.engines.matching.register.spark import match_on_spark

pytestmark = pytest.mark.slow(seconds=90)

NAMES = (
    "Selam",
    "Abebe",
    "Tigist",
    "Mulugeta",
    "Hana",
    "Dawit",
    "Biruk",
    "Saba",
    "Kebede",
    "Tesfaye",
    "ዘውዱ ፍቅሬ",
)


@pytest.fixture(scope="module")
def temporary(tmp_path_factory) -> Iterator[Path]:
    """A session for all tests, as it starts when nothing but the master is said; where it puts its files."""
    place = tmp_path_factory.mktemp("spark")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SPARK_MASTER", "local[2]")
        patch.setattr(spark_session.tempfile, "tempdir", str(place))
        with spark_session.session():
            yield place
    assert list(place.glob("moei-match-*")) == [], "nothing stays"


def crowd(count: int) -> list[MatchRow]:
    """People of four lists, some of them twice, who state much or nothing."""
    chance = random.Random(5)
    rows = []
    for number in range(count):
        if rows and chance.random() < 0.3:
            one = chance.choice(rows)
            name = chance.choice((one.name, one.name[1:], " ".join(reversed(one.name.split()))))
            rows.append(replace(one, key=number, row=number, list=f"list-{number % 4}", name=name))
            continue
        year, day = (
            chance.randrange(1970, 2005),
            f"{chance.randrange(1, 13):02d}-{chance.randrange(1, 29):02d}",
        )
        first, last = chance.choice(
            (
                ("", ""),
                (f"{year}-{day}",) * 2,
                (f"{year}-01-01", f"{year}-12-31"),
                (f"{year}-07-01", f"{year + 1}-06-30"),
            )
        )
        name = " ".join(chance.sample(NAMES, chance.randrange(0, 6)))
        rows.append(MatchRow(
            number, ListKind.TRANSFERRING, f"list-{number % 4}", number, name if number % 3 else "",
            "" if number % 3 else name, chance.choice(("", "M", "F")), first if first == last else "", first, last,
            chance.choice(("", "ETH", "ETH", "KEN", "XXX")), chance.choice(("", f"EP{number:07d}")),
            chance.choice(("", "passport", "visa")), chance.choice(("", f"+2519{number:08d}")),
        ))  # fmt: skip
    return rows


def assert_same(found: Matched, expected: Matched) -> None:
    assert (found.lists, found.list_of.tolist(), found.row_of.tolist()) == (
        expected.lists, expected.list_of.tolist(), expected.row_of.tolist())  # fmt: skip
    assert found.candidates == expected.candidates
    assert found.person.tolist() == expected.person.tolist()
    assert found.probability.tolist() == pytest.approx(expected.probability.tolist())
    assert [(pair.left, pair.right) for pair in found.review] == [
        (pair.left, pair.right) for pair in expected.review
    ]
    for ours, theirs in zip(found.review, expected.review, strict=True):
        assert ours.probability == pytest.approx(theirs.probability)
        assert ours.weights == pytest.approx(theirs.weights)


def test_spark_finds_the_people_that_one_machine_finds(temporary):
    rows = crowd(700)
    expected = match_register(rows)
    assert len(set(expected.person.tolist())) < 650 and len(expected.review) > 20
    assert_same(match_on_spark(rows), expected)


def test_so_it_does_in_a_register_of_twelve_cultures(temporary, tmp_path, monkeypatch):
    monkeypatch.setattr(on_spark.do, "AT_ONCE", 1_500)  # several files
    write(tmp_path / "register.csv", 5_000)
    rows = list(rows_of(str(tmp_path / "register.csv")))
    assert_same(match_on_spark(rows), match_register(rows))


def test_a_register_of_nobody_and_of_people_who_state_nothing(temporary):
    nothing = [MatchRow(number, ListKind.TRANSFERRING, "a", number) for number in range(3)]
    assert match_on_spark([]).person.tolist() == []
    assert match_on_spark(nothing).person.tolist() == [0, 1, 2]


def test_the_command_writes_the_same_files(temporary, tmp_path):
    write(tmp_path / "register.csv", 400)
    app = typer.Typer()
    app.command()(match)
    written = []
    for engine in ("duckdb", "spark"):
        people, review = tmp_path / f"{engine}-people.csv", tmp_path / f"{engine}-review.csv"
        arguments = ["--engine", engine, "--out", str(people), "--review", str(review)]
        result = CliRunner().invoke(app, [str(tmp_path / "register.csv"), *arguments])
        assert result.exit_code == 0, result.output
        written.append((people.read_text("utf-8"), review.read_text("utf-8")))
    assert written[0] == written[1] and written[0][0].count("\n") == 401


def test_rows_do_not_stay_when_the_work_fails(temporary):
    def rows() -> Iterator[MatchRow]:
        yield from crowd(5)
        raise ValueError("the list ends in the middle")

    with pytest.raises(ValueError, match="in the middle"):
        match_on_spark(rows())
    assert [folder for folder in temporary.rglob("moei-match-*") if list(folder.rglob("*.parquet"))] == []


def protected(**settings: str) -> SparkConf:
    conf = SparkConf(loadDefaults=False)
    for name, value in settings.items():
        conf.set("spark." + name.replace("_", "."), value)
    spark_session._protect(conf, Path("/tmp/own"))
    return conf


def test_names_are_encrypted_on_a_cluster_unless_somebody_says_otherwise(temporary):
    asked = ("spark.io.encryption.enabled", "spark.network.crypto.enabled", "spark.authenticate")
    conf = protected(master="yarn", moei_folder="hdfs:///tmp")
    assert [conf.get(name) for name in asked] == ["true"] * 3
    conf = protected(master="yarn", moei_folder="hdfs:///tmp", authenticate="false")
    assert [conf.get(name, "unset") for name in asked] == ["true", "unset", "false"]


def test_on_one_machine_nothing_listens_on_the_network(temporary):
    conf = protected(master="local[2]")
    assert conf.get("spark.driver.bindAddress") == "127.0.0.1" and conf.get("spark.ui.enabled") == "false"
    assert conf.get("spark.io.encryption.enabled") == "true"


@pytest.mark.parametrize(
    ("chosen", "said"),
    [
        ({"master": "yarn"}, "spark.moei.folder"),
        ({"master": "spark://first:7077", "moei_folder": "hdfs:///tmp"}, "in the clear"),
    ],
)
def test_a_cluster_on_which_names_would_not_be_safe_is_refused(temporary, chosen, said):
    with pytest.raises(NoEngine, match=said):
        protected(**chosen)


def test_without_java_it_is_said_what_to_install(monkeypatch, tmp_path):
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    with pytest.raises(NoEngine, match="Java 17"):
        spark_session._started(tmp_path)
