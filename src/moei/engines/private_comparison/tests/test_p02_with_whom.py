"""Lists are compared with agencies that protect people, and never with an embassy or with anybody who is armed."""

from __future__ import annotations

import pytest

from moei.engines.private_comparison.agreement import KINDS


@pytest.mark.parametrize("kind", KINDS)
def test_it_is_compared_with_those_who_protect(two, ours, kind):
    two.agree(kind=f'"{kind}"')
    assert two.ask(ours).exit_code == 0


@pytest.mark.parametrize("kind", ["embassy", "consulate", "Embassy"])
def test_p02_never_with_an_embassy(two, ours, kind):
    two.agree(kind=f'"{kind}"')
    said = two.ask(ours)
    two.refused(
        said, f"no list is compared with Dao ({kind.casefold()}): some people fear", leaves="question"
    )


@pytest.mark.parametrize("kind", ["armed_group", "militia", "military", "army"])
def test_p02_never_with_an_armed_group(two, ours, kind):
    two.agree(kind=f'"{kind}"')
    said = two.ask(ours)
    two.refused(said, f"no list is compared with Dao ({kind}): who held people", leaves="question")


def test_p02_not_with_the_police(two, ours):
    two.agree(kind='"law_enforcement"')
    said = two.ask(ours)
    two.refused(said, "must not lead to an investigation without their consent", leaves="question")


def test_a_kind_that_nobody_knows_is_refused(two, ours):
    two.agree(kind='"mission"')
    two.refused(two.ask(ours), "“mission”, the kind of Dao, is not known", leaves="question")


def test_p02_nor_does_such_an_agency_get_an_answer(asked, theirs):
    """Whoever answers looks at the agreement too, not only whoever asks."""
    asked.agree(kind='"embassy"')
    asked.refused(asked.answer(theirs), "no list is compared with Dao", leaves="answer")
