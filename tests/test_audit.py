"""What Moei is built of: no GPL, and a service that could not be asked is never taken for an all-clear."""

from __future__ import annotations

import subprocess

import pytest
from scripts import audit
from scripts.audit import FOUND, NOT_ASKED, Licences


@pytest.mark.parametrize(
    ("alternatives", "verdict"),
    [
        (("MIT",), "fine"),
        (("MPL-2.0",), "fine"),
        (("LGPL-3.0-only",), "lesser"),
        (("GPL-3.0-or-later",), "refused"),
        (("AGPL-3.0",), "refused"),
        (("GNU General Public License v2 or later (GPLv2+)",), "refused"),
        (("GNU Affero General Public License v3",), "refused"),
        (("GPL-2.0", "Artistic License"), "fine"),
        (("MIT AND GPL-2.0",), "refused"),
        (("MIT AND LGPL-2.1",), "lesser"),
        ((), "unknown"),
        (("UNKNOWN",), "unknown"),
    ],
)
def test_a_package_is_judged_by_what_it_may_be_used_under(alternatives, verdict):
    assert Licences("x", alternatives).verdict == verdict


def test_nothing_that_the_pages_are_built_with_is_gpl():
    every = audit.licences_of_pages()
    assert len(every) > 50
    assert [one for one in every if one.verdict not in ("fine", "lesser")] == []


def answers(code: int, stdout: str = "", stderr: str = ""):
    return lambda *_command, **_options: subprocess.CompletedProcess([], code, stdout, stderr)


@pytest.fixture
def asked(monkeypatch):
    """`asked(uv, npm)`: what the two services answer, and what is made of it."""

    def ask(uv, npm) -> int:
        monkeypatch.setattr(audit, "_uv", uv)
        monkeypatch.setattr(audit, "_run", npm)
        monkeypatch.setattr(audit.shutil, "which", lambda _name: "/usr/bin/npm")
        return audit.ask_for_weaknesses()

    return ask


NONE = answers(0, '{"vulnerabilities": {}}')
CUT_OFF = answers(2, "", "error: Request failed after 3 retries\n  cause: dns error")


def test_nothing_known_is_an_all_clear_only_when_both_were_asked(asked):
    assert asked(NONE, NONE) == 0
    assert asked(CUT_OFF, NONE) == NOT_ASKED
    assert asked(NONE, answers(1, '{"message": "405"}')) == NOT_ASKED
    assert asked(NONE, answers(1, "")) == NOT_ASKED


def test_a_known_weakness_is_no_all_clear(asked, capsys):
    assert asked(answers(1, "somelib 1.0 has 1 known vulnerability"), NONE) == FOUND
    assert "somelib" in capsys.readouterr().out
    assert asked(NONE, answers(1, '{"vulnerabilities": {"leftpad": {}}}')) == FOUND


@pytest.mark.parametrize(
    ("codes", "end"), [((0, 0, 0), 0), ((0, 0, 3), 3), ((0, 1, 3), 1), ((3, 0, 0), 3), ((0, 1, 0), 1)]
)
def test_something_found_outweighs_what_was_not_asked(monkeypatch, codes, end):
    for name, code in zip(("write_bills", "check_licences", "ask_for_weaknesses"), codes, strict=True):
        monkeypatch.setattr(audit, name, lambda code=code: code)
    assert audit.main() == end
