"""Case numbers: random, with a check digit, and never given twice."""

from __future__ import annotations

import pytest

from moei.casefile.actions import write_people
from moei.casefile.actions.write_people import fresh_case_numbers
from moei.casefile.models.case import is_case_number, new_case_number


@pytest.mark.django_db
def test_a_number_that_is_drawn_twice_or_taken_is_drawn_again(add_case, monkeypatch):
    taken = add_case("Invented Person").number
    drawn = iter([taken, "1111-1111-1", "1111-1111-1", "2222-2222-2", "3333-3333-3"])
    monkeypatch.setattr(write_people, "new_case_number", lambda: next(drawn))
    assert fresh_case_numbers(2) == ["1111-1111-1", "2222-2222-2"]


def test_a_mistyped_number_is_noticed():
    number = new_case_number()
    assert is_case_number(number)
    wrong = ("1" if number[0] != "1" else "2") + number[1:]
    assert not is_case_number(wrong)
