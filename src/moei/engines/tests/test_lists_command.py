import csv
from pathlib import Path

from typer.testing import CliRunner

from moei.engines.cli_lists import app

EXCERPT = Path(__file__).parents[1] / "lists" / "tests" / "data" / "excerpt"


def test_lists_are_read_to_one_file(tmp_path):
    files = [str(f) for f in sorted(EXCERPT.glob("0*"))]
    result = CliRunner().invoke(app, ["read", *files, "--out", str(tmp_path / "rows.csv")])
    assert result.exit_code == 0, result.output
    with (tmp_path / "rows.csv").open(encoding="utf-8") as handle:
        rows = list(csv.DictReader(handle))
    assert len(rows) == 218
    assert rows[0]["nationality"] == "BGD" and "transferring" in result.output


def test_a_refused_list_is_said_and_the_others_are_read(tmp_path):
    (tmp_path / "bad.xlsx").write_bytes(b"%PDF-1.4")
    (tmp_path / "good.csv").write_text('Name,Sex\n"=1+SUM(2)",M\n')
    out = tmp_path / "rows.csv"
    result = CliRunner().invoke(
        app, ["read", str(tmp_path / "bad.xlsx"), str(tmp_path / "good.csv"), "--out", str(out)]
    )
    assert result.exit_code == 1 and "truncated" in result.output
    assert "'=1+SUM(2)" in out.read_text()
