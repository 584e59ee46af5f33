"""``moei match`` on files. All people are invented."""

from __future__ import annotations

import csv
from pathlib import Path

import typer
from typer.testing import CliRunner

from moei.engines.cli_lists import app as lists_app
from moei.engines.cli_match import match

app = typer.Typer()
app.command()(match)

TRANSFER = """LIST OF FOREIGNERS FOR TRANSFER
NO,NAME,SEX,DATE OF BIRTH,NATIONALITY,PASSPORT NO
1,SELAM ABEBE,F,1990-03-04,Ethiopia,C51258238
2,BRIAN MULI,M,1994-08-19,Kenya,A50319864
"""
REPORTS = """report;missing person;nationality;born;last contact;promised job
R1;Selam Abebe;Ethiopia;1990-03-04;2024-09-22;typist
R2;Joao Pereira;Brazil;1971-02-25;2024-09-22;driver
"""


def test_it_writes_people_and_questions(tmp_path: Path) -> None:
    (tmp_path / "list.csv").write_text(TRANSFER, encoding="utf-8")
    (tmp_path / "reports.csv").write_text(REPORTS, encoding="utf-8")
    out, review = tmp_path / "people.csv", tmp_path / "review.csv"
    files = [str(tmp_path / "list.csv"), str(tmp_path / "reports.csv")]
    result = CliRunner().invoke(app, [*files, "--out", str(out), "--review", str(review)])
    assert result.exit_code == 0, result.output
    with out.open(encoding="utf-8", newline="") as file:
        people = list(csv.DictReader(file))
    assert len(people) == 4
    assert list(people[0]) == ["list", "row", "person", "probability"]
    number = {(row["list"], row["row"]): row["person"] for row in people}
    assert number["list.csv", "3"] == number["reports.csv", "2"]
    assert len(set(number.values())) == 3
    sure = {(row["list"], row["row"]): float(row["probability"]) for row in people}
    assert 0.8 <= sure["list.csv", "3"] < 1 == sure["list.csv", "4"]
    assert review.read_text(encoding="utf-8").startswith("list_a,row_a,list_b,row_b,probability,why")


def test_a_refused_list_is_said(tmp_path: Path) -> None:
    (tmp_path / "picture.xlsx").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(64))
    result = CliRunner().invoke(app, [str(tmp_path / "picture.xlsx")])
    assert result.exit_code == 1
    assert "refused" in result.output


def test_two_lists_of_one_file_name_are_two_lists(tmp_path: Path) -> None:
    """Written to one file before: `list.csv,3` stands in it twice."""
    for day in ("monday", "tuesday"):
        (tmp_path / day).mkdir()
        (tmp_path / day / "list.csv").write_text(TRANSFER, encoding="utf-8")
    rows = tmp_path / "rows.csv"
    files = [str(tmp_path / day / "list.csv") for day in ("monday", "tuesday")]
    assert CliRunner().invoke(lists_app, ["read", *files, "--out", str(rows)]).exit_code == 0
    result = CliRunner().invoke(app, [str(rows), "--out", str(tmp_path / "people.csv")])
    assert result.exit_code == 0, result.output
    assert len((tmp_path / "people.csv").read_text(encoding="utf-8").splitlines()) == 5
