"""A file of rules is read, and each mistake is told with its line and its field."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from typer.testing import CliRunner

from moei.cli import app
from moei.retention.rules import SHIPPED, Length, RulesError, load_rules, parse_rules

GOOD = SHIPPED.read_text()


def mistakes(text: str) -> list[tuple[int, str]]:
    with pytest.raises(RulesError) as caught:
        parse_rules(text, "rules.toml")
    return [(mistake.line, mistake.field) for mistake in caught.value.mistakes]


def line_of(words: str, text: str = GOOD) -> int:
    return next(number for number, line in enumerate(text.splitlines(), 1) if words in line)


def test_the_rules_that_come_with_moei_can_be_used():
    rules = load_rules(SHIPPED)
    assert len(rules.rules) >= 15
    assert not any(rule.verified for rule in rules.rules), "no lawyer has read them"
    kept = {rule.code for rule in rules.rules if rule.after is None}
    assert kept == {"journal", "bulletins"}
    identified, others = rules.rule("identified_people"), rules.rule("not_identified_people")
    at = datetime(2030, 1, 1, tzinfo=UTC)
    assert identified.after.before(at) < others.after.before(at)


@pytest.mark.parametrize(
    ("old", "new", "field"),
    [
        ('after = "5 years"', 'after = "five years"', "rules.identified_people.after"),
        ('after = "5 years"', 'after = "0 years"', "rules.identified_people.after"),
        ('who = "identified"', 'who = "victims"', "rules.identified_people.who"),
        ('what = "list_file"', 'what = "list_files"', "rules.list_files.what"),
        ('from = "uploaded"', 'from = "posted"', "rules.list_files.from"),
        ('kind = "audio"', 'kind = "video"', "rules.recordings.kind"),
        ('source = ["pdpa", "icrc"]', 'source = ["pdpa", "bible"]', "rules.identified_people.source"),
        ("waiting_days = 7", "waiting_days = 0", "settings.waiting_days"),
    ],
)
def test_a_mistake_is_told_with_its_line_and_field(old, new, field):
    changed = GOOD.replace(old, new, 1)
    assert (line_of(new, changed), field) in mistakes(changed)


def test_the_journal_cannot_be_given_an_end():
    changed = GOOD.replace('what = "journal"\nkeep = true', 'what = "journal"\nafter = "1 year"')
    assert "rules.journal.keep" in {field for _line, field in mistakes(changed)}


def test_what_is_verified_says_by_whom():
    changed = GOOD.replace("\nverified = false", "\nverified = true", 1)
    assert mistakes(changed) == [(line_of("verified = true", changed), "rules.identified_people.verified")]


def test_a_missing_field_is_told_at_its_table():
    changed = GOOD.replace('basis = "Nobody took it in."\n', "")
    assert mistakes(changed) == [
        (line_of("[rules.lists_never_taken_in]", changed), "rules.lists_never_taken_in.basis")
    ]


def test_two_rules_about_the_same_are_a_mistake():
    changed = GOOD.replace('who = "open"', 'who = "identified"')
    assert "rules.never_closed.what" in {field for _line, field in mistakes(changed)}


def test_broken_toml_is_told_with_its_line():
    changed = GOOD.replace('who = "identified"', "who = identified", 1)
    assert mistakes(changed) == [(line_of("who = identified", changed), "file")]


def test_the_command_says_every_mistake_and_fails(tmp_path):
    file = tmp_path / "rules.toml"
    file.write_text(GOOD.replace('after = "5 years"', 'after = "soon"').replace('who = "open"', 'who = "x"'))
    result = CliRunner().invoke(app, ["retention", "check", str(file)])
    assert result.exit_code == 1
    assert "rules.identified_people.after" in result.stderr
    assert "rules.never_closed.who" in result.stderr
    assert f"line {line_of('after =')}" in result.stderr
    assert CliRunner().invoke(app, ["retention", "check", str(SHIPPED)]).exit_code == 0


def test_a_month_before_the_31st_is_the_last_of_a_shorter_month():
    assert Length(1, "month").before(datetime(2025, 3, 31, tzinfo=UTC)).date().isoformat() == "2025-02-28"
    assert Length(1, "year").before(datetime(2024, 2, 29, tzinfo=UTC)).date().isoformat() == "2023-02-28"
    assert Length(18, "month").before(datetime(2025, 3, 5, tzinfo=UTC)).date().isoformat() == "2023-09-05"
