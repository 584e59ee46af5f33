import csv

import networkx
from typer.testing import CliRunner

from moei.engines.cli_networks import app

FACTS = """fact,statement,kind,text,country,tied_to,tie
1,s1,person,Wang Lei,,,
2,s1,phone,081 234 5678,THA,1,phone of
3,s2,phone,+66812345678,,,
4,s2,person,Wang Leï,,,
5,s2,phone,191,THA,,
"""


def run(*arguments):
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


def test_an_identifier_is_printed_in_its_one_form():
    done = run("identify", "phone", "081 234 5678", "--country", "tha")
    assert (done.exit_code, done.output) == (0, "phone:+66812345678\n")


def test_an_identifier_that_is_none_is_refused_in_words():
    done = run("identify", "wallet", "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNb")
    assert done.exit_code == 1 and "checksum" in done.output


def test_facts_are_joined_and_written_for_other_programs(tmp_path):
    (tmp_path / "facts.csv").write_text(FACTS, encoding="utf-8")
    ftm, gexf, leads = tmp_path / "out.json", tmp_path / "out.gexf", tmp_path / "leads.csv"
    done = run("build", tmp_path / "facts.csv", "--ftm", ftm, "--gexf", gexf, "--leads", leads)
    assert done.exit_code == 0, done.output
    assert "2 people: phone:+66812345678" in done.output and "3 digits" in done.output
    assert networkx.read_gexf(gexf, version="1.3").number_of_nodes() == 4
    [lead] = csv.DictReader(leads.open(encoding="utf-8"))
    assert (lead["one"], lead["other"]) == ("person:~1", "person:~4")
    again = run("build", tmp_path / "facts.csv", ftm, "--around", "phone:+66812345678", "--most", "3")
    assert again.exit_code == 0 and "3 entities" in again.output


def test_a_table_that_is_none_of_facts_is_refused_in_words(tmp_path):
    (tmp_path / "a.csv").write_text("name\nx\n")
    done = run("build", tmp_path / "a.csv")
    assert done.exit_code == 1 and "columns are missing" in done.output
    (tmp_path / "b.csv").write_text("fact,statement,kind,text\n1,s,dragon,x\n")
    assert "line 2" in run("build", tmp_path / "b.csv").output
